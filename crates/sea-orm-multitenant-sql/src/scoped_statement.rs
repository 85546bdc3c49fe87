//! The outcome: text to send, which values to bind in which order, and what to check about them.

use crate::{
    outcome::{Outcome, StatementKind, TenantCheck},
    placeholder::Argument,
};
use std::sync::Arc;

/// How the values to bind stand to the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueOrder {
    /// All of the caller's as they are, then the tenants.
    CallersFirst,
    /// All of the caller's in their order, with tenants before or between them.
    Interleaved,
    /// The caller's in their order, without some of them.
    Ascending,
    /// The caller's in another order, each at most once.
    Any,
    /// One of the caller's more than once.
    Repeated,
}

impl ValueOrder {
    /// How these stand to the caller's values, of which there are so many.
    pub(crate) fn of(arguments: &[Argument], values: usize) -> Self {
        let callers = arguments.iter().filter_map(|argument| match argument {
            Argument::Value(index) => Some(*index),
            Argument::Tenant(_) | Argument::TenantAt(_, _) => None,
        });
        let mut seen = vec![false; values];
        if callers.clone().any(|index| seen.get_mut(index).is_some_and(|seen| std::mem::replace(seen, true)))
        {
            return Self::Repeated;
        }
        let as_given = arguments.iter().take(values).enumerate();
        if arguments.len() >= values
            && as_given.clone().all(|(index, argument)| *argument == Argument::Value(index))
        {
            return Self::CallersFirst;
        }
        match (callers.clone().is_sorted(), callers.count() == values) {
            (true, true) => Self::Interleaved,
            (true, false) => Self::Ascending,
            (false, _) => Self::Any,
        }
    }
}

/// A scoped statement, good for every tenant.
///
/// ```
/// use sea_orm_multitenant_sql::{
///     Argument, Catalogue, Engine, Found, StatementKind, Table, TenantCheckKind, TenantType, scope_statement,
/// };
///
/// let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
/// let scoped = scope_statement(&catalogue, Engine::MySql, "INSERT INTO p (x, t) VALUES (?, ?)")?;
/// assert_eq!(scoped.kind(), StatementKind::Insert);
/// assert_eq!(scoped.tables(), ["p"]);
/// assert_eq!(scoped.values(), 2);
/// assert_eq!(scoped.arguments(), [Argument::Value(0), Argument::Tenant(TenantType::Int)]);
/// // The caller's second value is not sent: it must be the tenant, or NULL, and the scope's own is sent instead.
/// assert_eq!(scoped.checks()[0].found, Found::Value(1));
/// assert_eq!(scoped.checks()[0].kind, TenantCheckKind::Insert);
/// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopedStatement {
    sql: String,
    arguments: Vec<Argument>,
    values: usize,
    order: ValueOrder,
    checks: Vec<TenantCheck>,
    repeated: Vec<usize>,
    kind: StatementKind,
    tables: Arc<[String]>,
    locks_rows: bool,
}

impl ScopedStatement {
    /// The text to send.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values to bind, in order.
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// How the values to bind stand to the caller's.
    pub fn order(&self) -> ValueOrder {
        self.order
    }

    /// How many values the caller must bring.
    pub fn values(&self) -> usize {
        self.values
    }

    /// What must hold about the caller's values.
    pub fn checks(&self) -> &[TenantCheck] {
        &self.checks
    }

    /// The caller's values, by index from 0, whose conditions were left out. If one of them is not the tenant, this
    /// scoped statement is not for these values; see [`Whom::One`](crate::Whom::One).
    pub fn repeated(&self) -> &[usize] {
        &self.repeated
    }

    /// What the statement does.
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// Whether the statement neither writes rows nor locks them, its common table expressions included.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
    /// let reads_only = |sql| scope_statement(&catalogue, Engine::Postgres, sql).map(|scoped| scoped.is_read_only());
    /// assert_eq!(reads_only("SELECT x FROM p"), Ok(true));
    /// assert_eq!(reads_only("SELECT x FROM p FOR UPDATE"), Ok(false));
    /// assert_eq!(reads_only("WITH gone AS (DELETE FROM p RETURNING x) SELECT x FROM gone"), Ok(false));
    /// ```
    pub fn is_read_only(&self) -> bool {
        !self.locks_rows
    }

    /// The tables of the catalogue that the statement names, sorted, with their schemas.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// Makes a scoped statement of its parts.
    pub(crate) fn of_parts(
        sql: String,
        arguments: Vec<Argument>,
        values: usize,
        order: ValueOrder,
        Outcome { kind, tables, checks, repeated, locks_rows }: Outcome,
    ) -> Self {
        Self { sql, arguments, values, order, checks, repeated, kind, tables, locks_rows }
    }
}
