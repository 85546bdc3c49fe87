//! Who may see more than one tenant: only who says so, for that call.

use super::prelude::*;
use crate::peers::extra::TEXT_NOTE;

/// 4: unscoped access is a connection in the hand of who asked for it, and changes nothing for anybody else.
async fn class_04_unscoped_access_beside_a_scope_does_not_widen_it(db: &TestDb) -> Outcome {
    let all = db.tenancy.unscoped("a report over all tenants");
    let own = scope(db, OWN);
    for _ in 0..5 {
        let (every, rows) = tokio::join!(project::Entity::find().count(all), projects(&own));
        assert_eq!(every?, 7);
        assert_eq!(rows?, projects_of(OWN));
    }
    let task = tokio::spawn(async move { projects(&own).await });
    assert_eq!(project::Entity::find().count(all).await?, 7);
    assert_eq!(task.await??, projects_of(OWN));
    Ok(())
}

/// 10: no value that names nobody makes a scope.
async fn class_10_no_tenant_makes_no_scope(db: &TestDb) -> Outcome {
    let nobody =
        [Value::BigInt(None), Value::Int(None), Value::String(None), Value::Uuid(None), Value::Bool(None)];
    for value in nobody {
        let made = db.tenancy.scope(value.clone());
        assert!(
            matches!(made, Err(TenancyError::NoTenant | TenancyError::UnsupportedTenantId { .. })),
            "{value:?}: {made:?}"
        );
    }
    Ok(())
}

/// 10: a tenant that does not exist has no rows, and reaches nobody's.
async fn class_10_an_unknown_tenant_has_no_rows(db: &TestDb) -> Outcome {
    let nobody = scope(db, 99);
    assert!(projects(&nobody).await?.is_empty());
    assert_eq!(account::Entity::find().count(&nobody).await?, 0);
    let renote = task::Entity::update_many().col_expr(task::Column::Note, Expr::value("lost"));
    assert_eq!(renote.exec(&nobody).await?.rows_affected, 0);
    assert_eq!(task_tag::Entity::delete_many().exec(&nobody).await?.rows_affected, 0);
    assert_eq!(task::Entity::find().count(&scope(db, OWN)).await?, 3);
    Ok(())
}

/// 20: an absent tenant is an error, and never a comparison with NULL.
async fn class_20_an_absent_tenant_is_an_error_and_no_is_null(db: &TestDb) -> Outcome {
    assert_eq!(db.tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
    let (own, log) = watched(db, OWN);
    assert_eq!(projects(&own).await?, projects_of(OWN));
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "account_id"), 1, "{text}");
    assert!(!text.contains("IS NULL"), "{text}");
    Ok(())
}

/// 20: what is unscoped is not filtered at all, also beside a scope.
async fn class_20_unscoped_access_filters_nothing(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    assert_eq!(project::Entity::find().count(&own).await?, 3);
    assert_eq!(project::Entity::find().count(db.tenancy.unscoped("a report over all tenants")).await?, 7);
    assert_eq!(project::Entity::find().count(&own).await?, 3);
    Ok(())
}

/// 27: an administrator's page goes through the tenants, each in its scope, or says why it does not.
async fn class_27_an_administrator_visits_each_tenant_or_says_why_not(db: &TestDb) -> Outcome {
    let everybody = db.tenancy.unscoped("the administrator's page");
    let accounts = account::Entity::find().order_by_asc(account::Column::Id).all(everybody).await?;
    assert_eq!(accounts, [account_row(OWN), account_row(OTHER)]);
    let mut counts = Vec::new();
    for account in accounts {
        counts.push(project::Entity::find().count(&scope(db, account.id)).await?);
    }
    assert_eq!(counts, [3, 4]);
    assert_eq!(project::Entity::find().count(everybody).await?, counts.iter().sum::<u64>());
    Ok(())
}

/// 27: a program's own tests can set up rows without a scope, act in one, and roll all of it back.
async fn class_27_a_test_of_ones_own_rolls_back_what_it_did_in_scopes(db: &TestDb) -> Outcome {
    let transaction = db.for_scopes().begin().await?;
    let own = db.tenancy.scope_on(&transaction, OWN)?;
    assert_eq!(task_tag::Entity::delete_many().exec(&own).await?.rows_affected, 3);
    assert_eq!(task_tag::Entity::find().count(&db.tenancy.scope_on(&transaction, OTHER)?).await?, 3);
    drop(own);
    transaction.rollback().await?;
    assert_eq!(task_tag::Entity::find().count(&scope(db, OWN)).await?, 3);
    Ok(())
}

/// 28: no number stands for all tenants, or for none.
async fn class_28_no_number_is_reserved(db: &TestDb) -> Outcome {
    for tenant in [0, -1, i64::MIN, i64::MAX, i64::from(i32::MAX)] {
        let reserved = scope(db, tenant);
        assert!(projects(&reserved).await?.is_empty(), "{tenant}");
        assert_eq!(task_tag::Entity::delete_many().exec(&reserved).await?.rows_affected, 0, "{tenant}");
    }
    Ok(())
}

/// 28: no text does either, whatever a header brings.
async fn class_28_no_text_is_reserved(db: &TestDb) -> Outcome {
    let rows =
        "INSERT INTO peers_text_note (id, tenant, text) VALUES (1, 'acme', 'of acme'), (2, '', 'of nobody')";
    let builder = Tenancy::builder().tenant_table("peers_text_note", "tenant", TenantType::Text);
    let tenancy = named_tenancy(db, &[TEXT_NOTE, rows], builder).await?;
    let select = || statement(db.backend, "SELECT text FROM peers_text_note");
    let brought = [
        "system",
        "admin",
        "root",
        "public",
        "default",
        "*",
        "%",
        "_",
        "acm_",
        "null",
        "NULL",
        "0",
        "acme'--",
        "' OR ''='",
        "acme\u{0}",
        "ACME",
        "acmé",
        "../acme",
    ];
    for header in brought {
        let scope = tenancy.scope(header)?;
        match texts(&scope, select()).await {
            Ok(rows) => assert_eq!(rows, [] as [&str; 0], "{header}"),
            // PostgreSQL takes no NUL in a text.
            Err(error) => assert!(header.contains('\0') && db.backend == Backend::Postgres, "{error:?}"),
        }
    }
    assert_eq!(texts(&tenancy.scope("acme")?, select()).await?, ["of acme"]);
    let padded = tenancy.scope("acme ");
    assert!(matches!(padded, Err(TenancyError::UnsupportedTenantId { .. })), "{padded:?}");
    Ok(())
}

cases!(
    class_04_unscoped_access_beside_a_scope_does_not_widen_it,
    class_10_no_tenant_makes_no_scope,
    class_10_an_unknown_tenant_has_no_rows,
    class_20_an_absent_tenant_is_an_error_and_no_is_null,
    class_20_unscoped_access_filters_nothing,
    class_27_an_administrator_visits_each_tenant_or_says_why_not,
    class_27_a_test_of_ones_own_rolls_back_what_it_did_in_scopes,
    class_28_no_number_is_reserved,
    class_28_no_text_is_reserved,
);
