//! Texts that the parser and an engine may read differently: the outcome is right or the text is refused.

use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn nested_signs_do_not_become_a_comment() {
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE x = - - 1 AND id = 1",
        "SELECT x FROM p WHERE p.t = T AND (x = -(-1) AND id = 1)",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE x = - ( - x)",
        "SELECT x FROM p WHERE p.t = T AND (x = -(-x))",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE NOT NOT x",
        "SELECT x FROM p WHERE p.t = T AND (NOT NOT x)",
    );
}

#[test]
fn a_placeholder_is_no_literal_of_a_type() {
    for (engine, sql) in [
        (Postgres, "SELECT x FROM p WHERE x = DATE $1"),
        (MySql, "SELECT x FROM p WHERE x = date ?"),
        (MySql, "UPDATE p SET x = TIMESTAMP ?"),
    ] {
        assert_refused(&[engine], sql, "a placeholder after the name of a type");
    }
    assert_scoped(
        &[Postgres, MySql],
        "SELECT x FROM p WHERE x = DATE '2020-01-01'",
        "SELECT x FROM p WHERE p.t = T AND (x = DATE '2020-01-01')",
    );
}

#[test]
fn a_placeholder_is_no_name() {
    for (engine, sql) in [
        (MySql, "SELECT p.?x FROM p"),
        (MySql, "UPDATE p SET x = p.?"),
        (Sqlite, "SELECT p.?1 FROM p"),
        (Postgres, "SELECT p.$1 FROM p"),
        (MySql, "SELECT x FROM p AS $0"),
    ] {
        assert_refused(&[engine], sql, "");
    }
    assert_refused(&[MySql], "SELECT p.?x FROM p", "a placeholder in the place of a name");
}

#[test]
fn backslashes_that_decide_where_a_literal_ends_are_refused() {
    for literal in [
        r"'\'",
        r"'a\' OR 1=1 -- '",
        r"'\\\'",
        r"'\\\''",
        r"'a\\n\'",
        r"'it\'s'",
        r"'it''s \'",
        r"'\'' OR x = '",
        r"'ж\'",
        r"'ж\\'",
        r"'ж\\''a'",
    ] {
        let sql = format!("SELECT x FROM p WHERE name = {literal}");
        assert_refused(&[MySql, Postgres], &sql, "");
    }
    for (engine, literal, instead) in [
        (Postgres, r"'\'", "write E'…' with the backslash doubled"),
        (Postgres, r"'it''s \'", "write E'…' with the backslash doubled"),
        (Postgres, r"'ж\\'", "write E'…' with the backslash doubled"),
        (MySql, r"'it\'s'", "write `''` for a quote"),
        (MySql, r"'ж\\'", "or bind the text as a value"),
    ] {
        let refusal = scope(engine, &format!("SELECT x FROM p WHERE name = {literal}")).expect_err(literal);
        let text = refusal.to_string();
        assert!(text.contains("a backslash before a quote in a literal") && text.contains(instead), "{text}");
    }
    assert_scoped(
        &[Sqlite],
        r"SELECT x FROM p WHERE name LIKE 'a\%' ESCAPE '\'",
        r"SELECT x FROM p WHERE p.t = T AND (name LIKE 'a\%' ESCAPE '\')",
    );
}

#[test]
fn a_literal_that_ends_at_one_place_in_every_session_goes_out_as_it_is_written() {
    for literal in [
        r"'\n'",
        r"'\0'",
        r"'\q'",
        r"'^\d+$'",
        r"'a\\n''b'",
        r"'a\\'''",
        r"'\t\r'",
        r"'a\_\%'",
        r"'ж\n'",
        r"'a\\ж'",
        r"'\u0041 \101 \x27'",
        r"'\ '''",
    ] {
        let sql = format!("SELECT x FROM p WHERE name = {literal} OR name LIKE {literal}");
        let sent = format!("SELECT x FROM p WHERE p.t = T AND (name = {literal} OR name LIKE {literal})");
        assert_scoped(&ENGINES, &sql, &sent);
    }
}

