//! Behaviours of other libraries that this one does not offer, so that no test can assert them.

/// A behaviour of another library that is missing here.
struct NotOffered {
    /// The library.
    peer: &'static str,
    /// What it does.
    behaviour: &'static str,
    /// What it would take here.
    missing: &'static str,
}

/// All of them.
const NOT_OFFERED: [NotOffered; 3] = [
    NotOffered {
        peer: "activerecord-multi-tenant",
        behaviour: "a roll-out mode in which only writes are scoped",
        missing: "a mode that reads without a tenant",
    },
    NotOffered {
        peer: "django-scopes",
        behaviour: "several dimensions at once",
        missing: "a second tenant column of a table; filter by it in the query",
    },
    NotOffered {
        peer: "Finbuckle",
        behaviour: "host names are matched by templates",
        missing: "templates; `Subdomain` and `HostMap` resolve host names",
    },
];

#[test]
fn peers_md_lists_what_is_not_offered() {
    let (_, listed) =
        super::documents::PEERS.split_once("## Behaviours that are not offered").expect("the section");
    let rows: Vec<_> = listed.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    let expected: Vec<_> = NOT_OFFERED
        .iter()
        .map(|NotOffered { peer, behaviour, missing }| format!("| {peer} | {behaviour} | {missing} |"))
        .collect();
    assert_eq!(rows, expected);
}
