//! Offline or online.

/// How a conversion treats concurrent sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// They wait until it is done. One transaction on PostgreSQL and SQLite; on MySQL, which has no transactions for
    /// schema changes, each step is separate.
    #[default]
    Offline,
    /// They continue, with brief waits. PostgreSQL only.
    Online,
}
