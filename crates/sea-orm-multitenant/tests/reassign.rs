//! Rows that move from one tenant to another.
#![allow(unreachable_pub)] // The entities are written as in an application.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, Database, DbErr, EntityTrait};
use sea_orm_multitenant::{Tenancy, TenancyError};

mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
        pub slug: String,
        #[sea_orm(belongs_to, from = "account_id", to = "id")]
        pub account: HasOne<super::account::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "task")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub project_id: Option<i64>,
        #[sea_orm(belongs_to, from = "project_id", to = "id")]
        pub project: HasOne<super::project::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "country")]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Two projects of account 1 with two tasks, one of account 2, one of account 3.
async fn tenancy() -> Tenancy {
    let tenancy =
        Tenancy::new(Database::connect("sqlite::memory:").await.expect("connects")).expect("no conflicts");
    let setup = tenancy.unscoped("create the tables");
    for sql in [
        "CREATE TABLE account (id INTEGER PRIMARY KEY)",
        "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, slug TEXT NOT NULL, UNIQUE (account_id, slug))",
        "CREATE TABLE task (account_id BIGINT NOT NULL, id BIGINT NOT NULL, project_id BIGINT, PRIMARY KEY (account_id, id))",
        "CREATE TABLE country (id INTEGER PRIMARY KEY)",
        "INSERT INTO account VALUES (1), (2), (3)",
        "INSERT INTO project VALUES (1, 1, 'apollo'), (2, 1, 'gemini'), (3, 2, 'skylab'), (4, 3, 'apollo')",
        "INSERT INTO task VALUES (1, 1, 1), (1, 2, 2), (1, 3, NULL), (2, 1, 3), (3, 1, 4)",
    ] {
        setup.execute_unprepared(sql).await.expect(sql);
    }
    tenancy
}

/// The projects by id and account, and the tasks by account and id.
type Rows = (Vec<(i64, i64)>, Vec<(i64, i64)>);

/// All rows, in order.
async fn rows(tenancy: &Tenancy) -> Rows {
    let all = tenancy.unscoped("compare all rows");
    let projects = project::Entity::find().all(all).await.expect("reads");
    let tasks = task::Entity::find().all(all).await.expect("reads");
    let mut projects: Vec<_> = projects.iter().map(|project| (project.id, project.account_id)).collect();
    let mut tasks: Vec<_> = tasks.iter().map(|task| (task.account_id, task.id)).collect();
    projects.sort_unstable();
    tasks.sort_unstable();
    (projects, tasks)
}

async fn is_refused(
    tenancy: &Tenancy,
    moved: Result<sea_orm_multitenant::Reassigned, DbErr>,
    before: &Rows,
) -> TenancyError {
    let error = moved.expect_err("refused");
    assert_eq!(rows(tenancy).await, *before, "nothing moved");
    TenancyError::from_db_err(&error).unwrap_or_else(|| panic!("{error}")).clone()
}

#[tokio::test]
async fn rows_move_together_with_those_that_reference_them() {
    let tenancy = tenancy().await;
    let moved = tenancy.reassign(1, 2, "sold").expect("two tenants");
    let moved = moved
        .rows::<project::Entity>(project::Column::Id.eq(2))
        .rows::<task::Entity>(task::Column::ProjectId.eq(2))
        .run()
        .await
        .expect("moves");
    assert_eq!(moved.counts(), [("project".to_owned(), 1), ("task".to_owned(), 1)]);
    assert_eq!(moved.total(), 2);
    let (projects, tasks) = rows(&tenancy).await;
    assert_eq!(projects, [(1, 1), (2, 2), (3, 2), (4, 3)]);
    assert_eq!(tasks, [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1)]);
}

