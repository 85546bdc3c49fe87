//! What Citus refuses of what the other tests send, what it answers otherwise than PostgreSQL, and what is meant to reach all
//! tenants.

/// What is known of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It is refused, and the test ends in the error.
    EndsTheTest,
    /// It is refused, and the test goes on.
    Refused,
    /// It reaches all tenants, or a table that is not distributed, as the test means it to.
    Meant,
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

/// A statement that reads the rows of all tenants.
const fn unscoped(test: &'static str, words: &'static str) -> Known {
    Known { test, what: What::Meant, words, why: "it is sent by `Tenancy::unscoped`" }
}

/// The end of a count of all rows.
const ALL_PROJECTS: &str = r#""project"."country_code" FROM "project") AS "sub_query""#;

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    unscoped(
        "events::citus::unscoped_access_is_an_event_at_warn_with_its_reason",
        r#"fan-out: 4 shards: SELECT "project"."account_id""#,
    ),
    unscoped("access::citus::class_04_unscoped_access_beside_a_scope_does_not_widen_it", ALL_PROJECTS),
    unscoped("access::citus::class_20_unscoped_access_filters_nothing", ALL_PROJECTS),
    unscoped("access::citus::class_27_an_administrator_visits_each_tenant_or_says_why_not", ALL_PROJECTS),
    unscoped(
        "access::citus::class_27_an_administrator_visits_each_tenant_or_says_why_not",
        r#" FROM "account" ORDER BY "account"."id" ASC"#,
    ),
    unscoped(
        "reads::citus::count_and_filter_with_a_tenant_are_its_own_and_without_one_everybodys",
        ALL_PROJECTS,
    ),
    unscoped(
        "reads::citus::count_and_filter_with_a_tenant_are_its_own_and_without_one_everybodys",
        r#" FROM "project" WHERE "project"."country_code" = $1) AS "sub_query""#,
    ),
    Known {
        test: "writes::citus::no_tenant_and_none_given_is_an_error",
        what: What::Refused,
        words: "cannot perform an INSERT without a partition column value",
        why: "it is sent by `Tenancy::unscoped`, and names no tenant",
    },
    Known {
        test: "bad_input::citus::a_collision_with_another_tenants_id_tells_nothing_of_its_row",
        what: What::Meant,
        words: r#"local: no Citus table: INSERT INTO "single_tag""#,
        why: "a table whose key leaves the tenant out cannot be distributed",
    },
    Known {
        test: "access::citus::class_28_no_text_is_reserved",
        what: What::Refused,
        words: "invalid byte sequence for encoding",
        why: "PostgreSQL takes no NUL in a text",
    },
    Known {
        test: "acts_as_tenant::citus::a_row_without_a_tenant_is_nobodys",
        what: What::EndsTheTest,
        words: "cannot be NULL",
        why: "a distributed table has no row without a tenant",
    },
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

/// What Citus does with a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Said {
    /// It ends in an error with these words.
    Refused(&'static str),
    /// It is answered otherwise than by PostgreSQL; these words are in the answer, or in the rows after it.
    Otherwise(&'static str),
}

/// A text of the differentials with which Citus does something else than PostgreSQL.
#[derive(Debug)]
pub(crate) struct KnownText {
    /// The setting before it; empty when there is none.
    after: &'static str,
    /// The text, as an application has it.
    pub(crate) text: &'static str,
    /// What Citus does.
    pub(crate) said: Said,
    /// Why.
    pub(crate) why: &'static str,
}

impl KnownText {
    /// What is known of a text after these settings.
    pub(crate) fn find(settings: &[String], text: &str) -> Option<&'static Self> {
        let is_after = |after: &str| match settings.last() {
            Some(last) => last == after,
            None => after.is_empty(),
        };
        KNOWN_TEXTS.iter().find(|known| known.text == text && is_after(known.after))
    }
}

/// A text that needs no setting.
const fn text(text: &'static str, said: Said, why: &'static str) -> KnownText {
    KnownText { after: "", text, said, why }
}

/// A text where backslashes escape. The workers' sessions do not have the setting.
const fn where_backslashes_escape(text: &'static str, said: Said) -> KnownText {
    let why = "Citus writes a backslash twice, as its session reads it, for a worker that reads two";
    KnownText { after: "SET standard_conforming_strings = off", text, said, why }
}

/// Why a subquery cannot stand in VALUES.
const SUBQUERY_IN_INSERT: &str = "Citus takes a subquery in INSERT only as INSERT … SELECT";

/// All of them.
const KNOWN_TEXTS: &[KnownText] = &[
    text(
        "INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'n', (SELECT MAX(note) FROM project))",
        Said::Refused("subqueries are not supported within INSERT queries"),
        SUBQUERY_IN_INSERT,
    ),
    text(
        "INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'n', 'n') RETURNING (SELECT COUNT(*) FROM project) AS n",
        Said::Refused("subqueries are not supported within INSERT queries"),
        SUBQUERY_IN_INSERT,
    ),
    text(
        "UPDATE tag SET (note, name) = (SELECT 'x', name || 'y')",
        // The name gets 'x', twice, which is for the note.
        Said::Refused("duplicate key value violates unique constraint \"tag_account_id_name_key"),
        "Citus puts the columns of SET (…) = (SELECT …) into the table's order, and not the values",
    ),
    where_backslashes_escape(r"SELECT id, '\\' AS v FROM task", Said::Otherwise(r#"v: \"\\\\\\\\\""#)),
    where_backslashes_escape(
        r"SELECT id, '\\\\' AS v FROM task",
        Said::Otherwise(r#"v: \"\\\\\\\\\\\\\\\\\""#),
    ),
    where_backslashes_escape(
        r"SELECT name FROM tag WHERE note LIKE '%\\_%' ESCAPE '\\' OR id = 1",
        Said::Refused("invalid escape string"),
    ),
    where_backslashes_escape(
        r"UPDATE tag SET note = '\\' WHERE id = 1",
        Said::Otherwise(r#"note: \"\\\\\\\\\""#),
    ),
    where_backslashes_escape(
        r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\\', 'y'), (1, 10, 'x''', 'z')",
        Said::Otherwise(r#"name: \"x\\\\\\\\\""#),
    ),
];
