//! Managers.

use crate::{entity::manager, error::AppError};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sea_orm_multitenant::TenantScope;
use serde::Serialize;

/// A manager, as pages and the API show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manager {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
}

impl From<manager::Model> for Manager {
    fn from(manager: manager::Model) -> Self {
        Self { id: manager.id, name: manager.name }
    }
}

/// All managers, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait + Send>(scope: &TenantScope<C>) -> Result<Vec<Manager>, AppError> {
    let managers = manager::Entity::find().order_by_asc(manager::Column::Name).all(scope).await?;
    Ok(managers.into_iter().map(Manager::from).collect())
}

/// Demands that all ids, which are distinct, are those of managers.
///
/// # Errors
/// [`AppError::Invalid`] when one is not.
pub(super) async fn must_exist<C>(scope: &TenantScope<C>, ids: &[i64]) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    let wanted = manager::Column::Id.is_in(ids.iter().copied());
    let found = manager::Entity::find().filter(wanted).count(scope).await?;
    if usize::try_from(found) == Ok(ids.len()) {
        Ok(())
    } else {
        Err(AppError::invalid("there is no such manager"))
    }
}
