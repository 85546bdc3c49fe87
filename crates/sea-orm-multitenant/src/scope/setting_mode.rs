//! How a scope sets the tenant for row-level security, by who else can use its connection.

use futures_util::lock::{Mutex, MutexGuard};
use sea_orm::DatabaseConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Blocking, PoisonError, Weak},
};

/// How the tenant is set for row-level security.
#[derive(Clone)]
pub(crate) enum SettingMode {
    /// Not at all: no setting is configured, or the engine has no row-level security.
    Off,
    /// In a transaction of its own for each statement, which begins on the pool: two statements outside a transaction
    /// may run on two connections.
    Pool(DatabaseConnection),
    /// It was set when the transaction began, on a connection that only this scope and the scopes made from it can use.
    OwnTransaction,
    /// It is set around each statement: others may use the connection, and only the server knows whether it is in a
    /// transaction.
    SharedConnection(ConnectionLock),
}

impl SettingMode {
    /// Waits until no other scope is setting the tenant on this connection.
    pub(super) async fn lock(&self) -> Option<MutexGuard<'_, ()>> {
        match self {
            Self::SharedConnection(lock) => Some(lock.0.lock().await),
            Self::Off | Self::Pool(_) | Self::OwnTransaction => None,
        }
    }
}

/// A lock that scopes on one connection take in turn. Setting the tenant, running the statement and restoring the
/// setting are separate messages; what another scope set between them would apply to the statement.
#[derive(Clone, Default)]
pub(crate) struct ConnectionLock(Arc<Mutex<()>>);

/// The locks of the connections that are borrowed now, by address: a connection keeps its address while it is borrowed.
#[derive(Debug, Default)]
pub(crate) struct ConnectionLocks(Blocking<HashMap<usize, Weak<Mutex<()>>>>);

impl ConnectionLocks {
    /// Returns the lock that all scopes on the connection at `address` share.
    pub(crate) fn at(&self, address: usize) -> ConnectionLock {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&address).and_then(Weak::upgrade) {
            return ConnectionLock(lock);
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = ConnectionLock::default();
        locks.insert(address, Arc::downgrade(&lock.0));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectionLocks;
    use std::sync::Arc;

    #[test]
    fn scopes_on_one_connection_share_one_lock() {
        let locks = ConnectionLocks::default();
        let (first, again, other) = (locks.at(1), locks.at(1), locks.at(2));
        assert!(Arc::ptr_eq(&first.0, &again.0));
        assert!(!Arc::ptr_eq(&first.0, &other.0));
        drop((first, again));
        let _later = locks.at(3);
        assert_eq!(locks.0.lock().expect("no thread panicked").len(), 2, "the first is forgotten");
    }
}
