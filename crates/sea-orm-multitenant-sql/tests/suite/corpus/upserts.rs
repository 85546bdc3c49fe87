//! INSERT with a conflict clause.

use super::shape::{Shape, built, exact};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Expr, ExprTrait, Func, InsertStatement, OnConflict, Query};

/// A tag that may be there.
fn tag(on_conflict: &OnConflict) -> InsertStatement {
    Query::insert()
        .into_table("tag")
        .columns(["id", "name", "colour"])
        .values_panic([1.into(), "a".into(), "red".into()])
        .on_conflict(on_conflict.clone())
        .to_owned()
}

pub(super) fn shapes() -> Vec<Shape> {
    let links = || {
        Query::insert()
            .into_table("task_tag")
            .columns(["task_id", "tag_id"])
            .values_panic([1.into(), 2.into()])
            .values_panic([1.into(), 3.into()])
            .to_owned()
    };
    let mut shapes = vec![
        built("nothing", &tag(OnConflict::new().do_nothing())),
        built("nothing on a column", &tag(OnConflict::column("name").do_nothing())),
        built("nothing on the key", &tag(OnConflict::column("id").do_nothing())),
        built("nothing on the whole key", &tag(OnConflict::columns(["account_id", "id"]).do_nothing())),
        built("nothing, by keys on MySQL", &tag(OnConflict::column("name").do_nothing_on(["id"]))),
        built("a column", &tag(OnConflict::column("name").update_column("colour"))),
        built("two columns", &tag(OnConflict::column("id").update_columns(["name", "colour"]))),
        built(
            "a column, on the whole key",
            &tag(OnConflict::columns(["account_id", "name"]).update_column("colour")),
        ),
        built("a value", &tag(OnConflict::column("name").value("colour", "blue"))),
        built(
            "a computed value",
            &tag(OnConflict::column("name").value("colour", Func::upper(Expr::col(("tag", "colour"))))),
        ),
        built(
            "values",
            &tag(OnConflict::column("name")
                .values([("colour", Expr::val("blue")), ("id", Expr::val(2).add(1))])),
        ),
        built(
            "a column and a value",
            &tag(OnConflict::column("name").update_column("id").value("colour", "blue")),
        ),
        built("the tenant column", &tag(OnConflict::column("name").update_columns(["account_id", "colour"]))),
        built(
            "a column where it differs",
            &tag(OnConflict::column("name")
                .update_column("colour")
                .action_and_where(Expr::col(("tag", "colour")).ne("blue"))),
        ),
        built(
            "a column where a part of the rows is unique",
            &tag(OnConflict::column("name")
                .target_and_where(Expr::col("colour").is_not_null())
                .update_column("colour")),
        ),
        built(
            "on an expression",
            &tag(OnConflict::new().expr(Func::lower(Expr::col("name"))).update_column("colour")),
        ),
        built("on a constraint", &tag(OnConflict::constraint("tag_name").update_column("colour")))
            .on(&[Postgres]),
        built("nothing on a constraint", &tag(OnConflict::constraint("tag_name").do_nothing()))
            .on(&[Postgres]),
        built(
            "a column, and the key wanted",
            tag(OnConflict::column("name").update_column("colour")).returning_col("id"),
        ),
        built(
            "a column, and the row wanted",
            tag(OnConflict::column("name").update_column("colour")).returning_all(),
        ),
        built(
            "links, nothing on them",
            links().on_conflict(OnConflict::columns(["task_id", "tag_id"]).do_nothing().to_owned()),
        ),
        built(
            "links, nothing on them, by the whole key",
            links().on_conflict(
                OnConflict::columns(["account_id", "task_id", "tag_id"]).do_nothing().to_owned(),
            ),
        ),
        built(
            "from a select",
            Query::insert()
                .into_table("tag")
                .columns(["id", "name"])
                .select_from(
                    Query::select()
                        .columns(["id", "name"])
                        .from("project")
                        .cond_where(Expr::val(true))
                        .take(),
                )
                .expect("two columns")
                .on_conflict(OnConflict::column("name").update_column("id").to_owned()),
        ),
        built(
            "a subquery as a value",
            &tag(OnConflict::column("name")
                .value("id", Expr::from(Query::select().expr(Expr::col("id").max()).from("project").take()))),
        ),
        built(
            "into a shared table that is writable",
            Query::insert()
                .into_table("visit")
                .columns(["id", "path"])
                .values_panic([1.into(), "/".into()])
                .on_conflict(OnConflict::column("id").update_column("path").to_owned()),
        ),
        built(
            "into the tenants' own table",
            Query::insert()
                .into_table("account")
                .columns(["id", "name"])
                .values_panic([7.into(), "a".into()])
                .on_conflict(OnConflict::column("id").update_column("name").to_owned()),
        ),
    ];
    shapes.extend([
        exact(Postgres, "a computed value of both rows", "INSERT INTO tag (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = tag.name || EXCLUDED.name"),
        exact(Postgres, "several columns at once", "INSERT INTO tag (id, name, colour) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET (name, colour) = (EXCLUDED.name, EXCLUDED.colour)"),
        exact(Sqlite, "two targets", "INSERT INTO tag (id, name) VALUES (?, ?) ON CONFLICT (id) DO NOTHING ON CONFLICT (name) DO UPDATE SET id = excluded.id"),
        exact(MySql, "the row under a name", "INSERT INTO tag (id, name) VALUES (?, ?) AS new ON DUPLICATE KEY UPDATE name = new.name"),
        exact(MySql, "a sum of both rows", "INSERT INTO tag (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = id + VALUES(id)"),
        exact(MySql, "the last key", "INSERT INTO tag (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)"),
    ]);
    shapes
}
