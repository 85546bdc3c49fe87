use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Engine::{MySql, Postgres, Sqlite},
    Found, Literal, TenantCheckKind,
};

#[test]
fn an_absent_tenant_column_is_added_to_every_row() {
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (x) VALUES (1), (2)",
        "INSERT INTO p (x, t) VALUES (1, T), (2, T)",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO root (name) VALUES ('a')",
        "INSERT INTO root (name, id) VALUES ('a', T)",
    );
    assert_scoped(&ENGINES, "INSERT INTO log (x) VALUES (1)", "INSERT INTO log (x) VALUES (1)");
}

#[test]
fn a_present_tenant_column_is_filled_by_the_scope_and_its_values_are_checked() {
    for engine in ENGINES {
        let scoped = scope(engine, "INSERT INTO p (t, x) VALUES (7, 1), ('7', 2), (NULL, 3), (DEFAULT, 4)")
            .expect("scoped");
        let found: Vec<_> =
            scoped.checks().iter().map(|check| (&*check.table, check.kind, check.found.clone())).collect();
        let literal = |literal| ("p", TenantCheckKind::Insert, Found::Literal(literal));
        assert_eq!(found, [literal(Literal::Number("7".to_owned())), literal(Literal::Text("7".to_owned()))]);
        assert!(!scoped.sql().contains('7'), "{}", scoped.sql());
    }
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (t, x) VALUES (7, 1), (NULL, 2), (DEFAULT, 3)",
        "INSERT INTO p (t, x) VALUES (T, 1), (T, 2), (T, 3)",
    );
}

#[test]
fn a_computed_tenant_is_refused() {
    for value in ["1 + 1", "(SELECT 2)", "abs(2)", "-1"] {
        assert_refused(
            &ENGINES,
            &format!("INSERT INTO p (t, x) VALUES ({value}, 1)"),
            "a computed value in the tenant column",
        );
    }
}

#[test]
fn an_insert_from_a_select_is_scoped_and_carries_the_tenant() {
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (x) SELECT x FROM q WHERE id > 1",
        "INSERT INTO p (x, t) SELECT x, T FROM q WHERE q.t = T AND (id > 1)",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (x) SELECT x FROM q UNION ALL SELECT x FROM ref_",
        "INSERT INTO p (x, t) SELECT x, T FROM q WHERE q.t = T UNION ALL SELECT x, T FROM ref_",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (x, t, name) SELECT a.x, a.t, b.name FROM q AS a JOIN r AS b ON b.id = a.id",
        "INSERT INTO p (x, t, name) SELECT a.x, T, b.name FROM q AS a JOIN r AS b ON b.id = a.id WHERE a.t = T AND b.t = T",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (t, x) SELECT t, x FROM q",
        "INSERT INTO p (t, x) SELECT T, x FROM q WHERE q.t = T",
    );
}

#[test]
fn a_selected_tenant_that_is_not_certainly_the_scopes_is_refused() {
    let computed = "a computed value in the tenant column";
    for select in [
        "SELECT x, x FROM q",
        "SELECT t + 1, x FROM q",
        "SELECT * FROM ref_",
        "SELECT ref_.t, x FROM ref_",
        "SELECT q.t, q.x FROM ref_ LEFT JOIN q ON q.x = ref_.x",
        "SELECT t, x FROM q, ref_",
    ] {
        assert_refused(&ENGINES, &format!("INSERT INTO p (t, x) {select}"), computed);
    }
    assert_refused(&ENGINES, "INSERT INTO p (x, t) SELECT q.*, q.t FROM q", computed);
}

