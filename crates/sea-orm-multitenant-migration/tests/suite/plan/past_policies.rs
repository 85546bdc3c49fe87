//! What bypasses policies: each test reads another tenant's row as the program's role, and checks the finding.

use crate::harness::{Outcome, TestDb, texts};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{
    FindingKind as K, RowLevelSecurity, Severity, TenancyPlan, enable_row_level_security,
};

/// A note of each of two tenants, with a policy, and a role that may read and is bound by it.
async fn create(db: &TestDb) -> Outcome {
    for sql in [
        "CREATE TABLE note (account_id bigint NOT NULL, id bigint NOT NULL, text text, PRIMARY KEY (account_id, id))",
        "INSERT INTO note VALUES (1, 1, 'own'), (2, 1, 'canary')",
        &format!("CREATE ROLE {}", db.name),
        &format!("GRANT ALL ON SCHEMA {0} TO {0}", db.name),
        &format!("ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT ALL ON TABLES TO {0}", db.name),
        &format!("GRANT ALL ON note TO {}", db.name),
    ] {
        db.run(sql).await;
    }
    let security = RowLevelSecurity::new("note", "account_id", TenantType::BigInt);
    enable_row_level_security(&db.manager(), &security).await?;
    assert_eq!(kinds(db).await, []);
    assert_eq!(seen(db, "SELECT text FROM note").await?, ["own"]);
    Ok(())
}

fn plan(db: &TestDb) -> TenancyPlan {
    let tenancy = Tenancy::builder()
        .without_entities()
        .tenant_table("note", "account_id", TenantType::BigInt)
        .build(db.connection.clone());
    TenancyPlan::new(&tenancy.expect("one table"))
}

/// The findings, as warnings and, if row-level security is required, as errors; without the tests' role, a superuser.
async fn kinds(db: &TestDb) -> Vec<K> {
    let of = async |plan: TenancyPlan, severity| {
        let found = plan.check().await.expect("the schema is read");
        let (own, rest): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|f| f.kind == K::RoleUnbound && f.severity == Severity::Note);
        assert_eq!(own.len(), 1, "the tests connect as a superuser");
        let rest: Vec<_> = rest.into_iter().filter(|f| !matches!(f.kind, K::TableUnknown)).collect();
        assert!(rest.iter().all(|f| f.severity == severity), "{rest:?}");
        rest.into_iter().map(|f| f.kind).collect::<Vec<_>>()
    };
    let warnings = of(plan(db), Severity::Warning).await;
    assert_eq!(of(plan(db).require_row_level_security(), Severity::Error).await, warnings);
    warnings
}

async fn as_tenant(db: &TestDb) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db.connection.begin().await?;
    transaction.execute_unprepared(&format!("SET LOCAL ROLE {}", db.name)).await?;
    transaction.execute_unprepared("SELECT set_config('app.tenant_id', '1', true)").await?;
    Ok(transaction)
}

/// The notes that the program's role reads in a transaction of tenant 1.
async fn seen(db: &TestDb, sql: &str) -> Result<Vec<String>, DbErr> {
    Ok(texts(&as_tenant(db).await?, sql).await)
}

async fn both(db: &TestDb, sql: &str) -> Outcome {
    let mut seen = seen(db, sql).await?;
    seen.sort();
    assert_eq!(seen, ["canary", "own"], "{sql}");
    Ok(())
}

async fn end(db: &TestDb) -> Outcome {
    db.run(&format!("DROP OWNED BY {}", db.name)).await;
    Ok(())
}

