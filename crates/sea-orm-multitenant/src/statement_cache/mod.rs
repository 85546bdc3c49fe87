//! The statement cache: scoped statements by engine and text, and by engine and shape; bounded.

mod bounded;
mod doorkeeper;

use crate::signature::{self, Common, MOST_VALUES};
use bounded::Bounded;
use doorkeeper::Doorkeeper;
use papaya::Equivalent;
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Engine, Refusal, ScopedShape, ScopedStatement, Shape, TenantCheck, Whom,
    scope_statement_for,
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// The most bytes that the cached statements may take together, whatever their number.
const MAX_BYTES: u64 = 64 << 20;

/// The approximate size of a scoped statement without its texts and lists, in bytes.
const STATEMENT_BYTES: u64 = 512;

/// What the text of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text of a statement.
    Whole,
    /// The shape of several texts.
    Shape,
}

/// What a text is scoped for: engine, tenants, and kind of key.
#[derive(Debug, Clone, Copy)]
struct Terms {
    engine: Engine,
    whom: Whom,
    kind: Kind,
}

impl Terms {
    /// Makes the key of a text under these terms.
    fn key<T>(self, text: T) -> Key<T> {
        let whom = match self.whom {
            Whom::One => 0,
            Whom::OneWithRepeats => 1,
            Whom::All => 2,
            Whom::Set(size) => size as u64 + 3,
        };
        Key(whom << 8 | (self.engine as u64) << 1 | self.kind as u64, text)
    }
}

/// The terms as one number, and the text, owned or borrowed; both hash alike.
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

/// A scoped statement, and on PostgreSQL its text as it was first sent, with the types of its values.
#[derive(Debug)]
pub(crate) struct CachedStatement {
    /// The scoped statement.
    pub(crate) scoped: ScopedStatement,
    /// Its text with the types of the first values.
    pub(crate) common: Common,
}

impl From<ScopedStatement> for CachedStatement {
    fn from(scoped: ScopedStatement) -> Self {
        Self { scoped, common: Common::default() }
    }
}

/// What is cached for a text or shape.
#[derive(Clone)]
enum Known {
    /// The scoped statement of a text.
    Statement(Arc<CachedStatement>),
    /// The scoped statement of a shape.
    Shape(Arc<ScopedShape>),
    /// Texts of this shape are scoped one by one.
    OneByOne,
}

/// The approximate number of bytes that an entry takes.
fn bytes(engine: Engine, text: &str, known: &Known) -> u64 {
    let own = match known {
        Known::Statement(cached) => {
            let scoped = &cached.scoped;
            let kept_twice = signature::is_needed(engine) && scoped.arguments().len() <= MOST_VALUES;
            scoped.sql().len() * (1 + usize::from(kept_twice))
                + size_of_val::<[Argument]>(scoped.arguments())
                + size_of_val::<[TenantCheck]>(scoped.checks())
        }
        Known::Shape(shape) => shape.bytes(),
        Known::OneByOne => 0,
    };
    STATEMENT_BYTES + text.len() as u64 + own as u64
}

/// The statement cache of a [`Tenancy`](crate::Tenancy). No scoped statement contains a tenant, so all tenants share
/// them.
pub(crate) struct StatementCache {
    known: Bounded<Key<Box<str>>, Known>,
    /// The texts that were filled from shapes: most lengths of a list do not come again.
    filled: Doorkeeper,
}

impl StatementCache {
    /// Creates a cache of about `capacity` scoped statements of ordinary size, and never more than [`MAX_BYTES`].
    pub(crate) fn new(capacity: usize) -> Self {
        let average = 4 * STATEMENT_BYTES;
        let known = Bounded::new(capacity, MAX_BYTES.min(capacity as u64 * average));
        Self { known, filled: Doorkeeper::new() }
    }

    /// Calls `then` with the scoped statement of a text, and with the text. The statement is the cached one, the one of
    /// its shape, or one made now. A refusal is not cached.
    pub(crate) fn with_statement<T, E: From<Refusal>>(
        &self,
        catalogue: &Catalogue,
        engine: Engine,
        whom: Whom,
        sql: &mut String,
        then: impl FnOnce(&CachedStatement, &mut String) -> Result<T, E>,
    ) -> Result<T, E> {
        let terms = Terms { engine, whom, kind: Kind::Whole };
        let known = self.known.read();
        // The entry is borrowed, not reference-counted: a counter that every processor writes would cost as much as a
        // lock.
        if let Some(Known::Statement(cached)) = known.get(&terms.key(sql.as_str())) {
            return then(cached, sql);
        }
        let made = self.make(catalogue, terms, sql)?;
        then(&made, sql)
    }

