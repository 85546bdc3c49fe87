//! The checks notice a foreign key that is not looked up among the tenant's own rows, and a REPLACE by another's key.

use sea_orm_multitenant_fuzz::rewrite::{Tables, fence};
use sea_orm_multitenant_sql::{
    Argument,
    Engine::{self, MySql, Postgres, Sqlite},
    TenantType, scope_statement,
};

const T: Argument = Argument::Tenant(TenantType::BigInt);
const TA: Argument = Argument::TenantAt(0, TenantType::BigInt);
const TB: Argument = Argument::TenantAt(1, TenantType::BigInt);
const V: Argument = Argument::Value(0);
const W: Argument = Argument::Value(1);

/// What the checks say of a text for one tenant.
fn problem(engine: Engine, tables: Tables, sql: &str, arguments: &[Argument]) -> Option<String> {
    fence(engine, tables, None, sql, arguments).err()
}

/// What is sent of a statement passes; with any of the changes it does not.
#[track_caller]
fn notices(engine: Engine, sql: &str, changes: &[(&str, &str)]) {
    let sent = scope_statement(Tables::Known.catalogue(), engine, sql).expect("it is accepted");
    assert_eq!(problem(engine, Tables::Known, sent.sql(), sent.arguments()), None, "{}", sent.sql());
    for (from, to) in changes {
        let changed = sent.sql().replacen(from, to, 1);
        assert_ne!(changed, sent.sql(), "{from} is not there");
        let found = problem(engine, Tables::Known, &changed, sent.arguments());
        let found = found.unwrap_or_else(|| panic!("{engine:?}: nothing is noticed of {changed}"));
        assert!(found.contains("is not looked up"), "{found}: {changed}");
    }
}

