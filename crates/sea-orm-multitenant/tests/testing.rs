//! The fixture of two tenants, and what it reports as not isolated.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait,
    JoinType, Order, PaginatorTrait, QueryFilter, QuerySelect, RelationTrait, Statement, TransactionTrait,
    sea_query::Expr,
};
use sea_orm_multitenant::{
    Tenancy, TenantScope, assert_isolated,
    testing::{FixtureError, TwoTenants},
    two_tenants,
};

mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        #[sea_orm(unique)]
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) account_id: i64,
        pub(crate) name: String,
        #[sea_orm(unique)]
        pub(crate) slug: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::account::Entity",
            from = "Column::AccountId",
            to = "super::account::Column::Id"
        )]
        Account,
    }

    impl Related<super::account::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Account.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "task")]
    #[tenant(column = "account_id")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) project_id: i64,
        pub(crate) parent_id: Option<i64>,
        pub(crate) title: String,
        #[sea_orm(column_type = "String(StringLen::N(5))")]
        pub(crate) code: String,
        pub(crate) weight: f64,
        pub(crate) done: bool,
        pub(crate) token: Uuid,
        pub(crate) image: Vec<u8>,
        pub(crate) note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::project::Entity",
            from = "Column::ProjectId",
            to = "super::project::Column::Id"
        )]
        Project,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "country")]
    #[tenant(shared)]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn tenants() -> TwoTenants {
    let tenants = two_tenants![country::Entity, account::Entity, project::Entity, task::Entity].await;
    tenants.expect("a database")
}

/// Returns the findings about `work`, which gets the unscoped connection.
async fn leaks<R: Future>(
    work: impl FnOnce(DatabaseConnection, TenantScope<DatabaseConnection>) -> R,
) -> String {
    let tenants = tenants().await;
    let db = tenants.tenancy().unscoped("a mistake that the check must find").clone();
    match tenants.check(|scope| work(db, scope)).await {
        Ok(_) => String::new(),
        Err(leaks) => leaks.findings().join("\n"),
    }
}

#[tokio::test]
async fn both_tenants_have_colliding_rows() {
    let tenants = tenants().await;
    let all = tenants.tenancy().unscoped("both");
    let tasks = task::Entity::find().order_by_id(Order::Asc).all(all).await.expect("they are read");
    let (first, second): (Vec<_>, Vec<_>) =
        tasks.into_iter().partition(|task| Some(task.account_id) == tenants.first().as_i64());
    assert_eq!((first.len(), second.len()), (2, 2));
    for (one, other) in first.into_iter().zip(second) {
        assert_ne!((one.account_id, one.project_id), (other.account_id, other.project_id));
        assert_eq!(
            task::Model { account_id: 0, project_id: 0, ..one },
            task::Model { account_id: 0, project_id: 0, ..other }
        );
    }
    let joined = task::Entity::find()
        .join(JoinType::InnerJoin, task::Relation::Project.def())
        .filter(Expr::cust("task.account_id = project.account_id"));
    assert_eq!(joined.count(all).await, Ok(4));
    assert_eq!(account::Entity::find().count(all).await, Ok(2));
    assert_eq!(country::Entity::find().count(all).await, Ok(2));
}

#[tokio::test]
async fn scoped_code_is_isolated() {
    let tenants = tenants().await;
    let added = assert_isolated!(tenants, |scope| async move {
        let projects = project::Entity::find().find_also_related(account::Entity).all(&scope).await?;
        let (first, account) = &projects[0];
        assert!(account.is_some());
        task::Entity::find().filter(task::Column::ProjectId.eq(first.id)).count(&scope).await?;
        country::Entity::find().all(&scope).await?;
        task::Entity::update_many().col_expr(task::Column::Done, Expr::value(true)).exec(&scope).await?;
        task::Entity::delete_many().filter(task::Column::Id.eq(1)).exec(&scope).await?;
        let transaction = scope.begin().await?;
        let row =
            project::ActiveModel { name: Set("new".into()), slug: Set("new".into()), ..Default::default() };
        let added = project::Entity::insert(row).exec(&transaction).await?.last_insert_id;
        transaction.commit().await?;
        assert!(project::Entity::find_by_id(added).one(&scope).await?.is_some());
        Ok::<_, DbErr>(added)
    });
    assert_eq!(added, Ok(5));
    tenants.recorder().assert_all_scoped();
}

#[tokio::test]
async fn a_second_check_reports_only_new_statements() {
    let tenants = tenants().await;
    for left in [1, 0] {
        let count = assert_isolated!(tenants, |scope| async move {
            let oldest =
                task::Entity::find().order_by_id(Order::Asc).one(&scope).await?.expect("there is one");
            task::Entity::delete_many().filter(task::Column::Id.eq(oldest.id)).exec(&scope).await?;
            task::Entity::find().count(&scope).await
        });
        assert_eq!(count, Ok(left));
    }
}

