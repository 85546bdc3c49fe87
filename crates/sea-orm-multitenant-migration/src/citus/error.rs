//! Errors of Citus, with the rule that a statement broke.

use sea_orm_migration::DbErr;

/// An error of Citus whose rule is known: what is wrong, and what to do.
///
/// The steps of this module, and the parts of an existing table, return it inside
/// [`MigrationError::Citus`](crate::MigrationError::Citus); [`of`](Self::of) finds it in the error of any statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule} (Citus: {cause})")]
pub struct CitusError {
    rule: CitusRule,
    cause: DbErr,
}

impl CitusError {
    /// The rule that a statement broke, if it is known here.
    ///
    /// ```
    /// use sea_orm_migration::{DbErr, sea_orm::RuntimeErr};
    /// use sea_orm_multitenant_migration::citus::{CitusError, CitusRule};
    ///
    /// let error = DbErr::Exec(RuntimeErr::Internal(r#"table "task" is already distributed"#.to_owned()));
    /// let error = CitusError::of(&error).unwrap();
    /// assert_eq!(error.rule(), CitusRule::AlreadyDistributed);
    /// assert!(error.to_string().contains("undistribute it first"));
    /// ```
    pub fn of(error: &DbErr) -> Option<Self> {
        // Some rules differ only in the detail, a part of the driver's error. The driver is not linked here; the debug
        // form prints all parts.
        let all = format!("{error:?}");
        let (_, rule) = TEXTS.iter().find(|(parts, _)| parts.iter().all(|part| all.contains(part)))?;
        Some(Self { rule: *rule, cause: error.clone() })
    }

    /// The rule.
    pub fn rule(&self) -> CitusRule {
        self.rule
    }

    /// The error of the driver.
    pub fn cause(&self) -> &DbErr {
        &self.cause
    }
}

