//! An entity with global rows: everybody reads them, and nobody writes or makes one.

use super::{below, error, ids, refused, request};
use crate::harness::{insert, tenancy};
use axum::Router;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Schema};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::{Action, TenantResource};
use serde_json::{Value as Json, json};

mod label {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "label")]
    #[tenant(column = "account_id", global)]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) account_id: Option<i64>,
        pub(super) name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Labels 1 and 2 are everybody's, 3 tenant 1's, 4 tenant 2's.
async fn labels() -> Tenancy {
    let tenancy = tenancy().await;
    let db = tenancy.unscoped("create the table");
    let table = Schema::new(db.get_database_backend()).create_table_from_entity(label::Entity);
    db.execute(&table).await.expect("it is created");
    insert(&tenancy, "label (id, account_id, name) VALUES (1, NULL, 'red'), (2, NULL, 'green'), (3, 1, 'own'), (4, 2, 'own')")
        .await;
    tenancy
}

fn resource() -> TenantResource<label::Entity> {
    TenantResource::new().order_by([label::Column::Name])
}

fn served(tenancy: &Tenancy, resource: TenantResource<label::Entity>) -> Router {
    below(tenancy, "/labels", resource.router())
}

async fn send(app: &Router, tenant: &str, method: &str, path: &str, body: Option<Json>) -> (u16, Json) {
    let body = body.map(|body| body.to_string());
    super::send(app, request(method, path, tenant, body.as_deref())).await
}

/// All rows as they are, whosever they are.
async fn all(tenancy: &Tenancy) -> Vec<label::Model> {
    label::Entity::find().all(tenancy.unscoped("look at all rows")).await.expect("they are read")
}

#[tokio::test]
async fn everybody_reads_global_rows() {
    let app = served(&labels().await, resource());
    assert_eq!(ids(&send(&app, "acme", "GET", "/labels", None).await.1), [1, 2, 3]);
    assert_eq!(ids(&send(&app, "zeta", "GET", "/labels", None).await.1), [1, 2, 4]);
    assert_eq!(ids(&send(&app, "acme", "GET", "/labels?limit=2", None).await.1), [1, 2]);
    let red = json!({ "id": 1, "name": "red" });
    assert_eq!(send(&app, "acme", "GET", "/labels/1", None).await, (200, red.clone()));
    assert_eq!(send(&app, "zeta", "GET", "/labels/1", None).await, (200, red));
    assert_eq!(error(send(&app, "acme", "GET", "/labels/4", None).await), refused(404, "not_found", ""));
}

#[tokio::test]
async fn nobody_writes_global_rows() {
    let tenancy = labels().await;
    let app = served(&tenancy, resource());
    let before = all(&tenancy).await;
    for (key, status, code) in [(1, 403, "forbidden"), (4, 404, "not_found"), (99, 404, "not_found")] {
        for method in ["PUT", "PATCH", "DELETE"] {
            let body = (method != "DELETE").then(|| json!({ "name": "mine" }));
            let answer = send(&app, "acme", method, &format!("/labels/{key}"), body).await;
            assert_eq!(error(answer), refused(status, code, ""), "{method} {key}");
        }
    }
    assert_eq!(all(&tenancy).await, before);
    let renamed = send(&app, "acme", "PATCH", "/labels/3", Some(json!({ "name": "mine" }))).await;
    assert_eq!(renamed, (200, json!({ "id": 3, "name": "mine" })));
    assert_eq!(send(&app, "acme", "DELETE", "/labels/3", None).await.0, 204);
    assert_eq!(all(&tenancy).await.len(), 3);
}

/// Not even a hook makes one.
#[tokio::test]
async fn no_new_row_is_global() {
    let tenancy = labels().await;
    let app = served(
        &tenancy,
        resource().prepare(|_, _, label| {
            label.account_id = Set(None);
            Ok(())
        }),
    );
    let (status, created) = send(&app, "acme", "POST", "/labels", Some(json!({ "name": "new" }))).await;
    assert_eq!((status, &created), (201, &json!({ "id": 5, "name": "new" })));
    let of_client = json!({ "name": "new", "account_id": null });
    let answer = send(&app, "acme", "POST", "/labels", Some(of_client)).await;
    assert_eq!(error(answer), refused(422, "tenant_field", "account_id"));
    // Of an existing row neither.
    let changed = send(&app, "acme", "PATCH", "/labels/3", Some(json!({ "name": "free" }))).await;
    assert_eq!(changed.0, 500);
    let owners: Vec<_> = all(&tenancy).await.iter().map(|label| label.account_id).collect();
    assert_eq!(owners, [None, None, Some(1), Some(2), Some(1)]);
}

/// Whether a row is everybody's is not told of one that the `query` hook hides.
#[tokio::test]
async fn a_hidden_global_row_is_not_found() {
    use sea_orm::{ColumnTrait, QueryFilter};
    let app = served(
        &labels().await,
        resource()
            .query(|_, _, labels| Ok(labels.filter(label::Column::Id.ne(1))))
            .actions([Action::Get, Action::Delete]),
    );
    assert_eq!(error(send(&app, "acme", "DELETE", "/labels/1", None).await), refused(404, "not_found", ""));
    assert_eq!(error(send(&app, "acme", "DELETE", "/labels/2", None).await), refused(403, "forbidden", ""));
}