#[tokio::test]
async fn a_condition_reaches_rows_of_the_first_tenant_only() {
    let tenancy = tenancy().await;
    let moved = tenancy.reassign(3, 2, "a merger").expect("two tenants");
    // Names rows of every tenant, also by a subquery that is scoped like any other.
    let of_any = Condition::any().add(project::Column::Id.gt(0)).add(project::Column::AccountId.eq(1));
    let error =
        moved.rows::<project::Entity>(of_any.clone()).run().await.expect_err("a task still references it");
    assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })), "{error}");
    let moved = tenancy.reassign(3, 2, "a merger").expect("two tenants");
    // Task 1 of tenant 2 exists: the key (tenant, id) is taken.
    let error = moved.rows::<project::Entity>(of_any).rows::<task::Entity>(Condition::all()).run().await;
    assert!(error.expect_err("the key is taken").sql_err().is_some());
    let (projects, _) = rows(&tenancy).await;
    assert_eq!(projects, [(1, 1), (2, 1), (3, 2), (4, 3)]);
}

#[tokio::test]
async fn links_between_tenants_are_refused_in_both_directions() {
    let tenancy = tenancy().await;
    let before = rows(&tenancy).await;
    let parent = TenancyError::ForeignParent {
        table: "task".to_owned(),
        column: "project_id".to_owned(),
        parent: "project".to_owned(),
    };
    let without_tasks = tenancy
        .reassign(1, 2, "sold")
        .expect("two tenants")
        .rows::<project::Entity>(project::Column::Id.eq(1));
    assert_eq!(is_refused(&tenancy, without_tasks.run().await, &before).await, parent);
    let without_project =
        tenancy.reassign(1, 2, "sold").expect("two tenants").rows::<task::Entity>(task::Column::Id.eq(2));
    assert_eq!(is_refused(&tenancy, without_project.run().await, &before).await, parent);
    let unlinked =
        tenancy.reassign(1, 2, "sold").expect("two tenants").rows::<task::Entity>(task::Column::Id.eq(3));
    assert_eq!(unlinked.run().await.expect("references nothing").total(), 1);
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_receives_nothing() {
    let tenancy = tenancy().await;
    let before = rows(&tenancy).await;
    let moved =
        tenancy.reassign(1, 99, "a mistake").expect("an id").rows::<task::Entity>(task::Column::Id.eq(3));
    // A task has no relation to its account, so that nothing is known of account 99; a project has one.
    assert_eq!(moved.run().await.expect("nothing is declared").total(), 1);
    let moved = tenancy.reassign(99, 1, "back").expect("an id").rows::<task::Entity>(Condition::all());
    moved.run().await.expect("moves back");
    let moved = tenancy
        .reassign(1, 99, "a mistake")
        .expect("an id")
        .rows::<project::Entity>(project::Column::Id.eq(2))
        .rows::<task::Entity>(task::Column::ProjectId.eq(2));
    let error = is_refused(&tenancy, moved.run().await, &before).await;
    assert!(matches!(error, TenancyError::ForeignParent { parent, .. } if parent == "account"));
}

#[tokio::test]
async fn shared_tables_and_the_root_table_are_refused() {
    let tenancy = tenancy().await;
    let before = rows(&tenancy).await;
    for (moved, table) in [
        (
            tenancy.reassign(1, 2, "no").expect("ids").rows::<country::Entity>(Condition::all()).run().await,
            "country",
        ),
        (
            tenancy.reassign(1, 2, "no").expect("ids").rows::<account::Entity>(Condition::all()).run().await,
            "account",
        ),
    ] {
        let error = is_refused(&tenancy, moved, &before).await;
        assert!(
            matches!(&error, TenancyError::NotReassignable { table: found, .. } if found == table),
            "{error}"
        );
    }
}

#[tokio::test]
async fn many_rows_move_in_several_statements() {
    let tenancy = tenancy().await;
    let values: Vec<_> = (100..1_350).map(|id| format!("(1, {id}, NULL)")).collect();
    let insert = format!("INSERT INTO task VALUES {}", values.join(", "));
    tenancy.unscoped("many rows").execute_unprepared(&insert).await.expect("inserts");
    let moved = tenancy.reassign(1, 2, "many").expect("ids").rows::<task::Entity>(task::Column::Id.gte(100));
    assert_eq!(moved.run().await.expect("moves").total(), 1_250);
    let left = task::Entity::find().all(&tenancy.scope(1).expect("a scope")).await.expect("reads");
    assert_eq!(left.len(), 3);
}
