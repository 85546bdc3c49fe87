//! In a scope of several tenants: keys that rows of two of them have.
//!
//! Code that knows a row by a key without the tenant takes two tenants' rows of one key for one row: SeaORM groups related
//! rows by the parent's primary key, its loaders match by the columns of a relation, `update` and `delete` write every row
//! of the key, a cursor goes on behind it. Where the database keeps such keys apart no two rows have one, and nothing in the
//! catalogue says whether it does. So a statement that delivers or writes rows by such a key fails where it meets one
//! that two tenants of the set have: `NOT EXISTS (SELECT 1 FROM t AS o WHERE o.tenant IN (…) AND o.key = t.key AND NOT
//! (o.tenant = t.tenant))`, or an error.

use crate::{
    catalogue::{links::Link, table::Table},
    names,
    refusal::{Result, refuse_with},
    rewrite::{
        build::{conjunction, equal, number, plain_table_as, query_of, selecting, unless_failing},
        bytes::equal_ids,
        named::{Named, NamedInRows},
        rewriter::Rewriter,
    },
    whom::Whom,
};
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, LimitClause, ObjectName, Query, SelectItem, TableAlias, TableFactor,
    TableWithJoins, UnaryOperator,
};

/// The name of the rows that are looked through for another tenant's.
const OTHERS: &str = "rows_of_the_set";

/// The name of their tenant, and what those of their keys begin with, where they are in a derived table.
const OTHERS_TENANT: &str = "tenant_of_row";
const OTHERS_KEY: &str = "key_of_row";

/// How the other rows of a table are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// In the table itself.
    Table,
    /// In a derived table of them, where the statement writes the table and the engine would not read it.
    Derived,
}

impl<'a> Rewriter<'a> {
    /// Whether the rows of the SELECT at hand are the statement's, and may be of several tenants.
    pub(super) fn checks_keys(&self) -> bool {
        self.delivers && self.has_several_tenants()
    }

    /// Adds to a SELECT whose rows are the statement's that none has the key of another tenant's.
    pub(super) fn keep_keys_apart(
        &mut self,
        named: &NamedInRows,
        selection: &mut Option<Expr>,
    ) -> Result<()> {
        let mut delivered = named.anywhere.clone();
        delivered.columns.extend(self.ordered.columns.iter().cloned());
        self.add_checks(selection, (&named.in_condition, &delivered), Look::Table)
    }

    /// What the caller's condition of a write names, where the rows may be of several tenants.
    pub(super) fn named_in_write(&self, callers: Option<&Expr>) -> Option<Named> {
        self.has_several_tenants().then(|| Named::in_condition(callers))
    }

    /// Adds to a write that none of its rows has the key of another tenant's.
    pub(super) fn keep_written_keys_apart(
        &mut self,
        named: Option<&Named>,
        selection: &mut Option<Expr>,
    ) -> Result<()> {
        let Some(named) = named else { return Ok(()) };
        let look = if self.engine.hides_target_from_subqueries() { Look::Derived } else { Look::Table };
        self.add_checks(selection, (named, named), look)
    }

    pub(super) fn has_several_tenants(&self) -> bool {
        match self.whom {
            Whom::One | Whom::OneWithRepeats => false,
            Whom::Set(size) => size > 1,
            Whom::All => true,
        }
    }

    /// Adds the checks for each table of the innermost FROM: of its primary key where that is delivered, of what
    /// relations go by where a condition names it.
    fn add_checks(
        &mut self,
        selection: &mut Option<Expr>,
        (condition, delivered): (&Named, &Named),
        look: Look,
    ) -> Result<()> {
        let tables = self.innermost().iter().filter_map(|source| Some((source.name.clone()?, source.table?)));
        for (mut qualifier, table) in tables.collect::<Vec<_>>() {
            names::settle(self.engine, &mut qualifier)?;
            for link in self.catalogue.links_without_tenant(table) {
                let named = if link.is_primary { delivered } else { condition };
                if named.has_any(&qualifier, link.columns) {
                    self.add_check(selection, (&qualifier, table), &link, look)?;
                }
            }
        }
        Ok(())
    }

    fn add_check(
        &mut self,
        selection: &mut Option<Expr>,
        (qualifier, table): (&Ident, &Table),
        link: &Link<'a>,
        look: Look,
    ) -> Result<()> {
        if qualifier.value.eq_ignore_ascii_case(OTHERS) {
            return refuse_with(
                format!("the name `{OTHERS}` in a scope of several tenants"),
                "use another alias",
            );
        }
        self.queries += 1;
        self.tables.insert(link.table.qualified_name());
        let others = self.others(link, (qualifier, table), selection.as_ref(), look);
        let exists = Expr::Exists { subquery: Box::new(others), negated: true };
        let check = unless_failing(self.engine.failure(), exists, &link.table.shared_key_failure());
        *selection = Some(match selection.take() {
            Some(selection) => and(selection, check),
            None => check,
        });
        Ok(())
    }

