//! What a scope makes of the everyday statements is what each engine prepares; so is what it refuses, as it stands.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};
use sea_orm_multitenant_judges::everyday::{Everyday, catalogue, schema, statements};
use sea_orm_multitenant_oracle::{run::block_on, schema::Backend};
use sea_orm_multitenant_sql::{Engine, ScopedStatement, scope_statement};

/// What MariaDB has no grammar for.
const OF_MYSQL_ALONE: &str = "of_mysql_alone";

/// A database of this test's own on a server.
const NAME: &str = "everyday_statements";

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    // One connection, on which the session's settings stay.
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a connection")
}

/// A new database with the schema.
async fn database(url: &str, engine: Engine) -> DatabaseConnection {
    let server = connect(url).await;
    for statement in [format!("DROP DATABASE IF EXISTS {NAME}"), format!("CREATE DATABASE {NAME}")] {
        server.execute_unprepared(&statement).await.expect("a database");
    }
    let (begin, _) = url.rsplit_once('/').expect("a URL with a database");
    let database = connect(&format!("{begin}/{NAME}")).await;
    for statement in schema(engine) {
        database.execute_unprepared(&statement).await.expect("the schema");
    }
    database
}

/// The text that the engine is asked about: as it is scoped, or, where a scope refuses it, as it stands.
fn asked(engine: Engine) -> Vec<(Everyday, String)> {
    let catalogue = catalogue(engine);
    let text = |statement: Everyday| {
        let scoped = scope_statement(&catalogue, engine, &statement.sql);
        let text = scoped.as_ref().map_or(statement.sql.as_str(), ScopedStatement::sql).to_owned();
        (statement, text)
    };
    statements(engine).into_iter().map(text).collect()
}

/// Runs what `prepare` makes of each statement in a separate transaction, and gathers what fails.
async fn prepare(
    database: &DatabaseConnection,
    engine: Engine,
    is_asked: impl Fn(&Everyday) -> bool,
    prepare: impl Fn(&str) -> Vec<String>,
) {
    let mut failures = Vec::new();
    let all: Vec<_> = asked(engine).into_iter().filter(|(statement, _)| is_asked(statement)).collect();
    for (_, text) in &all {
        let transaction = database.begin().await.expect("a transaction");
        for step in prepare(text) {
            if let Err(error) = transaction.execute_unprepared(&step).await {
                failures.push(format!("{text}\n  {error}"));
                break;
            }
        }
        transaction.rollback().await.expect("a rollback");
    }
    assert!(all.len() >= 300, "{}", all.len());
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), all.len(), failures.join("\n"));
}

mod sqlite {
    use super::{Engine, block_on, connect, prepare, schema};
    use sea_orm::ConnectionTrait;

    #[test]
    fn everyday_statements_are_prepared() {
        block_on(async {
            let database = connect("sqlite::memory:").await;
            for statement in schema(Engine::Sqlite) {
                database.execute_unprepared(&statement).await.expect("the schema");
            }
            let explain = |text: &str| {
                let is_explained = text.starts_with("EXPLAIN");
                vec![if is_explained { text.to_owned() } else { format!("EXPLAIN {text}") }]
            };
            prepare(&database, Engine::Sqlite, |_| true, explain).await;
            Ok(())
        })
        .expect("a runtime");
    }
}

mod postgres {
    use super::{Backend, Engine, block_on, database, prepare};

    #[test]
    fn everyday_statements_are_prepared() {
        block_on(async {
            let database = database(&Backend::Postgres.server_of_tests(), Engine::Postgres).await;
            let prepared = |text: &str| {
                // What EXPLAIN explains can be prepared, EXPLAIN itself cannot.
                let text = text
                    .find("SELECT")
                    .filter(|_| text.starts_with("EXPLAIN"))
                    .map_or(text, |at| &text[at..]);
                let values = (1..).take_while(|number| text.contains(&format!("${number}"))).map(|_| "NULL");
                let values = values.collect::<Vec<_>>().join(", ");
                let list = if values.is_empty() { values } else { format!("({values})") };
                vec![
                    // It outlives a transaction that is rolled back.
                    "DEALLOCATE ALL".to_owned(),
                    format!("PREPARE everyday AS {text}"),
                    format!("EXPLAIN EXECUTE everyday {list}"),
                ]
            };
            prepare(&database, Engine::Postgres, |_| true, prepared).await;
            Ok(())
        })
        .expect("a runtime");
    }
}

mod mariadb {
    use super::{Backend, Engine, OF_MYSQL_ALONE, block_on, database, prepare};

    #[test]
    fn everyday_statements_are_prepared() {
        block_on(async {
            let database = database(&Backend::MariaDb.server_of_tests(), Engine::MySql).await;
            let prepared = |text: &str| {
                let text = text.replace('\\', "\\\\").replace('\'', "''");
                vec![format!("PREPARE everyday FROM '{text}'"), "DEALLOCATE PREPARE everyday".to_owned()]
            };
            prepare(&database, Engine::MySql, |statement| statement.family != OF_MYSQL_ALONE, prepared).await;
            Ok(())
        })
        .expect("a runtime");
    }
}
