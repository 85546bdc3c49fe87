//! C, and those of R and W that are about which tenant there is: scopes, threads and tasks.

use super::prelude::*;
use futures_util::TryStreamExt;

/// Fails to compile if a type can be made a tenant: a scope takes exactly one.
macro_rules! assert_is_no_tenant {
    ($($ty:ty),+ $(,)?) => {
        $({
            trait Ambiguous<M> {
                fn is_no_tenant() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: TryInto<TenantId>> Ambiguous<u8> for T {}
            <$ty as Ambiguous<_>>::is_no_tenant();
        })+
    };
}

/// R37: there is no scope without a tenant.
async fn r37_there_is_no_scope_without_a_tenant(db: &TestDb) -> Outcome {
    assert_is_no_tenant!((), Option<i64>, Option<TenantId>);
    for nothing in [Value::BigInt(None), Value::Int(None), Value::String(None), Value::Uuid(None)] {
        assert_eq!(TenantId::try_from(nothing.clone()), Err(TenancyError::NoTenant));
        assert!(matches!(db.tenancy.scope(nothing), Err(TenancyError::NoTenant)));
    }
    Ok(())
}

/// R38: a list is no tenant, and a scope of an empty list sees nothing. A text is no integer.
async fn r38_an_empty_list_is_no_tenant(db: &TestDb) -> Outcome {
    assert_is_no_tenant!(Vec<i64>, [i64; 0], &[i64], Vec<TenantId>, std::collections::BTreeSet<i64>);
    let nobody = db.scope_many([]).expect("a set may be empty");
    assert_no_rows(&project::Entity::find().all(&nobody).await?);
    assert!(matches!(db.tenancy.scope(""), Err(TenancyError::TenantType { .. })));
    let bytes = db.tenancy.scope(Value::from(Vec::<u8>::new()));
    assert!(matches!(bytes, Err(TenancyError::UnsupportedTenantId { .. })));
    Ok(())
}

/// R38b: a look-up of the tenant that found nobody.
async fn r38b_a_tenant_that_was_not_found_is_no_tenant(db: &TestDb) -> Outcome {
    assert_is_no_tenant!(Select<account::Entity>, Vec<account::Model>, Option<account::Model>);
    let found = account::Entity::find_by_id(99).one(db.unscoped()).await?;
    let id = found.map(|account| account.id);
    assert!(matches!(db.tenancy.scope(Value::BigInt(id)), Err(TenancyError::NoTenant)));
    Ok(())
}

/// R39: 0 is a tenant like any other.
async fn r39_a_tenant_whose_key_is_0_sees_only_its_own_rows(db: &TestDb) -> Outcome {
    let zero = scope(db, 0);
    assert_no_rows(&project::Entity::find().all(&zero).await?);
    assert_no_rows(&account::Entity::find().all(&zero).await?);
    let account = account::Model { id: 0, name: "Zero".to_owned(), country_id: 1 };
    let insert = account::Entity::insert(account.clone().into_active_model());
    assert_eq!(insert.exec_without_returning(db.unscoped()).await?, 1);
    let insert = project::Entity::insert(project_row(0, 900, "Z-p900", 1).into_active_model());
    assert_eq!(insert.exec_without_returning(&zero).await?, 1);
    assert_eq!(account::Entity::find().all(&zero).await?, [account]);
    assert_eq!(project::Entity::find().all(&zero).await?, [project_row(0, 900, "Z-p900", 1)]);
    assert_eq!(names(project::Entity::find(), &scope(db, A)).await?, ["A-p100", "A-p5"]);
    assert_eq!(project::Entity::delete_many().exec(&zero).await?.rows_affected, 1);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// R40.
async fn r40_an_unsaved_tenant_is_no_tenant(db: &TestDb) -> Outcome {
    assert_is_no_tenant!(account::ActiveModel, ActiveValue<i64>);
    let unsaved = account::ActiveModel { name: Set("new".to_owned()), ..Default::default() };
    let id = unsaved.id.into_value().unwrap_or(Value::BigInt(None));
    assert!(matches!(db.tenancy.scope(id), Err(TenancyError::NoTenant)));
    Ok(())
}

/// W24: there is no scope without a tenant; a delete without a condition is the tenant's.
async fn w24_a_delete_of_all_rows_needs_a_tenant_and_deletes_its_rows(db: &TestDb) -> Outcome {
    assert!(matches!(db.tenancy.scope(Value::BigInt(None)), Err(TenancyError::NoTenant)));
    let deleted = scope(db, A).execute_unprepared(&format!("DELETE FROM {PREFIX}project")).await?;
    assert_eq!(deleted.rows_affected(), 2);
    assert_no_rows(&projects_of(db, A).await?);
    Ok(())
}

/// W25: there is no scope without a tenant; a NULL in the tenant column becomes the scope's.
async fn w25_a_row_without_a_tenant_needs_a_scope_and_becomes_its_tenants(db: &TestDb) -> Outcome {
    assert!(matches!(db.tenancy.scope(Value::BigInt(None)), Err(TenancyError::NoTenant)));
    let sql =
        format!("INSERT INTO {PREFIX}project (id, account_id, name, employee_id) VALUES (500, NULL, 'x', 1)");
    assert_eq!(scope(db, A).execute_unprepared(&sql).await?.rows_affected(), 1);
    let mut expected = projects_of_a();
    expected.push(project_row(A, 500, "x", 1));
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// W26: no list is a tenant, so in a scope a row's tenant is never in doubt. A set of tenants has a scope of its own, which
/// refuses a row without a tenant.
async fn w26_a_row_is_never_created_for_a_list_of_tenants(db: &TestDb) -> Outcome {
    assert_is_no_tenant!(Vec<i64>, [i64; 2], (i64, i64), &[TenantId]);
    let scope = scope(db, A);
    assert_eq!(scope.tenant(), &TenantId::from(A));
    let row = project::ActiveModel { account_id: NotSet, ..project_row(A, 500, "x", 1).into_active_model() };
    assert_eq!(project::Entity::insert(row).exec_without_returning(&scope).await?, 1);
    assert_eq!(
        project::Entity::find_by_id(key(A, 500)).one(&scope).await?,
        Some(project_row(A, 500, "x", 1))
    );
    let both = db.scope_many([A, B])?;
    let row = project::ActiveModel { account_id: NotSet, ..project_row(A, 501, "x", 1).into_active_model() };
    let refused = project::Entity::insert(row).exec_without_returning(&both).await;
    assert!(refused.is_err_and(|error| TenancyError::from_db_err(&error).is_some()));
    assert_eq!(project::Entity::find_by_id(key(A, 501)).one(&both).await?, None);
    Ok(())
}

/// C1.
async fn c1_a_scope_keeps_its_tenant_in_another_thread(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let runtime = tokio::runtime::Handle::current();
    let (send, receive) = tokio::sync::oneshot::channel();
    let hearing = db.hearing.clone();
    let thread = std::thread::spawn(move || {
        hearing.be_here();
        let found = runtime.block_on(project::Entity::find().order_by_asc(project::Column::Id).all(&scope));
        let _ = send.send((scope.tenant().clone(), found));
    });
    let (tenant, found) = receive.await?;
    thread.join().expect("the thread does not panic");
    assert_eq!(tenant, TenantId::from(A));
    assert_eq!(found?, projects_of_a());
    Ok(())
}

/// C2.
async fn c2_concurrent_tasks_of_two_tenants_do_not_mix(db: &TestDb) -> Outcome {
    let task = |tenant: i64| {
        let scope = scope(db, tenant);
        async move {
            let mut seen = Vec::new();
            for _ in 0..20 {
                seen.push(names(project::Entity::find(), &scope).await?);
                tokio::task::yield_now().await;
            }
            Ok::<_, DbErr>(seen)
        }
    };
    let (a, b) = (tokio::spawn(task(A)), tokio::spawn(task(B)));
    assert_eq!(a.await??, vec![["A-p100", "A-p5"]; 20]);
    assert_eq!(b.await??, vec![["B-p200", "B-p5"]; 20]);
    let (a, b) = tokio::join!(task(A), task(B));
    assert_eq!(a?, vec![["A-p100", "A-p5"]; 20]);
    assert_eq!(b?, vec![["B-p200", "B-p5"]; 20]);
    Ok(())
}

/// C3.
async fn c3_a_scope_keeps_its_tenant_in_blocking_code(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let runtime = tokio::runtime::Handle::current();
    let found = tokio::task::spawn_blocking(move || {
        runtime.block_on(project::Entity::find().order_by_asc(project::Column::Id).all(&scope))
    });
    assert_eq!(found.await??, projects_of_a());
    Ok(())
}

/// C4: connections come back from the pool and carry no tenant, nor does a scope that is gone leave one.
async fn c4_a_connection_that_was_another_tenants_keeps_nothing_of_it(db: &TestDb) -> Outcome {
    for _ in 0..4 {
        let request = scope(db, B).begin().await?;
        assert_eq!(names(project::Entity::find(), &request).await?, ["B-p200", "B-p5"]);
        request.commit().await?;
        let request = scope(db, A).begin().await?;
        assert_eq!(names(project::Entity::find(), &request).await?, ["A-p100", "A-p5"]);
        drop(request);
        assert!(matches!(db.tenancy.scope(Value::BigInt(None)), Err(TenancyError::NoTenant)));
    }
    let transaction = db.for_scopes().begin().await?;
    let (a, b) = (db.tenancy.scope_on(&transaction, A)?, db.tenancy.scope_on(&transaction, B)?);
    assert_eq!(names(project::Entity::find(), &b).await?, ["B-p200", "B-p5"]);
    assert_eq!(names(project::Entity::find(), &a).await?, ["A-p100", "A-p5"]);
    transaction.rollback().await?;
    Ok(())
}

/// C5: what is read later is read through the scope that is named, whichever was used in between. On SQLite a stream
/// holds the one connection, so the other scope is only made, not used, before the stream is polled on.
async fn c5_rows_read_after_another_scope_was_used_are_the_tenants(db: &TestDb) -> Outcome {
    let (a, b) = (scope(db, A), scope(db, B));
    let projects = project::Entity::find().order_by_asc(project::Column::Id).all(&a).await?;
    assert_eq!(names(project::Entity::find(), &b).await?, ["B-p200", "B-p5"]);
    let tasks = projects.load_many(task::Entity, &a).await?;
    assert_eq!(tasks, [[task_row(A, 50, 5, "A-t50")], [task_row(A, 100, 100, "A-t100")]]);

    let mut stream = project::Entity::find().order_by_asc(project::Column::Id).stream(&a).await?;
    assert_eq!(stream.try_next().await?, Some(project_row(A, 5, "A-p5", 1)));
    if db.backend != Backend::Sqlite {
        assert_eq!(names(project::Entity::find(), &b).await?, ["B-p200", "B-p5"]);
    }
    assert_eq!(stream.try_next().await?, Some(project_row(A, 100, "A-p100", 1)));
    assert_eq!(stream.try_next().await?, None);
    drop(stream);

    let pages = project::Entity::find().order_by_asc(project::Column::Id).paginate(&a, 1);
    assert_eq!(pages.fetch_page(0).await?, [project_row(A, 5, "A-p5", 1)]);
    assert_eq!(names(project::Entity::find(), &b).await?, ["B-p200", "B-p5"]);
    assert_eq!(pages.fetch_page(1).await?, [project_row(A, 100, "A-p100", 1)]);
    assert_no_rows(&pages.fetch_page(2).await?);
    Ok(())
}

cases!(
    r37_there_is_no_scope_without_a_tenant,
    r38_an_empty_list_is_no_tenant,
    r38b_a_tenant_that_was_not_found_is_no_tenant,
    r39_a_tenant_whose_key_is_0_sees_only_its_own_rows,
    r40_an_unsaved_tenant_is_no_tenant,
    w24_a_delete_of_all_rows_needs_a_tenant_and_deletes_its_rows,
    w25_a_row_without_a_tenant_needs_a_scope_and_becomes_its_tenants,
    w26_a_row_is_never_created_for_a_list_of_tenants,
    c1_a_scope_keeps_its_tenant_in_another_thread,
    c2_concurrent_tasks_of_two_tenants_do_not_mix,
    c3_a_scope_keeps_its_tenant_in_blocking_code,
    c4_a_connection_that_was_another_tenants_keeps_nothing_of_it,
    c5_rows_read_after_another_scope_was_used_are_the_tenants,
);
