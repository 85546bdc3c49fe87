//! Behaviours of other libraries that wait for parts that are not there. Each becomes a test with its part.

/// A behaviour, the library that has it, and why it is no test.
pub(super) struct NotYet {
    /// The library.
    pub(super) peer: &'static str,
    /// What it does.
    pub(super) behaviour: &'static str,
    /// The part that is missing here.
    pub(super) missing: &'static str,
}

/// A row of [`NOT_YET`].
const fn not_yet(peer: &'static str, behaviour: &'static str, missing: &'static str) -> NotYet {
    NotYet { peer, behaviour, missing }
}

/// Operations on schemas.
const MIGRATIONS: &str = "a migration library";

/// All that is known and not there.
pub(super) const NOT_YET: [NotYet; 6] = [
    not_yet("django-multitenant", "tables are distributed and made reference tables, and back", MIGRATIONS),
    not_yet(
        "activerecord-multi-tenant",
        "a roll-out mode in which only writes are scoped",
        "a mode that reads without a tenant",
    ),
    not_yet(
        "django-scopes",
        "several dimensions at once",
        "a second tenant column of a table; it is an ordinary filter",
    ),
    not_yet("Finbuckle", "indexes and keys get the tenant, keeping name, uniqueness and filter", MIGRATIONS),
    not_yet("Finbuckle", "foreign keys that depend on an adjusted key follow it", MIGRATIONS),
    not_yet(
        "Finbuckle",
        "host names are matched by templates",
        "templates; there are subdomains of a base domain, and a map of hosts",
    ),
];

#[test]
fn what_is_not_there_is_in_the_table_of_features() {
    for NotYet { peer, behaviour, missing } in NOT_YET {
        let row = format!("| {peer} | {behaviour} | {missing} |");
        assert!(super::documents::PEERS.contains(&row), "docs/evidence/peers.md has no line {row}");
    }
}
