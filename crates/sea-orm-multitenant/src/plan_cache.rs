//! Plans by engine and text, and by engine and shape; bounded.

use quick_cache::{Equivalent, Weighter, sync::Cache};
use sea_orm_multitenant_sql::{Catalogue, Engine, Plan, Refusal, Shape, ShapePlan, plan, plan_for_set};
use std::sync::Arc;

/// Most bytes of text that the cached plans may hold together, whatever their number.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of a plan beside its two texts, roughly.
const PLAN_BYTES: u64 = 512;

/// What a key's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// The text of a statement.
    Whole,
    /// The shape of texts.
    Shape,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(Engine, Option<usize>, Kind, Box<str>);

/// A key that borrows its text; hashes as [`Key`] does.
#[derive(Hash)]
struct KeyRef<'a>(Engine, Option<usize>, Kind, &'a str);

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, Key(engine, set_size, kind, text): &Key) -> bool {
        self.0 == *engine && self.1 == *set_size && self.2 == *kind && self.3 == text.as_ref()
    }
}

impl From<KeyRef<'_>> for Key {
    fn from(KeyRef(engine, set_size, kind, text): KeyRef<'_>) -> Self {
        Self(engine, set_size, kind, text.into())
    }
}

/// What is known of a text or shape.
#[derive(Clone)]
enum Known {
    /// The plan of a text.
    Plan(Arc<Plan>),
    /// The plan of a shape.
    Shape(Arc<ShapePlan>),
    /// Texts of this shape are planned each by itself.
    Apart,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Known> for Bytes {
    fn weight(&self, Key(_, _, _, text): &Key, known: &Known) -> u64 {
        let plan = match known {
            Known::Plan(plan) => plan.sql().len(),
            Known::Shape(plan) => plan.bytes(),
            Known::Apart => 0,
        };
        PLAN_BYTES + text.len() as u64 + plan as u64
    }
}

/// The plans of a [`Tenancy`](crate::Tenancy). No plan holds a tenant, so all tenants share them.
pub(crate) struct PlanCache {
    known: Cache<Key, Known, Bytes>,
}

impl PlanCache {
    /// A cache of about `capacity` plans of ordinary size, and never more than a fixed number of bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        let average = 4 * PLAN_BYTES;
        let bytes = MAX_BYTES.min(capacity as u64 * average);
        Self { known: Cache::with_weighter(capacity, bytes, Bytes) }
    }

    /// The plan for this text, for one tenant or a set of this size: the one that is there, the one of its shape, or one
    /// made now. A refusal is not kept.
    pub(crate) fn get_or_plan(
        &self,
        catalogue: &Catalogue,
        engine: Engine,
        set_size: Option<usize>,
        sql: &str,
    ) -> Result<Arc<Plan>, Refusal> {
        if let Some(Known::Plan(plan)) = self.known.get(&KeyRef(engine, set_size, Kind::Whole, sql)) {
            return Ok(plan);
        }
        if let Some(plan) = self.by_shape(catalogue, engine, set_size, sql) {
            return Ok(Arc::new(plan));
        }
        let plan = Arc::new(match set_size {
            None => plan(catalogue, engine, sql),
            Some(tenants) => plan_for_set(catalogue, engine, sql, tenants),
        }?);
        let key = KeyRef(engine, set_size, Kind::Whole, sql);
        self.known.insert(key.into(), Known::Plan(Arc::clone(&plan)));
        Ok(plan)
    }

    /// The plan that all texts of this one's shape share, filled for this one; none when it has none.
    fn by_shape(
        &self,
        catalogue: &Catalogue,
        engine: Engine,
        set_size: Option<usize>,
        sql: &str,
    ) -> Option<Plan> {
        let shape = Shape::of(engine, sql)?;
        let key = KeyRef(engine, set_size, Kind::Shape, shape.text());
        let known = self.known.get(&key).unwrap_or_else(|| {
            let plan = ShapePlan::new(catalogue, engine, set_size, &shape);
            let known = plan.map_or(Known::Apart, |plan| Known::Shape(Arc::new(plan)));
            self.known.insert(key.into(), known.clone());
            known
        });
        match known {
            Known::Shape(plan) => plan.fill(shape.lengths()),
            Known::Plan(_) | Known::Apart => None,
        }
    }

    /// How many plans there are.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
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
    use sea_orm_multitenant_sql::{Catalogue, Engine, Plan, Refusal, Table, TenantType, plan};
    use std::sync::Arc;

    fn catalogue() -> Catalogue {
        Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts")
    }

    fn plan_of(cache: &PlanCache, sql: &str) -> Result<Arc<Plan>, Refusal> {
        cache.get_or_plan(&catalogue(), Engine::Sqlite, None, sql)
    }

    fn list(ids: usize) -> String {
        format!("SELECT x FROM p WHERE id IN ({})", vec!["?"; ids].join(", "))
    }

    #[test]
    fn a_text_is_planned_once_for_each_engine_and_size_of_set() {
        let cache = PlanCache::new(10);
        let sql = "SELECT x FROM p";
        let first = plan_of(&cache, sql).expect("planned");
        assert!(Arc::ptr_eq(&first, &plan_of(&cache, sql).expect("planned")));
        assert_eq!(cache.len(), 1);
        for (engine, set) in [(Engine::MySql, None), (Engine::Sqlite, Some(1)), (Engine::Sqlite, Some(2))] {
            let other = cache.get_or_plan(&catalogue(), engine, set, sql).expect("planned");
            assert_ne!(first.sql(), other.sql());
        }
        assert_eq!(cache.len(), 4);
    }

    #[test]
    fn all_lengths_of_a_list_share_one_plan() {
        let cache = PlanCache::new(10);
        for ids in 2..500 {
            let by_itself = plan(&catalogue(), Engine::Sqlite, &list(ids)).expect("planned");
            assert_eq!(*plan_of(&cache, &list(ids)).expect("planned"), by_itself);
        }
        assert_eq!(cache.len(), 1);
        let set = cache.get_or_plan(&catalogue(), Engine::Sqlite, Some(2), &list(3)).expect("planned");
        assert_eq!(set.arguments().len(), 5);
    }

    #[test]
    fn a_shape_whose_texts_are_refused_is_refused_for_each() {
        let cache = PlanCache::new(10);
        for ids in [2, 3, 4] {
            let sql = list(ids).replace(" p ", " unknown ");
            assert_eq!(plan_of(&cache, &sql), Err(Refusal::UnknownTable { table: "unknown".to_owned() }));
        }
    }

    #[test]
    fn a_shape_that_has_no_plan_has_a_plan_for_each_text() {
        let cache = PlanCache::new(10);
        for ids in [2, 3] {
            let marks = vec!["?"; ids].join(", ");
            let plan = plan_of(&cache, &format!("SELECT id IN ({marks}) FROM p")).expect("planned");
            assert!(plan.sql().contains(&format!("AS \"id IN ({marks})\"")), "{}", plan.sql());
        }
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
        assert!(cache.known.weight() <= MAX_BYTES, "{} bytes", cache.known.weight());
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let cache = PlanCache::new(10);
        assert!(plan_of(&cache, "SELECT x FROM q").is_err());
        assert_eq!(cache.len(), 0);
    }
}
