//! Breaks each rule of Citus about tables and keys once, and checks the message.

use super::{assert_whole, create_distributed, rule, steps};
use crate::harness::{Outcome, TestDb, connect_to_worker};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{SchemaManager, sea_query::ForeignKeyAction};
use sea_orm_multitenant_migration::{
    TenantForeignKey, TenantUnique,
    citus::{
        AlterDistributed, ChangeColocation, CitusError, CitusRule, Distribute, DistributedSchema,
        IsolateTenant, MoveShard, ShardTransfer, sequential, truncate_local_data,
    },
};

/// Asserts that a step or part broke this rule, and that its message contains `message`.
fn assert_broken(ended: Result<(), DbErr>, expected: CitusRule, message: &str) {
    let error = ended.expect_err("Citus refuses it");
    assert_eq!(rule(&error), Some(expected), "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

/// Asserts that a user's statement broke this rule.
async fn assert_refused(db: &TestDb, sql: &str, expected: CitusRule) {
    let error = db.connection.execute_unprepared(sql).await.expect_err(sql);
    assert_eq!(CitusError::of(&error).map(|error| error.rule()), Some(expected), "{sql}: {error:?}");
}

async fn keys_must_contain_the_tenant_column(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE note (account_id BIGINT NOT NULL, id BIGINT PRIMARY KEY)").await;
    let note = Distribute::root("note", "account_id").shards(4);
    assert_broken(note.up(&db.manager()).await, CitusRule::KeyWithoutTenant, "`(tenant, id)`");
    db.run("ALTER TABLE note DROP CONSTRAINT note_pkey").await;
    note.up(&db.manager()).await?;
    let unique = TenantUnique::across_tenants(["id"]).on("note", "account_id");
    assert_broken(unique.create(&db.manager()).await, CitusRule::KeyWithoutTenant, "`TenantUnique::new`");
    assert_refused(db, "ALTER TABLE note ADD UNIQUE (id)", CitusRule::KeyWithoutTenant).await;
    let exclude = "ALTER TABLE note ADD EXCLUDE USING btree (id WITH =)";
    assert_refused(db, exclude, CitusRule::KeyWithoutTenant).await;
    TenantUnique::new(["id"]).on("note", "account_id").create(&db.manager()).await?;
    Ok(())
}

async fn foreign_keys_need_one_colocation_group(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("CREATE TABLE note (account_id BIGINT, id BIGINT, PRIMARY KEY (account_id, id))").await;
    Distribute::root("note", "account_id").shards(4).up(&db.manager()).await?;
    let key = TenantForeignKey::new(["id"], "project").on("note", "account_id");
    assert_broken(key.create(&db.manager()).await, CitusRule::NotColocated, "one colocation group");
    let swapped =
        "ALTER TABLE task ADD FOREIGN KEY (project_id, account_id) REFERENCES project (account_id, id)";
    assert_refused(db, swapped, CitusRule::TenantNotInForeignKey).await;
    Ok(())
}

async fn parents_must_be_distributed_first(db: &TestDb) -> Outcome {
    super::create(db).await?;
    let (country, tables) = steps();
    let project = &tables[1];
    assert_broken(
        Distribute::root("project", "account_id").up(&db.manager()).await,
        CitusRule::ParentIsLocal,
        "parents first",
    );
    assert_broken(project.up(&db.manager()).await, CitusRule::NotDistributed, "distribute it first");
    assert_broken(
        Distribute::root("country", "code").concurrently().up(&db.manager()).await,
        CitusRule::LinkedByForeignKeys,
        "drop the keys first",
    );
    country.up(&db.manager()).await?;
    tables[0].up(&db.manager()).await?;
    project.up(&db.manager()).await?;
    Ok(())
}

async fn reference_table_cannot_reference_a_distributed_table(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("ALTER TABLE country ADD COLUMN account_id BIGINT").await;
    let key = "ALTER TABLE country ADD FOREIGN KEY (account_id) REFERENCES account (id)";
    assert_refused(db, key, CitusRule::ReferenceToDistributed).await;
    Ok(())
}

/// Citus does not refuse a key from a table of the coordinator, but does not enforce it on the parent's side.
async fn key_from_a_local_table_is_not_enforced_on_the_parent(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("CREATE TABLE setting (account_id BIGINT PRIMARY KEY REFERENCES account (id))").await;
    db.run("INSERT INTO account VALUES (99)").await;
    db.run("INSERT INTO setting VALUES (99)").await;
    db.refused("INSERT INTO setting VALUES (100)").await;
    db.run("DELETE FROM account WHERE id = 99").await;
    assert_eq!(db.texts("SELECT account_id::text FROM setting").await, ["99"]);
    Ok(())
}

async fn set_null_is_refused_on_citus(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    for action in [ForeignKeyAction::SetNull, ForeignKeyAction::SetDefault] {
        let key = TenantForeignKey::new(["project_id"], "project").named("again").on_delete(action);
        let ended = key.on("task", "account_id").create(&db.manager()).await;
        assert_broken(ended, CitusRule::SetNullWithTenant, "before the parent is deleted");
    }
    for action in [
        ForeignKeyAction::SetNull,
        ForeignKeyAction::SetDefault,
        ForeignKeyAction::Cascade,
        ForeignKeyAction::Restrict,
        ForeignKeyAction::NoAction,
    ] {
        let key = TenantForeignKey::to_shared(["country"], "country").to_columns(["code"]).named("again");
        let key = key.on_delete(action).on("task", "account_id");
        key.create(&db.manager()).await?;
        key.drop(&db.manager()).await?;
    }
    Ok(())
}

async fn a_deferred_key_is_checked_at_the_end(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run(
        "ALTER TABLE task ADD CONSTRAINT late FOREIGN KEY (account_id, project_id) REFERENCES project \
         DEFERRABLE INITIALLY DEFERRED",
    )
    .await;
    db.run("ALTER TABLE task DROP CONSTRAINT \"fk-task-account_id-project_id\"").await;
    let manager = db.manager().begin().await?;
    manager.get_connection().execute_unprepared("INSERT INTO task VALUES (1, 9, 99)").await?;
    manager.commit().await.expect_err("the project does not exist");
    assert_whole(db).await;
    Ok(())
}

async fn identity_columns_cannot_change_after_distribution(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    for sql in [
        "ALTER TABLE task ADD COLUMN n BIGSERIAL",
        "ALTER TABLE task ADD COLUMN n BIGINT GENERATED ALWAYS AS IDENTITY",
    ] {
        assert_refused(db, sql, CitusRule::IdentityFixed).await;
    }
    db.run(
        "CREATE TABLE note (account_id BIGINT, id BIGINT GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY (account_id, id))",
    )
    .await;
    Distribute::with_root("note", "account_id", "account").up(&db.manager()).await?;
    db.run("INSERT INTO note (account_id) VALUES (1)").await;
    assert_eq!(db.texts("SELECT id::text FROM note").await, ["1"], "the coordinator's sequence begins at 1");
    assert_refused(db, "ALTER SEQUENCE note_id_seq RESTART WITH 5", CitusRule::IdentityFixed).await;
    for sql in ["ALTER TABLE note ALTER id DROP IDENTITY", "ALTER TABLE note ALTER id RESTART"] {
        assert_refused(db, sql, CitusRule::AlterTable).await;
    }
    let step = AlterDistributed::shards("account", 6).cascade_to_colocated();
    assert_broken(step.up(&db.manager()).await, CitusRule::IdentityFixed, "undistribute the table");
    Ok(())
}

async fn unsupported_ddl_is_refused_on_citus(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let two = "ALTER TABLE task ADD COLUMN x INT, ADD CONSTRAINT positive CHECK (x > 0)";
    assert_refused(db, two, CitusRule::ConstraintWithOthers).await;
    db.run("CREATE FUNCTION touch() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'").await;
    let trigger = "CREATE TRIGGER touch BEFORE INSERT ON task FOR EACH ROW EXECUTE FUNCTION touch()";
    assert_refused(db, trigger, CitusRule::Trigger).await;
    db.run("CREATE VIEW tasks AS SELECT * FROM task").await;
    assert_refused(db, "DELETE FROM tasks", CitusRule::ViewWritten).await;
    let several = sea_orm::Statement::from_string(db.engine(), "SELECT 1; SELECT 2");
    let error = db.connection.execute_raw(several).await.expect_err("Citus takes one statement per message");
    assert_eq!(
        CitusError::of(&error).map(|error| error.rule()),
        Some(CitusRule::SeveralStatements),
        "{error:?}"
    );
    Ok(())
}

async fn parallel_access_error_names_the_rule(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let manager = db.manager().begin().await?;
    manager.get_connection().execute_unprepared("UPDATE task SET country = 'JP'").await?;
    let ended = steps().0.down(&manager).await;
    assert_broken(ended, CitusRule::ParallelAccess, "`citus::sequential`");
    drop(manager);
    let manager = db.manager().begin().await?;
    sequential(&manager).await?;
    manager.get_connection().execute_unprepared("UPDATE task SET country = 'JP'").await?;
    steps().0.down(&manager).await?;
    Ok(())
}

async fn repeated_step_is_refused(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let (country, tables) = steps();
    for ended in [tables[0].up(&db.manager()).await, country.up(&db.manager()).await] {
        assert_broken(ended, CitusRule::AlreadyDistributed, "undistribute it first");
    }
    let same = AlterDistributed::shards("account", 4).cascade_to_colocated();
    assert_broken(same.up(&db.manager()).await, CitusRule::NothingToChange, "omit it");
    let one = IsolateTenant::new("account", 7).transfer(ShardTransfer::BlockWrites);
    one.up(&db.manager()).await?;
    assert_broken(one.up(&db.manager()).await, CitusRule::AlreadyIsolated, "already has its own shard");
    let schema = DistributedSchema::new(&db.name);
    assert_broken(schema.down(&db.manager()).await, CitusRule::SchemaNotDistributed, "not distributed");
    db.run("CREATE TABLE plain (id INT)").await;
    let ended = truncate_local_data(&db.manager(), "plain").await;
    assert_broken(ended, CitusRule::NotDistributed, "distribute it first");
    assert_refused(db, "SELECT undistribute_table('plain')", CitusRule::NotDistributed).await;
    assert_refused(db, "SELECT undistribute_table('project')", CitusRule::LinkedByForeignKeys).await;
    Ok(())
}

async fn colocated_tables_change_together(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("CREATE TABLE more (id BIGINT PRIMARY KEY)").await;
    db.run("CREATE TABLE other (id UUID PRIMARY KEY)").await;
    Distribute::root("more", "id").shards(6).up(&db.manager()).await?;
    Distribute::root("other", "id").shards(4).up(&db.manager()).await?;
    for table in ["more", "other"] {
        let step = ChangeColocation::with(table, "account");
        assert_broken(step.up(&db.manager()).await, CitusRule::CannotColocate, "same type of tenant column");
    }
    let alone = AlterDistributed::shards("account", 6);
    assert_broken(alone.up(&db.manager()).await, CitusRule::ColocatedTables, "`cascade_to_colocated`");
    let shards = "SELECT create_distributed_table('x', 'id', colocate_with => 'account', shard_count => 4)";
    db.run("CREATE TABLE x (id BIGINT)").await;
    assert_refused(db, shards, CitusRule::ShardCountOfColocated).await;
    assert_refused(db, "SELECT isolate_tenant_to_new_shard('account', 5)", CitusRule::ColocatedTables).await;
    Ok(())
}

async fn table_without_a_primary_key_cannot_be_moved(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("CREATE TABLE log (account_id BIGINT NOT NULL)").await;
    Distribute::with_root("log", "account_id", "account").up(&db.manager()).await?;
    let shards = sea_orm_multitenant_migration::citus::shards(&db.manager()).await?;
    let account = format!("{}.account", db.name);
    let shard = shards.iter().find(|shard| shard.table.to_string() == account).expect("`account` has shards");
    let nodes = sea_orm_multitenant_migration::citus::nodes(&db.manager()).await?;
    let other =
        nodes.iter().find(|node| !node.is_coordinator && node.address != shard.node).expect("two workers");
    let step = MoveShard::new(shard.shard, shard.node.clone(), other.address.clone());
    assert_broken(step.up(&db.manager()).await, CitusRule::NoPrimaryKey, "`ShardTransfer::BlockWrites`");
    step.transfer(ShardTransfer::BlockWrites).up(&db.manager()).await?;
    let nowhere = MoveShard::new(shard.shard, other.address.clone(), ("127.0.0.1", 1));
    assert_broken(nowhere.up(&db.manager()).await, CitusRule::UnknownNode, "`citus::nodes`");
    Ok(())
}

async fn only_the_coordinator_distributes(db: &TestDb) -> Outcome {
    let worker = connect_to_worker(db).await?;
    worker.execute_unprepared("CREATE TABLE x (id BIGINT PRIMARY KEY)").await?;
    let ended = Distribute::root("x", "id").up(&SchemaManager::new(&worker)).await;
    worker.execute_unprepared("DROP TABLE x").await?;
    worker.close().await?;
    assert_broken(ended, CitusRule::NotCoordinator, "connect to it");
    Ok(())
}

async fn citus_refuses_concurrent_forms_in_a_transaction(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE x (id BIGINT PRIMARY KEY)").await;
    let manager = db.manager().begin().await?;
    let sql = "SELECT create_distributed_table_concurrently('x', 'id')";
    let error = manager.get_connection().execute_unprepared(sql).await.expect_err("it runs in a transaction");
    let rule = CitusError::of(&error).map(|error| error.rule());
    assert_eq!(rule, Some(CitusRule::NotInTransaction), "{error:?}");
    Ok(())
}

on_backend! { citus Citus:
    keys_must_contain_the_tenant_column,
    foreign_keys_need_one_colocation_group,
    parents_must_be_distributed_first,
    reference_table_cannot_reference_a_distributed_table,
    key_from_a_local_table_is_not_enforced_on_the_parent,
    set_null_is_refused_on_citus,
    a_deferred_key_is_checked_at_the_end,
    identity_columns_cannot_change_after_distribution,
    unsupported_ddl_is_refused_on_citus,
    parallel_access_error_names_the_rule,
    repeated_step_is_refused,
    colocated_tables_change_together,
    table_without_a_primary_key_cannot_be_moved,
    only_the_coordinator_distributes,
    citus_refuses_concurrent_forms_in_a_transaction,
}
