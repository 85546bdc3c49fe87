//! Foreign keys: what a statement writes names a row of the tenant's own.

use super::ENGINES;
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Conflict, Engine, ForeignKey, KeyType, Refusal, ScopedStatement, Table, TenantType,
    ValueOrder, Whom, scope_statement,
};

/// `c` has keys of one column to `p` and to itself, of two to `q`, one to the shared `ref_`, one with the tenant to
/// `r`, and one to a table that nobody declared. All keys are integers.
fn tables() -> Catalogue {
    let known = |table: Table| {
        table.with_more_columns([
            "id", "x", "a", "b", "name", "p_id", "old_p_id", "c_id", "q_a", "q_b", "r_id", "friend",
            "far_id", "ref_id", "u_id", "kind_id",
        ])
    };
    let integers = ["id", "a", "b"].map(|column| (column, KeyType::Integer));
    let tenant = |name: &str| known(Table::tenant(name, "t", TenantType::BigInt)).with_key_types(integers);
    Catalogue::new([
        tenant("p"),
        tenant("q"),
        tenant("r"),
        tenant("far").in_schema(Some("app")),
        known(Table::root("root", "id", TenantType::BigInt)),
        known(Table::shared("ref_", false)),
        known(Table::shared("kind", true)),
        tenant("thing").with_foreign_key(ForeignKey::new(["kind_id"], "kind", ["id"])),
        known(Table::shared("log", true)).with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"])),
        tenant("c")
            .with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]))
            .with_foreign_key(ForeignKey::new(["old_p_id"], "p", ["id"]))
            .with_foreign_key(ForeignKey::new(["c_id"], "c", ["id"]))
            .with_foreign_key(ForeignKey::new(["q_a", "q_b"], "q", ["a", "b"]))
            .with_foreign_key(ForeignKey::new(["t", "r_id"], "r", ["t", "id"]))
            .with_foreign_key(ForeignKey::new(["t"], "root", ["id"]))
            .with_foreign_key(ForeignKey::new(["friend"], "root", ["id"]))
            .with_foreign_key(ForeignKey::new(["far_id"], "far", ["id"]).to_schema(Some("app")))
            .with_foreign_key(ForeignKey::new(["ref_id"], "ref_", ["id"]))
            .with_foreign_key(ForeignKey::new(["u_id"], "unknown", ["id"])),
    ])
    .expect("the tables have no conflicts")
}

fn scope(engine: Engine, sql: &str) -> Result<ScopedStatement, Refusal> {
    scope_statement(&tables(), engine, sql)
}

/// What goes out, with names unquoted, the tenant's placeholder written as `T`, and a value's as `$1`.
fn scoped(engine: Engine, sql: &str) -> String {
    let scoped = scope(engine, sql).unwrap_or_else(|refusal| panic!("{engine:?} refused {sql}: {refusal}"));
    let text = scoped.sql().replace(['"', '`'], "");
    let arguments = scoped.arguments();
    let is_tenant = |index: usize| matches!(arguments.get(index), Some(Argument::Tenant(_)));
    if engine == Engine::Postgres {
        let text = (0..arguments.len()).rev().fold(text, |text, index| {
            if is_tenant(index) { text.replace(&format!("${}", index + 1), "T") } else { text }
        });
        return text.replace("T::BIGINT", "T");
    }
    let mut pieces = text.split('?');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (index, piece) in pieces.enumerate() {
        match arguments[index] {
            Argument::Tenant(_) | Argument::TenantAt(_, _) => out.push('T'),
            Argument::Value(value) => out.push_str(&format!("${}", value + 1)),
        }
        out.push_str(piece);
    }
    out
}

/// What stands where a value is checked: the engine's way to fail with a text unless a condition holds.
fn own(engine: Engine, condition: &str, failure: &str, value: &str) -> String {
    let failure = format!("sea_orm_multitenant: {failure} of its tenant");
    match engine {
        Engine::Sqlite => format!(
            "CASE WHEN json_extract('{{}}', CASE WHEN {condition} THEN '$' ELSE '{failure}' END) IS NOT NULL THEN {value} END"
        ),
        Engine::Postgres => format!(
            "CASE WHEN CAST(CASE WHEN {condition} THEN '0' ELSE '{failure}' END AS INTEGER) = 0 THEN {value} END"
        ),
        Engine::MySql => format!(
            "CASE WHEN 9223372036854775807 + LENGTH(REPEAT('{failure}', NOT ({condition}))) > 0 THEN {value} END"
        ),
    }
}

/// A value in the type of the key: all but literals are cast.
fn stored(engine: Engine, value: &str) -> String {
    let is_literal = value.bytes().all(|byte| byte.is_ascii_digit());
    match engine {
        Engine::Postgres if !is_literal => format!("CAST({value} AS BIGINT)"),
        Engine::MySql if !is_literal => format!("CAST({value} AS SIGNED)"),
        Engine::Sqlite | Engine::Postgres | Engine::MySql => value.to_owned(),
    }
}

/// Where a key is a value: on SQLite a column is behind a sign, so that it takes the key's type; on MySQL also as a
/// text, for 0 equals `'a'` and a number and a text are compared by their first 53 bits.
fn equal(engine: Engine, key: &str, value: &str) -> String {
    let is_literal = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_column = !is_literal && !value.starts_with('$');
    let value = &stored(engine, value);
    match engine {
        Engine::Sqlite if is_column => format!("{key} = +{value}"),
        Engine::MySql if is_column => format!("CONCAT({key}) = CONCAT({value}) AND {key} = {value}"),
        Engine::MySql => format!("{key} = CONCAT({value}) AND {key} = {value}"),
        Engine::Sqlite | Engine::Postgres => format!("{key} = {value}"),
    }
}

/// The columns of keys of `c` but for these, and NULL for each: what an INSERT that leaves them out writes.
fn rest(written: &[&str]) -> [String; 2] {
    let all = ["p_id", "old_p_id", "c_id", "q_a", "q_b", "friend", "far_id", "u_id"];
    let columns: Vec<_> = all.into_iter().filter(|column| !written.contains(column)).collect();
    let nulls = vec!["NULL"; columns.len()];
    [columns.join(", "), nulls.join(", ")]
}

