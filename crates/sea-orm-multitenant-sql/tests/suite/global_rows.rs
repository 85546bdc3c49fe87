//! Tables with global rows: read by every tenant, written by none.

use super::ENGINES;
use sea_orm_multitenant_judges::Court;
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Conflict, Engine, ForeignKey, KeyType, Refusal, ScopedStatement, Table, TenantType,
    Whom, scope_statement_for,
};

const ALL: &[Engine] = &ENGINES;
const MYSQL: &[Engine] = &[Engine::MySql];
const POSTGRES: &[Engine] = &[Engine::Postgres];
const SQLITE: &[Engine] = &[Engine::Sqlite];
const OTHERS: &[Engine] = &[Engine::Postgres, Engine::MySql];

/// What stands for a table whose global rows are read.
const READ: &str = "(g.t = T OR g.t IS NULL)";

/// `g` and `w`, of which tenants are texts, have global rows, as does `tree`, which refers to itself; `p` and `r` have
/// none, and `p` refers to `g`; global rows of `note` may refer to `r`, those of `pair` only with the tenant to `r`.
fn tables() -> Catalogue {
    let integers = ["id", "g_id", "r_id", "parent_id"].map(|column| (column, KeyType::Integer));
    let known = |table: Table| {
        table.with_more_columns(["id", "x", "name", "g_id", "r_id", "parent_id"]).with_key_types(integers)
    };
    let global = |name: &str| {
        known(Table::tenant(name, "t", TenantType::BigInt))
            .with_primary_key(["id"])
            .with_unique_key(["t", "name"])
            .with_global_rows()
    };
    Catalogue::new([
        global("g"),
        global("tree").with_foreign_key(ForeignKey::new(["parent_id"], "tree", ["id"])),
        global("note").with_foreign_key(ForeignKey::new(["r_id"], "r", ["id"])),
        global("pair").with_foreign_key(ForeignKey::new(["t", "r_id"], "root_of_pair", ["t", "id"])),
        known(Table::tenant("root_of_pair", "t", TenantType::BigInt)).with_primary_key(["t", "id"]),
        known(Table::tenant("w", "t", TenantType::Text)).with_primary_key(["id"]).with_global_rows(),
        known(Table::tenant("p", "t", TenantType::BigInt))
            .with_primary_key(["t", "id"])
            .with_tenant_in_every_key()
            .with_foreign_key(ForeignKey::new(["g_id"], "g", ["id"])),
        known(Table::tenant("r", "t", TenantType::BigInt)).with_primary_key(["id"]),
        known(Table::shared("ref_", false)).with_primary_key(["id"]),
    ])
    .expect("the tables have no conflicts")
}

thread_local! {
    static COURT: Court = Court::new(&tables());
}

fn scope_for(engine: Engine, sql: &str, whom: Whom) -> Result<ScopedStatement, Refusal> {
    let scope = scope_statement_for(&tables(), engine, sql, whom);
    if let (Ok(scoped), Engine::Postgres) = (&scope, engine)
        && let Err(complaint) = COURT.with(|court| court.postgres(sql, scoped))
    {
        panic!("{complaint}\n  {sql}\n  {}", scoped.sql());
    }
    scope
}

fn written(engine: Engine, scoped: &ScopedStatement) -> String {
    let text = scoped.sql().replace(['"', '`'], "");
    let arguments = scoped.arguments();
    let name = |index: usize| match arguments[index] {
        Argument::Tenant(_) => "T".to_owned(),
        Argument::TenantAt(tenant, _) => format!("T{tenant}"),
        Argument::Value(value) => format!("v{value}"),
    };
    if engine == Engine::Postgres {
        let text = (0..arguments.len())
            .rev()
            .fold(text, |text, index| text.replace(&format!("${}", index + 1), &name(index)));
        return text.replace("T::BIGINT", "T");
    }
    let mut pieces = text.split('?');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (index, piece) in pieces.enumerate() {
        out.push_str(&name(index));
        out.push_str(piece);
    }
    out
}

