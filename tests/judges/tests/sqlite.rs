//! The judge with SQLite's authorizer detects what it must.

use sea_orm_multitenant_judges::{
    Bound, Description, Judged, Kind, Known, Table,
    sqlite::{Authorizer, bare_schema},
};

/// Judges a text that declares to read or write these tables.
fn judge(kind: Kind, named: &[&str], sent: &str) -> Result<Judged, String> {
    let table = |name: &str, columns: &[&str], tenant_column: Option<&str>| Table {
        declared: name.to_owned(),
        schema: None,
        name: name.to_owned(),
        tenant_column: tenant_column.map(str::to_owned),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        writable: tenant_column.is_some(),
        has_global_rows: false,
    };
    let tables = [
        table("setting", &["account_id", "id", "name"], Some("account_id")),
        table("nokey", &["account_id", "a", "b"], Some("account_id")),
        table("country", &["code"], None),
    ];
    let named: Vec<_> = named.iter().map(|name| (*name).to_owned()).collect();
    let said = Description {
        sent,
        callers: sent,
        kind,
        tables: &named,
        bound: &[Bound::Tenant],
        repeated: &[],
        for_set: false,
    };
    let authorizer = Authorizer::new(&bare_schema(&tables, &[("setting", &["account_id", "id"])]))?;
    let may_call = |name: &str| ["count", "max", "json_each"].contains(&name);
    authorizer.judge(&said, &Known { tables: &tables, may_call: &may_call })
}

#[test]
fn scoped_statements_pass() {
    let scoped = [
        (
            Kind::Select,
            "setting",
            "SELECT name, count(*) FROM setting WHERE setting.account_id = ? AND name LIKE 'a%'",
        ),
        (
            Kind::Select,
            "setting",
            "WITH w AS (SELECT id FROM setting WHERE setting.account_id = ?) SELECT count(*) FROM w",
        ),
        (
            Kind::Select,
            "setting",
            "SELECT value FROM setting, json_each(setting.name) WHERE setting.account_id = ?",
        ),
        (
            Kind::Insert,
            "setting",
            "INSERT INTO setting (account_id, id) VALUES (?, 1) ON CONFLICT (account_id, id) DO UPDATE SET name = 'x'",
        ),
        (Kind::Update, "setting", "UPDATE setting SET name = 'x' WHERE setting.account_id = ?"),
        (Kind::Delete, "setting", "DELETE FROM setting WHERE setting.account_id = ?"),
        (Kind::Select, "country", "SELECT code FROM country"),
    ];
    for (kind, table, sent) in scoped {
        assert_eq!(judge(kind, &[table], sent), Ok(Judged::Compared), "{sent}");
    }
}

#[test]
fn undeclared_reads_and_writes_are_detected() {
    let noticed = [
        // U+FEFF is white space to SQLite, and a letter to the parser.
        (Kind::Select, "country", "SELECT 1 XOR \u{feff}FROM canary", "the table `canary`"),
        (
            Kind::Insert,
            "nokey",
            "WITH \"xor\" AS (SELECT 1 AS a) INSERT INTO nokey (a, b, account_id) SELECT 5, 'forged', 2 XOR \u{feff}FROM XOR y, setting RLIKE \u{feff}LIMIT + 0",
            "the table `setting`",
        ),
        (Kind::Select, "setting", "SELECT max(\u{feff}rowid) FROM setting", "`setting.ROWID`"),
        (Kind::Select, "setting", "SELECT oid FROM setting", "`setting.ROWID`"),
        (Kind::Select, "setting", "SELECT 1 FROM sqlite_master, setting", "the table `sqlite_master`"),
        (Kind::Select, "setting", "SELECT name FROM pragma_table_info('setting')", "pragma_table_info"),
        (Kind::Select, "setting", "SELECT load_extension('x') FROM setting", "`load_extension`"),
        (Kind::Select, "setting", "DELETE FROM setting", "Delete of `setting` in a Select"),
        (Kind::Update, "country", "UPDATE country SET code = 'x'", "Update of `country`"),
        (Kind::Update, "setting", "PRAGMA writable_schema = 1", "Pragma"),
        (Kind::Select, "setting", "ATTACH 'x' AS y", "Attach"),
        (Kind::Select, "country", "SELECT 1 FROM country; SELECT 2", "more than one statement"),
    ];
    for (kind, table, sent, part) in noticed {
        match judge(kind, &[table], sent) {
            Ok(judged) => panic!("{judged:?}: {sent}"),
            Err(complaint) => assert!(complaint.contains(part), "{sent}: {complaint}\n without: {part}"),
        }
    }
}
