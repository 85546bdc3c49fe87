//! A DEFAULT names another tenant's row: whatever leaves the column to it writes NULL.

use super::families::Rows;
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    entity::prelude::*,
    sea_query::OnConflict,
};
use sea_orm_multitenant::{
    CatalogueConflict, Table, Tenancy, TenancyBuilder, TenancyError, TenantScope, TenantType,
};

mod holder {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "holder")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) account_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {
        #[sea_orm(has_many = "super::item::Entity")]
        Item,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Its relation is written by hand.
mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "item")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) account_id: i64,
        pub(super) holder_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl Related<super::holder::Entity> for Entity {
        fn to() -> RelationDef {
            Entity::belongs_to(super::holder::Entity)
                .from(Column::HolderId)
                .to(super::holder::Column::Id)
                .into()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tables of which the child's column has the DEFAULT 2, tenant 2's row.
fn builder() -> TenancyBuilder {
    let items = Table::tenant("item", "account_id", TenantType::BigInt)
        .with_columns(["account_id", "id", "holder_id"])
        .with_primary_key(["account_id", "id"])
        .with_tenant_in_every_key();
    Tenancy::builder()
        .without_entities()
        .tenant_table("holder", "account_id", TenantType::BigInt)
        .columns("holder", ["id", "account_id"])
        .table(items)
        .relation(holder::Relation::Item.def())
}

async fn scope(db: &TestDb) -> Result<TenantScope<DatabaseConnection>, Box<dyn std::error::Error>> {
    for sql in [
        "CREATE TABLE holder (id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)",
        "CREATE TABLE item (id BIGINT DEFAULT 50, account_id BIGINT NOT NULL, holder_id BIGINT DEFAULT 2 REFERENCES holder (id) ON DELETE CASCADE, PRIMARY KEY (account_id, id))",
        "INSERT INTO holder (id, account_id) VALUES (1, 1), (2, 2)",
        "INSERT INTO item (id, account_id, holder_id) VALUES (1, 1, 1)",
    ] {
        db.unscoped().execute_unprepared(sql).await?;
    }
    Ok(builder().build(db.unscoped().clone())?.scope(1)?)
}

/// Asserts that no item of tenant 1 leads to tenant 2's row.
async fn assert_no_stray(db: &TestDb, what: &str) -> Outcome {
    let stray =
        item::Entity::find().filter(item::Column::AccountId.eq(1)).filter(item::Column::HolderId.eq(2));
    assert_eq!(stray.count(db.unscoped()).await?, 0, "{what}");
    Ok(())
}

async fn models_leave_no_column_to_its_default(db: &TestDb) -> Outcome {
    let scope = scope(db).await?;
    let new = |id: i64| item::ActiveModel { id: Set(id), account_id: Set(1), holder_id: NotSet };
    assert_eq!(new(10).insert(&scope).await?.holder_id, None);
    item::Entity::insert(new(11)).exec_without_returning(&scope).await?;
    let rows = [new(12), item::ActiveModel { holder_id: Set(Some(1)), ..new(13) }];
    item::Entity::insert_many(rows).exec_without_returning(&scope).await?;
    let default = || Expr::cust("DEFAULT");
    if db.backend != Backend::Sqlite {
        let update = item::Entity::update_many().col_expr(item::Column::HolderId, default());
        assert_eq!(update.filter(item::Column::Id.eq(1)).exec(&scope).await?.rows_affected, 1);
        let on = OnConflict::columns([item::Column::AccountId, item::Column::Id])
            .value(item::Column::HolderId, default())
            .to_owned();
        item::Entity::insert(new(1)).on_conflict(on).exec_without_returning(&scope).await?;
    }
    assert_no_stray(db, "models").await?;
    let all = item::Entity::find().filter(item::Column::HolderId.is_null()).count(&scope).await?;
    assert!(all >= 3);
    holder::Entity::delete_by_id(2).exec(&tenant_two(db)?).await?;
    assert_eq!(item::Entity::find().count(&scope).await?, 5);
    Ok(())
}

fn tenant_two(db: &TestDb) -> Result<TenantScope<DatabaseConnection>, TenancyError> {
    builder().build(db.unscoped().clone())?.scope(2)
}

async fn texts_leave_no_column_to_its_default(db: &TestDb) -> Outcome {
    let scope = scope(db).await?;
    let everywhere = [
        "INSERT INTO item (id) VALUES (20), (21)",
        "INSERT INTO item (id) SELECT id + 30 FROM holder",
        "INSERT INTO item (id) SELECT DISTINCT id + 40 FROM holder UNION ALL SELECT id + 41 FROM holder",
    ];
    let postgres = [
        "INSERT INTO item (id, holder_id) VALUES (22, DEFAULT), (23, 1)",
        "INSERT INTO item (id) VALUES (1) ON CONFLICT (account_id, id) DO UPDATE SET holder_id = DEFAULT",
        "UPDATE item SET holder_id = DEFAULT",
        "INSERT INTO item DEFAULT VALUES",
        "WITH w AS (INSERT INTO item (id) VALUES (24) RETURNING id) SELECT id FROM w",
    ];
    let mariadb = [
        "INSERT INTO item (id, holder_id) VALUES (22, DEFAULT), (23, 1)",
        "INSERT INTO item SET id = 24",
        "INSERT INTO item SET id = 25, holder_id = DEFAULT",
        "INSERT INTO item (id) VALUES (1) ON DUPLICATE KEY UPDATE holder_id = DEFAULT",
        "UPDATE item SET holder_id = DEFAULT",
        "REPLACE INTO item (id) VALUES (1)",
        "INSERT INTO item () VALUES ()",
    ];
    let own: &[&str] = match db.backend {
        Backend::Sqlite => &["INSERT INTO item DEFAULT VALUES"],
        Backend::Postgres => &postgres,
        Backend::Mariadb => &mariadb,
    };
    for sql in everywhere.iter().chain(own) {
        scope.execute_unprepared(sql).await.map_err(|error| format!("{sql}: {error}"))?;
        assert_no_stray(db, sql).await?;
    }
    for sql in [
        "REPLACE INTO item (id) VALUES (1)",
        "INSERT INTO item (id, holder_id) VALUES (26, DEFAULT(holder_id))",
    ] {
        let _ = scope.execute_unprepared(sql).await;
        assert_no_stray(db, sql).await?;
    }
    Ok(())
}

/// A relation that the child's own enum does not have is checked: its parent declares it.
async fn a_relation_that_the_parent_alone_declares_is_checked(db: &TestDb) -> Outcome {
    let scope = scope(db).await?;
    let to = |holder: i64| item::ActiveModel {
        id: Set(60 + holder),
        account_id: Set(1),
        holder_id: Set(Some(holder)),
    };
    for stray in [2, 9999] {
        let error = to(stray).insert(&scope).await.expect_err("it is not the tenant's");
        assert!(
            matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })),
            "{error:?}"
        );
    }
    assert_eq!(to(1).insert(&scope).await?.holder_id, Some(1));
    let by_hand = <item::Entity as Related<holder::Entity>>::to();
    let alone = Tenancy::builder().without_entities().relation(by_hand).build(db.unscoped().clone());
    let Err(TenancyError::Catalogue { conflicts }) = alone else { return Err("no table has the key".into()) };
    assert!(
        matches!(conflicts.as_slice(), [CatalogueConflict::UnknownRelation { table }] if table == "item")
    );
    Ok(())
}

on_every_backend!(
    models_leave_no_column_to_its_default,
    texts_leave_no_column_to_its_default,
    a_relation_that_the_parent_alone_declares_is_checked,
);
