//! A second opinion on every plan, by other means than the rewriter's own walk.
//!
//! sqlparser's own visitor goes through the tree as it was read back from the rendered text, gathers every reference
//! to a tenant table and every `name.tenant = <tenant>`, and demands one of these for each of those; and for every row
//! inserted into a tenant table the tenant in its place.

use crate::{
    catalogue::Catalogue,
    dialect::Engine,
    refusal::{Refusal, Result},
    rewrite::{Bound, read_placeholder},
};
use sqlparser::ast::{
    BinaryOperator, Expr, Insert, ObjectName, ObjectNamePart, OnConflictAction, OnInsert, SelectItem,
    SetExpr, Statement, TableAliasWithoutColumns, TableFactor, TableObject, Value, Visit, Visitor,
};
use std::ops::ControlFlow;

/// Refuses a statement in which a reference to a tenant table has no predicate of its own, or a row no tenant.
pub(crate) fn verify(catalogue: &Catalogue, engine: Engine, statement: &Statement) -> Result<()> {
    let mut census = Census { catalogue, engine, references: Vec::new(), guards: Vec::new() };
    let broken = statement.visit(&mut census).is_break();
    census.references.sort_unstable();
    census.guards.sort_unstable();
    if broken || census.references != census.guards {
        return Err(Refusal::Unsupported {
            construct: "a statement of this shape".into(),
            table: None,
            instead: "the scoped text did not pass its second check; please report the statement as a defect"
                .into(),
        });
    }
    Ok(())
}

/// References to tenant tables, and predicates, as pairs of lower-case qualifier and tenant column.
struct Census<'a> {
    catalogue: &'a Catalogue,
    engine: Engine,
    references: Vec<(String, String)>,
    guards: Vec<(String, String)>,
}

impl Census<'_> {
    /// The name and tenant column, if `name` is a tenant table.
    fn tenant_table(&self, name: &ObjectName) -> Option<(String, String)> {
        let idents: Vec<_> = name.0.iter().filter_map(ObjectNamePart::as_ident).collect();
        let (schema, table) = match idents[..] {
            [table] => (None, table),
            [schema, table] => (Some(schema), table),
            _ => return None,
        };
        let (column, _) = self.catalogue.resolve(self.engine, schema, table)?.tenant_column()?;
        Some((table.value.to_ascii_lowercase(), column.to_ascii_lowercase()))
    }

    fn insert(&mut self, insert: &Insert) -> ControlFlow<()> {
        let TableObject::TableName(name) = &insert.table else { return ControlFlow::Break(()) };
        let Some((table, column)) = self.tenant_table(name) else { return ControlFlow::Continue(()) };
        let alias = insert.table_alias.as_ref().map(|TableAliasWithoutColumns { explicit: _, alias }| alias);
        let qualifier = alias.map_or(table, |alias| alias.value.to_ascii_lowercase());
        let guards = match &insert.on {
            None => 0,
            Some(OnInsert::OnConflict(on)) => usize::from(matches!(on.action, OnConflictAction::DoUpdate(_))),
            Some(OnInsert::DuplicateKeyUpdate(_)) => 1,
            Some(_) => return ControlFlow::Break(()),
        };
        self.references.extend(std::iter::repeat_n((qualifier, column.clone()), guards));
        let named = |part: &ObjectName| {
            part.0.last().and_then(ObjectNamePart::as_ident).map(|i| i.value.to_ascii_lowercase())
        };
        let carries = if insert.assignments.is_empty() {
            let index = insert.columns.iter().position(|each| named(each).as_ref() == Some(&column));
            let body = insert.source.as_ref().map(|source| source.body.as_ref());
            index.zip(body).is_some_and(|(index, body)| rows_carry_tenant(body, index, insert.columns.len()))
        } else {
            insert.assignments.iter().any(|assignment| is_tenant(&assignment.value))
        };
        if carries { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

impl Visitor for Census<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor
            && let Some((table, column)) = self.tenant_table(name)
        {
            let qualifier = alias.as_ref().map_or(table, |alias| alias.name.value.to_ascii_lowercase());
            self.references.push((qualifier, column));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = expr
            && let Expr::CompoundIdentifier(idents) = left.as_ref()
            && let [qualifier, column] = idents.as_slice()
            && is_tenant(right)
        {
            self.guards.push((qualifier.value.to_ascii_lowercase(), column.value.to_ascii_lowercase()));
        }
        ControlFlow::Continue(())
    }
}

/// Whether every row that `body` yields has the tenant at `index`; in a select list the last item is at the last index.
fn rows_carry_tenant(body: &SetExpr, index: usize, columns: usize) -> bool {
    match body {
        SetExpr::Values(values) => values
            .rows
            .iter()
            .all(|row| row.content.len() == columns && row.content.get(index).is_some_and(is_tenant)),
        SetExpr::Select(select) => {
            let item =
                if index + 1 == columns { select.projection.last() } else { select.projection.get(index) };
            matches!(item, Some(SelectItem::UnnamedExpr(expr)) if is_tenant(expr))
        }
        SetExpr::Query(query) => rows_carry_tenant(&query.body, index, columns),
        SetExpr::SetOperation { left, right, .. } => {
            rows_carry_tenant(left, index, columns) && rows_carry_tenant(right, index, columns)
        }
        SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => false,
    }
}

fn is_tenant(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { expr, .. } => is_tenant(expr),
        Expr::Value(value) => match &value.value {
            Value::Placeholder(text) => {
                matches!(read_placeholder(text), Some(Bound::Tenant(_)))
            }
            _ => false,
        },
        _ => false,
    }
}