/// `own` for a value of `c.p_id`.
fn own_p(engine: Engine, value: &str) -> String {
    let row = format!("EXISTS (SELECT 1 FROM p WHERE p.t = T AND {})", equal(engine, "p.id", value));
    let is_literal = value.bytes().all(|byte| byte.is_ascii_digit());
    let value = stored(engine, value);
    let condition = if is_literal { row } else { format!("{value} IS NULL OR {row}") };
    own(engine, &condition, "c (p_id) names no row of p", &value)
}

/// `own` for a column as a value of `c.p_id`.
fn own_p_column(engine: Engine, column: &str) -> String {
    let value = stored(engine, column);
    let condition = format!(
        "{value} IS NULL OR EXISTS (SELECT 1 FROM (SELECT p.id AS own_key FROM p WHERE p.t = T) AS own_parents WHERE {})",
        equal(engine, "own_parents.own_key", column)
    );
    own(engine, &condition, "c (p_id) names no row of p", &value)
}

/// NULL for so many columns of known parents and for that of the unknown one, in a select list.
fn selected_nulls(engine: Engine, known: usize) -> String {
    let null = if engine == Engine::Postgres { "CAST(NULL AS BIGINT), " } else { "NULL, " };
    null.repeat(known) + "NULL"
}

/// A placeholder of this engine.
fn bound(engine: Engine, sql: &str) -> String {
    if engine == Engine::Postgres {
        sql.to_owned()
    } else {
        sql.replace(['1', '2', '3'], "").replace('$', "?")
    }
}

#[track_caller]
fn assert_refused(engines: &[Engine], sql: &str, construct: &str) {
    for engine in engines {
        match scope(*engine, sql) {
            Err(refusal @ Refusal::Unsupported { .. }) => {
                assert!(refusal.to_string().contains(construct), "{engine:?}: {sql}: {refusal}");
            }
            other => panic!("{engine:?}: {sql}: {other:?}"),
        }
    }
}

#[test]
fn a_value_of_each_row_is_checked() {
    let [names, nulls] = rest(&["p_id"]);
    for engine in ENGINES {
        assert_eq!(
            scoped(engine, "INSERT INTO c (x, p_id) VALUES (7, 8), (7, 9)"),
            format!(
                "INSERT INTO c (x, p_id, {names}, t) VALUES (7, {}, {nulls}, T), (7, {}, {nulls}, T)",
                own_p(engine, "8"),
                own_p(engine, "9")
            )
        );
        let sql = bound(engine, "INSERT INTO c (p_id, x) VALUES ($1, $2)");
        assert_eq!(
            scoped(engine, &sql),
            format!("INSERT INTO c (p_id, x, {names}, t) VALUES ({}, $2, {nulls}, T)", own_p(engine, "$1"))
        );
    }
}

#[test]
fn a_bound_value_is_sent_as_often_as_it_stands() {
    let value = |index| Argument::Value(index);
    let tenant = Argument::Tenant(TenantType::BigInt);
    let sqlite = scope(Engine::Sqlite, "INSERT INTO c (p_id, x) VALUES (?, ?)").expect("planned");
    let arguments = [value(0), tenant, value(0), value(0), value(1), tenant];
    assert_eq!((sqlite.values(), sqlite.arguments()), (2, arguments.as_slice()));
    assert_eq!(sqlite.order(), ValueOrder::Repeated);
    let postgres = scope(Engine::Postgres, "INSERT INTO c (p_id, x) VALUES ($1, $2)").expect("planned");
    assert_eq!(postgres.arguments(), [value(0), value(1), tenant]);
    assert_ne!(postgres.order(), ValueOrder::Repeated);
    let numbered = scope(Engine::Sqlite, "INSERT INTO c (p_id, x) VALUES (?1, ?2)").expect("planned");
    assert_eq!(numbered.arguments(), [value(0), value(1), tenant]);
    let unchecked = scope(Engine::MySql, "INSERT INTO c (x) VALUES (?)").expect("planned");
    assert_ne!(unchecked.order(), ValueOrder::Repeated);
}

#[test]
fn what_names_no_row_is_left() {
    for engine in ENGINES {
        for (sql, expected) in [
            ("UPDATE c SET p_id = NULL", "UPDATE c SET p_id = NULL WHERE c.t = T"),
            ("UPDATE c SET x = 7", "UPDATE c SET x = 7 WHERE c.t = T"),
            ("UPDATE c SET p_id = p_id, x = 7", "UPDATE c SET p_id = p_id, x = 7 WHERE c.t = T"),
            ("UPDATE c AS d SET p_id = d.p_id", "UPDATE c AS d SET p_id = d.p_id WHERE d.t = T"),
        ] {
            assert_eq!(scoped(engine, sql), expected, "{engine:?}");
        }
    }
}

