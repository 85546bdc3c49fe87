//! The tables for hostile texts, with rows in which every value is a canary.

use crate::{engine::Cell, schema::Backend};
use sea_orm_multitenant_sql::{Catalogue, Conflict, ForeignKey, KeyType, Table, TenantType};

/// A text that only rows of other tenants contain.
const CANARY: &str = "CANARY";
/// A number that only rows of other tenants contain.
const CANARY_NUMBER: i64 = 987_654_321;
/// Another tenant's project; the next id is the tenant's own. As floating point numbers the two are equal.
const OTHERS_PROJECT: i64 = 1 << 53;
/// The tenant of the scope.
pub(super) const TENANT: i64 = 1;
/// The tenant if its id is a text, which begins with another tenant's id.
pub(super) const TENANT_TEXT: &str = "acme2";
/// The number of other tenants' further rows in `task`: enough that an engine finds the tenant's rows through an index.
const MANY: u32 = 40;

/// A table that the scope does not know.
pub(super) const UNDECLARED: &str = "secret";

/// The catalogue of the scope.
pub(super) fn catalogue() -> Result<Catalogue, Vec<Conflict>> {
    let tenant = |name: &str, columns: [&str; 3]| {
        Table::tenant(name, "account_id", TenantType::BigInt).with_columns_in_order(columns)
    };
    Catalogue::new([
        tenant("task", ["account_id", "id", "title"])
            .with_primary_key(["account_id", "id"])
            .with_tenant_in_every_key(),
        tenant("setting", ["account_id", "a", "b"]),
        tenant("motto", ["account_id", "id", "title"]).with_primary_key(["id"]).with_global_rows(),
        Table::shared("country", false).with_columns_in_order(["code", "name"]),
        tenant("project", ["account_id", "id", "title"])
            .with_primary_key(["id"])
            .with_key_types([("id", KeyType::Integer)]),
        tenant("label", ["account_id", "code", "title"])
            .with_primary_key(["code"])
            .with_key_types([("code", KeyType::Text)]),
        Table::tenant("item", "account_id", TenantType::BigInt)
            .with_columns_in_order(["account_id", "id", "project_id", "label_code"])
            .with_primary_key(["account_id", "id"])
            .with_foreign_key(ForeignKey::new(["project_id"], "project", ["id"]))
            .with_foreign_key(ForeignKey::new(["label_code"], "label", ["code"])),
        Table::tenant("ledger", "account", TenantType::Text).with_columns_in_order(["account", "note"]),
        Table::tenant("doc", "account_id", TenantType::BigInt)
            .with_columns_in_order(["account_id", "id", "title", "tags", "body"])
            .with_primary_key(["account_id", "id"])
            .with_unique_expressions(["account_id", "lower(title)"]),
    ])
}