#[track_caller]
fn scoped_for(engine: Engine, sql: &str, whom: Whom) -> String {
    let scoped = scope_for(engine, sql, whom);
    written(engine, &scoped.unwrap_or_else(|refusal| panic!("{engine:?} refused {sql}: {refusal}")))
}

#[track_caller]
fn assert_scoped(engines: &[Engine], sql: &str, expected: &str) {
    for engine in engines {
        assert_eq!(scoped_for(*engine, sql, Whom::OneWithRepeats), expected, "{engine:?}: {sql}");
    }
}

#[track_caller]
fn assert_for_two(engines: &[Engine], sql: &str, expected: &str) {
    for engine in engines {
        let scoped = scoped_for(*engine, sql, Whom::Set(2)).replace("IN (T0, T1)", "IN T");
        let scoped = scoped.split(" AND CAST(CASE WHEN NOT EXISTS").next().unwrap_or_default();
        let scoped = scoped.split(" AND json_extract('{}', CASE WHEN NOT EXISTS").next().unwrap_or_default();
        let scoped = scoped.split(" AND 9223372036854775807").next().unwrap_or_default();
        assert_eq!(scoped, expected, "{engine:?}: {sql}");
    }
}

#[track_caller]
fn assert_refused_for(engines: &[Engine], sql: &str, whom: Whom, parts: &[&str]) {
    for engine in engines {
        match scope_for(*engine, sql, whom) {
            Ok(scoped) => panic!("{engine:?} let through {sql}\n as {}", scoped.sql()),
            Err(refusal) => {
                let message = refusal.to_string();
                for part in parts {
                    assert!(message.contains(part), "{engine:?}: {sql}\n said: {message}\n without: {part}");
                }
            }
        }
    }
}

#[track_caller]
fn assert_refused(engines: &[Engine], sql: &str, parts: &[&str]) {
    assert_refused_for(engines, sql, Whom::OneWithRepeats, parts);
}

#[test]
fn reads_see_own_and_global_rows() {
    assert_scoped(ALL, "SELECT id FROM g", &format!("SELECT id FROM g WHERE {READ}"));
    assert_scoped(
        ALL,
        "SELECT g.id FROM p LEFT JOIN g ON g.id = p.g_id WHERE p.x = 1 OR p.x = 2",
        &format!(
            "SELECT g.id FROM p LEFT JOIN g ON {READ} AND (g.id = p.g_id) WHERE p.t = T AND (p.x = 1 OR p.x = 2)"
        ),
    );
    assert_scoped(
        ALL,
        "SELECT id FROM p WHERE g_id IN (SELECT a.id FROM g AS a)",
        "SELECT id FROM p WHERE p.t = T AND (g_id IN (SELECT a.id FROM g AS a WHERE (a.t = T OR a.t IS NULL)))",
    );
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "SELECT g.x FROM p JOIN g USING (id)",
        &format!(
            "SELECT g.x FROM (SELECT * FROM p WHERE p.t = T) AS p JOIN (SELECT * FROM g WHERE {READ}) AS g USING(id)"
        ),
    );
}

#[test]
fn a_text_is_compared_by_bytes_and_global_rows_are_read_too() {
    assert_scoped(
        SQLITE,
        "SELECT id FROM w",
        "SELECT id FROM w WHERE (w.t = T AND w.t COLLATE BINARY = T OR w.t IS NULL)",
    );
    assert_scoped(
        POSTGRES,
        "SELECT id FROM w",
        "SELECT id FROM w WHERE (w.t = T AND CASE WHEN CAST(w.t AS TEXT) COLLATE C = T THEN 1 END IS NOT NULL OR w.t IS NULL)",
    );
    assert_scoped(
        MYSQL,
        "SELECT id FROM w",
        "SELECT id FROM w WHERE (w.t = T AND CAST(CONVERT(w.t USING utf8mb4) AS BINARY) = T OR w.t IS NULL)",
    );
}

