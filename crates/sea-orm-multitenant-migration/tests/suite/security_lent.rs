//! Scopes on a caller's transaction, with policies: for which tenant each statement acts, and which setting it leaves.

mod recorded;
mod session_state;

use self::recorded::Recorded;
use crate::{
    entities::project,
    harness::{Outcome, TestDb, connect_as, texts},
};
use futures_util::{TryStreamExt, future::join_all};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, StreamTrait, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenancyError, TenantSetting, TenantType};
use sea_orm_multitenant_migration::enable_row_level_security;
use std::sync::Mutex;

/// The names that the policies show to a user-defined function, which a scope does not rewrite.
pub(crate) const SHOWN: &str = "SELECT shown() AS shown";
pub(crate) const NAMES: &str = "SELECT name FROM project ORDER BY name";
pub(crate) const SETTING: &str = "SELECT coalesce(current_setting('app.tenant_id', true), '')";

const FUNCTIONS: [&str; 2] = [
    "CREATE FUNCTION shown() RETURNS text LANGUAGE sql STABLE \
     AS $$ SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM project $$",
    "CREATE FUNCTION meddle() RETURNS text LANGUAGE sql VOLATILE \
     AS $$ SELECT set_config('app.tenant_id', '2', true) $$",
];

/// A project of each of three tenants, with a policy, owned by a role without privileges.
pub(crate) async fn create(
    db: &TestDb,
    setting: TenantSetting,
) -> Result<Tenancy, Box<dyn std::error::Error>> {
    project().create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Gemini'), (3, 7, 'Skylab')").await;
    enable_row_level_security(&db.manager(), &project().row_level_security()?).await?;
    let role = &db.name;
    db.run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'tenancy'")).await;
    db.run(&format!("GRANT ALL ON SCHEMA {role} TO {role}")).await;
    db.run(&format!("ALTER TABLE project OWNER TO {role}")).await;
    for function in FUNCTIONS {
        db.run(function).await;
    }
    db.run(&format!("SET ROLE {role}")).await;
    tenancy_over(db.connection.clone(), Some(setting))
}

fn tenancy_over(
    connection: sea_orm::DatabaseConnection,
    setting: Option<TenantSetting>,
) -> Result<Tenancy, Box<dyn std::error::Error>> {
    let builder = Tenancy::builder()
        .without_entities()
        .tenant_table("project", "account_id", TenantType::BigInt)
        .allow_function("shown")
        .allow_function("meddle");
    let builder = match setting {
        Some(setting) => builder.row_level_security(setting),
        None => builder,
    };
    Ok(builder.build(connection)?)
}

fn name_of(tenant: i32) -> &'static str {
    ["Apollo", "Gemini", "Skylab"][tenant as usize - 1]
}

pub(crate) async fn one(connection: &impl ConnectionTrait, sql: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
}

/// Asserts that both the scope's rewritten reads and the policies show the tenant's rows only.
pub(crate) async fn acts_for(scope: &impl ConnectionTrait, tenant: i32) -> Outcome {
    assert_eq!(one(scope, SHOWN).await?, name_of(tenant));
    assert_eq!(texts(scope, NAMES).await, [name_of(tenant)]);
    Ok(())
}

/// The setting of an unscoped part of the transaction, before and after scopes.
pub(crate) async fn assert_setting(transaction: &impl ConnectionTrait, tenant: &str) -> Outcome {
    assert_eq!(one(transaction, SETTING).await?, tenant);
    Ok(())
}

pub(crate) fn error_of(error: &DbErr) -> &TenancyError {
    TenancyError::from_db_err(error).unwrap_or_else(|| panic!("{error} is not a TenancyError"))
}

async fn released_savepoint_leaves_no_tenant_for_the_next_scope(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("two tenants").begin().await?;
    let second = tenancy.scope_on(&transaction, 2)?.begin().await?;
    acts_for(&second, 2).await?;
    second.commit().await?;
    assert_setting(&transaction, "").await?;
    acts_for(&tenancy.scope_on(&transaction, 1)?, 1).await?;
    assert_setting(&transaction, "").await?;
    transaction.commit().await?;
    Ok(())
}

async fn each_call_on_a_transaction_sets_its_tenant(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("an unscoped part of tenant 3").begin().await?;
    transaction.execute_unprepared("SELECT set_config('app.tenant_id', '3', true)").await?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    acts_for(&scope, 1).await?;
    let insert = "INSERT INTO project (id, name) VALUES (8, 'Draco')";
    assert_eq!(scope.execute_unprepared(insert).await?.rows_affected(), 1);
    let update = Statement::from_string(
        sea_orm::DbBackend::Postgres,
        "UPDATE project SET name = shown() WHERE id = 8",
    );
    assert_eq!(scope.execute_raw(update).await?.rows_affected(), 1);
    assert_eq!(texts(&scope, NAMES).await, ["Apollo", "Apollo Draco"]);
    assert_setting(&transaction, "3").await?;
    assert_eq!(texts(&transaction, NAMES).await, ["Skylab"]);

    let owned = tenancy.scope_owned(transaction.begin().await?, 2)?;
    acts_for(&owned, 2).await?;
    owned.commit().await?;
    assert_setting(&transaction, "3").await
}

