//! The seeds are tests, and the checks notice what they are there to notice.

use sea_orm_multitenant_fuzz::rewrite::{Input, Tables, fence};
use sea_orm_multitenant_fuzz::{binding, declaration, rewrite};
use sea_orm_multitenant_judges::Judged;
use sea_orm_multitenant_sql::{Argument, Engine, TenantType};
use std::{fs, path::PathBuf};

const T: Argument = Argument::Tenant(TenantType::BigInt);
const TA: Argument = Argument::TenantAt(0, TenantType::BigInt);
const TB: Argument = Argument::TenantAt(1, TenantType::BigInt);
const V: Argument = Argument::Value(0);

/// The seeds of a target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "seeds", target].iter().collect();
    let files = fs::read_dir(folder).expect("there are seeds");
    files.map(|file| fs::read(file.expect("a file").path()).expect("it can be read")).collect()
}

#[test]
fn the_rewriter_holds_for_every_seed_and_accepts_most() {
    let seeds = seeds("rewrite");
    let accepted = seeds.iter().filter(|seed| {
        rewrite::check(seed);
        let input = Input::read(seed).expect("a choice and a text");
        input.scope(input.sql).is_ok()
    });
    assert!(accepted.count() * 3 > seeds.len());
}

#[test]
fn the_engines_judge_most_accepted_seeds() {
    let (mut accepted, mut compared) = ([0, 0], [0, 0]);
    for seed in seeds("rewrite") {
        let input = Input::read(&seed).expect("a choice and a text");
        let (Engine::Sqlite | Engine::Postgres) = input.engine else { continue };
        let Ok(scoped) = input.scope(input.sql) else { continue };
        let engine = usize::from(input.engine == Engine::Postgres);
        accepted[engine] += 1;
        let judged = rewrite::judge(input, &scoped).expect("nothing is wrong with it");
        compared[engine] += usize::from(judged == Some(Judged::Compared));
    }
    for engine in [0, 1] {
        assert!(
            compared[engine] * 10 > accepted[engine] * 9 && accepted[engine] > 100,
            "{compared:?} of {accepted:?}"
        );
    }
}

#[test]
fn what_postgres_reads_otherwise_is_noticed() {
    let input = |sql| Input { engine: Engine::Postgres, tables: Tables::Known, set: None, sql };
    let (own, other) = ("SELECT x FROM p WHERE x = 1", "SELECT x FROM p WHERE x = 2");
    let scoped = input(own).scope(own).expect("it is accepted");
    assert_eq!(rewrite::judge(input(own), &scoped), Ok(Some(Judged::Compared)));
    assert!(
        rewrite::judge(input(other), &scoped)
            .is_err_and(|problem| problem.contains("reads another statement"))
    );
}

#[test]
fn the_derive_holds_for_every_seed_and_each_is_an_item() {
    for seed in seeds("derive") {
        declaration::check(&seed);
        let text = String::from_utf8(seed).expect("a text");
        assert!(declaration::expands(&text[1..]), "{text}");
    }
}

#[test]
fn the_binding_holds_for_bytes_of_all_kinds() {
    for step in 1..=251_u8 {
        let bytes: Vec<u8> = (0..200_u32).map(|n| (n as u8).wrapping_mul(step).rotate_left(n % 7)).collect();
        binding::check(binding::input(&bytes).expect("enough bytes"));
    }
}

