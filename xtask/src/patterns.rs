//! Checks what the walkers of the syntax tree may not do: skip fields of a node that they read, or compare engines
//! instead of asking what an engine can do.

use crate::imports;
use anyhow::Result;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use syn::{
    BinOp, ExprBinary, ItemMod, ItemUse, Member, PatStruct, UseTree,
    visit::{self, Visit},
};

/// The walkers: they accept what they do not refuse.
const WALKERS: &str = "crates/sea-orm-multitenant-sql/src/rewrite";

/// Finds the violations below the walkers' folder, each as one line with its module.
///
/// # Errors
/// When a file cannot be read or is not Rust.
pub(crate) fn violations() -> Result<Vec<String>> {
    violations_below(Path::new(WALKERS))
}

fn violations_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = BTreeMap::new();
    imports::gather(folder, &["rewrite".to_owned()], &mut files)?;
    let files = files.iter().filter(|(module, _)| module.last().is_none_or(|name| name != "tests"));
    let in_module = |(module, file): (&Vec<String>, &syn::File)| {
        let module = module.join("::");
        violations_in(file).into_iter().map(move |what| format!("crate::{module}: {what}"))
    };
    Ok(files.flat_map(in_module).collect())
}

/// The violations in one file.
fn violations_in(file: &syn::File) -> Vec<String> {
    let mut reader = Reader { nodes: BTreeSet::new(), found: Vec::new() };
    reader.visit_file(file);
    reader.found
}

/// Visits the patterns and comparisons of a file.
struct Reader {
    /// The names that the file imports from the parser.
    nodes: BTreeSet<String>,
    found: Vec<String>,
}

impl Reader {
    fn add_tree(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.add_tree(&path.tree),
            UseTree::Name(name) => drop(self.nodes.insert(name.ident.to_string())),
            UseTree::Rename(rename) => drop(self.nodes.insert(rename.rename.to_string())),
            UseTree::Glob(_) => {}
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        if let UseTree::Path(path) = &import.tree
            && path.ident == "sqlparser"
        {
            self.add_tree(&path.tree);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        // `Node { .. }` alone tells the kind of node. With fields next to it, the others go unread.
        let path: Vec<_> = pattern.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_node = path.first().is_some_and(|first| self.nodes.contains(first));
        if is_node && pattern.rest.is_some() && !pattern.fields.is_empty() {
            let fields: Vec<_> = pattern.fields.iter().filter_map(|field| name(&field.member)).collect();
            let (path, fields) = (path.join("::"), fields.join(", "));
            self.found.push(format!(
                "`{path} {{ {fields}, .. }}` leaves out fields of a syntax node; name each of them"
            ));
        }
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let is_comparison = matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_));
        if is_comparison && [&binary.left, &binary.right].into_iter().any(|side| is_engine(side)) {
            let sign = if matches!(binary.op, BinOp::Eq(_)) { "==" } else { "!=" };
            self.found
                .push(format!("compares an engine by `{sign}`; ask what it can do, by a method of `Engine`"));
        }
        visit::visit_expr_binary(self, binary);
    }
}

/// The name of a field.
fn name(member: &Member) -> Option<String> {
    match member {
        Member::Named(name) => Some(name.to_string()),
        Member::Unnamed(_) => None,
    }
}

/// Whether an expression is the name of an engine, as in `Engine::Sqlite`.
fn is_engine(expr: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = expr else { return false };
    let segments = &path.path.segments;
    segments.len() > 1 && segments.iter().rev().nth(1).is_some_and(|segment| segment.ident == "Engine")
}

#[cfg(test)]
mod tests {
    use super::{WALKERS, violations_below, violations_in};
    use std::path::Path;

    fn found(text: &str) -> Vec<String> {
        violations_in(&syn::parse_file(text).expect("Rust"))
    }

    #[test]
    fn a_partial_pattern_of_a_node_is_found() {
        let text = "use sqlparser::ast::{Expr, TableFactor};\n\
                    fn f(e: &Expr) { match e { Expr::Cast { expr, kind, .. } => g(expr), _ => {} } }\n\
                    fn g(t: &TableFactor) { if let TableFactor::Table { .. } = t {} let Own { a, .. } = own; }\n\
                    mod tests { fn h() { let Expr::Cast { expr, .. } = e else { return }; } }";
        let expected =
            "`Expr::Cast { expr, kind, .. }` leaves out fields of a syntax node; name each of them";
        assert_eq!(found(text), [expected]);
    }

    #[test]
    fn the_walkers_have_no_violation() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let found = violations_below(&root.join(WALKERS)).expect("they are read");
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_comparison_of_engines_is_found() {
        let text = "fn f(e: Engine) -> bool { e.has_x() }\n\
                    fn g(e: Engine) -> bool { e == Engine::Sqlite }\n\
                    fn h(e: Engine) -> bool { crate::engine::Engine::MySql != e }\n\
                    fn i(e: Engine) -> &'static str { match e { Engine::Sqlite => \"a\", _ => \"b\" } }";
        let compares =
            |sign| format!("compares an engine by `{sign}`; ask what it can do, by a method of `Engine`");
        assert_eq!(found(text), [compares("=="), compares("!=")]);
    }
}
