//! Plans by engine and text, and by engine and shape; bounded.

mod bounded;
mod doorkeeper;

use crate::signature::{self, Common, MOST_VALUES};
use bounded::Bounded;
use doorkeeper::Doorkeeper;
use papaya::Equivalent;
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Engine, Plan, Refusal, Shape, ShapePlan, TenantCheck, Whom, plan_for,
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// Most bytes that the cached plans may hold together, whatever their number.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of a plan beside its texts and lists, roughly.
const PLAN_BYTES: u64 = 512;

/// What a key's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text of a statement.
    Whole,
    /// The shape of texts.
    Shape,
}

/// What a text is planned for, beside the text.
#[derive(Debug, Clone, Copy)]
struct Terms {
    engine: Engine,
    whom: Whom,
    kind: Kind,
}

impl Terms {
    /// The key of a text that is planned for these.
    fn key<T>(self, text: T) -> Key<T> {
        let whom = match self.whom {
            Whom::One => 0,
            Whom::OneWithRepeats => 1,
            Whom::Set(size) => size as u64 + 2,
        };
        Key(whom << 8 | (self.engine as u64) << 1 | self.kind as u64, text)
    }
}

/// All that a text is planned for in one number, and the text, owned or borrowed; both hash alike.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key<T>(u64, T);

impl<T: AsRef<str>> Hash for Key<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(terms, text) = self;
        state.write_u64(*terms);
        state.write(text.as_ref().as_bytes());
    }
}

impl Equivalent<Key<Box<str>>> for Key<&str> {
    fn equivalent(&self, Key(terms, text): &Key<Box<str>>) -> bool {
        self.0 == *terms && self.1 == text.as_ref()
    }
}

/// A plan, and on PostgreSQL its text as it was sent first, which holds the types of values.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The plan.
    pub(crate) plan: Plan,
    /// Its text with the types that most values have.
    pub(crate) common: Common,
}

impl From<Plan> for Planned {
    fn from(plan: Plan) -> Self {
        Self { plan, common: Common::default() }
    }
}

/// What is known of a text or shape.
#[derive(Clone)]
enum Known {
    /// The plan of a text.
    Plan(Arc<Planned>),
    /// The plan of a shape.
    Shape(Arc<ShapePlan>),
    /// Texts of this shape are planned each by itself.
    Apart,
}

/// About how many bytes an entry takes.
fn bytes(engine: Engine, text: &str, known: &Known) -> u64 {
    let plan = match known {
        Known::Plan(planned) => {
            let plan = &planned.plan;
            let kept_twice = signature::is_needed(engine) && plan.arguments().len() <= MOST_VALUES;
            plan.sql().len() * (1 + usize::from(kept_twice))
                + size_of_val::<[Argument]>(plan.arguments())
                + size_of_val::<[TenantCheck]>(plan.checks())
        }
        Known::Shape(plan) => plan.bytes(),
        Known::Apart => 0,
    };
    PLAN_BYTES + text.len() as u64 + plan as u64
}

/// The plans of a [`Tenancy`](crate::Tenancy). No plan holds a tenant, so all tenants share them.
pub(crate) struct PlanCache {
    known: Bounded<Key<Box<str>>, Known>,
    /// The texts that were filled from shapes: few lengths of a list come again.
    filled: Doorkeeper,
}

impl PlanCache {
    /// A cache of about `capacity` plans of ordinary size, and never more than a fixed number of bytes.
    pub(crate) fn new(capacity: usize) -> Self {
        let average = 4 * PLAN_BYTES;
        let known = Bounded::new(capacity, MAX_BYTES.min(capacity as u64 * average));
        Self { known, filled: Doorkeeper::new() }
    }

    /// Calls `then` with the plan for a text, and with the text: the plan that is there, the one of its shape, or one made now. A
    /// refusal is not kept.
    pub(crate) fn with_plan<T, E: From<Refusal>>(
        &self,
        catalogue: &Catalogue,
        engine: Engine,
        whom: Whom,
        sql: &mut String,
        then: impl FnOnce(&Planned, &mut String) -> Result<T, E>,
    ) -> Result<T, E> {
        let terms = Terms { engine, whom, kind: Kind::Whole };
        let known = self.known.read();
        // The plan is lent, not counted: a count that all processors write is what a lock would be.
        if let Some(Known::Plan(plan)) = known.get(&terms.key(sql.as_str())) {
            return then(plan, sql);
        }
        let plan = self.plan(catalogue, terms, sql)?;
        then(&plan, sql)
    }

    /// The plan for a text that has none.
    fn plan(&self, catalogue: &Catalogue, terms: Terms, sql: &str) -> Result<Arc<Planned>, Refusal> {
        if let Some(plan) = self.by_shape(catalogue, terms, sql) {
            let plan = Arc::new(Planned::from(plan));
            if self.filled.knows(&terms.key(sql)) {
                self.keep(terms, sql, Known::Plan(Arc::clone(&plan)));
            }
            return Ok(plan);
        }
        let plan = plan_for(catalogue, terms.engine, sql, terms.whom);
        let plan = Arc::new(Planned::from(plan?));
        self.keep(terms, sql, Known::Plan(Arc::clone(&plan)));
        Ok(plan)
    }

    /// The plan that all texts of this one's shape share, filled for this one; none when it has none.
    fn by_shape(&self, catalogue: &Catalogue, terms: Terms, sql: &str) -> Option<Plan> {
        if sql.len() > catalogue.max_statement_bytes() {
            return None;
        }
        let shape = Shape::of(terms.engine, sql)?;
        let shared = Terms { kind: Kind::Shape, ..terms };
        let known = self.known.read().get(&shared.key(shape.text())).cloned().unwrap_or_else(|| {
            let plan = ShapePlan::new(catalogue, terms.engine, terms.whom, &shape);
            let known = plan.map_or(Known::Apart, |plan| Known::Shape(Arc::new(plan)));
            self.keep(shared, shape.text(), known.clone());
            known
        });
        match known {
            Known::Shape(plan) => plan.fill(shape.lengths()),
            Known::Plan(_) | Known::Apart => None,
        }
    }

