//! Builds the programs with a mutated rewriter.

use super::mutant::switches;
use sea_orm_multitenant_mutants::{Changed, Copy, read, replaced};
use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The variable that activates mutants, by their names, separated by commas.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_MUTANT";

/// The folder of the rewriter.
const REWRITER: &str = "crates/sea-orm-multitenant-sql";

/// The folder of the oracle.
const ORACLE: &str = "tests/oracle";

/// The names of the copy's programs, so that they do not replace the workspace's own.
const NAMES: &[(&str, &str)] = &[
    ("name = \"oracle\"", "name = \"mutated-oracle\""),
    ("default-run = \"oracle\"", "default-run = \"mutated-oracle\""),
    ("name = \"hostile\"", "name = \"mutated-hostile\""),
];

/// The rewriter's own tests, as a program.
const SUITE: &str = "
[[test]]
name = \"mutated-suite\"
path = \"tests/suite/main.rs\"
";

/// A test of the oracle that cargo needs to build its programs together with tests; it is empty.
const CALLER: &str = "//! No tests.\n";

/// The checks that are off while a mutant is on: that the text uses only the known vocabulary, that it parses to the
/// tree, and that every table has its predicate.
const CHECKS: &[(&str, &str)] = &[
    (
        "let places = vocabulary::check(engine, catalogue, &written, &statement)?;",
        "let places = if crate::mutant::is_off() { vocabulary::check(engine, catalogue, &written, &statement)? } \
         else { crate::mutant::places(&written) };",
    ),
    ("    if cfg!(debug_assertions) {", "    if cfg!(debug_assertions) && crate::mutant::is_off() {"),
    (
        "verify(catalogue, engine, whom, &statement)?;",
        "if crate::mutant::is_off() { verify(catalogue, engine, whom, &statement)?; }",
    ),
];

/// The module that tells which mutants are on.
const SWITCH: &str = r#"//! Which mutants are on.

use std::sync::OnceLock;

fn names() -> &'static str {
    static NAMES: OnceLock<String> = OnceLock::new();
    NAMES.get_or_init(|| std::env::var("VARIABLE").unwrap_or_default())
}

pub(crate) fn is(mutant: &str) -> bool {
    names().split(',').any(|name| name == mutant)
}

pub(crate) fn is_off() -> bool {
    names().is_empty()
}

/// The placeholders of a text, outside of quotes.
pub(crate) fn places(text: &str) -> Vec<crate::write::places::Place> {
    let bytes = text.as_bytes();
    let (mut places, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at;
        at += 1;
        if let quote @ (b'\'' | b'"' | b'`') = bytes[start] {
            at += text[at..].bytes().take_while(|byte| *byte != quote).count() + 1;
        }
        if let b'?' | b'$' = bytes[start] {
            at += text[at..].bytes().take_while(u8::is_ascii_digit).count();
            let bound = crate::placeholder::read_placeholder(&text[start..at]);
            places.extend(bound.map(|bound| crate::write::places::Place { start, end: at, bound }));
        }
    }
    places
}
"#;

/// The programs that can catch a mutant.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub(crate) oracle: PathBuf,
    pub(crate) hostile: PathBuf,
    pub(crate) suite: PathBuf,
}

/// Builds the programs once for all tests of this process.
pub(crate) fn programs() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(build)
}

fn build() -> Programs {
    // Cargo's lock of it is not held while tests run.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = Copy { at: Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants"), folder: "mutated", root };
    let mut changed = mutated(&copy.root.join(REWRITER).join("src"));
    changed.extend(manifests(&copy.root));
    let added = [
        (Path::new(REWRITER).join("src/mutant.rs"), SWITCH.replace("VARIABLE", VARIABLE)),
        (Path::new(ORACLE).join("tests/mutated.rs"), CALLER.to_owned()),
    ];
    copy.write(&changed, &added);
    // For all members, as `cargo xtask test` builds them: for a single one the dependencies would have other features.
    let said = copy.build(target, &["--workspace", "--test", "mutated", "--test", "mutated-suite"]);
    let program = |name: &str| target.join("debug").join(name);
    Programs {
        oracle: program("mutated-oracle"),
        hostile: program("mutated-hostile"),
        suite: copy.executable(&said, "tests/suite/main.rs"),
    }
}

/// The manifests that differ in the copy.
fn manifests(root: &Path) -> [(PathBuf, String); 2] {
    let (oracle, rewriter) = (root.join(ORACLE).join("Cargo.toml"), root.join(REWRITER).join("Cargo.toml"));
    let renamed = NAMES.iter().fold(read(&oracle), |text, (name, other)| text.replace(name, other));
    let with_suite = read(&rewriter) + SUITE;
    [(oracle, renamed), (rewriter, with_suite)]
}

/// The mutated files of the rewriter, with all mutants in.
fn mutated(folder: &Path) -> Changed {
    let mutants = switches().flat_map(|switch| {
        switch.replacements.iter().map(move |(file, find, replace)| {
            let question = format!("crate::mutant::is({:?})", switch.name);
            (*file, *find, replace.replace("IS", &question))
        })
    });
    let checks = CHECKS.iter().map(|(find, replace)| ("compile.rs", *find, (*replace).to_owned()));
    let module = ("lib.rs", "mod names;", "mod mutant;\nmod names;".to_owned());
    let all = mutants.chain(checks).chain([module]);
    replaced(folder, all.map(|(file, find, replace)| (file.to_owned(), find.to_owned(), replace)))
}
