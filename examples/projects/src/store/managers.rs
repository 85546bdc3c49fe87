//! Managers.

use crate::{
    entity::manager,
    error::AppError,
    input::MANAGERS,
    paging::{Page, Paged},
};
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

/// Returns a page of the managers, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C>(scope: &TenantScope<C>, page: Page) -> Result<Paged<Manager>, AppError>
where
    C: ConnectionTrait + Send,
{
    let managers =
        manager::Entity::find().order_by_asc(manager::Column::Name).order_by_asc(manager::Column::Id);
    let managers = page.of(managers).all(scope).await?;
    Ok(page.with(managers.into_iter().map(Manager::from).collect()))
}

/// Returns managers to choose from: the first ones, and those that are already chosen.
///
/// # Errors
/// When the database fails.
pub async fn choices<C>(scope: &TenantScope<C>, chosen: &[i64]) -> Result<Vec<Manager>, AppError>
where
    C: ConnectionTrait + Send,
{
    let mut managers = list(scope, Page::LONGEST).await?.rows;
    let missing = chosen.iter().filter(|id| managers.iter().all(|manager| manager.id != **id)).copied();
    let missing: Vec<_> = missing.take(MANAGERS).collect();
    if !missing.is_empty() {
        let rest = manager::Entity::find().filter(manager::Column::Id.is_in(missing)).all(scope).await?;
        managers.extend(rest.into_iter().map(Manager::from));
    }
    Ok(managers)
}

/// Requires that all ids, which are distinct, are ids of managers.
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
