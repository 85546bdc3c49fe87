//! UPDATE and DELETE of tables in a join (MySQL).

use super::{assert_refused, assert_scoped};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn an_update_of_a_join_reads_and_writes_the_tenants_rows() {
    assert_scoped(
        &[MySql],
        "UPDATE p JOIN q ON p.id = q.id SET p.x = q.x, q.name = 'a' WHERE q.id > 1 OR q.id = 0",
        "UPDATE p JOIN q ON p.id = q.id SET p.x = q.x, q.name = 'a' WHERE p.t = T AND q.t = T AND (q.id > 1 OR q.id = 0)",
    );
    assert_scoped(
        &[MySql],
        "UPDATE p AS a LEFT JOIN p AS b ON a.id = b.x SET b.x = 1, a.name = 'a'",
        "UPDATE p AS a LEFT JOIN p AS b ON b.t = T AND (a.id = b.x) SET b.x = 1, a.name = 'a' WHERE a.t = T",
    );
    assert_scoped(
        &[MySql],
        "UPDATE p RIGHT JOIN q ON p.id = q.id SET p.x = (SELECT max(x) FROM r)",
        "UPDATE p RIGHT JOIN q ON p.t = T AND (p.id = q.id) SET p.x = (SELECT max(x) FROM r WHERE r.t = T) WHERE q.t = T",
    );
    assert_scoped(
        &[MySql],
        "UPDATE p JOIN ref_ ON ref_.id = p.x JOIN log ON log.id = p.id SET p.x = ref_.x, log.x = 2",
        "UPDATE p JOIN ref_ ON ref_.id = p.x JOIN log ON log.id = p.id SET p.x = ref_.x, log.x = 2 WHERE p.t = T",
    );
    assert_scoped(
        &[MySql],
        "UPDATE p JOIN (SELECT max(x) AS x FROM q) AS m ON m.x = p.id SET p.x = 1",
        "UPDATE p JOIN (SELECT max(x) AS x FROM q WHERE q.t = T) AS m ON m.x = p.id SET p.x = 1 WHERE p.t = T",
    );
}

#[test]
fn an_update_of_a_join_writes_nothing_else() {
    for (sql, part) in [
        ("UPDATE p JOIN q ON p.id = q.id SET x = 1", "`x` without its table"),
        ("UPDATE p JOIN q ON p.id = q.id SET q.t = 2", "the tenant column of `q` cannot be changed"),
        ("UPDATE p JOIN q ON p.id = q.id SET q.t = p.t", "the tenant column of `q` cannot be changed"),
        ("UPDATE p JOIN q ON p.id = q.id SET r.x = 2", "`r` is not in the catalogue"),
        ("UPDATE p AS a JOIN q ON a.id = q.id SET p.x = 2", "`p` is not in the catalogue"),
        ("UPDATE p JOIN ref_ ON p.id = ref_.id SET ref_.x = 2", "read-only in a scope"),
        ("UPDATE p JOIN secret ON p.id = secret.id SET p.x = 2", "`secret` is not in the catalogue"),
        ("UPDATE p JOIN (SELECT 1 AS x) AS d ON p.id = d.x SET d.x = 2", "`d` is not in the catalogue"),
        ("UPDATE p NATURAL JOIN q SET p.x = 2", "NATURAL or USING join"),
        ("UPDATE p JOIN q USING (id) SET p.x = 2", "NATURAL or USING join"),
        (
            "UPDATE p JOIN q ON p.id = q.id SET p.x = 1 ORDER BY p.id LIMIT 1",
            "ORDER BY or LIMIT in an UPDATE of a join",
        ),
        ("UPDATE p JOIN q ON p.id = q.id SET p._rowid = 1", "a write to the column `_rowid`"),
        ("UPDATE p, q JOIN r ON r.id = q.id SET p.x = 1", ""),
        ("UPDATE p, (SELECT 1 AS x) AS d SET p.x = 1", ""),
        ("UPDATE p, q SET p.x = 1 LIMIT 1", "ORDER BY or LIMIT in an UPDATE of a join"),
    ] {
        assert_refused(&[MySql], sql, part);
    }
    assert_refused(&[Sqlite, Postgres], "UPDATE p JOIN q ON q.x = p.id SET p.x = 1", "UPDATE of a join");
}

#[test]
fn tables_between_commas_are_joined() {
    assert_scoped(
        &[MySql],
        "UPDATE p, q AS b SET p.x = b.x, b.x = 1 WHERE p.id = b.id",
        "UPDATE p CROSS JOIN q AS b SET p.x = b.x, b.x = 1 WHERE p.t = T AND b.t = T AND (p.id = b.id)",
    );
}

#[test]
fn a_delete_from_a_join_deletes_the_tenants_rows() {
    assert_scoped(
        &[MySql],
        "DELETE p FROM p JOIN q ON p.id = q.id WHERE q.x = 1 OR q.x = 2",
        "DELETE p FROM p JOIN q ON p.id = q.id WHERE p.t = T AND q.t = T AND (q.x = 1 OR q.x = 2)",
    );
    assert_scoped(
        &[MySql],
        "DELETE p, b FROM p, q AS b WHERE b.id = p.id",
        "DELETE p, b FROM p, q AS b WHERE p.t = T AND b.t = T AND (b.id = p.id)",
    );
    assert_scoped(
        &[MySql],
        "DELETE FROM a USING p AS a LEFT JOIN q ON a.id = q.id WHERE q.id IS NULL",
        "DELETE a FROM p AS a LEFT JOIN q ON q.t = T AND (a.id = q.id) WHERE a.t = T AND (q.id IS NULL)",
    );
    assert_scoped(
        &[MySql],
        "DELETE q FROM p LEFT JOIN q ON p.id = q.id",
        "DELETE q FROM p LEFT JOIN q ON q.t = T AND (p.id = q.id) WHERE p.t = T",
    );
    assert_scoped(
        &[MySql],
        "DELETE a FROM p AS a WHERE a.x = 1",
        "DELETE a FROM p AS a WHERE a.t = T AND (a.x = 1)",
    );
}

#[test]
fn a_delete_from_a_join_deletes_nothing_else() {
    for (sql, part) in [
        ("DELETE r FROM p JOIN q ON p.id = q.id", "`r` is not in the catalogue"),
        ("DELETE p FROM p AS a JOIN q ON a.id = q.id", "`p` is not in the catalogue"),
        ("DELETE ref_ FROM p JOIN ref_ ON p.id = ref_.id", "read-only in a scope"),
        ("DELETE p FROM p JOIN secret ON p.id = secret.id", "`secret` is not in the catalogue"),
        ("DELETE p FROM p NATURAL JOIN q", "NATURAL or USING join"),
        ("DELETE app.p FROM p JOIN q ON p.id = q.id", "`app.p` is not in the catalogue"),
        ("DELETE FROM p JOIN q ON p.id = q.id", "name the table to delete from"),
        ("DELETE FROM p AS a USING p AS a JOIN q ON a.id = q.id", "a join between FROM and USING"),
        ("DELETE q FROM p USING p JOIN q ON p.id = q.id", "DELETE with FROM and USING"),
        ("DELETE p FROM p JOIN q ON p.id = q.id LIMIT 1", "ORDER BY or LIMIT in a DELETE from a join"),
    ] {
        assert_refused(&[MySql], sql, part);
    }
    assert_refused(&[Sqlite, Postgres], "DELETE p FROM p JOIN q ON q.x = p.id", "");
}