/// A DEFAULT may name another tenant's row.
#[test]
fn what_a_statement_leaves_to_a_default_is_null() {
    let ([all, all_nulls], [others, other_nulls]) = (rest(&[]), rest(&["p_id"]));
    for engine in ENGINES {
        for (sql, expected) in [
            (
                "INSERT INTO c (x) VALUES (7)",
                format!("INSERT INTO c (x, {all}, t) VALUES (7, {all_nulls}, T)"),
            ),
            (
                "INSERT INTO c (p_id) VALUES (NULL)",
                format!("INSERT INTO c (p_id, {others}, t) VALUES (NULL, {other_nulls}, T)"),
            ),
            (
                "INSERT INTO c (p_id, x) VALUES (DEFAULT, 7), (NULL, DEFAULT)",
                format!(
                    "INSERT INTO c (p_id, x, {others}, t) VALUES (NULL, 7, {other_nulls}, T), (NULL, DEFAULT, {other_nulls}, T)"
                ),
            ),
            ("UPDATE c SET p_id = DEFAULT", "UPDATE c SET p_id = NULL WHERE c.t = T".to_owned()),
            (
                "UPDATE c SET q_a = DEFAULT, q_b = DEFAULT",
                "UPDATE c SET q_a = NULL, q_b = NULL WHERE c.t = T".to_owned(),
            ),
        ] {
            assert_eq!(scoped(engine, sql), expected, "{engine:?}");
        }
        for sql in [
            "INSERT INTO c (x) SELECT x FROM q",
            "INSERT INTO c (x) SELECT DISTINCT x FROM q UNION ALL SELECT x FROM q",
        ] {
            let text = scoped(engine, sql);
            let arms = text.matches(" FROM q").count();
            let expected = format!("x, {}, T FROM q", selected_nulls(engine, 7));
            assert_eq!(text.matches(&expected).count(), arms, "{engine:?}: {text}");
            assert!(!text.contains("EXISTS"), "{text}");
        }
    }
    for sql in [
        "INSERT INTO c (id, x) VALUES (1, 7) ON CONFLICT (id) DO UPDATE SET p_id = DEFAULT",
        "INSERT INTO c DEFAULT VALUES",
        "INSERT INTO log DEFAULT VALUES",
    ] {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let text = scoped(engine, sql);
            assert!(!text.contains("DEFAULT") && text.contains("p_id"), "{text}");
        }
    }
    for sql in [
        "INSERT INTO c () VALUES (), ()",
        "INSERT INTO c VALUES ()",
        "INSERT INTO log () VALUES ()",
        "INSERT INTO c SET x = 7",
        "INSERT INTO c SET p_id = DEFAULT",
        "INSERT INTO c (id) VALUES (1) ON DUPLICATE KEY UPDATE p_id = DEFAULT",
    ] {
        let text = scoped(Engine::MySql, sql);
        assert!(!text.contains("DEFAULT") && text.contains("p_id"), "{text}");
    }
    assert_refused(&[Engine::MySql], "INSERT INTO c (p_id) VALUES (DEFAULT(p_id))", "cannot be checked");
}

/// Where the database is said to have a DEFAULT, or makes an id of NULL, nothing is as good as a value.
#[test]
fn a_default_that_is_not_null_is_refused() {
    let child = || {
        Table::tenant("c", "t", TenantType::BigInt)
            .with_columns(["t", "id", "x", "p_id"])
            .with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]))
    };
    let catalogue = |child| {
        let parent = Table::tenant("p", "t", TenantType::BigInt)
            .with_columns(["t", "id", "x"])
            .with_key_types([("id", KeyType::Integer)]);
        Catalogue::new([parent, child]).expect("no conflicts")
    };
    let defaulted = catalogue(child().with_defaults(["p_id"]));
    let identity = catalogue(child().with_primary_key(["p_id"]));
    for engine in ENGINES {
        for sql in [
            "INSERT INTO c (x) VALUES (7)",
            "INSERT INTO c (p_id) VALUES (DEFAULT)",
            "INSERT INTO c (x) SELECT x FROM p",
            "UPDATE c SET p_id = DEFAULT",
        ] {
            for catalogue in [&defaulted, &identity] {
                let refusal = scope_statement(catalogue, engine, sql).expect_err(sql).to_string();
                assert!(refusal.contains("a DEFAULT of `p_id`"), "{engine:?}: {refusal}");
            }
        }
        let null = "INSERT INTO c (p_id) VALUES (NULL)";
        assert!(scope_statement(&defaulted, engine, null).is_ok());
        for value in ["NULL", "COALESCE(NULL, 5)", "CASE WHEN x THEN 5 END", "(SELECT id FROM p)"] {
            let sql = format!("INSERT INTO c (p_id) VALUES ({value})");
            assert!(scope_statement(&identity, engine, &sql).is_err(), "{sql}");
        }
        let bound = bound(engine, "INSERT INTO c (p_id) VALUES ($1)");
        let checked = scope_statement(&identity, engine, &bound).expect("planned");
        assert!(!checked.sql().contains("IS NULL"), "{}", checked.sql());
        let joined = "INSERT INTO c (p_id) SELECT p.id FROM c AS d LEFT JOIN p ON p.id = d.x";
        assert!(scope_statement(&identity, engine, joined).expect("planned").sql().contains("EXISTS"));
    }
    // SQLite's REPLACE takes the DEFAULT for NULL where the column takes no NULL.
    let keyed = catalogue(child().with_primary_key(["t", "id"]).with_tenant_in_every_key());
    for sql in ["REPLACE INTO c (id, p_id) VALUES (1, NULL)", "UPDATE OR REPLACE c SET p_id = NULL"] {
        let refusal = scope_statement(&keyed, Engine::Sqlite, sql).expect_err(sql).to_string();
        assert!(refusal.contains("makes a DEFAULT of NULL"), "{refusal}");
    }
    assert!(scope_statement(&keyed, Engine::MySql, "REPLACE INTO c (id, p_id) VALUES (1, NULL)").is_ok());
}

