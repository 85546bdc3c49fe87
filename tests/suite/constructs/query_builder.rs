//! Every function and operator that SeaORM's query builder has a name for, through a scope.

use super::prelude::*;
use sea_orm::{
    Statement,
    sea_query::{
        CaseStatement, CommonTableExpression, Cycle, Expr, ExprTrait, Func, FunctionCall, IntoIden, LikeExpr,
        LockBehavior, LockType, OnConflict, Order, PgDateTruncUnit, Query, Search, SearchOrder, SelectExpr,
        SelectStatement, UnionType, WindowStatement, WithClause,
        extension::{
            postgres::{PgExpr, PgFunc},
            sqlite::SqliteExpr,
        },
    },
};

/// What becomes of an expression.
enum Outcome_ {
    /// It is answered.
    Runs,
    /// It is scoped, and this version of the engine has it not.
    Scoped,
    /// It is refused with this in the message.
    Refused(&'static str),
}
use Outcome_::{Refused, Runs, Scoped};

fn note() -> Expr {
    Expr::col("note")
}

fn id() -> Expr {
    Expr::col("id")
}

fn own(name: &'static str) -> FunctionCall {
    Func::cust(name)
}

/// What every engine is given.
fn common() -> Vec<(&'static str, Expr)> {
    let tags = || Query::select().column("id").from("tag").take();
    vec![
        ("max", Func::max(id()).into()),
        ("min", Func::min(id()).into()),
        ("sum", Func::sum(id()).into()),
        ("avg", Func::avg(id()).into()),
        ("abs", Func::abs(id()).into()),
        ("count", Func::count(id()).into()),
        ("count_distinct", Func::count_distinct(id()).into()),
        ("char_length", Func::char_length(note()).into()),
        ("greatest", Func::greatest([id(), Expr::val(2)]).into()),
        ("least", Func::least([id(), Expr::val(2)]).into()),
        ("if_null", Func::if_null(id(), 1).into()),
        ("coalesce", Func::coalesce([note(), Expr::val("a")]).into()),
        ("lower", Func::lower(note()).into()),
        ("upper", Func::upper(note()).into()),
        ("round", Func::round(id()).into()),
        ("random", Func::random().into()),
        ("add", id().add(1).sub(2).mul(3).div(4)),
        ("modulo", id().modulo(2)),
        ("shifts", id().left_shift(1).right_shift(1)),
        ("bits", id().bit_and(3).bit_or(4)),
        ("comparisons", id().eq(1).and(id().ne(2)).or(id().gt(1).and(id().lte(2))).not()),
        ("between", id().between(1, 3).and(id().not_between(5, 6))),
        ("is_in", id().is_in([1, 2]).and(id().is_not_in(Vec::<i64>::new()))),
        ("in_subquery", id().in_subquery(tags()).and(id().not_in_subquery(tags()))),
        ("in_tuples", Expr::tuple([id(), note()]).in_tuples([(1_i64, "a")])),
        ("exists", Expr::exists(tags())),
        (
            "scalar subquery",
            Expr::SubQuery(None, Box::new(Query::select().expr(Func::max(id())).from("tag").take().into())),
        ),
        ("is_null", id().is_null().or(note().is_not_null())),
        ("like", note().like("A-%").or(note().not_like(LikeExpr::new("b|_").escape('|')))),
        ("case", CaseStatement::new().case(id().gt(1), 2).finally(3).into()),
        ("keywords", Expr::current_timestamp()),
        ("cust", Expr::cust("1 + 1")),
    ]
}

fn sqlite() -> Vec<(&'static str, Expr, Outcome_)> {
    let object = || Expr::from(own("json_object").arg("n").arg(note()));
    vec![
        ("cast_as", Func::cast_as(id(), "text").into(), Runs),
        ("glob", SqliteExpr::glob(note(), "A-*"), Runs),
        // Only a full-text table has it.
        ("matches", SqliteExpr::matches(note(), "a"), Scoped),
        ("get_json_field", SqliteExpr::get_json_field(object(), "n"), Runs),
        ("cast_json_field", SqliteExpr::cast_json_field(object(), "n"), Runs),
        ("is value", id().is(1).or(id().is_not(2)), Runs),
        ("filter", Func::count(id()).filter(id().gt(1)).into(), Runs),
        ("bit_and", Func::bit_and(id()).into(), Refused("`bit_and`")),
        ("md5", Func::md5(note()).into(), Refused("`md5`")),
    ]
}

fn mariadb() -> Vec<(&'static str, Expr, Outcome_)> {
    vec![
        ("cast_as", Func::cast_as(id(), "char").into(), Runs),
        ("bit_and", Func::bit_and(id()).into(), Runs),
        ("bit_or", Func::bit_or(id()).into(), Runs),
        ("md5", Func::md5(note()).into(), Runs),
        ("round_with_precision", Func::round_with_precision(id(), 2).into(), Runs),
        ("any", Expr::col("id").eq(Expr::any(Query::select().column("id").from("tag").take())), Runs),
        ("some", Expr::col("id").eq(Expr::some(Query::select().column("id").from("tag").take())), Runs),
        ("all", Expr::col("id").gte(Expr::all(Query::select().column("id").from("tag").take())), Runs),
        ("is value", id().is(1), Refused("IS before a value")),
        ("is not value", id().is_not(1), Refused("IS before a value")),
        ("filter", Func::count(id()).filter(id().gt(1)).into(), Refused("FILTER")),
        ("get_lock", own("get_lock").arg("a").arg(1).into(), Refused("takes or tells of a lock")),
    ]
}

fn postgres() -> Vec<(&'static str, Expr, Outcome_)> {
    let object = || Expr::from(PgFunc::json_build_object(vec![(Expr::val("n"), note())]));
    let jsonb = || object().cast_as("jsonb");
    let document = || Expr::from(PgFunc::to_tsvector(note(), None));
    let words = || Expr::from(PgFunc::to_tsquery("A", None));
    let refused = "takes or tells of a lock";
    vec![
        ("cast_as", Func::cast_as(id(), "text").into(), Runs),
        ("cast_as_quoted", Func::cast_as_quoted(id(), "text").into(), Runs),
        ("as_enum", Expr::val("a").as_enum("text"), Runs),
        ("bit_and", Func::bit_and(id()).into(), Runs),
        ("bit_or", Func::bit_or(id()).into(), Runs),
        ("md5", Func::md5(note()).into(), Runs),
        ("any", id().eq(Expr::any(Query::select().column("id").from("tag").take())), Runs),
        ("all", id().gte(Expr::all(Query::select().column("id").from("tag").take())), Runs),
        ("concatenate", PgExpr::concat(note(), "a"), Runs),
        ("matches", PgExpr::matches(document(), words()), Runs),
        ("contains", PgExpr::contains(jsonb(), Expr::val("{}").cast_as("jsonb")), Runs),
        ("contained", PgExpr::contained(jsonb(), Expr::val("{}").cast_as("jsonb")), Runs),
        ("ilike", PgExpr::ilike(note(), "a-%").or(PgExpr::not_ilike(note(), "b")), Runs),
        ("get_json_field", PgExpr::get_json_field(object(), "n").cast_as("text"), Runs),
        ("cast_json_field", PgExpr::cast_json_field(object(), "n"), Runs),
        ("eq_any", PgExpr::eq_any(id(), vec![1_i64, 2]), Runs),
        ("ne_all", PgExpr::ne_all(id(), vec![1_i64, 2]), Runs),
        ("regex", Expr::cust("note ~ 'A' AND note ~* 'a'"), Runs),
        (
            "similarity",
            Expr::cust(
                "note % 'A' OR note <% 'A' OR note <<% 'A' OR note <-> 'A' < 1 OR note <<-> 'A' < 1 OR note <<<-> 'A' < 1",
            ),
            Runs,
        ),
        ("distances", Expr::cust("note <-> 'A' = note <#> 'A' OR note <=> 'A' = 0"), Scoped),
        ("to_tsquery", PgFunc::to_tsquery("A", None).cast_as("text"), Runs),
        ("phraseto_tsquery", PgFunc::phraseto_tsquery("A", None).cast_as("text"), Runs),
        ("plainto_tsquery", PgFunc::plainto_tsquery("A", None).cast_as("text"), Runs),
        ("websearch_to_tsquery", PgFunc::websearch_to_tsquery("A", None).cast_as("text"), Runs),
        ("ts_rank", PgFunc::ts_rank(document(), words()).into(), Runs),
        ("ts_rank_cd", PgFunc::ts_rank_cd(document(), words()).into(), Runs),
        ("starts_with", PgFunc::starts_with(note(), "A").into(), Runs),
        ("gen_random_uuid", PgFunc::gen_random_uuid().into(), Runs),
        ("json_agg", PgFunc::json_agg(note()).into(), Runs),
        ("array_agg", PgFunc::array_agg(note()).into(), Runs),
        ("array_agg_distinct", PgFunc::array_agg_distinct(note()).into(), Runs),
        ("date_trunc", PgFunc::date_trunc(PgDateTruncUnit::Day, Expr::current_timestamp()).into(), Runs),
        ("is value", id().is(1), Refused("IS before a value")),
        ("is not value", id().is_not(1), Refused("IS before a value")),
        ("filter", Func::count(id()).filter(id().gt(1)).into(), Runs),
        ("is distinct from", Expr::cust("id IS DISTINCT FROM 1"), Runs),
        ("advisory_lock", PgFunc::advisory_lock(1).into(), Refused(refused)),
        ("advisory_lock_shared", PgFunc::advisory_lock_shared(1).into(), Refused(refused)),
        ("try_advisory_lock", PgFunc::try_advisory_lock(1).into(), Refused(refused)),
        ("try_advisory_lock_shared", PgFunc::try_advisory_lock_shared(1).into(), Refused(refused)),
        ("advisory_unlock", PgFunc::advisory_unlock(1).into(), Refused(refused)),
        ("advisory_unlock_shared", PgFunc::advisory_unlock_shared(1).into(), Refused(refused)),
        ("advisory_unlock_all", PgFunc::advisory_unlock_all().into(), Refused(refused)),
        ("advisory_xact_lock", PgFunc::advisory_xact_lock(1).into(), Refused(refused)),
        ("advisory_xact_lock_shared", PgFunc::advisory_xact_lock_shared(1).into(), Refused(refused)),
        ("try_advisory_xact_lock", PgFunc::try_advisory_xact_lock(1).into(), Refused(refused)),
        ("try_advisory_xact_lock_shared", PgFunc::try_advisory_xact_lock_shared(1).into(), Refused(refused)),
    ]
}

async fn every_expression_is_answered_or_refused_by_name(db: &TestDb) -> Outcome {
    let own = match db.backend {
        Backend::Sqlite => sqlite(),
        Backend::Postgres => {
            execute(db.unscoped(), "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA pg_catalog").await?;
            postgres()
        }
        Backend::Mariadb => mariadb(),
    };
    let common = common().into_iter().map(|(name, expr)| (name, expr, Runs));
    for (name, expr, expected) in common.chain(own) {
        let select = Query::select().expr_as(expr, "a").from("tag").take();
        let outcome = answer(db, &select).await;
        match expected {
            Runs => outcome.unwrap_or_else(|error| panic!("{name}: {error}")),
            Scoped => {
                let error = outcome.expect_err(name);
                assert!(TenancyError::from_db_err(&error).is_none(), "{name}: {error}");
            }
            Refused(part) => {
                let error = outcome.expect_err(name);
                let refusal = TenancyError::from_db_err(&error).map(ToString::to_string).unwrap_or_default();
                assert!(says(&refusal, part), "{name}: {error}");
            }
        }
    }
    Ok(())
}

/// Runs a query of the builder in the tenant's scope.
async fn answer(db: &TestDb, select: &SelectStatement) -> Result<(), DbErr> {
    db.scope(1).query_all_raw(built(db, select)).await.map(|_| ())
}

fn built(db: &TestDb, select: &impl sea_orm::StatementBuilder) -> Statement {
    db.unscoped().get_database_backend().build(select)
}

async fn every_shape_of_a_query_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let notes = || Query::select().column("note").from("tag").order_by("note", Order::Asc).take();
    let plain = || Query::select().column("note").from("tag").take();
    let window = || WindowStatement::new().order_by("id", Order::Asc).take();
    let with = |cte: CommonTableExpression| WithClause::new().cte(cte).to_owned();
    let tags = || CommonTableExpression::new().table_name("c").column("note").query(plain()).to_owned();
    let mut shapes: Vec<(&str, Statement)> = vec![
        ("distinct", built(db, &notes().distinct().take())),
        (
            "union",
            built(
                db,
                &plain()
                    .union(
                        UnionType::All,
                        Query::select().column("note").from("tag").and_where(Expr::cust("1 = 0")).take(),
                    )
                    .take(),
            ),
        ),
        ("from_subquery", built(db, &Query::select().column("note").from_subquery(plain(), "d").take())),
        ("with", built(db, &Query::select().column("note").from("c").take().with(with(tags())))),
        (
            "window",
            built(
                db,
                &Query::select()
                    .column("note")
                    .expr_window_as(Func::cust("row_number"), window(), "n")
                    .from("tag")
                    .take(),
            ),
        ),
        (
            "named window",
            built(
                db,
                &Query::select()
                    .column("note")
                    .expr_window_name_as(Func::cust("row_number"), "w", "n")
                    .window("w", window())
                    .from("tag")
                    .take(),
            ),
        ),
        (
            "group and having",
            built(
                db,
                &Query::select()
                    .column("note")
                    .from("tag")
                    .group_by_col("note")
                    .and_having(Func::count(Expr::col("id")).gt(0))
                    .take(),
            ),
        ),
        ("limit and offset", built(db, &notes().limit(5).offset(0).take())),
        (
            "nulls",
            built(
                db,
                &Query::select()
                    .column("note")
                    .from("tag")
                    .order_by_with_nulls("note", Order::Desc, sea_orm::sea_query::NullOrdering::Last)
                    .take(),
            ),
        ),
        (
            "order by field",
            built(
                db,
                &Query::select()
                    .column("note")
                    .from("tag")
                    .order_by(
                        "id",
                        Order::Field(sea_orm::sea_query::Values(vec![2_i64.into(), 1_i64.into()])),
                    )
                    .take(),
            ),
        ),
        ("lock_exclusive", built(db, &notes().lock_exclusive().take())),
        ("lock_shared", built(db, &notes().lock_shared().take())),
    ];
    if db.backend == Backend::Postgres {
        shapes.extend([
            ("no key update", built(db, &notes().lock(LockType::NoKeyUpdate).take())),
            ("key share", built(db, &notes().lock(LockType::KeyShare).take())),
            (
                "skip locked",
                built(
                    db,
                    &notes()
                        .lock_with_tables_behavior(LockType::KeyShare, ["tag"], LockBehavior::SkipLocked)
                        .take(),
                ),
            ),
            (
                "distinct on",
                built(db, &Query::select().distinct_on([("tag", "note")]).column("note").from("tag").take()),
            ),
            (
                "lateral",
                built(
                    db,
                    &Query::select()
                        .column(("l", "note"))
                        .from("account")
                        .join_lateral(sea_orm::JoinType::InnerJoin, plain(), "l", Expr::val(true))
                        .take(),
                ),
            ),
            (
                "materialized",
                built(
                    db,
                    &Query::select()
                        .column("note")
                        .from("c")
                        .take()
                        .with(with(tags().materialized(true).to_owned())),
                ),
            ),
        ]);
    }
    for (name, statement) in shapes {
        let rows =
            db.scope(1).query_all_raw(statement).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut notes: Vec<String> =
            rows.iter().map(|row| row.try_get("", "note")).collect::<Result<_, _>>()?;
        notes.sort_unstable();
        assert_eq!(notes, ["A-later", "A-urgent"], "{name}");
    }
    Ok(())
}

