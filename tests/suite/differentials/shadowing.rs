//! Tables that only a session sees, under the name of a table of the catalogue.
//!
//! A scope cannot make one. Where the connection has one all the same, the engine means it by the bare name, and the
//! tenant's predicate stands on it.

use super::{
    probe::{Comes::*, Probe},
    rows::{Call, OTHER, OWN, rows_of, send},
};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};
use sea_orm::{ConnectionTrait, TransactionTrait};

/// A temporary table named like the tags', with a row of each tenant.
const SHADOW: [&str; 2] = [
    "CREATE TEMPORARY TABLE tag (account_id BIGINT, id BIGINT, name VARCHAR(9), note VARCHAR(9))",
    "INSERT INTO tag VALUES (1, 7, 'own', 'A-temp'), (2, 8, 'other', 'B-temp')",
];

async fn a_scope_makes_no_temporary_table(db: &TestDb) -> Outcome {
    let texts = [
        "CREATE TEMPORARY TABLE tag (account_id BIGINT, id BIGINT)",
        "CREATE TEMP TABLE tag AS SELECT * FROM project",
        "CREATE TEMPORARY VIEW tag AS SELECT * FROM project",
        "SELECT * INTO TEMPORARY tag FROM project",
        "SELECT * INTO TEMP TABLE tag FROM project",
        "SET search_path = pg_temp",
        "USE other",
        "ATTACH 'other.db' AS other",
    ];
    Probe::new(db).await?.check_each(&texts.map(|text| (text, Refused))).await?.end().await
}

async fn a_temporary_table_of_the_same_name_is_filtered_by_its_tenant_column(db: &TestDb) -> Outcome {
    // Citus is not asked about these statements: the session's table is on the coordinator alone.
    let transaction = db.unscoped().begin().await?;
    let before = (rows_of(&transaction, OWN).await?, rows_of(&transaction, OTHER).await?);
    for statement in SHADOW {
        transaction.execute_unprepared(statement).await?;
    }
    let scope = db.tenancy.scope_on(&transaction, OWN)?;
    let names = send(&scope, "SELECT name FROM tag WHERE 1 = 1 OR 1 = 1", &[], Call::Query).await?;
    assert_eq!(names, [r#"name: "own""#]);
    let changed = send(&scope, "UPDATE tag SET note = 'x' WHERE 1 = 1 OR 1 = 1", &[], Call::Execute).await?;
    assert_eq!(changed, ["1"]);
    let deleted = send(&scope, "DELETE FROM tag WHERE 1 = 1 OR 1 = 1", &[], Call::Execute).await?;
    assert_eq!(deleted, ["1"]);
    let left = send(&transaction, "SELECT name, note FROM tag", &[], Call::Query).await?;
    assert_eq!(left, [r#"name: "other", note: "B-temp""#]);
    // On MariaDB, dropping a table that is not temporary would end the transaction.
    let drop = if db.is_mariadb() { "DROP TEMPORARY TABLE tag" } else { "DROP TABLE tag" };
    transaction.execute_unprepared(drop).await?;
    assert_eq!((rows_of(&transaction, OWN).await?, rows_of(&transaction, OTHER).await?), before);
    transaction.rollback().await?;
    Ok(())
}

async fn a_temporary_table_of_another_case_is_not_the_tables(db: &TestDb) -> Outcome {
    let probe = Probe::new(db).await?;
    let probe =
        probe.after(r#"CREATE TEMPORARY TABLE "Tag" (account_id BIGINT, id BIGINT, name TEXT)"#).await?;
    let probe = probe.after(r#"INSERT INTO "Tag" VALUES (1, 7, 'own'), (2, 8, 'other')"#).await?;
    let cases = [
        ("SELECT name FROM tag", Right),
        ("SELECT name FROM Tag", Right),
        (r#"SELECT name FROM "Tag""#, Refused),
        ("SELECT name FROM pg_temp.tag", Refused),
    ];
    probe.check_each(&cases).await?.end().await
}

async fn a_table_of_another_schema_is_unknown(db: &TestDb) -> Outcome {
    let probe = Probe::new(db).await?;
    let probe = probe.after("CREATE SCHEMA apart").await?;
    let probe = probe.after("CREATE TABLE apart.tag (account_id BIGINT, id BIGINT, name TEXT)").await?;
    let probe = probe.after("INSERT INTO apart.tag VALUES (1, 7, 'own'), (2, 8, 'other')").await?;
    let cases = [
        ("SELECT name FROM tag", Right),
        ("SELECT name FROM apart.tag", Refused),
        ("DELETE FROM apart.tag", Refused),
        ("SELECT set_config('search_path', 'apart', true)", Refused),
        ("SET LOCAL search_path = apart", Refused),
    ];
    probe.check_each(&cases).await?.end().await
}

on_every_backend! { @ sqlite Sqlite:
    a_scope_makes_no_temporary_table,
    a_temporary_table_of_the_same_name_is_filtered_by_its_tenant_column
}
on_every_backend! { @ postgres Postgres:
    a_scope_makes_no_temporary_table,
    a_temporary_table_of_the_same_name_is_filtered_by_its_tenant_column,
    a_temporary_table_of_another_case_is_not_the_tables,
    a_table_of_another_schema_is_unknown
}
on_every_backend! { @ mariadb Mariadb:
    a_scope_makes_no_temporary_table,
    a_temporary_table_of_the_same_name_is_filtered_by_its_tenant_column
}
