//! A second opinion on every scoped statement, by other means than the rewriter's own walk.
//!
//! sqlparser's own visitor goes through the tree as it was read back from the rendered text, gathers every reference
//! to a tenant table and every `name.tenant = <tenant>`, and demands one of these for each of those, and for each text
//! one of its bytes; of a table with global rows that is only read, `OR name.tenant IS NULL` may follow it; and for
//! every row inserted into a tenant table the tenant in its place.

use crate::{
    catalogue::{table::Table, tables::Catalogue},
    engine::Engine,
    placeholder::{Bound, read_placeholder},
    refusal::{Refusal, Result},
    tenant_type::TenantType,
    whom::Whom,
};
use sqlparser::ast::{
    AssignmentTarget, BinaryOperator, DataType, Delete, Expr, FromTable, Function, FunctionArg,
    FunctionArgExpr, FunctionArguments, Insert, ObjectName, ObjectNamePart, OnConflictAction, OnInsert,
    SelectItem, SetExpr, Statement, TableAliasWithoutColumns, TableFactor, TableObject, Update, Value, Visit,
    Visitor,
};
use std::ops::ControlFlow;

/// True in strict mode of MySQL, and an error otherwise.
const FAILS_UNLESS_STRICT: &str = "9223372036854775807 + (NOT (FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode) + FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode))) > 0";

