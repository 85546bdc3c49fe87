//! Parents before children.

use crate::{
    QualifiedName,
    plan::{
        error::PlanError,
        schema::LiveTable,
        world::{Owned, World},
    },
};

/// The tables of tenants, each behind those that its foreign keys lead to; those of a circle in the order of the catalogue.
pub(super) fn parents_first<'w>(world: &World<'w>) -> Vec<Owned<'w>> {
    let mut waiting: Vec<Owned<'w>> = world.owned().collect();
    waiting.sort_by_key(|table| !table.is_root);
    let mut ordered: Vec<Owned<'w>> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|table| {
            let mut others = waiting.iter().filter(|other| other.name() != table.name());
            !others.any(|other| table.live.foreign_keys.iter().any(|key| key.parent == *other.name()))
        });
        ordered.push(waiting.remove(ready.unwrap_or_default()));
    }
    ordered
}

/// These tables, each behind those that it leads to.
///
/// # Errors
/// When some lead to each other in a circle.
pub(super) fn circle_free<'w>(
    world: &World<'w>,
    names: &[QualifiedName],
) -> Result<Vec<&'w LiveTable>, PlanError> {
    let mut waiting: Vec<&LiveTable> = names.iter().filter_map(|name| world.schema.table(name)).collect();
    let mut ordered = Vec::new();
    while let Some(first) = waiting.first() {
        let leads_to = |table: &LiveTable, other: &LiveTable| {
            table.name != other.name && table.foreign_keys.iter().any(|key| key.parent == other.name)
        };
        let ready = waiting.iter().position(|table| !waiting.iter().any(|other| leads_to(table, other)));
        let Some(at) = ready else {
            return Err(PlanError::Unconvertible {
                table: first.name.to_string(),
                what: "its foreign keys lead back to it through other tables, and SQLite must drop one before the other".to_owned(),
                way_out: "rebuild one of them without that foreign key by a migration, and add it again afterwards".to_owned(),
            });
        };
        ordered.push(waiting.remove(at));
    }
    Ok(ordered)
}
