//! The guide's table of what a conversion keeps. Each cell is a schema that is converted, or refused, here.

mod foreign_keys;
mod keys;
mod tables;

use super::{ACCOUNT, ACCOUNTS, convert_case, plan, run};
use crate::harness::{self, Backend, Outcome, TestDb};
use sea_orm_multitenant_migration::{Mode, PlanError, TenancyPlan};
use std::{env, fs};

/// The guide, and the marks around the table.
const GUIDE: &str = "../../docs/guide/convert.md";
const MARKS: (&str, &str) = ("<!-- what is kept: made by tests/suite/plan/keeps/table -->\n", "<!-- end -->");

/// An attribute, and what a conversion does with it on PostgreSQL, MariaDB and SQLite; `None` if the engine does not
/// have it.
struct Row {
    attribute: &'static str,
    cells: [Option<Cell>; 3],
}

/// A schema with the attribute.
struct Cell {
    /// The statements that create it, after those of `account` and `project`.
    make: &'static [&'static str],
    /// The query that reads the attribute, as strings.
    ask: &'static str,
    /// Whether `accept_no_action` accepts the change of the foreign key on `project_id`.
    accepts: bool,
    end: End,
}

/// What a conversion does with it.
enum End {
    /// The result of the query is unchanged; with words for the guide.
    Kept(&'static str),
    /// The result of the query changes to this; it must differ before.
    Changed(&'static str, &'static [&'static str]),
    /// The plan is refused with an error that contains this text.
    Refused(&'static str, &'static str),
}

fn cell(make: &'static [&'static str], ask: &'static str, end: End) -> Option<Cell> {
    Some(Cell { make, ask, accepts: false, end })
}

fn kept(make: &'static [&'static str], ask: &'static str) -> Option<Cell> {
    cell(make, ask, End::Kept("kept"))
}

fn refused(make: &'static [&'static str], part: &'static str) -> Option<Cell> {
    cell(make, "SELECT '-'", End::Refused("refused", part))
}

fn row(attribute: &'static str, cells: [Option<Cell>; 3]) -> Row {
    Row { attribute, cells }
}

fn rows() -> Vec<Row> {
    tables::rows().into_iter().chain(keys::rows()).chain(foreign_keys::rows()).collect()
}

impl Cell {
    fn shown(&self) -> &'static str {
        match self.end {
            End::Kept(words) | End::Changed(words, _) | End::Refused(words, _) => words,
        }
    }

    fn plan(&self, db: &TestDb) -> TenancyPlan {
        let plan = ["log", "other"].into_iter().fold(plan(db, &["project", "task"]), TenancyPlan::ignore);
        if self.accepts { plan.accept_no_action("task", ["project_id"]) } else { plan }
    }

    /// Creates the schema, converts it, and compares the results of the query.
    async fn check(&self, db: &TestDb) -> Outcome {
        let base = [ACCOUNT, "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)"];
        run(db, &base).await;
        run(db, &[ACCOUNTS, "INSERT INTO project VALUES (7, 1), (8, 2)"]).await;
        for sql in self.make {
            db.run(&sql.replace("OTHER", &db.other_schema())).await;
        }
        let ask = self.ask.replace("OTHER", &db.other_schema());
        let before = db.texts(&ask).await;
        let converted = convert_case(&self.plan(db), Mode::Offline).await;
        let after = db.texts(&ask).await;
        match (&self.end, converted) {
            (End::Kept(_), Ok(())) => {
                assert!(
                    !before.is_empty() && before.iter().any(|text| !text.is_empty()),
                    "{ask} returns no rows"
                );
                assert_eq!(after, before, "{ask}");
            }
            (End::Changed(_, expected), Ok(())) => {
                assert_ne!(after, before, "{ask}");
                assert_eq!(after, *expected, "{ask}");
            }
            (
                End::Refused(_, part),
                Err(
                    error @ (PlanError::Unconvertible { .. }
                    | PlanError::Unaccepted { .. }
                    | PlanError::Audit { .. }),
                ),
            ) => {
                assert!(error.to_string().contains(part), "{error}");
                assert_eq!(after, before, "{ask}");
            }
            (_, converted) => panic!("{:?}: {converted:?}", self.make),
        }
        Ok(())
    }
}

/// Runs every cell of an engine in a separate database, and reports all failures.
async fn check_all(backend: Backend, at: usize) {
    let mut failed = Vec::new();
    for Row { attribute, cells } in rows() {
        let Some(cell) = &cells[at] else { continue };
        let ended = std::panic::AssertUnwindSafe(harness::run(backend, async |db| cell.check(db).await));
        if futures_util::FutureExt::catch_unwind(ended).await.is_err() {
            failed.push(attribute);
        }
    }
    assert!(failed.is_empty(), "{backend:?} differs from the table: {failed:#?}");
}

#[tokio::test]
async fn postgres() {
    check_all(Backend::Postgres, 0).await;
}

#[tokio::test]
async fn mariadb() {
    check_all(Backend::Mariadb, 1).await;
}

#[tokio::test]
async fn sqlite() {
    check_all(Backend::Sqlite, 2).await;
}

#[test]
fn guide_table_is_current() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines =
        "| attribute | PostgreSQL | MySQL, MariaDB | SQLite |\n| --- | --- | --- | --- |\n".to_owned();
    for Row { attribute, cells } in rows() {
        let shown = cells.map(|cell| cell.map_or("", |cell| cell.shown()));
        lines.push_str(&format!("| {attribute} | {} |\n", shown.join(" | ")));
    }
    let guide = fs::read_to_string(GUIDE)?;
    let begin = guide.find(MARKS.0).ok_or("the guide has no table")? + MARKS.0.len();
    let end = begin + guide[begin..].find(MARKS.1).ok_or("the table has no end")?;
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(GUIDE, format!("{}{lines}{}", &guide[..begin], &guide[end..]))?;
        return Ok(());
    }
    assert_eq!(&guide[begin..end], lines, "update the guide with INSTA_UPDATE=always");
    Ok(())
}