/// A rule of Citus. Its text includes what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CitusRule {
    /// A primary, unique or exclusion key of a distributed table lacks the tenant column.
    #[error(
        "a primary key, unique key or exclusion of a distributed table must contain the tenant column: make it `(tenant, id)`, as \
         `TenantTable` and `TenantUnique::new` do, or drop it before the table is distributed"
    )]
    KeyWithoutTenant,
    /// A foreign key sets the tenant column to NULL or its default.
    #[error(
        "ON DELETE SET NULL and SET DEFAULT are not supported on a foreign key with the tenant column, not even for its \
         other columns: use NO ACTION or CASCADE, and set the column to NULL before the parent is deleted"
    )]
    SetNullWithTenant,
    /// A foreign key references a distributed table of another colocation group.
    #[error(
        "a foreign key between distributed tables needs both in one colocation group: distribute both with the same root, or \
         make the parent a reference table"
    )]
    NotColocated,
    /// A foreign key has the tenant column at different positions on its two sides, or not at all.
    #[error(
        "a foreign key between distributed tables must have the tenant column on both sides, in the same place: \
         `(tenant, parent_id)` to `(tenant, id)`, as `TenantForeignKey::new` makes it"
    )]
    TenantNotInForeignKey,
    /// A foreign key references, from a distributed table, one that Citus does not manage.
    #[error(
        "the parent of a distributed table must be distributed or a reference table first: run the steps of parents first, \
         and use `ReferenceTable` for shared tables"
    )]
    ParentIsLocal,
    /// A foreign key references a distributed table from a reference table.
    #[error(
        "a reference table cannot have a foreign key to a distributed table, whose rows are not on every node: drop the key, or \
         distribute the table too"
    )]
    ReferenceToDistributed,
    /// A table has an identity column or sequence that Citus cannot change on a distributed table.
    #[error(
        "identity and serial columns must be created before a table is distributed, and cannot be added, dropped or \
         restarted afterwards: undistribute the table, change it, and distribute it again"
    )]
    IdentityFixed,
    /// ALTER TABLE combines a constraint with other changes.
    #[error("Citus does not combine ADD CONSTRAINT with other changes: send one ALTER TABLE for each")]
    ConstraintWithOthers,
    /// ALTER TABLE has a change that Citus does not support.
    #[error(
        "Citus does not support this ALTER TABLE on a distributed table: undistribute the table, change it, and distribute \
         it again"
    )]
    AlterTable,
    /// A trigger on a distributed table.
    #[error(
        "Citus does not support triggers on a distributed table: move the work to the application, or set \
         `citus.enable_unsafe_triggers`, which runs them on the node of each row"
    )]
    Trigger,
    /// An INSERT, UPDATE or DELETE through a view.
    #[error("rows cannot be written through a view of a distributed table: write to the table itself")]
    ViewWritten,
    /// A statement follows one that reached the shards in parallel.
    #[error(
        "an earlier statement of this transaction reached the shards in parallel, and this one needs a single \
         connection per node: call `citus::sequential` before the earlier one, or use two migrations"
    )]
    ParallelAccess,
    /// Several statements in one message.
    #[error("Citus takes one statement per message: send each one separately")]
    SeveralStatements,
    /// The table is already distributed, or a reference table.
    #[error("the table is already distributed or a reference table: undistribute it first")]
    AlreadyDistributed,
    /// The table is not managed by Citus.
    #[error("the table is not distributed: distribute it first")]
    NotDistributed,
    /// A number of shards was given together with a table to be colocated with.
    #[error("a table that is colocated with another has the same number of shards: omit `shards`")]
    ShardCountOfColocated,
    /// Tables to be colocated differ in the number of shards or the type of the tenant column.
    #[error(
        "tables of one colocation group must have the same number of shards and the same type of tenant column: change one \
         table to match, or distribute it again"
    )]
    CannotColocate,
    /// A change that must apply to all tables of a colocation group.
    #[error("the table is colocated with others: call `cascade_to_colocated` to change them all")]
    ColocatedTables,
    /// Foreign keys link the table to others.
    #[error("foreign keys link the table to others: have the step cascade to them, or drop the keys first")]
    LinkedByForeignKeys,
    /// A function that Citus refuses in a transaction.
    #[error(
        "Citus cannot run it in a transaction: override `use_transaction` of the migration to return `Some(false)`"
    )]
    NotInTransaction,
    /// The tenant already has its own shard.
    #[error("the tenant already has its own shard")]
    AlreadyIsolated,
    /// A shard cannot be moved during writes, because a table of its group has no primary key.
    #[error(
        "a table of the colocation group has no primary key, which is needed to move its shards while they are written: \
         add one, or use `ShardTransfer::BlockWrites`"
    )]
    NoPrimaryKey,
    /// A node that Citus does not know.
    #[error("Citus does not know this node: take its name and port from `citus::nodes`")]
    UnknownNode,
    /// A rebalance is running.
    #[error("a rebalance is running: wait for it, or stop it")]
    RebalanceRunning,
    /// The schema is not distributed.
    #[error("the schema is not distributed")]
    SchemaNotDistributed,
    /// The step would change nothing.
    #[error("the step would change nothing: omit it")]
    NothingToChange,
    /// A node other than the coordinator received the statement.
    #[error("only the coordinator can do this: connect to it")]
    NotCoordinator,
    /// An INSERT without the tenant column.
    #[error("a row of a distributed table needs its tenant: insert it in a scope, or name the tenant column")]
    TenantMissing,
    /// An UPDATE of the tenant column.
    #[error(
        "the tenant of a row cannot be changed: insert the row again for the other tenant, and delete the old one"
    )]
    TenantChanged,
    /// A query whose joins omit the tenant column.
    #[error(
        "every table of a query must be joined on the tenant column or filtered by it: run the query in a scope"
    )]
    JoinWithoutTenant,
    /// FOR UPDATE, or a similar lock, over several shards.
    #[error("Citus can lock rows of one shard only: run the query in a scope")]
    LockOfManyShards,
    /// A function in a write that Citus would have to call on several nodes.
    #[error(
        "Citus cannot call this function in a write: bind its value from the application, for example `Utc::now()`"
    )]
    ImpureFunction,
    /// WITH RECURSIVE without the tenant, or with SEARCH.
    #[error(
        "WITH RECURSIVE needs the tenant in each of its parts, which a scope adds, and does not support SEARCH: order by a \
         column of the query"
    )]
    Recursion,
    /// A statement that must be planned before its values are known.
    #[error(
        "Citus cannot plan this statement before its values are known: leave PostgreSQL's `plan_cache_mode` at `auto`"
    )]
    NoPlan,
}

