//! The suite over a planner with defects.

use super::list::MUTANTS;
use sea_orm_multitenant_mutants::{Changed, Copy, read, replaced};
use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The variable that turns mutants on, by their names with commas between.
pub(crate) const VARIABLE: &str = "SEA_ORM_MULTITENANT_PLANNER_MUTANT";

/// Builds this crate alone, with the features that it has alone: quicker where the workspace is not built.
const ALONE: &str = "SEA_ORM_MULTITENANT_MUTANTS_ALONE";

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
    // Cargo's lock of it is free while tests run.
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
    let said = copy.build(target, &[packages, &["--test", "mutated-planner-suite"]].concat());
    copy.executable(&said, "tests/suite/main.rs")
}

/// The files that hold mutants, with all of them in.
fn mutated(folder: &Path) -> Changed {
    let mutants = MUTANTS.iter().map(|mutant| {
        let question = format!("crate::mutant::is({:?})", mutant.name);
        (format!("plan/{}", mutant.file), mutant.find.to_owned(), mutant.replace.replace("IS", &question))
    });
    let module = ("lib.rs".to_owned(), "mod names;\n".to_owned(), "mod mutant;\nmod names;\n".to_owned());
    replaced(folder, mutants.chain([module]))
}
