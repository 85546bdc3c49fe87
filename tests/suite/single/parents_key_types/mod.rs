//! Types whose columns round, pad, cut, fold or number what is written: of two keys, one is the tenant's own, and what is
//! written must not be stored as the other, which is another tenant's. The column that names the key has the key's type, and
//! no foreign key of the database helps.

mod computed;
mod of_mariadb;
mod of_postgres;
mod of_sqlite;
mod races;

use super::{
    families::Rows,
    holders::{by_id, links, tenancy},
};
use crate::harness::{Backend, Citext, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, ExecResult, Statement, Value};
use sea_orm_multitenant::{KeyType, TenantScope};

/// A type of keys, one of tenant 1's and one of tenant 2's, and what is written as tenant 1.
struct Case {
    /// The type of the parent's key, and of the column that names it.
    ty: &'static str,
    /// What the catalogue may say of it; each case also runs where it says nothing.
    known: Option<KeyType>,
    /// Tenant 1's key.
    own: &'static str,
    /// Tenant 2's.
    other: &'static str,
    /// Type and value of the column `v` of the row that is written.
    source: [&'static str; 2],
    /// Expressions that must not lead to tenant 2's row.
    stray: &'static [&'static str],
    /// Expressions that lead to tenant 1's row.
    right: &'static [&'static str],
    /// Bound values that must not lead to tenant 2's row.
    bound_stray: Vec<Value>,
    /// Bound values that lead to tenant 1's row.
    bound_right: Vec<Value>,
}

/// A number that a column of integers takes for `rounded`, in each type that a program binds.
fn rounding_to(rounded: i64, number: f64) -> Vec<Value> {
    let texts = [rounded.to_string(), number.to_string()];
    [rounded.into(), number.into()].into_iter().chain(texts.map(Value::from)).collect()
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::from(*text)).collect()
}

