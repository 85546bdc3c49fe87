//! Modes of the session in which an engine parses or stores differently.

use crate::{engine::Database, schema::Backend, world::Broken};

/// The number of texts that run in one mode before the next is set.
const TEXTS: u64 = 64;

/// The statements that set each mode; the first is the driver's default.
fn modes(backend: Backend) -> &'static [&'static str] {
    match backend {
        Backend::Sqlite => &[],
        Backend::Postgres => {
            &["SET standard_conforming_strings = on", "SET standard_conforming_strings = off"]
        }
        Backend::MariaDb => &[
            "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,PIPES_AS_CONCAT'",
            "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
            "SET SESSION sql_mode = 'PIPES_AS_CONCAT'",
            "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,PIPES_AS_CONCAT,ANSI_QUOTES'",
        ],
    }
}

/// Sets the mode for the text of this number, if it differs from that of the previous text.
pub(super) async fn set(databases: [&mut Database; 2], backend: Backend, index: u64) -> Result<(), Broken> {
    let modes = modes(backend);
    if !index.is_multiple_of(TEXTS) || modes.is_empty() {
        return Ok(());
    }
    let turn = usize::try_from(index / TEXTS).unwrap_or_default();
    for database in databases {
        database.run(modes[turn % modes.len()], &[]).await.map_err(|failure| Broken::new(failure.message))?;
        // The setting would be undone with the transaction.
        database.end_transaction(true).await?;
        database.forget_statements().await?;
    }
    Ok(())
}
