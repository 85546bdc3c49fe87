//! What Citus refuses of what the other tests send, and what is meant to reach all tenants.

/// What is known of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It is refused, and the test ends in the error.
    EndsTheTest,
    /// It is refused, and the test goes on.
    Refused,
    /// It reaches all tenants, as the test wants it to, by `Tenancy::unscoped`.
    Unscoped,
}

/// A statement that is no statement of one shard.
#[derive(Debug)]
pub(crate) struct Known {
    /// The end of the test's name.
    pub(crate) test: &'static str,
    /// What is known.
    pub(crate) what: What,
    /// Words of the error, or of the statement.
    pub(crate) words: &'static str,
    /// Why.
    pub(crate) why: &'static str,
}

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    Known {
        test: "conflict_targets::citus::a_key_without_the_tenant_leaves_another_tenants_row",
        what: What::EndsTheTest,
        words: "creating unique indexes on non-partition columns",
        why: "a unique key of a distributed table contains the tenant",
    },
    Known {
        test: "query_builder_recursion::citus::search_and_cycle_have_the_tenants_rows",
        what: What::EndsTheTest,
        words: "recursive CTEs are only supported when they contain a filter",
        why: "Citus does not see the filters of WITH RECURSIVE when it has SEARCH",
    },
    Known {
        test: "recursion::citus::search_walks_the_tenants_rows",
        what: What::EndsTheTest,
        words: "recursive CTEs are only supported when they contain a filter",
        why: "as before",
    },
    Known {
        test: "recursion::citus::cycle_ends_at_the_tenants_rows",
        what: What::EndsTheTest,
        words: "syntax error at or near",
        why: "Citus writes CYCLE with values of its own in a way that the worker cannot read",
    },
];

/// A text of the differentials that Citus refuses, though PostgreSQL answers it.
#[derive(Debug)]
pub(crate) struct KnownText {
    /// The text, as an application has it.
    pub(crate) text: &'static str,
    /// Words of the error.
    pub(crate) words: &'static str,
    /// Why.
    pub(crate) why: &'static str,
}

/// All of them.
pub(crate) const KNOWN_TEXTS: &[KnownText] = &[];