    /// Makes the scoped statement of a text that is not in the cache.
    fn make(&self, catalogue: &Catalogue, terms: Terms, sql: &str) -> Result<Arc<CachedStatement>, Refusal> {
        if let Some(scoped) = self.by_shape(catalogue, terms, sql) {
            let made = Arc::new(CachedStatement::from(scoped));
            if self.filled.knows(&terms.key(sql)) {
                self.keep(terms, sql, Known::Statement(Arc::clone(&made)));
            }
            return Ok(made);
        }
        let scoped = scope_statement_for(catalogue, terms.engine, sql, terms.whom);
        let made = Arc::new(CachedStatement::from(scoped?));
        self.keep(terms, sql, Known::Statement(Arc::clone(&made)));
        Ok(made)
    }

    /// Fills the scoped statement that all texts of this shape share with the lengths of this one; `None` if the shape
    /// has none.
    fn by_shape(&self, catalogue: &Catalogue, terms: Terms, sql: &str) -> Option<ScopedStatement> {
        if sql.len() > catalogue.max_statement_bytes() {
            return None;
        }
        let shape = Shape::of(terms.engine, sql)?;
        let shared = Terms { kind: Kind::Shape, ..terms };
        let known = self.known.read().get(&shared.key(shape.text())).cloned().unwrap_or_else(|| {
            let shared_statement = ScopedShape::new(catalogue, terms.engine, terms.whom, &shape);
            let known = shared_statement.map_or(Known::OneByOne, |shape| Known::Shape(Arc::new(shape)));
            self.keep(shared, shape.text(), known.clone());
            known
        });
        match known {
            Known::Shape(shared) => shared.fill(shape.lengths()),
            Known::Statement(_) | Known::OneByOne => None,
        }
    }

    fn keep(&self, terms: Terms, text: &str, known: Known) {
        let bytes = bytes(terms.engine, text, &known);
        self.known.insert(terms.key(Box::from(text)), known, bytes);
    }

    /// The number of cached statements.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }
}

