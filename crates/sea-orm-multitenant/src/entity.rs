//! Converts entities to tables of the catalogue.

use crate::error::CatalogueConflict;
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Schema,
    sea_query::{ColumnSpec, ColumnType, Expr, Keyword},
};
use sea_orm_multitenant_sql::{KeyType, Table, TenantType};

/// An entity that declares to whom its rows belong. Derive it: see [`TenantModel`](crate::TenantModel).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare to whom its rows belong",
    note = "add `TenantModel` to the derives of its `Model`, and `#[tenant(column = \"…\")]`, `#[tenant(root)]` or `#[tenant(shared)]`"
)]
pub trait TenantEntity: EntityTrait {
    /// Returns to whom the rows belong.
    fn ownership() -> EntityOwnership<Self>;
}

/// Declares to whom the rows of an entity belong.
///
/// ```
/// use sea_orm_multitenant::{EntityOwnership, TenantEntity};
///
/// mod country {
///     use sea_orm::entity::prelude::*;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
///     #[sea_orm(table_name = "country")]
///     #[tenant(shared)]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// assert!(matches!(country::Entity::ownership(), EntityOwnership::Shared { writable: false }));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum EntityOwnership<E: EntityTrait> {
    /// Each row belongs to the tenant named in this column.
    Tenant(E::Column),
    /// Each row belongs to the tenant named in this column, which may be NULL: then the row is global. Every tenant reads
    /// global rows, and none writes them.
    TenantOrGlobal(E::Column),
    /// The tenants' own table: its primary key is the tenant id.
    Root,
    /// A reference table that every tenant reads.
    Shared {
        /// Whether scopes may write the table too.
        writable: bool,
    },
}

/// Converts an entity to the table that it declares.
pub(crate) fn table_of<E: TenantEntity>(entity: &str) -> Result<Table, CatalogueConflict> {
    table_owned_as::<E>(entity, E::ownership())
}

