//! The rules, tried on text alone: what goes out for what comes in, and what is refused.

mod all_tenants;
mod beyond;
mod bounds;
mod carried;
mod catalogue;
mod columns;
mod conflict_targets;
mod corpus;
mod depth;
mod everyday;
mod explain;
mod from;
mod global_rows;
mod group_by;
mod grouping;
mod hostile;
mod insert;
mod joined_writes;
mod json;
mod locks;
mod names;
mod operators;
mod parents;
mod placeholders;
mod postgres_only;
mod recursion;
mod refusals;
mod repeats;
mod replacing;
mod result_names;
mod schemas;
mod sets;
mod shapes;
mod shared_keys;
mod subqueries;
mod syntax;
mod traps;
mod unreadable;
mod update_delete;
mod upsert;
mod views;
mod vocabulary;
mod vouched;

use sea_orm_multitenant_judges::Court;
use sea_orm_multitenant_sql::{
    Catalogue, Engine, Refusal, ScopedStatement, Table, TenantType, scope_statement,
};

/// All engines.
const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::MySql];

/// `p`, `q` and `r` are tenant tables, `word` too with a text tenant, `root` the tenants' own, `ref_` and `log` shared.
/// Every key of `firm` and `firm_word` contains the tenant; of `firm_loose` that is declared, and not true of one.
fn tables() -> Catalogue {
    let tenant = |name: &str| {
        Table::tenant(name, "t", TenantType::BigInt)
            .with_columns_in_order(["t", "id", "x", "name"])
            .with_primary_key(["t", "id"])
            .with_unique_key(["t", "name"])
            .with_unique_key(["x"])
    };
    // Of `loose` no columns are declared.
    let known = |table: Table| table.with_more_columns(["t", "id", "x", "name", "a", "b", "mod", "p_id"]);
    Catalogue::new([
        tenant("p"),
        tenant("q"),
        tenant("r"),
        tenant("firm_loose").with_tenant_in_every_key(),
        known(Table::tenant("firm", "t", TenantType::BigInt))
            .with_primary_key(["t", "id"])
            .with_unique_key(["t", "name"])
            .with_tenant_in_every_key(),
        known(Table::tenant("firm_word", "t", TenantType::Text))
            .with_primary_key(["t", "id"])
            .with_tenant_in_every_key(),
        Table::tenant("loose", "tenant_id", TenantType::Int),
        known(Table::tenant("word", "t", TenantType::Text)),
        known(Table::tenant("far", "t", TenantType::BigInt)).in_schema(Some("app")),
        known(Table::root("root", "id", TenantType::BigInt)),
        known(Table::shared("ref_", false)),
        known(Table::shared("log", true)),
    ])
    .expect("the tables have no conflicts")
}

/// Texts that PostgreSQL reads otherwise than the scope does, without reaching another tenant's rows.
const READ_OTHERWISE: [&str; 3] = [
    // The one column of a function in FROM is named like it, which the tree alone does not tell.
    "SELECT generate_series.generate_series FROM generate_series(1, 2)",
    // Columns that the tables do not have, and PostgreSQL refuses.
    "DELETE FROM p WHERE p.\"T\" = $1",
    "SELECT x FROM p AS \"A\" WHERE a.t = $1",
];

/// Longest text that the judges read here, in bytes: they take a second for a list of 20,000 rows.
const JUDGED: usize = 20_000;

thread_local! {
    /// Judges what every test gets for PostgreSQL.
    static COURT: Court = Court::new(&tables());
}

/// The scoped statement of a statement written with double quotes, which become backticks on MySQL.
fn scope(engine: Engine, sql: &str) -> Result<ScopedStatement, Refusal> {
    let sql = if engine == Engine::MySql { sql.replace('"', "`") } else { sql.to_owned() };
    let scope = scope_statement(&tables(), engine, &sql);
    if let (Ok(scoped), Engine::Postgres) = (&scope, engine)
        && sql.len() < JUDGED
        && !READ_OTHERWISE.contains(&sql.as_str())
        && let Err(complaint) = COURT.with(|court| court.postgres(&sql, scoped))
    {
        panic!("{complaint}\n  {sql}\n  {}", scoped.sql());
    }
    scope
}

/// What goes out, with the tenant's placeholder written as `T` and names unquoted, so that one text fits all engines.
fn scoped(engine: Engine, sql: &str) -> String {
    let scoped = scope(engine, sql).unwrap_or_else(|refusal| panic!("{engine:?} refused {sql}: {refusal}"));
    let mut text = scoped.sql().replace(['"', '`'], "");
    let arguments = scoped.arguments();
    let is_tenant =
        |index: usize| matches!(arguments.get(index), Some(sea_orm_multitenant_sql::Argument::Tenant(_)));
    if engine != Engine::Postgres && !sql.contains("?1") {
        let mut pieces = text.split('?');
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for (index, piece) in pieces.enumerate() {
            out.push_str(if is_tenant(index) { "T" } else { "?" });
            out.push_str(piece);
        }
        return out;
    }
    let sign = if engine == Engine::Postgres { '$' } else { '?' };
    for index in (0..arguments.len()).rev() {
        text = text.replace(&format!("{sign}{}", index + 1), if is_tenant(index) { "T" } else { "?" });
    }
    text.replace("T::BIGINT", "T")
}

/// Asserts what goes out on these engines.
#[track_caller]
fn assert_scoped(engines: &[Engine], sql: &str, expected: &str) {
    for engine in engines {
        assert_eq!(scoped(*engine, sql), expected, "{engine:?}: {sql}");
    }
}

/// Asserts that a statement is refused on these engines, with a message that contains `part`.
#[track_caller]
fn assert_refused(engines: &[Engine], sql: &str, part: &str) {
    for engine in engines {
        match scope(*engine, sql) {
            Ok(scoped) => panic!("{engine:?} let through {sql:.300}\n as {:.300}", scoped.sql()),
            Err(refusal) => {
                let message = refusal.to_string();
                assert!(message.contains(part), "{engine:?}: {sql:.300}\n said: {message}\n without: {part}");
            }
        }
    }
}
