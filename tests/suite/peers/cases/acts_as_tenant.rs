//! The behaviours of acts_as_tenant.

use super::prelude::*;

/// A tag with this tenant and id.
fn new_tag(tenant: ActiveValue<i64>, id: i64, name: &str) -> tag::ActiveModel {
    let (id, name) = (Set(id), Set(name.to_owned()));
    tag::ActiveModel { account_id: tenant, id, name, note: Set("A-new".to_owned()) }
}

async fn the_tenant_of_a_row_is_immutable(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let sql = |tenant: i64| format!("UPDATE {} SET account_id = {tenant}", tag::Entity.table_name());
    assert_mismatch(own.execute_unprepared(&sql(OTHER)).await, &tag::Entity);
    let update = tag::Entity::update_many().col_expr(tag::Column::AccountId, Expr::value(OTHER));
    assert_mismatch(update.exec(&own).await, &tag::Entity);
    assert_eq!(tag::Entity::find().count(&own).await?, 2);
    Ok(())
}

/// The same value is accepted, as any integer that equals it; a text is not an integer, and is refused.
async fn the_same_tenant_is_accepted_and_a_text_that_looks_like_it_is_not(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = tag::Entity.table_name();
    let sql = format!("UPDATE {name} SET account_id = ?, note = ?");
    let update = |tenant: Value| bound(db.backend, &sql, [tenant, "A-same".into()]);
    // A statement has one type for a place: the second is a connection's first with this type.
    own.execute_raw(update(Value::BigInt(Some(OWN)))).await?;
    let small = scope(db, OWN).rewrite(update(Value::Int(Some(1))));
    assert!(small.is_ok(), "{small:?}");
    let text = own.execute_raw(update(Value::String(Some("1".to_owned())))).await;
    assert!(matches!(tenancy_error(text), TenancyError::TenantMismatch { .. }));
    let notes = tag::Entity::find().all(&own).await?.into_iter().map(|row| row.note);
    assert_eq!(notes.collect::<Vec<_>>(), ["A-same"; 2]);
    Ok(())
}

/// A row that has no tenant yet gets the scope's, also where it says NULL.
async fn a_tenant_that_is_null_becomes_the_scopes(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = tag::Entity.table_name();
    let sql = format!("INSERT INTO {name} (account_id, id, name, note) VALUES (?, 501, 'bound', 'A-new')");
    own.execute_raw(bound(db.backend, &sql, [Value::BigInt(None)])).await?;
    let sql =
        format!("INSERT INTO {name} (account_id, id, name, note) VALUES (NULL, 502, 'literal', 'A-new')");
    own.execute_unprepared(&sql).await?;
    let rows = tag::Entity::find().filter(tag::Column::Id.gt(500)).all(db.unscoped()).await?;
    assert_eq!(rows.into_iter().map(|row| row.account_id).collect::<Vec<_>>(), [OWN; 2]);
    Ok(())
}

/// Not offered: a table without a tenant column of its own is not scoped through its parent. It must be declared, and
/// until it is, no scope reaches it.
async fn a_table_without_a_tenant_column_of_its_own_must_be_declared(db: &TestDb) -> Outcome {
    let task = task::Entity.table_name();
    let make = "CREATE TABLE peers_comment (task_id BIGINT NOT NULL, text VARCHAR(100) NOT NULL)";
    db.unscoped().execute_unprepared(make).await?;
    let own = scope(db, OWN);
    let unknown = Refusal::UnknownTable {
        table: "peers_comment".to_owned(),
        reason: sea_orm_multitenant::UnknownReason::NotDeclared,
    };
    for sql in [
        "SELECT text FROM peers_comment".to_owned(),
        format!("SELECT c.text FROM {task} t JOIN peers_comment c ON c.task_id = t.id"),
        format!(
            "SELECT id FROM {task} WHERE EXISTS (SELECT 1 FROM peers_comment c WHERE c.task_id = {task}.id)"
        ),
        "INSERT INTO peers_comment (task_id, text) VALUES (1, 'x')".to_owned(),
        "DELETE FROM peers_comment".to_owned(),
    ] {
        assert_eq!(refusal(own.execute_unprepared(&sql).await), unknown, "{sql}");
    }
    Ok(())
}

