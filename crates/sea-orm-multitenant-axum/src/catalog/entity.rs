//! Tenants in a table of the database.

use crate::catalog::store::{CatalogError, Found, TenantCatalog};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    QueryFilter, QuerySelect, Value, sea_query::ColumnType,
};
use sea_orm_multitenant::{EntityOwnership, Tenancy, TenantEntity, TenantId};
use std::{fmt, sync::Arc};

/// A catalogue over an entity: the root entity, or one of the tenants' rows such as their domains.
///
/// It looks a row up by one column, which the database must keep unique over all tenants; two rows are an error. The tenant
/// is the primary key of the root entity, or the tenant column of another. The row is the application's record.
///
/// The look-up cannot be scoped, since it finds out for whom: the connection is taken from [`Tenancy::unscoped`] once, here,
/// with that reason, and serves for nothing else. An identifier must be the column's value exactly, also where the database's
/// collation would let case or accents pass. Put it in a [`Cached`](crate::Cached).
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantId};
/// use sea_orm_multitenant_axum::{EntityCatalog, TenantCatalog};
///
/// mod account {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "account")]
///     #[tenant(root)]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i64,
///         #[sea_orm(unique)]
///         pub name: String,
///         pub suspended: bool,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
/// let db = tenancy.unscoped("create the tables and a tenant");
/// db.execute_unprepared("CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT UNIQUE, suspended BOOLEAN)").await?;
/// db.execute_unprepared("INSERT INTO account VALUES (42, 'acme', FALSE), (43, 'zeta', TRUE)").await?;
///
/// let catalog = EntityCatalog::<account::Entity>::new(&tenancy, account::Column::Name)?
///     .disabled_when(|account| account.suspended);
/// let acme = catalog.find("acme").await?.ok_or("acme is there")?;
/// assert_eq!((acme.tenant(), acme.is_disabled()), (&TenantId::from(42), false));
/// assert_eq!(catalog.find("zeta").await?.map(|found| found.is_disabled()), Some(true));
/// assert!(catalog.find("Acme").await?.is_none());
/// # Ok(())
/// # }
/// ```
pub struct EntityCatalog<E: EntityTrait> {
    connection: DatabaseConnection,
    identifier: E::Column,
    tenant: E::Column,
    disabled: Option<Disabled<E::Model>>,
}

/// Which records are of disabled tenants.
type Disabled<M> = Arc<dyn Fn(&M) -> bool + Send + Sync>;

/// An entity whose rows name no tenant cannot be a catalogue of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{table}` names no tenant; use the root entity, or one with a tenant column")]
pub struct NotOfTenants {
    table: String,
}

impl<E: TenantEntity> EntityCatalog<E> {
    /// The catalogue that finds the row of an identifier by `column`: of texts, integers or UUIDs.
    ///
    /// # Errors
    /// [`NotOfTenants`] for a shared entity, and a root entity without a primary key of one column.
    pub fn new(tenancy: &Tenancy, column: E::Column) -> Result<Self, NotOfTenants> {
        let table = E::default().table_name().to_owned();
        let tenant = match E::ownership() {
            EntityOwnership::Tenant(tenant) => Some(tenant),
            EntityOwnership::Root => {
                let mut key = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
                key.next().filter(|_| key.next().is_none())
            }
            EntityOwnership::Shared { writable: _ } => None,
        };
        let Some(tenant) = tenant else { return Err(NotOfTenants { table }) };
        let reason = format!("find the tenant of each request by `{}` of `{table}`", column.as_str());
        let connection = tenancy.unscoped(&reason).clone();
        Ok(Self { connection, identifier: column, tenant, disabled: None })
    }

    /// Disables the tenants whose record is so: they are known, but no request gets their scope.
    #[must_use]
    pub fn disabled_when(self, disabled: impl Fn(&E::Model) -> bool + Send + Sync + 'static) -> Self {
        Self { disabled: Some(Arc::new(disabled)), ..self }
    }

    /// The value to look for; none when the column can have no such value.
    fn value(&self, identifier: &str) -> Option<Value> {
        match self.identifier.def().get_column_type() {
            ColumnType::TinyInteger
            | ColumnType::SmallInteger
            | ColumnType::Integer
            | ColumnType::BigInteger
            | ColumnType::TinyUnsigned
            | ColumnType::SmallUnsigned
            | ColumnType::Unsigned
            | ColumnType::BigUnsigned => identifier.parse::<i64>().ok().map(Value::from),
            ColumnType::Uuid => identifier.parse::<sea_orm::prelude::Uuid>().ok().map(Value::from),
            _ => (!identifier.contains('\0')).then(|| Value::from(identifier)),
        }
    }
}

impl<E> TenantCatalog for EntityCatalog<E>
where
    E: TenantEntity,
    E::Model: Send + Sync + 'static,
{
    type Record = E::Model;

    async fn find(&self, identifier: &str) -> Result<Option<Found<E::Model>>, CatalogError> {
        let Some(value) = self.value(identifier) else { return Ok(None) };
        let rows = E::find().filter(self.identifier.eq(value)).limit(2).all(&self.connection).await?;
        // Collations find `acme ` and `Ácme` for `acme`, which reserved names and caches know as others.
        let mut rows = rows.into_iter().filter(|row| is_text(row.get(self.identifier), identifier));
        match (rows.next(), rows.next()) {
            (None, _) => Ok(None),
            (Some(row), None) => {
                let tenant = TenantId::try_from(row.get(self.tenant)).map_err(CatalogError::new)?;
                let disabled = self.disabled.as_ref().is_some_and(|disabled| disabled(&row));
                Ok(Some(Found::new(tenant, row).disabled_if(disabled)))
            }
            (Some(_), Some(_)) => Err(CatalogError::new(format!(
                "two rows of `{}` have the same `{}`; make it unique",
                E::default().table_name(),
                self.identifier.as_str(),
            ))),
        }
    }
}

/// Whether a column's value is written like this, and only like this.
fn is_text(value: Value, text: &str) -> bool {
    TenantId::try_from(value).is_ok_and(|id| id.to_string() == text)
}

impl<E: EntityTrait> Clone for EntityCatalog<E> {
    fn clone(&self) -> Self {
        let Self { connection, identifier, tenant, disabled } = self;
        Self {
            connection: connection.clone(),
            identifier: *identifier,
            tenant: *tenant,
            disabled: disabled.clone(),
        }
    }
}

impl<E: EntityTrait> fmt::Debug for EntityCatalog<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityCatalog")
            .field("table", &E::default().table_name())
            .field("identifier", &self.identifier.as_str())
            .finish_non_exhaustive()
    }
}
