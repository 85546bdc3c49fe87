//! The columns that a query yields, by the names of its select list.

use crate::{
    engine::Engine,
    limits::limit,
    names,
    read::spelling,
    refusal::Result,
    rewrite::{
        columns::{
            calls,
            relation::{Column, Columns, Name},
        },
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{
    AccessExpr, Expr, Ident, ObjectName, ObjectNamePart, Parens, SelectItem, SelectItemQualifiedWildcardKind,
    Values,
};

/// Most columns of a query: MySQL's limit, the highest of the engines'.
const MAX_COLUMNS: usize = 4_096;

impl<'a> Rewriter<'a> {
    /// The columns of a select list or of RETURNING, whose FROM is the innermost in sight.
    pub(in crate::rewrite) fn outputs_of(&self, items: &[SelectItem]) -> Result<Columns<'a>> {
        limit("columns of a query", items.len(), MAX_COLUMNS)?;
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => match columns_of_row(self.engine, expr) {
                    Some(names) => {
                        list.extend(names.iter().map(|name| Column::Named(Name::Declared(name))));
                    }
                    None => list.push(self.output_of(expr)),
                },
                SelectItem::ExprWithAlias { expr: _, alias } => list.push(self.named(alias)),
                // Refused when it is met.
                SelectItem::ExprWithAliases { expr: _, aliases: _ } => list.push(Column::Unknown),
                SelectItem::QualifiedWildcard(kind, _) => self.append_wildcard(Some(kind), &mut list),
                SelectItem::Wildcard(_) => self.append_wildcard(None, &mut list),
            }
            limit("columns of a query", list.len(), MAX_COLUMNS)?;
        }
        self.count(list.len())?;
        Ok(Columns::list(list))
    }

    fn append_wildcard(&self, kind: Option<&SelectItemQualifiedWildcardKind>, list: &mut Vec<Column<'a>>) {
        let qualifier = match kind {
            None => None,
            Some(SelectItemQualifiedWildcardKind::ObjectName(ObjectName(parts))) => match parts.last() {
                Some(ObjectNamePart::Identifier(ident)) => Some(ident),
                Some(ObjectNamePart::Function(_)) | None => return list.push(Column::Unknown),
            },
            // Refused when it is met.
            Some(SelectItemQualifiedWildcardKind::Expr(_)) => return list.push(Column::Unknown),
        };
        let sources = self.innermost();
        let Some(qualifier) = qualifier else {
            return Columns::joined(sources.iter().map(|source| source.columns.clone())).append_to(list);
        };
        match sources.iter().find(|source| source.is_named(self.engine, qualifier)) {
            Some(source) => source.columns.append_to(list),
            None => list.push(Column::Unknown),
        }
    }

    fn named(&self, ident: &Ident) -> Column<'a> {
        Column::written(names::folded(self.engine.column_folding(), ident))
    }

    fn output_of(&self, expr: &Expr) -> Column<'a> {
        match (name_of(self.engine, expr), self.engine) {
            (Some(ident), _) => self.named(ident),
            // Named after the text, which the text's own name was not kept for because it is the same.
            (None, Engine::Sqlite | Engine::MySql) => Column::written(expr.to_string()),
            (None, Engine::Postgres) => Column::Unnamed,
        }
    }
}

/// The columns of `(f(…)).*`.
fn columns_of_row(engine: Engine, expr: &Expr) -> Option<&'static [&'static str]> {
    let Expr::CompoundFieldAccess { root, access_chain } = expr else { return None };
    match (root.as_ref(), access_chain.as_slice()) {
        (Expr::Nested(inner), [AccessExpr::Dot(Expr::Identifier(name))]) if spelling::is_all(name) => {
            let Expr::Function(function) = inner.as_ref() else { return None };
            let [ObjectNamePart::Identifier(called)] = function.name.0.as_slice() else { return None };
            Some(calls::columns_of_row(engine, called))
        }
        _ => None,
    }
}

/// The name that an engine gives to an unaliased result, where that is certain.
///
/// PostgreSQL (`FigureColname` in its source) names it after the column, through casts and subscripts, or after the
/// function that is called, which the caller may call as well by that name.
fn name_of<'e>(engine: Engine, expr: &'e Expr) -> Option<&'e Ident> {
    match expr {
        Expr::Identifier(ident) => Some(ident),
        Expr::CompoundIdentifier(idents) => idents.last(),
        Expr::Nested(inner) => name_of(engine, inner),
        Expr::Cast { kind: _, expr, data_type: _, format: _ } | Expr::Collate { expr, collation: _ }
            if engine.names_results_by_inner_name() =>
        {
            name_of(engine, expr)
        }
        Expr::CompoundFieldAccess { root, access_chain } if engine.names_results_by_inner_name() => {
            let field = |access: &'e AccessExpr| match access {
                AccessExpr::Dot(Expr::Identifier(ident)) => Some(ident),
                AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
            };
            access_chain.iter().rev().find_map(field).or_else(|| name_of(engine, root))
        }
        Expr::Function(function) if engine.names_results_by_inner_name() => {
            match function.name.0.as_slice() {
                [ObjectNamePart::Identifier(ident)] => Some(ident),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The columns of VALUES.
pub(in crate::rewrite) fn outputs_of_values<'a>(engine: Engine, values: &Values) -> Columns<'a> {
    let Values { explicit_row: _, value_keyword: _, rows } = values;
    let count =
        rows.first().map_or(0, |Parens { opening_token: _, content, closing_token: _ }| content.len());
    Columns::list(vec![match engine {
        Engine::Sqlite | Engine::Postgres => Column::Numbered { prefix: "column", count },
        // MySQL counts from column_0, MariaDB names them after the first row.
        Engine::MySql => Column::Unknown,
    }])
}
