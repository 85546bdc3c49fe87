//! Offline or online.

/// How a conversion treats those who use the database meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// They wait until it is done. One transaction on PostgreSQL and SQLite; on MySQL, which has none for changes of the
    /// schema, each step is for itself.
    #[default]
    Offline,
    /// They continue, except for moments. PostgreSQL only.
    Online,
}
