//! The schema compared with the catalogue: to whom the rows of each table belong.

use crate::{
    names::QualifiedName,
    plan::{
        options::Options,
        record,
        schema::live::{LiveForeignKey, LiveTable, RowId, Schema, same_set},
    },
};
use sea_orm_multitenant::{Ownership, Table, TenantType};

/// The catalogue, the schema, and the options.
#[derive(Debug)]
pub(crate) struct World<'w> {
    pub(crate) schema: &'w Schema,
    pub(crate) declared: &'w [Table],
    pub(crate) options: &'w Options,
}

/// The root table or a tenant table, in the catalogue and in the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owned<'w> {
    pub(crate) live: &'w LiveTable,
    pub(crate) declared: &'w Table,
    pub(crate) tenant: &'w str,
    pub(crate) ty: TenantType,
    pub(crate) is_root: bool,
}

/// How a foreign key relates to tenants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Link<'w> {
    /// It keeps a row within its tenant, or references a table without a tenant column.
    Safe,
    /// It must get the tenant columns of both tables.
    Crossing {
        /// The tenant column of the parent.
        parent: Owned<'w>,
    },
    /// It references the root table, but not by the tenant column: another tenant.
    ToOtherRoot,
    /// It references tenant rows from a table without a tenant column, or from one that is not in the catalogue.
    FromOutside,
}

impl<'w> World<'w> {
    pub(crate) fn new(schema: &'w Schema, declared: &'w [Table], options: &'w Options) -> Self {
        Self { schema, declared, options }
    }