/// Not offered: rows of a tenant table that belong to everybody. An entity whose tenant column may be NULL is a conflict
/// when the tenancy is made (`entity::tests` of the facade); in a table that is declared by name, where the column cannot
/// be seen, a row without a tenant is nobody's, and no scope makes one.
async fn a_row_without_a_tenant_is_nobodys(db: &TestDb) -> Outcome {
    let statements = [
        "CREATE TABLE peers_page (account_id BIGINT, slug VARCHAR(100) NOT NULL, text VARCHAR(100) NOT NULL)",
        "INSERT INTO peers_page VALUES (NULL, 'help', 'of all'), (1, 'home', 'A-home'), (2, 'home', 'B-home')",
    ];
    let builder = Tenancy::builder().tenant_table("peers_page", "account_id", TenantType::BigInt);
    let own = named_tenancy(db, &statements, builder).await?.scope(OWN)?;
    let pages = || statement(db.backend, "SELECT text FROM peers_page ORDER BY text");
    assert_eq!(texts(&own, pages()).await?, ["A-home"]);
    let filtered = "SELECT text FROM peers_page WHERE account_id IS NULL OR account_id = 1";
    assert_eq!(texts(&own, statement(db.backend, filtered)).await?, ["A-home"]);
    own.execute_unprepared("INSERT INTO peers_page VALUES (NULL, 'new', 'x')").await.expect_err("no columns");
    let sql = "INSERT INTO peers_page (account_id, slug, text) VALUES (NULL, 'new', 'A-new')";
    own.execute_unprepared(sql).await?;
    assert_eq!(texts(&own, pages()).await?, ["A-home", "A-new"]);
    let global = own.execute_unprepared("UPDATE peers_page SET account_id = NULL").await;
    assert!(
        matches!(
            tenancy_error(global),
            TenancyError::Refused(Refusal::TenantColumnUpdate { .. }) | TenancyError::TenantMismatch { .. }
        ),
        "a row cannot be made everybody's"
    );
    Ok(())
}

/// Within a tenant a name is taken once; across tenants it is free.
async fn names_are_unique_within_a_tenant_and_free_across(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let within = tag::Entity::insert(new_tag(NotSet, 501, "urgent")).exec_without_returning(&own).await;
    assert_unique_error(within);
    project::Entity::delete_by_id(key(OWN, 3)).exec(&own).await?;
    let across = project::Model { name: "Draco".to_owned(), ..project_row(OWN, 3) }.into_active_model();
    assert_eq!(project::Entity::insert(across).exec_without_returning(&own).await?, 1);
    let renamed = tag::Entity::update_many()
        .col_expr(tag::Column::Name, Expr::value("urgent"))
        .filter(tag::Column::Name.eq("later"));
    assert_unique_error(renamed.exec(&own).await);
    Ok(())
}

/// A scope is a value: there is nothing to restore when the inner one ends, or fails.
async fn a_scope_within_a_scope_leaves_the_outer_one_also_on_an_error(db: &TestDb) -> Outcome {
    let outer = scope(db, OWN);
    assert_eq!(projects(&outer).await?, projects_of(OWN));
    {
        let inner = scope(db, OTHER);
        assert_eq!(projects(&inner).await?, projects_of(OTHER));
        assert_eq!(projects(&outer).await?, projects_of(OWN));
    }
    assert_eq!(projects(&outer).await?, projects_of(OWN));
    let failed = async {
        let inner = scope(db, OTHER);
        projects(&inner).await?;
        inner.execute_unprepared("SELECT 1 FROM nowhere").await.map(|_| ())
    };
    assert!(matches!(refusal(failed.await), Refusal::UnknownTable { .. }));
    assert_eq!(projects(&outer).await?, projects_of(OWN));
    Ok(())
}

/// A tenant is always required: the error is typed, and comes before anything is sent.
async fn a_tenant_is_required(db: &TestDb) -> Outcome {
    assert_eq!(db.tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
    assert_eq!(TenantId::try_from(Value::BigInt(None)), Err(TenancyError::NoTenant));
    let error: DbErr = TenancyError::NoTenant.into();
    assert_eq!(TenancyError::from_db_err(&error), Some(&TenancyError::NoTenant));
    Ok(())
}

cases!(
    the_tenant_of_a_row_is_immutable,
    the_same_tenant_is_accepted_and_a_text_that_looks_like_it_is_not,
    a_tenant_that_is_null_becomes_the_scopes,
    a_table_without_a_tenant_column_of_its_own_must_be_declared,
    a_row_without_a_tenant_is_nobodys,
    names_are_unique_within_a_tenant_and_free_across,
    a_scope_within_a_scope_leaves_the_outer_one_also_on_an_error,
    a_tenant_is_required,
);