/// Converts an entity to a table whose rows have the given ownership.
pub(crate) fn table_owned_as<E: EntityTrait>(
    entity: &str,
    ownership: EntityOwnership<E>,
) -> Result<Table, CatalogueConflict> {
    let name = E::default().table_name().to_owned();
    let key: Vec<_> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let typed = |column: &E::Column| tenant_type::<E>(entity, &name, column);
    let required = |column: &E::Column| not_null::<E>(entity, &name, column);
    let table = match ownership {
        EntityOwnership::Tenant(column) => {
            required(&column)?;
            Table::tenant(name.clone(), column.as_str(), typed(&column)?)
        }
        EntityOwnership::TenantOrGlobal(column) => {
            nullable::<E>(entity, &name, &column)?;
            Table::tenant(name.clone(), column.as_str(), typed(&column)?).with_global_rows()
        }
        EntityOwnership::Root => match key.as_slice() {
            [column] => {
                required(column)?;
                Table::root(name.clone(), column.as_str(), typed(column)?)
            }
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
        .with_primary_key(key.iter().map(|column| column.as_str().to_owned()))
        .with_key_types(E::Column::iter().filter_map(|column| Some((column.as_str(), key_type(&column)?))))
        .with_defaults(E::Column::iter().filter(has_default).map(|column| column.as_str().to_owned()))
        .with_computed(E::Column::iter().filter(is_computed::<E>).map(|column| column.as_str().to_owned()));
    Ok(unique_keys::<E>().into_iter().fold(table, Table::with_unique_key))
}

/// The type of a column that may be part of a key; `None` where SeaORM casts what it writes to another type.
fn key_type<C: ColumnTrait>(column: &C) -> Option<KeyType> {
    let value = || Expr::value(0);
    if column.save_as(value()) != value() {
        return None;
    }
    match column.def().get_column_type() {
        ColumnType::TinyInteger | ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger => {
            Some(KeyType::Integer)
        }
        ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned
        | ColumnType::Unsigned
        | ColumnType::BigUnsigned => Some(KeyType::Unsigned),
        ColumnType::Decimal(_) => Some(KeyType::Decimal),
        ColumnType::Char(_) => Some(KeyType::Char),
        ColumnType::String(_) | ColumnType::Text => Some(KeyType::Text),
        ColumnType::Uuid => Some(KeyType::Uuid),
        _ => None,
    }
}

/// Whether the database fills the column with a default other than NULL.
fn has_default<C: ColumnTrait>(column: &C) -> bool {
    let def = column.def();
    !matches!(def.get_column_default(), None | Some(Expr::Keyword(Keyword::Null)))
}

/// Whether the database computes the column. SeaORM keeps this only in the text after the column's type (`extra`),
/// which can be read only from the column definition that it generates.
fn is_computed<E: EntityTrait>(column: &E::Column) -> bool {
    let def = Schema::new(DbBackend::Sqlite).get_column_def::<E>(*column);
    let ColumnSpec { generated, extra, .. } = def.get_column_spec();
    let extra = extra.as_deref().unwrap_or_default().to_ascii_uppercase();
    let mut words = extra.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    let is_written = match words.next() {
        Some("GENERATED") => words.any(|word| word == "AS") && words.next() != Some("IDENTITY"),
        Some("AS") => true,
        Some(_) | None => false,
    };
    generated.is_some() || is_written
}

/// Requires a tenant column without NULL.
fn not_null<E: EntityTrait>(entity: &str, table: &str, column: &E::Column) -> Result<(), CatalogueConflict> {
    if !column.def().is_null() {
        return Ok(());
    }
    let (entity, table, column) = (entity.to_owned(), table.to_owned(), column.as_str().to_owned());
    Err(CatalogueConflict::NullableTenantColumn { entity, table, column })
}

/// Requires a tenant column that is NULL in global rows.
fn nullable<E: EntityTrait>(entity: &str, table: &str, column: &E::Column) -> Result<(), CatalogueConflict> {
    if column.def().is_null() {
        return Ok(());
    }
    let (entity, table, column) = (entity.to_owned(), table.to_owned(), column.as_str().to_owned());
    Err(CatalogueConflict::RequiredTenantColumn { entity, table, column })
}

fn tenant_type<E: EntityTrait>(
    entity: &str,
    table: &str,
    column: &E::Column,
) -> Result<TenantType, CatalogueConflict> {
    let def = column.def();
    let (entity, table, column) = (entity.to_owned(), table.to_owned(), column.as_str().to_owned());
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

/// The unique keys that SeaORM would create for the entity, as lists of column names.
fn unique_keys<E: EntityTrait>() -> Vec<Vec<String>> {
    let single = E::Column::iter()
        .filter(|column| column.def().is_unique())
        .map(|column| vec![column.as_str().to_owned()]);
    // The groups of `#[sea_orm(unique_key = "…")]` can be read only from the statements that SeaORM generates for them.
    let indexes = Schema::new(DbBackend::Sqlite).create_index_from_entity(E::default());
    let grouped = indexes
        .iter()
        .filter(|index| index.is_unique_key())
        .map(|index| index.get_index_spec().get_column_names());
    single.chain(grouped).collect()
}
#[cfg(test)]
mod tests {
    use super::{EntityOwnership, TenantEntity, table_of};
    use crate::error::CatalogueConflict;
    use sea_orm::Iterable;
    use sea_orm_multitenant_sql::{KeyType, Table, TenantType};

    mod member {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "member", schema_name = "app")]
        pub(super) struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub(super) account_id: i64,
            #[sea_orm(primary_key, auto_increment = false)]
            pub(super) id: i64,
            #[sea_orm(column_name = "mail", unique)]
            pub(super) email: String,
            #[sea_orm(unique_key = "place")]
            pub(super) row: i32,
            #[sea_orm(unique_key = "place")]
            pub(super) seat: i32,
            #[sea_orm(column_type = "Char(Some(2))")]
            pub(super) country: String,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }

    mod odd {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "odd")]
        pub(super) struct Model {
            #[sea_orm(primary_key)]
            pub(super) score: f64,
            pub(super) team: Option<i64>,
            #[sea_orm(extra = "GENERATED ALWAYS AS (team + 1) STORED")]
            pub(super) next: Option<i64>,
            #[sea_orm(extra = "as(team)")]
            pub(super) same: Option<i64>,
            #[sea_orm(extra = "GENERATED ALWAYS AS IDENTITY")]
            pub(super) number: i64,
            #[sea_orm(extra = "COMMENT 'the same as (team)'")]
            pub(super) noted: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }

    thread_local! {
        static MEMBER: std::cell::Cell<EntityOwnership<member::Entity>> =
            const { std::cell::Cell::new(EntityOwnership::Root) };
        static ODD: std::cell::Cell<EntityOwnership<odd::Entity>> = const { std::cell::Cell::new(EntityOwnership::Root) };
    }

    impl TenantEntity for member::Entity {
        fn ownership() -> EntityOwnership<Self> {
            MEMBER.get()
        }
    }

    impl TenantEntity for odd::Entity {
        fn ownership() -> EntityOwnership<Self> {
            ODD.get()
        }
    }

    #[test]
    fn an_entity_declares_its_schema_columns_and_keys() {
        MEMBER.set(EntityOwnership::Tenant(member::Column::AccountId));
        let expected = Table::tenant("member", "account_id", TenantType::BigInt)
            .in_schema(Some("app"))
            .with_columns(["account_id", "id", "mail", "row", "seat", "country"])
            .with_primary_key(["account_id", "id"])
            .with_key_types([
                ("account_id", KeyType::Integer),
                ("id", KeyType::Integer),
                ("mail", KeyType::Text),
                ("row", KeyType::Integer),
                ("seat", KeyType::Integer),
                ("country", KeyType::Char),
            ])
            .with_unique_key(["mail"])
            .with_unique_key(["row", "seat"]);
        assert_eq!(table_of::<member::Entity>("member::Entity"), Ok(expected));
    }

    #[test]
    fn a_root_entity_with_a_composite_key_is_a_conflict() {
        MEMBER.set(EntityOwnership::Root);
        let found = table_of::<member::Entity>("member::Entity");
        assert!(matches!(found, Err(CatalogueConflict::RootKey { columns: 2, .. })));
    }

    #[test]
    fn a_nullable_tenant_column_is_a_conflict() {
        ODD.set(EntityOwnership::Tenant(odd::Column::Team));
        let found = table_of::<odd::Entity>("odd::Entity");
        assert!(
            matches!(found, Err(CatalogueConflict::NullableTenantColumn { column, .. }) if column == "team")
        );
    }

    #[test]
    fn a_tenant_column_of_an_unsupported_type_is_a_conflict() {
        ODD.set(EntityOwnership::Root);
        let found = table_of::<odd::Entity>("odd::Entity");
        assert!(
            matches!(found, Err(CatalogueConflict::UnsupportedTenantColumn { column, .. }) if column == "score")
        );
    }

    #[test]
    fn an_entity_with_global_rows_has_a_nullable_tenant_column() {
        ODD.set(EntityOwnership::TenantOrGlobal(odd::Column::Team));
        let table = table_of::<odd::Entity>("odd::Entity").expect("the column is nullable");
        assert!(table.has_global_rows());
        assert_eq!(table.tenant_column(), Some(("team", TenantType::BigInt)));
        ODD.set(EntityOwnership::TenantOrGlobal(odd::Column::Score));
        let found = table_of::<odd::Entity>("odd::Entity");
        assert!(
            matches!(&found, Err(CatalogueConflict::RequiredTenantColumn { column, .. }) if column == "score"),
            "{found:?}"
        );
    }

    #[test]
    fn a_shared_entity_has_no_tenant_column() {
        ODD.set(EntityOwnership::Shared { writable: true });
        let table = table_of::<odd::Entity>("odd::Entity").expect("declared");
        assert_eq!(table.tenant_column(), None);
    }

    #[test]
    fn generated_columns_are_recognised_by_their_definitions() {
        let computed: Vec<_> = odd::Column::iter().filter(super::is_computed::<odd::Entity>).collect();
        assert!(matches!(computed.as_slice(), [odd::Column::Next, odd::Column::Same]), "{computed:?}");
    }
}
