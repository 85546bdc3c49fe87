//! Checks that the imports of modules point one way: no two modules of a crate import each other, directly or through
//! others.

use anyhow::{Context, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use syn::{
    Attribute, Item, ItemMod, ItemUse, UseTree, VisRestricted,
    visit::{self, Visit},
};

/// The crates that are checked.
const CRATES: &[&str] = &[
    "crates/sea-orm-multitenant-sql",
    "crates/sea-orm-multitenant",
    "crates/sea-orm-multitenant-axum",
    "crates/sea-orm-multitenant-macros",
    "crates/sea-orm-multitenant-cli",
    "crates/sea-orm-multitenant-migration",
];

/// The path of a module in its crate; empty for the crate's root.
type Module = Vec<String>;

/// The modules that each module imports.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// Finds the circles of imports, each as one line.
///
/// # Errors
/// When a file cannot be read or is not Rust.
pub(crate) fn circles() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in CRATES {
        let circles = circles_of(&imports(&Path::new(name).join("src"))?);
        let shown = |module: &Module| format!("crate::{}", module.join("::"));
        found.extend(circles.iter().map(|circle| {
            let modules: Vec<_> = circle.iter().map(shown).collect();
            format!("{name}: these modules import each other: {}", modules.join(", "))
        }));
    }
    Ok(found)
}

/// Collects the imports between the modules below a folder.
fn imports(folder: &Path) -> Result<Imports> {
    let mut files = BTreeMap::new();
    gather(folder, &[], &mut files)?;
    let modules: BTreeSet<_> = files.keys().cloned().collect();
    let read = |(module, file): (&Module, &syn::File)| {
        let mut reader = Reader { module, inside: module.clone(), modules: &modules, found: BTreeSet::new() };
        reader.visit_file(file);
        (module.clone(), reader.found)
    };
    Ok(files.iter().map(read).collect())
}

/// Parses each file below a folder.
pub(crate) fn gather(
    folder: &Path,
    module: &[String],
    files: &mut BTreeMap<Module, syn::File>,
) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_root = ["mod", "lib", "main"].contains(&name.as_str());
        let mut own = module.to_vec();
        own.extend((!is_root).then_some(name));
        if path.is_dir() {
            gather(&path, &own, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let file = syn::parse_file(&text).with_context(|| format!("{} is not Rust", path.display()))?;
            files.insert(own, file);
        }
    }
    Ok(())
}

/// Visits the paths of a file.
struct Reader<'a> {
    module: &'a Module,
    /// The module of the file, or an inline module.
    inside: Module,
    modules: &'a BTreeSet<Module>,
    found: BTreeSet<Module>,
}

impl Reader<'_> {
    /// Adds the module that a path refers to, if it is another module of this crate.
    fn add(&mut self, path: &[String]) {
        let Some(first) = path.first() else { return };
        let mut full = match first.as_str() {
            "crate" => Module::new(),
            "self" | "super" => self.inside.clone(),
            child => {
                let own = [self.inside.as_slice(), &[child.to_owned()]].concat();
                if !self.modules.contains(&own) {
                    return;
                }
                self.inside.clone()
            }
        };
        for part in path.iter().skip_while(|part| ["crate", "self"].contains(&part.as_str())) {
            match part.as_str() {
                "super" => drop(full.pop()),
                _ => full.push(part.clone()),
            }
        }
        let lengths = (0..=full.len()).rev();
        let target = lengths.map(|length| &full[..length]).find(|prefix| self.modules.contains(*prefix));
        if let Some(target) = target.filter(|target| *target != self.module.as_slice()) {
            self.found.insert(target.to_vec());
        }
    }

    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.add(&with(&name.ident)),
            UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(module) => &module.attrs,
            Item::Use(import) => &import.attrs,
            Item::Fn(function) => &function.attrs,
            Item::Impl(implementation) => &implementation.attrs,
            _ => &[],
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        self.add_tree(&[], &import.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }

    // `pub(in crate::rewrite)` names a module without importing it.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

/// Whether an attribute is `#[cfg(test)]`: tests may import from any module.
fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

/// The sets of modules that reach each other.
fn circles_of(imports: &Imports) -> Vec<Vec<Module>> {
    let reached: BTreeMap<_, _> =
        imports.keys().map(|module| (module, reached_from(module, imports))).collect();
    let reaches = |from: &Module, to: &Module| reached.get(from).is_some_and(|reached| reached.contains(to));
    let mut circles: Vec<Vec<Module>> = Vec::new();
    for module in imports.keys().filter(|module| reaches(module, module)) {
        if !circles.iter().any(|circle| circle.contains(module)) {
            let others = imports.keys().filter(|other| reaches(module, other) && reaches(other, module));
            circles.push(others.cloned().collect());
        }
    }
    circles
}

/// The modules that a module imports, directly or through others.
fn reached_from(module: &Module, imports: &Imports) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<_> = imports.get(module).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module.clone()) {
            next.extend(imports.get(module).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_in(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            fs::write(path, text).expect("it is written");
        }
        let circles = circles_of(&imports(folder.path()).expect("they are read"));
        circles
            .iter()
            .map(|circle| circle.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn modules_that_import_each_other_are_a_circle() {
        assert_eq!(
            circles_in(&[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "use crate::{b::B, c};"),
                ("b.rs", "fn f() { crate::c::g() }"),
                ("c/mod.rs", "mod d; fn g() {}"),
                ("c/d.rs", "use super::super::a;"),
            ]),
            [""; 0]
        );
        assert_eq!(
            circles_in(&[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::{self, B};"),
                ("b.rs", "fn f() { crate::a::g() }"),
            ]),
            ["a b"]
        );
    }

    #[test]
    fn re_exports_do_not_hide_circles_and_tests_are_ignored() {
        let root = "mod a; mod b; pub use a::A; pub use b::B;";
        assert_eq!(
            circles_in(&[("lib.rs", root), ("a.rs", "use crate::B;"), ("b.rs", "pub struct B;")]),
            [" a"]
        );
        assert_eq!(
            circles_in(&[
                ("lib.rs", root),
                ("a.rs", "use crate::b::B; pub struct A;"),
                (
                    "b.rs",
                    "pub(in crate::a) struct B; #[cfg(test)] mod tests { use super::*; use crate::a::A; }"
                ),
            ]),
            [""; 0]
        );
    }

    #[test]
    fn the_crates_have_no_circle() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        for name in CRATES {
            let circles = circles_of(&imports(&root.join(name).join("src")).expect("they are read"));
            assert_eq!(circles, Vec::<Vec<Module>>::new(), "{name}");
        }
    }
}
