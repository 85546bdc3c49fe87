//! REPLACE, IGNORE and `OR …`: only where no key may be another tenant's.

use super::{assert_refused, assert_scoped};
use sea_orm_multitenant_sql::Engine::{self, MySql, Postgres, Sqlite};

/// Statements that do something about rows whose key is taken, `#` for the table.
const STATEMENTS: &[(Engine, &str, &str)] = &[
    (MySql, "REPLACE INTO # (x) VALUES (1)", "REPLACE"),
    (MySql, "REPLACE INTO # SET x = 1", "REPLACE"),
    (MySql, "REPLACE INTO # (x) SELECT x FROM q", "REPLACE"),
    (MySql, "INSERT IGNORE INTO # (x) VALUES (1)", "INSERT IGNORE"),
    (MySql, "INSERT IGNORE INTO # (x) SELECT x FROM q", "INSERT IGNORE"),
    (MySql, "UPDATE IGNORE # SET x = 1", "UPDATE IGNORE"),
    (MySql, "UPDATE IGNORE # AS a SET x = 1", "UPDATE IGNORE"),
    (MySql, "UPDATE IGNORE # JOIN q ON q.id = #.id SET #.x = 1", "UPDATE IGNORE"),
    (Sqlite, "REPLACE INTO # (x) VALUES (1)", "REPLACE"),
    (Sqlite, "INSERT OR REPLACE INTO # (x) VALUES (1)", "REPLACE"),
    (Sqlite, "INSERT OR IGNORE INTO # (x) VALUES (1)", "INSERT OR IGNORE"),
    (Sqlite, "INSERT OR FAIL INTO # (x) VALUES (1)", "INSERT OR FAIL"),
    (Sqlite, "INSERT OR ROLLBACK INTO # (x) VALUES (1)", "INSERT OR ROLLBACK"),
    (Sqlite, "UPDATE OR REPLACE # SET x = 1", "UPDATE OR REPLACE"),
    (Sqlite, "UPDATE OR IGNORE # SET x = 1", "UPDATE OR IGNORE"),
    (Sqlite, "UPDATE OR FAIL # SET x = 1", "UPDATE OR FAIL"),
    (Sqlite, "UPDATE OR ROLLBACK # SET x = 1", "UPDATE OR ROLLBACK"),
];

#[test]
fn a_key_that_may_be_anothers_is_refused() {
    for (engine, sql, construct) in STATEMENTS {
        let on = |table: &str| sql.replace('#', table);
        assert_refused(
            &[*engine],
            &on("p"),
            &format!("{construct}, which may meet another tenant's row by the key (x)"),
        );
        assert_refused(&[*engine], &on("firm_loose"), "by the key (x), which lacks the tenant column");
        assert_refused(&[*engine], &on("loose"), "declare that by `Table::with_tenant_in_every_key`");
        assert_refused(&[*engine], &on("firm_word"), "whose tenant compares equal as a text");
    }
}