async fn scopes_of_two_tenants_take_turns_on_one_transaction(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("two tenants").begin().await?;
    let (plain, first) =
        (tenancy.scope_on(&transaction, 3)?, tenancy.scope_on(&transaction, 1)?.begin().await?);
    let second = tenancy.scope_on(&transaction, 2)?.begin().await?;
    let inner = second.begin().await?;
    for _ in 0..2 {
        acts_for(&first, 1).await?;
        acts_for(&inner, 2).await?;
        acts_for(&plain, 3).await?;
        acts_for(&second, 2).await?;
        assert_setting(&transaction, "").await?;
    }
    inner.rollback().await?;
    acts_for(&second, 2).await?;
    second.commit().await?;
    acts_for(&first, 1).await?;
    first.commit().await?;
    acts_for(&plain, 3).await?;
    assert_setting(&transaction, "").await
}

async fn every_end_of_a_nested_transaction_restores_the_setting(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("an unscoped part of tenant 3").begin().await?;
    transaction.execute_unprepared("SELECT set_config('app.tenant_id', '3', true)").await?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    let wrong = "SELECT name::bigint FROM project";

    let nested = scope.begin().await?;
    acts_for(&nested, 1).await?;
    nested.rollback().await?;
    assert_setting(&transaction, "3").await?;

    let nested = scope.begin_with_config(None, None).await?;
    acts_for(&nested, 1).await?;
    drop(nested);
    assert_setting(&transaction, "3").await?;

    let nested = scope.begin_with_options(Default::default()).await?;
    assert!(nested.execute_unprepared(wrong).await.is_err());
    nested.rollback().await?;
    assert_setting(&transaction, "3").await?;

    let nested = scope.begin().await?;
    assert!(nested.execute_unprepared(wrong).await.is_err());
    drop(nested);
    assert_setting(&transaction, "3").await?;

    let found = scope.transaction_async(async |scope| one(scope, SHOWN).await).await?;
    assert_eq!(found, "Apollo");
    assert_setting(&transaction, "3").await?;
    scope
        .transaction(|scope| Box::pin(async move { one(scope, "SELECT shown()::bigint::text").await }))
        .await
        .expect_err("a name is not a number");
    assert_setting(&transaction, "3").await?;
    acts_for(&scope, 1).await
}

async fn concurrent_scopes_on_one_transaction_wait_for_each_other(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("three tenants at once").begin().await?;
    // The other tasks run between any two messages.
    let recorded = Recorded(&transaction, Mutex::default());
    let work = (0..20).map(|at| {
        let tenant = 1 + at % 3;
        let scope = tenancy.scope_on(&recorded, tenant).expect("a scope");
        async move { (one(&scope, SHOWN).await, name_of(tenant)) }
    });
    for (found, expected) in join_all(work).await {
        assert_eq!(found?, expected);
    }
    assert_setting(&transaction, "").await
}

async fn concurrent_handles_of_one_transaction_never_mix_tenants(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let mut taken = 0;
    for _ in 0..10 {
        let outer = tenancy.unscoped("a transaction and its savepoint at once").begin().await?;
        let inner = outer.begin().await?;
        let handles = [&outer, &inner].map(|handle| Recorded(handle, Mutex::default()));
        let (first, second) = (tenancy.scope_on(&handles[0], 1)?, tenancy.scope_on(&handles[1], 2)?);
        let (a, b) = futures_util::join!(one(&first, SHOWN), one(&second, SHOWN));
        for (found, name) in [(a, "Apollo"), (b, "Gemini")] {
            match found {
                Ok(found) => assert_eq!(found, name),
                Err(error) => taken += usize::from(TenancyError::from_db_err(&error).is_some()),
            }
        }
    }
    assert!(taken > 0, "the statements of the two tasks did not interleave");
    Ok(())
}

async fn statement_that_changes_the_setting_ends_the_transaction(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("a function that changes the setting").begin().await?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    let error = one(&scope, "SELECT meddle()").await.expect_err("the function changed the setting");
    assert_eq!(error_of(&error), &TenancyError::SettingChanged { setting: "app.tenant_id".into() });
    assert!(
        transaction.execute_unprepared("SELECT 1").await.is_err(),
        "the transaction cannot be used any more"
    );
    transaction.rollback().await?;
    Ok(())
}

