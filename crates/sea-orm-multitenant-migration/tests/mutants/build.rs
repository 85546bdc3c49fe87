//! Builds the test suite over a planner with defects.

use super::list::MUTANTS;
use sea_orm_multitenant_mutants::{Changed, Copy, read, replaced};
use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The variable that enables mutants, by their names separated by commas.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_PLANNER_MUTANT";

/// If set, builds this crate alone, with its own features only: faster if the workspace is not built.
const ALONE: &str = "SEA_ORM_MULTITENANT_MUTANTS_ALONE";

/// The path of this crate.
const PLANNER: &str = "crates/sea-orm-multitenant-migration";

/// The module that tells whether a mutant is enabled.
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
    // Cargo does not lock the directory while tests run.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = Copy {
        at: Path::new(env!("CARGO_TARGET_TMPDIR")).join("planner-mutants"),
        folder: "mutated-planner",
        root,
    };
    let mut changed = mutated(&copy.root.join(PLANNER).join("src"));
    let manifest = copy.root.join(PLANNER).join("Cargo.toml");
    let renamed = read(&manifest).replace("name = \"suite\"", "name = \"mutated-planner-suite\"");
    changed.insert(manifest, renamed);
    let switch = (Path::new(PLANNER).join("src/mutant.rs"), SWITCH.replace("VARIABLE", VARIABLE));
    copy.write(&changed, &[switch]);
    let packages: &[&str] = match env::var_os(ALONE) {
        Some(_) => &["--package", "sea-orm-multitenant-migration"],
        None => &["--workspace"],
    };
    let output = copy.build(target, &[packages, &["--test", "mutated-planner-suite"]].concat());
    copy.executable(&output, "tests/suite/main.rs")
}

/// The files that contain mutants, with all mutants applied.
fn mutated(folder: &Path) -> Changed {
    let mutants = MUTANTS.iter().map(|mutant| {
        let question = format!("crate::mutant::is({:?})", mutant.name);
        (format!("plan/{}", mutant.file), mutant.find.to_owned(), mutant.replace.replace("IS", &question))
    });
    let module = ("lib.rs".to_owned(), "mod names;\n".to_owned(), "mod mutant;\nmod names;\n".to_owned());
    replaced(folder, mutants.chain([module]))
}