/// BIGINT and a number that floats are compared as such, which takes two integers for one.
#[test]
fn a_value_is_compared_in_the_type_that_it_is_stored_in() {
    let catalogue = |types: &[(&str, KeyType)]| {
        let parent = Table::tenant("p", "t", TenantType::BigInt).with_key_types(types.iter().copied());
        let child = Table::tenant("c", "t", TenantType::BigInt)
            .with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]))
            .with_foreign_key(ForeignKey::new(["a", "b"], "p", ["a", "b"]));
        Catalogue::new([parent, child]).expect("no conflicts")
    };
    let text = |catalogue: &Catalogue, engine, value: &str| {
        let sql = bound(engine, &format!("UPDATE c SET p_id = {value}"));
        let scope =
            scope_statement(catalogue, engine, &sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
        scope.sql().replace(['"', '`'], "")
    };
    let integer = catalogue(&[("id", KeyType::Integer)]);
    for value in ["$1", "x", "CAST(x AS DOUBLE PRECISION)", "5e0"] {
        let text = text(&integer, Engine::Postgres, value);
        let cast = format!("CAST({value} AS BIGINT)");
        assert!(value == "5e0" || text.matches(&cast).count() == 3, "{text}");
    }
    for value in ["?", "x", "CAST(x AS DECIMAL)", "5e0", "'5'"] {
        let text = text(&integer, Engine::MySql, value);
        assert!(text.contains(&format!("THEN CAST({value} AS SIGNED) END")), "{text}");
    }
    let typed = [KeyType::Unsigned, KeyType::Decimal, KeyType::Text, KeyType::Char, KeyType::Uuid];
    let casts = ["BIGINT", "NUMERIC", "TEXT", "bpchar", "UUID"].map(|ty| format!("CAST($1 AS {ty})"));
    for (ty, cast) in typed.into_iter().zip(casts) {
        let text = text(&catalogue(&[("id", ty)]), Engine::Postgres, "$1");
        assert!(
            text.contains(&format!("p.id = {cast}")) && text.contains(&format!("THEN {cast} END")),
            "{text}"
        );
    }
    let casts = ["CAST(? AS UNSIGNED)", "CAST(? AS DECIMAL(65,30))", "CONCAT(?)", "CONCAT(?)", "?"];
    for (ty, cast) in typed.into_iter().zip(casts) {
        let text = text(&catalogue(&[("id", ty)]), Engine::MySql, "$1");
        assert!(text.contains(&format!("THEN {cast} END")), "{text}");
    }
    // Each value of a key of several columns is stored as it was compared.
    let several = catalogue(&[("a", KeyType::Integer), ("b", KeyType::Text)]);
    let both =
        scope_statement(&several, Engine::Postgres, "INSERT INTO c (a, b) VALUES ($1, $2)").expect("planned");
    assert!(both.sql().contains("THEN CAST($1 AS BIGINT) END, CAST($2 AS TEXT), "), "{}", both.sql());
    assert!(both.sql().contains(r#""p"."a" = CAST($1 AS BIGINT) AND "p"."b" = CAST($2 AS TEXT)"#));
}

/// A column that rounds, or drops spaces, may store another key than was checked.
#[test]
fn a_key_to_a_column_of_another_type_is_a_conflict() {
    use KeyType::{Char, Decimal, Integer, Text, Uuid};
    let is_conflict = |column, key| {
        let parent = Table::tenant("p", "t", TenantType::BigInt).with_key_types([("id", key)]);
        let child = Table::tenant("c", "t", TenantType::BigInt).with_key_types([("p_id", column)]);
        let child = child.with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]));
        Catalogue::new([parent, child]).is_err()
    };
    for (column, key) in [(Char, Text), (Integer, Text), (Text, Integer), (Integer, Decimal), (Uuid, Char)] {
        assert!(is_conflict(column, key), "{column:?} to {key:?}");
    }
    for (column, key) in [(Char, Char), (Text, Char), (Text, Text), (Decimal, Integer), (Uuid, Uuid)] {
        assert!(!is_conflict(column, key), "{column:?} to {key:?}");
    }
}

/// What reads alike as texts is the same value, whatever the type.
#[test]
fn a_value_of_an_unknown_type_must_read_as_the_key() {
    let catalogue = Catalogue::new([
        Table::tenant("p", "t", TenantType::BigInt),
        Table::tenant("c", "t", TenantType::BigInt)
            .with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]))
            .with_foreign_key(ForeignKey::new(["a", "b"], "p", ["a", "b"])),
    ])
    .expect("no conflicts");
    let text = |engine, sql: &str| {
        let scope = scope_statement(&catalogue, engine, &bound(engine, sql));
        scope.map(|scoped| scoped.sql().replace(['"', '`'], ""))
    };
    let alike = |key: &str, value: &str| format!("CAST({key} AS TEXT) = CAST({value} AS TEXT)");
    for value in ["$1", "$1::FLOAT8", "DOUBLE PRECISION '5'"] {
        let text = text(Engine::Postgres, &format!("UPDATE c SET p_id = {value}")).expect("planned");
        assert!(text.contains(&alike("p.id", value)), "{text}");
    }
    let column = text(Engine::Postgres, "UPDATE c SET p_id = x").expect("planned");
    assert!(column.contains(&alike("own_parents.own_key", "x")), "{column}");
    for literal in ["5", "'5'", "-5"] {
        let text = text(Engine::Postgres, &format!("UPDATE c SET p_id = {literal}")).expect("planned");
        assert!(!text.contains("AS TEXT"), "{text}");
    }
    for value in ["?", "5e0", "'5'"] {
        let text = text(Engine::MySql, &format!("UPDATE c SET p_id = {value}")).expect("planned");
        assert!(text.contains(&format!("CONCAT(p.id) = CONCAT({value}) AND p.id = {value}")), "{text}");
    }
    // The type of one of several values is settled with the others', and that of the key's own may change with it.
    for engine in [Engine::Postgres, Engine::MySql] {
        for value in ["COALESCE($1, p_id)", "CASE WHEN x IS NULL THEN $1 ELSE p_id END"] {
            let refusal = text(engine, &format!("UPDATE c SET p_id = {value}")).expect_err(value).to_string();
            assert!(refusal.contains("Table::with_key_types"), "{engine:?}: {refusal}");
            assert!(text(Engine::Sqlite, &format!("UPDATE c SET p_id = {value}")).is_ok());
        }
        let union = "INSERT INTO c (p_id) SELECT id FROM p UNION ALL SELECT x FROM p";
        assert!(text(engine, union).is_err());
        assert!(text(engine, "UPDATE c SET p_id = COALESCE(5, p_id)").is_ok());
    }
    let sorted = "INSERT INTO c (p_id) VALUES ($1), ($2) LIMIT 2";
    assert!(text(Engine::Postgres, sorted).is_err());
    assert!(text(Engine::Postgres, "INSERT INTO c (p_id) VALUES ($1), ($2)").is_ok());
}

/// SQLite's affinity of a column or a cast would convert the key instead of the value.
#[test]
fn a_value_takes_the_affinity_of_the_key_on_sqlite() {
    let text = |value: &str| scoped(Engine::Sqlite, &format!("UPDATE c SET p_id = {value}"));
    for value in ["CAST('1' AS INTEGER)", "x", "c.x"] {
        assert!(text(value).contains(&format!(" = +{value})")), "{}", text(value));
    }
    for value in ["5", "'5'", "-x", "+x"] {
        assert!(!text(value).contains(&format!("+{value})")), "{}", text(value));
    }
}

