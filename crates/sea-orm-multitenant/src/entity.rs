//! From an entity to a table of the catalogue.

use crate::{CatalogueConflict, Table, TenantType};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Schema,
    sea_query::ColumnType,
};

/// An entity that says to whom its rows belong. Derived: see [`TenantModel`](crate::TenantModel).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say to whom its rows belong",
    note = "add `TenantModel` to the derives of its `Model`, and `#[tenant(column = \"…\")]`, `#[tenant(root)]` or `#[tenant(shared)]`"
)]
pub trait TenantEntity: EntityTrait {
    /// To whom the rows belong.
    fn ownership() -> EntityOwnership<Self>;
}

/// To whom the rows of an entity belong.
#[derive(Debug, Clone, Copy)]
pub enum EntityOwnership<E: EntityTrait> {
    /// Each row belongs to the tenant named in this column.
    Tenant(E::Column),
    /// The tenants' own table: its primary key is the tenant id.
    Root,
    /// A reference table that every tenant reads.
    Shared {
        /// Whether scopes may write it too.
        writable: bool,
    },
}

/// The table that an entity declares.
pub(crate) fn table_of<E: TenantEntity>(entity: &str) -> Result<Table, CatalogueConflict> {
    let name = E::default().table_name().to_owned();
    let key: Vec<_> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let typed = |column: &E::Column| tenant_type::<E>(entity, &name, column);
    let table = match E::ownership() {
        EntityOwnership::Tenant(column) => Table::tenant(name.clone(), column.as_str(), typed(&column)?),
        EntityOwnership::Root => match key.as_slice() {
            [column] => Table::root(name.clone(), column.as_str(), typed(column)?),
            _ => {
                return Err(CatalogueConflict::RootKey {
                    entity: entity.to_owned(),
                    table: name,
                    columns: key.len(),
                });
            }
        },
        EntityOwnership::Shared { writable } => Table::shared(name.clone(), writable),
    };
    let table = table
        .in_schema(E::default().schema_name())
        .with_columns(E::Column::iter().map(|column| column.as_str().to_owned()))
        .with_primary_key(key.iter().map(|column| column.as_str().to_owned()));
    Ok(unique_keys::<E>().into_iter().fold(table, Table::with_unique_key))
}

fn tenant_type<E: EntityTrait>(
    entity: &str,
    table: &str,
    column: &E::Column,
) -> Result<TenantType, CatalogueConflict> {
    let def = column.def();
    let (entity, table, column) = (entity.to_owned(), table.to_owned(), column.as_str().to_owned());
    if def.is_null() {
        return Err(CatalogueConflict::NullableTenantColumn { entity, table, column });
    }
    match def.get_column_type() {
        ColumnType::TinyInteger
        | ColumnType::SmallInteger
        | ColumnType::Integer
        | ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned => Ok(TenantType::Int),
        ColumnType::BigInteger | ColumnType::Unsigned | ColumnType::BigUnsigned => Ok(TenantType::BigInt),
        ColumnType::Uuid => Ok(TenantType::Uuid),
        ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text => Ok(TenantType::Text),
        other => Err(CatalogueConflict::UnsupportedTenantColumn {
            entity,
            table,
            column,
            ty: format!("{other:?}"),
        }),
    }
}

/// The unique keys that SeaORM would create for the entity, as names of columns.
fn unique_keys<E: EntityTrait>() -> Vec<Vec<String>> {
    let single = E::Column::iter()
        .filter(|column| column.def().is_unique())
        .map(|column| vec![column.as_str().to_owned()]);
    // The groups of `#[sea_orm(unique_key = "…")]` can be read only from the statements that SeaORM makes of them.
    let indexes = Schema::new(DbBackend::Sqlite).create_index_from_entity(E::default());
    let grouped = indexes
        .iter()
        .filter(|index| index.is_unique_key())
        .map(|index| index.get_index_spec().get_column_names());
    single.chain(grouped).collect()
}
