//! The slot for a request's transaction.

use crate::rejection::{Rejection, TARGET};
use http::StatusCode;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use sea_orm_multitenant::TenantScope;
use std::{mem, sync::Arc};
use tokio::sync::Mutex;

/// A transaction in a tenant's scope, shared by all extractors of one request.
type Shared = Arc<TenantScope<DatabaseTransaction>>;

/// Holds a request's transaction while it is open.
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
    /// Returns the transaction; begins it in this scope if it has not begun.
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
                    "a `ScopedTransaction` is extracted after its request's transaction has ended; extract it in the handler, and use a scope \
                     of the tenant in what goes on after it",
                );
                Err(Rejection::Misconfigured)
            }
        }
    }
}

/// Ends a request's transaction when the request ends, in whatever way. Otherwise code that has copied the request's
/// extensions, such as a logging task, would keep the transaction open, with its locks and its connection.
pub(crate) struct EndsWithRequest(Slot);

impl EndsWithRequest {
    pub(crate) fn new(slot: Slot) -> Self {
        Self(slot)
    }

    /// Commits or rolls back the transaction, if there is one, by the response's status.
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
            tracing::debug!(target: TARGET, %status, "the transaction of a request is rolled back because of its status");
            (transaction.rollback().await, "rolled back")
        };
        match ended {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(target: TARGET, %error, "the transaction of a request could not be {what}");
                // A rollback that fails does not commit either, so the handler's answer stays true.
                if commits { Err(Rejection::NotCommitted) } else { Ok(()) }
            }
        }
    }
}

impl Drop for EndsWithRequest {
    fn drop(&mut self) {
        let Self(Slot(state)) = self;
        // The lock is held only while the transaction is begun, by code that then finds nobody to commit it.
        if let Ok(mut state) = state.try_lock() {
            *state = State::Ended;
        }
    }
}

/// Whether a response with this status commits the transaction. Of the informational statuses, only 101 is a handler's
/// final response.
fn commits(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection() || status == StatusCode::SWITCHING_PROTOCOLS
}
