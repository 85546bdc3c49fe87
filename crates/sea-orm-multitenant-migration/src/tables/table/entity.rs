//! Builds the table of an entity.

use crate::{
    error::MigrationError,
    names::{self, QualifiedName},
    tables::{
        foreign_key::TenantForeignKey,
        index::{TenantIndex, TenantUnique},
        on_table::Place,
        table::definition::TenantTable,
    },
};
use sea_orm_migration::{
    sea_orm::{
        DatabaseConnection, DbBackend, EntityTrait, IdenStatic, Identity, Iterable, PrimaryKeyToColumn,
        PrimaryKeyTrait, RelationDef, RelationTrait, Schema,
    },
    sea_query::{ColumnDef, SchemaName, TableName, TableRef},
};
use sea_orm_multitenant::{Catalogue, EntityOwnership, Ownership, Table, Tenancy, TenantEntity};

impl TenantTable {
    /// The table of an entity that derives `TenantModel`, as [`Schema::create_table_from_entity`] and
    /// [`Schema::create_index_from_entity`] create it, so that databases created from the entity and by the migration
    /// agree.
    ///
    /// It differs where theirs would be unsafe: the index of an `indexed` field has the tenant column first, and SET
    /// NULL does not set the tenant column. It uses the entity as it is when the migration runs: write a migration
    /// that is in use with columns instead, or it changes with the entity.
    ///
    /// On PostgreSQL the types of enums must be created first: [`Schema::create_enum_from_entity`].
    ///
    /// # Errors
    /// [`MigrationError::NotATenantTable`], [`KeyWithoutTenant`](MigrationError::KeyWithoutTenant),
    /// [`TenantNotFirst`](MigrationError::TenantNotFirst), [`ForeignKeyWithoutTenant`](MigrationError::ForeignKeyWithoutTenant),
    /// [`UnknownParent`](MigrationError::UnknownParent), and [`Entities`](MigrationError::Entities) when the entities of the
    /// program contradict each other.
    ///
    /// ```
    /// use sea_orm_migration::{schema::*, sea_orm::DbBackend};
    /// use sea_orm_multitenant_migration::TenantTable;
    ///
    /// mod project {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
    ///     #[sea_orm(table_name = "project")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key, auto_increment = false, unique_key = "name")]
    ///         pub account_id: i64,
    ///         #[sea_orm(primary_key, auto_increment = false)]
    ///         pub id: i64,
    ///         #[sea_orm(unique_key = "name")]
    ///         pub name: String,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// let by_hand = TenantTable::new("project", big_integer("account_id"))
    ///     .id(big_integer("id"))
    ///     .column(string("name"))
    ///     .unique(["name"]);
    /// let of_entity = TenantTable::from_entity::<project::Entity>()?;
    /// for backend in [DbBackend::Sqlite, DbBackend::Postgres, DbBackend::MySql] {
    ///     assert_eq!(of_entity.create_sql(backend)?, by_hand.create_sql(backend)?);
    /// }
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn from_entity<E: TenantEntity>() -> Result<Self, MigrationError> {
        let place = place_of::<E>()?;
        let global_rows = matches!(E::ownership(), EntityOwnership::TenantOrGlobal(_));
        let key = if global_rows { key_names::<E>() } else { key_of::<E>(&place)? };
        let mut table = Self::at(place);
        table.global_rows = global_rows;
        if <E::PrimaryKey as PrimaryKeyTrait>::auto_increment()
            && let [id] = key.as_slice()
        {
            table.generated.push(id.clone());
        }
        table.key = key;
        table.of_entity = Some(columns_of::<E>);
        table.comment = E::default().comment().map(ToOwned::to_owned);
        table.uniques = uniques_of::<E>(&table.place)?;
        table.indexes = indexed::<E>();
        table.foreign_keys = foreign_keys_of::<E>(&table.place)?;
        Ok(table)
    }
}

/// The table of the entity, with its tenant column.
fn place_of<E: TenantEntity>() -> Result<Place, MigrationError> {
    let table = QualifiedName::of_entity(&E::default());
    match E::ownership() {
        EntityOwnership::Tenant(column) | EntityOwnership::TenantOrGlobal(column) => {
            Ok(Place { table, tenant: column.as_str().to_owned() })
        }
        EntityOwnership::Root | EntityOwnership::Shared { writable: _ } => {
            Err(MigrationError::NotATenantTable { table: table.to_string() })
        }
    }
}

/// The columns of the primary key.
fn key_names<E: EntityTrait>() -> Vec<String> {
    E::PrimaryKey::iter().map(|column| column.into_column().as_str().to_owned()).collect()
}

/// The primary key without the tenant column, which must be its first column.
fn key_of<E: TenantEntity>(place: &Place) -> Result<Vec<String>, MigrationError> {
    let key = key_names::<E>();
    if !key.contains(&place.tenant) {
        return Err(MigrationError::KeyWithoutTenant {
            table: place.table.to_string(),
            tenant: place.tenant.clone(),
        });
    }
    check_tenant_first(&key, place)?;
    Ok(key[1..].to_vec())
}