#[test]
fn keys_that_keep_to_the_tenant_or_lead_to_shared_tables_are_left() {
    let [names, nulls] = rest(&[]);
    for engine in ENGINES {
        let left = "INSERT INTO c (r_id, ref_id) VALUES (7, 8)";
        let expected = format!("INSERT INTO c (r_id, ref_id, {names}, t) VALUES (7, 8, {nulls}, T)");
        assert_eq!(scoped(engine, left), expected);
    }
}

#[test]
fn a_link_to_the_tenants_own_table_is_checked_by_its_key() {
    for engine in ENGINES {
        let five = equal(engine, "root.id", "5");
        let row = format!("EXISTS (SELECT 1 FROM root WHERE root.id = T AND {five})");
        let value = own(engine, &row, "c (friend) names no row of root", "5");
        assert_eq!(
            scoped(engine, "UPDATE c SET friend = 5"),
            format!("UPDATE c SET friend = {value} WHERE c.t = T")
        );
    }
}

#[test]
fn a_parent_in_a_schema_and_a_writable_shared_table_are_checked() {
    for engine in ENGINES {
        let five = equal(engine, "far.id", "5");
        let far = own(
            engine,
            &format!("EXISTS (SELECT 1 FROM app.far WHERE far.t = T AND {five})"),
            "c (far_id) names no row of app.far",
            "5",
        );
        assert_eq!(
            scoped(engine, "UPDATE c SET far_id = 5"),
            format!("UPDATE c SET far_id = {far} WHERE c.t = T")
        );
        let five = equal(engine, "p.id", "5");
        let row = format!("EXISTS (SELECT 1 FROM p WHERE p.t = T AND {five})");
        let value = own(engine, &row, "log (p_id) names no row of p", "5");
        assert_eq!(
            scoped(engine, "INSERT INTO log (p_id) VALUES (5)"),
            format!("INSERT INTO log (p_id) VALUES ({value})")
        );
        assert_refused(&[engine], "INSERT INTO log VALUES (5)", "INSERT without a column list");
    }
}

#[test]
fn a_parent_that_is_not_in_the_catalogue_takes_no_value() {
    assert_refused(
        &ENGINES,
        "INSERT INTO c (u_id) VALUES (5)",
        "whose parent `unknown` is not in the catalogue",
    );
    assert_refused(&ENGINES, "UPDATE c SET u_id = 5", "TenancyBuilder::without_parent_check");
    for engine in ENGINES {
        assert_eq!(scoped(engine, "UPDATE c SET u_id = NULL"), "UPDATE c SET u_id = NULL WHERE c.t = T");
    }
}

#[test]
fn a_key_of_several_columns_is_checked_as_a_whole() {
    let [names, nulls] = rest(&["q_a", "q_b"]);
    for engine in ENGINES {
        let failure = "c (q_a, q_b) names no row of q";
        let [one, two] = [("q.a", "1"), ("q.b", "2")].map(|(key, value)| equal(engine, key, value));
        let row = format!("EXISTS (SELECT 1 FROM q WHERE q.t = T AND {one} AND {two})");
        let value = own(engine, &row, failure, "1");
        assert_eq!(
            scoped(engine, "INSERT INTO c (q_b, q_a) VALUES (2, 1)"),
            format!("INSERT INTO c (q_b, q_a, {names}, t) VALUES (2, {value}, {nulls}, T)")
        );
        assert_eq!(
            scoped(engine, "INSERT INTO c (q_a, q_b) VALUES (1, NULL)"),
            format!("INSERT INTO c (q_a, q_b, {names}, t) VALUES (1, NULL, {nulls}, T)")
        );
        assert_eq!(
            scoped(engine, "INSERT INTO c (q_a, q_b) VALUES (1, DEFAULT)"),
            format!("INSERT INTO c (q_a, q_b, {names}, t) VALUES (1, NULL, {nulls}, T)")
        );
        let pairs = [("own_parents.own_key", "1"), ("own_parents.own_key_2", "c.q_b")];
        let [one, column] = pairs.map(|(key, value)| equal(engine, key, value));
        let condition = format!(
            "{} IS NULL OR EXISTS (SELECT 1 FROM (SELECT q.a AS own_key, q.b AS own_key_2 FROM q WHERE q.t = T) AS own_parents WHERE {one} AND {column})",
            stored(engine, "c.q_b")
        );
        let value = own(engine, &condition, failure, "1");
        assert_eq!(
            scoped(engine, "UPDATE c SET q_a = 1"),
            format!("UPDATE c SET q_a = {value} WHERE c.t = T")
        );
        assert_eq!(scoped(engine, "UPDATE c SET q_a = q_a"), "UPDATE c SET q_a = q_a WHERE c.t = T");
    }
    assert_refused(&ENGINES, "INSERT INTO c (q_a) VALUES (1)", "a part of the foreign key (q_a, q_b)");
}

#[test]
fn a_value_that_changes_before_it_is_written_is_not_checked() {
    // MySQL assigns from left to right: what stands to the right of a check may see another value than the check.
    for sql in [
        "UPDATE c SET q_a = 1, x = 7, q_b = x",
        "UPDATE c SET q_a = 1, q_b = q_a",
        "UPDATE c SET q_a = q_a, x = 7, q_b = c.x",
        "UPDATE c SET q_b = x, x = 7, q_a = 1",
    ] {
        assert_refused(&[Engine::MySql], sql, "a value of `q_a, q_b` that cannot be checked");
        for engine in [Engine::Sqlite, Engine::Postgres] {
            assert!(scoped(engine, sql).contains("own_key_2 = "), "{engine:?}: {sql}");
        }
    }
    for sql in
        ["UPDATE c SET q_a = 1, q_b = 2", "UPDATE c SET q_b = q_b, q_a = 1", "UPDATE c SET x = 7, q_a = x"]
    {
        assert!(scoped(Engine::MySql, sql).contains("c (q_a, q_b) names no row of q"), "{sql}");
    }
    let without_parent = "UPDATE c SET q_a = NULL, q_b = x";
    assert_eq!(scoped(Engine::MySql, without_parent), format!("{without_parent} WHERE c.t = T"));
}

