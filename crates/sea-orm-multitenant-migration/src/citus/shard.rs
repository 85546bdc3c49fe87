//! Placement of shards.

use crate::{
    citus::{
        alter::{no_way_back, reshard},
        methods::step_methods,
        step::{Direction, Step, Subject, argument, text},
    },
    error::MigrationError,
    names::QualifiedName,
};
use sea_orm_multitenant::TenantId;

/// How the rows of a shard are moved to another node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ShardTransfer {
    /// By logical replication if every table of the group has a primary key; otherwise an error.
    #[default]
    Auto,
    /// By logical replication; meanwhile UPDATE and DELETE on a table without a primary key fail.
    ForceLogical,
    /// By copying; meanwhile writes to the shard are blocked.
    BlockWrites,
}

impl ShardTransfer {
    /// The last argument of the functions that move shards.
    pub(super) fn argument(self) -> &'static str {
        match self {
            Self::Auto => "shard_transfer_mode => 'auto'",
            Self::ForceLogical => "shard_transfer_mode => 'force_logical'",
            Self::BlockWrites => "shard_transfer_mode => 'block_writes'",
        }
    }
}

/// Gives a tenant their own shard in all tables of the colocation group: for a large tenant, who can then be moved
/// with [`MoveShard`].
///
/// Citus can undo this only by recreating the tables: `down` does so if the previous number of shards is set, and
/// otherwise returns an error. [`shards`](super::shards) lists the shards.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::IsolateTenant;
///
/// let acme = IsolateTenant::new("account", 42);
/// let [sql] = acme.up_sql(DbBackend::Postgres)?.try_into().unwrap();
/// assert_eq!(
///     sql,
///     r#"SELECT isolate_tenant_to_new_shard('"account"', '42', 'CASCADE', shard_transfer_mode => 'auto')"#
/// );
/// assert!(acme.down_sql(DbBackend::Postgres).is_err());
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IsolateTenant {
    table: QualifiedName,
    tenant: TenantId,
    transfer: ShardTransfer,
    before: Option<u32>,
    required: bool,
}

impl IsolateTenant {
    /// A tenant in a table of the group, such as the root table.
    pub fn new(table: impl Into<QualifiedName>, tenant: impl Into<TenantId>) -> Self {
        let transfer = ShardTransfer::default();
        Self { table: table.into(), tenant: tenant.into(), transfer, before: None, required: false }
    }

    /// Sets how rows are moved into the new shard.
    #[must_use]
    pub fn transfer(mut self, transfer: ShardTransfer) -> Self {
        self.transfer = transfer;
        self
    }

    /// Sets the previous number of shards of the table, for `down`, which copies all rows of the group: see
    /// [`AlterDistributed`](super::AlterDistributed).
    #[must_use]
    pub fn shards_before(mut self, count: u32) -> Self {
        self.before = Some(count);
        self
    }
}

impl Step for IsolateTenant {
    fn function(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "isolate_tenant_to_new_shard",
            Direction::Down => "alter_distributed_table",
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        Ok(vec![match direction {
            Direction::Up => format!(
                "SELECT isolate_tenant_to_new_shard({}, {}, 'CASCADE', {})",
                argument(&self.table),
                text(&self.tenant.to_string()),
                self.transfer.argument()
            ),
            Direction::Down => {
                let count = self.before.ok_or_else(|| no_way_back(self, "shards_before"))?;
                reshard(&self.table, count, true)
            }
        }])
    }

    fn reaches(&self) -> Option<&QualifiedName> {
        Some(&self.table)
    }
}

step_methods!(IsolateTenant);

/// A node by its name and port, as in [`nodes`](super::nodes).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NodeAddress {
    /// The name by which other nodes connect to it.
    pub name: String,
    /// Its port.
    pub port: u16,
}

impl<S: Into<String>> From<(S, u16)> for NodeAddress {
    fn from((name, port): (S, u16)) -> Self {
        Self { name: name.into(), port }
    }
}

impl NodeAddress {
    fn arguments(&self) -> String {
        format!("{}, {}", text(&self.name), self.port)
    }
}

/// Moves a shard, and those colocated with it, to another node; `down` moves them back.
///
/// Shard numbers differ between clusters: see [`shards`](super::shards).
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::MoveShard;
///
/// let shard = MoveShard::new(102_008, ("10.0.0.2", 5432), ("10.0.0.3", 5432));
/// let [sql] = shard.up_sql(DbBackend::Postgres)?.try_into().unwrap();
/// assert_eq!(
///     sql,
///     "SELECT citus_move_shard_placement(102008, '10.0.0.2', 5432, '10.0.0.3', 5432, shard_transfer_mode => 'auto')"
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveShard {
    shard: i64,
    from: NodeAddress,
    to: NodeAddress,
    transfer: ShardTransfer,
    required: bool,
}

impl MoveShard {
    /// Moves a shard from one node to another.
    pub fn new(shard: i64, from: impl Into<NodeAddress>, to: impl Into<NodeAddress>) -> Self {
        let transfer = ShardTransfer::default();
        Self { shard, from: from.into(), to: to.into(), transfer, required: false }
    }

    /// Sets how the rows are moved.
    #[must_use]
    pub fn transfer(mut self, transfer: ShardTransfer) -> Self {
        self.transfer = transfer;
        self
    }
}

impl Step for MoveShard {
    fn function(&self, _: Direction) -> &'static str {
        "citus_move_shard_placement"
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Shard(self.shard)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let (from, to) = match direction {
            Direction::Up => (&self.from, &self.to),
            Direction::Down => (&self.to, &self.from),
        };
        Ok(vec![format!(
            "SELECT citus_move_shard_placement({}, {}, {}, {})",
            self.shard,
            from.arguments(),
            to.arguments(),
            self.transfer.argument()
        )])
    }
}

step_methods!(MoveShard);
