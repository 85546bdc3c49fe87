//! A test application with projects, and helpers that send it requests.

use axum::{
    Router,
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, Request, StatusCode};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, EntityTrait, Schema};
use sea_orm_multitenant::{Tenancy, TenancyError, current_tenant};
use sea_orm_multitenant_axum::{Found, Header, Scope, StaticStore, TenantLayer};
use std::time::Duration;
use tower::ServiceExt;

/// The root table.
pub(crate) mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) suspended: bool,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A tenant table.
pub(crate) mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) account_id: i64,
        pub(crate) name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The domains of tenants: a tenant table by which tenants are found.
pub(crate) mod domain {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "domain")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) account_id: i64,
        #[sea_orm(unique)]
        pub(crate) host: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A shared table.
pub(crate) mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "country")]
    #[tenant(shared)]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes a tenancy over an empty in-memory database.
pub(crate) async fn tenancy() -> Tenancy {
    tenancy_over("sqlite::memory:", 1).await
}

/// Makes a tenancy over an empty database, with this many connections.
pub(crate) async fn tenancy_over(url: &str, connections: u32) -> Tenancy {
    let mut options = ConnectOptions::new(url);
    // A long timeout, since ten thousand requests may wait for a few connections.
    options.max_connections(connections).acquire_timeout(Duration::from_secs(180)).sqlx_logging(false);
    let tenancy = Tenancy::new(Database::connect(options).await.expect("it connects")).expect("no conflicts");
    let db = tenancy.unscoped("create the tables");
    let schema = Schema::new(db.get_database_backend());
    for table in [
        schema.create_table_from_entity(account::Entity),
        schema.create_table_from_entity(project::Entity),
        schema.create_table_from_entity(domain::Entity),
    ] {
        db.execute(&table).await.expect("it is created");
    }
    tenancy
}

/// Inserts rows, given as the SQL after `INSERT INTO`.
pub(crate) async fn insert(tenancy: &Tenancy, rows: &str) {
    let inserted =
        tenancy.unscoped("the test's rows").execute_unprepared(&format!("INSERT INTO {rows}")).await;
    assert!(inserted.expect("they are inserted").rows_affected() > 0);
}

/// `acme` is tenant 1, `zeta` is tenant 2, `gone` is disabled; and two names that a request must not reach.
pub(crate) fn store() -> StaticStore<&'static str> {
    StaticStore::new([
        ("acme", Found::new(1, "Acme")),
        ("zeta", Found::new(2, "Zeta")),
        ("gone", Found::new(3, "Gone").disabled_if(true)),
        ("public", Found::new(4, "Public")),
        ("admin", Found::new(5, "Admin")),
        ("xn--bcher-kva", Found::new(6, "Bücher")),
    ])
}

pub(crate) fn tenant_header() -> Header {
    Header::new(HeaderName::from_static("x-tenant"))
}

/// Makes the layer that reads the tenant from the header `x-tenant`.
pub(crate) async fn by_header() -> TenantLayer<&'static str> {
    TenantLayer::new(tenancy().await, tenant_header(), store())
}

/// Returns the current tenant of the request's task.
pub(crate) fn current() -> String {
    match current_tenant() {
        Ok(tenant) => tenant.to_string(),
        Err(TenancyError::NoTenant) => "none".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Answers with the scope's tenant, if there is one, which must also be the current tenant.
pub(crate) async fn whose(scope: Option<Scope>) -> String {
    let scope = scope.map_or("none".to_owned(), |scope| scope.tenant().to_string());
    if scope == current() { scope } else { format!("scope {scope}, current {}", current()) }
}

/// An application with one route per path, which answers with the request's tenant.
pub(crate) fn app(layer: TenantLayer<&'static str>) -> Router {
    Router::new().fallback(get(whose)).layer(layer)
}

/// Answers with the names of the tenant's projects.
pub(crate) async fn projects(Scope(scope): Scope) -> Response {
    match project::Entity::find().all(&scope).await {
        Ok(rows) => {
            let rows: Vec<_> =
                rows.into_iter().map(|row| format!("{} {}", row.account_id, row.name)).collect();
            rows.join("\n").into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Makes a request for a path, with headers.
pub(crate) fn get_with(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    request.body(Body::empty()).expect("a request")
}

/// Sends a request and returns the status and the body of the response.
pub(crate) async fn ask(app: &Router, request: Request<Body>) -> (u16, String) {
    let response = app.clone().oneshot(request).await.expect("routers do not fail");
    answer(response).await
}

pub(crate) async fn answer(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

/// Returns the code in a rejection's body.
pub(crate) fn code(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    body["error"]["code"].as_str().expect("a code").to_owned()
}