    /// `SELECT 1 FROM others WHERE key = own.key AND NOT (tenant = own.tenant)`.
    fn others(
        &self,
        link: &Link<'a>,
        (qualifier, table): (&Ident, &Table),
        selection: Option<&Expr>,
        look: Look,
    ) -> Query {
        let Some(((tenant, ty), (own_tenant, _))) = link.table.tenant_column().zip(table.tenant_column())
        else {
            return selecting_one(Vec::new(), None);
        };
        let others = self.quoted(OTHERS);
        let (from, their_tenant, mut conditions) = match look {
            Look::Table => {
                let from = self.table_as(link.table, &others);
                (from, tenant.to_owned(), self.predicates(link.table, &others))
            }
            Look::Derived => {
                let values = selection.map(|selection| self.values_of(selection, qualifier, link));
                let rows = self.rows_of_set(link, tenant, values.unwrap_or_default());
                (derived(rows, others.clone()), OTHERS_TENANT.to_owned(), Vec::new())
            }
        };
        for (index, (column, other)) in link.columns.iter().zip(link.other_columns).enumerate() {
            let theirs = match look {
                Look::Table => other.clone(),
                Look::Derived => format!("{OTHERS_KEY}_{index}"),
            };
            let own = self.tenant_column_of(qualifier, column);
            conditions.push(equal(self.tenant_column_of(&others, &theirs), own));
        }
        let own = self.tenant_column_of(qualifier, own_tenant);
        let same = equal_ids(self.engine, ty, self.tenant_column_of(&others, &their_tenant), &own);
        conditions.extend(conjunction(same, None).map(not));
        selecting_one(vec![from], conjunction(conditions, None))
    }

    /// `SELECT tenant, key FROM table WHERE tenants AND key = values`, with a limit, so that it is made before the write;
    /// DISTINCT would take loose texts for one.
    fn rows_of_set(&self, link: &Link<'a>, tenant: &str, values: Vec<(String, Expr)>) -> Query {
        let others = self.quoted(OTHERS);
        let mut conditions = self.predicates(link.table, &others);
        conditions.extend(
            values.into_iter().map(|(column, value)| equal(self.tenant_column_of(&others, &column), value)),
        );
        let aliased = |column: &str, alias: &str| SelectItem::ExprWithAlias {
            expr: self.tenant_column_of(&others, column),
            alias: self.quoted(alias),
        };
        let keys = link.other_columns.iter().enumerate();
        let keys = keys.map(|(index, column)| aliased(column, &format!("{OTHERS_KEY}_{index}")));
        let items = std::iter::once(aliased(tenant, OTHERS_TENANT)).chain(keys).collect();
        let from = vec![self.table_as(link.table, &others)];
        let mut rows = query_of(selecting(items, from, conjunction(conditions, None)));
        let limit = Some(number("18446744073709551615"));
        rows.limit_clause = Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() });
        rows
    }

    /// The values that all rows of a condition have in the columns of a key, with the other row's columns.
    fn values_of(&self, condition: &Expr, qualifier: &Ident, link: &Link<'_>) -> Vec<(String, Expr)> {
        match condition {
            Expr::Nested(inner) => self.values_of(inner, qualifier, link),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                let mut values = self.values_of(left, qualifier, link);
                values.extend(self.values_of(right, qualifier, link));
                values
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => match (left.as_ref(), right.as_ref()) {
                (Expr::CompoundIdentifier(idents), Expr::Value(_)) => {
                    let [of, column] = idents.as_slice() else { return Vec::new() };
                    let mut pairs = link.columns.iter().zip(link.other_columns);
                    let pair = pairs.find(|(own, _)| self.is_column(column, own));
                    match pair {
                        Some((_, other)) if of.value.eq_ignore_ascii_case(&qualifier.value) => {
                            vec![(other.clone(), right.as_ref().clone())]
                        }
                        Some(_) | None => Vec::new(),
                    }
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// `table AS alias`.
    pub(super) fn table_as(&self, table: &Table, alias: &Ident) -> TableWithJoins {
        let schema = table.schema().map(|schema| self.quoted(schema));
        let name =
            ObjectName::from(schema.into_iter().chain([self.quoted(table.name())]).collect::<Vec<_>>());
        let relation = plain_table_as(name, Some(named(alias.clone())), Vec::new());
        TableWithJoins { relation, joins: Vec::new() }
    }
}

fn named(name: Ident) -> TableAlias {
    TableAlias { explicit: true, name, columns: Vec::new(), at: None }
}

/// `(rows) AS alias`.
fn derived(rows: Query, alias: Ident) -> TableWithJoins {
    let relation = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(rows),
        alias: Some(named(alias)),
        sample: None,
    };
    TableWithJoins { relation, joins: Vec::new() }
}

/// `SELECT 1 FROM from WHERE selection`.
fn selecting_one(from: Vec<TableWithJoins>, selection: Option<Expr>) -> Query {
    query_of(selecting(vec![SelectItem::UnnamedExpr(number("1"))], from, selection))
}

/// `NOT (condition)`.
fn not(condition: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(Expr::Nested(Box::new(condition))) }
}

/// `left AND right`, of which the left may be an OR.
fn and(left: Expr, right: Expr) -> Expr {
    let is_chain = matches!(
        left,
        Expr::BinaryOp { left: _, op: BinaryOperator::And, right: _ }
            | Expr::Nested(_)
            | Expr::InList { expr: _, list: _, negated: _ }
    );
    let left = if is_chain { left } else { Expr::Nested(Box::new(left)) };
    Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
}
