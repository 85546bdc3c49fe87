//! Plans by engine and text, bounded.

use quick_cache::{Equivalent, Weighter, sync::Cache};
use sea_orm_multitenant_sql::{Engine, Plan};
use std::sync::Arc;

/// Most bytes of text that the cached plans may hold together, whatever their number.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of a plan beside its two texts, roughly.
const PLAN_BYTES: u64 = 512;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(Engine, Box<str>);

/// A key that borrows its text; hashes as [`Key`] does.
#[derive(Hash)]
struct KeyRef<'a>(Engine, &'a str);

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, Key(engine, text): &Key) -> bool {
        self.0 == *engine && self.1 == text.as_ref()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Plan>> for Bytes {
    fn weight(&self, Key(_, text): &Key, plan: &Arc<Plan>) -> u64 {
        PLAN_BYTES + text.len() as u64 + plan.sql().len() as u64
    }
}

/// The plans of a [`Tenancy`](crate::Tenancy). No plan holds a tenant, so all tenants share them.
pub(crate) struct PlanCache {
    plans: Cache<Key, Arc<Plan>, Bytes>,
}

impl PlanCache {
    /// A cache of about `capacity` plans of ordinary size, and never more than a fixed number of bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        let average = 4 * PLAN_BYTES;
        let bytes = MAX_BYTES.min(capacity as u64 * average);
        Self { plans: Cache::with_weighter(capacity, bytes, Bytes) }
    }

    /// The plan for this text, made by `plan` when it is not there. A refusal is not kept.
    pub(crate) fn get_or_plan<E>(
        &self,
        engine: Engine,
        sql: &str,
        plan: impl FnOnce() -> Result<Plan, E>,
    ) -> Result<Arc<Plan>, E> {
        if let Some(found) = self.plans.get(&KeyRef(engine, sql)) {
            return Ok(found);
        }
        let made = Arc::new(plan()?);
        self.plans.insert(Key(engine, sql.into()), Arc::clone(&made));
        Ok(made)
    }

    /// How many plans there are.
    pub(crate) fn len(&self) -> usize {
        self.plans.len()
    }
}

impl std::fmt::Debug for PlanCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanCache").field("plans", &self.len()).finish()
    }
}