/// Refuses a key that has the tenant column, but not as its first column.
fn check_tenant_first(key: &[String], place: &Place) -> Result<(), MigrationError> {
    if !key.contains(&place.tenant) || key.first() == Some(&place.tenant) {
        return Ok(());
    }
    Err(MigrationError::TenantNotFirst {
        table: place.table.to_string(),
        columns: key.join(", "),
        tenant: place.tenant.clone(),
    })
}

fn columns_of<E: EntityTrait>(backend: DbBackend) -> Vec<ColumnDef> {
    let schema = Schema::new(backend);
    E::Column::iter().map(|column| schema.get_column_def::<E>(column)).collect()
}

/// The unique keys of several columns, as SeaORM names them. Those of one column remain on the column.
fn uniques_of<E: TenantEntity>(place: &Place) -> Result<Vec<TenantUnique>, MigrationError> {
    let uniques = indexes_of::<E>(true).into_iter().map(|(name, columns)| {
        check_tenant_first(&columns, place)?;
        // Creating the table checks whether it may lack the tenant column.
        Ok(TenantUnique::across_tenants(columns).named(name))
    });
    uniques.collect()
}

/// The indexes of `indexed` fields, with the tenant column first.
fn indexed<E: TenantEntity>() -> Vec<TenantIndex> {
    let plain = indexes_of::<E>(false).into_iter();
    plain.map(|(name, columns)| TenantIndex::new(columns).named(name)).collect()
}

/// The name and the columns of each index, or of each unique key of several columns.
fn indexes_of<E: TenantEntity>(unique: bool) -> Vec<(String, Vec<String>)> {
    // They can be read only from the statements that SeaORM renders for them.
    let indexes = Schema::new(DbBackend::Sqlite).create_index_from_entity(E::default());
    let chosen = indexes.iter().filter(|index| index.is_unique_key() == unique);
    let named = chosen
        .map(|index| index.get_index_spec())
        .map(|index| (names::cut(index.get_name().unwrap_or_default().to_owned()), index.get_column_names()));
    named.collect()
}

/// The foreign keys that SeaORM would create: `belongs_to` relations without `skip_fk`.
fn foreign_keys_of<E: TenantEntity>(place: &Place) -> Result<Vec<TenantForeignKey>, MigrationError> {
    let relations = E::Relation::iter().map(|relation| relation.def());
    let mut relations = relations.filter(|relation| !relation.is_owner && !relation.skip_fk).peekable();
    if relations.peek().is_none() {
        return Ok(Vec::new());
    }
    // Only the catalogue is needed, so no connection is.
    let tenancy = Tenancy::new(DatabaseConnection::default())?;
    relations.map(|relation| foreign_key(&relation, place, tenancy.catalogue())).collect()
}

/// The foreign key of a relation, which must keep a row within its tenant.
fn foreign_key(
    relation: &RelationDef,
    place: &Place,
    catalogue: &Catalogue,
) -> Result<TenantForeignKey, MigrationError> {
    let (columns, parent_columns) = (names_of(&relation.from_col), names_of(&relation.to_col));
    let parent = table_of(&relation.to_tbl);
    let (table, joined, to) = (place.table.to_string(), columns.join(", "), parent.to_string());
    let Some(owned) = find(catalogue, &parent) else {
        return Err(MigrationError::UnknownParent { table, columns: joined, parent: to });
    };
    let parent_tenant = match owned.ownership() {
        Ownership::Shared { writable: _ } => None,
        // A key with the tenant could not refer to global rows.
        Ownership::Tenant { column: _, ty: _ } if owned.has_global_rows() => None,
        Ownership::Tenant { column, ty: _ } | Ownership::Root { column, ty: _ } => Some(column),
    };
    let mut pairs = columns.iter().zip(&parent_columns);
    if let Some(tenant) = parent_tenant
        && !pairs.any(|pair| pair == (&place.tenant, tenant))
    {
        return Err(MigrationError::ForeignKeyWithoutTenant { table, columns: joined, parent: to });
    }
    let mut key = TenantForeignKey::to_shared(columns, parent).to_columns(parent_columns);
    key.name = relation.fk_name.clone();
    key.on_delete = relation.on_delete;
    key.on_update = relation.on_update;
    Ok(key)
}

fn find<'c>(catalogue: &'c Catalogue, name: &QualifiedName) -> Option<&'c Table> {
    let is = |table: &&Table| table.name() == name.name && table.schema() == name.schema.as_deref();
    catalogue.tables().iter().find(is)
}

fn names_of(identity: &Identity) -> Vec<String> {
    identity.iter().map(ToString::to_string).collect()
}

/// The table of a relation; an empty name, which no catalogue has, if it is a query.
fn table_of(table: &TableRef) -> QualifiedName {
    match table {
        TableRef::Table(TableName(schema, name), _) => {
            let schema = schema.as_ref().map(|SchemaName(_, schema)| schema.to_string());
            QualifiedName { schema, name: name.to_string() }
        }
        _ => QualifiedName::from(""),
    }
}