/// What is written, in the text or bound.
#[derive(Debug, Clone)]
enum Written {
    Expression(&'static str),
    Bound(Value),
}

impl Written {
    fn all(expressions: &[&'static str], bound: &[Value]) -> Vec<Self> {
        let expressions = expressions.iter().map(|expression| Self::Expression(expression));
        expressions.chain(bound.iter().cloned().map(Self::Bound)).collect()
    }

    /// Runs a statement that has it in the place of `{}`.
    async fn run(
        &self,
        scope: &TenantScope<DatabaseConnection>,
        backend: Backend,
        sql: &str,
    ) -> Result<ExecResult, DbErr> {
        match self {
            Self::Expression(expression) => scope.execute_unprepared(&sql.replace("{}", expression)).await,
            Self::Bound(value) => {
                let place = if backend == Backend::Postgres { "$1" } else { "?" };
                let values = [value.clone()];
                let sql = sql.replace("{}", place);
                let statement = Statement::from_sql_and_values(scope.get_database_backend(), &sql, values);
                scope.execute_raw(statement).await
            }
        }
    }
}

/// The statements that write an item's holder by itself, with the place of the value.
fn plain_writes(backend: Backend) -> Vec<&'static str> {
    let upsert = if backend == Backend::Mariadb {
        "INSERT INTO item (n, holder_id) VALUES (1, {}) ON DUPLICATE KEY UPDATE holder_id = VALUES(holder_id)"
    } else {
        "INSERT INTO item (n, holder_id) VALUES (1, {}) ON CONFLICT (n) DO UPDATE SET holder_id = excluded.holder_id"
    };
    vec![
        "UPDATE item SET holder_id = {} WHERE n = 1",
        "INSERT INTO item (n, holder_id) SELECT 2, {} FROM item WHERE n = 1",
        upsert,
    ]
}

/// The statements that write it beside others, whose type it may take.
fn mixed_writes(backend: Backend, own: &str) -> Vec<String> {
    let updated =
        if backend == Backend::Mariadb { "DUPLICATE KEY UPDATE" } else { "CONFLICT (n) DO UPDATE SET" };
    vec![
        format!("INSERT INTO item (n, holder_id) VALUES (4, {own}), (5, {{}})"),
        format!("INSERT INTO item (n, holder_id) VALUES (1, {own}) ON {updated} holder_id = {{}}"),
        "UPDATE item SET holder_id = CASE WHEN n = 1 THEN {} ELSE holder_id END WHERE n = 1".into(),
        "INSERT INTO item (n, holder_id) SELECT 6, id FROM holder UNION ALL SELECT 7, {} FROM item WHERE n = 1"
            .into(),
    ]
}

/// What the catalogue says of the case's key, once nothing.
fn known_types(case: &Case) -> impl Iterator<Item = Option<KeyType>> {
    std::iter::once(None).chain(case.known.map(Some))
}

/// A scope of tenant 1 over fresh tables of a case.
async fn scope_of(
    db: &TestDb,
    case: &Case,
    known: Option<KeyType>,
) -> Result<TenantScope<DatabaseConnection>, DbErr> {
    let Case { ty, own, other, source: [source, value], .. } = case;
    for sql in [
        "DROP TABLE IF EXISTS item".to_owned(),
        "DROP TABLE IF EXISTS holder".to_owned(),
        format!("CREATE TABLE holder (id {ty} NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)"),
        format!(
            "CREATE TABLE item (n INTEGER NOT NULL PRIMARY KEY, v {source}, account_id BIGINT NOT NULL, holder_id {ty})"
        ),
        format!("INSERT INTO holder (id, account_id) VALUES ({own}, 1), ({other}, 2)"),
        format!("INSERT INTO item (n, v, account_id) VALUES (1, {value}, 1)"),
    ] {
        db.unscoped().execute_unprepared(&sql).await?;
    }
    tenancy(db.unscoped(), known, by_id())?.scope(1).map_err(DbErr::from)
}

/// Makes the items what they were.
async fn reset(db: &TestDb) -> Result<(), DbErr> {
    db.unscoped().execute_unprepared("DELETE FROM item WHERE n > 1").await?;
    db.unscoped().execute_unprepared("UPDATE item SET holder_id = NULL").await?;
    Ok(())
}

/// Creates the types of an engine's cases; the extension among them, where the engine has one, must be removed after the test.
async fn create_types(db: &TestDb) -> Result<Option<Citext>, DbErr> {
    match db.backend {
        Backend::Sqlite | Backend::Mariadb => Ok(None),
        Backend::Postgres => {
            let citext = Citext::create(db).await?;
            for sql in of_postgres::TYPES {
                db.unscoped().execute_unprepared(sql).await?;
            }
            Ok(Some(citext))
        }
    }
}

/// Removes what only one test can have at a time.
async fn remove_types(db: &TestDb, citext: Option<Citext>) -> Result<(), DbErr> {
    match citext {
        Some(citext) => citext.remove(db).await,
        None => Ok(()),
    }
}

/// The cases of an engine.
fn cases(backend: Backend) -> Vec<Case> {
    match backend {
        Backend::Sqlite => of_sqlite::cases(),
        Backend::Mariadb => of_mariadb::cases(),
        Backend::Postgres => of_postgres::cases(),
    }
}

async fn no_type_of_key_leads_to_another_tenants_row(db: &TestDb) -> Outcome {
    let citext = create_types(db).await?;
    for case in cases(db.backend) {
        let plain = plain_writes(db.backend).into_iter().map(str::to_owned);
        let writes: Vec<_> = plain.chain(mixed_writes(db.backend, case.own)).collect();
        for known in known_types(&case) {
            let scope = scope_of(db, &case, known).await?;
            for written in Written::all(case.stray, &case.bound_stray) {
                for sql in &writes {
                    // What is refused or fails writes nothing; what is written may not lead to the other's row.
                    if written.run(&scope, db.backend, sql).await.is_ok() {
                        assert_eq!(links(db, 2).await?, 0, "{} {known:?} {written:?}: {sql}", case.ty);
                        reset(db).await?;
                    }
                }
            }
            assert_eq!(links(db, 2).await?, 0, "{} {known:?}", case.ty);
        }
    }
    Ok(remove_types(db, citext).await?)
}

async fn a_key_of_any_type_leads_to_the_own_row(db: &TestDb) -> Outcome {
    let citext = create_types(db).await?;
    for case in cases(db.backend) {
        for known in known_types(&case) {
            let scope = scope_of(db, &case, known).await?;
            for written in Written::all(case.right, &case.bound_right) {
                for sql in plain_writes(db.backend) {
                    reset(db).await?;
                    let done = written.run(&scope, db.backend, sql).await;
                    assert!(done.is_ok(), "{} {known:?} {written:?}: {sql}: {done:?}", case.ty);
                    assert_eq!(links(db, 1).await?, 1, "{} {known:?} {written:?}: {sql}", case.ty);
                }
            }
        }
    }
    Ok(remove_types(db, citext).await?)
}

on_every_backend!(no_type_of_key_leads_to_another_tenants_row, a_key_of_any_type_leads_to_the_own_row,);
