//! Declarations that are wrong.

use super::{acme, below, error, refused, ticket::Column, tickets, with_tickets};
use crate::harness::{account, country};
use axum::Router;
use sea_orm_multitenant_axum::TenantResource;

/// An entity with a type that has no form in JSON here.
mod picture {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "picture")]
    #[tenant(column = "account_id")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) account_id: i64,
        pub(super) page: i32,
        pub(super) bytes: Vec<u8>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// An entity whose key is the tenant alone.
mod setting {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "setting")]
    #[tenant(column = "account_id")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) account_id: i64,
        pub(super) color: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn a_wrong_declaration_answers_nothing() {
    let pictures = TenantResource::<picture::Entity>::new;
    let wrong: [(&str, Router); 11] = [
        ("filter by the tenant", tickets().filter_by([Column::AccountId]).router()),
        ("order by the tenant", tickets().order_by([Column::AccountId]).router()),
        ("write the tenant", tickets().read_only([Column::AccountId]).router()),
        ("filter by what is hidden", tickets().filter_by([Column::Secret]).router()),
        ("order by what is hidden", tickets().order_by([Column::Secret]).router()),
        ("hide a key", tickets().hidden([Column::Id]).router()),
        ("filter by JSON", tickets().filter_by([Column::Labels]).router()),
        ("bytes", pictures().router()),
        (
            "the name of a parameter",
            pictures().hidden([picture::Column::Bytes]).filter_by([picture::Column::Page]).router(),
        ),
        ("only the tenant as key", TenantResource::<setting::Entity>::new().router()),
        ("the tenants themselves", TenantResource::<account::Entity>::new().router()),
    ];
    let tenancy = with_tickets().await;
    for (what, router) in wrong {
        let app = below(&tenancy, "/things", router);
        for path in ["/things", "/things/1", "/things/1/2"] {
            assert_eq!(
                error(acme(&app, "GET", path, None).await),
                refused(500, "failed", ""),
                "{what}: {path}"
            );
        }
    }
    let app = below(&tenancy, "/countries", TenantResource::<country::Entity>::new().router());
    assert_eq!(acme(&app, "GET", "/countries", None).await.0, 500);
}
