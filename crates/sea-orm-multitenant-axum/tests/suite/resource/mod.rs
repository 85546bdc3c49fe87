//! Tests of `TenantResource`: a tenant entity as a web API.

mod attacks;
mod bodies;
mod crud;
mod declarations;
mod global_rows;
mod hooks;
mod keys;
mod lists;
#[cfg(feature = "utoipa")]
mod openapi;
mod transactions;

use crate::harness::{answer, insert, project, store, tenancy, tenant_header};
use axum::{Router, body::Body};
use http::{Request, header::CONTENT_TYPE};
use sea_orm::{ConnectionTrait, Schema};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::{TenantLayer, TenantResource};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

/// A table with a column of each kind that clients use.
pub(crate) mod ticket {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "ticket")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        #[sea_orm(unique_key = "account_code")]
        pub(crate) account_id: i64,
        pub(crate) project_id: i64,
        #[sea_orm(unique_key = "account_code")]
        pub(crate) code: String,
        #[sea_orm(column_type = "String(StringLen::N(20))")]
        pub(crate) title: String,
        pub(crate) points: i32,
        #[sea_orm(default_value = false)]
        pub(crate) done: bool,
        pub(crate) due_on: Option<ChronoDate>,
        pub(crate) state: State,
        pub(crate) cost: Option<Decimal>,
        pub(crate) labels: Option<Json>,
        #[sea_orm(column_name = "secret_text", default_value = "s3cret")]
        pub(crate) secret: String,
        #[sea_orm(belongs_to, from = "project_id", to = "id")]
        pub(crate) project: BelongsTo<crate::harness::project::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}

    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
    pub(crate) enum State {
        #[sea_orm(string_value = "open")]
        Open,
        #[sea_orm(string_value = "closed")]
        Closed,
    }
}

/// A table with a composite key: the tenant, a UUID and a text.
pub(crate) mod member {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "member")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) person: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) team: String,
        pub(crate) level: i16,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The header of a user, which stands for the application's authentication.
pub(crate) const USER: &str = "x-user";

/// Makes a tenancy with two projects of each tenant, and no tickets or members.
pub(crate) async fn with_tables() -> Tenancy {
    let tenancy = tenancy().await;
    let db = tenancy.unscoped("create the tables");
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(ticket::Entity)).await.expect("it is created");
    for index in schema.create_index_from_entity(ticket::Entity) {
        db.execute(&index).await.expect("it is created");
    }
    db.execute(&schema.create_table_from_entity(member::Entity)).await.expect("it is created");
    insert(
        &tenancy,
        "project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini'), (3, 1, 'Mercury')",
    )
    .await;
    tenancy
}

/// Adds tickets: of tenant 1 with the ids 1 to 6, of tenant 2 with 11 and 12.
pub(crate) async fn with_tickets() -> Tenancy {
    let tenancy = with_tables().await;
    insert(
        &tenancy,
        "ticket (id, account_id, project_id, code, title, points, done, due_on, state) VALUES \
         (1, 1, 1, 'A', 'Launch', 5, 0, '2026-01-31', 'open'), (2, 1, 1, 'B', 'Orbit', 3, 0, NULL, 'open'), \
         (3, 1, 3, 'C', 'Land 100%', 8, 1, '2026-02-28', 'closed'), (4, 1, 3, 'D', 'Return', 3, 0, NULL, 'open'), \
         (5, 1, 1, 'E', 'land_ahoy', 3, 1, '2026-01-01', 'closed'), (6, 1, 1, 'F', 'Refuel', 1, 0, NULL, 'open'), \
         (11, 2, 2, 'A', 'Spy', 5, 0, NULL, 'open'), (12, 2, 2, 'Z', 'Hide', 9, 0, NULL, 'open')",
    )
    .await;
    tenancy
}

/// Serves a router below a path, with the tenant by header.
pub(crate) fn below(tenancy: &Tenancy, path: &str, router: Router) -> Router {
    Router::new().nest(path, router).layer(TenantLayer::new(tenancy.clone(), tenant_header(), store()))
}

/// The resource of most tests.
pub(crate) fn tickets() -> TenantResource<ticket::Entity> {
    use ticket::Column;
    TenantResource::new()
        .hidden([Column::Secret])
        .filter_by([Column::Id, Column::Title, Column::Points, Column::Done, Column::DueOn, Column::State])
        .order_by([Column::Title, Column::Points, Column::DueOn])
}

/// Serves [`tickets`] over the rows of [`with_tickets`].
pub(crate) async fn app() -> Router {
    below(&with_tickets().await, "/tickets", tickets().router())
}

/// A request for a tenant, with a JSON body.
pub(crate) fn request(method: &str, path: &str, tenant: &str, body: Option<&str>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("x-tenant", tenant);
    match body {
        Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_owned())),
        None => request.body(Body::empty()),
    }
    .expect("a request")
}

/// Sends a request, and returns the status and the JSON of the response.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> (u16, Json) {
    let response = app.clone().oneshot(request).await.expect("routers do not fail");
    let (status, body) = answer(response).await;
    let body = if body.is_empty() { Json::Null } else { serde_json::from_str(&body).expect("JSON") };
    (status, body)
}

/// Sends a request of tenant 1.
pub(crate) async fn acme(app: &Router, method: &str, path: &str, body: Option<Json>) -> (u16, Json) {
    let body = body.map(|body| body.to_string());
    send(app, request(method, path, "acme", body.as_deref())).await
}

/// Returns the status, the code, and the field or parameter of an error.
pub(crate) fn error((status, body): (u16, Json)) -> (u16, String, Option<String>) {
    let text = |name: &str| body["error"][name].as_str().map(str::to_owned);
    (status, text("code").expect("a code"), text("field").or_else(|| text("parameter")))
}

/// An expected error.
pub(crate) fn refused(status: u16, code: &str, place: &str) -> (u16, String, Option<String>) {
    (status, code.to_owned(), Some(place.to_owned()).filter(|place| !place.is_empty()))
}

/// The ids of a list.
pub(crate) fn ids(body: &Json) -> Vec<i64> {
    let items = body["items"].as_array().unwrap_or_else(|| panic!("no list: {body}"));
    items.iter().map(|item| item["id"].as_i64().expect("an id")).collect()
}

/// A complete body for a new ticket.
pub(crate) fn ticket(code: &str) -> Json {
    json!({ "project_id": 1, "code": code, "title": "New", "points": 2, "state": "open" })
}

/// Everything in the tables, as the tenant of each row sees it.
pub(crate) async fn snapshot(tenancy: &Tenancy, tenant: i64) -> String {
    use sea_orm::EntityTrait;
    let scope = tenancy.scope(tenant).expect("a scope");
    let tickets = ticket::Entity::find().all(&scope).await.expect("it answers");
    let projects = project::Entity::find().all(&scope).await.expect("it answers");
    let members = member::Entity::find().all(&scope).await.expect("it answers");
    format!("{tickets:?}{projects:?}{members:?}")
}