/// What the literal is depends on the session, so it is no tenant.
#[test]
fn a_literal_with_a_backslash_names_no_tenant() {
    for sql in [
        r"INSERT INTO word (x, t) VALUES (1, 'a\b')",
        r"INSERT INTO word (x, t) SELECT x, 'a\b' FROM p",
        r"UPDATE word SET t = 'a\b'",
    ] {
        assert_refused(&[MySql, Postgres], sql, "");
    }
}

#[test]
fn a_result_of_mysql_keeps_a_name_with_a_backslash() {
    let scoped = scope(MySql, r"SELECT CONCAT('a\n', name), '\d', x FROM p").expect("scoped");
    assert_eq!(
        scoped.sql(),
        r"SELECT CONCAT('a\n', `name`) AS `CONCAT('a\n', name)`, '\d', `x` FROM `p` WHERE `p`.`t` = ?"
    );
}

#[test]
fn texts_with_backslashes_go_out_in_a_form_that_no_setting_changes() {
    for (literal, sent) in [
        (r"E'a\nb\'c'", r"E'a\nb\'c'"),
        (r"E'\x41\102\u0043\%'", "E'ABC%'"),
        (r"U&'d\0061t''a'", "'dat''a'"),
        (r"U&'\\'", r"E'\\'"),
        ("$$it's$$", "'it''s'"),
        (r"$tag$ $$\ $tag$", r"E' $$\\ '"),
        ("B'101'", "B'101'"),
        ("X'4F'", "X'4F'"),
    ] {
        let scoped = scope(Postgres, &format!("SELECT x FROM p WHERE name = {literal}")).expect("scoped");
        let expected = format!(r#"SELECT "x" FROM "p" WHERE "p"."t" = $1 AND ("name" = {sent})"#);
        assert_eq!(scoped.sql(), expected, "{literal}");
    }
    // MySQL keeps the backslash before `%` and `_` under every setting (manual, 11.1.1).
    let kept = r"SELECT x FROM p WHERE name = '^\\d' OR name LIKE 'a\_\%'";
    let scoped = scope(MySql, kept).expect("scoped");
    assert_eq!(
        scoped.sql(),
        r"SELECT `x` FROM `p` WHERE `p`.`t` = ? AND (`name` = '^\\d' OR `name` LIKE 'a\_\%')"
    );
}

#[test]
fn a_text_whose_characters_are_not_certain_is_refused() {
    for literal in [
        r"E'\xC3\xA4'",
        r"E'\0'",
        r"U&'d!0061' UESCAPE '!'",
        "x$$a$$",
        "1$$a$$",
        "'a' $$b$$",
        "'a' E'b'",
        "N'a'",
    ] {
        assert_refused(&[Postgres], &format!("SELECT x FROM p WHERE name = {literal}"), "");
    }
    for literal in [r"E'a'", "U&'a'", "$$a$$"] {
        assert_refused(&[Sqlite, MySql], &format!("SELECT x FROM p WHERE name = {literal}"), "");
    }
}

#[test]
fn a_text_in_the_tenant_column_must_be_known_as_it_is_written() {
    for value in [r"E'acme'", r"E'a\tb'"] {
        let sql = format!("INSERT INTO word (t, x) VALUES ({value}, 1)");
        assert_refused(&[Postgres], &sql, "a computed value in the tenant column");
    }
}

#[test]
fn doubled_quotes_stay_inside_their_literal() {
    let scoped = scope(MySql, "SELECT x FROM p WHERE name = 'it''s ''' OR name = ''").expect("scoped");
    assert_eq!(
        scoped.sql(),
        "SELECT `x` FROM `p` WHERE `p`.`t` = ? AND (`name` = 'it''s ''' OR `name` = '')"
    );
    let scoped = scope(Postgres, r#"SELECT "a""b" FROM loose"#).expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT "a""b" FROM "loose" WHERE "loose"."tenant_id" = $1"#);
}

#[test]
fn literals_with_prefixes_are_refused() {
    assert_refused(&[MySql], "SELECT x FROM p WHERE name = _utf8'a'", "");
    assert_refused(&[MySql, Postgres], "SELECT x FROM p WHERE name = N'a'", "");
    assert_refused(&[MySql, Sqlite], "SELECT x FROM p WHERE name = B'1'", "");
}

#[test]
fn double_quotes_on_mysql_are_refused() {
    let catalogue = super::tables();
    for sql in [r#"SELECT x FROM p WHERE name = "a""#, r#"SELECT "x" FROM p"#] {
        let refusal = sea_orm_multitenant_sql::scope_statement(&catalogue, MySql, sql).expect_err("refused");
        assert!(refusal.to_string().contains("double quotes"), "{refusal}");
    }
}

#[test]
fn comments_are_dropped_and_versioned_comments_refused() {
    assert_scoped(&ENGINES, "SELECT x /* a */ FROM p -- b", "SELECT x FROM p WHERE p.t = T");
    assert_scoped(&[Postgres], "SELECT x /* a /* b */ c */ FROM p", "SELECT x FROM p WHERE p.t = T");
    for comment in ["/*! , secret */", "/*!50000 UNION SELECT 1 */", "/*M! x */", "/*M!100100 x */"] {
        assert_refused(&[MySql], &format!("SELECT x {comment} FROM p"), "a comment that the engine may run");
    }
    assert_refused(&[MySql], "SELECT /*+ MAX_EXECUTION_TIME(1) */ x FROM p", "an optimizer hint");
}

#[test]
fn table_and_only_before_what_is_no_table_are_refused() {
    assert_refused(&[Postgres], "SELECT x FROM ONLY (p, q)", "the function `only`");
    assert_refused(&[Postgres], "SELECT x FROM ONLY secrets", "");
    assert_refused(&[Postgres], "SELECT x FROM p *", "");
    assert_refused(&ENGINES, "TABLE p", "");
    assert_refused(&ENGINES, "SELECT x FROM ref_ UNION TABLE p", "");
    assert_refused(&[Postgres], "UPDATE ONLY secrets SET x = 1", "");
    assert_refused(&[Postgres], "DELETE FROM ONLY (p", "");
}

#[test]
fn operators_read_as_aliases_are_refused() {
    assert_refused(&[MySql], "SELECT x ISNULL FROM p", "");
    for sql in ["SELECT 'a' 'b' AS c", "SELECT 1 'b'", "SELECT (x) 'b' FROM p"] {
        assert_refused(&ENGINES, sql, "");
    }
    assert_refused(&[Postgres], "SELECT interval(3) '1 second'", "a literal that follows an expression");
}

#[test]
fn numbers_glued_to_letters_are_refused() {
    for number in ["0b101", "0o17", "1_000", "1x", "1AND"] {
        assert_refused(&[Postgres, Sqlite], &format!("SELECT {number} AS a"), "");
    }
    for number in ["1e5", "1.5", "1.5e-3"] {
        assert_scoped(&ENGINES, &format!("SELECT {number} AS a"), &format!("SELECT {number} AS a"));
    }
}

#[test]
fn escapes_that_versions_read_differently_are_refused() {
    for text in [r"E'a\v'", r"e'\\\v'", r"E'\n\q'", "E'\n\\a'", r"E'it''s\d'"] {
        let sql = format!("SELECT x FROM p WHERE name = 'é' OR name = {text} OR name = E'\\n'");
        assert_refused(&[Postgres], &sql, "an escape that not every version reads alike");
    }
    assert_scoped(
        &[Postgres],
        r"SELECT x FROM p WHERE name = E'\\v\b\%\-'",
        "SELECT x FROM p WHERE p.t = T AND (name = E'\\\\v\u{8}%-')",
    );
}

#[test]
fn nul_is_refused() {
    for text in [r"U&'a\0000'", r"U&'\+000000b'", r"E'\u0000'", r"E'\x00'", r"E'\0'"] {
        assert_refused(&[Postgres], &format!("SELECT x FROM p WHERE name = {text}"), "");
    }
    assert_refused(&ENGINES, "SELECT 'a\0b'", "NUL");
}

#[test]
fn system_columns_are_refused_unless_declared() {
    for column in ["ctid", "xmin", "tableoid", "CTID", "p.xmax"] {
        assert_refused(&[Postgres], &format!("SELECT {column} FROM p"), "the system column");
    }
    for column in ["rowid", "_ROWID_", "p.oid"] {
        assert_refused(&[Sqlite], &format!("SELECT {column} FROM p"), "the system column");
    }
}

#[test]
fn casts_to_catalogue_types_are_refused() {
    for ty in ["regclass", "regproc", "pg_catalog.regclass", "REGROLE", "regclass[]"] {
        assert_refused(&[Postgres], &format!("SELECT CAST(x AS {ty}) FROM p"), "a cast to a catalogue type");
    }
    assert_scoped(
        &[Postgres],
        "SELECT CAST(x AS mood) FROM p",
        "SELECT CAST(x AS mood) FROM p WHERE p.t = T",
    );
}

#[test]
fn fields_of_row_values_are_refused() {
    assert_refused(&[Postgres], "SELECT (p).name FROM p", "a field of a row value");
    assert_refused(&[Postgres], "SELECT (p).* FROM p", "");
}

#[test]
fn operators_of_the_users_own_are_refused() {
    assert_refused(&[Postgres], "SELECT x OPERATOR(public.+) 1 FROM p", "an operator of the user's own");
}

#[test]
fn pairs_of_backslashes_end_no_literal_in_any_session() {
    assert_scoped(
        &[MySql],
        r"SELECT x FROM p WHERE name LIKE 'a|%' ESCAPE '\\'",
        r"SELECT x FROM p WHERE p.t = T AND (name LIKE 'a|%' ESCAPE '\\')",
    );
    assert_scoped(
        &[Postgres],
        r"SELECT x FROM p WHERE name LIKE $1 ESCAPE E'\\'",
        r"SELECT x FROM p WHERE p.t = T AND (name LIKE ? ESCAPE E'\\')",
    );
}

#[test]
fn nothing_after_a_statement_is_dropped() {
    for sql in
        ["DELETE FROM p END WHERE id = 1", "SELECT id FROM p END WHERE END.id = 1", "SELECT 1 AS a END"]
    {
        assert_refused(&ENGINES, sql, "");
    }
    assert_refused(&ENGINES, "DELETE FROM p GLOBAL", "the word GLOBAL");
}

#[test]
fn numbers_in_hexadecimal_are_refused() {
    assert_refused(&[Sqlite, MySql], "SELECT x FROM p WHERE x & 0x0F = 1", "a number in hexadecimal");
    assert_scoped(
        &[Sqlite, MySql],
        "SELECT x FROM p WHERE name = x'0F'",
        "SELECT x FROM p WHERE p.t = T AND (name = X'0F')",
    );
}

#[test]
fn a_prefix_before_a_prefix_keeps_its_meaning_or_is_refused() {
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE x = - - (x + 1) * - - x",
        "SELECT x FROM p WHERE p.t = T AND (x = -(-(x + 1)) * -(-x))",
    );
    assert_refused(&[Postgres], "SELECT - - x ^ 2 AS a FROM p", "");
}

#[test]
fn a_function_called_as_a_column_is_refused() {
    for column in ["p.spy", "a.spy", "excluded.spy"] {
        let sql =
            format!("INSERT INTO q (x) SELECT 1 FROM p, r AS a ON CONFLICT (x) DO UPDATE SET x = {column}");
        let select = format!("SELECT {column} FROM p, r AS a ORDER BY {column}");
        assert_refused(
            &[Postgres],
            if column.starts_with("ex") { &sql } else { &select },
            "may call a function",
        );
    }
    assert_refused(
        &[Postgres],
        "SELECT x FROM q WHERE EXISTS (SELECT 1 FROM p WHERE q.spy > 1)",
        "may call a function",
    );
    assert_scoped(
        &[Postgres],
        "SELECT d.spy FROM (SELECT 1 AS spy) AS d",
        "SELECT d.spy FROM (SELECT 1 AS spy) AS d",
    );
    assert_refused(&[Postgres], "SELECT loose.spy FROM loose", "may call a function");
    assert!(scope(Postgres, "SELECT spy, loose.tenant_id FROM loose").is_ok());
}

#[test]
fn a_declared_column_of_one_table_does_not_open_the_system_column_of_another() {
    let catalogue = sea_orm_multitenant_sql::Catalogue::new([
        sea_orm_multitenant_sql::Table::tenant("p", "t", sea_orm_multitenant_sql::TenantType::Int)
            .with_columns(["t", "id"]),
        sea_orm_multitenant_sql::Table::tenant("o", "t", sea_orm_multitenant_sql::TenantType::Int)
            .with_columns(["t", "oid"]),
    ])
    .expect("no conflicts");
    let is_planned = |sql| sea_orm_multitenant_sql::scope_statement(&catalogue, Sqlite, sql).is_ok();
    assert!(is_planned("SELECT oid FROM o"));
    assert!(is_planned("SELECT o.oid FROM o, p"));
    assert!(is_planned("INSERT INTO o (oid) VALUES (1) RETURNING oid"));
    assert!(!is_planned("SELECT oid FROM p"));
    assert!(!is_planned("SELECT p.oid FROM o, p"));
    assert!(!is_planned("INSERT INTO p (id) VALUES (1) RETURNING oid"));
    assert!(!is_planned("SELECT id FROM o WHERE EXISTS (SELECT oid FROM p)"));
}

#[test]
fn a_character_set_that_joins_bytes_hides_no_quote() {
    for sql in
        [r"SELECT id FROM p WHERE name = '中\\' OR name = ') OR 1 = 1 -- '", "SELECT id AS `中` FROM p"]
    {
        assert_refused(&[MySql], sql, "");
    }
    assert_refused(&[MySql], r"DELETE FROM p WHERE '中\\' = ') OR 1 = 1 -- '", "a backslash before a quote");
    assert!(scope(MySql, "SELECT id FROM p WHERE name = '中'").is_ok());
    assert!(scope(MySql, r"SELECT id FROM p WHERE name = 'a\\'").is_ok());
}

#[test]
fn operators_that_take_one_operand_are_written_with_its_end_on_mysql() {
    for (operand, sent) in [
        ("BINARY name", "CAST(name AS BINARY)"),
        ("x = BINARY p.name AND BINARY 'a' = ?", "x = CAST(p.name AS BINARY) AND CAST('a' AS BINARY) = ?"),
        ("NOT BINARY name = 'A'", "NOT CAST(name AS BINARY) = 'A'"),
        ("!x AND !p.id", "(NOT x) AND (NOT p.id)"),
    ] {
        let sql = format!("SELECT id FROM p WHERE {operand}");
        assert_scoped(&[MySql], &sql, &format!("SELECT id FROM p WHERE p.t = T AND ({sent})"));
    }
    for operand in [
        "BINARY name COLLATE utf8mb4_bin",
        "BINARY lower(name)",
        "BINARY (name)",
        "BINARY name->'$.a'",
        "BINARY -x",
        "BINARY date '2024-01-01'",
    ] {
        assert_refused(
            &[MySql],
            &format!("SELECT id FROM p WHERE {operand} = 'a'"),
            "BINARY before an operand",
        );
    }
    for operand in ["!!x", "!lower(name)", "!(x)", "!-x"] {
        assert_refused(&[MySql], &format!("SELECT id FROM p WHERE {operand}"), "");
    }
    assert!(scope(MySql, "SELECT CAST(name AS BINARY) AS n FROM p ORDER BY name COLLATE binary").is_ok());
}

#[test]
fn arrays_of_catalogue_types_and_rows_of_the_engines_tables_are_refused() {
    for ty in [
        "_regclass",
        "\"_regrole\"",
        "__regtype",
        "pg_catalog._regproc",
        "aclitem",
        "aclitem[]",
        "_aclitem",
        "pg_authid",
        "pg_catalog.pg_class",
        "information_schema.tables",
    ] {
        let part = "a cast to a catalogue type";
        assert_refused(&[Postgres], &format!("SELECT CAST(x AS {ty}) FROM p"), part);
        assert_refused(&[Postgres], &format!("SELECT json_populate_record(NULL::{ty}, '{{}}')"), part);
        assert_refused(&[Postgres], &format!("SELECT a FROM json_to_record('{{}}') AS z (a {ty})"), part);
    }
    scope(Postgres, "SELECT CAST(x AS pg_lsn), CAST(x AS mood), CAST(x AS app._mood) FROM p")
        .expect("scoped");
}

#[test]
fn functions_whose_paths_name_variables_of_the_session_are_refused() {
    for call in ["extractvalue('<a/>', '//b[$@i]')", "updatexml('<a/>', ?, '<b/>')"] {
        assert_refused(&[MySql], &format!("SELECT {call}"), "reads the session's variables");
    }
}
