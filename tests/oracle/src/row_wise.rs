//! Whether a statement's answer for several tenants consists of the answers for each of them.

use crate::schema::{Backend, Role, Schema, Table};
use sqlparser::{
    ast::{
        Expr, FromTable, GroupByExpr, JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr,
        SetOperator, SetQuantifier, Statement, TableFactor, TableObject, TableWithJoins, With,
        visit_expressions,
    },
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
};
use std::ops::ControlFlow;

/// How answers are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The rows of each tenant, one tenant after the other.
    Rows,
    /// It inserts rows that name their tenant.
    Insert,
}

/// How a statement's answers are combined, if they can be.
pub fn kind(schema: &Schema, sql: &str) -> Option<Kind> {
    let dialect: &dyn Dialect = match schema.backend {
        Backend::Sqlite => &SQLiteDialect {},
        Backend::Postgres => &PostgreSqlDialect {},
        Backend::MariaDb => &MySqlDialect {},
    };
    let mut statements = Parser::parse_sql(dialect, sql).ok()?;
    let statement = statements.pop()?;
    let mut names = Names { schema, ctes: Vec::new() };
    match &statement {
        Statement::Query(query) => names.query(query).then_some(Kind::Rows),
        Statement::Update(update) => {
            let is_limited = update.limit.is_some();
            (names.is_written(&update.table.relation) && !is_limited).then_some(Kind::Rows)
        }
        Statement::Delete(delete) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            let is_owned = from.first().is_some_and(|joined| names.is_written(&joined.relation));
            (is_owned && delete.limit.is_none()).then_some(Kind::Rows)
        }
        Statement::Insert(insert) => match &insert.table {
            TableObject::TableName(name) if names.may_write(name) => Some(Kind::Insert),
            _ => None,
        },
        _ => None,
    }
}

/// What names in FROM refer to.
struct Names<'s> {
    schema: &'s Schema,
    /// Common table expressions, and whether their rows can be combined.
    ctes: Vec<(String, bool)>,
}

impl Names<'_> {
    fn query(&mut self, query: &Query) -> bool {
        let known = self.ctes.len();
        let adds_up = self.with(query.with.as_ref())
            && query.limit_clause.is_none()
            && query.fetch.is_none()
            && self.body(&query.body);
        self.ctes.truncate(known);
        adds_up
    }

    fn with(&mut self, with: Option<&With>) -> bool {
        let Some(with) = with else { return true };
        for cte in &with.cte_tables {
            let adds_up = !with.recursive && self.query(&cte.query);
            self.ctes.push((cte.alias.name.value.to_ascii_lowercase(), adds_up));
        }
        // An expression that writes counts even if nothing reads it.
        !with.recursive && with.cte_tables.iter().all(|cte| matches!(*cte.query.body, SetExpr::Select(_)))
    }

    fn body(&mut self, body: &SetExpr) -> bool {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation {
                left,
                op: SetOperator::Union,
                set_quantifier: SetQuantifier::All,
                right,
            } => self.body(left) && self.body(right),
            _ => false,
        }
    }

    fn select(&mut self, select: &Select) -> bool {
        let is_grouped = match &select.group_by {
            GroupByExpr::All(_) => true,
            GroupByExpr::Expressions(exprs, modifiers) => !exprs.is_empty() || !modifiers.is_empty(),
        };
        let has_owner = select.from.iter().any(|joined| self.owns(joined));
        let adds_up = select.from.iter().all(|joined| self.parts_add_up(joined));
        select.distinct.is_none()
            && !is_grouped
            && select.having.is_none()
            && !select.projection.iter().any(looks_at_other_rows)
            && has_owner
            && adds_up
    }

    /// Whether every row of this FROM item has a tenant.
    fn owns(&mut self, joined: &TableWithJoins) -> bool {
        let keeps_left = |operator: &JoinOperator| {
            !matches!(
                operator,
                JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_)
            )
        };
        joined.joins.iter().all(|join| keeps_left(&join.join_operator)) && self.is_owned(&joined.relation)
    }

    fn is_owned(&mut self, factor: &TableFactor) -> bool {
        match factor {
            TableFactor::Table { name, args: None, .. } => {
                self.cte(name).unwrap_or_else(|| self.is_tenants(name))
            }
            TableFactor::Derived { subquery, .. } => self.query(subquery),
            TableFactor::NestedJoin { table_with_joins, .. } => self.owns(table_with_joins),
            _ => false,
        }
    }

    /// Whether no part of FROM is a query whose rows cannot be combined.
    fn parts_add_up(&mut self, joined: &TableWithJoins) -> bool {
        let relations = joined.joins.iter().map(|join| &join.relation);
        std::iter::once(&joined.relation).chain(relations).all(|factor| match factor {
            TableFactor::Table { name, args: None, .. } => self.cte(name).unwrap_or(true),
            TableFactor::Derived { subquery, .. } => self.query(subquery),
            TableFactor::NestedJoin { table_with_joins, .. } => self.parts_add_up(table_with_joins),
            _ => true,
        })
    }

    fn cte(&self, name: &ObjectName) -> Option<bool> {
        let name = name.to_string().replace(['"', '`', '[', ']'], "").to_ascii_lowercase();
        self.ctes.iter().rfind(|(cte, _)| *cte == name).map(|(_, adds_up)| *adds_up)
    }

    /// Whether a table's rows that are written are tenants'.
    fn is_written(&self, factor: &TableFactor) -> bool {
        matches!(factor, TableFactor::Table { name, args: None, .. } if self.may_write(name))
    }

    fn may_write(&self, name: &ObjectName) -> bool {
        self.owned(name).is_some()
    }

    /// Whether each row of a table that is read has a tenant: global rows are read once for all.
    fn is_tenants(&self, name: &ObjectName) -> bool {
        self.owned(name).is_some_and(|table| !table.global)
    }

    fn owned(&self, name: &ObjectName) -> Option<&Table> {
        let name = name.to_string().replace(['"', '`', '[', ']'], "").to_ascii_lowercase();
        let mut tables = self.schema.tables.iter();
        tables.find(|table| table.name == name && matches!(table.role, Role::Root | Role::Tenant { .. }))
    }
}

/// Whether an item is computed from several rows.
fn looks_at_other_rows(item: &SelectItem) -> bool {
    const AGGREGATES: [&str; 16] = [
        "count",
        "sum",
        "total",
        "avg",
        "min",
        "max",
        "group_concat",
        "string_agg",
        "array_agg",
        "bool_and",
        "bool_or",
        "every",
        "json_group_array",
        "json_agg",
        "json_arrayagg",
        "bit_and",
    ];
    let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else { return false };
    // A subquery's own functions count too: in a select list it is refused for a set of tenants anyway.
    visit_expressions(expr, |expr| match expr {
        Expr::Function(function)
            if function.over.is_some()
                || AGGREGATES.contains(&function.name.to_string().to_ascii_lowercase().as_str()) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}
