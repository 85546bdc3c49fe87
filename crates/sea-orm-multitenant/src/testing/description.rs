//! What a fixture needs to know about an entity.

use crate::entity::{EntityOwnership, TenantEntity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, IdenStatic, Iterable,
    PrimaryKeyToColumn, Schema,
    sea_query::{ColumnType, TableRef},
};

/// A table, independent of the type of its entity.
#[derive(Debug, Clone)]
pub(super) struct TableDescription {
    pub(super) name: String,
    pub(super) owner: Owner,
    pub(super) columns: Vec<ColumnDescription>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    /// The sets of columns whose values are unique together, including the primary key.
    unique: Vec<Vec<String>>,
    create: Vec<String>,
}

/// To whom the rows belong, with the column that names the tenant.
#[derive(Debug, Clone)]
pub(super) enum Owner {
    Tenant(String),
    Root(String),
    Shared,
}

#[derive(Debug, Clone)]
pub(super) struct ColumnDescription {
    pub(super) name: String,
    pub(super) ty: ColumnType,
    pub(super) nullable: bool,
}

#[derive(Debug, Clone)]
pub(super) struct ForeignKey {
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) references: Vec<String>,
}

impl TableDescription {
    pub(super) fn of<E: TenantEntity>(entity: E) -> Self {
        let key: Vec<_> = E::PrimaryKey::iter()
            .map(PrimaryKeyToColumn::into_column)
            .map(|column: E::Column| column.as_str().to_owned())
            .collect();
        let owner = match E::ownership() {
            EntityOwnership::Tenant(column) | EntityOwnership::TenantOrGlobal(column) => {
                Owner::Tenant(column.as_str().to_owned())
            }
            EntityOwnership::Root => Owner::Root(key.join(", ")),
            EntityOwnership::Shared { writable: _ } => Owner::Shared,
        };
        let columns = E::Column::iter().map(|column| {
            let def = column.def();
            ColumnDescription {
                name: column.as_str().to_owned(),
                ty: def.get_column_type().clone(),
                nullable: def.is_null(),
            }
        });
        let schema = Schema::new(DbBackend::Sqlite);
        let table = schema.create_table_from_entity(entity);
        let indexes = schema.create_index_from_entity(entity);
        let foreign_keys = table.get_foreign_key_create_stmts().iter().filter_map(|statement| {
            let key = statement.get_foreign_key();
            let Some(TableRef::Table(name, _)) = key.get_ref_table() else { return None };
            let (columns, references) = (key.get_columns(), key.get_ref_columns());
            Some(ForeignKey { columns, table: name.1.to_string(), references })
        });
        let singles = E::Column::iter()
            .filter(|column| column.def().is_unique())
            .map(|column| vec![column.as_str().to_owned()]);
        let groups = indexes
            .iter()
            .filter(|index| index.is_unique_key())
            .map(|index| index.get_index_spec().get_column_names());
        let backend = DbBackend::Sqlite;
        let create = std::iter::once(backend.build(&table).sql)
            .chain(indexes.iter().map(|index| backend.build(index).sql))
            .collect();
        Self {
            name: entity.table_name().to_owned(),
            owner,
            columns: columns.collect(),
            foreign_keys: foreign_keys.collect(),
            unique: std::iter::once(key).chain(singles).chain(groups).collect(),
            create,
        }
    }

    /// The column that names the tenant of a row.
    pub(super) fn tenant_column(&self) -> Option<&str> {
        match &self.owner {
            Owner::Tenant(column) | Owner::Root(column) => Some(column),
            Owner::Shared => None,
        }
    }

    /// Whether a unique key without the tenant column contains the column, so that two tenants cannot have the same
    /// value in it.
    pub(super) fn differs_by_tenant(&self, column: &str) -> bool {
        let with_tenant =
            |set: &Vec<String>| set.iter().any(|name| Some(name.as_str()) == self.tenant_column());
        self.unique.iter().any(|set| set.iter().any(|name| name == column) && !with_tenant(set))
    }

    /// Creates the table and its indexes.
    pub(super) async fn create(&self, db: &DatabaseConnection) -> Result<(), DbErr> {
        for sql in &self.create {
            db.execute_unprepared(sql).await?;
        }
        Ok(())
    }
}
