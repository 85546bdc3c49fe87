//! Refuses changes of behaviour that the user has not accepted one by one.

use crate::plan::{
    check::foreign_keys::sets_tenant,
    convert::{foreign_keys, steps::Steps},
    error::PlanError,
    schema::live::{Action, LiveForeignKey, LiveTable},
};

/// Refuses changes that the user has not accepted.
///
/// # Errors
/// [`PlanError::Unaccepted`] with all of them.
pub(super) fn check(steps: &Steps<'_>) -> Result<(), PlanError> {
    let tables = steps.world.schema.tables.iter();
    let keys = tables.flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
    let changes: Vec<_> = keys.filter_map(|(table, key)| change(steps, table, key)).collect();
    if changes.is_empty() { Ok(()) } else { Err(PlanError::Unaccepted { changes }) }
}

/// How the actions of a key change, in one line; `None` if they do not, or the user has accepted it.
fn change(steps: &Steps<'_>, table: &LiveTable, key: &LiveForeignKey) -> Option<String> {
    let [on_delete, on_update] = actions(steps, table, key)?;
    if steps.world.accepts_no_action(&table.name, &key.columns) {
        return None;
    }
    let changes = [("DELETE", key.on_delete, on_delete), ("UPDATE", key.on_update, on_update)];
    let changes = changes.into_iter().filter(|(_, before, after)| before != after);
    let changes: Vec<_> = changes
        .map(|(event, before, after)| format!("ON {event} {} becomes {}", before.words(), after.words()))
        .collect();
    let (columns, parent) = (key.columns.join(", "), &key.parent);
    (!changes.is_empty())
        .then(|| format!("`{}` ({columns}) to `{parent}`: {}", table.name, changes.join(" and ")))
}

/// The actions of the key that replaces this one; `None` if this one stays.
fn actions(steps: &Steps<'_>, table: &LiveTable, key: &LiveForeignKey) -> Option<[Action; 2]> {
    if steps.world.schema.engine.alters_foreign_keys() {
        return foreign_keys::target(steps, table, key).map(|target| [target.on_delete, target.on_update]);
    }
    let kept = |action: Action| if action.sets() { Action::Nothing } else { action };
    // SQLite keeps the key that sets its columns, and adds one with the tenant column.
    sets_tenant(steps.world, table, key).then(|| [kept(key.on_delete), kept(key.on_update)])
}