#[test]
fn the_tenant_in_a_select_list_is_cast_where_the_engine_would_guess_its_type() {
    let scoped = scope(Postgres, "INSERT INTO word (x) SELECT DISTINCT x FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), r#"INSERT INTO "word" ("x", "t") SELECT DISTINCT "x", $1::TEXT FROM "ref_""#);
    let scoped = scope(Sqlite, "INSERT INTO word (x) SELECT DISTINCT x FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), r#"INSERT INTO `word` (`x`, `t`) SELECT DISTINCT `x`, ? FROM `ref_`"#);
}

#[test]
fn default_rows_keep_their_defaults() {
    assert_scoped(&ENGINES, "INSERT INTO p DEFAULT VALUES", "INSERT INTO p (t) VALUES (T)");
    assert_scoped(&[Postgres], "INSERT INTO p VALUES (DEFAULT)", "INSERT INTO p (t) VALUES (T)");
    assert_scoped(&[MySql], "INSERT INTO p VALUES ()", "INSERT INTO p (t) VALUES (T)");
    assert_scoped(&[MySql], "INSERT INTO p () VALUES (), ()", "INSERT INTO p (t) VALUES (T), (T)");
}

#[test]
fn a_row_has_as_many_values_as_columns() {
    for source in ["VALUES (1)", "VALUES (1, 2), (3)", "SELECT x FROM q", "SELECT x, id, 1 FROM q"] {
        let sql = format!("INSERT INTO p (id, x) {source}");
        assert_refused(&ENGINES, &sql, "another number of values than columns");
    }
    assert_refused(&[Postgres], "INSERT INTO p (x) SELECT FROM q", "another number of values than columns");
    assert_refused(&ENGINES, "INSERT INTO p (x) SELECT q.x, 1, q.* FROM q", "another number of values");
}

#[test]
fn a_missing_column_list_is_written_out_when_the_databases_order_is_known() {
    assert_scoped(
        &ENGINES,
        "INSERT INTO p VALUES (NULL, 1, 2, 'a')",
        "INSERT INTO p (t, id, x, name) VALUES (T, 1, 2, 'a')",
    );
    assert_scoped(&[Postgres], "INSERT INTO p VALUES (NULL, 1)", "INSERT INTO p (t, id) VALUES (T, 1)");
    assert_refused(
        &[Sqlite, MySql],
        "INSERT INTO p VALUES (NULL, 1)",
        "another number of values than columns",
    );
    assert_refused(
        &ENGINES,
        "INSERT INTO p VALUES (NULL, 1, 2, 'a', 5)",
        "another number of values than columns",
    );
    assert_refused(&ENGINES, "INSERT INTO loose VALUES (1, 2)", "name the columns");
    assert_scoped(
        &ENGINES,
        "INSERT INTO p SELECT q.t, q.id, q.x, q.name FROM q",
        "INSERT INTO p (t, id, x, name) SELECT T, q.id, q.x, q.name FROM q WHERE q.t = T",
    );
}

#[test]
fn the_tenant_column_twice_is_refused() {
    assert_refused(&ENGINES, "INSERT INTO p (t, x, t) VALUES (1, 2, 3)", "name it once");
    assert_refused(&[Sqlite, MySql], "INSERT INTO p (t, x, T) VALUES (1, 2, 3)", "name it once");
    assert_refused(&[MySql], "INSERT INTO p SET t = 1, t = 2", "twice in one SET list");
}

#[test]
fn an_insert_of_assignments_carries_the_tenant() {
    assert_scoped(&[MySql], "INSERT INTO p SET x = 1", "INSERT INTO p SET x = 1, t = T");
    assert_scoped(&[MySql], "INSERT INTO p SET t = 7, x = 1", "INSERT INTO p SET t = T, x = 1");
    assert_refused(&[MySql], "INSERT INTO p SET t = 1 + 1", "a computed value in the tenant column");
}

#[test]
fn returning_is_scoped() {
    assert_scoped(
        &ENGINES,
        "INSERT INTO p (x) VALUES (1) RETURNING id, (SELECT max(x) FROM q) AS m",
        "INSERT INTO p (x, t) VALUES (1, T) RETURNING id, (SELECT max(x) FROM q WHERE q.t = T) AS m",
    );
}

#[test]
fn writes_to_shared_tables_need_a_declaration() {
    assert_refused(&ENGINES, "INSERT INTO ref_ (x) VALUES (1)", "read-only in a scope");
    assert_scoped(
        &ENGINES,
        "INSERT INTO log (x) SELECT x FROM p",
        "INSERT INTO log (x) SELECT x FROM p WHERE p.t = T",
    );
}
