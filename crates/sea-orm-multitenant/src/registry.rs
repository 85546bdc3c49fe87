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
    let mut collected = Collected::default();
    let mut registrations: Vec<_> = inventory::iter::<Registration>.into_iter().collect();
    registrations.sort_unstable_by_key(|registration| registration.entity);
    for Registration { entity, table, keys } in registrations {
        collected.add(table(entity), keys());
    }
    collected
});

/// Collects what the entities declare.
#[derive(Debug, Clone, Default)]
pub(crate) struct Collected {
    pub(crate) tables: Vec<Table>,
    pub(crate) keys: Keys,
    pub(crate) conflicts: Vec<CatalogueConflict>,
}

impl Collected {
    /// Adds what one entity declares.
    pub(crate) fn add(&mut self, table: Result<Table, CatalogueConflict>, keys: Keys) {
        let Keys { kept, skipped } = keys;
        self.keys.kept.extend(kept);
        self.keys.skipped.extend(skipped);
        match table {
            Ok(table) => self.tables.push(table),
            Err(conflict) => self.conflicts.push(conflict),
        }
    }

    /// Adds what other entities declare.
    pub(crate) fn extend(&mut self, other: Self) {
        let Self { tables, keys: Keys { kept, skipped }, conflicts } = other;
        self.tables.extend(tables);
        self.keys.kept.extend(kept);
        self.keys.skipped.extend(skipped);
        self.conflicts.extend(conflicts);
    }
}
