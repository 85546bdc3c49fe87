//! The extractors for handlers.

use crate::{rejection::ExtractRejection, request::RequestTenant};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::TenantScope;
use std::{ops::Deref, sync::Arc};

/// An extractor of the scope of the request's tenant.
///
/// Without a [`TenantLayer`](crate::TenantLayer) around the route every request is answered with 500, and the log says
/// what to add. `Option<Scope>` is `None` where the [`Policy`](crate::Policy) lets a request pass without a tenant.
///
/// ```
/// use axum::{Router, routing::get};
/// use sea_orm::{DbErr, EntityTrait};
/// use sea_orm_multitenant_axum::Scope;
///
/// mod project {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "project")]
///     #[tenant(column = "account_id")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub account_id: i64,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// async fn projects(Scope(scope): Scope) -> Result<String, String> {
///     let projects = project::Entity::find().all(&scope).await.map_err(|error: DbErr| error.to_string())?;
///     Ok(projects.len().to_string())
/// }
///
/// async fn greeting(scope: Option<Scope>) -> String {
///     scope.map_or("hello".to_owned(), |scope| format!("hello {}", scope.tenant()))
/// }
///
/// let router: Router = Router::new().route("/projects", get(projects)).route("/", get(greeting));
/// assert!(router.has_routes());
/// ```
#[derive(Debug, Clone)]
pub struct Scope(pub TenantScope<DatabaseConnection>);

impl Deref for Scope {
    type Target = TenantScope<DatabaseConnection>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Scope {
    type Rejection = ExtractRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractRejection> {
        RequestTenant::scope(parts).cloned().map(Self)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Scope {
    type Rejection = ExtractRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ExtractRejection> {
        Ok(RequestTenant::optional_scope(parts)?.cloned().map(Self))
    }
}

/// An extractor of the application's record of the request's tenant, as found in the tenant store. Read-only and
/// shared.
///
/// It is rejected in the same cases as [`Scope`]. `T` must be the type of the store's record; another type is answered
/// with 500. With two nested layers, which must find the same tenant, the record of either can be extracted; if both
/// have the same type, it is the inner layer's.
///
/// ```
/// use axum::{Router, routing::get};
/// use sea_orm_multitenant_axum::Tenant;
///
/// struct Account {
///     name: String,
/// }
///
/// async fn name(account: Tenant<Account>) -> String {
///     account.name.clone()
/// }
///
/// let router: Router = Router::new().route("/", get(name));
/// assert!(router.has_routes());
/// ```
#[derive(Debug)]
pub struct Tenant<T>(pub Arc<T>);

impl<T> Clone for Tenant<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Tenant<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Send + Sync + 'static, S: Send + Sync> FromRequestParts<S> for Tenant<T> {
    type Rejection = ExtractRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractRejection> {
        RequestTenant::record(parts).map(Self)
    }
}

impl<T: Send + Sync + 'static, S: Send + Sync> OptionalFromRequestParts<S> for Tenant<T> {
    type Rejection = ExtractRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ExtractRejection> {
        match RequestTenant::optional_scope(parts)? {
            Some(_) => RequestTenant::record(parts).map(|record| Some(Self(record))),
            None => Ok(None),
        }
    }
}
