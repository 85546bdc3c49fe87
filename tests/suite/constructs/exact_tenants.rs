//! Tenants whose ids are texts: equal by their bytes, whatever the engine's collation says, and stored as they are.

use super::prelude::*;
use crate::harness::Citext;
use sea_orm::{DatabaseConnection, DbBackend};
use sea_orm_multitenant::{Tenancy, TenantType};

/// A tenancy of one table `word` of this definition, with a row of each tenant.
async fn tenancy(db: &TestDb, definition: &str, tenants: &[&str]) -> Result<Tenancy, DbErr> {
    execute(db.unscoped(), &format!("CREATE TABLE word ({definition}, x BIGINT)")).await?;
    let tenancy = over(db.unscoped());
    for (number, tenant) in tenants.iter().enumerate() {
        let sql = match db.unscoped().get_database_backend() {
            DbBackend::Postgres => "INSERT INTO word (t, x) VALUES ($1, $2)",
            _ => "INSERT INTO word (t, x) VALUES (?, ?)",
        };
        let number = i64::try_from(number).expect("few tenants");
        db.unscoped().execute_raw(statement(db.unscoped(), sql, [(*tenant).into(), number.into()])).await?;
    }
    Ok(tenancy)
}

fn over(connection: &DatabaseConnection) -> Tenancy {
    let builder = Tenancy::builder()
        .without_entities()
        .tenant_table("word", "t", TenantType::Text)
        .columns("word", ["t", "x"]);
    builder.build(connection.clone()).expect("one table")
}

/// Asserts that each tenant sees and writes its own row only, by itself and in sets.
async fn assert_exact(tenancy: &Tenancy, tenants: &[&str]) -> Outcome {
    for (number, tenant) in tenants.iter().enumerate() {
        let own = [i64::try_from(number).expect("few tenants")];
        let scope = tenancy.scope(*tenant).expect("a text");
        assert_eq!(numbers(&scope, "SELECT x FROM word").await?, own, "{tenant}");
        assert_eq!(execute(&scope, "UPDATE word SET x = x").await?, 1, "{tenant}");
        let set = tenancy.scope_many([*tenant, "nobody"]).expect("texts");
        assert_eq!(numbers(&set, "SELECT x FROM word").await?, own, "{tenant}");
        let pairs = "SELECT a.x FROM word AS a JOIN word AS b ON 1 = 1";
        assert_eq!(numbers(&scope, pairs).await?, own, "{tenant}");
    }
    let all = tenancy.scope_many(tenants.iter().copied()).expect("texts");
    let pairs = "SELECT a.x FROM word AS a JOIN word AS b ON 1 = 1 ORDER BY a.x";
    assert_eq!(numbers(&all, pairs).await?.len(), tenants.len(), "each row meets itself alone");
    let alone = "SELECT x FROM word WHERE 1 = (SELECT COUNT(*) FROM word AS b)";
    assert_eq!(numbers(&all, alone).await?.len(), tenants.len());
    Ok(())
}

async fn citext_tells_tenants_apart(db: &TestDb) -> Outcome {
    let citext = Citext::create(db).await?;
    let tenants = ["acme", "ACME", "acmé"];
    assert_exact(&tenancy(db, "t citext NOT NULL", &tenants).await?, &tenants).await?;
    Ok(citext.remove(db).await?)
}

async fn a_non_deterministic_collation_tells_tenants_apart(db: &TestDb) -> Outcome {
    let collation =
        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)";
    execute(db.unscoped(), collation).await?;
    let tenants = ["acme", "ACME", "acmé"];
    assert_exact(&tenancy(db, "t TEXT COLLATE loose NOT NULL", &tenants).await?, &tenants).await
}

async fn other_types_of_texts_find_their_tenant(db: &TestDb) -> Outcome {
    let tenants = ["acme", "ACME"];
    assert_exact(&tenancy(db, "t CHAR(8) NOT NULL", &tenants).await?, &tenants).await?;
    execute(db.unscoped(), "DROP TABLE word").await?;
    assert_exact(&tenancy(db, "t VARCHAR(8) NOT NULL", &tenants).await?, &tenants).await
}

/// The second comparison leaves the planner's estimate of the first: twice the same condition would be taken for
/// independent ones, each of few rows.
async fn bytes_leave_the_planners_estimate(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, "t TEXT NOT NULL", &[]).await?;
    execute(
        db.unscoped(),
        "INSERT INTO word SELECT 'tenant' || i % 50, i FROM generate_series(1, 20000) AS i",
    )
    .await?;
    execute(db.unscoped(), "CREATE INDEX word_t ON word (t)").await?;
    execute(db.unscoped(), "ANALYZE word").await?;
    let scope = tenancy.scope("tenant3").expect("a text");
    let plan = texts(&scope, "EXPLAIN SELECT x FROM word").await?.join("\n");
    let rows = plan
        .split("rows=")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|n| n.parse::<u32>().ok());
    assert!(rows.is_some_and(|rows| (300..=500).contains(&rows)), "{plan}");
    assert!(plan.contains("Index Cond"), "{plan}");
    Ok(())
}