/// Fragments that occur together in an error's text, and the rule; the first match wins.
const TEXTS: &[(&[&str], CitusRule)] = &[
    (&["SET NULL or SET DEFAULT is not supported in ON DELETE"], CitusRule::SetNullWithTenant),
    (&["including partition column in the same ordinal"], CitusRule::TenantNotInForeignKey),
    (
        &["cannot create constraint on", "Distributed relations cannot have UNIQUE"],
        CitusRule::KeyWithoutTenant,
    ),
    (&["creating unique indexes on non-partition columns"], CitusRule::KeyWithoutTenant),
    (&["relations are not colocated or not referencing a reference table"], CitusRule::NotColocated),
    (&["must be a distributed table or a reference table"], CitusRule::ParentIsLocal),
    (
        &["foreign keys from reference tables and local tables to distributed tables"],
        CitusRule::ReferenceToDistributed,
    ),
    (&["cannot execute ADD COLUMN commands involving serial"], CitusRule::IdentityFixed),
    (&["cannot execute ADD COLUMN commands involving identity"], CitusRule::IdentityFixed),
    (&["Altering a distributed sequence"], CitusRule::IdentityFixed),
    (&["cannot complete operation on a table with identity column"], CitusRule::IdentityFixed),
    (&["cannot execute ADD CONSTRAINT command with other subcommands"], CitusRule::ConstraintWithOthers),
    (&["alter table command is currently unsupported"], CitusRule::AlterTable),
    (&["triggers are not supported on"], CitusRule::Trigger),
    (&["cannot modify views when the query contains citus tables"], CitusRule::ViewWritten),
    (&["because there was a parallel"], CitusRule::ParallelAccess),
    (&["cannot insert multiple commands into a prepared statement"], CitusRule::SeveralStatements),
    (&["is already distributed"], CitusRule::AlreadyDistributed),
    (&["cannot undistribute table because the table is not distributed"], CitusRule::NotDistributed),
    (&["message: \"schema ", "is not distributed"], CitusRule::SchemaNotDistributed),
    (&["relation", "is not distributed"], CitusRule::NotDistributed),
    (&["supplied parameter is not a distributed relation"], CitusRule::NotDistributed),
    (&["Cannot use colocate_with with a table and shard_count"], CitusRule::ShardCountOfColocated),
    (&["cannot colocate tables"], CitusRule::CannotColocate),
    (&["cascade_to_colocated parameter is necessary"], CitusRule::ColocatedTables),
    (&["cannot isolate tenant because", "has colocated tables"], CitusRule::ColocatedTables),
    (&["cannot complete operation because table", "has a foreign key"], CitusRule::LinkedByForeignKeys),
    (&["is referenced by a foreign key from"], CitusRule::LinkedByForeignKeys),
    (&["is involved in a foreign key relationship"], CitusRule::LinkedByForeignKeys),
    (
        &["create_distributed_table_concurrently cannot run inside a transaction block"],
        CitusRule::NotInTransaction,
    ),
    (&["has already been isolated"], CitusRule::AlreadyIsolated),
    (&["REPLICA IDENTITY or PRIMARY KEY"], CitusRule::NoPrimaryKey),
    (&["to a non-existing node is not supported"], CitusRule::UnknownNode),
    (&["A rebalance is already running"], CitusRule::RebalanceRunning),
    (&["this call doesn't change any properties"], CitusRule::NothingToChange),
    (&["operation is not allowed on this node"], CitusRule::NotCoordinator),
    (&["cannot perform an INSERT with"], CitusRule::TenantMissing),
    (&["modifying the partition value of rows"], CitusRule::TenantChanged),
    (&["complex joins are only supported"], CitusRule::JoinWithoutTenant),
    (&["contains a join that requires repartitioning"], CitusRule::JoinWithoutTenant),
    (&["Cartesian products are currently unsupported"], CitusRule::JoinWithoutTenant),
    (&["could not run distributed query with FOR UPDATE"], CitusRule::LockOfManyShards),
    (&["must be marked IMMUTABLE"], CitusRule::ImpureFunction),
    (&["must not be VOLATILE"], CitusRule::ImpureFunction),
    (&["recursive CTEs are only supported when they contain a filter"], CitusRule::Recursion),
    (&["could not create distributed plan"], CitusRule::NoPlan),
];
