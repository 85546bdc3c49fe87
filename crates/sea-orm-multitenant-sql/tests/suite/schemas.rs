//! Tables by their names with a schema and without.

use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, Table, TenantType, scope_statement};

fn tables() -> Catalogue {
    let tenant = |name: &str| {
        Table::tenant(name, "t", TenantType::BigInt)
            .with_columns_in_order(["t", "id", "x"])
            .with_primary_key(["t", "id"])
    };
    Catalogue::new([
        tenant("p"),
        tenant("q").in_schema(Some("public")),
        tenant("r").in_schema(Some("app")),
        Table::shared("ref_", false).with_columns(["x"]),
    ])
    .expect("no conflicts")
}

fn scoped(catalogue: &Catalogue, sql: &str) -> Result<String, Refusal> {
    scope_statement(catalogue, Engine::Postgres, sql).map(|scoped| scoped.sql().replace('"', ""))
}

#[test]
fn the_default_schema_makes_two_names_one() {
    let catalogue = tables().with_default_schema("public");
    for (sql, expected) in [
        ("SELECT x FROM public.p", "SELECT x FROM public.p WHERE p.t = $1"),
        ("SELECT x FROM PUBLIC.p AS a", "SELECT x FROM public.p AS a WHERE a.t = $1"),
        ("SELECT x FROM p", "SELECT x FROM p WHERE p.t = $1"),
        ("SELECT x FROM q", "SELECT x FROM q WHERE q.t = $1"),
        ("SELECT x FROM public.q", "SELECT x FROM public.q WHERE q.t = $1"),
        ("SELECT public.p.x FROM public.p", "SELECT public.p.x FROM public.p WHERE p.t = $1"),
        ("SELECT public.p.* FROM p", "SELECT public.p.* FROM p WHERE p.t = $1"),
        ("SELECT x FROM public.ref_", "SELECT x FROM public.ref_"),
        ("UPDATE public.p SET x = 1", "UPDATE public.p SET x = 1 WHERE p.t = $1"),
        ("DELETE FROM public.p WHERE id = 1", "DELETE FROM public.p WHERE p.t = $1 AND (id = 1)"),
        ("INSERT INTO public.p (x) VALUES (1)", "INSERT INTO public.p (x, t) VALUES (1, $1)"),
        (
            "INSERT INTO public.p (id, x) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET x = p.x + 1",
            "INSERT INTO public.p (id, x, t) VALUES (1, 2, $1) ON CONFLICT(t, id) DO UPDATE SET x = p.x + 1 WHERE p.t = $1",
        ),
    ] {
        assert_eq!(scoped(&catalogue, sql).as_deref(), Ok(expected), "{sql}");
    }
    let read = scope_statement(&catalogue, Engine::Postgres, "SELECT x FROM public.p").expect("scoped");
    assert_eq!(read.tables(), ["p"]);
}

#[test]
fn another_schema_is_another_table() {
    let catalogue = tables().with_default_schema("public");
    for sql in [
        "SELECT x FROM app.p",
        "SELECT x FROM r",
        "SELECT x FROM public.r",
        "SELECT x FROM pg_temp.p",
        "SELECT x FROM \"Public\".p",
        "SELECT x FROM db.public.p",
        "SELECT app.p.x FROM public.p",
        "INSERT INTO app.q (x) VALUES (1)",
        "DELETE FROM app.ref_",
        "WITH p AS (SELECT 1 AS x) SELECT x FROM public.p",
    ] {
        assert!(scoped(&catalogue, sql).is_err(), "{sql}");
    }
    // Without it nobody has said that no schema before `public` has a table `p`.
    for sql in [
        "SELECT x FROM public.p",
        "SELECT x FROM q",
        "SELECT x FROM public.ref_",
        "UPDATE public.p SET x = 1",
    ] {
        assert!(scoped(&tables(), sql).is_err(), "{sql}");
    }
}

#[test]
fn a_table_declared_by_both_names_is_no_certain_table() {
    let catalogue = Catalogue::new([
        Table::tenant("p", "t", TenantType::BigInt).with_columns(["t", "x"]),
        Table::shared("p", true).in_schema(Some("public")).with_columns(["t", "x"]),
        Table::shared("p", true).in_schema(Some("app")).with_columns(["t", "x"]),
    ])
    .expect("no conflicts");
    assert_eq!(scoped(&catalogue, "SELECT x FROM public.p").as_deref(), Ok("SELECT x FROM public.p"));
    let catalogue = catalogue.with_default_schema("public");
    for sql in ["SELECT x FROM p", "SELECT x FROM public.p", "DELETE FROM public.p", "SELECT x FROM app.p, p"]
    {
        assert!(scoped(&catalogue, sql).is_err(), "{sql}");
    }
    assert_eq!(scoped(&catalogue, "SELECT x FROM app.p").as_deref(), Ok("SELECT x FROM app.p"));
}