async fn statement_outside_a_transaction_is_refused(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default().in_transactions_only()).await?;
    let pool = tenancy.unscoped("a session's own setting");
    pool.execute_unprepared("SET app.tenant_id = '2'").await?;
    let refused = TenancyError::SettingOutsideTransaction { setting: "app.tenant_id".into() };
    let insert = "INSERT INTO project (id, name) VALUES (8, 'Draco')";
    for error in [
        one(&tenancy.scope(1)?, SHOWN).await.expect_err("no transaction"),
        tenancy.scope(1)?.execute_unprepared(insert).await.expect_err("no transaction"),
        tenancy
            .scope_many([1])?
            .execute_unprepared("UPDATE project SET name = name")
            .await
            .expect_err("no transaction"),
        one(&tenancy.scope_on(pool, 1)?, SHOWN).await.expect_err("no transaction"),
        tenancy.scope_on(pool, 1)?.execute_unprepared(insert).await.expect_err("no transaction"),
        tenancy.scope_owned(pool.clone(), 1)?.execute_unprepared(insert).await.expect_err("no transaction"),
    ] {
        assert_eq!(error_of(&error), &refused);
        assert!(error.to_string().contains("scope.begin()"), "{error}");
    }
    let streamed =
        tenancy.scope(1)?.stream_raw(Statement::from_string(sea_orm::DbBackend::Postgres, NAMES)).await.err();
    assert_eq!(streamed.as_ref().map(error_of), Some(&refused));
    // The suggested fix.
    acts_for(&tenancy.scope(1)?.begin().await?, 1).await?;
    acts_for(&tenancy.scope_on(pool, 1)?.begin().await?, 1).await?;
    acts_for(&tenancy.scope_owned(pool.clone(), 1)?.begin().await?, 1).await?;
    assert_setting(pool, "2").await
}

async fn stream_needs_the_scopes_own_transaction(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let pool = tenancy.unscoped("transactions of others");
    let statement = || Statement::from_string(sea_orm::DbBackend::Postgres, SHOWN);
    let shown = |row: &QueryResult| row.try_get_by_index::<String>(0).expect("a text");
    let own = tenancy.scope(1)?.begin().await?;
    let nested = own.begin().await?;
    for scope in [&own, &nested] {
        let rows: Vec<_> = scope.stream_raw(statement()).await?.try_collect().await?;
        assert_eq!(rows.iter().map(shown).collect::<Vec<_>>(), ["Apollo"]);
    }
    nested.commit().await?;
    own.commit().await?;
    let transaction = pool.begin().await?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    let refused = TenancyError::SettingOfStream { setting: "app.tenant_id".into() };
    assert_eq!(scope.stream_raw(statement()).await.err().as_ref().map(error_of), Some(&refused));
    let nested = scope.begin().await?;
    assert_eq!(nested.stream_raw(statement()).await.err().as_ref().map(error_of), Some(&refused));
    Ok(())
}

async fn set_of_one_tenant_sets_the_tenant(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("sets").begin().await?;
    transaction.execute_unprepared("SELECT set_config('app.tenant_id', '3', true)").await?;
    for tenants in [&[1, 2][..], &[]] {
        let refused = TenancyError::SettingOfManyTenants { tenants: tenants.len().to_string() };
        let set = tenancy.scope_many_on(&transaction, tenants.to_vec())?;
        let error = one(&set, NAMES).await.expect_err("one setting for a set");
        assert_eq!(error_of(&error), &refused);
        let error = set.begin().await.map(drop).expect_err("one setting for a set");
        assert_eq!(error_of(&error), &refused);
    }
    let set = tenancy.scope_many_on(&transaction, [2])?;
    acts_for(&set, 2).await?;
    acts_for(&set.begin().await?, 2).await?;
    assert_setting(&transaction, "3").await
}

async fn setting_for_workers_is_restored_too(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default().on_citus()).await?;
    let transaction = tenancy.unscoped("an unscoped part of tenant 3").begin().await?;
    transaction.execute_unprepared("SET LOCAL app.tenant_id = '3'").await?;
    transaction.execute_unprepared("SET LOCAL citus.propagate_set_commands = 'none'").await?;
    for (tenant, scope) in [(1, tenancy.scope_on(&transaction, 1)?), (2, tenancy.scope_on(&transaction, 2)?)]
    {
        acts_for(&scope, tenant).await?;
        let nested = scope.begin().await?;
        acts_for(&nested, tenant).await?;
        nested.commit().await?;
        assert_setting(&transaction, "3").await?;
        let propagated = one(&transaction, "SELECT current_setting('citus.propagate_set_commands')").await?;
        assert_eq!(propagated, "none");
    }
    let error = one(&tenancy.scope_on(&transaction, 1)?, "SELECT meddle()")
        .await
        .expect_err("the function changed the setting");
    assert_eq!(error_of(&error), &TenancyError::SettingChanged { setting: "app.tenant_id".into() });
    Ok(())
}