#[test]
fn a_column_keeps_its_meaning_in_a_check() {
    let [names, _] = rest(&["p_id"]);
    for engine in ENGINES {
        let nulls = selected_nulls(engine, 6);
        let (own, scope) = (own_p_column(engine, "x"), "c.t = T");
        assert_eq!(
            scoped(engine, "UPDATE c SET p_id = x"),
            format!("UPDATE c SET p_id = {own} WHERE {scope}")
        );
        assert_eq!(
            scoped(engine, "INSERT INTO c (p_id) SELECT x FROM q UNION ALL SELECT 7 FROM q"),
            format!(
                "INSERT INTO c (p_id, {names}, t) SELECT {own} AS x, {nulls}, T FROM q WHERE q.t = T UNION ALL SELECT {}, {nulls}, T FROM q WHERE q.t = T",
                own_p(engine, "7")
            )
        );
    }
    assert_refused(
        &ENGINES,
        "INSERT INTO c (p_id) SELECT own_parents.x FROM q AS own_parents",
        "own_parents",
    );
    // SQLite skips the first of these, MySQL takes the last for the same name.
    for name in ["own_key", "\u{FEFF}own_key", "own_key_2", "q.OWN_KEY", "own_k\u{e9}y"] {
        let sql = format!("UPDATE c SET p_id = {name}");
        for engine in ENGINES {
            assert!(scope(engine, &sql).is_err(), "{engine:?}: {sql}");
        }
    }
}

#[test]
fn the_parents_own_key_is_left() {
    for engine in ENGINES {
        let [names, nulls] = rest(&["p_id"]);
        let selected = selected_nulls(engine, 6);
        for (sql, expected) in [
            (
                "INSERT INTO c (p_id) SELECT id FROM p",
                &format!("INSERT INTO c (p_id, {names}, t) SELECT id, {selected}, T FROM p WHERE p.t = T"),
            ),
            (
                "INSERT INTO c (p_id) SELECT d.id FROM q JOIN p AS d ON d.x = q.x",
                &format!(
                    "INSERT INTO c (p_id, {names}, t) SELECT d.id, {selected}, T FROM q JOIN p AS d ON d.x = q.x WHERE q.t = T AND d.t = T"
                ),
            ),
            (
                "INSERT INTO c (p_id) VALUES ((SELECT id FROM p WHERE name = 'a'))",
                &format!(
                    "INSERT INTO c (p_id, {names}, t) VALUES ((SELECT id FROM p WHERE p.t = T AND (name = 'a')), {nulls}, T)"
                ),
            ),
            (
                "UPDATE c SET c_id = (SELECT d.id FROM c AS d WHERE d.x = 1)",
                &"UPDATE c SET c_id = (SELECT d.id FROM c AS d WHERE d.t = T AND (d.x = 1)) WHERE c.t = T"
                    .to_owned(),
            ),
        ] {
            assert_eq!(&scoped(engine, sql), expected, "{engine:?}");
        }
        let largest = scoped(engine, "UPDATE c SET p_id = (SELECT MAX(p.id) FROM p)");
        assert!(!largest.contains("own"), "{largest}");
    }
    let joined = "UPDATE c SET p_id = p.id FROM p WHERE p.x = c.x";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        assert_eq!(
            scoped(engine, joined),
            "UPDATE c SET p_id = p.id FROM p WHERE c.t = T AND p.t = T AND (p.x = c.x)"
        );
    }
}

#[test]
fn another_column_of_the_parent_or_of_another_table_is_checked() {
    for engine in ENGINES {
        for sql in [
            "INSERT INTO c (p_id) SELECT p.x FROM p",
            "INSERT INTO c (p_id) SELECT q.id FROM p, q",
            "INSERT INTO c (p_id) SELECT id FROM q",
            "INSERT INTO c (p_id) SELECT p_id FROM c",
            "INSERT INTO c (p_id) WITH w AS (SELECT id FROM q) SELECT w.id FROM w",
            "UPDATE c SET p_id = (SELECT p_id FROM c AS d WHERE d.id = 5)",
            "UPDATE c SET p_id = old_p_id",
            "UPDATE c SET p_id = (SELECT 7)",
            "INSERT INTO c (p_id) SELECT d.id FROM (SELECT x AS id FROM p) AS d",
        ] {
            assert!(scoped(engine, sql).contains("names no row of p of its tenant"), "{engine:?}: {sql}");
        }
    }
    // What is called `id` there is another column.
    for sql in [
        "UPDATE c SET p_id = d.id FROM p AS d (a, b, id)",
        "UPDATE c SET p_id = p.id FROM (SELECT x AS id FROM p) AS p",
        "INSERT INTO c (p_id) SELECT d.id FROM p AS d (a, b, id)",
    ] {
        let text = scoped(Engine::Postgres, sql);
        assert!(text.contains("names no row of p of its tenant"), "{text}");
    }
}

#[test]
fn each_value_that_may_be_chosen_is_checked() {
    for engine in ENGINES {
        let (five, six) = (own_p(engine, "5"), own_p(engine, "6"));
        assert_eq!(
            scoped(engine, "UPDATE c SET p_id = CASE WHEN x = 1 THEN 5 WHEN x = 2 THEN 6 ELSE p_id END"),
            format!(
                "UPDATE c SET p_id = CASE WHEN x = 1 THEN {five} WHEN x = 2 THEN {six} ELSE p_id END WHERE c.t = T"
            )
        );
        assert_eq!(
            scoped(engine, "UPDATE c SET p_id = COALESCE((5), p_id)"),
            format!("UPDATE c SET p_id = COALESCE(({five}), p_id) WHERE c.t = T")
        );
    }
}

#[test]
fn a_value_that_may_differ_when_evaluated_again_is_refused() {
    for value in ["ABS(5)", "5 + 1", "(SELECT MAX(x) FROM p)", "(SELECT ABS(id) FROM p)"] {
        assert_refused(&ENGINES, &format!("INSERT INTO c (p_id) VALUES ({value})"), "cannot be checked");
        assert_refused(&ENGINES, &format!("UPDATE c SET p_id = {value}"), "cannot be checked");
    }
    assert_refused(&[Engine::MySql], "INSERT INTO c (p_id) VALUES (x)", "cannot be checked");
    assert_refused(&ENGINES, "INSERT INTO c (p_id) SELECT * FROM p", "cannot be checked");
    assert_refused(&ENGINES, "INSERT INTO c (p_id, p_id) VALUES (1, 2)", "twice");
    assert_refused(&ENGINES, "UPDATE c SET (p_id, x) = (1, 2)", "set the column by itself");
}

