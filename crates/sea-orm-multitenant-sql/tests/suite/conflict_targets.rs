//! ON CONFLICT with expressions, with a condition, by the name of a constraint.

use super::{assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Catalogue,
    Engine::{self, Postgres, Sqlite},
    Table, TenantType, scope_statement,
};

const BOTH: [Engine; 2] = [Postgres, Sqlite];

#[test]
fn an_expression_in_a_target_goes_out_as_it_came() {
    for target in [
        "(t, lower(name))",
        "(lower(name))",
        "(t, (x + 1), name COLLATE \"nocase\")",
        "(t, coalesce(name, 'a''b \"c\"'))",
        "(t, lower(name)) WHERE x = 0 AND name IN ('a', 'b')",
        "(t, x) WHERE (CASE WHEN x = 1 THEN 'DO' ELSE 'NOTHING' END) = 'DO'",
    ] {
        for action in ["DO NOTHING", "DO NOTHING RETURNING id"] {
            assert_scoped(
                &BOTH,
                &format!("INSERT INTO p (x) VALUES (1) ON CONFLICT {target} {action}"),
                &format!(
                    "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT{} {action}",
                    target.replace('"', "")
                ),
            );
        }
        assert_scoped(
            &BOTH,
            &format!(
                "INSERT INTO p (x) VALUES (1) ON CONFLICT {target} DO UPDATE SET x = excluded.x WHERE p.x > 1"
            ),
            &format!(
                "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT{} DO UPDATE SET x = excluded.x WHERE p.t = T AND (p.x > 1)",
                target.replace('"', "")
            ),
        );
    }
    let scoped =
        scope(Postgres, "INSERT INTO p (x) VALUES (1) ON CONFLICT (t, (\"x\" || 'a\"b')) DO NOTHING");
    assert_eq!(
        scoped.expect("scoped").sql(),
        r#"INSERT INTO "p" ("x", "t") VALUES (1, $1) ON CONFLICT("t", ("x" || 'a"b')) DO NOTHING"#
    );
}

#[test]
fn a_target_with_a_condition_names_the_tenant_where_its_key_contains_it() {
    assert_scoped(
        &BOTH,
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (name) WHERE x = 0 DO NOTHING",
        "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(t, name) WHERE x = 0 DO NOTHING",
    );
    assert_scoped(
        &BOTH,
        "INSERT INTO firm (x) VALUES (1) ON CONFLICT (b) WHERE x = 0 DO NOTHING",
        "INSERT INTO firm (x, t) VALUES (1, T) ON CONFLICT(b) WHERE x = 0 DO NOTHING",
    );
}

#[test]
fn a_target_in_a_common_table_expression_is_read_too() {
    assert_scoped(
        &[Postgres],
        "WITH c AS (INSERT INTO p (x) VALUES (1) ON CONFLICT (lower(name)) WHERE x = 0 DO UPDATE SET x = 2 RETURNING id) SELECT id FROM c",
        "WITH c AS (INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(lower(name)) WHERE x = 0 DO UPDATE SET x = 2 WHERE p.t = T RETURNING id) SELECT id FROM c",
    );
}

#[test]
fn a_target_keeps_to_the_rules_of_expressions() {
    for target in
        ["(t, (SELECT 1))", "(t) WHERE EXISTS (SELECT 1 FROM q)", "(t, lower((SELECT name FROM q)))"]
    {
        let sql = format!("INSERT INTO p (x) VALUES (1) ON CONFLICT {target} DO NOTHING");
        assert_refused(&BOTH, &sql, "a subquery in a conflict target");
    }
    let refused = |target: &str, part: &str| {
        assert_refused(&BOTH, &format!("INSERT INTO p (x) VALUES (1) ON CONFLICT {target} DO NOTHING"), part);
    };
    refused("(t, load_extension(name))", "the function `load_extension`");
    refused("(t) WHERE pg_sleep(1) = 1", "the function `pg_sleep`");
    refused("(t, x DESC)", "");
    refused("(t, )", "");
    refused("(t, lower(name)", "");
    refused("(lower(name)) WHERE", "");
    assert_refused(
        &[Sqlite],
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (lower(name), rowid) DO NOTHING",
        "a write to the column `rowid`",
    );
    assert_refused(
        &[Postgres],
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (lower(p.spy)) DO NOTHING",
        "may call a function",
    );
}

