//! INSERT, without a conflict clause.

use super::shape::{Shape, built, exact, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Expr, ExprTrait, Func, InsertStatement, Query};

/// An insert into the tags.
fn into_tags<const N: usize>(columns: [&'static str; N], rows: Vec<[Expr; N]>) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table("tag").columns(columns);
    for row in rows {
        insert.values_panic(row);
    }
    insert.to_owned()
}

pub(super) fn shapes() -> Vec<Shape> {
    let row = |id: i32, name: &str| [Expr::val(id), Expr::val(name)];
    let named = |id: i32, name: &str| into_tags(["id", "name"], vec![row(id, name)]);
    let mut shapes = vec![
        built("a row", &named(1, "a")),
        built("two rows", &into_tags(["id", "name"], vec![row(1, "a"), row(2, "b")])),
        built("ten rows", &into_tags(["id", "name"], (0..10).map(|id| row(id, "x")).collect())),
        built(
            "a row that names the tenant",
            &into_tags(["id", "account_id"], vec![[Expr::val(1), Expr::val(7_i64)]]),
        ),
        built(
            "rows of which one names the tenant",
            &into_tags(
                ["id", "account_id"],
                vec![[Expr::val(1), Expr::val(7_i64)], [Expr::val(2), Expr::null()]],
            ),
        ),
        built(
            "the tenant first",
            &into_tags(["account_id", "id", "name"], vec![[Expr::val(7_i64), Expr::val(1), Expr::val("a")]]),
        ),
        built("a row with a null", &into_tags(["id", "name"], vec![[Expr::val(1), Expr::null()]])),
        built(
            "a computed value",
            &into_tags(["id", "name"], vec![[Expr::val(1).add(2), Func::upper(Expr::val("a")).into()]]),
        ),
        built(
            "a value written by hand",
            &into_tags(["id", "name"], vec![[Expr::cust("1 + 1"), Expr::val("a")]]),
        ),
        built(
            "a value of a subquery",
            &into_tags(
                ["id", "name"],
                vec![[
                    Expr::from(Query::select().expr(Expr::col("id").max()).from("tag").take()),
                    Expr::val("a"),
                ]],
            ),
        ),
        built("a default value", &into_tags(["id", "name"], vec![[Expr::keyword_default(), Expr::val("a")]]))
            .on(&[Postgres, MySql]),
        built("nothing set", Query::insert().into_table("tag").or_default_values()),
        built(
            "nothing set, and the key wanted",
            Query::insert().into_table("tag").or_default_values().returning_col("id"),
        ),
        built("nothing set, for two rows", Query::insert().into_table("tag").or_default_values_many(2)),
        built("a row, and its key wanted", named(1, "a").returning_col("id")),
        built("a row, and all of it wanted", named(1, "a").returning_all()),
        built(
            "a row, and columns wanted",
            named(1, "a").returning(Query::returning().columns(["id", "name"])),
        ),
        built(
            "a row, and an expression wanted",
            named(1, "a").returning(
                Query::returning().exprs([Expr::col("id").add(1), Func::lower(Expr::col("name")).into()]),
            ),
        ),
        built(
            "from a select",
            Query::insert()
                .into_table("tag")
                .columns(["id", "name"])
                .select_from(Query::select().columns(["id", "name"]).from("project").take())
                .expect("two columns"),
        ),
        built(
            "from a select of values unless there",
            Query::insert()
                .into_table("tag")
                .columns(["name"])
                .select_from(
                    Query::select()
                        .expr(Expr::val("a"))
                        .cond_where(
                            Expr::exists(
                                Query::select()
                                    .expr(Expr::val(1))
                                    .from("tag")
                                    .and_where(Expr::col("name").eq("a"))
                                    .take(),
                            )
                            .not(),
                        )
                        .take(),
                )
                .expect("one column"),
        ),
        built(
            "into a shared table",
            Query::insert().into_table("country").columns(["code"]).values_panic(["FR".into()]),
        ),
        built(
            "into a shared table that is writable",
            Query::insert().into_table("visit").columns(["path"]).values_panic(["/".into()]),
        ),
        built(
            "into the tenants' own table",
            Query::insert().into_table("account").columns(["id"]).values_panic([7.into()]),
        ),
        built(
            "into an unknown table",
            Query::insert().into_table("secret").columns(["id"]).values_panic([7.into()]),
        ),
        built(
            "a link",
            Query::insert()
                .into_table("task_tag")
                .columns(["task_id", "tag_id"])
                .values_panic([1.into(), 2.into()]),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("literals", "INSERT INTO tag (id, name) VALUES (1, 'a'), (2, 'it''s')"),
            ("a literal tenant", "INSERT INTO tag (account_id, id) VALUES (7, 1)"),
            ("a computed tenant", "INSERT INTO tag (account_id, id) VALUES (3 + 4, 1)"),
            ("without columns", "INSERT INTO tag VALUES (?, ?, ?)"),
            ("from a union", "INSERT INTO tag (id, name) SELECT id, name FROM project UNION ALL SELECT id, name FROM task"),
            ("from a select with values", "INSERT INTO tag (id, name) SELECT id, ? FROM project WHERE id = ?"),
            ("from a join", "INSERT INTO task_tag (task_id, tag_id) SELECT t.id, g.id FROM task AS t JOIN tag AS g ON g.name = t.name"),
            ("from a select that names the tenant", "INSERT INTO tag (account_id, id, name) SELECT account_id, id, name FROM project"),
        ],
    ));
    shapes.extend([
        exact(Sqlite, "or nothing", "INSERT OR IGNORE INTO tag (id, name) VALUES (?, ?)"),
        exact(Sqlite, "or in place", "INSERT OR REPLACE INTO tag (id, name) VALUES (?, ?)"),
        exact(Sqlite, "in place", "REPLACE INTO tag (id, name) VALUES (?, ?)"),
        exact(MySql, "or nothing, in MySQL's words", "INSERT IGNORE INTO tag (id, name) VALUES (?, ?)"),
        exact(MySql, "in place, on MySQL", "REPLACE INTO tag (id, name) VALUES (?, ?)"),
        exact(MySql, "by assignments", "INSERT INTO tag SET id = ?, name = ?"),
        exact(Postgres, "under a name", "INSERT INTO tag AS t (id, name) VALUES ($1, $2) RETURNING t.id"),
        exact(
            Postgres,
            "over a generated key",
            "INSERT INTO tag (id, name) OVERRIDING SYSTEM VALUE VALUES ($1, $2)",
        ),
        exact(Postgres, "an array", "INSERT INTO task (id, labels) VALUES ($1, ARRAY['a', 'b'])"),
        exact(Postgres, "an enumeration", "INSERT INTO task (id, state) VALUES ($1, $2::\"task_state\")"),
    ]);
    shapes
}
