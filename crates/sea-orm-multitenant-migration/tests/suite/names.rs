//! Names that engines truncate or refuse.

use crate::harness::{Backend, Outcome, TestDb};
use sea_orm_migration::{schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::{
    MigrationError, RowLevelSecurity, TenantForeignKey, TenantIndex, TenantTable, TenantUnique,
};

/// Names of tables and columns for which every generated name is too long.
fn long(end: &str) -> String {
    format!("{}_{end}", "long".repeat(14))
}

fn parent() -> TenantTable {
    TenantTable::new(long("above"), big_integer(long("t"))).id(big_integer("id"))
}

fn child() -> TenantTable {
    TenantTable::new(long("below"), big_integer(long("t")))
        .id(big_pk_auto("id"))
        .column(big_integer(long("p")))
        .column(big_integer(long("q")))
        .unique([long("p")])
        .index([long("q")])
        .foreign_key(TenantForeignKey::new([long("p")], long("above")))
        .foreign_key(TenantForeignKey::new([long("q")], long("above")))
}

async fn long_names_are_truncated_and_can_be_dropped(db: &TestDb) -> Outcome {
    for _ in 0..2 {
        parent().create(&db.manager()).await?;
        child().create(&db.manager()).await?;
        let unique = TenantUnique::new([long("q"), long("p")]).on(long("below"), long("t"));
        unique.create(&db.manager()).await?;
        unique.drop(&db.manager()).await?;
        if db.backend != Backend::Sqlite {
            let key = TenantForeignKey::new([long("q")], long("above")).on(long("below"), long("t"));
            key.drop(&db.manager()).await?;
            key.create(&db.manager()).await?;
        }
        child().drop(&db.manager()).await?;
        parent().drop(&db.manager()).await?;
    }
    Ok(())
}

async fn longest_names_are_accepted(db: &TestDb) -> Outcome {
    let longest = |first: char| first.to_string().repeat(63);
    let table = TenantTable::new(longest('t'), big_integer(longest('a')))
        .id(big_integer(longest('b')))
        .unique(TenantUnique::new([longest('b')]).named(longest('u')));
    table.create(&db.manager()).await?;
    table.drop(&db.manager()).await?;
    Ok(())
}

on_every_backend!(long_names_are_truncated_and_can_be_dropped, longest_names_are_accepted);

/// A name that PostgreSQL and MySQL refuse.
fn too_long() -> String {
    "x".repeat(65)
}

#[test]
fn given_name_that_is_too_long_is_refused() {
    let table = || TenantTable::new("task", big_integer("account_id")).id(big_integer("id"));
    let sql = |table: TenantTable, backend| table.create_sql(backend).map(drop);
    for backend in [DbBackend::Postgres, DbBackend::MySql] {
        let key = || TenantForeignKey::new(["id"], "project").named(too_long());
        let found = [
            sql(TenantTable::new(too_long(), big_integer("account_id")), backend),
            sql(TenantTable::new((too_long(), "task"), big_integer("account_id")), backend),
            sql(TenantTable::new("task", big_integer(too_long())), backend),
            sql(table().column(integer(too_long())), backend),
            sql(table().unique(TenantUnique::new(["id"]).named(too_long())), backend),
            sql(table().index(TenantIndex::new(["id"]).named(too_long())), backend),
            sql(table().foreign_key(key()), backend),
            key().on("task", "account_id").create_sql(backend).map(drop),
            key().on("task", "account_id").drop_sql(backend).map(drop),
            TenantIndex::new(["id"]).on(too_long(), "account_id").create_sql(backend).map(drop),
            TenantIndex::new(["id"]).on("task", too_long()).drop_sql(backend).map(drop),
            table().drop_sql(backend).map(drop),
        ];
        let (dropped, refused) = found.split_last().expect("there are some");
        assert_eq!(*dropped, Ok(()));
        for found in refused {
            assert!(matches!(found, Err(MigrationError::NameTooLong { length: 65, .. })), "{found:?}");
        }
    }
}

#[test]
fn an_empty_name_is_refused() {
    for table in [
        TenantTable::new("", big_integer("account_id")),
        TenantTable::new(("", "task"), big_integer("account_id")),
        TenantTable::new("task", big_integer("account_id")).id(big_integer("")),
        TenantTable::new("a\0b", big_integer("account_id")),
    ] {
        for backend in [DbBackend::Postgres, DbBackend::MySql, DbBackend::Sqlite] {
            assert!(matches!(table.create_sql(backend), Err(MigrationError::UnusableName { .. })));
        }
    }
}

#[test]
fn setting_name_must_have_two_parts() {
    let security = || RowLevelSecurity::new("task", "account_id", sea_orm_multitenant::TenantType::Text);
    for bad in ["tenant", "app.", ".tenant", "app.a.b", "app.a', true)) OR true --", "1a.b", ""] {
        let found = security().setting(bad).enable_sql(DbBackend::Postgres);
        assert!(matches!(found, Err(MigrationError::UnusableSetting { .. })), "{bad}");
    }
    let sql = security().setting("my_app.Tenant").enable_sql(DbBackend::Postgres).expect("two names");
    assert!(sql[2].contains("current_setting('my_app.Tenant', true)"), "{sql:?}");
}