#[test]
fn a_look_up_that_does_not_look_is_noticed() {
    let of_all = [
        (r#""p"."id" = "#, r#""p"."x" = "#),
        (r#""p"."id" = "#, r#""p"."id" <> "#),
        (r#" AND "p"."id" = "#, r#" OR "p"."id" = "#),
        (r#"EXISTS (SELECT 1 FROM "p""#, r#"EXISTS (SELECT 1 FROM "q""#),
        (r#"EXISTS (SELECT 1 FROM"#, r#"EXISTS (SELECT count(*) FROM"#),
        ("EXISTS (", "NOT EXISTS ("),
        (" IS NULL OR ", " IS NOT NULL OR "),
        (" IS NULL OR ", " IS NULL OR 1 = 1 OR "),
        ("'sea_orm_multitenant: ", "'"),
    ];
    let sql = "INSERT INTO child (p_id, x) VALUES ($1, $2)";
    notices(Postgres, sql, &of_all);
    let of_postgres = [
        ("THEN $1 END", "THEN $2 END"),
        ("$1 IS NULL", "$2 IS NULL"),
        (r#""p"."t" = $3"#, r#""p"."t" = $2"#),
        ("= 0", ">= 0"),
        ("THEN '0'", "THEN '1'"),
        ("THEN $1 END", "THEN $1 ELSE $1 END"),
        (r#" AND CAST("p"."id" AS TEXT) = CAST($1 AS TEXT)"#, ""),
        (r#"CAST("p"."id" AS TEXT)"#, r#"CAST("p"."x" AS TEXT)"#),
    ];
    notices(Postgres, sql, &of_postgres);
    let in_backticks = of_all.map(|(from, to)| (from.replace('"', "`"), to.replace('"', "`")));
    let of_all = in_backticks.each_ref().map(|(from, to)| (from.as_str(), to.as_str()));
    notices(Sqlite, "INSERT INTO child (p_id, x) VALUES (?1, ?2)", &of_all);
    let of_sqlite = [("THEN '$'", "THEN '$.a'"), ("IS NOT NULL THEN", "IS NULL THEN"), ("'{}'", "'[]'")];
    notices(Sqlite, "INSERT INTO child (p_id, x) VALUES (?1, ?2)", &of_sqlite);
    notices(Sqlite, "UPDATE child SET p_id = CAST(?1 AS INTEGER)", &[("= +CAST", "= CAST")]);
    let of_mysql = [
        ("CONCAT(?)", "?"),
        ("CONCAT(`p`.`id`)", "`p`.`id`"),
        (" AND `p`.`id` = ?", " AND `p`.`x` = ?"),
        (" AND `p`.`id` = ?", " OR `p`.`id` = ?"),
        ("`p`.`id` = ", "`p`.`x` = "),
        ("NOT (", "("),
        ("LENGTH(", "LENGTHB("),
        ("9223372036854775807", "9223372036854775806"),
        (" > 0", " >= 0"),
        ("EXISTS (SELECT 1 FROM", "EXISTS (SELECT max(1) FROM"),
    ];
    notices(MySql, "INSERT INTO child (p_id, x) VALUES (?, ?)", &of_mysql);
}

#[test]
fn a_look_up_of_a_column_is_noticed_that_takes_it_for_the_parents() {
    let changes = [
        (r#""own_parents"."own_key" = "#, r#""own_parents"."own_key" <> "#),
        (r#""p"."id" AS "own_key""#, r#""p"."x" AS "own_key""#),
        (
            r#"SELECT "p"."id" AS "own_key" FROM "p" WHERE"#,
            r#"SELECT "p"."id" AS "own_key" FROM "p" WHERE 1 = 1 OR"#,
        ),
        (
            r#"SELECT 1 FROM (SELECT "p"."id" AS "own_key" FROM "p" WHERE "p"."t" = $1) AS "own_parents" WHERE "own_parents"."own_key" = "x""#,
            r#"SELECT 1 FROM "p" WHERE "p"."t" = $1 AND "p"."id" = "x""#,
        ),
    ];
    notices(Postgres, "UPDATE child SET p_id = x", &changes);
    let texts = [
        (" AND `own_parents`.`own_key` = `x`", ""),
        ("CONCAT(`own_parents`.`own_key`) = ", "`own_parents`.`own_key` = "),
    ];
    notices(MySql, "UPDATE child SET p_id = x", &texts);
    let within = [("SELECT 1 FROM `child`", "SELECT 1 AS `one` FROM `child`"), (" LIMIT 1)", " LIMIT 0)")];
    notices(MySql, "UPDATE child SET child_id = 5", &within);
    let both = [
        (r#""q"."name" = $2"#, r#""q"."name" = $1"#),
        (r#" AND "q"."name" = $2"#, ""),
        ("THEN $1 END", "THEN $2 END"),
    ];
    notices(Postgres, "INSERT INTO child (q_a, q_b) VALUES ($1, $2)", &both);
}

#[test]
fn a_value_that_is_not_looked_up_is_noticed() {
    let assert_noticed = |engine, sql: &str, arguments: &[Argument], what: &str| {
        let found = problem(engine, Tables::Known, sql, arguments);
        let found = found.unwrap_or_else(|| panic!("nothing is noticed of {sql}"));
        assert!(found.contains(what), "{found}: {sql}");
    };
    for (sql, arguments) in [
        (r#"INSERT INTO "child" (p_id, "t") VALUES ($1, $2)"#, &[V, T][..]),
        (r#"INSERT INTO "child" (p_id, "t") VALUES (NULL, $2), ($1, $2)"#, &[V, T]),
        (r#"INSERT INTO "child" ("t", p_id) SELECT $1, "q".id FROM "q" WHERE "q"."t" = $1"#, &[T]),
        (r#"INSERT INTO "child" ("t", p_id) SELECT $1, x FROM "p" WHERE "p"."t" = $1"#, &[T]),
        (
            r#"INSERT INTO "child" ("t", p_id) SELECT $1, id FROM "p" WHERE "p"."t" = $1 UNION SELECT $1, 2"#,
            &[T],
        ),
        (r#"INSERT INTO "child" ("t", q_a, q_b) VALUES ($3, $1, $2)"#, &[V, W, T]),
        (r#"INSERT INTO "child" ("t", friend) VALUES ($2, $1)"#, &[V, T]),
        (r#"INSERT INTO "child" ("t", p_id) VALUES ($1, NULL)"#, &[T]),
        (r#"UPDATE "child" SET p_id = DEFAULT WHERE "child"."t" = $1"#, &[T]),
        (r#"INSERT INTO "child" ("t", u_id) VALUES ($2, $1)"#, &[V, T]),
        (r#"INSERT INTO "child" ("t", far_id) VALUES ($2, $1)"#, &[V, T]),
        (r#"INSERT INTO "log" (x, p_id) VALUES (1, $1)"#, &[V]),
        (r#"UPDATE "child" SET p_id = $1 WHERE "child"."t" = $2"#, &[V, T]),
        (r#"UPDATE "child" SET p_id = id WHERE "child"."t" = $1"#, &[T]),
        (r#"UPDATE "child" SET p_id = coalesce(p_id, 7) WHERE "child"."t" = $1"#, &[T]),
        (r#"UPDATE "child" SET p_id = CASE WHEN x = 1 THEN NULL ELSE 7 END WHERE "child"."t" = $1"#, &[T]),
        (r#"UPDATE "child" SET p_id = (SELECT 7) WHERE "child"."t" = $1"#, &[T]),
        (r#"UPDATE "child" SET p_id = "q".id FROM "q" WHERE "child"."t" = $1 AND "q"."t" = $1"#, &[T]),
        (r#"UPDATE "child" SET p_id = p_id FROM "q" WHERE "child"."t" = $1 AND "q"."t" = $1"#, &[T]),
        (
            r#"INSERT INTO "child" (x, "t") VALUES (1, $1) ON CONFLICT(x) DO UPDATE SET p_id = 2 WHERE "child"."t" = $1"#,
            &[T],
        ),
        (
            r#"INSERT INTO "child" (x, "t") VALUES (1, $1) ON CONFLICT(x) DO UPDATE SET p_id = excluded.x WHERE "child"."t" = $1"#,
            &[T],
        ),
    ] {
        assert_noticed(Postgres, sql, arguments, "is not looked up");
    }
    for (sql, arguments, what) in [
        (
            r#"INSERT INTO "child" ("t", p_id) SELECT $1, * FROM "p" WHERE "p"."t" = $1"#,
            &[T][..],
            "no telling",
        ),
        (r#"INSERT INTO "child" ("t", q_a) VALUES ($2, $1)"#, &[V, T], "a part of"),
        (r#"INSERT INTO "log" VALUES (1, 2, 'a', $1)"#, &[V], "not named"),
        (
            r#"UPDATE "child" SET (p_id, x) = (SELECT 1, 2) WHERE "child"."t" = $1"#,
            &[T],
            "in a row of columns",
        ),
        (r#"DELETE FROM "kind" WHERE id = 1"#, &[], "rows go away"),
        (r#"UPDATE "kind" SET id = 2"#, &[], "by which"),
        (r#"INSERT INTO "kind" (id) VALUES (1) ON CONFLICT(x) DO UPDATE SET id = 2"#, &[], "by which"),
    ] {
        assert_noticed(Postgres, sql, arguments, what);
    }
    for (sql, arguments, what) in [
        (
            // What is looked up with `q_a` is not what `q_b` is set to.
            "UPDATE `child` SET q_a = CASE WHEN 9223372036854775807 + LENGTH(REPEAT('sea_orm_multitenant: ', NOT (x IS NULL OR EXISTS (SELECT 1 FROM (SELECT `q`.`x` AS `own_key`, `q`.`name` AS `own_key_2` FROM `q` WHERE `q`.`t` = ?) AS `own_parents` WHERE `own_parents`.`own_key` = CONCAT(1) AND `own_parents`.`own_key` = 1 AND CONCAT(`own_parents`.`own_key_2`) = CONCAT(x) AND `own_parents`.`own_key_2` = x)))) > 0 THEN 1 END, x = 7, q_b = x WHERE `child`.`t` = ?",
            &[T, T][..],
            "may change after it is looked up",
        ),
        ("INSERT INTO `child` SET p_id = ?, `t` = ?", &[V, T][..], "is not looked up"),
        (
            "UPDATE `child` JOIN `q` ON q.id = child.id SET child.p_id = 1 WHERE `child`.`t` = ? AND `q`.`t` = ?",
            &[T, T],
            "is set in a join",
        ),
        ("DELETE `kind` FROM `kind` JOIN `p` ON `p`.`t` = ?", &[T], "rows go away"),
        (
            "INSERT INTO `child` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE `t` = IF(9223372036854775807 + (NOT (`child`.`t` = ?)) > 0, `child`.`t`, NULL), p_id = 2",
            &[T, T],
            "is not looked up",
        ),
    ] {
        assert_noticed(MySql, sql, arguments, what);
    }
}

#[test]
fn a_look_up_for_a_set_of_tenants_is_noticed() {
    let own = r#"CASE WHEN CAST(CASE WHEN EXISTS (SELECT 1 FROM "p" WHERE "p"."t" IN ($1, $2) AND "p"."id" = 5) THEN '0' ELSE 'sea_orm_multitenant: ' END AS INTEGER) = 0 THEN 5 END"#;
    for (value, passes) in [("NULL", true), ("p_id", true), (own, false), ("5", false)] {
        let sql = format!(r#"UPDATE "child" SET p_id = {value} WHERE "child"."t" IN ($1, $2)"#);
        let found = fence(Postgres, Tables::Known, Some(2), &sql, &[TA, TB]);
        assert_eq!(found.is_ok(), passes, "{sql}: {found:?}");
    }
}

#[test]
fn a_replace_is_noticed_where_a_key_may_be_anothers() {
    let known = Tables::Known;
    for (engine, tables, sql, arguments, passes) in [
        (Sqlite, known, r#"INSERT OR REPLACE INTO "kept" (x, "t") VALUES (1, ?)"#, &[T][..], true),
        (Sqlite, known, r#"INSERT OR FAIL INTO "kept" (x, "t") VALUES (1, ?)"#, &[T], true),
        (Sqlite, known, r#"INSERT OR ABORT INTO "p" (x, "t") VALUES (1, ?)"#, &[T], true),
        (Sqlite, known, r#"INSERT OR REPLACE INTO "p" (x, "t") VALUES (1, ?)"#, &[T], false),
        (Sqlite, known, r#"INSERT OR FAIL INTO "p" (x, "t") VALUES (1, ?)"#, &[T], false),
        (Sqlite, known, r#"INSERT OR ROLLBACK INTO "p" (x, "t") VALUES (1, ?)"#, &[T], false),
        (Sqlite, known, r#"INSERT OR IGNORE INTO "root" (name, "id") VALUES (1, ?)"#, &[T], false),
        (Sqlite, known, r#"UPDATE OR REPLACE "kept" SET x = 1 WHERE "kept"."t" = ?"#, &[T], true),
        (Sqlite, known, r#"UPDATE OR REPLACE "p" SET x = 1 WHERE "p"."t" = ?"#, &[T], false),
        (Sqlite, known, r#"UPDATE OR IGNORE "p" SET x = 1 WHERE "p"."t" = ?"#, &[T], false),
        // Nobody has said which columns the primary key is of.
        (Sqlite, Tables::Unknown, r#"INSERT OR REPLACE INTO "kept" (x, "t") VALUES (1, ?)"#, &[T], false),
        // Nobody's rows, to which tenants' refer or do not.
        (Sqlite, known, r#"INSERT OR REPLACE INTO "log" (x, p_id) VALUES (1, NULL)"#, &[], false),
        (MySql, known, "REPLACE INTO `log` (x, p_id) VALUES (1, NULL)", &[], true),
        (Sqlite, known, r#"INSERT OR REPLACE INTO "kind" (x) VALUES (1)"#, &[], false),
        (Sqlite, known, r#"INSERT OR IGNORE INTO "kind" (x) VALUES (1)"#, &[], true),
        (Sqlite, known, r#"UPDATE OR REPLACE "kind" SET x = 1"#, &[], false),
        (Sqlite, known, r#"INSERT OR REPLACE INTO "log" (p_id) VALUES (1)"#, &[], false),
        (MySql, known, "REPLACE INTO `kept` (x, `t`) VALUES (1, ?)", &[T], true),
        (MySql, known, "REPLACE INTO `p` (x, `t`) VALUES (1, ?)", &[T], false),
        (MySql, known, "REPLACE INTO `kept` (x) VALUES (1)", &[], false),
        (MySql, known, "REPLACE INTO `kept` (x, `t`) VALUES (1, 2)", &[], false),
        (MySql, known, "INSERT IGNORE INTO `kept` (x, `t`) VALUES (1, ?)", &[T], true),
        (MySql, known, "INSERT IGNORE INTO `p` (x, `t`) VALUES (1, ?)", &[T], false),
        // It would make a warning of the check's failure.
        (MySql, known, "INSERT IGNORE INTO `child` (x, `t`) VALUES (1, ?)", &[T], false),
        (MySql, known, "INSERT IGNORE INTO `log` (x) VALUES (1)", &[], false),
        (MySql, known, "UPDATE IGNORE `kept` SET x = 1 WHERE `kept`.`t` = ?", &[T], true),
        (MySql, known, "UPDATE IGNORE `p` SET x = 1 WHERE `p`.`t` = ?", &[T], false),
        (MySql, known, "UPDATE IGNORE `child` SET x = 1 WHERE `child`.`t` = ?", &[T], false),
        (
            MySql,
            known,
            "UPDATE IGNORE `kept` JOIN `p` ON `p`.`t` = ? SET p.x = 1 WHERE `kept`.`t` = ?",
            &[T, T],
            false,
        ),
        (
            MySql,
            known,
            "INSERT IGNORE INTO `kept` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE `t` = IF(9223372036854775807 + (NOT (`kept`.`t` = ?)) > 0, `kept`.`t`, NULL)",
            &[T, T],
            false,
        ),
    ] {
        let found = problem(engine, tables, sql, arguments);
        assert_eq!(found.is_none(), passes, "{engine:?}, {tables:?}: {sql}: {found:?}");
    }
    let text = Argument::Tenant(TenantType::Text);
    let sql = r#"INSERT OR REPLACE INTO "kept" (x, "t") VALUES (1, ?)"#;
    assert!(problem(Sqlite, Tables::KnownTexts, sql, &[text]).is_some());
}
