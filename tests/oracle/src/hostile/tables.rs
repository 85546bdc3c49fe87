//! The tables that hostile texts meet, and rows whose every value is a canary.

use crate::{engine::Cell, schema::Backend};
use sea_orm_multitenant_sql::{Catalogue, Conflict, Table, TenantType};

/// A text that only rows of others hold.
const CANARY: &str = "CANARY";
/// A number that only rows of others hold.
const CANARY_NUMBER: i64 = 987_654_321;
/// The tenant whose scope it is.
pub(super) const TENANT: i64 = 1;

/// What the scope knows; `secret` is not among it.
pub(super) fn catalogue() -> Result<Catalogue, Vec<Conflict>> {
    let tenant = |name: &str, columns: [&str; 3]| {
        Table::tenant(name, "account_id", TenantType::BigInt).with_columns_in_order(columns)
    };
    Catalogue::new([
        tenant("task", ["account_id", "id", "title"])
            .with_primary_key(["account_id", "id"])
            .with_tenant_in_every_key(),
        tenant("setting", ["account_id", "a", "b"]),
        Table::shared("country", false).with_columns_in_order(["code", "name"]),
    ])
}

/// The statements that make the tables and rows: the others' first, so that what counts all rows counts otherwise.
pub(super) fn script(backend: Backend, alone: bool) -> Vec<String> {
    let text = if backend == Backend::MariaDb { "VARCHAR(200)" } else { "TEXT" };
    let mut script = vec![
        format!(
            "CREATE TABLE task (account_id BIGINT NOT NULL, id BIGINT NOT NULL, title {text}, PRIMARY KEY (account_id, id))"
        ),
        format!("CREATE TABLE setting (account_id BIGINT NOT NULL, a BIGINT, b {text})"),
        format!("CREATE TABLE country (code {text}, name {text})"),
        format!("CREATE TABLE secret (id BIGINT, title {text})"),
    ];
    if !alone {
        script.extend([
            format!("INSERT INTO task VALUES (2, {CANARY_NUMBER}, '{CANARY}'), (2, 1, '{CANARY}'), (3, 2, '{CANARY}')"),
            format!("INSERT INTO setting VALUES (2, {CANARY_NUMBER}, '{CANARY}'), (2, 1, '{CANARY}')"),
            format!("INSERT INTO secret VALUES ({CANARY_NUMBER}, '{CANARY}')"),
        ]);
    }
    script.extend([
        format!("INSERT INTO task VALUES ({TENANT}, 1, 'one'), ({TENANT}, 2, 'two')"),
        format!("INSERT INTO setting VALUES ({TENANT}, 1, 'x')"),
        "INSERT INTO country VALUES ('CH', 'Switzerland')".to_owned(),
    ]);
    script
}

/// All rows that are not the tenant's, in one column, by one query.
pub(super) fn dump(backend: Backend) -> String {
    let row = |columns: [&str; 3]| match backend {
        Backend::MariaDb => format!("CONCAT_WS('/', {})", columns.join(", ")),
        Backend::Sqlite | Backend::Postgres => {
            columns.map(|column| format!("CAST({column} AS TEXT)")).join(" || '/' || ")
        }
    };
    let rows = [
        format!(
            "SELECT {} AS row_ FROM task WHERE account_id <> {TENANT}",
            row(["account_id", "id", "title"])
        ),
        format!("SELECT {} AS row_ FROM setting WHERE account_id <> {TENANT}", row(["account_id", "a", "b"])),
        format!("SELECT {} AS row_ FROM secret", row(["0", "id", "title"])),
        format!("SELECT {} AS row_ FROM country", row(["0", "code", "name"])),
    ];
    format!("SELECT row_ FROM ({}) AS everything ORDER BY row_", rows.join(" UNION ALL "))
}

/// Whether a cell holds a canary, or a part of a text that does.
pub(super) fn is_canary(cell: &Cell) -> bool {
    match cell {
        Cell::Int(value) => *value == CANARY_NUMBER,
        Cell::Text(text) => holds(text.as_bytes()),
        Cell::Bytes(bytes) => holds(bytes),
        Cell::Null | Cell::Real(_) => false,
    }
}

fn holds(bytes: &[u8]) -> bool {
    let number = CANARY_NUMBER.to_string();
    [CANARY.as_bytes(), number.as_bytes()]
        .iter()
        .any(|canary| bytes.windows(canary.len()).any(|part| part == *canary))
}
