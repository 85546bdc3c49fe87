//! Views, which are read as tables and neither written nor locked.

use super::ENGINES;
use sea_orm_multitenant_sql::{
    Catalogue,
    Engine::{self, MySql, Postgres, Sqlite},
    Refusal, Table, TenantType, Whom, scope_statement, scope_statement_for,
};

fn catalogue() -> Catalogue {
    let tenant = |name: &str| {
        Table::tenant(name, "t", TenantType::BigInt)
            .with_columns(["t", "id", "x"])
            .with_primary_key(["t", "id"])
    };
    let own = Table::root("own", "id", TenantType::BigInt).with_columns(["id", "x"]).as_view();
    let prices = Table::shared("prices", true).with_columns(["id", "x"]).as_view();
    Catalogue::new([tenant("p"), tenant("open_p").as_view(), own, prices]).expect("no conflicts")
}

fn refused(engine: Engine, sql: &str, words: &str) {
    let refusal: Refusal = scope_statement(&catalogue(), engine, sql).expect_err(sql);
    assert!(refusal.to_string().contains(words), "{engine:?}: {sql}\n{refusal}");
}

#[test]
fn a_view_is_read_as_a_table_of_its_tenant() {
    for engine in ENGINES {
        for (sql, guards) in [
            ("SELECT x FROM open_p", 1),
            ("SELECT v.x FROM open_p AS v JOIN p ON p.id = v.id WHERE p.x IN (SELECT x FROM open_p)", 3),
            ("SELECT o.x FROM own AS o JOIN prices AS s ON s.id = o.x", 1),
            ("DELETE FROM p WHERE id IN (SELECT id FROM open_p)", 2),
            ("INSERT INTO p (id, x) SELECT id, x FROM open_p", 1),
        ] {
            let scoped = scope_statement(&catalogue(), engine, sql)
                .unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
            let sent = scoped.sql().replace(['`', '"'], "");
            assert_eq!(
                sent.matches(".t = ").count()
                    + sent.matches("o.id = ?").count()
                    + sent.matches("o.id = $").count(),
                guards,
                "{sent}"
            );
        }
        let set = scope_statement_for(&catalogue(), engine, "SELECT v.x FROM open_p AS v, p", Whom::Set(2));
        let sent = set.expect("scoped").sql().replace(['`', '"'], "");
        assert!(sent.contains("v.t = p.t") || sent.contains("p.t = v.t"), "{sent}");
    }
}

#[test]
fn a_write_to_a_view_is_refused_by_name() {
    for engine in ENGINES {
        for sql in [
            "INSERT INTO open_p (id, x) VALUES (1, 2)",
            "UPDATE open_p SET x = 1",
            "DELETE FROM open_p",
            "UPDATE own SET x = 1",
            "INSERT INTO prices (id) VALUES (1)",
        ] {
            refused(engine, sql, "a write to a view");
        }
    }
    refused(MySql, "UPDATE p JOIN open_p AS v ON v.id = p.id SET v.x = 1", "a write to a view");
    refused(MySql, "DELETE v FROM p JOIN open_p AS v ON v.id = p.id", "a write to a view");
    refused(MySql, "REPLACE INTO open_p (id, x) VALUES (1, 2)", "a write to a view");
    refused(Postgres, "INSERT INTO open_p (id) VALUES (1) ON CONFLICT DO NOTHING", "a write to a view");
    refused(Sqlite, "INSERT OR REPLACE INTO open_p (id) VALUES (1)", "a write to a view");
    refused(Postgres, "WITH d AS (DELETE FROM open_p RETURNING id) SELECT id FROM d", "");
}

#[test]
fn rows_of_a_view_are_not_locked() {
    for engine in [Postgres, MySql] {
        for sql in [
            "SELECT x FROM open_p FOR UPDATE",
            "SELECT x FROM (SELECT x FROM open_p) AS d FOR UPDATE",
            "SELECT p.x FROM p JOIN open_p AS v ON v.id = p.id FOR SHARE",
        ] {
            refused(engine, sql, "a row lock");
        }
    }
    let sql = "SELECT p.x FROM p JOIN open_p AS v ON v.id = p.id FOR UPDATE OF p";
    assert!(scope_statement(&catalogue(), Postgres, sql).is_ok());
}
