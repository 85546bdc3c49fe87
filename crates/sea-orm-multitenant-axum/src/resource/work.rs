//! The connection of an action: the request's scope, or a transaction of it.

use crate::{
    rejection::{ExtractRejection, TARGET},
    request::RequestTenant,
    resource::{error::ResourceError, failure::Failure},
};
use http::request::Parts;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use sea_orm_multitenant::TenantScope;
use std::{ops::Deref, sync::Arc};

/// What a request's statements are sent to.
pub(super) enum Work {
    Scope(TenantScope<DatabaseConnection>),
    /// The transaction of a [`TransactionLayer`](crate::TransactionLayer).
    Shared(Arc<TenantScope<DatabaseTransaction>>),
}

impl Work {
    /// Returns the request's transaction, if a layer gives it one, or its scope.
    pub(super) async fn of(parts: &Parts) -> Result<Self, ExtractRejection> {
        match RequestTenant::optional_transaction(parts)? {
            (scope, None) => Ok(Self::Scope(scope.clone())),
            (scope, Some((slot, responder))) => {
                let transaction = slot.transaction(scope).await;
                transaction.map(Self::Shared).map_err(|rejected| ExtractRejection::new(rejected, responder))
            }
        }
    }

    /// Begins a transaction, unless the request has one.
    pub(super) async fn begin(self) -> Result<Writing, ResourceError> {
        match self {
            Self::Shared(transaction) => Ok(Writing::Shared(transaction)),
            Self::Scope(scope) => match scope.begin().await {
                Ok(transaction) => Ok(Writing::Own(transaction)),
                Err(error) => {
                    tracing::error!(target: TARGET, %error, "the transaction of a resource could not begin");
                    Err(ResourceError::Failed)
                }
            },
        }
    }
}

/// A transaction of the request's scope.
pub(super) enum Writing {
    Own(TenantScope<DatabaseTransaction>),
    Shared(Arc<TenantScope<DatabaseTransaction>>),
}

impl Deref for Writing {
    type Target = TenantScope<DatabaseTransaction>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Own(transaction) => transaction,
            Self::Shared(transaction) => transaction,
        }
    }
}

impl Writing {
    /// Commits if the action has succeeded, and otherwise rolls back. A transaction of a layer ends by the status of the
    /// response, which is an error's in the same cases.
    pub(super) async fn end<T>(self, outcome: Result<T, ResourceError>) -> Result<T, Failure> {
        let Self::Own(transaction) = self else { return Ok(outcome?) };
        match outcome {
            Ok(done) => match transaction.commit().await {
                Ok(()) => Ok(done),
                Err(error) => {
                    tracing::error!(target: TARGET, %error, "the transaction of a resource could not be committed");
                    Err(ResourceError::NotCommitted.into())
                }
            },
            Err(refused) => {
                if let Err(error) = transaction.rollback().await {
                    tracing::error!(target: TARGET, %error, "the transaction of a resource could not be rolled back");
                }
                Err(refused.into())
            }
        }
    }
}