async fn a_window_over_a_column_is_refused(db: &TestDb) -> Outcome {
    let select =
        Query::select().expr_window_as(Expr::col("note"), WindowStatement::new(), "n").from("tag").take();
    let error = answer(db, &select).await.expect_err("no engine takes it");
    assert!(says(&error.to_string(), "OVER after something that is not a function call"), "{error}");
    Ok(())
}

async fn search_and_cycle_have_the_tenants_rows(db: &TestDb) -> Outcome {
    let first = Query::select().column("id").from("task").and_where(Expr::col("id").eq(1)).take();
    let next = Query::select()
        .column(("task", "id"))
        .from("task")
        .inner_join("chain", Expr::col(("task", "id")).eq(Expr::col(("chain", "id")).add(1)))
        .take();
    let chain = CommonTableExpression::new()
        .table_name("chain")
        .column("id")
        .query(first.to_owned().union(UnionType::All, next).take())
        .to_owned();
    let search = Search::new_from_order_and_expr(
        SearchOrder::DEPTH,
        SelectExpr { expr: Expr::col("id"), alias: Some("ord".into_iden()), window: None },
    );
    let cycle = Cycle::new_from_expr_set_using(Expr::col("id"), "is_cycle", "path");
    let all = || Query::select().column("id").from("chain").take();
    for clause in [
        WithClause::new().recursive(true).cte(chain.clone()).search(search).to_owned(),
        WithClause::new().recursive(true).cte(chain).cycle(cycle).to_owned(),
    ] {
        let rows = db.scope(1).query_all_raw(built(db, &all().with(clause))).await?;
        assert_eq!(rows.len(), 3);
    }
    Ok(())
}