#[test]
fn an_upsert_is_checked_where_the_insert_was_not() {
    let engines = [Engine::Sqlite, Engine::Postgres];
    for engine in engines {
        let insert = |update: &str| {
            format!("INSERT INTO c (id, p_id) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET {update}")
        };
        let expected = |update: &str| {
            let [names, nulls] = rest(&["p_id"]);
            format!(
                "INSERT INTO c (id, p_id, {names}, t) VALUES (1, {}, {nulls}, T) ON CONFLICT(id) DO UPDATE SET {update} WHERE c.t = T",
                own_p(engine, "5")
            )
        };
        for left in ["p_id = excluded.p_id", "p_id = excluded.old_p_id", "p_id = c.p_id"] {
            assert_eq!(scoped(engine, &insert(left)), expected(left));
        }
        let other = format!("p_id = {}", own_p_column(engine, "excluded.c_id"));
        assert_eq!(scoped(engine, &insert("p_id = excluded.c_id")), expected(&other));
        assert_eq!(scoped(engine, &insert("p_id = 6")), expected(&format!("p_id = {}", own_p(engine, "6"))));
        // Only in an upsert does `excluded` stand for the row to insert.
        let update = scoped(engine, "UPDATE c SET p_id = excluded.p_id FROM q AS excluded");
        assert!(update.contains(&own_p_column(engine, "excluded.p_id")), "{update}");
    }
    let mixed =
        "INSERT INTO c (id, q_a, q_b) VALUES (1, 2, 3) ON CONFLICT (id) DO UPDATE SET q_a = excluded.q_a";
    for engine in engines {
        assert_eq!(scoped(engine, mixed).matches("names no row of q").count(), 2);
        let both = scoped(engine, &format!("{mixed}, q_b = excluded.q_b"));
        assert_eq!(both.matches("names no row of q").count(), 1, "{both}");
    }
}

#[test]
fn on_duplicate_key_update_is_checked_where_what_it_sees_is_certain() {
    let insert =
        |update: &str| format!("INSERT INTO c (id, p_id) VALUES (1, 5) ON DUPLICATE KEY UPDATE {update}");
    let planned_update = |update: &str| {
        let text = scoped(Engine::MySql, &insert(update));
        text.split("NULL), ").nth(1).map(str::to_owned).unwrap_or_default()
    };
    for left in ["p_id = VALUES(p_id)", "p_id = VALUES(old_p_id)", "p_id = p_id", "c_id = VALUES(c_id)"] {
        assert_eq!(planned_update(left), left);
    }
    assert_eq!(planned_update("p_id = 6"), format!("p_id = {}", own_p(Engine::MySql, "6")));
    for refused in ["c_id = 6", "p_id = x", "p_id = VALUES(x)", "q_a = VALUES(q_a)"] {
        assert_refused(&[Engine::MySql], &insert(refused), "cannot be checked");
    }
    let pair = "q_a = VALUES(q_a), q_b = VALUES(q_b)";
    assert_eq!(planned_update(pair), pair);
}

#[test]
fn insert_set_is_checked() {
    let rest =
        "old_p_id = NULL, c_id = NULL, q_a = NULL, q_b = NULL, friend = NULL, far_id = NULL, u_id = NULL";
    let expected = format!("INSERT INTO c SET x = 1, p_id = {}, {rest}, t = T", own_p(Engine::MySql, "5"));
    assert_eq!(scoped(Engine::MySql, "INSERT INTO c SET x = 1, p_id = 5"), expected);
    assert_refused(&[Engine::MySql], "INSERT INTO c SET x = 1, p_id = x", "cannot be checked");
    assert_refused(&[Engine::MySql], "INSERT INTO c SET q_a = 1", "a part of the foreign key");
}

#[test]
fn a_write_reads_its_own_target_as_the_engine_allows() {
    let text = |engine| scoped(engine, "UPDATE c SET c_id = 5");
    let plain = "EXISTS (SELECT 1 FROM c WHERE c.t = T AND c.id = 5)";
    assert!(text(Engine::Sqlite).contains(plain));
    assert!(text(Engine::Postgres).contains(plain));
    let materialised = "EXISTS (SELECT 1 FROM (SELECT 1 FROM c WHERE c.t = T AND c.id = CONCAT(5) AND c.id = 5 LIMIT 1) AS own_parents)";
    assert!(text(Engine::MySql).contains(materialised));
    let column = scoped(Engine::MySql, "UPDATE c SET c_id = x");
    assert!(column.contains("(SELECT DISTINCT c.id AS own_key FROM c WHERE c.t = T) AS own_parents"));
}

#[test]
fn a_limited_update_reads_no_parent_on_mysql() {
    let sql = "UPDATE c SET p_id = 5 ORDER BY x LIMIT 1";
    assert_refused(&[Engine::MySql], sql, "a subquery in an UPDATE");
}

#[test]
fn a_text_literal_takes_the_type_of_the_parents_key_on_postgres() {
    let text = scoped(Engine::Postgres, "UPDATE c SET p_id = 'a'");
    let expected = "THEN 'a' ELSE (SELECT p.id FROM p WHERE p.t = T AND p.id = 'a') END WHERE c.t = T";
    assert!(text.ends_with(expected), "{text}");
    let cast = scoped(Engine::Postgres, "UPDATE c SET p_id = $1::uuid");
    assert!(cast.ends_with("THEN CAST($1::UUID AS BIGINT) END WHERE c.t = T"), "{cast}");
}