async fn view_with_its_owners_privileges_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("CREATE VIEW notes AS SELECT * FROM note").await;
    both(db, "SELECT text FROM notes").await?;
    let found = kinds(db).await;
    assert!(matches!(&found[..], [K::ViewOfOwner { view, .. }] if view == "notes"), "{found:?}");
    // A view over it shows the same rows: only the inner view is a finding.
    db.run("CREATE VIEW outer_notes AS SELECT text FROM notes").await;
    both(db, "SELECT text FROM outer_notes").await?;
    assert_eq!(kinds(db).await.len(), 1);
    db.run("ALTER VIEW notes SET (security_invoker = true)").await;
    assert_eq!(seen(db, "SELECT text FROM notes").await?, ["own"]);
    assert_eq!(
        seen(db, "SELECT text FROM outer_notes").await?,
        ["own"],
        "the inner view uses the caller's privileges"
    );
    assert_eq!(kinds(db).await, []);

    db.run("DROP VIEW outer_notes").await;
    db.run(&format!("ALTER VIEW notes OWNER TO {}", db.name)).await;
    db.run("ALTER VIEW notes RESET (security_invoker)").await;
    assert_eq!(seen(db, "SELECT text FROM notes").await?, ["own"], "an owner whom the policies bind");
    assert_eq!(kinds(db).await, []);
    end(db).await
}

async fn materialized_view_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("CREATE MATERIALIZED VIEW kept AS SELECT text FROM note").await;
    both(db, "SELECT text FROM kept").await?;
    assert_eq!(kinds(db).await, [K::MaterializedView { view: "kept".into() }]);
    end(db).await
}

async fn rule_of_another_table_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("CREATE TABLE copied (text text)").await;
    db.run("CREATE RULE copy AS ON UPDATE TO copied DO ALSO INSERT INTO copied SELECT text FROM note").await;
    let transaction = as_tenant(db).await?;
    transaction.execute_unprepared("UPDATE copied SET text = text").await?;
    assert_eq!(texts(&transaction, "SELECT text FROM copied ORDER BY text").await, ["canary", "own"]);
    transaction.rollback().await?;
    let found = kinds(db).await;
    assert!(matches!(&found[..], [K::ViewOfOwner { view, .. }] if view == "copied"), "{found:?}");
    end(db).await
}

async fn security_definer_function_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    let body = "RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT text FROM note'";
    db.run(&format!("CREATE FUNCTION invoked() {body}")).await;
    assert_eq!(seen(db, "SELECT invoked()").await?, ["own"]);
    assert_eq!(kinds(db).await, []);
    db.run(&format!("CREATE FUNCTION defined(bigint) {} SECURITY DEFINER", body)).await;
    both(db, "SELECT defined(1)").await?;
    let found = plan(db).check().await?;
    let found: Vec<_> = found.iter().filter(|f| f.severity == Severity::Warning).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(matches!(found[0].kind, K::FunctionOfOwner { .. }), "{found:?}");
    assert_eq!(found[0].table, "defined(bigint)");
    db.run(&format!("ALTER FUNCTION defined(bigint) OWNER TO {}", db.name)).await;
    assert_eq!(seen(db, "SELECT defined(1)").await?, ["own"], "an owner whom the policies bind");
    assert_eq!(kinds(db).await, []);
    end(db).await
}

async fn leakproof_function_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    let tells = "CREATE FUNCTION tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 \
                 AS $$ BEGIN IF $1 = 'canary' THEN RAISE 'it is there'; END IF; RETURN true; END $$";
    db.run(tells).await;
    assert_eq!(seen(db, "SELECT text FROM note WHERE tells(text)").await?, ["own"]);
    assert_eq!(kinds(db).await, []);
    db.run("ALTER FUNCTION tells(text) LEAKPROOF").await;
    let transaction = as_tenant(db).await?;
    // An index on the tenant column would skip the other tenant's row.
    transaction
        .execute_unprepared("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        .await?;
    let error = transaction.execute_unprepared("SELECT text FROM note WHERE tells(text)").await;
    assert!(error.expect_err("it reads the other tenant's row").to_string().contains("it is there"));
    drop(transaction);
    assert_eq!(kinds(db).await, [K::LeakproofFunction]);
    end(db).await
}

