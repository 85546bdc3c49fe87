//! 7 and 8: a scope leaves nothing on the connection that it used.

use super::prelude::*;

/// Settings of MariaDB that change by themselves from one statement to the next.
const CHANGING: [&str; 9] = [
    "error_count",
    "identity",
    "insert_id",
    "in_transaction",
    "last_insert_id",
    "rand_seed1",
    "rand_seed2",
    "timestamp",
    "warning_count",
];

/// All that a session of the engine keeps: its settings, its temporary tables, its variables and locks.
async fn session(backend: Backend, db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let queries: &[&str] = match backend {
        Backend::Postgres => &[
            "SELECT name, setting FROM pg_settings ORDER BY name",
            "SELECT 'schemas', current_schemas(true)::text",
            "SELECT 'role', session_user || ' as ' || current_user",
            "SELECT 'temporary', relname::text FROM pg_class WHERE relpersistence = 't' ORDER BY relname",
            "SELECT 'lock', objid::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
            "SELECT 'channel', channel FROM pg_listening_channels() AS channel",
            "SELECT 'cursor', name FROM pg_cursors",
        ],
        Backend::Mariadb => &[
            "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.SESSION_VARIABLES ORDER BY VARIABLE_NAME",
            "SELECT 'database', DATABASE()",
            "SELECT 'role', COALESCE(CURRENT_ROLE(), 'none')",
            "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.USER_VARIABLES",
        ],
        Backend::Sqlite => &[
            // Before the list of databases, as looking for temporary tables opens the database for them.
            "SELECT 'temporary', name FROM sqlite_temp_master ORDER BY name",
            "SELECT 'database', name FROM pragma_database_list ORDER BY seq",
            "SELECT 'foreign_keys', CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
            "SELECT 'defer_foreign_keys', CAST(defer_foreign_keys AS TEXT) FROM pragma_defer_foreign_keys",
            "SELECT 'query_only', CAST(query_only AS TEXT) FROM pragma_query_only",
            "SELECT 'recursive_triggers', CAST(recursive_triggers AS TEXT) FROM pragma_recursive_triggers",
        ],
    };
    let mut found = Vec::new();
    for sql in queries {
        for row in db.query_all_raw(statement(backend, *sql)).await? {
            let (name, value): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            if !CHANGING.contains(&name.to_lowercase().as_str()) {
                found.push(format!("{name} = {value}"));
            }
        }
    }
    Ok(found)
}

/// 7: two tenants take turns on one connection; its session is the same before and after each.
async fn class_07_nothing_of_a_tenant_stays_on_a_pooled_connection(db: &TestDb) -> Outcome {
    let connection = db.one_connection().await?;
    let before = session(db.backend, &connection).await?;
    assert!(before.len() > 2, "{before:?}");
    let tenancy = Tenancy::new(connection.clone())?;
    for tenant in [OTHER, OWN, OTHER, OWN] {
        let scope = tenancy.scope(tenant)?;
        assert_eq!(projects(&scope).await?, projects_of(tenant));
        let transaction = scope.begin().await?;
        let renote = task::Entity::update_many().col_expr(task::Column::Note, Expr::value("B-lost"));
        assert!(renote.exec(&transaction).await?.rows_affected >= 3);
        assert_eq!(projects(&transaction).await?, projects_of(tenant));
        if tenant == OWN {
            transaction.rollback().await?;
        } else {
            drop(transaction);
        }
        assert_eq!(session(db.backend, &connection).await?, before);
    }
    Ok(())
}

/// 7: text cannot change the session either.
async fn class_07_text_cannot_change_the_session(db: &TestDb) -> Outcome {
    let statements = [
        "SET search_path = other",
        "SET SESSION sql_mode = 'ANSI_QUOTES'",
        "SET @tenant = 2",
        "SET ROLE other",
        "USE other",
        "PRAGMA foreign_keys = OFF",
        "SELECT set_config('search_path', 'other', false)",
        "SELECT @tenant := 2",
        "SELECT pg_advisory_lock(1)",
        "SELECT get_lock('a', 1)",
        "CREATE TEMPORARY TABLE project (id BIGINT)",
        "CREATE TEMP TABLE project AS SELECT 1",
        "SELECT 1 INTO TEMPORARY project",
        "ATTACH DATABASE ':memory:' AS other",
        "LISTEN other",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "PREPARE p AS SELECT 1",
        "LOCK TABLES project READ",
        "RESET ALL",
        "DISCARD ALL",
    ];
    let connection = db.one_connection().await?;
    let before = session(db.backend, &connection).await?;
    let own = Tenancy::new(connection.clone())?.scope(OWN)?;
    for sql in statements {
        let done = own.execute_unprepared(sql).await;
        let refused = done.err().map(|error| TenancyError::from_db_err(&error).cloned());
        assert!(matches!(refused, Some(Some(TenancyError::Refused(_)))), "{sql}: {refused:?}");
    }
    assert_eq!(session(db.backend, &connection).await?, before);
    assert_eq!(projects(&own).await?, projects_of(OWN));
    Ok(())
}

/// 8: the tenant is not the session's, so that a savepoint that is rolled back takes nothing of it along.
async fn class_08_a_savepoint_that_is_rolled_back_leaves_the_tenant(db: &TestDb) -> Outcome {
    let outer = scope(db, OWN).begin().await?;
    for _ in 0..2 {
        let inner = outer.begin().await?;
        assert_eq!(task_tag::Entity::delete_many().exec(&inner).await?.rows_affected, 3);
        inner.rollback().await?;
        assert_eq!(projects(&outer).await?, projects_of(OWN));
        assert_eq!(task_tag::Entity::find().count(&outer).await?, 3);
    }
    outer.commit().await?;
    Ok(())
}

/// 8: the same of two tenants who share a transaction, each in savepoints of its own.
async fn class_08_two_tenants_in_one_transaction_keep_to_themselves(db: &TestDb) -> Outcome {
    let transaction = db.for_scopes().begin().await?;
    let before = session(db.backend, &transaction).await?;
    for tenant in [OWN, OTHER, OWN] {
        let scope = db.tenancy.scope_on(&transaction, tenant)?;
        let inner = scope.begin().await?;
        let renote = project::Entity::update_many().col_expr(project::Column::Note, Expr::value("lost"));
        assert_eq!(renote.exec(&inner).await?.rows_affected, projects_of(tenant).len() as u64);
        inner.rollback().await?;
        assert_eq!(projects(&scope).await?, projects_of(tenant));
    }
    assert_eq!(session(db.backend, &transaction).await?, before);
    transaction.commit().await?;
    Ok(())
}

cases!(
    class_07_nothing_of_a_tenant_stays_on_a_pooled_connection,
    class_07_text_cannot_change_the_session,
    class_08_a_savepoint_that_is_rolled_back_leaves_the_tenant,
    class_08_two_tenants_in_one_transaction_keep_to_themselves,
);