#[test]
fn writes_in_common_table_expressions_are_checked() {
    let text = scoped(
        Engine::Postgres,
        "WITH w AS (INSERT INTO c (p_id) VALUES (5) RETURNING id) UPDATE c SET p_id = 6 WHERE id IN (SELECT id FROM w)",
    );
    assert!(
        text.contains(&own_p(Engine::Postgres, "5")) && text.contains(&own_p(Engine::Postgres, "6")),
        "{text}"
    );
}

#[test]
fn an_engines_message_tells_the_key() {
    let catalogue = tables();
    let message = "JSON path error near 'sea_orm_multitenant: c (p_id) names no row of p of its tenant'";
    let (table, key) = catalogue.failed_foreign_key(message).expect("it is one of them");
    assert_eq!(
        (table.name(), key.columns(), key.parent()),
        ("c", ["p_id".to_owned()].as_slice(), "p".to_owned())
    );
    assert_eq!(
        catalogue.failed_foreign_key("sea_orm_multitenant: c (x) names no row of p of its tenant"),
        None
    );
    assert_eq!(catalogue.failed_foreign_key("FOREIGN KEY constraint failed"), None);
}

#[test]
fn a_key_can_be_left_to_the_database() {
    let table = || {
        let keys = ["p_id", "old_p_id"].map(|column| ForeignKey::new([column], "p", ["id"]));
        keys.into_iter().fold(Table::tenant("c", "t", TenantType::BigInt), Table::with_foreign_key)
    };
    assert_eq!(table().without_foreign_keys().foreign_keys(), []);
    let one = table().without_foreign_key("p_id");
    assert_eq!(one.foreign_keys(), [ForeignKey::new(["old_p_id"], "p", ["id"])]);
}

#[test]
fn a_key_that_cannot_be_checked_is_a_conflict() {
    let table = || Table::tenant("c", "t", TenantType::BigInt).with_columns(["t", "id"]);
    let conflicts = |key| Catalogue::new([table().with_foreign_key(key)]).err().unwrap_or_default();
    let missing = conflicts(ForeignKey::new(["p_id"], "p", ["id"]));
    assert!(
        matches!(missing.as_slice(), [Conflict::MissingColumn { column, .. }] if column == "p_id"),
        "{missing:?}"
    );
    let unpaired = conflicts(ForeignKey::new(["id"], "p", ["a", "b"]));
    assert!(
        matches!(unpaired.as_slice(), [Conflict::ForeignKey { parent, .. }] if parent == "p"),
        "{unpaired:?}"
    );
    let unusable = conflicts(ForeignKey::new(["id"], "p'", ["id"]));
    assert!(matches!(unusable.as_slice(), [Conflict::Name { name }] if name == "p'"), "{unusable:?}");
}

#[test]
fn keys_of_several_declarations_of_a_table_are_all_checked() {
    let table = |column: &str| {
        Table::tenant("c", "t", TenantType::BigInt).with_foreign_key(ForeignKey::new([column], "p", ["id"]))
    };
    let parent = Table::tenant("p", "t", TenantType::BigInt);
    let catalogue = Catalogue::new([table("a"), parent, table("b"), table("a")]).expect("no conflicts");
    let scope =
        scope_statement(&catalogue, Engine::Sqlite, "INSERT INTO c (a, b) VALUES (1, 2)").expect("planned");
    assert_eq!(scope.sql().matches("EXISTS").count(), 2);
}

#[test]
fn rows_of_a_shared_table_that_tenants_refer_to_stay() {
    for sql in
        ["DELETE FROM kind WHERE id = 1", "UPDATE kind SET id = 2", "UPDATE kind SET ID = 2, name = 'x'"]
    {
        for engine in ENGINES {
            let refusal = scope(engine, sql).expect_err(sql).to_string();
            assert!(refusal.contains("to which rows of `thing` of all tenants refer"), "{refusal}");
        }
    }
    for sql in
        ["REPLACE INTO kind (id, name) VALUES (1, 'x')", "DELETE kind FROM kind JOIN c ON c.id = kind.id"]
    {
        let refusal = scope(Engine::MySql, sql).expect_err(sql).to_string();
        assert!(refusal.contains("to which rows of `thing` of all tenants refer"), "{refusal}");
    }
    for engine in ENGINES {
        assert!(scope(engine, "UPDATE kind SET name = 'x' WHERE id = 1").is_ok());
        assert!(scope(engine, "INSERT INTO kind (id, name) VALUES (1, 'x')").is_ok());
        assert!(scope(engine, "DELETE FROM log").is_ok());
    }
}

#[test]
fn no_value_that_is_checked_escapes_the_check() {
    for (sql, part) in [
        ("UPDATE c JOIN q ON q.id = c.id SET c.p_id = 1", "which is checked, in an UPDATE of a join"),
        ("INSERT IGNORE INTO c (id, p_id) VALUES (1, 1)", "IGNORE where foreign keys are checked"),
        ("UPDATE IGNORE c SET p_id = 1", "IGNORE where foreign keys are checked"),
    ] {
        let refusal = scope(Engine::MySql, sql).expect_err(sql).to_string();
        assert!(refusal.contains(part), "{sql}: {refusal}");
    }
}

#[test]
fn in_a_scope_of_several_tenants_a_checked_value_is_refused() {
    for engine in ENGINES {
        for sql in ["INSERT INTO c (t, id, p_id) VALUES (1, 1, 5)", "UPDATE c SET p_id = 5"] {
            let refused = sea_orm_multitenant_sql::scope_statement_for(&tables(), engine, sql, Whom::Set(2));
            let refusal = refused.expect_err(sql).to_string();
            assert!(refusal.contains("in a scope of several tenants"), "{refusal}");
        }
        let sql = "INSERT INTO c (t, id, p_id) VALUES (1, 1, NULL)";
        assert!(sea_orm_multitenant_sql::scope_statement_for(&tables(), engine, sql, Whom::Set(2)).is_ok());
    }
}

#[test]
fn the_parent_is_among_the_tables_of_the_statement() {
    for engine in ENGINES {
        for sql in ["UPDATE c SET p_id = 5", "INSERT INTO c (x, p_id) VALUES (1, 5)"] {
            let scope = scope(engine, sql).expect("it is scoped");
            assert_eq!(scope.tables(), ["c", "p"], "{engine:?}: {sql}");
        }
    }
}
