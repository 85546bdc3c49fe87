//! Plans by engine and text, bounded.

use quick_cache::{Equivalent, Weighter, sync::Cache};
use sea_orm_multitenant_sql::{Engine, Plan};
use std::sync::Arc;

/// Most bytes of text that the cached plans may hold together, whatever their number.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of a plan beside its two texts, roughly.
const PLAN_BYTES: u64 = 512;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(Engine, Option<usize>, Box<str>);

/// A key that borrows its text; hashes as [`Key`] does.
#[derive(Hash)]
struct KeyRef<'a>(Engine, Option<usize>, &'a str);

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, Key(engine, set_size, text): &Key) -> bool {
        self.0 == *engine && self.1 == *set_size && self.2 == text.as_ref()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Plan>> for Bytes {
    fn weight(&self, Key(_, _, text): &Key, plan: &Arc<Plan>) -> u64 {
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

    /// The plan for this text, for one tenant or a set of this size, made by `plan` when it is not there. A refusal is
    /// not kept.
    pub(crate) fn get_or_plan<E>(
        &self,
        engine: Engine,
        set_size: Option<usize>,
        sql: &str,
        plan: impl FnOnce() -> Result<Plan, E>,
    ) -> Result<Arc<Plan>, E> {
        if let Some(found) = self.plans.get(&KeyRef(engine, set_size, sql)) {
            return Ok(found);
        }
        let made = Arc::new(plan()?);
        self.plans.insert(Key(engine, set_size, sql.into()), Arc::clone(&made));
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

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, PlanCache};
    use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, Table, TenantType, plan};

    fn plan_of(cache: &PlanCache, sql: &str) -> Result<(), Refusal> {
        let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
        cache.get_or_plan(Engine::Sqlite, None, sql, || plan(&catalogue, Engine::Sqlite, sql)).map(|_| ())
    }

    #[test]
    fn a_text_is_planned_once() {
        let cache = PlanCache::new(10);
        plan_of(&cache, "SELECT x FROM p").expect("planned");
        let again = cache.get_or_plan(Engine::Sqlite, None, "SELECT x FROM p", || Err(Refusal::Empty));
        assert!(again.is_ok());
        assert_eq!(cache.len(), 1);
        let other_engine = cache.get_or_plan(Engine::MySql, None, "SELECT x FROM p", || Err(Refusal::Empty));
        assert_eq!(other_engine.err(), Some(Refusal::Empty));
        let set = cache.get_or_plan(Engine::Sqlite, Some(1), "SELECT x FROM p", || Err(Refusal::Empty));
        assert_eq!(set.err(), Some(Refusal::Empty));
    }

    #[test]
    fn distinct_texts_do_not_grow_it_beyond_its_bound() {
        let cache = PlanCache::new(100);
        for n in 0..2_000 {
            plan_of(&cache, &format!("SELECT x FROM p WHERE id = {n}")).expect("planned");
        }
        assert!(cache.len() <= 400, "{} plans", cache.len());
    }

    #[test]
    fn large_texts_do_not_fill_the_memory() {
        let cache = PlanCache::new(10_000);
        for n in 0..40 {
            let sql = format!("SELECT x FROM p WHERE name = '{n}{}'", "a".repeat(1 << 19));
            plan_of(&cache, &sql).expect("planned");
        }
        assert!(cache.plans.weight() <= MAX_BYTES, "{} bytes", cache.plans.weight());
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let cache = PlanCache::new(10);
        assert!(plan_of(&cache, "SELECT x FROM q").is_err());
        assert_eq!(cache.len(), 0);
    }
}
