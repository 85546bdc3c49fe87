//! The documents that name tests, compared with the tests.

use super::{composite, single};

/// `SECURITY.md`.
pub(super) const SECURITY: &str = include_str!("../../../SECURITY.md");

/// `docs/evidence/peers.md`.
pub(super) const PEERS: &str = include_str!("../../../docs/evidence/peers.md");

/// `docs/evidence/escapes.md`.
const ESCAPES: &str = include_str!("../../../docs/evidence/escapes.md");

/// The cases of escapes, as their files have them.
const ESCAPE_CASES: [&str; 3] = [
    include_str!("../escapes/cases/read.rs"),
    include_str!("../escapes/cases/write.rs"),
    include_str!("../escapes/cases/context.rs"),
];

/// What stands in backticks in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The names of the tests that the files of escapes list.
fn escape_tests() -> Vec<&'static str> {
    let listed = ESCAPE_CASES.iter().flat_map(|file| {
        let (_, list) = file.rsplit_once("cases!(").expect("the file ends with its list");
        list.split([',', '\n', ')', ';'])
    });
    listed.map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// The tests of one style of keys, with the module that each stands in.
fn conformance_tests() -> Vec<(&'static str, Vec<&'static str>)> {
    use composite::cases::{
        activerecord_multi_tenant, acts_as_tenant, django_multitenant, django_scopes, django_tenants,
        finbuckle,
    };
    vec![
        ("django_multitenant", django_multitenant::names()),
        ("acts_as_tenant", acts_as_tenant::CASES.to_vec()),
        ("activerecord_multi_tenant", activerecord_multi_tenant::CASES.to_vec()),
        ("django_scopes", django_scopes::CASES.to_vec()),
        ("finbuckle", finbuckle::CASES.to_vec()),
        ("django_tenants", django_tenants::CASES.to_vec()),
    ]
}

#[test]
fn security_md_names_every_test_of_a_leak_class() {
    for test in composite::cases::leak_classes::names() {
        let class = test.split('_').nth(1).expect("the class is in the name").trim_start_matches('0');
        let named = SECURITY
            .lines()
            .filter(|line| line.starts_with(&format!("| {class} |")))
            .any(|line| quoted(line).any(|name| name == test));
        assert!(named, "SECURITY.md does not name {test} with class {class}");
    }
}

#[test]
fn escapes_md_names_the_test_of_every_case() {
    let tests = escape_tests();
    assert_eq!(tests.len(), 95);
    for test in &tests {
        let id = test.split('_').next().expect("the id is in the name");
        let row = ESCAPES.lines().find(|line| quoted(line).any(|name| name == *test));
        let row = row.unwrap_or_else(|| panic!("docs/evidence/escapes.md does not name {test}"));
        let named = row.trim_start_matches("| ").split(' ').next().unwrap_or_default();
        assert_eq!(named.to_lowercase(), id, "{row}");
    }
    let rows = ESCAPES.lines().filter(|line| {
        line.strip_prefix("| ")
            .is_some_and(|row| row.starts_with(['R', 'W', 'C']) && !row.starts_with("Column"))
    });
    assert_eq!(rows.count(), tests.len());
}

#[test]
fn peers_md_names_every_test_of_a_peers_behaviour() {
    for (module, tests) in conformance_tests() {
        for test in tests {
            let name = format!("{module}::{test}");
            assert!(
                PEERS.lines().any(|line| quoted(line).any(|quoted| quoted == name)),
                "docs/evidence/peers.md does not name {name}"
            );
        }
    }
}

/// Names in the documents that are of tests: a test that is gone or renamed is noticed.
#[test]
fn every_test_that_a_document_names_is_there() {
    let classes = composite::cases::leak_classes::names();
    let escapes = escape_tests();
    let behaviours: Vec<_> = conformance_tests()
        .into_iter()
        .flat_map(|(module, tests)| tests.into_iter().map(move |test| format!("{module}::{test}")))
        .collect();
    let modules: Vec<_> = conformance_tests().into_iter().map(|(module, _)| module).collect();
    for name in [SECURITY, PEERS, ESCAPES].into_iter().flat_map(|text| text.lines().flat_map(quoted)) {
        let first = name.split(['_', ':']).next().unwrap_or_default();
        let is_escape =
            first.starts_with(['r', 'w', 'c']) && first[1..].starts_with(|c: char| c.is_ascii_digit());
        let there = if name.split_once("::").is_some_and(|(module, _)| modules.contains(&module)) {
            behaviours.iter().any(|test| test == name)
        } else if is_escape && name.len() > first.len() + 1 {
            escapes.contains(&name)
        } else if name.starts_with("class_") {
            classes.contains(&name)
        } else {
            continue;
        };
        assert!(there, "there is no test {name}");
    }
}

#[test]
fn peers_md_has_every_feature_once() {
    let numbers: Vec<usize> =
        PEERS.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok()).collect();
    assert_eq!(numbers, (1..=84).collect::<Vec<_>>());
}

/// The sentence above the tables counts what the tables have in the column *here*.
#[test]
fn peers_md_counts_its_own_answers() {
    let answers: Vec<_> = PEERS
        .lines()
        .filter(|line| {
            line.strip_prefix("| ").is_some_and(|row| row.starts_with(|c: char| c.is_ascii_digit()))
        })
        .filter_map(|line| line.split('|').nth(9).map(str::trim))
        .collect();
    let count = |answer: &str| answers.iter().filter(|found| **found == answer).count();
    let sentence = format!("this version: {} Y, {} P, {} N.", count("Y"), count("P"), count("N"));
    assert!(PEERS.contains(&sentence), "docs/evidence/peers.md should say: {sentence}");
}

#[test]
fn both_styles_of_keys_have_the_same_tests() {
    use single::cases::{
        activerecord_multi_tenant, acts_as_tenant, django_multitenant, django_scopes, django_tenants,
        finbuckle,
    };
    let single = [
        django_multitenant::names(),
        acts_as_tenant::CASES.to_vec(),
        activerecord_multi_tenant::CASES.to_vec(),
        django_scopes::CASES.to_vec(),
        finbuckle::CASES.to_vec(),
        django_tenants::CASES.to_vec(),
    ];
    let composite: Vec<_> = conformance_tests().into_iter().map(|(_, tests)| tests).collect();
    assert_eq!(composite, single);
}
