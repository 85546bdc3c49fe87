//! The number of Citus shards that the application's statements touch, in a scope and without one. Each statement that
//! it sends touches one shard: this is asserted after each test, in [`site`](crate::site).

use crate::{
    site::Site,
    statements::{Statements, not_single_shard},
};
use projects::entity::{account, task};
use sea_orm::{DbBackend, EntityTrait, Statement};
use sea_orm_multitenant_migration::{
    MigrationError,
    citus::{Verdict, explain},
};
use std::{env, fs};

/// The guide.
const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/citus.md");

/// The lines before and after the table.
const MARKS: (&str, &str) =
    ("<!-- example: made by its tests -->\n", "<!-- end of the example's statements -->");

/// The application's queries and writes, abbreviated.
const STATEMENTS: &[&str] = &[
    "SELECT * FROM account WHERE subdomain = 'acme'",
    "SELECT * FROM app_user WHERE email = 'ada@acme.example'",
    "SELECT * FROM app_user WHERE id = 1",
    "SELECT * FROM project ORDER BY name",
    "SELECT * FROM project_manager JOIN manager ON manager.id = project_manager.manager_id WHERE project_id IN (1, 2)",
    "SELECT * FROM task LEFT JOIN project ON project.account_id = task.account_id AND project.id = task.project_id",
    "SELECT count(*) FROM manager WHERE id IN (1, 2)",
    "INSERT INTO app_user (name, email, password_hash) VALUES ('Eve', 'eve@acme.example', '')",
    "INSERT INTO project (name, description) VALUES ('Moon base', '')",
    "INSERT INTO project_manager (project_id, manager_id) VALUES (1, 1), (1, 2) ON CONFLICT DO NOTHING",
    "UPDATE task SET state = 'done' WHERE id = 1",
    "UPDATE task_import SET imported = imported + 1 WHERE id = 1",
    "DELETE FROM task WHERE project_id = 1",
];

async fn a_statement_on_several_shards_is_reported(site: Site) {
    let statements = Statements::default();
    let recorded = statements.record(site.db.clone());
    account::Entity::find().all(&recorded).await.unwrap();
    assert_eq!(
        not_single_shard(&site.db, statements.take()).await,
        Vec::<String>::new(),
        "each node has it whole"
    );
    task::Entity::find().all(&recorded).await.unwrap();
    let found = not_single_shard(&site.db, statements.take()).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(r#"fan-out: 4 shards: SELECT "task"."id""#), "{found:?}");
}

/// With `INSTA_UPDATE=always` the guide is rewritten.
async fn the_guide_lists_the_shards_of_each_statement(site: Site) {
    let scope = site.app.tenancy.scope(site.app.demo[0].id).unwrap();
    let mut lines = String::from("\n| statement | shards in a scope | outside |\n| --- | --- | --- |\n");
    for sql in STATEMENTS {
        let statement = Statement::from_string(DbBackend::Postgres, *sql);
        let scoped = cell(&site, scope.rewrite(statement.clone()).unwrap()).await;
        assert_eq!(scoped, "1", "{sql}");
        lines.push_str(&format!("| `{sql}` | {scoped} | {} |\n", cell(&site, statement).await));
    }
    lines.push('\n');
    let guide = fs::read_to_string(GUIDE).unwrap();
    let begin = guide.find(MARKS.0).unwrap() + MARKS.0.len();
    let end = guide.find(MARKS.1).unwrap();
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(GUIDE, format!("{}{lines}{}", &guide[..begin], &guide[end..])).unwrap();
        return;
    }
    assert_eq!(&guide[begin..end], lines, "update it with INSTA_UPDATE=always");
}

/// What Citus does with a statement, for a cell of the table.
async fn cell(site: &Site, statement: Statement) -> String {
    match explain(&site.db, statement).await {
        Ok(Verdict::Router) => "1".to_owned(),
        Ok(Verdict::FanOut { tasks }) => format!("{tasks} of 4"),
        Ok(other) => panic!("{other} is no verdict on these statements"),
        Err(error) => match MigrationError::from_db_err(&error) {
            Some(MigrationError::Citus(error)) => format!("refused: `{:?}`", error.rule()),
            _ => panic!("{error}"),
        },
    }
}

mod citus {
    #[tokio::test]
    async fn a_statement_on_several_shards_is_reported() {
        crate::site::run(crate::database::citus().await, super::a_statement_on_several_shards_is_reported)
            .await;
    }

    #[tokio::test]
    async fn the_guide_lists_the_shards_of_each_statement() {
        crate::site::run(crate::database::citus().await, super::the_guide_lists_the_shards_of_each_statement)
            .await;
    }
}