impl std::fmt::Debug for StatementCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatementCache").field("statements", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, StatementCache, Whom};
    use sea_orm_multitenant_sql::{
        Catalogue, Engine, Refusal, ScopedStatement, Table, TenantType, scope_statement,
    };

    fn catalogue() -> Catalogue {
        Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts")
    }

    fn get(
        cache: &StatementCache,
        engine: Engine,
        whom: Whom,
        sql: &str,
    ) -> Result<ScopedStatement, Refusal> {
        cache.with_statement(&catalogue(), engine, whom, &mut sql.to_owned(), |cached, text| {
            assert_eq!(text, sql);
            Ok(cached.scoped.clone())
        })
    }

    fn scoped_of(cache: &StatementCache, sql: &str) -> Result<ScopedStatement, Refusal> {
        get(cache, Engine::Sqlite, Whom::One, sql)
    }

    fn list(ids: usize) -> String {
        format!("SELECT x FROM p WHERE id IN ({})", vec!["?"; ids].join(", "))
    }

    #[test]
    fn a_text_is_scoped_once_for_each_engine_and_size_of_set() {
        let cache = StatementCache::new(10);
        let sql = "SELECT x FROM p";
        let first = scoped_of(&cache, sql).expect("scoped");
        assert_eq!(scoped_of(&cache, sql), Ok(first.clone()));
        assert_eq!(cache.len(), 1);
        for (engine, whom) in
            [(Engine::Postgres, Whom::One), (Engine::Sqlite, Whom::Set(1)), (Engine::Sqlite, Whom::Set(2))]
        {
            let other = get(&cache, engine, whom, sql).expect("scoped");
            assert_ne!(first.sql(), other.sql());
        }
        assert_eq!(cache.len(), 4);
    }

    #[test]
    fn a_text_with_a_tenant_condition_is_cached_with_and_without_it() {
        let cache = StatementCache::new(10);
        for sql in ["SELECT x FROM p WHERE p.t = ?", "SELECT x FROM p WHERE p.t = ? AND id IN (?, ?)"] {
            let without = get(&cache, Engine::Sqlite, Whom::One, sql).expect("scoped");
            let with = get(&cache, Engine::Sqlite, Whom::OneWithRepeats, sql).expect("scoped");
            assert_eq!((without.repeated(), with.repeated()), ([0].as_slice(), [].as_slice()));
            assert_eq!(without.arguments().len() + 1, with.arguments().len());
            assert_eq!(Ok(with), scope_statement(&catalogue(), Engine::Sqlite, sql));
        }
    }

    #[test]
    fn all_lengths_of_a_list_share_one_entry() {
        let cache = StatementCache::new(10);
        for ids in 2..500 {
            let by_itself = scope_statement(&catalogue(), Engine::Sqlite, &list(ids)).expect("scoped");
            assert_eq!(scoped_of(&cache, &list(ids)), Ok(by_itself));
        }
        assert_eq!(cache.len(), 1);
        let set = get(&cache, Engine::Sqlite, Whom::Set(2), &list(3)).expect("scoped");
        assert_eq!(set.arguments().len(), 5);
    }

    #[test]
    fn a_list_length_asked_for_twice_is_cached_by_its_text() {
        let cache = StatementCache::new(10);
        let first = scoped_of(&cache, &list(7)).expect("scoped");
        assert_eq!(cache.len(), 1, "the shape");
        for _ in 0..3 {
            assert_eq!(scoped_of(&cache, &list(7)), Ok(first.clone()));
            assert_eq!(cache.len(), 2, "the shape and the text");
        }
        assert_eq!(first, scope_statement(&catalogue(), Engine::Sqlite, &list(7)).expect("scoped"));
    }

    #[test]
    fn texts_of_a_refused_shape_are_each_refused() {
        let cache = StatementCache::new(10);
        for ids in [2, 3, 4] {
            let sql = list(ids).replace(" p ", " unknown ");
            assert_eq!(
                scoped_of(&cache, &sql),
                Err(Refusal::UnknownTable {
                    table: "unknown".to_owned(),
                    reason: sea_orm_multitenant_sql::UnknownReason::NotDeclared
                })
            );
        }
    }

    #[test]
    fn texts_of_a_shape_without_entry_are_cached_one_by_one() {
        let cache = StatementCache::new(10);
        for ids in [2, 3] {
            let marks = vec!["?"; ids].join(", ");
            let scoped = scoped_of(&cache, &format!("SELECT id IN ({marks}) FROM p")).expect("scoped");
            assert!(scoped.sql().contains(&format!("AS `id IN ({marks})`")), "{}", scoped.sql());
        }
    }

    #[test]
    fn distinct_texts_do_not_exceed_the_capacity() {
        let cache = StatementCache::new(100);
        for n in 0..2_000 {
            scoped_of(&cache, &format!("SELECT x FROM p WHERE id = {n}")).expect("scoped");
        }
        assert!(cache.len() <= 101, "{} statements", cache.len());
    }

    #[test]
    fn large_texts_do_not_exceed_the_byte_limit() {
        let cache = StatementCache::new(10_000);
        for n in 0..40 {
            let sql = format!("SELECT x FROM p WHERE name = '{n}{}'", "a".repeat(1 << 19));
            scoped_of(&cache, &sql).expect("scoped");
        }
        assert!(cache.known.bytes() <= MAX_BYTES + (1 << 20), "{} bytes", cache.known.bytes());
    }

    #[test]
    fn long_lists_of_many_lengths_do_not_exceed_the_byte_limit() {
        let cache = StatementCache::new(10_000);
        for ids in 1_000..1_600 {
            for _ in 0..3 {
                scoped_of(&cache, &list(ids)).expect("scoped");
            }
        }
        let bytes = cache.known.bytes();
        assert!(bytes > 5 << 20 && bytes <= (20 << 20) + (1 << 20), "{bytes} bytes");
    }

    #[test]
    fn a_refusal_is_not_cached() {
        let cache = StatementCache::new(10);
        assert!(scoped_of(&cache, "SELECT x FROM q").is_err());
        assert_eq!(cache.len(), 0);
    }
}