/// Refuses a statement in which a reference to a tenant table has no predicate of its own, or a row no tenant.
pub(crate) fn verify(catalogue: &Catalogue, engine: Engine, whom: Whom, statement: &Statement) -> Result<()> {
    let mut census = Census {
        catalogue,
        engine,
        whom,
        references: Vec::new(),
        guards: Vec::new(),
        texts: Vec::new(),
        text_guards: Vec::new(),
        upserted: Vec::new(),
        same_tenant: Vec::new(),
        with_global_rows: Vec::new(),
        written: Vec::new(),
        widened: Vec::new(),
    };
    let broken = statement.visit(&mut census).is_break();
    census.references.sort_unstable();
    census.guards.sort_unstable();
    census.texts.sort_unstable();
    census.text_guards.sort_unstable();
    census.same_tenant.sort_unstable();
    let is_upsert_guarded = census.upserted.iter().all(|each| census.same_tenant.binary_search(each).is_ok());
    // The rows of all tenants need no predicate.
    let is_guarded = whom == Whom::All
        || census.references == census.guards
            && census.texts == census.text_guards
            && census.widens_reads_only();
    if broken || !is_guarded || !is_upsert_guarded {
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
    whom: Whom,
    references: Vec<(String, String)>,
    guards: Vec<(String, String)>,
    /// Those of the references whose tenant is a text, and predicates of bytes.
    texts: Vec<(String, String)>,
    text_guards: Vec<(String, String)>,
    /// Targets of upserts for a set of tenants.
    upserted: Vec<(String, String)>,
    /// `name.tenant = excluded.tenant` and `name.tenant = VALUES(tenant)`.
    same_tenant: Vec<(String, String)>,
    /// Those of the references that are to tables with global rows.
    with_global_rows: Vec<(String, String)>,
    /// The names under which the statement writes tables.
    written: Vec<String>,
    /// Predicates that hold for global rows too.
    widened: Vec<(String, String)>,
}

impl Census<'_> {
    fn is_for_set(&self) -> bool {
        self.whom.is_set()
    }

    /// Whether a list is all tenants of the set; of an empty one, NULL alone.
    fn is_set(&self, list: &[Expr]) -> bool {
        match self.whom {
            Whom::One | Whom::OneWithRepeats | Whom::All => false,
            Whom::Set(0) => matches!(list, [Expr::Value(value)] if value.value == Value::Null),
            Whom::Set(size) => list.len() == size && list.iter().all(is_tenant),
        }
    }

    /// Whether no more predicates hold for global rows than there are references that may reach them: those to tables
    /// that are only read.
    fn widens_reads_only(&self) -> bool {
        let mut readable = self.with_global_rows.clone();
        for name in &self.written {
            let index = readable.iter().position(|(qualifier, _)| qualifier == name);
            index.map(|index| readable.swap_remove(index));
        }
        let count = |list: &[(String, String)], each| list.iter().filter(|other| *other == each).count();
        self.widened.iter().all(|each| count(&self.widened, each) <= count(&readable, each))
    }

    /// Takes note of `name.tenant = <tenant> OR name.tenant IS NULL`, and breaks on a predicate in any other OR.
    fn either(&mut self, left: &Expr, right: &Expr) -> ControlFlow<()> {
        let is_null = |expr: &Expr| match expr {
            Expr::IsNull(of) => qualified(of),
            _ => None,
        };
        match (self.guarded(left), self.guarded(right)) {
            (None, None) => ControlFlow::Continue(()),
            (own, None) if own.is_some() && own == is_null(right) => {
                self.widened.extend(own);
                ControlFlow::Continue(())
            }
            (_, _) => ControlFlow::Break(()),
        }
    }

    /// The name and column of a predicate, if the first of what AND joins is one.
    fn guarded(&self, expr: &Expr) -> Option<(String, String)> {
        match expr {
            Expr::BinaryOp { left, op: BinaryOperator::And, right: _ } | Expr::Nested(left) => {
                self.guarded(left)
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_tenant(right) => qualified(left),
            Expr::InList { expr, list, negated: false } if self.is_set(list) => qualified(expr),
            _ => None,
        }
    }

    /// The name, tenant column and its type, if `name` is a tenant table.
    fn tenant_table(&self, name: &ObjectName) -> Option<(String, String, TenantType)> {
        let table = name.0.last().and_then(ObjectNamePart::as_ident)?;
        let (column, ty) = self.table(name)?.tenant_column()?;
        Some((table.value.to_ascii_lowercase(), column.to_ascii_lowercase(), ty))
    }

    fn table(&self, name: &ObjectName) -> Option<&Table> {
        let idents: Vec<_> = name.0.iter().filter_map(ObjectNamePart::as_ident).collect();
        let (schema, table) = match idents[..] {
            [table] => (None, table),
            [schema, table] => (Some(schema), table),
            _ => return None,
        };
        self.catalogue.resolve(self.engine, schema, table)
    }

    fn has_global_rows(&self, name: &ObjectName) -> bool {
        self.table(name).is_some_and(Table::has_global_rows)
    }

    /// Takes note of a table whose rows must be held to the tenant, so many times.
    fn refer(&mut self, qualifier: &str, column: &str, ty: TenantType, times: usize) {
        let reference = (qualifier.to_owned(), column.to_owned());
        if ty == TenantType::Text {
            self.texts.extend(std::iter::repeat_n(reference.clone(), times));
        }
        self.references.extend(std::iter::repeat_n(reference, times));
    }

    fn insert(&mut self, insert: &Insert) -> ControlFlow<()> {
        let TableObject::TableName(name) = &insert.table else { return ControlFlow::Break(()) };
        let Some((table, column, ty)) = self.tenant_table(name) else { return ControlFlow::Continue(()) };
        let alias = insert.table_alias.as_ref().map(|TableAliasWithoutColumns { explicit: _, alias }| alias);
        let qualifier = alias.map_or(table, |alias| alias.value.to_ascii_lowercase());
        let guards = match &insert.on {
            None => 0,
            Some(OnInsert::OnConflict(on)) => usize::from(matches!(on.action, OnConflictAction::DoUpdate(_))),
            Some(OnInsert::DuplicateKeyUpdate(_)) => 1,
            Some(_) => return ControlFlow::Break(()),
        };
        if self.is_for_set() {
            self.upserted.extend(std::iter::repeat_n((qualifier, column.clone()), guards));
        } else {
            self.refer(&qualifier, &column, ty, guards);
        }
        let carries_id = if self.is_for_set() { names_tenant } else { is_tenant };
        let is_cut = ty == TenantType::Text && self.engine.cuts_texts_unless_strict();
        let carries_tenant = |expr: &Expr| match uncut(expr) {
            Some(id) => is_cut && carries_id(id),
            None => !is_cut && carries_id(expr),
        };
        let named = |part: &ObjectName| {
            part.0.last().and_then(ObjectNamePart::as_ident).map(|i| i.value.to_ascii_lowercase())
        };
        let carries = if insert.assignments.is_empty() {
            let index = insert.columns.iter().position(|each| named(each).as_ref() == Some(&column));
            let body = insert.source.as_ref().map(|source| source.body.as_ref());
            index
                .zip(body)
                .is_some_and(|(index, body)| rows_carry(&carries_tenant, body, index, insert.columns.len()))
        } else {
            insert
                .assignments
                .iter()
                .any(|assignment| is_column(&assignment.target, &column) && carries_tenant(&assignment.value))
        };
        if carries { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

impl Visitor for Census<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => {
                self.written.extend(written_by_update(update));
                ControlFlow::Continue(())
            }
            Statement::Delete(delete) => {
                self.written.extend(written_by_delete(delete));
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor
            && let Some((table, column, ty)) = self.tenant_table(name)
        {
            let qualifier = alias.as_ref().map_or(table, |alias| alias.name.value.to_ascii_lowercase());
            self.refer(&qualifier, &column, ty, 1);
            if self.has_global_rows(name) {
                self.with_global_rows.push((qualifier, column));
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } => return self.either(left, right),
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right }
                if is_tenant(right) && !self.is_for_set() =>
            {
                self.guards.extend(qualified(left));
                self.text_guards.extend(bytes(self.engine, left).and_then(qualified));
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if self.is_for_set() => {
                let own = qualified(left);
                if own.as_ref().is_some_and(|(_, column)| is_inserted(right, column)) {
                    self.same_tenant.extend(own);
                }
            }
            Expr::InList { expr, list, negated: false } if self.is_set(list) => {
                self.guards.extend(qualified(expr));
                self.text_guards.extend(bytes(self.engine, expr).and_then(qualified));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The lower-case name of a table in FROM.
fn name_of(factor: &TableFactor) -> Option<String> {
    let TableFactor::Table { name, alias, .. } = factor else { return None };
    let last = name.0.last().and_then(ObjectNamePart::as_ident);
    alias.as_ref().map(|alias| &alias.name).or(last).map(|ident| ident.value.to_ascii_lowercase())
}

/// The names of the tables that an UPDATE writes.
fn written_by_update(update: &Update) -> Vec<String> {
    if update.table.joins.is_empty() {
        return name_of(&update.table.relation).into_iter().collect();
    }
    let assigned = update.assignments.iter().filter_map(|assignment| match &assignment.target {
        AssignmentTarget::ColumnName(name) => {
            let [.., table, _column] = name.0.as_slice() else { return None };
            table.as_ident().map(|ident| ident.value.to_ascii_lowercase())
        }
        AssignmentTarget::Tuple(_) => None,
    });
    let mut written: Vec<_> = assigned.collect();
    written.sort_unstable();
    written.dedup();
    written
}

/// The names of the tables that a DELETE writes.
fn written_by_delete(delete: &Delete) -> Vec<String> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    if delete.tables.is_empty() {
        return from.iter().filter_map(|joined| name_of(&joined.relation)).collect();
    }
    let last = |name: &ObjectName| name.0.last().and_then(ObjectNamePart::as_ident).cloned();
    delete.tables.iter().filter_map(last).map(|ident| ident.value.to_ascii_lowercase()).collect()
}

/// The lower-case qualifier and name of `qualifier.name`.
fn qualified(expr: &Expr) -> Option<(String, String)> {
    let Expr::CompoundIdentifier(idents) = expr else { return None };
    match idents.as_slice() {
        [qualifier, name] => Some((qualifier.value.to_ascii_lowercase(), name.value.to_ascii_lowercase())),
        _ => None,
    }
}

/// The text of which an expression is the bytes.
fn bytes(engine: Engine, expr: &Expr) -> Option<&Expr> {
    match (engine, expr) {
        (Engine::Sqlite, Expr::Collate { expr, collation }) => {
            is_named(collation, "BINARY").then_some(expr.as_ref())
        }
        (Engine::MySql, Expr::Cast { expr, data_type: DataType::Binary(None), .. }) => match expr.as_ref() {
            Expr::Convert { expr, charset: Some(charset), .. } => {
                is_named(charset, "utf8mb4").then_some(expr.as_ref())
            }
            _ => None,
        },
        (Engine::Postgres, Expr::Collate { expr, collation }) => match expr.as_ref() {
            Expr::Cast { expr, data_type: DataType::Text, .. } => {
                is_named(collation, "C").then_some(expr.as_ref())
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_named(name: &ObjectName, word: &str) -> bool {
    matches!(name.0.as_slice(), [part] if part.as_ident().is_some_and(|ident| ident.value == word))
}

/// The id in `IF(<fails unless the session is strict>, CONVERT(id USING utf8mb4), NULL)`.
fn uncut(expr: &Expr) -> Option<&Expr> {
    let Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) = expr else {
        return None;
    };
    match list.args.as_slice() {
        [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(condition)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Convert {
                expr: id,
                charset: Some(charset),
                ..
            })),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(_))),
        ] if is_named(name, "IF")
            && is_named(charset, "utf8mb4")
            && condition.to_string() == FAILS_UNLESS_STRICT =>
        {
            Some(id)
        }
        _ => None,
    }
}

/// Whether an expression is this column of the row to insert, in an upsert.
fn is_inserted(expr: &Expr, column: &str) -> bool {
    match expr {
        Expr::Function(function) => {
            function.to_string().to_ascii_lowercase().replace('`', "") == format!("values({column})")
        }
        expr => qualified(expr).is_some_and(|(row, name)| row == "excluded" && name == column),
    }
}

/// Whether the target of an assignment is this column.
fn is_column(target: &AssignmentTarget, column: &str) -> bool {
    let AssignmentTarget::ColumnName(name) = target else { return false };
    let last = name.0.last().and_then(ObjectNamePart::as_ident);
    last.is_some_and(|ident| ident.value.eq_ignore_ascii_case(column))
}

/// Whether every row that `body` yields has the tenant at `index`; in a select list the last item is at the last index.
fn rows_carry(tenant: &dyn Fn(&Expr) -> bool, body: &SetExpr, index: usize, columns: usize) -> bool {
    match body {
        SetExpr::Values(values) => values
            .rows
            .iter()
            .all(|row| row.content.len() == columns && row.content.get(index).is_some_and(tenant)),
        SetExpr::Select(select) => {
            let item =
                if index + 1 == columns { select.projection.last() } else { select.projection.get(index) };
            matches!(item, Some(SelectItem::UnnamedExpr(expr)) if tenant(expr))
        }
        SetExpr::Query(query) => rows_carry(tenant, &query.body, index, columns),
        SetExpr::SetOperation { left, right, .. } => {
            rows_carry(tenant, left, index, columns) && rows_carry(tenant, right, index, columns)
        }
        SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => false,
    }
}

/// Whether a value can name one tenant of a set: it is checked when the statement runs.
fn names_tenant(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value != Value::Null && !is_tenant(expr))
}

fn is_tenant(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { expr, .. } => is_tenant(expr),
        Expr::Value(value) => match &value.value {
            Value::Placeholder(text) => {
                matches!(read_placeholder(text), Some(Bound::Tenant(_) | Bound::TenantAt(_, _)))
            }
            _ => false,
        },
        _ => false,
    }
}