async fn do_nothing_on_a_key_is_taken_and_without_one_refused(db: &TestDb) -> Outcome {
    let insert = |conflict: OnConflict| {
        let mut insert = Query::insert().into_table("tag").columns(["id", "name", "note"]).to_owned();
        insert.values_panic([1.into(), "urgent".into(), "A".into()]).on_conflict(conflict).to_owned()
    };
    let scope = db.scope(1);
    let keyed = OnConflict::new().do_nothing_on(["account_id", "id"]).to_owned();
    scope.execute_raw(built(db, &insert(keyed))).await?;
    let error = scope.execute_raw(built(db, &insert(OnConflict::new().do_nothing().to_owned()))).await;
    let error = error.expect_err("MariaDB has no such clause").to_string();
    assert!(says(&error, "do_nothing_on"), "{error}");
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later"]);
    Ok(())
}

async fn targets_of_the_builder_update_the_tenants_row(db: &TestDb) -> Outcome {
    execute(db.unscoped(), "CREATE UNIQUE INDEX tag_part ON tag (account_id, lower(name)) WHERE note <> 'x'")
        .await?;
    let conflict = OnConflict::new()
        .exprs([Expr::col("account_id"), Expr::from(Func::lower(Expr::col("name")))])
        .target_and_where(Expr::cust("note <> 'x'"))
        .update_column("note")
        .to_owned();
    let mut insert = Query::insert().into_table("tag").columns(["id", "name", "note"]).to_owned();
    let insert = insert.values_panic([7.into(), "URGENT".into(), "A-new".into()]).on_conflict(conflict);
    assert_eq!(db.scope(1).execute_raw(built(db, insert)).await?.rows_affected(), 1);
    assert_eq!(tags(db, 1).await?, ["1 urgent A-new", "2 later A-later"]);
    Ok(())
}