async fn two_sessions_each_use_their_own_tenant(db: &TestDb) -> Outcome {
    create(db, TenantSetting::default()).await?;
    let sessions = [connect_as(db, &db.name).await?, connect_as(db, &db.name).await?];
    let [a, b] = sessions.clone().map(|session| tenancy_over(session, Some(TenantSetting::default())));
    let (a, b) = (a?, b?);
    let (first, second) = (a.unscoped("one").begin().await?, b.unscoped("other").begin().await?);
    let (one_of, two_of) = (a.scope_on(&first, 1)?, b.scope_on(&second, 2)?);
    one_of.execute_unprepared("INSERT INTO project (id, name) VALUES (8, 'Draco')").await?;
    acts_for(&two_of, 2).await?;
    assert_eq!(one(&one_of, SHOWN).await?, "Apollo Draco");
    acts_for(&b.scope_on(&second, 1)?, 1).await?; // what the other has not committed
    first.commit().await?;
    assert_eq!(one(&b.scope_on(&second, 1)?, SHOWN).await?, "Apollo Draco");
    acts_for(&two_of, 2).await?;
    drop(second);
    for session in sessions {
        session.close().await?;
    }
    Ok(())
}

async fn statement_is_three_messages_with_a_setting(db: &TestDb) -> Outcome {
    let with = create(db, TenantSetting::default()).await?;
    let without = tenancy_over(db.connection.clone(), None)?;
    let transaction = with.unscoped("count messages").begin().await?;
    let recorded = Recorded(&transaction, Mutex::default());
    for (tenancy, messages) in [(&without, 1), (&with, 3)] {
        let scope = tenancy.scope_on(&recorded, 1)?;
        texts(&scope, NAMES).await;
        let sent = std::mem::take(&mut *recorded.1.lock().expect("no test panicked"));
        assert_eq!(sent.len(), messages, "{sent:?}");
        let own: Vec<_> = sent.iter().filter(|sql| sql.contains("project")).collect();
        assert_eq!(own.len(), 1, "{sent:?}");
        if let [before, _, after] = sent.as_slice() {
            assert!(
                before.starts_with("SAVEPOINT ")
                    && before.contains("set_config('app.tenant_id', E'1', true)"),
                "{before}"
            );
            assert!(after.starts_with("SELECT set_config('app.tenant_id', CASE "), "{after}");
        }
    }
    Ok(())
}

on_backend! { postgres Postgres:
    released_savepoint_leaves_no_tenant_for_the_next_scope,
    each_call_on_a_transaction_sets_its_tenant,
    scopes_of_two_tenants_take_turns_on_one_transaction,
    every_end_of_a_nested_transaction_restores_the_setting,
    concurrent_scopes_on_one_transaction_wait_for_each_other,
    concurrent_handles_of_one_transaction_never_mix_tenants,
    statement_that_changes_the_setting_ends_the_transaction,
    statement_outside_a_transaction_is_refused,
    stream_needs_the_scopes_own_transaction,
    set_of_one_tenant_sets_the_tenant,
    setting_for_workers_is_restored_too,
    two_sessions_each_use_their_own_tenant,
    statement_is_three_messages_with_a_setting,
}

mod unaffected {
    use super::*;

    /// On an engine without row-level security a scope with a setting sends the same statements as one without.
    async fn engine_without_row_level_security_gets_no_additional_statement(db: &TestDb) -> Outcome {
        project().create(&db.manager()).await?;
        db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Gemini')").await;
        let tenancy = tenancy_over(db.connection.clone(), Some(TenantSetting::default()))?;
        assert_eq!(texts(&tenancy.scope(1)?, NAMES).await, ["Apollo"]);
        assert_eq!(texts(&tenancy.scope_many([1, 2])?, NAMES).await, ["Apollo", "Gemini"]);
        let transaction = tenancy.unscoped("two tenants").begin().await?;
        let recorded = Recorded(&transaction, Mutex::default());
        assert_eq!(texts(&tenancy.scope_on(&recorded, 2)?, NAMES).await, ["Gemini"]);
        assert_eq!(recorded.1.lock().expect("no test panicked").len(), 1);
        let nested = tenancy.scope_on(&transaction, 1)?.begin().await?;
        let statement = Statement::from_string(db.engine(), NAMES);
        let rows: Vec<_> = nested.stream_raw(statement).await?.try_collect().await?;
        assert_eq!(rows.len(), 1);
        Ok(())
    }

    on_backend! { sqlite Sqlite: engine_without_row_level_security_gets_no_additional_statement }
    on_backend! { mariadb Mariadb: engine_without_row_level_security_gets_no_additional_statement }
}
