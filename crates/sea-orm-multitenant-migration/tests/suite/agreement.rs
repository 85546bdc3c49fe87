//! Tables built from columns, from an entity, and by SeaORM from the same entity are equal.

use crate::{
    entities::{account, country, project, project_by_columns, task, task_by_columns},
    harness::{Backend, Outcome, TestDb},
};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Schema};
use sea_orm_multitenant::TenantEntity;
use sea_orm_multitenant_migration::{MigrationError, TenantTable};

const BACKENDS: [DbBackend; 3] = [DbBackend::Sqlite, DbBackend::Postgres, DbBackend::MySql];

/// SeaORM's statements for an entity.
fn by_sea_orm<E: EntityTrait>(backend: DbBackend) -> Vec<String> {
    let schema = Schema::new(backend);
    let indexes = schema.create_index_from_entity(E::default());
    let table = backend.build(&schema.create_table_from_entity(E::default()));
    std::iter::once(table)
        .chain(indexes.iter().map(|index| backend.build(index)))
        .map(|built| built.sql)
        .collect()
}

/// The statement without the word NULL on nullable columns, which does not change its meaning.
fn without_null(sql: &str) -> String {
    let types = ["bigint", "integer", "varchar(40)"];
    types.iter().fold(sql.to_owned(), |sql, ty| sql.replace(&format!("{ty} NULL"), ty))
}

fn of_entity<E: TenantEntity>() -> TenantTable {
    TenantTable::from_entity::<E>().expect("the entity has a tenant table")
}

#[test]
fn table_from_entity_equals_sea_orms() {
    for backend in BACKENDS {
        let mut found = of_entity::<project::Entity>().create_sql(backend).expect("the table is valid");
        // SeaORM escapes the quote in the comment differently.
        found[0] = found[0].replace("''", r"\'");
        assert_eq!(found, by_sea_orm::<project::Entity>(backend));
    }
}

#[test]
fn only_the_index_of_an_indexed_field_differs() {
    for backend in BACKENDS {
        let table = of_entity::<task::Entity>().allow_across_tenants(["barcode"]);
        let found = table.create_sql(backend).expect("the table is valid");
        let sea_orms = by_sea_orm::<task::Entity>(backend);
        let [create, index] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(*create, sea_orms[0]);
        let led = sea_orms[1].replace("points\")", "account_id\", \"points\")");
        assert_eq!(*index, led.replace("`points`)", "`account_id`, `points`)"));
    }
}

#[test]
fn table_from_columns_equals_table_from_entity() {
    for backend in BACKENDS {
        let table = of_entity::<task::Entity>().allow_across_tenants(["barcode"]);
        let of_task = table.create_sql(backend).expect("the table is valid");
        let by_columns = task_by_columns().create_sql(backend).expect("the table is valid");
        assert_eq!(of_task, by_columns.iter().map(|sql| without_null(sql)).collect::<Vec<_>>());
        let by_columns = project_by_columns().create_sql(backend).expect("the table is valid");
        let mut of_entity = of_entity::<project::Entity>().create_sql(backend).expect("the table is valid");
        // Only the entity has the comment.
        of_entity[0] = of_entity[0].replace(" COMMENT 'what a tenant''s tasks are about'", "");
        assert_eq!(of_entity, by_columns);
    }
}

#[test]
fn unique_field_across_tenants_needs_permission() {
    let table = of_entity::<task::Entity>();
    assert!(matches!(
        table.create_sql(DbBackend::Postgres),
        Err(MigrationError::UniqueWithoutTenant { columns, .. }) if columns == "barcode"
    ));
    assert!(table.allow_across_tenants(["barcode"]).create_sql(DbBackend::Postgres).is_ok());
}

/// The schema that the engine reports: columns, keys, indexes and foreign keys.
async fn described(db: &TestDb) -> Vec<String> {
    match db.backend {
        Backend::Sqlite => db.texts("SELECT name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY name").await,
        Backend::Mariadb => {
            let mut found = Vec::new();
            for table in ["project", "task"] {
                let statement = sea_orm::Statement::from_string(db.engine(), format!("SHOW CREATE TABLE {table}"));
                let row = db.connection.query_one_raw(statement).await.expect("sent").expect("a row");
                found.push(row.try_get_by_index(1).expect("a text"));
            }
            found
        }
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => {
            db.texts(
                "SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default, \
                 character_maximum_length) AS line FROM information_schema.columns WHERE table_schema = current_schema() \
                 UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint \
                 WHERE connamespace = current_schema()::regnamespace \
                 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY line",
            )
            .await
        }
    }
}

async fn engine_reports_equal_tables(db: &TestDb) -> Outcome {
    let schema = Schema::new(db.engine());
    db.connection.execute(&schema.create_table_from_entity(account::Entity)).await?;
    db.connection.execute(&schema.create_table_from_entity(country::Entity)).await?;
    let mut descriptions = Vec::new();
    for sql in by_sea_orm::<project::Entity>(db.engine()) {
        db.run(&sql).await;
    }
    // Its index is the only known difference.
    db.run(&by_sea_orm::<task::Entity>(db.engine())[0]).await;
    let [_, index] = task_by_columns().create_sql(db.engine())?.try_into().expect("two statements");
    db.run(&index).await;
    descriptions.push(described(db).await);

    for tables in [
        [project_by_columns(), task_by_columns()],
        [of_entity::<project::Entity>(), of_entity::<task::Entity>().allow_across_tenants(["barcode"])],
    ] {
        db.run("DROP TABLE task").await;
        db.run("DROP TABLE project").await;
        for table in &tables {
            table.create(&db.manager()).await?;
        }
        descriptions.push(described(db).await);
    }
    let [sea_orms, by_columns, of_entities] = descriptions.as_slice() else { panic!("three") };
    assert!(sea_orms.len() >= 2, "{sea_orms:?}");
    assert_eq!(of_entities, sea_orms);
    // Only the entity has the comment; SQLite stores the text, which may contain NULL.
    let comment = r" COMMENT='what a tenant''s tasks are about'";
    let expected: Vec<_> = sea_orms.iter().map(|line| line.replace(comment, "")).collect();
    let by_columns: Vec<_> = match db.backend {
        Backend::Sqlite => by_columns.iter().map(|sql| without_null(sql)).collect(),
        Backend::Postgres | Backend::Citus | Backend::CitusAlone | Backend::Mariadb => by_columns.clone(),
    };
    assert_eq!(by_columns, expected);
    Ok(())
}

on_every_backend!(engine_reports_equal_tables);
