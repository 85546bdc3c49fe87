//! Builds the programs with a mutated rewriter.

use super::mutant::switches;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The variable that activates mutants, by their names, separated by commas.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_MUTANT";

/// The copied files: the whole workspace, so that the dependencies have the same features and are already built.
const COPIED: &[&str] = &["benches", "crates", "examples", "fuzz", "tests", "xtask"];

/// The folder of the copy's packages below its manifest. Cargo names build outputs after a package's path below the
/// workspace: with the same path the mutants would replace the workspace's own libraries, and the doctests would run on
/// them.
const FOLDER: &str = "mutated";

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Cargo's lock of it is not held while tests run.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let mut changed = mutated(&root.join(REWRITER).join("src"));
    changed.extend(manifests(&root));
    let packages = copy.join(FOLDER);
    for part in COPIED {
        copy_all(&root.join(part), &packages.join(part), &changed);
    }
    write(&packages.join(REWRITER).join("src/mutant.rs"), SWITCH.replace("VARIABLE", VARIABLE).as_bytes());
    write(&packages.join(ORACLE).join("tests/mutated.rs"), CALLER.as_bytes());
    write(&copy.join("Cargo.toml"), workspace(&read(&root.join("Cargo.toml"))).as_bytes());
    write(&copy.join("Cargo.lock"), read(&root.join("Cargo.lock")).as_bytes());

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // For all members, as `cargo xtask test` builds them: for a single one the dependencies would have other features.
    command
        .args(["test", "--offline", "--locked", "--workspace", "--no-run", "--test", "mutated"])
        .args(["--test", "mutated-suite", "--target-dir"])
        .arg(target);
    // Build scripts that read what cargo sets for this test's package would run again, and their dependents would be
    // rebuilt.
    let of_this_test =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_test)) {
        command.env_remove(name);
    }
    let output = command.current_dir(&copy).output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the mutants do not compile:\n{said}");
    let debug = target.join("debug");
    let suite = executable(&said, "tests/suite/main.rs");
    let programs = |name: &str| debug.join(name);
    Programs { oracle: programs("mutated-oracle"), hostile: programs("mutated-hostile"), suite }
}

/// The program that cargo reports for a file.
fn executable(said: &str, file: &str) -> PathBuf {
    let line = said.lines().find(|line| line.contains("Executable") && line.contains(file));
    let path = line.and_then(|line| line.rsplit_once('(')).and_then(|(_, path)| path.strip_suffix(')'));
    // The path is relative to the directory of the copy.
    PathBuf::from(path.unwrap_or_else(|| panic!("cargo does not say what it made of {file}:\n{said}")))
}

/// The workspace's manifest, with the packages in their folder.
fn workspace(manifest: &str) -> String {
    let (members, rest) = manifest.split_once("members = [").expect("the workspace's members");
    let (listed, rest) = rest.split_once(']').expect("the end of the members");
    let listed = listed.split(", ").map(|path| path.replacen('"', &format!("\"{FOLDER}/"), 1));
    let listed = listed.collect::<Vec<_>>().join(", ");
    format!("{members}members = [{listed}]{rest}").replace("path = \"", &format!("path = \"{FOLDER}/"))
}

/// The manifests that differ in the copy.
fn manifests(root: &Path) -> [(PathBuf, String); 2] {
    let (oracle, rewriter) = (root.join(ORACLE).join("Cargo.toml"), root.join(REWRITER).join("Cargo.toml"));
    let renamed = NAMES.iter().fold(read(&oracle), |text, (name, other)| text.replace(name, other));
    let with_suite = read(&rewriter) + SUITE;
    [(oracle, renamed), (rewriter, with_suite)]
}

/// The mutated files of the rewriter, with all mutants in.
fn mutated(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mutants = switches().flat_map(|switch| {
        switch.replacements.iter().map(move |(file, find, replace)| {
            let question = format!("crate::mutant::is({:?})", switch.name);
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
        assert_eq!(text.matches(find).count(), 1, "two defects of {file} are in each other's way: {find}");
        *text = text.replacen(find, &replace, 1);
    }
    files
}

/// Copies a file or folder; for a mutated file, its mutated text.
fn copy_all(from: &Path, to: &Path, mutated: &BTreeMap<PathBuf, String>) {
    if from.is_dir() {
        remove_gone(from, to);
        for entry in fs::read_dir(from).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            copy_all(&entry.path(), &to.join(entry.file_name()), mutated);
        }
    } else {
        match mutated.get(from) {
            Some(text) => write(to, text.as_bytes()),
            None => write(to, &fs::read(from).expect("the file can be read")),
        }
    }
}

/// Removes what an earlier copy contains and the folder no longer does, except what the copy adds itself.
fn remove_gone(from: &Path, to: &Path) {
    let Ok(copied) = fs::read_dir(to) else { return };
    for entry in copied {
        let entry = entry.expect("the folder can be read");
        let is_own = ["mutant.rs", "mutated.rs"].iter().any(|name| entry.file_name() == *name);
        if is_own || from.join(entry.file_name()).exists() {
            continue;
        }
        let path = entry.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.expect("the copy can be removed");
    }
}

/// Writes a file unless it has the same content already, so that nothing is rebuilt.
fn write(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    fs::write(path, bytes).expect("the file can be written");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