    /// The tables that are in the catalogue, but not in the database.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'w Table> {
        self.declared.iter().filter(|table| self.schema.table(&name_of(table)).is_none())
    }

    /// The tables that are in the database, but not in the catalogue, except ignored ones.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &'w LiveTable> {
        self.schema
            .tables
            .iter()
            .filter(|live| self.declared(&live.name).is_none() && !self.ignores(&live.name))
    }

    fn ignores(&self, name: &QualifiedName) -> bool {
        let bookkeeping = ["seaql_migrations", record::TABLE].contains(&name.name.as_str());
        bookkeeping || self.options.ignored.contains(&name.to_string())
    }

    fn declared(&self, name: &QualifiedName) -> Option<&'w Table> {
        self.declared.iter().find(|table| name_of(table) == *name)
    }

    /// The tables with a tenant column, in the order of the catalogue.
    pub(crate) fn owned(&self) -> impl Iterator<Item = Owned<'w>> {
        self.declared.iter().filter_map(|declared| self.owner(&name_of(declared)))
    }

    /// The tables that all tenants share.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &'w LiveTable> {
        let shared = self.declared.iter().filter(|declared| declared.tenant_column().is_none());
        shared.filter_map(|declared| self.schema.table(&name_of(declared)))
    }

    /// A table with a tenant column, by its name.
    pub(crate) fn owner(&self, name: &QualifiedName) -> Option<Owned<'w>> {
        let declared = self.declared(name)?;
        let live = self.schema.table(name)?;
        let is_root = matches!(declared.ownership(), Ownership::Root { .. });
        declared.tenant_column().map(|(tenant, ty)| Owned { live, declared, tenant, ty, is_root })
    }

    /// The tenants' own table.
    pub(crate) fn root(&self) -> Option<Owned<'w>> {
        self.owned().find(|owned| owned.is_root)
    }

    /// What a foreign key of a table is.
    pub(crate) fn link(&self, table: &QualifiedName, key: &LiveForeignKey) -> Link<'w> {
        match self.link_of(table, &key.columns, &key.parent, &key.parent_columns) {
            Link::Crossing { parent } if self.has_tenant_reference(table, key, parent) => Link::Safe,
            link => link,
        }
    }

    /// Whether another key with the tenant columns exists, and this one remains only for its SET NULL or SET DEFAULT:
    /// an engine that cannot name the columns to set would set the tenant column by the other key.
    fn has_tenant_reference(&self, table: &QualifiedName, key: &LiveForeignKey, parent: Owned<'_>) -> bool {
        let Some(child) = self.owner(table) else { return false };
        let (columns, to) =
            (child.with_tenant_first(&key.columns), parent.with_tenant_first(&key.parent_columns));
        let accompanies = |other: &LiveForeignKey| {
            other.parent == key.parent
                && other.columns == columns
                && other.parent_columns == to
                && other.valid
        };
        !self.schema.engine.alters_foreign_keys()
            && (key.on_delete.sets() || key.on_update.sets())
            && child.live.foreign_keys.iter().any(accompanies)
    }

    pub(crate) fn link_of(
        &self,
        table: &QualifiedName,
        columns: &[String],
        parent: &QualifiedName,
        parent_columns: &[String],
    ) -> Link<'w> {
        let Some(parent) = self.owner(parent) else { return Link::Safe };
        let Some(child) = self.owner(table) else { return Link::FromOutside };
        let mut pairs = columns.iter().zip(parent_columns);
        if pairs.any(|(column, to)| column == child.tenant && to == parent.tenant) {
            return Link::Safe;
        }
        if parent.is_root { Link::ToOtherRoot } else { Link::Crossing { parent } }
    }

    /// Whether a unique key is permitted across tenants.
    pub(crate) fn allows(&self, table: &QualifiedName, columns: &[String]) -> bool {
        let of_table = |(name, allowed): &(String, Vec<String>)| {
            *name == table.to_string() && same_set(allowed, columns)
        };
        self.options.across_tenants.iter().any(of_table)
    }

    /// Whether the user accepts that the foreign key on these columns becomes NO ACTION.
    pub(crate) fn accepts_no_action(&self, table: &QualifiedName, columns: &[String]) -> bool {
        let tenant = self.owner(table).map(|owned| owned.tenant);
        let without_tenant = |columns: &[String]| -> Vec<String> {
            columns.iter().filter(|column| Some(column.as_str()) != tenant).cloned().collect()
        };
        self.options.no_actions.iter().any(|(name, accepted)| {
            *name == table.to_string() && same_set(&without_tenant(accepted), &without_tenant(columns))
        })
    }

    /// Whether the database has Citus and the plan uses it.
    pub(crate) fn distributes(&self) -> bool {
        self.schema.citus && !self.options.undistributed
    }

    /// Whether Citus distributes the rows of a tenant table over its nodes, or will: not those of a reference table.
    pub(crate) fn spreads(&self, name: &QualifiedName) -> bool {
        self.distributes() && self.owner(name).is_some_and(|owned| !owned.is_reference())
    }
}

impl<'w> Owned<'w> {
    pub(crate) fn name(&self) -> &'w QualifiedName {
        &self.live.name
    }

    /// These columns with the tenant column first, unless they contain it.
    pub(crate) fn with_tenant_first(&self, columns: &[String]) -> Vec<String> {
        let tenant = self.tenant.to_owned();
        if columns.contains(&tenant) {
            columns.to_vec()
        } else {
            std::iter::once(tenant).chain(columns.iter().cloned()).collect()
        }
    }

    /// Whether the primary key may remain without the tenant column, because SQLite generates ids only in that form.
    /// The table then has an additional unique key with the tenant column.
    pub(crate) fn keeps_row_id(&self, world: &World<'_>) -> bool {
        world.schema.engine.generated_id_is_the_key() && self.live.row_id == RowId::Key
    }

    /// Whether Citus stores it whole on each node, as the user has decided: it then enforces keys that are unique
    /// across all tenants.
    pub(crate) fn is_reference(&self) -> bool {
        self.live.is_reference()
    }

    /// Whether the tenant column exists in the database.
    pub(crate) fn has_column(&self) -> bool {
        self.live.column(self.tenant).is_some()
    }
}

/// The name of a table of the catalogue.
pub(crate) fn name_of(table: &Table) -> QualifiedName {
    QualifiedName { schema: table.schema().map(ToOwned::to_owned), name: table.name().to_owned() }
}