#[test]
fn writes_reach_own_rows_only() {
    assert_scoped(ALL, "UPDATE g SET x = 1", "UPDATE g SET x = 1 WHERE g.t = T");
    assert_scoped(ALL, "DELETE FROM g WHERE x = 1", "DELETE FROM g WHERE g.t = T AND (x = 1)");
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "UPDATE g SET x = b.x FROM g AS b WHERE b.id = g.id",
        "UPDATE g SET x = b.x FROM g AS b WHERE g.t = T AND (b.t = T OR b.t IS NULL) AND (b.id = g.id)",
    );
    assert_scoped(
        POSTGRES,
        "DELETE FROM g USING g AS b WHERE b.id = g.id",
        "DELETE FROM g USING g AS b WHERE g.t = T AND (b.t = T OR b.t IS NULL) AND (b.id = g.id)",
    );
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "UPDATE g SET x = (SELECT max(b.x) FROM g AS b)",
        "UPDATE g SET x = (SELECT max(b.x) FROM g AS b WHERE (b.t = T OR b.t IS NULL)) WHERE g.t = T",
    );
    assert_scoped(
        MYSQL,
        "UPDATE g AS a JOIN g AS b ON b.id = a.x SET a.x = b.x",
        "UPDATE g AS a JOIN g AS b ON b.id = a.x SET a.x = b.x WHERE a.t = T AND (b.t = T OR b.t IS NULL)",
    );
    assert_scoped(
        MYSQL,
        "UPDATE p JOIN g ON g.id = p.g_id SET p.x = g.x",
        &format!("UPDATE p JOIN g ON g.id = p.g_id SET p.x = g.x WHERE p.t = T AND {READ}"),
    );
    assert_scoped(
        MYSQL,
        "DELETE A FROM g AS A LEFT JOIN g AS b ON b.id = A.x WHERE b.id IS NULL",
        "DELETE A FROM g AS A LEFT JOIN g AS b ON (b.t = T OR b.t IS NULL) AND (b.id = A.x) WHERE A.t = T AND (b.id IS NULL)",
    );
    assert_scoped(
        MYSQL,
        "DELETE a, b FROM g AS a JOIN g AS b ON b.id = a.x",
        "DELETE a, b FROM g AS a JOIN g AS b ON b.id = a.x WHERE a.t = T AND b.t = T",
    );
}

#[test]
fn a_scope_makes_no_global_row() {
    let filled = |sql: &str| assert_scoped(ALL, sql, "INSERT INTO g (x, t) VALUES (1, T)");
    filled("INSERT INTO g (x) VALUES (1)");
    assert_scoped(ALL, "INSERT INTO g (t, x) VALUES (NULL, 1)", "INSERT INTO g (t, x) VALUES (T, 1)");
    assert_scoped(
        &[Engine::Postgres, Engine::MySql],
        "INSERT INTO g (t, x) VALUES (DEFAULT, 1)",
        "INSERT INTO g (t, x) VALUES (T, 1)",
    );
    assert_scoped(
        ALL,
        "INSERT INTO g (x) SELECT x FROM g",
        &format!("INSERT INTO g (x, t) SELECT x, T FROM g WHERE {READ}"),
    );
    for sql in [
        "UPDATE g SET t = NULL",
        "UPDATE g SET t = NULL, x = 1 WHERE id = 1",
        "UPDATE g SET t = x",
        "UPDATE g SET t = (SELECT a.t FROM g AS a WHERE a.id = 1)",
    ] {
        assert_refused(ALL, sql, &["tenant column"]);
    }
    assert_refused(POSTGRES, "UPDATE g SET t = DEFAULT", &["tenant column"]);
    assert_refused(POSTGRES, "UPDATE g SET t = a.t FROM g AS a WHERE a.id = g.x", &["tenant column"]);
    // What is bound must be the tenant, and NULL is not.
    let scoped = scope_for(Engine::Postgres, "UPDATE g SET t = $1, x = 2", Whom::OneWithRepeats);
    assert_eq!(scoped.map(|scoped| scoped.checks().len()), Ok(1));
}

