//! A tenant store over a table of the database.

use crate::store::tenant_store::{Found, StoreError, TenantStore};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    QueryFilter, QuerySelect, Value, sea_query::ColumnType,
};
use sea_orm_multitenant::{EntityOwnership, Tenancy, TenantEntity, TenantId};
use std::{fmt, sync::Arc};

/// A tenant store over an entity: the root entity, or a tenant table such as the tenants' domains.
///
/// It finds a row by one column, which the database must keep unique across all tenants; two rows are an error. The
/// tenant is the primary key of the root entity, or the tenant column of another entity. The row is the application's
/// record of the tenant.
///
/// The lookup cannot be scoped, since it determines the tenant: the store takes the connection from
/// [`Tenancy::unscoped`] once, with that reason, and uses it for nothing else. An identifier must equal the column's
/// value exactly, even where the database's collation ignores case or accents. Wrap the store in a
/// [`Cached`](crate::Cached).
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantId};
/// use sea_orm_multitenant_axum::{EntityStore, TenantStore};
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
/// let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name)?
///     .disabled_when(|account| account.suspended);
/// let acme = store.find("acme").await?.ok_or("acme is there")?;
/// assert_eq!((acme.tenant(), acme.is_disabled()), (&TenantId::from(42), false));
/// assert_eq!(store.find("zeta").await?.map(|found| found.is_disabled()), Some(true));
/// assert!(store.find("Acme").await?.is_none());
/// # Ok(())
/// # }
/// ```
pub struct EntityStore<E: EntityTrait> {
    connection: DatabaseConnection,
    identifier: E::Column,
    tenant: E::Column,
    disabled: Option<Disabled<E::Model>>,
}

/// Tells which records are of disabled tenants.
type Disabled<M> = Arc<dyn Fn(&M) -> bool + Send + Sync>;

/// The entity cannot be a tenant store: its rows do not name a tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{table}` cannot be a tenant store, because its rows name no tenant; use the root entity, or an entity with a tenant column"
)]
pub struct NotATenantEntity {
    table: String,
}

impl<E: TenantEntity> EntityStore<E> {
    /// Creates the store that finds a row by `column`, a column of texts, integers or UUIDs.
    ///
    /// # Errors
    /// [`NotATenantEntity`] for a shared entity, and for a root entity whose primary key is not exactly one column.
    pub fn new(tenancy: &Tenancy, column: E::Column) -> Result<Self, NotATenantEntity> {
        let table = E::default().table_name().to_owned();
        let tenant = match E::ownership() {
            EntityOwnership::Tenant(tenant) | EntityOwnership::TenantOrGlobal(tenant) => Some(tenant),
            EntityOwnership::Root => {
                let mut key = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
                key.next().filter(|_| key.next().is_none())
            }
            EntityOwnership::Shared { writable: _ } => None,
        };
        let Some(tenant) = tenant else { return Err(NotATenantEntity { table }) };
        let reason = format!("find the tenant of each request by `{}` of `{table}`", column.as_str());
        let connection = tenancy.unscoped(&reason).clone();
        Ok(Self { connection, identifier: column, tenant, disabled: None })
    }

    /// Disables the tenants for whose record `disabled` returns `true`: they are found, but no request gets their
    /// scope.
    #[must_use]
    pub fn disabled_when(self, disabled: impl Fn(&E::Model) -> bool + Send + Sync + 'static) -> Self {
        Self { disabled: Some(Arc::new(disabled)), ..self }
    }

    /// The value to search for; `None` when the column cannot have such a value.
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

impl<E> TenantStore for EntityStore<E>
where
    E: TenantEntity,
    E::Model: Send + Sync + 'static,
{
    type Record = E::Model;

    async fn find(&self, identifier: &str) -> Result<Option<Found<E::Model>>, StoreError> {
        let Some(value) = self.value(identifier) else { return Ok(None) };
        let rows = E::find().filter(self.identifier.eq(value)).limit(2).all(&self.connection).await?;
        // With a collation, `acme ` and `Ácme` match `acme`; reserved names and caches treat them as different
        // identifiers.
        let rows = rows.into_iter().filter(|row| is_text(row.get(self.identifier), identifier));
        // A global row names no tenant.
        let mut rows = rows.filter(|row| row.get(self.tenant) != row.get(self.tenant).as_null());
        match (rows.next(), rows.next()) {
            (None, _) => Ok(None),
            (Some(row), None) => {
                let tenant = TenantId::try_from(row.get(self.tenant)).map_err(StoreError::new)?;
                let disabled = self.disabled.as_ref().is_some_and(|disabled| disabled(&row));
                Ok(Some(Found::new(tenant, row).disabled_if(disabled)))
            }
            (Some(_), Some(_)) => Err(StoreError::new(format!(
                "two rows of `{}` have the same `{}`; make the column unique",
                E::default().table_name(),
                self.identifier.as_str(),
            ))),
        }
    }
}

/// Whether the identifier is the one spelling of the column's value.
fn is_text(value: Value, text: &str) -> bool {
    TenantId::try_from(value).is_ok_and(|id| id.to_string() == text)
}

impl<E: EntityTrait> Clone for EntityStore<E> {
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

impl<E: EntityTrait> fmt::Debug for EntityStore<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityStore")
            .field("table", &E::default().table_name())
            .field("identifier", &self.identifier.as_str())
            .finish_non_exhaustive()
    }
}
