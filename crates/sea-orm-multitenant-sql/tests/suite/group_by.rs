use super::assert_scoped;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn a_group_by_of_the_rest_of_the_key_gets_the_tenant_column() {
    assert_scoped(
        &[Postgres],
        "SELECT p.x FROM p GROUP BY p.id",
        "SELECT p.x FROM p WHERE p.t = T GROUP BY p.id, p.t",
    );
    assert_scoped(
        &[Postgres],
        "SELECT x FROM p GROUP BY id",
        "SELECT x FROM p WHERE p.t = T GROUP BY id, p.t",
    );
    assert_scoped(
        &[Postgres],
        "SELECT p.x, count(q.id) AS n FROM p LEFT JOIN q ON q.x = p.id GROUP BY p.id, q.id",
        "SELECT p.x, count(q.id) AS n FROM p LEFT JOIN q ON q.t = T AND (q.x = p.id) WHERE p.t = T GROUP BY p.id, q.id, p.t, q.t",
    );
}

#[test]
fn a_group_by_of_anything_else_stays_as_it_is() {
    let unchanged = [
        "GROUP BY p.x",
        "GROUP BY p.id, p.t",
        "GROUP BY ROLLUP (p.id)",
        "GROUP BY GROUPING SETS ((p.id), (p.x))",
        "GROUP BY 1",
    ];
    for group_by in unchanged {
        assert_scoped(
            &[Postgres],
            &format!("SELECT count(*) AS n FROM p {group_by}"),
            &format!("SELECT count(*) AS n FROM p WHERE p.t = T {group_by}"),
        );
    }
    assert_scoped(
        &[Sqlite, MySql],
        "SELECT p.x FROM p GROUP BY p.id",
        "SELECT p.x FROM p WHERE p.t = T GROUP BY p.id",
    );
}

#[test]
fn a_group_by_through_derived_tables_stays_as_it_is() {
    assert_scoped(
        &[Postgres],
        "SELECT p.id FROM p JOIN q USING(id) GROUP BY p.id",
        "SELECT p.id FROM (SELECT * FROM p WHERE p.t = T) AS p JOIN (SELECT * FROM q WHERE q.t = T) AS q USING(id) GROUP BY p.id",
    );
}