#[test]
fn the_tenant_of_a_global_table_proves_nothing_about_a_row() {
    for sql in [
        "INSERT INTO p (t, id) SELECT g.t, g.id FROM g",
        "INSERT INTO p (t, id) SELECT t, id FROM g WHERE t IS NOT NULL",
        "INSERT INTO p (t, id) SELECT d.t, d.id FROM (SELECT t, id FROM g) AS d",
        "INSERT INTO g (t, x) SELECT g.t, p.x FROM p JOIN g ON g.id = p.id",
    ] {
        assert_refused(ALL, sql, &["a computed value in the tenant column", "leave the column out"]);
    }
    assert_refused(
        POSTGRES,
        "WITH c AS (SELECT t, id FROM g) INSERT INTO p (t, id) SELECT t, id FROM c",
        &["a computed value in the tenant column"],
    );
    assert_scoped(
        ALL,
        "INSERT INTO g (t, x) SELECT p.t, g.x FROM p JOIN g ON g.id = p.id",
        &format!("INSERT INTO g (t, x) SELECT T, g.x FROM p JOIN g ON g.id = p.id WHERE p.t = T AND {READ}"),
    );
}

#[test]
fn a_condition_on_the_tenant_column_repeats_nothing_in_a_read() {
    let one = |engine, sql: &str| scoped_for(engine, sql, Whom::One);
    assert_eq!(
        one(Engine::Postgres, "SELECT x FROM g WHERE g.t = $1 AND g.id = $2"),
        format!("SELECT x FROM g WHERE {READ} AND (g.t = v0 AND g.id = v1)")
    );
    assert_eq!(
        one(Engine::Postgres, "UPDATE g SET x = 1 WHERE g.t = $1 AND g.id = $2"),
        "UPDATE g SET x = 1 WHERE g.t = T AND (g.id = v1)"
    );
    assert_eq!(
        one(Engine::Sqlite, "DELETE FROM g WHERE g.t = ? AND g.id = ?"),
        "DELETE FROM g WHERE g.t = T AND (g.id = v1)"
    );
}

#[test]
fn upserts_leave_global_rows_as_they_are() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        assert_scoped(
            &[engine],
            "INSERT INTO g (id, x) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET x = excluded.x",
            "INSERT INTO g (id, x, t) VALUES (1, 2, T) ON CONFLICT(id) DO UPDATE SET x = excluded.x WHERE g.t = T",
        );
        assert_scoped(
            &[engine],
            "INSERT INTO g (id, name) VALUES (1, 'a') ON CONFLICT (name) DO NOTHING",
            "INSERT INTO g (id, name, t) VALUES (1, 'a', T) ON CONFLICT(t, name) DO NOTHING",
        );
    }
    // NULL, as of a comparison with NULL, would let the update happen.
    assert_scoped(
        MYSQL,
        "INSERT INTO g (id, x) VALUES (1, 2) ON DUPLICATE KEY UPDATE x = 3",
        "INSERT INTO g (id, x, t) VALUES (1, 2, T) ON DUPLICATE KEY UPDATE t = IF(9223372036854775807 + (NOT (COALESCE(g.t = T, 0))) > 0, g.t, NULL), x = 3",
    );
    assert_refused(ALL, "REPLACE INTO g (id, x) VALUES (1, 2)", &["REPLACE"]);
    assert_refused(SQLITE, "INSERT OR IGNORE INTO g (id, x) VALUES (1, 2)", &["INSERT OR IGNORE"]);
    assert_refused(SQLITE, "UPDATE OR REPLACE g SET id = 2", &["UPDATE OR REPLACE"]);
    assert_refused(MYSQL, "INSERT IGNORE INTO g (id, x) VALUES (1, 2)", &["INSERT IGNORE"]);
}