async fn unforced_row_level_security_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run(&format!("ALTER TABLE note OWNER TO {}", db.name)).await;
    db.run("ALTER TABLE note NO FORCE ROW LEVEL SECURITY").await;
    both(db, "SELECT text FROM note").await?;
    assert_eq!(kinds(db).await, [K::RowLevelSecurityNotForced { owner: db.name.clone() }]);
    // The functions and views of the table's owner bypass its policies like the owner.
    db.run("CREATE VIEW notes AS SELECT * FROM note").await;
    db.run(&format!("ALTER VIEW notes OWNER TO {}", db.name)).await;
    let owned = K::ViewOfOwner { view: "notes".into(), owner: db.name.clone() };
    assert!(kinds(db).await.contains(&owned));
    end(db).await
}

async fn role_that_bypasses_policies_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run(&format!("ALTER ROLE {} BYPASSRLS", db.name)).await;
    // Different text than before, so the connection has no cached plan for it.
    both(db, "SELECT n.text FROM note n").await?;
    assert_eq!(kinds(db).await, [K::RoleUnbound]);
    db.run(&format!("REVOKE ALL ON note FROM {}", db.name)).await;
    assert_eq!(kinds(db).await, []);
    db.run(&format!("GRANT SELECT (text) ON note TO {}", db.name)).await;
    assert_eq!(kinds(db).await, [K::RoleUnbound]);
    end(db).await
}

async fn wider_policy_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("CREATE POLICY support ON note USING (account_id = 2)").await;
    both(db, "SELECT text FROM note").await?;
    assert_eq!(kinds(db).await, [K::PolicyNotByTenant { policy: "support".into() }]);
    db.run("DROP POLICY support ON note").await;
    db.run("CREATE POLICY support ON note AS RESTRICTIVE USING (account_id < 9)").await;
    assert_eq!(kinds(db).await, [], "a restrictive policy only removes rows");
    end(db).await
}

async fn function_in_a_policy_is_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("CREATE FUNCTION visible(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'").await;
    db.run("CREATE POLICY support ON note USING (visible(account_id))").await;
    both(db, "SELECT text FROM note").await?;
    let found = kinds(db).await;
    let function = K::PolicyFunction { policy: "support".into(), function: "visible(bigint)".into() };
    assert!(found.contains(&function), "{found:?}");
    assert!(found.contains(&K::PolicyNotByTenant { policy: "support".into() }), "{found:?}");
    end(db).await
}

async fn partition_and_inheriting_table_are_found(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("DROP TABLE note").await;
    db.run("CREATE TABLE note (account_id bigint NOT NULL, id bigint NOT NULL, text text, PRIMARY KEY (account_id, id)) PARTITION BY HASH (account_id)").await;
    db.run("CREATE TABLE note_all PARTITION OF note FOR VALUES WITH (MODULUS 1, REMAINDER 0)").await;
    db.run("INSERT INTO note VALUES (1, 1, 'own'), (2, 1, 'canary')").await;
    let security = |table| RowLevelSecurity::new(table, "account_id", TenantType::BigInt);
    enable_row_level_security(&db.manager(), &security("note")).await?;
    assert_eq!(seen(db, "SELECT text FROM note").await?, ["own"]);
    both(db, "SELECT text FROM note_all").await?;
    assert_eq!(kinds(db).await, [K::PartitionWithoutPolicy { partition: "note_all".into() }]);
    enable_row_level_security(&db.manager(), &security("note_all")).await?;
    assert_eq!(seen(db, "SELECT text FROM note_all").await?, ["own"]);
    assert_eq!(kinds(db).await, []);
    end(db).await
}

on_backend! { postgres Postgres:
    view_with_its_owners_privileges_is_found,
    materialized_view_is_found,
    rule_of_another_table_is_found,
    security_definer_function_is_found,
    leakproof_function_is_found,
    unforced_row_level_security_is_found,
    role_that_bypasses_policies_is_found,
    wider_policy_is_found,
    function_in_a_policy_is_found,
    partition_and_inheriting_table_are_found,
}
