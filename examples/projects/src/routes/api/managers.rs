//! Managers: the whole API of an entity, by its declaration.

use crate::{app::App, auth::CurrentAccount, entity::manager, error::AppError, input};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use sea_orm::Set;
use sea_orm_multitenant_axum::{ResourceError, TenantResource};

pub(super) fn router(app: &App) -> Router<App> {
    TenantResource::<manager::Entity>::new()
        .filter_by([manager::Column::Name])
        .order_by([manager::Column::Name])
        .prepare(|_, _, manager| {
            if let Set(name) = &manager.name {
                let name = input::name(name);
                manager.name = Set(name.map_err(|error| ResourceError::invalid("name", error.to_string()))?);
            }
            Ok(())
        })
        .respond_with(AppError::from)
        .router()
        .route_layer(from_fn_with_state(app.clone(), only_users))
}

/// Passes on the requests of users who are logged in to the account.
async fn only_users(_: State<App>, _: CurrentAccount, request: Request, next: Next) -> Response {
    next.run(request).await
}