#[test]
fn a_foreign_key_may_name_a_global_parent() {
    for engine in ENGINES {
        let scoped = scoped_for(engine, "UPDATE p SET g_id = 3", Whom::OneWithRepeats);
        assert!(scoped.contains(&format!("FROM g WHERE {READ} AND g.id = ")), "{scoped}");
        let scoped = scoped_for(engine, "INSERT INTO p (id, g_id) SELECT 1, id FROM g", Whom::OneWithRepeats);
        assert!(scoped.contains(&format!("FROM g WHERE {READ}")), "{scoped}");
        assert!(!scoped.contains("CASE"), "the parent's own key needs no check: {scoped}");
    }
}

#[test]
fn only_own_rows_are_locked() {
    let locked = |condition: &str, rest: &str| {
        assert_scoped(
            OTHERS,
            &format!("SELECT x FROM g WHERE {condition} FOR UPDATE"),
            &format!("SELECT x FROM g WHERE g.t = T AND ({rest}) FOR UPDATE"),
        );
    };
    locked("g.t IS NOT NULL", "g.t IS NOT NULL");
    locked("t IS NOT NULL AND (x = 1 OR x = 2)", "t IS NOT NULL AND (x = 1 OR x = 2)");
    locked("x = 1 AND (g.t = 5 AND x = 2)", "x = 1 AND (g.t = 5 AND x = 2)");
    assert_scoped(
        POSTGRES,
        "SELECT p.x FROM p JOIN g ON g.id = p.g_id FOR UPDATE OF p",
        &format!("SELECT p.x FROM p JOIN g ON g.id = p.g_id WHERE p.t = T AND {READ} FOR UPDATE OF p"),
    );
    for sql in [
        "SELECT x FROM g FOR UPDATE",
        "SELECT x FROM g WHERE g.t IS NOT NULL OR x = 1 FOR UPDATE",
        "SELECT x FROM g WHERE NOT (g.t IS NOT NULL) FOR UPDATE",
        "SELECT x FROM g WHERE g.t IS NULL FOR SHARE",
        "SELECT g.x FROM g JOIN p ON g.t IS NOT NULL WHERE p.t IS NOT NULL FOR UPDATE",
        "SELECT g.x FROM g JOIN p ON p.id = g.id WHERE t IS NOT NULL FOR UPDATE",
        "SELECT x FROM (SELECT x, t FROM g) AS d WHERE d.t IS NOT NULL FOR UPDATE",
        "WITH c AS (SELECT x, t FROM g) SELECT x FROM c WHERE c.t IS NOT NULL FOR UPDATE",
        "SELECT x FROM g AS a (t, id, x) WHERE a.t IS NOT NULL FOR UPDATE",
    ] {
        let engines = match sql {
            _ if sql.contains("(t,") => POSTGRES,
            _ if sql.starts_with("WITH") => MYSQL,
            _ => OTHERS,
        };
        assert_refused(engines, sql, &["row lock"]);
    }
    assert_refused(
        MYSQL,
        "SELECT x FROM g LOCK IN SHARE MODE",
        &["a row lock on global rows", "IS NOT NULL"],
    );
    assert_scoped(
        POSTGRES,
        "SELECT d.x FROM (SELECT x FROM g WHERE g.t IS NOT NULL) AS d FOR UPDATE",
        "SELECT d.x FROM (SELECT x FROM g WHERE g.t = T AND (g.t IS NOT NULL)) AS d FOR UPDATE",
    );
}