#[test]
fn what_the_rewriter_sends_passes() {
    let set = r#"INSERT INTO "p" (x, t) VALUES (1, 2) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE "p"."t" = excluded."t""#;
    let [both, guard] = [&[TA, TB][..], &[]];
    for (sql, arguments) in [(r#"SELECT x FROM "p" WHERE "p"."t" IN ($1, $2)"#, both), (set, guard)] {
        assert_eq!(fence(Engine::Postgres, Tables::Known, Some(2), sql, arguments).err(), None, "{sql}");
    }
    for (engine, sql, arguments) in [
        (Engine::Postgres, r#"SELECT x FROM "p" WHERE "p"."t" = $2 AND (x = $1 OR x = 2)"#, &[V, T][..]),
        (
            Engine::Sqlite,
            r#"SELECT x FROM "p" AS "a" LEFT JOIN "q" ON "q"."t" = ? AND (q.x = ?) WHERE "a"."t" = ?"#,
            &[T, V, T],
        ),
        (Engine::MySql, "INSERT INTO `p` (x, `t`) VALUES (?, ?), (1, ?)", &[V, T, T]),
        (
            Engine::Postgres,
            r#"INSERT INTO "p" (x, "t") VALUES (1, $1) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE "p"."t" = $1"#,
            &[T],
        ),
        (
            Engine::MySql,
            "INSERT INTO `p` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE `t` = IF(9223372036854775807 + (NOT (`p`.`t` = ?)) > 0, `p`.`t`, NULL), x = 2",
            &[T, T],
        ),
        (Engine::Postgres, r#"WITH "c" AS (SELECT x FROM "p" WHERE "p"."t" = $1) SELECT x FROM "c""#, &[T]),
        // Global rows are read.
        (
            Engine::Postgres,
            r#"SELECT x FROM "common" WHERE ("common"."t" = $1 OR "common"."t" IS NULL) AND (x = 1)"#,
            &[T],
        ),
        (Engine::Postgres, r#"UPDATE "common" SET x = 1 WHERE "common"."t" = $1"#, &[T]),
        (
            Engine::Postgres,
            r#"UPDATE "common" SET x = 1 FROM "common" AS "b" WHERE "common"."t" = $1 AND ("b"."t" = $1 OR "b"."t" IS NULL)"#,
            &[T],
        ),
        (
            Engine::MySql,
            "UPDATE `common` AS `a` JOIN `common` AS `b` ON true SET `a`.`x` = 1 WHERE `a`.`t` = ? AND (`b`.`t` = ? OR `b`.`t` IS NULL)",
            &[T, T],
        ),
        (
            Engine::MySql,
            "INSERT INTO `common` (x, common_id, `t`) VALUES (1, NULL, ?) ON DUPLICATE KEY UPDATE `t` = IF(9223372036854775807 + (NOT (COALESCE(`common`.`t` = ?, 0))) > 0, `common`.`t`, NULL), x = 2",
            &[T, T],
        ),
    ] {
        assert_eq!(fence(engine, Tables::Known, None, sql, arguments).err(), None, "{sql}");
    }
}

#[test]
fn what_reaches_beyond_the_tenant_is_noticed() {
    let postgres: &[(&str, &[Argument])] = &[
        // No predicate, another value's, another column's, another table's, or one that need not hold.
        (r#"SELECT x FROM "p""#, &[]),
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1"#, &[V]),
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1"#, &[Argument::Tenant(TenantType::Int)]),
        (r#"SELECT x FROM "p" WHERE "p"."x" = $1"#, &[T]),
        (r#"SELECT x FROM "p", "q" WHERE "p"."t" = $1 AND "p"."t" = $1"#, &[T]),
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1 OR x = 1"#, &[T]),
        (r#"SELECT x FROM "p" WHERE NOT ("p"."t" = $1)"#, &[T]),
        (r#"SELECT x FROM "p" WHERE "p"."t" <> $1"#, &[T]),
        (r#"SELECT x FROM "p" AS "a" WHERE "p"."t" = $1"#, &[T]),
        (r#"SELECT x FROM "p" HAVING "p"."t" = $1"#, &[T]),
        // In another query than the table.
        (r#"SELECT x FROM "p" WHERE EXISTS (SELECT 1 WHERE "p"."t" = $1)"#, &[T]),
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1 AND x IN (SELECT x FROM "q")"#, &[T]),
        (r#"SELECT (SELECT max(x) FROM "q") AS m"#, &[]),
        (r#"SELECT 1 AS one ORDER BY (SELECT x FROM "q")"#, &[]),
        (r#"SELECT 1 AS one LIMIT (SELECT count(*) FROM "q")"#, &[]),
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1 UNION SELECT x FROM "q""#, &[T]),
        (r#"WITH "c" AS (SELECT x FROM "q") SELECT x FROM "c""#, &[]),
        (r#"SELECT x FROM (SELECT * FROM "p") AS "p" WHERE "p"."t" = $1"#, &[T]),
        (r#"SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM "q")) AS n"#, &[]),
        (r#"SELECT sum(1) OVER (ORDER BY (SELECT x FROM "q")) AS n"#, &[]),
        (r#"SELECT 1 AS one FROM generate_series(1, (SELECT x FROM "q")) AS g"#, &[]),
        // In the wrong place of a join.
        (r#"SELECT 1 AS one FROM "p" LEFT JOIN "q" ON "p"."t" = $1 AND "q"."t" = $1"#, &[T]),
        (r#"SELECT 1 AS one FROM "p" LEFT JOIN "q" ON p.x = q.x WHERE "p"."t" = $1 AND "q"."t" = $1"#, &[T]),
        (r#"SELECT 1 AS one FROM "p" RIGHT JOIN "q" ON "q"."t" = $1 WHERE "p"."t" = $1"#, &[T]),
        (r#"SELECT 1 AS one FROM "p" FULL JOIN "q" ON "q"."t" = $1 AND "p"."t" = $1"#, &[T]),
        (r#"SELECT 1 AS one FROM "p" NATURAL JOIN "q" WHERE "p"."t" = $1"#, &[T]),
        (
            r#"SELECT 1 AS one FROM "p" LEFT JOIN ("q" JOIN "r" ON "q"."t" = $1) ON p.x = q.x WHERE "p"."t" = $1"#,
            &[T],
        ),
        (r#"SELECT 1 AS one FROM ("p" JOIN "q" ON true) AS "j" WHERE "p"."t" = $1 AND "q"."t" = $1"#, &[T]),
        // Writes.
        (r#"UPDATE "p" SET x = 1"#, &[]),
        (r#"UPDATE "p" SET "t" = $1 WHERE "p"."t" = $1"#, &[T]),
        (r#"UPDATE "p" SET (x, "t") = (SELECT 1, 2) WHERE "p"."t" = $1"#, &[T]),
        (r#"UPDATE "p" SET x = 1 FROM "q" WHERE "p"."t" = $1"#, &[T]),
        (r#"UPDATE "country" SET name = 'x'"#, &[]),
        (r#"DELETE FROM "p" USING "q" WHERE "q"."t" = $1"#, &[T]),
        // Global rows: of a table without, written, another's, and more than them.
        (r#"SELECT x FROM "p" WHERE ("p"."t" = $1 OR "p"."t" IS NULL)"#, &[T]),
        (r#"UPDATE "common" SET x = 1 WHERE ("common"."t" = $1 OR "common"."t" IS NULL)"#, &[T]),
        (r#"DELETE FROM "common" WHERE "common"."t" = $1"#, &[T]),
        (
            r#"INSERT INTO "common" (x, common_id, "t") VALUES (1, NULL, $1) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE ("common"."t" = $1 OR "common"."t" IS NULL)"#,
            &[T],
        ),
        (
            r#"SELECT 1 AS one FROM "common" AS "a", "common" AS "b" WHERE ("a"."t" = $1 OR "b"."t" IS NULL) AND "b"."t" = $1"#,
            &[T],
        ),
        (r#"SELECT x FROM "common" WHERE ("common"."t" = $1 OR "common"."t" IS NOT NULL)"#, &[T]),
        (r#"SELECT x FROM "common" WHERE ("common"."t" = $1 OR "common"."x" IS NULL)"#, &[T]),
        (r#"SELECT x FROM "common" WHERE "common"."t" IS NULL"#, &[]),
        (r#"INSERT INTO "p" (x) VALUES (1)"#, &[]),
        (r#"INSERT INTO "p" (x, "t") VALUES (1, $1), (1, 2)"#, &[T]),
        (r#"INSERT INTO "p" (x, "t") VALUES ($1, 1)"#, &[T]),
        (r#"INSERT INTO "p" (x, "t") VALUES (1, 2, $1)"#, &[T]),
        (r#"INSERT INTO "p" ("t", x) SELECT x, $1 FROM "country""#, &[T]),
        (r#"INSERT INTO "p" ("t", x, id) SELECT *, $1 FROM "country""#, &[T]),
        (r#"INSERT INTO "p" (x, "t") SELECT 1, $1 UNION SELECT 1, 2"#, &[T]),
        (r#"INSERT INTO "p" (x, "t") VALUES (1, $1) ON CONFLICT(x) DO UPDATE SET x = 2"#, &[T]),
        (
            r#"INSERT INTO "p" (x, "t") VALUES (1, $1) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE excluded."t" = $1"#,
            &[T],
        ),
        (r#"INSERT INTO "p" (x, "t") VALUES (1, $1) RETURNING (SELECT x FROM "q")"#, &[T]),
        (r#"WITH "w" AS (DELETE FROM "p" RETURNING x) SELECT x FROM "w""#, &[]),
        // Names.
        (r#"SELECT x FROM p WHERE p."t" = $1"#, &[T]),
        (r#"SELECT x FROM "other"."p" WHERE "p"."t" = $1"#, &[T]),
        (r#"SELECT x FROM "far" WHERE "far"."t" = $1"#, &[T]),
        (r#"SELECT x FROM "secret""#, &[]),
        (r#"WITH "p" AS (SELECT 1 AS x) SELECT x FROM "p""#, &[]),
        (r#"SELECT 1 AS one FROM "p" AS "a", "q" AS "A" WHERE "a"."t" = $1"#, &[T]),
        // Texts.
        ("SELECT x FROM", &[]),
        ("SELECT 1; SELECT 2", &[]),
        ("SELECT 1 -- x", &[]),
        ("SELECT $2", &[V]),
        ("TRUNCATE p", &[]),
    ];
    let mysql: &[(&str, &[Argument])] = &[
        ("SELECT x FROM `word` WHERE `word`.`t` = ?", &[Argument::Tenant(TenantType::Text)]),
        ("SELECT x FROM `p` WHERE x = ? AND `p`.`t` = ?", &[T, V]),
        ("SELECT x FROM `p` WHERE x = ? AND `p`.`t` = ?", &[T]),
        ("INSERT INTO `p` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE x = 2", &[T]),
        (
            "INSERT INTO `p` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE x = 2, `t` = IF(9223372036854775807 + (NOT (`p`.`t` = ?)) > 0, `p`.`t`, NULL)",
            &[T, T],
        ),
        (
            "INSERT INTO `p` (x, `t`) VALUES (1, ?) ON DUPLICATE KEY UPDATE `t` = IF(1 + (NOT (`p`.`t` = ?)) > 0, `p`.`t`, NULL)",
            &[T, T],
        ),
        ("INSERT INTO `p` SET x = ?", &[T]),
        (
            "INSERT INTO `common` (x, common_id, `t`) VALUES (1, NULL, ?) ON DUPLICATE KEY UPDATE `t` = IF(9223372036854775807 + (NOT (`common`.`t` = ?)) > 0, `common`.`t`, NULL), x = 2",
            &[T, T],
        ),
        (
            "UPDATE `common` AS `a` JOIN `common` AS `b` ON true SET `a`.`x` = 1 WHERE (`a`.`t` = ? OR `a`.`t` IS NULL) AND `b`.`t` = ?",
            &[T, T],
        ),
        ("REPLACE INTO `p` (x, `t`) VALUES (1, ?)", &[T]),
        ("INSERT IGNORE INTO `p` (x, `t`) VALUES (1, ?)", &[T]),
    ];
    for (sql, arguments) in [
        (r#"SELECT x FROM "p" WHERE "p"."t" = $1"#, &[TA][..]),
        (r#"SELECT x FROM "p" WHERE "p"."t" IN ($1)"#, &[TA]),
        (r#"SELECT x FROM "p" WHERE "p"."t" IN ($1, 3)"#, &[TA]),
        (r#"SELECT x FROM "p" WHERE "p"."t" NOT IN ($1, $2)"#, &[TA, TB]),
        (r#"INSERT INTO "p" (x, t) VALUES (1, 2) ON CONFLICT(x) DO UPDATE SET x = 2"#, &[]),
    ] {
        assert!(fence(Engine::Postgres, Tables::Known, Some(2), sql, arguments).is_err(), "{sql}");
    }
    let all = postgres
        .iter()
        .map(|case| (Engine::Postgres, case))
        .chain(mysql.iter().map(|case| (Engine::MySql, case)));
    for (engine, (sql, arguments)) in all {
        let fenced = fence(engine, Tables::Known, None, sql, arguments);
        assert!(fenced.is_err(), "{engine:?}: nothing is noticed of {sql}");
    }
}
