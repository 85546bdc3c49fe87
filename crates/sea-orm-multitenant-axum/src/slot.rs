//! The place of a request's transaction.

use crate::rejection::{Rejection, TARGET};
use http::StatusCode;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionSession, TransactionTrait};
use sea_orm_multitenant::TenantScope;
use std::{mem, sync::Arc};
use tokio::sync::Mutex;

/// A transaction in a tenant's scope, shared by all who take it in one request.
type Shared = Arc<TenantScope<DatabaseTransaction>>;

/// Where a request's transaction is while it is open.
#[derive(Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    NotBegun,
    Open(Shared),
    Ended,
}

impl Slot {
    /// The transaction, begun in this scope if it is not yet.
    pub(crate) async fn transaction(
        &self,
        scope: &TenantScope<DatabaseConnection>,
    ) -> Result<Shared, Rejection> {
        let mut state = self.0.lock().await;
        match &*state {
            State::Open(transaction) => Ok(Arc::clone(transaction)),
            State::NotBegun => {
                let transaction = Arc::new(scope.begin().await.map_err(|error| {
                    tracing::error!(target: TARGET, %error, "the transaction of a request could not begin");
                    Rejection::Unavailable
                })?);
                *state = State::Open(Arc::clone(&transaction));
                Ok(transaction)
            }
            State::Ended => {
                tracing::error!(
                    target: TARGET,
                    "a `ScopedTransaction` is taken after its request's transaction has ended; take it in the handler, and use a scope \
                     of the tenant in what goes on after it",
                );
                Err(Rejection::Misconfigured)
            }
        }
    }
}

/// Ends a request's transaction with the request, however that ends: whoever has copied the request's extensions, such as a task that
/// logs, would keep it open, with its locks and its connection.
pub(crate) struct EndsWithRequest(Slot);

impl EndsWithRequest {
    pub(crate) fn new(slot: Slot) -> Self {
        Self(slot)
    }

    /// Ends the transaction, if there is one, as the status says.
    pub(crate) async fn end(self, status: StatusCode) -> Result<(), Rejection> {
        let Self(Slot(state)) = &self;
        let State::Open(transaction) = mem::replace(&mut *state.lock().await, State::Ended) else {
            return Ok(());
        };
        let commits = commits(status);
        let Some(transaction) = Arc::into_inner(transaction) else {
            tracing::error!(
                target: TARGET,
                "a `ScopedTransaction` is still in use after its handler returned: it will be rolled back; drop it before",
            );
            return if commits { Err(Rejection::NotCommitted) } else { Ok(()) };
        };
        let (ended, what) = if commits {
            (transaction.commit().await, "committed")
        } else {
            tracing::debug!(target: TARGET, %status, "the transaction of a request is rolled back for its status");
            (transaction.rollback().await, "rolled back")
        };
        match ended {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(target: TARGET, %error, "the transaction of a request could not be {what}");
                // Not rolled back is not committed either: what the handler answered stays true.
                if commits { Err(Rejection::NotCommitted) } else { Ok(()) }
            }
        }
    }
}

impl Drop for EndsWithRequest {
    fn drop(&mut self) {
        let Self(Slot(state)) = self;
        // Locked only while somebody begins the transaction, who then finds nobody to commit it.
        if let Ok(mut state) = state.try_lock() {
            *state = State::Ended;
        }
    }
}

/// Whether what a handler wrote stays, by how it answered. Of the informational statuses, 101 is a handler's last word.
fn commits(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection() || status == StatusCode::SWITCHING_PROTOCOLS
}