#[test]
fn where_every_key_contains_the_tenant_they_go_out_as_they_came() {
    for (engine, sql, expected) in [
        (MySql, "REPLACE INTO firm (x) VALUES (1)", "REPLACE INTO firm (x, t) VALUES (1, T)"),
        (MySql, "REPLACE firm SET x = 1", "REPLACE firm SET x = 1, t = T"),
        (
            MySql,
            "REPLACE INTO firm (x) SELECT x FROM q",
            "REPLACE INTO firm (x, t) SELECT x, T FROM q WHERE q.t = T",
        ),
        (MySql, "INSERT IGNORE INTO firm (x) VALUES (1)", "INSERT IGNORE INTO firm (x, t) VALUES (1, T)"),
        (MySql, "UPDATE IGNORE firm SET x = 1", "UPDATE IGNORE firm SET x = 1 WHERE firm.t = T"),
        (MySql, "UPDATE IGNORE firm a SET x = 1", "UPDATE IGNORE firm a SET x = 1 WHERE a.t = T"),
        (Sqlite, "REPLACE INTO firm (x) VALUES (1)", "INSERT OR REPLACE INTO firm (x, t) VALUES (1, T)"),
        (
            Sqlite,
            "INSERT OR IGNORE INTO firm (x) VALUES (1)",
            "INSERT OR IGNORE INTO firm (x, t) VALUES (1, T)",
        ),
        (Sqlite, "INSERT OR FAIL INTO firm (x) VALUES (1)", "INSERT OR FAIL INTO firm (x, t) VALUES (1, T)"),
        (
            Sqlite,
            "INSERT OR ROLLBACK INTO firm (x) VALUES (1)",
            "INSERT OR ROLLBACK INTO firm (x, t) VALUES (1, T)",
        ),
        (Sqlite, "UPDATE OR REPLACE firm SET x = 1", "UPDATE OR REPLACE firm SET x = 1 WHERE firm.t = T"),
        (Sqlite, "UPDATE OR IGNORE firm SET x = 1", "UPDATE OR IGNORE firm SET x = 1 WHERE firm.t = T"),
    ] {
        assert_scoped(&[engine], sql, expected);
    }
}

#[test]
fn or_abort_is_what_a_write_does_without_it() {
    assert_scoped(
        &[Sqlite],
        "INSERT OR ABORT INTO p (x) VALUES (1)",
        "INSERT OR ABORT INTO p (x, t) VALUES (1, T)",
    );
    assert_scoped(&[Sqlite], "UPDATE OR ABORT p SET x = 1", "UPDATE OR ABORT p SET x = 1 WHERE p.t = T");
}

#[test]
fn ignore_does_not_disarm_the_guard_of_an_upsert() {
    let sql = "INSERT IGNORE INTO firm (x) VALUES (1) ON DUPLICATE KEY UPDATE x = 2";
    assert_refused(&[MySql], sql, "INSERT IGNORE with ON");
    for or in ["REPLACE", "IGNORE", "FAIL", "ROLLBACK"] {
        let sql = format!("INSERT OR {or} INTO firm (x) VALUES (1) ON CONFLICT (t, id) DO UPDATE SET x = 2");
        assert_refused(&[Sqlite], &sql, "with ON");
    }
}

#[test]
fn a_shared_table_has_no_keys_of_tenants() {
    assert_scoped(&[MySql], "REPLACE INTO log (x) VALUES (1)", "REPLACE INTO log (x) VALUES (1)");
    assert_refused(&[MySql], "REPLACE INTO ref_ (x) VALUES (1)", "read-only in a scope");
    assert_refused(&[Sqlite], "UPDATE OR REPLACE ref_ SET x = 1", "read-only in a scope");
}

#[test]
fn the_tenant_column_cannot_be_written_by_the_way() {
    assert_refused(
        &[MySql],
        "REPLACE INTO firm (t, x) VALUES (1 + 1, 1)",
        "a computed value in the tenant column",
    );
    assert_refused(
        &[MySql],
        "UPDATE IGNORE firm SET t = 1 + 1",
        "the tenant column of `firm` cannot be changed",
    );
    assert_refused(&[Sqlite], "UPDATE OR REPLACE firm SET t = 1 + 1", "cannot be changed");
}

#[test]
fn the_parsers_spelling_is_refused_in_a_callers_text() {
    assert_refused(&[MySql], "UPDATE OR IGNORE firm SET x = 1", "UPDATE OR");
    assert_refused(&[MySql], "UPDATE LOW_PRIORITY firm SET x = 1", "UPDATE LOW_PRIORITY");
    assert_refused(&[MySql], "DELETE QUICK FROM firm", "DELETE QUICK");
    assert_refused(&[MySql], "DELETE IGNORE FROM firm", "`IGNORE`");
    assert_refused(&[Postgres], "UPDATE IGNORE firm SET x = 1", "`IGNORE`");
}
