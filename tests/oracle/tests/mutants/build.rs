//! The oracle over a rewriter with defects.

use super::list::MUTANTS;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The variable that turns a mutant on.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_MUTANT";

/// The parts of the workspace that are copied.
const MEMBERS: &[&str] = &[
    "crates/sea-orm-multitenant",
    "crates/sea-orm-multitenant-macros",
    "crates/sea-orm-multitenant-sql",
    "tests/judges",
    "tests/oracle",
];

/// What is off while a mutant is on: the checks of the text's vocabulary, that it reads back as the tree, and that every table
/// has its predicate.
const CHECKS: &[(&str, &str)] = &[
    (
        "let places = vocabulary::check(engine, catalogue, &written, &statement)?;",
        "let places = if crate::mutant::is_off() { vocabulary::check(engine, catalogue, &written, &statement)? } \
         else { crate::mutant::places(&written) };",
    ),
    ("    if cfg!(debug_assertions) {", "    if cfg!(debug_assertions) && crate::mutant::is_off() {"),
    (
        "verify(catalogue, engine, tenants, &statement)?;",
        "if crate::mutant::is_off() { verify(catalogue, engine, tenants, &statement)?; }",
    ),
];

/// The module that tells which mutant is on.
const SWITCH: &str = r#"//! Which mutant is on.

use std::sync::OnceLock;

fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| std::env::var("VARIABLE").unwrap_or_default())
}

pub(crate) fn is(mutant: &str) -> bool {
    name() == mutant
}

pub(crate) fn is_off() -> bool {
    name().is_empty()
}

/// The placeholders of a text, outside of its quotes.
pub(crate) fn places(text: &str) -> Vec<crate::plan::Place> {
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
            let bound = crate::rewrite::read_placeholder(&text[start..at]);
            places.extend(bound.map(|bound| crate::plan::Place { start, end: at, bound }));
        }
    }
    places
}
"#;

/// Builds the oracle once for all tests of this process.
pub(crate) fn program() -> PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build).clone()
}

fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let copy = here.join("workspace");
    let sources = mutated(&root.join("crates/sea-orm-multitenant-sql/src"));
    for member in MEMBERS {
        for folder in ["src", "Cargo.toml"] {
            copy_all(&root.join(member).join(folder), &copy.join(member).join(folder), &sources);
        }
    }
    // Its manifest names a bench.
    let benches = "crates/sea-orm-multitenant-sql/benches";
    copy_all(&root.join(benches), &copy.join(benches), &sources);
    write(&copy.join("crates/sea-orm-multitenant-sql/src/mutant.rs"), &SWITCH.replace("VARIABLE", VARIABLE));
    write(&copy.join("Cargo.toml"), &manifest(&read(&root.join("Cargo.toml"))));
    // The build takes out what the copy does not need; a changed file would be built anew.
    if !copy.join("Cargo.lock").exists() {
        write(&copy.join("Cargo.lock"), &read(&root.join("Cargo.lock")));
    }

    let target = here.join("target");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--offline", "--package", "sea-orm-multitenant-oracle", "--target-dir"])
        .arg(&target);
    let output = command.current_dir(&copy).output().expect("cargo runs");
    assert!(
        output.status.success(),
        "the mutants do not compile:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    target.join("debug/oracle")
}

/// The files of the rewriter that hold mutants, with all of them in.
fn mutated(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mutants = MUTANTS.iter().flat_map(|mutant| {
        mutant.replacements.iter().map(|(file, find, replace)| {
            let question = format!("crate::mutant::is({:?})", mutant.name);
            (*file, *find, replace.replace("IS", &question))
        })
    });
    let checks = CHECKS.iter().map(|(find, replace)| ("compile.rs", *find, (*replace).to_owned()));
    let module = ("lib.rs", "mod names;", "mod mutant;\nmod names;".to_owned());
    let mut files = BTreeMap::new();
    for (file, find, replace) in mutants.chain(checks).chain([module]) {
        let path = folder.join(file);
        let original = read(&path);
        assert_eq!(original.matches(find).count(), 1, "{file} does not hold this once: {find}");
        let text = files.entry(path).or_insert(original);
        *text = text.replacen(find, &replace, 1);
    }
    files
}

/// The workspace's manifest with the members that are copied.
fn manifest(text: &str) -> String {
    let cut = text.lines().map(|line| {
        if line.starts_with("members = ") { format!("members = {MEMBERS:?}") } else { line.to_owned() }
    });
    cut.collect::<Vec<_>>().join("\n")
}

/// Copies a file or folder, of a mutated file what it became.
fn copy_all(from: &Path, to: &Path, mutated: &BTreeMap<PathBuf, String>) {
    if from.is_dir() {
        remove_gone(from, to);
        for entry in fs::read_dir(from).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            copy_all(&entry.path(), &to.join(entry.file_name()), mutated);
        }
    } else {
        write(to, &mutated.get(from).cloned().unwrap_or_else(|| read(from)));
    }
}

/// Removes what an earlier copy has and the folder has no more, but for the switch, which is the copy's own.
fn remove_gone(from: &Path, to: &Path) {
    let Ok(copied) = fs::read_dir(to) else { return };
    for entry in copied {
        let entry = entry.expect("the folder can be read");
        if entry.file_name() == "mutant.rs" || from.join(entry.file_name()).exists() {
            continue;
        }
        let path = entry.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.expect("the copy can be removed");
    }
}

/// Writes a file unless it says so already, so that what is built stays built.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