async fn an_update_from_of_the_builder_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let update = Query::update()
        .table("project")
        .from("task")
        .value("note", "A-busy")
        .and_where(Expr::col(("task", "project_id")).equals(("project", "id")))
        .to_owned();
    assert_eq!(db.scope(1).execute_raw(built(db, &update)).await?.rows_affected(), 2);
    let notes = texts(&db.scope(1), "SELECT note FROM project ORDER BY id").await?;
    assert_eq!(notes, ["A-busy", "A-busy", "A-Cygnus"]);
    Ok(())
}

on_every_backend!(
    every_expression_is_answered_or_refused_by_name,
    every_shape_of_a_query_has_the_tenants_rows,
    a_window_over_a_column_is_refused,
    an_update_from_of_the_builder_writes_the_tenants_rows,
);
mod query_builder_recursion {
    use super::*;
    on_every_backend!(@ postgres Postgres: search_and_cycle_have_the_tenants_rows);
}
mod query_builder_do_nothing {
    use super::*;
    on_every_backend!(@ mariadb Mariadb: do_nothing_on_a_key_is_taken_and_without_one_refused);
}
mod query_builder_targets {
    use super::*;
    on_every_backend!(@ sqlite Sqlite: targets_of_the_builder_update_the_tenants_row);
    on_every_backend!(@ postgres Postgres: targets_of_the_builder_update_the_tenants_row);
}
