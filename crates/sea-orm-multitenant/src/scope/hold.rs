//! Whose the transaction is that a scope acts on, as far as row-level security must know.

use futures_util::lock::{Mutex, MutexGuard};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Blocking, PoisonError, Weak},
};

/// How the tenant is told to row-level security.
#[derive(Clone)]
pub(crate) enum Hold {
    /// Not at all: nobody asked for it, or the engine has no row-level security.
    Unsaid,
    /// It cannot be told: each statement may run on another connection.
    Pool,
    /// It was told when the transaction began, on a connection that nobody reaches but this scope and those it makes.
    Own,
    /// It is told around each statement: others may use the connection, and whether it is a transaction is the server's to say.
    Lent(Turn),
}

impl Hold {
    /// Waits until no other scope is about to set the tenant on this connection.
    pub(super) async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self {
            Self::Lent(turn) => Some(turn.0.lock().await),
            Self::Unsaid | Self::Pool | Self::Own => None,
        }
    }
}

/// The turns that scopes on one connection take: setting the tenant, the statement and putting back are not one message, and
/// what another scope set between them would hold for the statement.
#[derive(Clone, Default)]
pub(crate) struct Turn(Arc<Mutex<()>>);

/// The turns of the connections that are lent now, by their address: it stays while they are borrowed.
#[derive(Debug, Default)]
pub(crate) struct Turns(Blocking<HashMap<usize, Weak<Mutex<()>>>>);

impl Turns {
    /// The turn of all scopes on the connection at `address`.
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
    fn a_connection_has_one_turn_while_a_scope_is_on_it() {
        let turns = Turns::default();
        let (first, again, other) = (turns.at(1), turns.at(1), turns.at(2));
        assert!(Arc::ptr_eq(&first.0, &again.0));
        assert!(!Arc::ptr_eq(&first.0, &other.0));
        drop((first, again));
        let _later = turns.at(3);
        assert_eq!(turns.0.lock().expect("no thread panicked").len(), 2, "the first is forgotten");
    }
}