async fn a_latin1_or_utf16_column_finds_its_tenant(db: &TestDb) -> Outcome {
    let tenants = ["acmé", "acme", "ACME"];
    for charset in ["latin1", "utf16", "utf8mb3", "utf8mb4"] {
        let tenancy =
            tenancy(db, &format!("t VARCHAR(9) CHARACTER SET {charset} NOT NULL"), &tenants).await?;
        assert_exact(&tenancy, &tenants).await?;
        execute(db.unscoped(), "DROP TABLE word").await?;
    }
    Ok(())
}

/// A session that is not strict would store `acme2` as `acme`, and `ж` as `?`.
async fn an_id_is_not_cut_to_another_tenants(db: &TestDb) -> Outcome {
    tenancy(db, "t VARCHAR(4) CHARACTER SET latin1 NOT NULL", &["acme"]).await?;
    // One connection of the pool, which keeps its settings.
    let (tenancy, loose) = (over(db.unscoped()), db.unscoped().begin().await?);
    execute(&loose, "SET SESSION sql_mode = ''").await?;
    for id in ["acme2", "ж", "zeta"] {
        let scope = tenancy.scope_on(&loose, id).expect("a text");
        for sql in [
            "INSERT INTO word (x) VALUES (7)",
            "INSERT INTO word (x) VALUES (7), (8)",
            "INSERT INTO word SET x = 7",
            "INSERT INTO word (x) SELECT 7",
            "INSERT INTO word () VALUES ()",
        ] {
            let error = execute(&scope, sql).await.expect_err(sql);
            let error = TenancyError::from_db_err(&error);
            assert!(matches!(error, Some(TenancyError::SessionNotStrict)), "{error:?}");
        }
        let set = tenancy.scope_many_on(&loose, [id, "other"]).expect("texts");
        let sql = format!("INSERT INTO word (t, x) VALUES ('{id}', 7)");
        execute(&set, &sql).await.expect_err(&sql);
    }
    execute(&loose, "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'").await?;
    for id in ["acme2", "ж"] {
        let scope = tenancy.scope_on(&loose, id).expect("a text");
        execute(&scope, "INSERT INTO word (x) VALUES (7)").await.expect_err(id);
    }
    execute(&tenancy.scope_on(&loose, "zeta").expect("a text"), "INSERT INTO word (x) VALUES (7)").await?;
    loose.commit().await?;
    assert_eq!(texts(db.unscoped(), "SELECT t FROM word ORDER BY t").await?, ["acme", "zeta"]);
    Ok(())
}

/// MySQL reads `'a\\b'` as `a\b`, unless the session says NO_BACKSLASH_ESCAPES.
async fn a_literal_with_a_backslash_names_no_tenant(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, "t VARCHAR(9) NOT NULL", &[]).await?;
    let set = tenancy.scope_many(["a\\\\b", "c"]).expect("texts");
    for sql in [
        r"INSERT INTO word (t, x) VALUES ('a\\b', 1)",
        r"INSERT INTO word (t, x) VALUES ('c', 1), ('a\\b', 1)",
    ] {
        let error = execute(&set, sql).await.expect_err(sql);
        assert!(TenancyError::from_db_err(&error).is_some(), "{error}");
    }
    let scope = tenancy.scope("a\\b").expect("a text");
    assert_eq!(numbers(&scope, "SELECT x FROM word").await?, [0_i64; 0]);
    Ok(())
}

async fn collations_tell_tenants_apart(db: &TestDb) -> Outcome {
    let tenants = ["acme", "ACME"];
    assert_exact(&tenancy(db, "t VARCHAR(9) COLLATE NOCASE NOT NULL", &tenants).await?, &tenants).await
}

tests_on! { sqlite: collations_tell_tenants_apart }
tests_on! {
    postgres:
    citext_tells_tenants_apart,
    a_non_deterministic_collation_tells_tenants_apart,
    other_types_of_texts_find_their_tenant,
    bytes_leave_the_planners_estimate,
    a_literal_with_a_backslash_names_no_tenant,
}
tests_on! {
    mariadb:
    other_types_of_texts_find_their_tenant,
    a_latin1_or_utf16_column_finds_its_tenant,
    an_id_is_not_cut_to_another_tenants,
    a_literal_with_a_backslash_names_no_tenant,
}