    fn keep(&self, terms: Terms, text: &str, known: Known) {
        let bytes = bytes(terms.engine, text, &known);
        self.known.insert(terms.key(Box::from(text)), known, bytes);
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
    use super::{MAX_BYTES, PlanCache, Whom};
    use sea_orm_multitenant_sql::{Catalogue, Engine, Plan, Refusal, Table, TenantType, plan};

    fn catalogue() -> Catalogue {
        Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts")
    }

    fn get(cache: &PlanCache, engine: Engine, whom: Whom, sql: &str) -> Result<Plan, Refusal> {
        cache.with_plan(&catalogue(), engine, whom, &mut sql.to_owned(), |planned, text| {
            assert_eq!(text, sql);
            Ok(planned.plan.clone())
        })
    }

    fn plan_of(cache: &PlanCache, sql: &str) -> Result<Plan, Refusal> {
        get(cache, Engine::Sqlite, Whom::One, sql)
    }

    fn list(ids: usize) -> String {
        format!("SELECT x FROM p WHERE id IN ({})", vec!["?"; ids].join(", "))
    }

    #[test]
    fn a_text_is_planned_once_for_each_engine_and_size_of_set() {
        let cache = PlanCache::new(10);
        let sql = "SELECT x FROM p";
        let first = plan_of(&cache, sql).expect("planned");
        assert_eq!(plan_of(&cache, sql), Ok(first.clone()));
        assert_eq!(cache.len(), 1);
        for (engine, whom) in
            [(Engine::Postgres, Whom::One), (Engine::Sqlite, Whom::Set(1)), (Engine::Sqlite, Whom::Set(2))]
        {
            let other = get(&cache, engine, whom, sql).expect("planned");
            assert_ne!(first.sql(), other.sql());
        }
        assert_eq!(cache.len(), 4);
    }

    #[test]
    fn a_text_with_a_condition_on_the_tenant_has_a_plan_with_it_and_one_without() {
        let cache = PlanCache::new(10);
        for sql in ["SELECT x FROM p WHERE p.t = ?", "SELECT x FROM p WHERE p.t = ? AND id IN (?, ?)"] {
            let without = get(&cache, Engine::Sqlite, Whom::One, sql).expect("planned");
            let with = get(&cache, Engine::Sqlite, Whom::OneWithRepeats, sql).expect("planned");
            assert_eq!((without.repeated(), with.repeated()), ([0].as_slice(), [].as_slice()));
            assert_eq!(without.arguments().len() + 1, with.arguments().len());
            assert_eq!(Ok(with), plan(&catalogue(), Engine::Sqlite, sql));
        }
    }

    #[test]
    fn all_lengths_of_a_list_share_one_plan() {
        let cache = PlanCache::new(10);
        for ids in 2..500 {
            let by_itself = plan(&catalogue(), Engine::Sqlite, &list(ids)).expect("planned");
            assert_eq!(plan_of(&cache, &list(ids)), Ok(by_itself));
        }
        assert_eq!(cache.len(), 1);
        let set = get(&cache, Engine::Sqlite, Whom::Set(2), &list(3)).expect("planned");
        assert_eq!(set.arguments().len(), 5);
    }

    #[test]
    fn a_length_that_comes_again_is_kept_with_its_text() {
        let cache = PlanCache::new(10);
        let first = plan_of(&cache, &list(7)).expect("planned");
        assert_eq!(cache.len(), 1, "the shape");
        for _ in 0..3 {
            assert_eq!(plan_of(&cache, &list(7)), Ok(first.clone()));
            assert_eq!(cache.len(), 2, "the shape and the text");
        }
        assert_eq!(first, plan(&catalogue(), Engine::Sqlite, &list(7)).expect("planned"));
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
            assert!(plan.sql().contains(&format!("AS `id IN ({marks})`")), "{}", plan.sql());
        }
    }

    #[test]
    fn distinct_texts_do_not_grow_it_beyond_its_bound() {
        let cache = PlanCache::new(100);
        for n in 0..2_000 {
            plan_of(&cache, &format!("SELECT x FROM p WHERE id = {n}")).expect("planned");
        }
        assert!(cache.len() <= 101, "{} plans", cache.len());
    }

    #[test]
    fn large_texts_do_not_fill_the_memory() {
        let cache = PlanCache::new(10_000);
        for n in 0..40 {
            let sql = format!("SELECT x FROM p WHERE name = '{n}{}'", "a".repeat(1 << 19));
            plan_of(&cache, &sql).expect("planned");
        }
        assert!(cache.known.bytes() <= MAX_BYTES + (1 << 20), "{} bytes", cache.known.bytes());
    }

    #[test]
    fn long_lists_of_many_lengths_do_not_fill_the_memory() {
        let cache = PlanCache::new(10_000);
        for ids in 1_000..1_600 {
            for _ in 0..3 {
                plan_of(&cache, &list(ids)).expect("planned");
            }
        }
        let bytes = cache.known.bytes();
        assert!(bytes > 5 << 20 && bytes <= (20 << 20) + (1 << 20), "{bytes} bytes");
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let cache = PlanCache::new(10);
        assert!(plan_of(&cache, "SELECT x FROM q").is_err());
        assert_eq!(cache.len(), 0);
    }
}