#[test]
fn values_in_a_target_are_bound_in_their_order() {
    let sql = "INSERT INTO p (x, name) VALUES (?, ?) ON CONFLICT (t, name) WHERE x = ? DO UPDATE SET x = ? WHERE p.x > ?";
    let scoped = scope(Sqlite, sql).expect("scoped");
    assert_eq!(
        scoped.sql(),
        "INSERT INTO `p` (`x`, `name`, `t`) VALUES (?, ?, ?) ON CONFLICT(`t`, `name`) WHERE `x` = ? DO UPDATE SET `x` = ? WHERE `p`.`t` = ? AND (`p`.`x` > ?)"
    );
    use sea_orm_multitenant_sql::{
        Argument::{Tenant, Value},
        TenantType::BigInt,
    };
    assert_eq!(
        scoped.arguments(),
        [Value(0), Value(1), Tenant(BigInt), Value(2), Value(3), Tenant(BigInt), Value(4)]
    );
}

#[test]
fn a_constraint_by_name_is_guarded_like_a_target() {
    assert_scoped(
        &[Postgres],
        "INSERT INTO p (x) VALUES (1) ON CONFLICT ON CONSTRAINT p_key DO UPDATE SET x = 2",
        "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT ON CONSTRAINT p_key DO UPDATE SET x = 2 WHERE p.t = T",
    );
}

#[test]
fn more_than_one_clause_is_refused() {
    for first in ["DO NOTHING", "DO UPDATE SET x = 1", "DO UPDATE SET x = 1 WHERE p.x > 1"] {
        let sql =
            format!("INSERT INTO p (x) VALUES (1) ON CONFLICT (name) {first} ON CONFLICT (id) DO NOTHING");
        assert_refused(&BOTH, &sql, "a second ON CONFLICT clause");
    }
}

#[test]
fn a_join_on_a_function_of_that_name_is_no_target() {
    assert_refused(
        &BOTH,
        "SELECT p.x FROM p JOIN q ON conflict(p.x) WHERE p.x = 1",
        "the function `conflict`",
    );
}

#[test]
fn a_unique_index_on_an_expression_is_found_with_the_tenant() {
    let users = Table::tenant("users", "t", TenantType::BigInt)
        .with_columns(["t", "id", "email"])
        .with_unique_expressions(["t", "lower(email)"]);
    let catalogue = Catalogue::new([users]).expect("no conflicts");
    for (target, expected) in [
        ("(lower(email))", "(t, lower(email))"),
        ("(t, LOWER(email))", "(t, LOWER(email))"),
        ("(upper(email))", "(upper(email))"),
        ("(lower(email), id)", "(lower(email), id)"),
    ] {
        let sql =
            format!("INSERT INTO users (email) VALUES ('a') ON CONFLICT {target} DO UPDATE SET email = 'b'");
        for engine in BOTH {
            let text =
                scope_statement(&catalogue, engine, &sql).expect("scoped").sql().replace(['"', '`'], "");
            assert!(
                text.contains(&format!("ON CONFLICT{expected} DO UPDATE SET email = 'b' WHERE users.t = ")),
                "{text}"
            );
        }
    }
    // Nobody knows of a key without the tenant that it has none.
    let loose = Table::tenant("users", "t", TenantType::BigInt)
        .with_primary_key(["t", "id"])
        .with_unique_expressions(["lower(email)"])
        .with_tenant_in_every_key();
    let catalogue = Catalogue::new([loose]).expect("no conflicts");
    assert!(scope_statement(&catalogue, Sqlite, "REPLACE INTO users (id) VALUES (1)").is_err());
}

#[test]
fn what_a_text_in_a_target_escapes_stays_in_the_text() {
    let insert = "INSERT INTO p (name) VALUES ('x') ON CONFLICT";
    for text in [r"E'\', name, \''", r"E'a\\b'", r"E'\n'", r"E'it\'s'", r"E'\\v'"] {
        let sql = format!("{insert} (replace(name, {text}, 'y')) DO NOTHING");
        let scoped = scope(Postgres, &sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
        let sent = format!(r#"(replace("name", {text}, 'y')) DO NOTHING"#);
        assert!(scoped.sql().ends_with(&sent), "{}", scoped.sql());
    }
    for (text, sent) in [(r"U&'\0027, name, \0027'", "''', name, '''"), (r"U&'\\'", r"E'\\'")] {
        let sql = format!("{insert} (replace(name, {text}, 'y')) DO NOTHING");
        let scoped = scope(Postgres, &sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
        let sent = format!(r#"(replace("name", {sent}, 'y')) DO NOTHING"#);
        assert!(scoped.sql().ends_with(&sent), "{}", scoped.sql());
    }
    for text in [r"E'\v'", r"U&'\0000'", r"'\'"] {
        assert_refused(&[Postgres], &format!("{insert} (replace(name, {text}, 'y')) DO NOTHING"), "");
    }
}
