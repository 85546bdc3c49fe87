//! Tables with global rows.

use crate::harness::{Backend, Outcome, TestDb, texts};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_migration::schema::*;
use sea_orm_multitenant::{ForeignKey, Table, Tenancy, TenantType};
use sea_orm_multitenant_migration::{
    FindingKind, MigrationError, Mode, PlanError, TenancyPlan, TenantForeignKey, TenantTable,
    enable_row_level_security,
};

fn tag() -> TenantTable {
    TenantTable::new("tag", big_integer("account_id"))
        .id(big_integer("id"))
        .column(string("name"))
        .column(big_integer_null("parent_id"))
        .unique(["name"])
        .foreign_key(TenantForeignKey::to_shared(["parent_id"], "tag"))
        .with_global_rows()
}

async fn create(db: &TestDb) -> Outcome {
    tag().create(&db.manager()).await?;
    db.run("INSERT INTO tag (account_id, id, name) VALUES (NULL, 1, 'red'), (NULL, 2, 'red'), (1, 3, 'red'), (2, 4, 'red')").await;
    Ok(())
}

async fn a_row_may_belong_to_nobody_and_a_tenant_has_a_name_once(db: &TestDb) -> Outcome {
    create(db).await?;
    db.refused("INSERT INTO tag (account_id, id, name) VALUES (1, 5, 'red')").await;
    db.refused("INSERT INTO tag (account_id, id, name) VALUES (1, 1, 'blue')").await;
    db.run("INSERT INTO tag (account_id, id, name, parent_id) VALUES (1, 5, 'blue', 2)").await;
    Ok(())
}

async fn a_generated_id_is_the_whole_key(db: &TestDb) -> Outcome {
    let tag = TenantTable::new("tag", big_integer("account_id"))
        .id(big_integer("id"))
        .generated("id")
        .column(string("name"))
        .with_global_rows();
    tag.create(&db.manager()).await?;
    db.run("INSERT INTO tag (account_id, name) VALUES (NULL, 'red')").await;
    db.run("INSERT INTO tag (account_id, name) VALUES (1, 'red')").await;
    assert_eq!(db.texts("SELECT CAST(id AS CHAR(1)) FROM tag ORDER BY id").await, ["1", "2"]);
    Ok(())
}

mod label {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "label")]
    #[tenant(column = "account_id", global)]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        #[sea_orm(unique_key = "name")]
        pub(super) account_id: Option<i64>,
        #[sea_orm(unique_key = "name")]
        pub(super) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn an_entity_has_its_table(db: &TestDb) -> Outcome {
    TenantTable::from_entity::<label::Entity>()?.create(&db.manager()).await?;
    db.run("INSERT INTO label (account_id, name) VALUES (NULL, 'red')").await;
    db.run("INSERT INTO label (account_id, name) VALUES (1, 'red')").await;
    db.refused("INSERT INTO label (account_id, name) VALUES (1, 'red')").await;
    assert_eq!(db.texts("SELECT CAST(id AS CHAR(1)) FROM label ORDER BY id").await[..2], ["1", "2"]);
    Ok(())
}

async fn a_key_with_the_tenant_is_refused(db: &TestDb) -> Outcome {
    let error =
        |table: TenantTable| table.create_sql(db.connection.get_database_backend()).expect_err("no key");
    let without = TenantTable::new("tag", big_integer("account_id")).with_global_rows();
    let with = TenantTable::new("tag", big_integer("account_id")).id(big_integer("account_id"));
    for table in [without, with.with_global_rows()] {
        assert!(matches!(error(table), MigrationError::GlobalRows { .. }));
    }
    Ok(())
}

fn tenancy(db: &TestDb) -> Result<Tenancy, Box<dyn std::error::Error>> {
    let tag = Table::tenant("tag", "account_id", TenantType::BigInt)
        .with_columns(["account_id", "id", "name", "parent_id"])
        .with_primary_key(["id"])
        .with_foreign_key(ForeignKey::new(["parent_id"], "tag", ["id"]))
        .with_global_rows();
    Ok(Tenancy::builder().without_entities().table(tag).build(db.connection.clone())?)
}

