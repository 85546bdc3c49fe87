//! Every case with composite keys: (tenant, id), so that the tenants' ids collide.

pub(crate) use crate::composite::{entities, families};

/// The countries in which a project is sold: a junction to a shared table, with a column of its own.
pub(crate) mod market {
    use super::entities::{country, project};
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "peers_market")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub country_code: String,
        pub share: i64,
        #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
        pub project: BelongsTo<project::Entity>,
        #[sea_orm(belongs_to, from = "country_code", to = "code")]
        pub country: BelongsTo<country::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The statement that creates the table of [`market`].
pub(crate) const MARKET: &str = "CREATE TABLE peers_market (
    account_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    country_code VARCHAR(2) NOT NULL REFERENCES country (code),
    share BIGINT NOT NULL DEFAULT 10,
    PRIMARY KEY (account_id, project_id, country_code),
    FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id)
)";

/// What is a test on PostgreSQL is one on Citus too.
macro_rules! on_every_backend {
    ($($tests:tt)+) => { on_citus_too! { $($tests)+ } };
}

#[path = "cases/mod.rs"]
pub(crate) mod cases;