#[test]
fn a_delete_fails_where_global_rows_refer_to_rows_of_the_tenant() {
    let found = |child: &str, key: &str, parent: &str| {
        format!(
            "SELECT 1 FROM {child} AS global_rows, {parent} AS rows_of_tenant WHERE (global_rows.t = T OR global_rows.t IS NULL) AND rows_of_tenant.t = T AND global_rows.t IS NULL AND global_rows.{key} = rows_of_tenant.id"
        )
    };
    for (sql, child, key, parent) in [
        ("DELETE FROM r WHERE id = 1", "note", "r_id", "r"),
        ("UPDATE r SET id = 2 WHERE id = 1", "note", "r_id", "r"),
        ("DELETE FROM tree WHERE id = 1", "tree", "parent_id", "tree"),
    ] {
        for engine in ENGINES {
            let scoped = scoped_for(engine, sql, Whom::OneWithRepeats);
            let found = found(child, key, parent);
            let found = if engine == Engine::MySql {
                format!("NOT EXISTS (SELECT 1 FROM ({found} LIMIT 1) AS global_references)")
            } else {
                format!("NOT EXISTS ({found})")
            };
            assert!(scoped.contains(&found), "{scoped}\n{found}");
            assert!(
                scoped.contains(&format!(
                    "sea_orm_multitenant: global rows of {child} refer by {key} to rows of {parent} of this tenant"
                )),
                "{scoped}"
            );
        }
    }
    assert!(
        scoped_for(Engine::MySql, "DELETE r FROM r JOIN p ON p.id = r.id", Whom::OneWithRepeats)
            .contains("global_references")
    );
    // A key that contains the tenant is NULL in part in a global row.
    assert_scoped(ALL, "DELETE FROM root_of_pair", "DELETE FROM root_of_pair WHERE root_of_pair.t = T");
    assert_scoped(ALL, "UPDATE r SET x = 2", "UPDATE r SET x = 2 WHERE r.t = T");
    assert_refused(
        &[Engine::Sqlite, Engine::MySql],
        "REPLACE INTO r (id) VALUES (1)",
        &["global rows of `note` refer"],
    );
    assert_refused(
        POSTGRES,
        "INSERT INTO r (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2",
        &["an upsert that sets a key"],
    );
    // What SeaORM sends to do nothing on MySQL, and a key that stays as it is.
    let nothing = "INSERT INTO r (id) VALUES (1) ON DUPLICATE KEY UPDATE id = id";
    assert!(scoped_for(Engine::MySql, nothing, Whom::OneWithRepeats).ends_with("id = id"));
    assert_scoped(ALL, "UPDATE r SET id = r.id", "UPDATE r SET id = r.id WHERE r.t = T");
    assert!(
        scoped_for(Engine::MySql, "UPDATE r JOIN p ON p.id = r.id SET r.id = 2", Whom::OneWithRepeats)
            .contains("global_references")
    );
    let message = "error: sea_orm_multitenant: global rows of note refer by r_id to rows of r of this tenant";
    let catalogue = tables();
    let (table, key) = catalogue.failed_global_reference(message).expect("it is the key's");
    assert_eq!((table.name(), key.columns()), ("note", &["r_id".to_owned()][..]));
    assert!(catalogue.failed_global_reference("global rows of note refer by r_id to rows of r").is_none());
}

