//! What a tenancy makes of declarations in the program, as the builder takes them.
#![allow(unreachable_pub)] // The entities are written as in an application.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, Database, EntityTrait};
use sea_orm_multitenant::{
    CatalogueConflict, Conflict, EntityOwnership, Tenancy, TenancyBuilder, TenancyError, TenantType,
};

// The entities do not derive `TenantModel`, like those of another crate.
mod project {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod task {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "task")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
        pub project_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::project::Entity",
            from = "Column::ProjectId",
            to = "super::project::Column::Id"
        )]
        Project,
    }

    impl Related<super::project::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Project.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn projects_and_tasks() -> TenancyBuilder {
    Tenancy::builder()
        .entity(EntityOwnership::<project::Entity>::Tenant(project::Column::AccountId))
        .entity(EntityOwnership::<task::Entity>::Tenant(task::Column::AccountId))
}

async fn conflicts(builder: TenancyBuilder) -> Vec<CatalogueConflict> {
    let connection = Database::connect("sqlite::memory:").await.expect("connects");
    match builder.build(connection) {
        Err(TenancyError::Catalogue { conflicts }) => conflicts,
        other => panic!("no conflict: {other:?}"),
    }
}

#[tokio::test]
async fn an_added_entity_is_scoped_and_its_relations_are_checked() {
    let connection = Database::connect("sqlite::memory:").await.expect("connects");
    let tenancy = projects_and_tasks().build(connection).expect("no conflicts");
    let setup = tenancy.unscoped("create the tables");
    for sql in [
        "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL)",
        "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, project_id BIGINT NOT NULL)",
        "INSERT INTO project VALUES (1, 1), (2, 2)",
        "INSERT INTO task VALUES (1, 1, 1), (2, 2, 2)",
    ] {
        setup.execute_unprepared(sql).await.expect(sql);
    }

    let scope = tenancy.scope(1).expect("a scope");
    let read = task::Entity::find().find_also_related(project::Entity).all(&scope).await.expect("reads");
    let own_project = project::Model { id: 1, account_id: 1 };
    assert_eq!(read, [(task::Model { id: 1, account_id: 1, project_id: 1 }, Some(own_project))]);

    let linked = task::ActiveModel { project_id: Set(2), ..Default::default() }.insert(&scope).await;
    let error = linked.expect_err("the project is another tenant's");
    assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })), "{error}");
}

#[tokio::test]
async fn an_entity_that_is_added_twice_is_a_conflict() {
    let again = projects_and_tasks().entity(EntityOwnership::<project::Entity>::Shared { writable: false });
    let found = conflicts(again).await;
    assert!(matches!(found.as_slice(), [CatalogueConflict::Table(Conflict::Declared { .. })]), "{found:?}");
}

#[tokio::test]
async fn tenant_columns_of_different_types_are_a_conflict_that_names_both_tables() {
    for ty in [TenantType::Int, TenantType::Uuid, TenantType::Text] {
        let found = conflicts(projects_and_tasks().tenant_table("invoice", "org", ty)).await;
        let expected = CatalogueConflict::TenantTypes {
            table: "project".to_owned(),
            column: "account_id".to_owned(),
            ty: TenantType::BigInt,
            other_table: "invoice".to_owned(),
            other_column: "org".to_owned(),
            other_ty: ty,
        };
        let text = expected.to_string();
        assert_eq!(found, [expected]);
        for name in ["`project`", "`account_id`", "`invoice`", "`org`"] {
            assert!(text.contains(name), "{text}");
        }
    }
}

#[tokio::test]
async fn a_set_inserts_as_one_of_its_tenants() {
    let connection = Database::connect("sqlite::memory:").await.expect("connects");
    let tenancy = projects_and_tasks().build(connection).expect("no conflicts");
    let setup = tenancy.unscoped("create the tables");
    for sql in [
        "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL)",
        "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, project_id BIGINT NOT NULL)",
        "INSERT INTO project VALUES (1, 1), (2, 2), (3, 3)",
    ] {
        setup.execute_unprepared(sql).await.expect(sql);
    }
    let family = tenancy.scope_many([1, 2]).expect("a set");
    let task = |project| task::ActiveModel { project_id: Set(project), ..Default::default() };
    assert!(task(1).insert(&family).await.is_err(), "nothing names the tenant");

    let family = family.inserting_as(1).expect("it is in the set");
    assert_eq!(task(1).insert(&family).await.expect("inserts").account_id, 1);
    // The project of the other tenant is in sight, and yet no parent of a row of the first one.
    assert_eq!(project::Entity::find().all(&family).await.expect("reads").len(), 2);
    for project in [2, 3] {
        let error = task(project).insert(&family).await.expect_err("no project of tenant 1");
        assert!(
            matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })),
            "{error}"
        );
    }
    let named = task::ActiveModel { account_id: Set(2), ..task(2) };
    let error = named.insert(&family).await.expect_err("another tenant of the set");
    assert!(
        matches!(TenancyError::from_db_err(&error), Some(TenancyError::TenantMismatch { .. })),
        "{error}"
    );
    let selected = "WITH own AS (SELECT id FROM project) INSERT INTO task (project_id) SELECT id FROM own";
    let inserted = family.execute_unprepared(selected).await.expect("reads and writes tenant 1");
    assert_eq!(inserted.rows_affected(), 1, "the other tenant's project is not selected");
    for sql in ["  insert into project (id) values (10)", "/* a comment */ UPDATE project SET id = id"] {
        family.execute_unprepared(sql).await.expect(sql);
    }
    let transaction = sea_orm::TransactionTrait::begin(&family).await.expect("begins");
    assert_eq!(task(1).insert(&transaction).await.expect("inserts").account_id, 1);
    transaction.commit().await.expect("commits");
    let all = project::Entity::find_by_id(10).one(setup).await.expect("reads");
    assert_eq!(all, Some(project::Model { id: 10, account_id: 1 }));
}
