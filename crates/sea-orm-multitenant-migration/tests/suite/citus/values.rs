//! Errors of a step before anything is executed.

use crate::entities;
use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_multitenant_migration::{
    MigrationError,
    citus::{
        AlterDistributed, ChangeColocation, Distribute, DistributedSchema, IsolateTenant, ReferenceTable,
    },
};

#[test]
fn shared_table_cannot_be_distributed() {
    let error = Distribute::entity::<entities::country::Entity>().unwrap_err();
    assert_eq!(error, MigrationError::SharedTable { table: "country".to_owned() });
    assert!(error.to_string().contains("`ReferenceTable`"));
}

#[test]
fn tenant_table_cannot_be_a_reference_table() {
    let error = ReferenceTable::entity::<entities::project::Entity>().unwrap_err();
    assert_eq!(error, MigrationError::NotShared { table: "project".to_owned() });
    assert!(ReferenceTable::entity::<entities::account::Entity>().is_err());
}

#[test]
fn shards_of_a_colocated_table_are_refused() {
    let step = Distribute::with_root("project", "account_id", "account").shards(4);
    for backend in [DbBackend::Postgres, DbBackend::Sqlite, DbBackend::MySql] {
        let error = step.up_sql(backend).unwrap_err();
        assert!(matches!(error, MigrationError::ShardCount { .. }), "{error}");
    }
}

#[test]
fn names_are_checked_on_every_engine() {
    for backend in [DbBackend::Postgres, DbBackend::Sqlite, DbBackend::MySql] {
        for error in [
            Distribute::root("", "id").up_sql(backend),
            Distribute::root("account", "").up_sql(backend),
            Distribute::with_root("task", "account_id", "").up_sql(backend),
            ReferenceTable::new("a\0b").down_sql(backend),
            DistributedSchema::new("").up_sql(backend),
        ] {
            assert!(matches!(error, Err(MigrationError::UnusableName { .. })), "{error:?}");
        }
    }
}

#[test]
fn down_without_the_previous_state_is_refused() {
    for (error, method) in [
        (AlterDistributed::shards("account", 4).down_sql(DbBackend::Postgres), "shards_before"),
        (IsolateTenant::new("account", 4).down_sql(DbBackend::Postgres), "shards_before"),
        (ChangeColocation::alone("account").down_sql(DbBackend::Postgres), "before"),
    ] {
        let error = error.unwrap_err();
        assert!(
            matches!(error, MigrationError::NoWayBack { method: found, .. } if found == method),
            "{error}"
        );
    }
}

#[test]
fn quotes_in_arguments_are_escaped() {
    let sql = Distribute::root(("a'b", r#"c"d"#), "e'f").up_sql(DbBackend::Postgres).unwrap();
    assert_eq!(sql, [r#"SELECT create_distributed_table('"a''b"."c""d"', 'e''f', colocate_with => 'none')"#]);
    let sql =
        IsolateTenant::new("account", "x'); DROP TABLE account; --").up_sql(DbBackend::Postgres).unwrap();
    assert!(sql[0].contains("'x''); DROP TABLE account; --'"), "{sql:?}");
}
