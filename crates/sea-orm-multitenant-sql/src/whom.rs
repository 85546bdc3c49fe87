//! For whom a statement is scoped.

/// For whom a statement is scoped.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, Whom, scope_statement_for};
///
/// let catalogue = Catalogue::new([Table::tenant("task", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// let sql = |whom| {
///     let sql = "DELETE FROM task WHERE task.account_id = ?";
///     let scoped = scope_statement_for(&catalogue, Engine::Sqlite, sql, whom);
///     scoped.map(|scoped| scoped.sql().to_owned())
/// };
/// assert_eq!(sql(Whom::One)?, "DELETE FROM `task` WHERE `task`.`account_id` = ?");
/// let with_repeats = "DELETE FROM `task` WHERE `task`.`account_id` = ? AND (`task`.`account_id` = ?)";
/// assert_eq!(sql(Whom::OneWithRepeats)?, with_repeats);
/// let for_two = "DELETE FROM `task` WHERE `task`.`account_id` IN (?, ?) AND (`task`.`account_id` = ?)";
/// assert_eq!(sql(Whom::Set(2))?, for_two);
/// assert_eq!(sql(Whom::All)?, "DELETE FROM `task` WHERE `task`.`account_id` = ?");
/// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whom {
    /// One tenant, without the caller's conditions that repeat the scope's own: `name.tenant = <value>`, joined with
    /// the others by AND.
    ///
    /// The scoped statement is good for values that are the tenant:
    /// [`ScopedStatement::repeated`](crate::ScopedStatement::repeated) says which ones those are. For others,
    /// [`OneWithRepeats`](Self::OneWithRepeats) has the text.
    One,
    /// One tenant, with all conditions of the caller's.
    OneWithRepeats,
    /// A set of this many tenants.
    ///
    /// The statement sees the rows of all of them, but rows meet only rows of their own tenant: joined tables and the
    /// tables of subqueries are made equal by tenant. Inserts must name the tenant of each row.
    Set(usize),
    /// All tenants: as a set, without naming them, so that no table gets a predicate. Where a table has global rows,
    /// writes leave them out.
    All,
}

impl Whom {
    /// Whether it is a set, of any size, or all tenants.
    pub(crate) fn is_set(self) -> bool {
        match self {
            Self::One | Self::OneWithRepeats => false,
            Self::Set(_) | Self::All => true,
        }
    }
}