#[test]
fn in_a_set_a_global_row_meets_rows_of_any_one_tenant() {
    const ROWS: &str = "(g.t IN T OR g.t IS NULL)";
    assert_for_two(ALL, "SELECT x FROM g", &format!("SELECT x FROM g WHERE {ROWS}"));
    assert_for_two(
        ALL,
        "SELECT p.x FROM p LEFT JOIN g ON g.x = p.x",
        &format!(
            "SELECT p.x FROM p LEFT JOIN g ON {ROWS} AND (g.t = p.t OR g.t IS NULL) AND (g.x = p.x) WHERE p.t IN T"
        ),
    );
    // Behind both, the tenant is that of `p`.
    assert_for_two(
        ALL,
        "SELECT p.x FROM g JOIN p ON g.x = p.x JOIN r ON r.x = p.x",
        &format!(
            "SELECT p.x FROM g JOIN p ON g.x = p.x JOIN r ON r.x = p.x WHERE {ROWS} AND p.t IN T AND (p.t = g.t OR g.t IS NULL) AND r.t IN T AND r.t = p.t"
        ),
    );
    // SQLite 3.51.3 misreads EXISTS over an OR, unless it is an operand.
    for (engines, exists) in [(OTHERS, "EXISTS"), (SQLITE, "+EXISTS")] {
        assert_for_two(
            engines,
            "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM g WHERE g.x = p.x)",
            &format!(
                "SELECT x FROM p WHERE p.t IN T AND ({exists} (SELECT 1 FROM g WHERE {ROWS} AND (g.t = p.t OR g.t IS NULL) AND (g.x = p.x)))"
            ),
        );
        assert_for_two(
            engines,
            "SELECT x FROM g WHERE EXISTS (SELECT 1 FROM p WHERE g.x = p.x)",
            &format!(
                "SELECT x FROM g WHERE {ROWS} AND ({exists} (SELECT 1 FROM p WHERE p.t IN T AND (p.t = g.t OR g.t IS NULL) AND (g.x = p.x)))"
            ),
        );
    }
    assert_for_two(
        ALL,
        "SELECT g.x FROM g LEFT JOIN p ON g.x = p.x",
        &format!(
            "SELECT g.x FROM g LEFT JOIN p ON p.t IN T AND (p.t = g.t OR g.t IS NULL) AND (g.x = p.x) WHERE {ROWS}"
        ),
    );
    assert_for_two(ALL, "DELETE FROM g WHERE x = 1", "DELETE FROM g WHERE g.t IN T AND (x = 1)");
    for sql in [
        // Nothing tells whose the rows of both are.
        "SELECT g.x FROM g JOIN tree ON tree.x = g.x JOIN p ON p.x = g.x",
        "SELECT g.x FROM g LEFT JOIN p ON g.x = p.x JOIN r ON r.x = p.x",
        "SELECT x FROM g WHERE EXISTS (SELECT 1 FROM p WHERE p.x = g.x) AND EXISTS (SELECT 1 FROM r WHERE r.x = g.x)",
        "SELECT x FROM g WHERE EXISTS (SELECT 1 FROM tree WHERE tree.x = g.x AND EXISTS (SELECT 1 FROM p WHERE p.x = tree.x))",
        "SELECT g.x FROM g JOIN tree ON EXISTS (SELECT 1 FROM p WHERE p.x = tree.x)",
        "SELECT g.x FROM g JOIN tree ON tree.x = g.x WHERE EXISTS (SELECT 1 FROM p WHERE p.x = tree.x)",
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM g JOIN tree ON g.x = tree.x)",
        "INSERT INTO g (t, x) VALUES (NULL, 1)",
    ] {
        assert_refused_for(ALL, sql, Whom::Set(2), &["several tenants"]);
    }
    assert_eq!(
        scoped_for(Engine::Sqlite, "SELECT x FROM g", Whom::Set(0)),
        "SELECT x FROM g WHERE g.t IN (NULL)"
    );
    let upsert = "INSERT INTO g (t, id, x) VALUES (?, 1, 2) ON DUPLICATE KEY UPDATE x = 3";
    assert!(
        scoped_for(Engine::MySql, upsert, Whom::Set(2)).contains("NOT (COALESCE(g.t = VALUES(t), 0))"),
        "{}",
        scoped_for(Engine::MySql, upsert, Whom::Set(2))
    );
}

#[test]
fn declarations_that_cannot_have_global_rows_are_conflicts() {
    let conflict = |table: Table| Catalogue::new([table]).expect_err("it cannot have global rows").remove(0);
    let name = || "x".to_owned();
    assert_eq!(conflict(Table::shared("x", true).with_global_rows()), Conflict::GlobalRows { table: name() });
    assert_eq!(
        conflict(Table::root("x", "id", TenantType::BigInt).with_global_rows()),
        Conflict::GlobalRows { table: name() }
    );
    let keyed = Table::tenant("x", "t", TenantType::BigInt).with_primary_key(["T", "id"]).with_global_rows();
    assert_eq!(conflict(keyed), Conflict::GlobalRowsKey { table: name(), column: "t".to_owned() });
    let plain = Table::tenant("x", "t", TenantType::BigInt);
    let both = Catalogue::new([plain.clone(), plain.with_global_rows()]).expect_err("one of them is wrong");
    assert!(both[0].to_string().contains("with global rows"), "{}", both[0]);
}
