//! Sets the tenant around one statement, in a transaction that others use as well.
//!
//! A setting stays when a savepoint is released, and another part of the program may change it at any time. So each
//! statement of a scope runs between a message that sets the tenant and one that restores what was set before. Each is
//! one message of the simple protocol, which takes no bound values, so texts in it are quoted.

use crate::tenant_setting::{TenantSetting, at_begin::literal};
use sea_orm::{DbBackend, Statement};
use std::sync::atomic::{AtomicU64, Ordering};

/// The start of the engine's error when the setting was changed while the statement ran.
pub(crate) const CHANGED: &str = "sea_orm_multitenant: the tenant setting was changed during the statement";

/// The setting that identifies the statement: a number for each statement, never reused.
const NUMBER: &str = "sea_orm_multitenant.act";

/// The setting that stores what was set before.
const PREVIOUS: &str = "sea_orm_multitenant.former";

/// Returns a number that no other statement of this process has.
pub(crate) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What was set before, where the server cannot restore it by itself: `SET LOCAL` takes no expression.
#[derive(Debug, Default)]
pub(crate) struct Previous {
    /// The setting.
    pub(crate) tenant: String,
    /// `citus.propagate_set_commands`.
    pub(crate) propagated: String,
}

/// The two messages around a statement.
#[derive(Debug)]
pub(crate) struct Messages {
    /// Sets the tenant; fails outside a transaction.
    pub(crate) before: String,
    /// Restores what was set before; fails if the setting is not what `before` set.
    pub(crate) after: String,
}

impl TenantSetting {
    /// Reads what is set now, as the columns `tenant` and `propagated`; `None` where the server restores it by itself.
    pub(crate) fn read_previous(&self) -> Option<Statement> {
        let read = |name: &str| format!("coalesce(current_setting('{name}', true), '')");
        self.on_citus.then(|| {
            let (tenant, propagated) = (read(&self.name), read("citus.propagate_set_commands"));
            let sql = format!("SELECT {tenant} AS tenant, {propagated} AS propagated");
            Statement::from_string(DbBackend::Postgres, sql)
        })
    }

    /// Makes the messages around one statement of `tenant`.
    pub(crate) fn messages(&self, tenant: &str, number: u64, previous: &Previous) -> Messages {
        let (name, tenant) = (&self.name, literal(tenant));
        // Outside a transaction the setting would be lost before the statement runs; only SAVEPOINT fails there.
        let inside = "SAVEPOINT sea_orm_multitenant; RELEASE SAVEPOINT sea_orm_multitenant";
        let set_number = format!("SELECT set_config('{NUMBER}', '{number}', true)");
        let read = |name: &str| format!("coalesce(current_setting('{name}', true), '')");
        let (number_now, tenant_now, kept) = (read(NUMBER), read(name), read(PREVIOUS));
        let is_ours = format!("{number_now} = '{number}' AND {tenant_now} = {tenant}");
        // The text depends on a setting, so that the planner cannot evaluate the cast ahead of time.
        let error = format!("({} || {number_now})::integer::text", literal(&format!("{CHANGED}, ")));
        if self.on_citus {
            let Previous { tenant: previous, propagated } = previous;
            let (previous, propagated) = (literal(previous), literal(propagated));
            return Messages {
                before: format!(
                    "{inside}; {set_number}; SET LOCAL citus.propagate_set_commands TO 'local'; SET LOCAL {name} TO {tenant}"
                ),
                after: format!(
                    "SELECT CASE WHEN {is_ours} THEN '' ELSE {error} END; SET LOCAL {name} TO {previous}; \
                     SET LOCAL citus.propagate_set_commands TO {propagated}"
                ),
            };
        }
        Messages {
            before: format!(
                "{inside}; SELECT set_config('{PREVIOUS}', {tenant_now}, true); {set_number}; \
                 SELECT set_config('{name}', {tenant}, true)"
            ),
            after: format!(
                "SELECT set_config('{name}', CASE WHEN {is_ours} THEN {kept} ELSE {error} END, true)"
            ),
        }
    }
}
