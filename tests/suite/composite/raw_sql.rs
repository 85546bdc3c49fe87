//! `raw_sql!`, whose text the macro must see: so for one style of keys.

use super::families::{Rows, project_row};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{FromQueryResult, Statement, raw_sql};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Note {
    note: String,
}

/// The notes of projects of these names.
fn notes(backend: Backend, name: &str, ids: &[i64]) -> Statement {
    match backend {
        Backend::Sqlite => {
            raw_sql!(Sqlite, "SELECT note FROM project WHERE name = {name} OR id IN ({..ids}) ORDER BY id")
        }
        Backend::Postgres => {
            raw_sql!(Postgres, "SELECT note FROM project WHERE name = {name} OR id IN ({..ids}) ORDER BY id")
        }
        Backend::Mariadb => {
            raw_sql!(MySql, "SELECT note FROM project WHERE name = {name} OR id IN ({..ids}) ORDER BY id")
        }
    }
}

async fn raw_sql_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = Note::find_by_statement(notes(db.backend, "Apollo", &[3, 4])).all(&db.scope(1)).await?;
    assert_eq!(rows, [1, 3].map(|n| Note { note: project_row(1, n).note }));
    Ok(())
}

async fn lists_of_any_length_have_the_tenants_rows(db: &TestDb) -> Outcome {
    for ids in [vec![4], vec![4, 3, 2], (2..100).collect()] {
        let rows = Note::find_by_statement(notes(db.backend, "Draco", &ids)).all(&db.scope(1)).await?;
        let expected = if ids.len() == 1 {
            vec![]
        } else {
            [2, 3].map(|n| Note { note: project_row(1, n).note }).into()
        };
        assert_eq!(rows, expected);
    }
    Ok(())
}

on_every_backend!(raw_sql_has_the_tenants_rows, lists_of_any_length_have_the_tenants_rows,);
