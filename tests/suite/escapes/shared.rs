//! Entities that both styles of keys use: the tenants, and what all tenants read.

/// The tenants themselves.
pub(crate) mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_account")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        pub country_id: i64,
        #[sea_orm(belongs_to, from = "country_id", to = "id")]
        pub country: BelongsTo<super::country::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Countries: the reference table of accounts.
pub(crate) mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_country")]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        #[sea_orm(has_many)]
        pub accounts: HasMany<super::account::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Employees: the reference table of projects.
pub(crate) mod employee {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_employee")]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The statements that create the tables.
pub(crate) fn schema() -> Vec<String> {
    let tables = [
        "CREATE TABLE e_country (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL)",
        "CREATE TABLE e_account (
            id BIGINT NOT NULL PRIMARY KEY,
            name VARCHAR(100) NOT NULL,
            country_id BIGINT NOT NULL,
            FOREIGN KEY (country_id) REFERENCES e_country (id)
        )",
        "CREATE TABLE e_employee (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL)",
    ];
    tables.map(str::to_owned).into()
}