#[tokio::test]
async fn the_first_tenant_is_the_current_one() {
    let tenants = tenants().await;
    async fn far(tenancy: &Tenancy) -> Result<u64, DbErr> {
        project::Entity::find().count(&tenancy.current()?).await
    }
    let tenancy = tenants.tenancy().clone();
    assert_eq!(assert_isolated!(tenants, |_| async move { far(&tenancy).await }), Ok(2));
    assert!(far(tenants.tenancy()).await.is_err());
}

#[tokio::test]
async fn an_unscoped_read_is_reported() {
    let found = leaks(|db, _| async move { project::Entity::find().all(&db).await }).await;
    assert!(found.contains("sent without the tenant among its values: SELECT"), "{found}");
    assert!(found.contains("the result differs without the other tenant's rows: SELECT"), "{found}");
}

#[tokio::test]
async fn counting_the_other_tenants_rows_is_reported_even_with_the_tenant_bound() {
    for sql in [
        "SELECT COUNT(*) AS n FROM project WHERE account_id = ? OR TRUE",
        "SELECT EXISTS (SELECT 1 FROM project WHERE account_id <> ?) AS n",
        "SELECT MIN(t.id) AS n FROM project p JOIN task t ON TRUE WHERE p.account_id = ? AND t.project_id < 3",
        "SELECT id, id FROM project WHERE account_id > ?",
    ] {
        let found = leaks(|db, scope| async move {
            let tenant = scope.tenant().as_i64().expect("an integer");
            db.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [tenant.into()])).await
        })
        .await;
        assert!(!found.contains("sent without"), "{found}");
        assert!(found.contains("the result differs without the other tenant's rows"), "{sql}: {found}");
    }
}

#[tokio::test]
async fn binding_the_other_tenant_is_reported() {
    let found = leaks(|db, scope| async move {
        let other = scope.tenant().as_i64().expect("an integer") + 1;
        project::Entity::find().filter(project::Column::AccountId.eq(other)).all(&db).await
    })
    .await;
    assert!(found.contains("sent with the other tenant among its values"), "{found}");
}

#[tokio::test]
async fn every_kind_of_foreign_write_is_reported() {
    for (sql, expected) in [
        ("DELETE FROM task", "changed or deleted a row of another tenant: task"),
        ("UPDATE project SET name = 'taken'", "changed or deleted a row of another tenant: project"),
        ("UPDATE project SET name = 'taken'", "wrote a row of another tenant: project"),
        (
            "UPDATE task SET account_id = 1000000001, id = id + 10 WHERE account_id = 1000000002",
            "changed or deleted a row of another tenant: task",
        ),
        ("UPDATE account SET name = name || '!'", "changed or deleted a row of another tenant: account"),
        (
            "INSERT INTO project (account_id, name, slug) VALUES (1000000002, 'x', 'y')",
            "wrote a row of another tenant: project",
        ),
    ] {
        let found = leaks(|db, _| async move { db.execute_unprepared(sql).await.expect("it runs") }).await;
        assert!(found.contains(expected), "{sql}: {found}");
    }
}

#[tokio::test]
#[should_panic(expected = "the code is not isolated:\n  sent without the tenant among its values: SELECT")]
async fn assert_isolated_panics_with_the_findings() {
    let tenants = tenants().await;
    let db = tenants.tenancy().unscoped("a mistake").clone();
    assert_isolated!(tenants, |_| async move { project::Entity::find().all(&db).await }).expect("it runs");
}

#[tokio::test]
#[should_panic(expected = "statements without the tenant 1000000001 among their values:\n  SELECT")]
async fn assert_all_scoped_panics_on_an_unscoped_statement() {
    let tenants = tenants().await;
    project::Entity::find().all(&tenants.scope()).await.expect("it runs");
    project::Entity::find().all(tenants.tenancy().unscoped("a mistake")).await.expect("it runs");
    tenants.recorder().assert_all_scoped();
}

#[tokio::test]
async fn a_statement_on_shared_tables_needs_no_tenant() {
    let tenants = tenants().await;
    country::Entity::find().all(tenants.tenancy().unscoped("shared anyway")).await.expect("it runs");
    assert_eq!(tenants.recorder().statements().len(), 1);
    tenants.recorder().assert_all_scoped();
}

#[tokio::test]
async fn a_table_added_before_the_one_it_references_is_an_error() {
    let error = two_tenants![task::Entity, project::Entity].await.expect_err("the order is wrong");
    assert_eq!(
        error.to_string(),
        "`task` references `project`, which has no rows yet; add the entity of `project` first"
    );
    assert!(matches!(error, FixtureError::Reference { .. }));
}

#[tokio::test]
async fn an_overridden_value_is_in_every_row() {
    let tenants = TwoTenants::builder()
        .with(account::Entity)
        .with(project::Entity)
        .value(project::Column::Name, "it's")
        .build()
        .await
        .expect("a database");
    let all = project::Entity::find().all(tenants.tenancy().unscoped("both")).await.expect("they are read");
    assert!(all.len() == 4 && all.iter().all(|project| project.name == "it's"));
}
