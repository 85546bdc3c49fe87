//! The suite over a planner with defects.

use super::list::MUTANTS;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The variable that turns mutants on, by their names with commas between.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_PLANNER_MUTANT";

/// Builds this crate alone, with the features that it has alone: quicker where the workspace is not built.
const ALONE: &str = "SEA_ORM_MULTITENANT_MUTANTS_ALONE";

/// What is copied: the whole workspace, so that the dependencies have the same features and are built already.
const COPIED: &[&str] = &["benches", "crates", "examples", "fuzz", "tests", "xtask"];

/// The folder of the copy's packages below its manifest. Cargo names what it builds after a package's path below the workspace: at
/// the same path the mutants would take the place of the workspace's own libraries.
const FOLDER: &str = "mutated-planner";

/// Where this crate is.
const PLANNER: &str = "crates/sea-orm-multitenant-migration";

/// The module that tells which mutant is on.
const SWITCH: &str = r#"//! Which mutants are on.

pub(crate) fn is(mutant: &str) -> bool {
    std::env::var("VARIABLE").is_ok_and(|names| names.split(',').any(|name| name == mutant))
}
"#;

/// Builds the suite once for all tests of this process.
pub(crate) fn suite() -> &'static Path {
    static SUITE: OnceLock<PathBuf> = OnceLock::new();
    SUITE.get_or_init(build)
}

fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Cargo's lock of it is free while tests run.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("planner-mutants");
    let mut changed = mutated(&root.join(PLANNER).join("src"));
    let manifest = root.join(PLANNER).join("Cargo.toml");
    let renamed = read(&manifest).replace("name = \"suite\"", "name = \"mutated-planner-suite\"");
    changed.insert(manifest, renamed);
    let packages = copy.join(FOLDER);
    for part in COPIED {
        copy_all(&root.join(part), &packages.join(part), &changed);
    }
    write(&packages.join(PLANNER).join("src/mutant.rs"), SWITCH.replace("VARIABLE", VARIABLE).as_bytes());
    write(&copy.join("Cargo.toml"), workspace(&read(&root.join("Cargo.toml"))).as_bytes());
    write(&copy.join("Cargo.lock"), read(&root.join("Cargo.lock")).as_bytes());

    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([
        "test",
        "--offline",
        "--locked",
        "--no-run",
        "--test",
        "mutated-planner-suite",
        "--target-dir",
    ]);
    command.arg(target);
    match env::var_os(ALONE) {
        Some(_) => command.args(["--package", "sea-orm-multitenant-migration"]),
        None => command.arg("--workspace"),
    };
    // Build scripts that read what cargo tells this test of its package would run again, and their dependents be built again.
    let of_this_test =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_test)) {
        command.env_remove(name);
    }
    let output = command.current_dir(&copy).output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the mutants do not compile:\n{said}");
    let line = said.lines().find(|line| line.contains("Executable") && line.contains("tests/suite/main.rs"));
    let path = line.and_then(|line| line.rsplit_once('(')).and_then(|(_, path)| path.strip_suffix(')'));
    let path = path.unwrap_or_else(|| panic!("cargo does not say what it made:\n{said}"));
    // As seen from the directory of the copy.
    copy.join(path)
}

/// The workspace's manifest, with the packages in their folder.
fn workspace(manifest: &str) -> String {
    let (members, rest) = manifest.split_once("members = [").expect("the workspace's members");
    let (listed, rest) = rest.split_once(']').expect("the end of the members");
    let listed = listed.split(", ").map(|path| path.replacen('"', &format!("\"{FOLDER}/"), 1));
    let listed = listed.collect::<Vec<_>>().join(", ");
    format!("{members}members = [{listed}]{rest}").replace("path = \"", &format!("path = \"{FOLDER}/"))
}

/// The files that hold mutants, with all of them in.
fn mutated(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mutants = MUTANTS.iter().map(|mutant| {
        let question = format!("crate::mutant::is({:?})", mutant.name);
        (format!("plan/{}", mutant.file), mutant.find, mutant.replace.replace("IS", &question))
    });
    let module = ("lib.rs".to_owned(), "mod names;\n", "mod mutant;\nmod names;\n".to_owned());
    for (file, find, replace) in mutants.chain([module]) {
        let path = folder.join(&file);
        let text = files.entry(path.clone()).or_insert_with(|| read(&path));
        assert_eq!(text.matches(find).count(), 1, "{file} does not hold this once: {find}");
        *text = text.replacen(find, &replace, 1);
    }
    files
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
        match mutated.get(from) {
            Some(text) => write(to, text.as_bytes()),
            None => write(to, &fs::read(from).expect("the file can be read")),
        }
    }
}

/// Removes what an earlier copy has and the folder has no longer, except what the copy adds itself.
fn remove_gone(from: &Path, to: &Path) {
    let Ok(copied) = fs::read_dir(to) else { return };
    for entry in copied {
        let entry = entry.expect("the folder can be read");
        if entry.file_name() == *"mutant.rs" || from.join(entry.file_name()).exists() {
            continue;
        }
        let path = entry.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.expect("the copy can be removed");
    }
}

/// Writes a file unless it says so already, so that what is built stays built.
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
