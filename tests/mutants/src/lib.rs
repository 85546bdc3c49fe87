//! Builds a copy of the workspace with defects, for the tests that must notice each of them.
//!
//! The copy contains all defects at once, each behind a question to an environment variable, so that one build serves all of them.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The copied files: the whole workspace, so that the dependencies have the same features and are already built.
const COPIED: &[&str] = &["benches", "crates", "examples", "fuzz", "tests", "xtask"];

/// The texts of files that differ in the copy, by their paths in the workspace.
pub type Changed = BTreeMap<PathBuf, String>;

/// A copy of the workspace.
#[derive(Debug)]
pub struct Copy {
    /// The root of the workspace.
    pub root: PathBuf,
    /// The folder of the copy.
    pub at: PathBuf,
    /// The folder of the copy's packages below its manifest. Cargo names build outputs after a package's path below the
    /// workspace: with the same path the mutants would replace the workspace's own libraries, and the doctests would run on
    /// them.
    pub folder: &'static str,
}

impl Copy {
    /// Writes the copy: with other texts for `changed` files, and with `added` files, by their paths below the workspace's root.
    ///
    /// # Panics
    /// When a file cannot be read or written.
    pub fn write(&self, changed: &Changed, added: &[(PathBuf, String)]) {
        let packages = self.at.join(self.folder);
        let added: Changed = added.iter().map(|(path, text)| (packages.join(path), text.clone())).collect();
        for part in COPIED {
            copy_all(&self.root.join(part), &packages.join(part), changed, &added);
        }
        for (path, text) in &added {
            write(path, text.as_bytes());
        }
        write(&self.at.join("Cargo.toml"), self.workspace(&read(&self.root.join("Cargo.toml"))).as_bytes());
        write(&self.at.join("Cargo.lock"), read(&self.root.join("Cargo.lock")).as_bytes());
    }

    /// The workspace's manifest, with the packages in their folder.
    fn workspace(&self, manifest: &str) -> String {
        let folder = self.folder;
        let (members, rest) = manifest.split_once("members = [").expect("the workspace's members");
        let (listed, rest) = rest.split_once(']').expect("the end of the members");
        let listed = listed.split(", ").map(|path| path.replacen('"', &format!("\"{folder}/"), 1));
        let listed = listed.collect::<Vec<_>>().join(", ");
        format!("{members}members = [{listed}]{rest}").replace("path = \"", &format!("path = \"{folder}/"))
    }

    /// Builds tests of the copy into the folder `target`, and returns what cargo reports. `arguments` come after `cargo test --no-run`.
    ///
    /// # Panics
    /// When the copy does not compile.
    pub fn build(&self, target: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["test", "--no-run", "--offline", "--locked", "--target-dir"])
            .arg(target)
            .args(arguments);
        // Build scripts that read what cargo sets for this test's package would run again, and their dependents would be
        // rebuilt.
        let of_this_test =
            |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_test)) {
            command.env_remove(name);
        }
        let output = command.current_dir(&self.at).output().expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the mutants do not compile:\n{said}");
        said.into_owned()
    }

    /// The program that cargo reports to have built of a file.
    ///
    /// # Panics
    /// When `said`, the output of [`build`](Self::build), names none.
    pub fn executable(&self, said: &str, file: &str) -> PathBuf {
        let line = said.lines().find(|line| line.contains("Executable") && line.contains(file));
        let path = line.and_then(|line| line.rsplit_once('(')).and_then(|(_, path)| path.strip_suffix(')'));
        // The path may be relative to the folder of the copy.
        self.at.join(path.unwrap_or_else(|| panic!("cargo does not say what it made of {file}:\n{said}")))
    }
}

/// The files of `folder` with replacements: the file, what stands in it once, and what takes its place.
///
/// # Panics
/// When a file does not hold the text exactly once, also after the replacements before it.
pub fn replaced(folder: &Path, replacements: impl IntoIterator<Item = (String, String, String)>) -> Changed {
    let mut files = Changed::new();
    for (file, find, replace) in replacements {
        let path = folder.join(&file);
        let original = read(&path);
        assert_eq!(original.matches(&find).count(), 1, "{file} does not hold this once: {find}");
        let text = files.entry(path).or_insert(original);
        assert_eq!(text.matches(&find).count(), 1, "two defects of {file} are in each other's way: {find}");
        *text = text.replacen(&find, &replace, 1);
    }
    files
}

/// The text of a file.
///
/// # Panics
/// When it cannot be read.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Copies a file or folder; for a changed file, its other text.
fn copy_all(from: &Path, to: &Path, changed: &Changed, added: &Changed) {
    if from.is_dir() {
        remove_gone(from, to, added);
        for entry in fs::read_dir(from).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            copy_all(&entry.path(), &to.join(entry.file_name()), changed, added);
        }
    } else {
        match changed.get(from) {
            Some(text) => write(to, text.as_bytes()),
            None => write(to, &fs::read(from).expect("the file can be read")),
        }
    }
}

/// Removes what an earlier copy contains and the folder no longer does, except what is added.
fn remove_gone(from: &Path, to: &Path, added: &Changed) {
    let Ok(copied) = fs::read_dir(to) else { return };
    for entry in copied {
        let entry = entry.expect("the folder can be read");
        let path = entry.path();
        if added.contains_key(&path) || from.join(entry.file_name()).exists() {
            continue;
        }
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
