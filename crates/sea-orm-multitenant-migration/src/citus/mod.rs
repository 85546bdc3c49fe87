//! Citus: distribution of tables, their shards and nodes, and what is known of them.
//!
//! A step is a value: it says its statements (`up_sql`, `down_sql`) and sends them, one a message (`up`, `down`). Without Citus
//! it does nothing and says so in a `tracing` event at `info`, so that one migration runs in development and in production;
//! [`require_citus`] and a step's `required` make its absence an error.

mod distribute;
mod error;
mod presence;
mod reference;
mod run;
mod step;

pub use distribute::{Colocation, Distribute};
pub use error::{CitusError, CitusRule};
pub use presence::{citus_version, require_citus};
pub use reference::ReferenceTable;
pub use run::sequential;

pub(crate) use error::named;
