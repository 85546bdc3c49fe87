//! Texts that are made to look like signed ones: what a scope sends is written from its tree, so that no caller's comment is in it.

use super::{ACTING, Outcome, Rows, TestDb, statement, tenancy};
use crate::harness::Backend;
use sea_orm::{ConnectionTrait, Value};

const PLAIN: &str = "SELECT id FROM reading WHERE id > #";

/// The plain text, with what a caller may put around it.
const DRESSED: &[&str] = &[
    "SELECT id FROM reading WHERE id > # /*dl*/",
    "SELECT id FROM reading WHERE id > # /*ll*/",
    "SELECT id FROM reading WHERE id > #/*ll*/ /*dl*/",
    "/*ll*/ SELECT id FROM reading WHERE id > #",
    "SELECT id /*dl*/ FROM reading WHERE /*(l*9)*/ id > #",
    "SELECT id FROM reading WHERE id > # -- /*ll*/",
    "SELECT id FROM reading WHERE id > # -- ",
    "SELECT id FROM reading WHERE id > # -- dl\n",
];

/// The same on PostgreSQL alone: comments inside of comments, and one that needs no space.
const OF_POSTGRESQL: &[&str] =
    &["SELECT id FROM reading WHERE id > # /* /*ll*/ */", "SELECT id FROM reading WHERE id > # --"];

/// The texts that an engine takes.
fn dressed(db: &TestDb) -> impl Iterator<Item = &'static str> {
    let others = if db.backend == Backend::Postgres { OF_POSTGRESQL } else { &[] };
    DRESSED.iter().chain(others).copied()
}

async fn comments_of_the_caller_are_not_sent(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let values: [Value; 4] = [8.5_f64.into(), 9_i64.into(), 9_i32.into(), Value::BigInt(None)];
    for value in values {
        let scope = tenancy.scope(ACTING[0])?;
        let plain = scope.rewrite(statement(db, PLAIN, [value.clone()]))?;
        for text in dressed(db) {
            let dressed = scope.rewrite(statement(db, text, [value.clone()]))?;
            assert_eq!(dressed, plain, "{text}");
        }
    }
    Ok(())
}

async fn a_dressed_text_shares_no_prepared_statement_with_other_types(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    for text in dressed(db).chain([PLAIN]) {
        for (tenant, value, expected) in [
            (3, Value::from(8.5_f64), 2),
            (4, 9_i64.into(), 1),
            (3, 9_i32.into(), 1),
            (4, 0.5_f64.into(), 10),
        ] {
            let rows = tenancy.scope(tenant)?.query_all_raw(statement(db, text, [value])).await?;
            assert_eq!(rows.len(), expected, "{text}");
        }
    }
    Ok(())
}

/// What looks like a signature inside quotes is kept where it is, and the signature is behind it.
async fn what_is_quoted_is_no_signature(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let quoted = [
        "SELECT '/*dl*/' FROM reading WHERE id > #",
        "SELECT id FROM reading WHERE id > # AND label <> ' /*'",
    ];
    for text in quoted {
        let mut sent = Vec::new();
        for (tenant, value, expected) in
            [(3, Value::from(8.5_f64), 2), (4, 9_i64.into(), 1), (4, Value::Int(None), 0)]
        {
            let scope = tenancy.scope(tenant)?;
            let statement = statement(db, text, [value]);
            sent.push(scope.rewrite(statement.clone())?.sql);
            assert_eq!(scope.query_all_raw(statement).await?.len(), expected, "{text}");
        }
        let endings: Vec<_> = sent.iter().map(|sql| sql.rsplit_once(" /*").expect("a comment").1).collect();
        assert_eq!(endings, ["dl*/", "ll*/", "il*/"], "{text}");
    }
    Ok(())
}

async fn a_text_that_is_not_closed_is_refused(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    for text in
        ["SELECT id FROM reading WHERE id > # /*", "SELECT id FROM reading WHERE id > # AND label = '"]
    {
        assert!(tenancy.scope(3)?.rewrite(statement(db, text, [9_i64.into()])).is_err(), "{text}");
    }
    Ok(())
}

/// Every text that is sent has a signature on PostgreSQL, also one without values, and none has one elsewhere.
async fn a_text_is_signed_where_types_are_kept_with_texts(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let statements = [
        ("SELECT id FROM unit", vec![], "/**/"),
        ("SELECT id FROM reading", vec![], "/*l*/"),
        ("DELETE FROM reading WHERE label = #", vec!["a".into()], "/*tl*/"),
        ("UPDATE reading SET label = # WHERE id = #", vec![Value::String(None), 7_i32.into()], "/*til*/"),
        (
            "INSERT INTO reading (id, label) VALUES (#, 'x'), (#, NULL)",
            vec![21_i64.into(), 22_i64.into()],
            "/*lll*/",
        ),
    ];
    for (text, values, signature) in statements {
        let sent = tenancy.scope(3)?.rewrite(statement(db, text, values))?;
        match db.backend {
            Backend::Postgres => assert_eq!(sent.sql.rsplit_once(' ').expect("words").1, signature),
            Backend::Sqlite | Backend::Mariadb => assert!(!sent.sql.contains("/*"), "{}", sent.sql),
        }
    }
    Ok(())
}

on_every_backend!(
    comments_of_the_caller_are_not_sent,
    a_dressed_text_shares_no_prepared_statement_with_other_types,
    a_text_that_is_not_closed_is_refused,
    a_text_is_signed_where_types_are_kept_with_texts,
);
mod quoted {
    use super::{Rows, what_is_quoted_is_no_signature};
    on_every_backend!(@ postgres Postgres: what_is_quoted_is_no_signature);
}
