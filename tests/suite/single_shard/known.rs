//! What Citus refuses of what the other tests send, by the end of the test's name.

/// A statement that Citus, or PostgreSQL, refuses.
#[derive(Debug)]
pub(super) struct Known {
    /// The end of the test's name.
    pub(super) test: &'static str,
    /// Words of the error.
    pub(super) words: &'static str,
    /// Whether the test ends in that error; otherwise it expects the error itself, which the harness sees when it asks for shards.
    pub(super) ends_the_test: bool,
    /// Why.
    pub(super) why: &'static str,
}

/// All of them.
pub(super) const KNOWN: &[Known] = &[
    Known {
        test: "conflict_targets::citus::a_key_without_the_tenant_leaves_another_tenants_row",
        words: "creating unique indexes on non-partition columns",
        ends_the_test: true,
        why: "a unique key of a distributed table contains the tenant",
    },
    Known {
        test: "query_builder_recursion::citus::search_and_cycle_have_the_tenants_rows",
        words: "recursive CTEs are only supported when they contain a filter",
        ends_the_test: true,
        why: "Citus does not see the filters of WITH RECURSIVE when it has SEARCH",
    },
    Known {
        test: "recursion::citus::search_walks_the_tenants_rows",
        words: "recursive CTEs are only supported when they contain a filter",
        ends_the_test: true,
        why: "as before",
    },
    Known {
        test: "recursion::citus::cycle_ends_at_the_tenants_rows",
        words: "syntax error at or near",
        ends_the_test: true,
        why: "Citus writes CYCLE with values of its own in a way that the worker cannot read",
    },
    Known {
        test: "query_builder::citus::every_expression_is_answered_or_refused_by_name",
        words: "operator does not exist",
        ends_the_test: false,
        why: "the test sends an operator that PostgreSQL does not have, and expects so",
    },
];
