//! What the layers have found out about a request, as one value.

use crate::{
    policy,
    rejection::{ExtractRejection, Rejection, Responder, TARGET, misconfigured},
    slot::Slot,
    store::tenant_store::Found,
};
use http::{Extensions, request::Parts};
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Tenancy, TenantId, TenantScope};
use std::{any::Any, sync::Arc};

/// What the layers have found out about a request.
///
/// Scope, records and transaction are one value, which a layer replaces as a whole: nothing is left over from an outer
/// layer that found another tenant, or from any outer layer where this one found none.
#[derive(Clone)]
pub(crate) struct RequestTenant {
    outcome: Outcome,
    /// The tenant that a layer has found, even if an inner layer found none.
    first: Option<TenantId>,
    tenancy: Tenancy,
    transaction: Option<Slot>,
    responder: Responder,
}

#[derive(Clone)]
enum Outcome {
    Tenant { scope: TenantScope<DatabaseConnection>, records: Vec<Record> },
    Without(NoTenant),
}

/// The record of a tenant store, of any type.
type Record = Arc<dyn Any + Send + Sync>;

/// The scope of a request, and the slot of its transaction with how its rejections are answered.
type ScopeAndSlot<'a> = (&'a TenantScope<DatabaseConnection>, Option<(&'a Slot, Responder)>);

/// Why a request passes without a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTenant {
    /// It names none, and the path does not require one.
    Missing,
    /// The path is excluded.
    Excluded,
}

impl RequestTenant {
    /// What the outer layers have found.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// Refuses a second tenant for a request: the layers read different parts of it, and the sender controls both.
    pub(crate) fn admit(outer: Option<&Self>, tenant: &TenantId) -> Result<(), Rejection> {
        match outer.and_then(|outer| outer.first.as_ref()) {
            Some(first) if first != tenant => {
                tracing::error!(
                    target: TARGET,
                    outer = %first,
                    inner = %tenant,
                    "two nested `TenantLayer`s found two tenants for one request; use one `TenantLayer`, with a `Chain` that has \
                     `require_agreement` where several parts of a request name the tenant",
                );
                Err(Rejection::Misconfigured)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A request for the tenant that a layer found and [`admit`](Self::admit)ted.
    pub(crate) fn with<T: Send + Sync + 'static>(
        outer: Option<&Self>,
        tenancy: &Tenancy,
        found: &Found<T>,
        scope: TenantScope<DatabaseConnection>,
        responder: Responder,
    ) -> Self {
        let mut records = match outer.map(|outer| &outer.outcome) {
            Some(Outcome::Tenant { scope: _, records }) => records.clone(),
            Some(Outcome::Without(_)) | None => Vec::with_capacity(1),
        };
        records.push(found.shared_record());
        // A transaction on another tenancy's connections does not belong to this scope.
        let transaction = outer
            .filter(|outer| outer.tenancy.is_clone_of(tenancy))
            .and_then(|outer| outer.transaction.clone());
        Self {
            outcome: Outcome::Tenant { scope, records },
            first: Some(found.tenant().clone()),
            tenancy: tenancy.clone(),
            transaction,
            responder,
        }
    }

    /// A request without a tenant, whatever the outer layers have found.
    pub(crate) fn without(
        outer: Option<&Self>,
        tenancy: &Tenancy,
        why: NoTenant,
        responder: Responder,
    ) -> Self {
        Self {
            outcome: Outcome::Without(why),
            first: outer.and_then(|outer| outer.first.clone()),
            tenancy: tenancy.clone(),
            transaction: None,
            responder,
        }
    }

    /// Returns what the layer found, or logs that there is no layer.
    fn find(parts: &Parts) -> Result<&Self, ExtractRejection> {
        Self::of(&parts.extensions).ok_or_else(|| {
            misconfigured(
                "a route or middleware extracts a tenant's scope or record and has no `TenantLayer` around it; add \
                 `.layer(TenantLayer::new(…))` to its router, after the route or middleware",
                Responder::default(),
            )
        })
    }

    /// How this request's rejections are answered.
    pub(crate) fn responder(&self) -> Responder {
        self.responder.clone()
    }

    /// Creates the slot for the request's transaction; `None` where an outer layer has created one, which also ends the
    /// transaction.
    pub(crate) fn make_slot(&mut self) -> Option<Slot> {
        if self.transaction.is_some() {
            return None;
        }
        let slot = Slot::default();
        self.transaction = Some(slot.clone());
        Some(slot)
    }

    /// Returns the scope of a request that must have one.
    pub(crate) fn scope(parts: &Parts) -> Result<&TenantScope<DatabaseConnection>, ExtractRejection> {
        let found = Self::find(parts)?;
        match &found.outcome {
            Outcome::Tenant { scope, records: _ } => Ok(scope),
            Outcome::Without(NoTenant::Missing) => {
                policy::log(Rejection::Missing);
                Err(ExtractRejection::new(Rejection::Missing, found.responder()))
            }
            Outcome::Without(NoTenant::Excluded) => Err(misconfigured(
                "the route extracts a tenant's scope or record, and its path is excluded by the layer's policy; remove it from \
                 `Policy::exclude`, or take an `Option` of the scope",
                found.responder(),
            )),
        }
    }

    /// Returns the scope of a request that may have one.
    pub(crate) fn optional_scope(
        parts: &Parts,
    ) -> Result<Option<&TenantScope<DatabaseConnection>>, ExtractRejection> {
        match &Self::find(parts)?.outcome {
            Outcome::Tenant { scope, records: _ } => Ok(Some(scope)),
            Outcome::Without(_) => Ok(None),
        }
    }

    /// Returns the record of type `T` of a request that must have a tenant: that of the innermost layer that has one.
    pub(crate) fn record<T: Send + Sync + 'static>(parts: &Parts) -> Result<Arc<T>, ExtractRejection> {
        Self::scope(parts)?;
        let found = Self::find(parts)?;
        let records = match &found.outcome {
            Outcome::Tenant { scope: _, records } => records.as_slice(),
            Outcome::Without(_) => &[],
        };
        let record = records.iter().rev().find_map(|record| Arc::clone(record).downcast().ok());
        record.ok_or_else(|| {
            misconfigured(
                "the route extracts a `Tenant<T>` of another type than the record of the tenant store; extract the record's type",
                found.responder(),
            )
        })
    }

    /// Returns the scope of a request that must have one, and the slot of its transaction if a layer gives it one.
    pub(crate) fn optional_transaction(parts: &Parts) -> Result<ScopeAndSlot<'_>, ExtractRejection> {
        let scope = Self::scope(parts)?;
        let found = Self::find(parts)?;
        let slot = found.transaction.as_ref().map(|slot| (slot, found.responder()));
        Ok((scope, slot))
    }

    /// Returns the scope and the slot of the transaction of a request that must have both.
    pub(crate) fn transaction(
        parts: &Parts,
    ) -> Result<(&TenantScope<DatabaseConnection>, &Slot, Responder), ExtractRejection> {
        let scope = Self::scope(parts)?;
        let found = Self::find(parts)?;
        match &found.transaction {
            Some(slot) => Ok((scope, slot, found.responder())),
            None => Err(misconfigured(
                "the route extracts a `ScopedTransaction` and has no `TransactionLayer` between it and its `TenantLayer`; add \
                 `.layer(TransactionLayer::new())` to its router, before the `TenantLayer`",
                found.responder(),
            )),
        }
    }
}
