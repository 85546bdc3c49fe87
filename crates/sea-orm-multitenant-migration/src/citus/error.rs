//! What Citus refuses, in words to act on.

use sea_orm_migration::DbErr;

/// An error of Citus whose rule is known: what is wrong, and the way out.
///
/// The steps of this module and the blocks on an existing table return it inside [`MigrationError::Citus`](crate::MigrationError::Citus); [`of`](Self::of)
/// finds it in the error of any statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule} (Citus: {cause})")]
pub struct CitusError {
    rule: CitusRule,
    cause: DbErr,
}

impl CitusError {
    /// The rule that a statement broke, if its error is one of Citus that is known here.
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
        // The detail, by which some rules alone are told apart, is in the error of the driver, which is not linked here; its
        // debug form has all parts.
        let all = format!("{error:?}");
        let (_, rule) = TEXTS.iter().find(|(parts, _)| parts.iter().all(|part| all.contains(part)))?;
        Some(Self { rule: *rule, cause: error.clone() })
    }

    /// The rule.
    pub fn rule(&self) -> CitusRule {
        self.rule
    }

    /// What the driver said.
    pub fn cause(&self) -> &DbErr {
        &self.cause
    }
}

/// A rule of Citus. Its text says the way out.
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
        "ON DELETE SET NULL and SET DEFAULT are not to be had on a foreign key with the tenant column, not even for other columns \
         alone: use NO ACTION or CASCADE, and set the column to NULL before the parent is deleted"
    )]
    SetNullWithTenant,
    /// A foreign key leads to a distributed table in another colocation group, or from a reference table.
    #[error(
        "a foreign key between distributed tables needs them in one colocation group: distribute both with the same root, or \
         make the parent a reference table"
    )]
    NotColocated,
    /// A foreign key has the tenant column in different places on its two sides, or not at all.
    #[error(
        "a foreign key between distributed tables must have the tenant column on both sides, in the same place: \
         `(tenant, parent_id)` to `(tenant, id)`, as `TenantForeignKey::new` makes it"
    )]
    TenantNotInForeignKey,
    /// A foreign key leads from a distributed table to one that is not Citus's.
    #[error(
        "the parent of a distributed table must be distributed or a reference table first: take the steps parents first, and \
         `ReferenceTable` for shared tables"
    )]
    ParentIsLocal,
    /// A foreign key leads from a reference table to a distributed one.
    #[error(
        "a reference table cannot have a foreign key to a distributed table, whose rows are not on every node: drop the key, or \
         distribute the table too"
    )]
    ReferenceToDistributed,
    /// A table has an identity column or sequence that Citus cannot change on a distributed table.
    #[error(
        "identity and serial columns are made before a table is distributed, and are not added, dropped or restarted after: \
         undistribute the table, change it, and distribute it again"
    )]
    IdentityFixed,
    /// ALTER TABLE has more than one subcommand, one of them a constraint.
    #[error("ADD CONSTRAINT is a statement of its own on Citus: send one ALTER TABLE for each")]
    ConstraintWithOthers,
    /// ALTER TABLE has a subcommand that Citus does not know.
    #[error(
        "Citus has no such ALTER TABLE on a distributed table: undistribute the table, change it, and distribute it again"
    )]
    AlterTable,
    /// A trigger on a distributed table.
    #[error(
        "a distributed table has no triggers: move the work to the application, or set `citus.enable_unsafe_triggers`, with which \
         they run on the node of each row"
    )]
    Trigger,
    /// An INSERT, UPDATE or DELETE through a view.
    #[error("a view of a distributed table cannot be written: write the table itself")]
    ViewWritten,
    /// A statement comes after one that reached the shards in parallel.
    #[error(
        "an earlier statement of this transaction reached the shards in parallel, and this one needs a single connection a node: \
         call `citus::sequential` before the earlier one, or use two migrations"
    )]
    ParallelAccess,
    /// Several statements in one message.
    #[error("a message has one statement: send each by itself")]
    SeveralStatements,
    /// A table is distributed, or a reference table, already.
    #[error("the table is distributed already, or a reference table: undistribute it first")]
    AlreadyDistributed,
    /// A table is not one of Citus's.
    #[error("the table is not distributed: distribute it first")]
    NotDistributed,
    /// A shard count with a table to be colocated with.
    #[error("a table that is colocated with another has its shards: leave out `shards`")]
    ShardCountOfColocated,
    /// Tables that are to be colocated differ in the number of shards or the type of the tenant column.
    #[error(
        "tables of one colocation group have as many shards as each other, and tenant columns of one type: give both tables the \
         same, or distribute one anew"
    )]
    CannotColocate,
    /// A change that must be made to all tables of a colocation group.
    #[error("the table is colocated with others: say `cascade_to_colocated`, which changes them all")]
    ColocatedTables,
    /// Foreign keys link the table to others.
    #[error("foreign keys link the table to others: have the step cascade to them, or drop the keys first")]
    LinkedByForeignKeys,
    /// A function that runs no transaction in a transaction.
    #[error(
        "Citus runs it in no transaction: override `use_transaction` of the migration to return `Some(false)`"
    )]
    NotInTransaction,
    /// A tenant that has a shard of its own already.
    #[error("the tenant has a shard of its own already")]
    AlreadyIsolated,
    /// A shard cannot be moved while it is written, as a table of its group has no primary key.
    #[error(
        "a table of the colocation group has no primary key, which moving its shards while they are written needs: add one, or \
         use `ShardTransfer::BlockWrites`"
    )]
    NoPrimaryKey,
    /// A node that Citus does not know.
    #[error("Citus knows no such node: take its name and port from `citus::nodes`")]
    UnknownNode,
    /// A rebalance is running.
    #[error("a rebalance is running: wait for it, or stop it")]
    RebalanceRunning,
    /// A schema that is distributed, or is not.
    #[error("the schema is not distributed")]
    SchemaNotDistributed,
    /// A change that changes nothing.
    #[error("the table is like that already: leave the step out")]
    NothingToChange,
    /// A node other than the coordinator was asked.
    #[error("the coordinator alone does this: connect to it")]
    NotCoordinator,
    /// An INSERT without the tenant.
    #[error("a row of a distributed table needs its tenant: insert it in a scope, or name the tenant column")]
    TenantMissing,
    /// An UPDATE of the tenant column.
    #[error(
        "the tenant of a row cannot be changed: insert it anew for the other tenant, and delete the old one"
    )]
    TenantChanged,
    /// A query whose joins lack the tenant.
    #[error(
        "the tables of a query must be joined on the tenant, or filtered by it, each of them: run it in a scope"
    )]
    JoinWithoutTenant,
    /// FOR UPDATE and its kin over several shards.
    #[error("rows are locked on one shard alone: run the query in a scope")]
    LockOfManyShards,
    /// A function in a write that Citus would have to call on several nodes.
    #[error(
        "Citus does not call such a function in a write: bind its value from the application, as by `Utc::now()`"
    )]
    ImpureFunction,
    /// WITH RECURSIVE without the tenant, or with SEARCH.
    #[error(
        "WITH RECURSIVE needs the tenant in each of its parts, which a scope gives it, and takes no SEARCH: order by a column of \
         the query's own"
    )]
    Recursion,
    /// A plan that was made before the values were known.
    #[error(
        "Citus makes no plan of this statement before its values are known: leave PostgreSQL's `plan_cache_mode` at `auto`"
    )]
    NoPlan,
}

/// Parts of an error's text that are there together, and the rule; the first that fits.
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
