//! How a scope sets the tenant for row-level security, by who else can use its connection.

use futures_util::lock::{Mutex, MutexGuard};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Blocking, PoisonError, Weak},
};

/// How the tenant is set for row-level security.
#[derive(Clone)]
pub(crate) enum Hold {
    /// Not at all: no setting is configured, or the engine has no row-level security.
    Unsaid,
    /// It cannot be set: each statement may run on another connection.
    Pool,
    /// It was set when the transaction began, on a connection that only this scope and the scopes made from it can use.
    Own,
    /// It is set around each statement: others may use the connection, and only the server knows whether it is in a
    /// transaction.
    Lent(Turn),
}

impl Hold {
    /// Waits until no other scope is setting the tenant on this connection.
    pub(super) async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self {
            Self::Lent(turn) => Some(turn.0.lock().await),
            Self::Unsaid | Self::Pool | Self::Own => None,
        }
    }
}

/// A lock that scopes on one connection take in turn. Setting the tenant, running the statement and restoring the
/// setting are separate messages; what another scope set between them would apply to the statement.
#[derive(Clone, Default)]
pub(crate) struct Turn(Arc<Mutex<()>>);

/// The locks of the connections that are borrowed now, by address: a connection keeps its address while it is borrowed.
#[derive(Debug, Default)]
pub(crate) struct Turns(Blocking<HashMap<usize, Weak<Mutex<()>>>>);

impl Turns {
    /// Returns the lock that all scopes on the connection at `address` share.
    pub(crate) fn at(&self, address: usize) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(&address).and_then(Weak::upgrade) {
            return Turn(turn);
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Turn::default();
        turns.insert(address, Arc::downgrade(&turn.0));
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::Turns;
    use std::sync::Arc;

    #[test]
    fn scopes_on_one_connection_share_one_lock() {
        let turns = Turns::default();
        let (first, again, other) = (turns.at(1), turns.at(1), turns.at(2));
        assert!(Arc::ptr_eq(&first.0, &again.0));
        assert!(!Arc::ptr_eq(&first.0, &other.0));
        drop((first, again));
        let _later = turns.at(3);
        assert_eq!(turns.0.lock().expect("no thread panicked").len(), 2, "the first is forgotten");
    }
}
