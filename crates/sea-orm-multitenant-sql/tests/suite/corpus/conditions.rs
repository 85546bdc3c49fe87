//! WHERE.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Cond, Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement};

/// The ids of the projects of which a condition holds.
fn projects(condition: impl sea_query::IntoCondition) -> SelectStatement {
    Query::select().column("id").from("project").cond_where(condition).take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let budget = || Expr::col(("project", "budget"));
    let name = || Expr::col("name");
    let mut shapes = vec![
        built("equal", &projects(Expr::col("id").eq(3))),
        built("not equal", &projects(name().ne("Apollo"))),
        built("less", &projects(budget().lt(10))),
        built("less or equal", &projects(budget().lte(10))),
        built("greater", &projects(budget().gt(10))),
        built("greater or equal", &projects(budget().gte(10))),
        built("between", &projects(budget().between(1, 9))),
        built("not between", &projects(budget().not_between(1, 9))),
        built("in a list", &projects(Expr::col("id").is_in([1, 2, 3]))),
        built("not in a list", &projects(Expr::col("id").is_not_in([1, 2, 3]))),
        built("in an empty list", &projects(Expr::col("id").is_in(Vec::<i32>::new()))),
        built("not in an empty list", &projects(Expr::col("id").is_not_in(Vec::<i32>::new()))),
        built("in one value", &projects(Expr::col("id").is_in([7]))),
        built("null", &projects(Expr::col("lead_id").is_null())),
        built("not null", &projects(Expr::col("lead_id").is_not_null())),
        built("like", &projects(name().like("Apo%"))),
        built("like with an escape", &projects(name().like(LikeExpr::new("50|%").escape('|')))),
        built("like with a backslash as escape", &projects(name().like(LikeExpr::new(r"50\%").escape('\\')))),
        built("not like", &projects(name().not_like("%x%"))),
        built("is a truth value", &projects(budget().gt(1).is(true))),
        built("is not a truth value", &projects(budget().gt(1).is_not(true))),
        built("all of two", &projects(Cond::all().add(name().eq("a")).add(budget().gt(1)))),
        built("any of two", &projects(Cond::any().add(name().eq("a")).add(budget().gt(1)))),
        built("all of none", &projects(Cond::all())),
        built("any of none", &projects(Cond::any())),
        built(
            "any inside all",
            &projects(
                Cond::all().add(Cond::any().add(name().eq("a")).add(name().eq("b"))).add(budget().is_null()),
            ),
        ),
        built(
            "all inside any",
            &projects(
                Cond::any().add(Cond::all().add(name().eq("a")).add(budget().lt(3))).add(budget().is_null()),
            ),
        ),
        built("none of two", &projects(Cond::any().not().add(name().eq("a")).add(budget().gt(1)))),
        built("not all of two", &projects(Cond::all().not().add(name().eq("a")).add(budget().gt(1)))),
        built("not of one", &projects(name().eq("a").not())),
        built(
            "conditions one after the other",
            &Query::select()
                .column("id")
                .from("project")
                .and_where(name().eq("a"))
                .and_where(budget().gt(1).or(budget().is_null()))
                .take(),
        ),
        built("two columns", &projects(Expr::col("lead_id").equals("id"))),
        built("two columns that differ", &projects(Expr::col("lead_id").not_equals(("project", "id")))),
        built("a computed side", &projects(budget().add(1).mul(2).gt(budget().div(3).sub(4)))),
        built("a remainder", &projects(budget().modulo(2).eq(0))),
        built("shifted bits", &projects(budget().left_shift(1).right_shift(2).eq(0))),
        built("bits", &projects(budget().bit_and(1).bit_or(2).ne(0))),
        built("a function of a column", &projects(Expr::from(Func::lower(name())).eq("apollo"))),
        built("a column that may be missing", &projects(Expr::col("lead_id").if_null(0).gt(1))),
        built(
            "pairs in a list",
            &projects(Expr::tuple([Expr::col("id"), name()]).in_tuples([(1, "a"), (2, "b")])),
        ),
        built(
            "a pair",
            &projects(Expr::tuple([Expr::col("id"), budget()]).eq(Expr::tuple([1.into(), 2.into()]))),
        ),
        built("written by hand", &projects(Expr::cust("budget > 3 OR name = 'x'"))),
        built(
            "written by hand with values",
            &projects(Expr::cust_with_values("budget > ? OR name = ?", [3, 4])),
        )
        .on(&[Sqlite, MySql]),
        built(
            "written by hand with numbered values",
            &projects(Expr::cust_with_values("budget > $1 OR id = $1", [3])),
        )
        .on(&[Postgres]),
        built("a constant that holds", &projects(Expr::val(1).eq(1))),
        built("true", &projects(Expr::val(true))),
        built("false", &projects(Expr::val(false))),
        built("a null", &projects(Expr::col("lead_id").eq(Expr::null()))),
        built("the tenant column", &projects(Expr::col("account_id").eq(1_i64))),
        built(
            "another tenant, or anything",
            &projects(Expr::col("account_id").eq(2_i64).or(Expr::val(1).eq(1))),
        ),
        built("today", &projects(Expr::col("created_at").gt(Expr::current_date()))),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("or without parentheses", "SELECT id FROM project WHERE id = ? OR 1 = 1"),
            ("and before or", "SELECT id FROM project WHERE id = ? OR id = ? AND name = ?"),
            ("not before or", "SELECT id FROM project WHERE NOT id = ? OR id = ?"),
            ("no spaces", "SELECT id FROM project WHERE(id=?)OR(name='a')"),
            ("a value of its own", "SELECT id FROM project WHERE ?"),
            ("two values", "SELECT id FROM project WHERE ? = ?"),
            ("a literal with a quote", "SELECT id FROM project WHERE name = 'it''s'"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite, Postgres],
        &[("distinct from", "SELECT id FROM project WHERE lead_id IS DISTINCT FROM ?")],
    ));
    shapes.extend(texts(
        &[MySql],
        &[
            ("a null-safe equality", "SELECT id FROM project WHERE lead_id <=> ?"),
            ("a pattern", "SELECT id FROM project WHERE name REGEXP ?"),
            ("either of two", "SELECT id FROM project WHERE id = 1 XOR id = 2"),
        ],
    ));
    shapes.extend(texts(&[Sqlite], &[("a glob", "SELECT id FROM project WHERE name GLOB ?")]));
    shapes
}
