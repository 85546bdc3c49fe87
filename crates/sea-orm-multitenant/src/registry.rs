//! The registry of all entities in the program that derive [`TenantModel`](crate::TenantModel).

use crate::{
    entity::{TenantEntity, table_of},
    error::CatalogueConflict,
    relations::{Keys, keys},
};
use once_cell::sync::Lazy;
use sea_orm_multitenant_sql::Table;

/// An entity, as the derive registers it.
#[derive(Debug)]
pub struct Registration {
    entity: &'static str,
    table: fn(&str) -> Result<Table, CatalogueConflict>,
    keys: fn() -> Keys,
}

impl Registration {
    /// Creates the registration of entity `E`, whose path is `entity`.
    pub const fn of<E: TenantEntity>(entity: &'static str) -> Self {
        Self { entity, table: table_of::<E>, keys: keys::<E> }
    }
}

inventory::collect!(Registration);

/// The tables of all registered entities and their conflicts, collected once per process.
pub(crate) static ENTITIES: Lazy<Collected> = Lazy::new(|| {
    let mut collected = Collected { tables: Vec::new(), keys: Keys::default(), conflicts: Vec::new() };
    let mut registrations: Vec<_> = inventory::iter::<Registration>.into_iter().collect();
    registrations.sort_unstable_by_key(|registration| registration.entity);
    for Registration { entity, table, keys } in registrations {
        let Keys { kept, skipped } = keys();
        collected.keys.kept.extend(kept);
        collected.keys.skipped.extend(skipped);
        match table(entity) {
            Ok(table) => collected.tables.push(table),
            Err(conflict) => collected.conflicts.push(conflict),
        }
    }
    collected
});

/// Collects what the entities declare.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) tables: Vec<Table>,
    pub(crate) keys: Keys,
    pub(crate) conflicts: Vec<CatalogueConflict>,
}