async fn check_knows_what_holds_for_it(db: &TestDb) -> Outcome {
    create(db).await?;
    let tenancy = tenancy(db)?;
    let findings = || async { TenancyPlan::new(&tenancy).check().await };
    let kinds = |findings: Vec<sea_orm_multitenant_migration::Finding>| {
        let kinds = findings.into_iter().map(|finding| finding.kind);
        kinds.filter(|kind| *kind != FindingKind::NoRowLevelSecurity).collect::<Vec<_>>()
    };
    assert_eq!(kinds(findings().await?), []);
    db.run("UPDATE tag SET parent_id = 3 WHERE id = 1").await;
    let referring = FindingKind::GlobalRowsReferToTenants {
        columns: vec!["parent_id".to_owned()],
        parent: "tag".to_owned(),
        rows: 1,
    };
    assert_eq!(kinds(findings().await?), [referring]);
    db.run("UPDATE tag SET parent_id = NULL").await;
    if db.backend == Backend::Postgres {
        db.run("CREATE UNIQUE INDEX once ON tag (account_id, parent_id, id) NULLS NOT DISTINCT").await;
        let found = kinds(findings().await?);
        assert!(
            matches!(found.as_slice(), [FindingKind::NullsNotDistinct { key, .. }] if key == "once"),
            "{found:?}"
        );
    }
    let refused = TenancyPlan::new(&tenancy).convert(Mode::Offline).await.map(drop);
    assert!(
        matches!(&refused, Err(PlanError::Unconvertible { table, what, .. }) if table == "tag" && what.contains("global rows")),
        "{refused:?}"
    );
    Ok(())
}

/// A transaction of a role that policies bind, for a tenant.
async fn begin(db: &TestDb, tenant: &str) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db.connection.begin().await?;
    transaction.execute_unprepared(&format!("SET LOCAL ROLE {}", db.name)).await?;
    let set = format!("SELECT set_config('app.tenant_id', '{tenant}', true)");
    transaction.execute_unprepared(&set).await?;
    Ok(transaction)
}

async fn policies_let_global_rows_be_read_and_not_written(db: &TestDb) -> Outcome {
    create(db).await?;
    let role = &db.name;
    db.run(&format!("CREATE ROLE {role}")).await;
    db.run(&format!("GRANT ALL ON SCHEMA {role} TO {role}")).await;
    db.run(&format!("ALTER TABLE tag OWNER TO {role}")).await;
    enable_row_level_security(&db.manager(), &tag().row_level_security()?).await?;
    let transaction = begin(db, "1").await?;
    let seen = texts(&transaction, "SELECT CAST(id AS CHAR(1)) FROM tag ORDER BY id").await;
    assert_eq!(seen, ["1", "2", "3"]);
    for sql in ["UPDATE tag SET name = 'x'", "DELETE FROM tag"] {
        assert_eq!(transaction.execute_unprepared(sql).await?.rows_affected(), 1, "{sql}");
    }
    let sql = "INSERT INTO tag (account_id, id, name) VALUES (NULL, 9, 'mine')";
    let error = transaction.execute_unprepared(sql).await.expect_err("nobody makes a global row");
    assert!(error.to_string().contains("row-level security"), "{error}");
    drop(transaction);
    let found = TenancyPlan::new(&tenancy(db)?).check().await?;
    let found: Vec<_> =
        found.iter().filter(|finding| finding.table == "tag").map(ToString::to_string).collect();
    assert_eq!(found, Vec::<String>::new(), "the policies are known");
    Ok(())
}

on_every_backend! {
    a_row_may_belong_to_nobody_and_a_tenant_has_a_name_once,
    a_generated_id_is_the_whole_key,
    an_entity_has_its_table,
    a_key_with_the_tenant_is_refused,
    check_knows_what_holds_for_it,
}

mod of_postgres {
    use super::policies_let_global_rows_be_read_and_not_written;

    on_backend! { postgres Postgres: policies_let_global_rows_be_read_and_not_written }
}
