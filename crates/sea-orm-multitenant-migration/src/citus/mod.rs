//! Citus: distribution of tables, their shards and nodes, and queries of its state.
//!
//! A step is a value: it returns its statements (`up_sql`, `down_sql`) and executes them, one per message (`up`,
//! `down`). Without Citus it does nothing and emits a `tracing` event at `info`, so that one migration runs in
//! development and in production; [`require_citus`] and a step's `required` make a missing Citus an error.

pub(crate) mod alter;
pub(crate) mod distribute;
pub(crate) mod error;
pub(crate) mod explain;
pub(crate) mod local;
pub(crate) mod methods;
pub(crate) mod named;
pub(crate) mod presence;
pub(crate) mod reach;
pub(crate) mod rebalance;
pub(crate) mod reference;
pub(crate) mod run;
pub(crate) mod shard;
pub(crate) mod state;
pub(crate) mod step;
pub(crate) mod truncate;

pub use alter::{AlterDistributed, ChangeColocation};
pub use distribute::{Colocation, Distribute};
pub use error::{CitusError, CitusRule};
pub use explain::{Verdict, explain};
pub use local::{DistributedSchema, LocalTable};
pub use presence::{citus_version, require_citus};
pub use reach::{Reach, reach, read_tables};
pub use rebalance::{Rebalance, RebalanceJob, RebalanceProgress, RebalanceState};
pub use reference::ReferenceTable;
pub use run::sequential;
pub use shard::{IsolateTenant, MoveShard, NodeAddress, ShardTransfer};
pub use state::{
    CitusNode, CitusShard, CitusTable, CitusTableKind, TenantStatistics, nodes, shards, tables,
    tenant_statistics,
};
pub use truncate::truncate_local_data;
