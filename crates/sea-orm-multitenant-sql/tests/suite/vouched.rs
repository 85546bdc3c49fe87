//! Functions that the user vouches for: of schemas, by families, of extensions.

use super::{ENGINES, tables};
use sea_orm_multitenant_sql::{
    Catalogue,
    Engine::{self, MySql, Postgres, Sqlite},
    Extension, scope_statement,
};

fn is_taken(catalogue: &Catalogue, engine: Engine, sql: &str) -> bool {
    let scoped = scope_statement(catalogue, engine, sql);
    if let Err(refusal) = &scoped {
        println!("{engine:?}: {sql}: {refusal}");
    }
    scoped.is_ok()
}

#[test]
fn a_function_of_a_schema_is_called_by_both_names() {
    let catalogue = tables().with_function("Extensions.slug");
    for call in ["extensions.slug(name)", "EXTENSIONS.Slug(name)", "\"extensions\".\"slug\"(name)"] {
        let scoped =
            scope_statement(&catalogue, Postgres, &format!("SELECT {call} AS s FROM p")).expect(call);
        assert_eq!(scoped.sql(), r#"SELECT "extensions"."slug"("name") AS "s" FROM "p" WHERE "p"."t" = $1"#);
    }
    assert!(is_taken(&catalogue, Postgres, "SELECT p.x FROM p, extensions.slug(p.name) AS s"));
    assert!(is_taken(&catalogue, MySql, "SELECT extensions.slug(name) AS s FROM p"));
    for call in [
        "slug(name)",
        "other.slug(name)",
        "extensions.other(name)",
        "\"Extensions\".slug(name)",
        "extensions.\"Slug\"(name)",
        "db.extensions.slug(name)",
        "extensions.slug((SELECT max(x) FROM secrets))",
        "pg_catalog.count(name)",
    ] {
        assert!(!is_taken(&catalogue, Postgres, &format!("SELECT {call} AS s FROM p")), "{call}");
    }
    assert!(!is_taken(&catalogue, MySql, "SELECT EXTENSIONS.slug(name) AS s FROM p"));
    assert!(!is_taken(&catalogue, Sqlite, "SELECT extensions.slug(name) AS s FROM p"));
}

#[test]
fn a_family_allows_no_function_that_is_refused() {
    let catalogue = tables()
        .with_functions_like("st_*")
        .with_functions_like("gis.st_*")
        .with_functions_like("dblink*")
        .with_functions_like("lo_*")
        .with_functions_like("query*")
        .with_functions_like("gis.query*")
        .with_functions_like("pg_*")
        .with_functions_like("gis.pg_*")
        .with_functions_like("s*")
        .with_functions_like("*")
        .with_functions_like("gis.*")
        .with_functions_like("my slug*")
        .with_functions_like("own*x");
    for engine in ENGINES {
        assert!(is_taken(&catalogue, engine, "SELECT ST_Own(name) AS s FROM p"), "{engine:?}");
    }
    assert!(is_taken(&catalogue, Postgres, "SELECT gis.st_own(name) AS s FROM p"));
    for call in [
        "dblink('x')",
        "dblink_exec('x')",
        "lo_get(1)",
        "query_to_xml('x', true, true, '')",
        "gis.query_to_xml('x', true, true, '')",
        "st_estimatedextent('p', 'x')",
        "gis.st_estimatedextent('p', 'x')",
        "st_fromflatgeobuftotable('a', 'b', 'c')",
        "pg_own(1)",
        "gis.pg_own(1)",
        "secret(1)",
        "gis.secret(1)",
        "own(1)",
        "gis.st_own.secret(1)",
    ] {
        for engine in ENGINES {
            assert!(
                !is_taken(&catalogue, engine, &format!("SELECT {call} AS s FROM p")),
                "{engine:?}: {call}"
            );
        }
    }
}

#[test]
fn an_extension_is_off_until_it_is_allowed() {
    let place =
        "SELECT id FROM p WHERE ST_DWithin(x, ST_MakePoint(1, 2), 5) ORDER BY x <-> ST_MakePoint(1, 2)";
    assert!(!is_taken(&tables(), Postgres, place));
    assert!(is_taken(&tables().with_extension(Extension::PostGis, None), Postgres, place));
    let vectors = "SELECT id FROM p ORDER BY x <=> '[1]', x <#> '[1]', x <-> '[1]'";
    assert!(is_taken(&tables().with_extension(Extension::PgVector, None), Postgres, vectors));
    let time = "SELECT time_bucket_gapfill('1 day', x) AS d, last(name, x), locf(avg(x)) FROM p GROUP BY 1";
    assert!(!is_taken(&tables(), Postgres, time));
    assert!(is_taken(&tables().with_extension(Extension::TimescaleDb, None), Postgres, time));
    let digest = "SELECT extensions.digest(name, 'sha256') AS d FROM p";
    assert!(!is_taken(&tables(), Postgres, digest));
    assert!(is_taken(&tables().with_extension(Extension::PgCrypto, Some("extensions")), Postgres, digest));
    let alike = "SELECT ext.similarity(name, 'x') AS d FROM p WHERE name % 'x'";
    assert!(is_taken(&tables().with_extension(Extension::PgTrgm, Some("ext")), Postgres, alike));
}