/// The statements that create the tables and rows: the other tenants' rows first, so that ids generated over all rows
/// differ.
pub(super) fn script(backend: Backend, alone: bool) -> Vec<String> {
    // The tenant's id does not fit the last column.
    let [text, key, short] = match backend {
        Backend::MariaDb => ["VARCHAR(200)", "VARCHAR(20)", "VARCHAR(4)"],
        Backend::Sqlite | Backend::Postgres => ["TEXT"; 3],
    };
    let [array, json] = if backend == Backend::Postgres { ["TEXT[]", "JSONB"] } else { [text; 2] };
    let mut script = vec![
        format!(
            "CREATE TABLE task (account_id BIGINT NOT NULL, id BIGINT NOT NULL, title {text}, PRIMARY KEY (account_id, id))"
        ),
        format!("CREATE TABLE setting (account_id BIGINT NOT NULL, a BIGINT, b {text})"),
        format!("CREATE TABLE motto (account_id BIGINT, id BIGINT NOT NULL PRIMARY KEY, title {text})"),
        format!("CREATE TABLE country (code {text}, name {text})"),
        format!("CREATE TABLE secret (id BIGINT, title {text})"),
        format!(
            "CREATE TABLE project (account_id BIGINT NOT NULL, id BIGINT NOT NULL PRIMARY KEY, title {text})"
        ),
        format!(
            "CREATE TABLE label (account_id BIGINT NOT NULL, code {key} NOT NULL PRIMARY KEY, title {text})"
        ),
        format!(
            "CREATE TABLE item (account_id BIGINT NOT NULL, id BIGINT NOT NULL, project_id BIGINT DEFAULT {OTHERS_PROJECT}, \
             label_code {key} DEFAULT '1', PRIMARY KEY (account_id, id))"
        ),
        format!("CREATE TABLE ledger (account {short} NOT NULL, note {text})"),
        format!(
            "CREATE TABLE doc (account_id BIGINT NOT NULL, id BIGINT NOT NULL, title {text}, tags {array}, body {json}, \
             PRIMARY KEY (account_id, id))"
        ),
    ];
    if backend != Backend::MariaDb {
        script.push("CREATE UNIQUE INDEX by_lower_title ON doc (account_id, lower(title))".to_owned());
    }
    if backend == Backend::MariaDb {
        script.push("CREATE INDEX by_title ON task (title)".to_owned());
        // With it the engine may try a condition on rows of others before it looks at their tenant.
        script.push("CREATE INDEX by_title ON project (title)".to_owned());
        script.push("CREATE FULLTEXT INDEX words ON task (title)".to_owned());
        script.push("CREATE FULLTEXT INDEX words ON project (title)".to_owned());
    }
    if !alone {
        script.extend([
            format!("INSERT INTO task VALUES (2, {CANARY_NUMBER}, '{CANARY}'), (2, 1, '{CANARY}'), (3, 2, '{CANARY}')"),
            format!("INSERT INTO setting VALUES (2, {CANARY_NUMBER}, '{CANARY}'), (2, 1, '{CANARY}')"),
            format!("INSERT INTO motto VALUES (2, {CANARY_NUMBER}, '{CANARY}'), (3, 20, '{CANARY}')"),
            format!("INSERT INTO secret VALUES ({CANARY_NUMBER}, '{CANARY}')"),
            format!("INSERT INTO project VALUES (2, {OTHERS_PROJECT}, '{CANARY}')"),
            format!("INSERT INTO label VALUES (2, '1', '{CANARY}')"),
            format!("INSERT INTO ledger VALUES ('acme', '{CANARY}')"),
            format!("INSERT INTO doc VALUES (2, 1, '{CANARY}', '{{{CANARY}}}', '{{\"k\": \"{CANARY}\"}}')"),
            format!("INSERT INTO doc VALUES (2, 7, 'two', '{{{CANARY}}}', '{{}}')"),
        ]);
        let many: Vec<_> = (100..100 + MANY).map(|id| format!("(2, {id}, '{CANARY}')")).collect();
        script.push(format!("INSERT INTO task VALUES {}", many.join(", ")));
    }
    script.extend([
        format!("INSERT INTO task VALUES ({TENANT}, 1, 'one'), ({TENANT}, 2, 'two')"),
        format!("INSERT INTO setting VALUES ({TENANT}, 1, 'x')"),
        format!("INSERT INTO motto VALUES (NULL, 1, 'one'), (NULL, 2, 'x'), ({TENANT}, 3, 'two')"),
        "INSERT INTO country VALUES ('CH', 'Switzerland')".to_owned(),
        format!("INSERT INTO project VALUES ({TENANT}, {}, 'own')", OTHERS_PROJECT + 1),
        format!("INSERT INTO label VALUES ({TENANT}, '01', 'own')"),
        format!("INSERT INTO item VALUES ({TENANT}, 1, {}, '01')", OTHERS_PROJECT + 1),
        format!("INSERT INTO doc VALUES ({TENANT}, 1, 'one', '{{x,y}}', '{{\"k\": 1}}')"),
        format!("INSERT INTO doc VALUES ({TENANT}, 2, 'two', '{{}}', '{{}}')"),
    ]);
    script
}

/// One query for all rows that are not the tenant's, and the tenant's rows that reference one of these.
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
        format!(
            "SELECT {} AS row_ FROM motto WHERE account_id <> {TENANT}",
            row(["account_id", "id", "title"])
        ),
        format!("SELECT {} AS row_ FROM motto WHERE account_id IS NULL", row(["'global'", "id", "title"])),
        format!("SELECT {} AS row_ FROM secret", row(["0", "id", "title"])),
        format!("SELECT {} AS row_ FROM country", row(["0", "code", "name"])),
        format!(
            "SELECT {} AS row_ FROM ledger WHERE account <> '{TENANT_TEXT}'",
            row(["0", "account", "note"])
        ),
        format!(
            "SELECT {} AS row_ FROM doc WHERE account_id <> {TENANT}",
            row(["account_id", "id", "title"])
        ),
        format!(
            "SELECT {} AS row_ FROM item, project WHERE project.id = item.project_id AND project.account_id <> {TENANT}",
            row(["item.id", "project_id", "'project'"])
        ),
        format!(
            "SELECT {} AS row_ FROM item, label WHERE label.code = item.label_code AND label.account_id <> {TENANT}",
            row(["item.id", "label_code", "'label'"])
        ),
    ];
    format!("SELECT row_ FROM ({}) AS everything ORDER BY row_", rows.join(" UNION ALL "))
}

/// Whether a key that the session reports as generated is of another tenant's row.
pub(super) fn is_others_key(cell: &Cell) -> bool {
    is_canary(cell) || *cell == Cell::Int(OTHERS_PROJECT)
}

/// Whether a cell contains a canary, or a part of a text canary.
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
