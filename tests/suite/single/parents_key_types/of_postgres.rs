//! PostgreSQL's types.

use super::{Case, Rows, Written, links, plain_writes, reset, rounding_to, scope_of, texts};
use crate::harness::{Outcome, TestDb};
use sea_orm_multitenant::KeyType;

/// Makes the types.
pub(super) const TYPES: &[&str] = &[
    "CREATE COLLATION loose_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    "CREATE TYPE tea AS ENUM ('own', 'other')",
    "CREATE DOMAIN number_code AS INTEGER CHECK (VALUE > 0)",
    "CREATE DOMAIN round_code AS NUMERIC(3, 0)",
    "CREATE DOMAIN text_code AS TEXT CHECK (VALUE <> '')",
    "CREATE DOMAIN short_code AS CHAR(3)",
];

pub(super) fn cases() -> Vec<Case> {
    [of_texts(), of_numbers(), of_others()].into_iter().flatten().collect()
}

fn of_texts() -> Vec<Case> {
    let known = Some(KeyType::Text);
    vec![
        Case {
            ty: "CITEXT",
            known,
            own: "'own'",
            other: "'Other'",
            source: ["TEXT", "'oTHER'"],
            stray: &["'OTHER'", "'other'::CITEXT", "CAST('Other' AS TEXT)", "'Other'::CHAR(9)", "v"],
            right: &["'own'", "'OWN'", "'own'::TEXT"],
            bound_stray: texts(&["Other", "OTHER"]),
            bound_right: texts(&["own"]),
        },
        Case {
            ty: "TEXT COLLATE loose_case",
            known,
            own: "'own'",
            other: "'Other'",
            source: ["TEXT", "'oTHER'"],
            stray: &["'OTHER'", "CAST('Other' AS TEXT)", "'Other'::CHAR(9)", "'other' COLLATE \"C\"", "v"],
            right: &["'own'", "'OWN'", "'own'::TEXT"],
            bound_stray: texts(&["Other", "OTHER"]),
            bound_right: texts(&["own"]),
        },
        Case {
            ty: "CHAR(3)",
            known: Some(KeyType::Char),
            own: "'a'",
            other: "'b'",
            source: ["TEXT", "'b '"],
            stray: &["'b'", "'b    '", "'b '::TEXT", "'b'::CHAR(2)", "CAST('bad' AS CHAR(1))", "v"],
            right: &["'a'", "'a  '", "'a'::TEXT", "'a'::CHAR(3)", "'a '::CHAR(2)"],
            bound_stray: texts(&["b", "b ", "b  "]),
            bound_right: texts(&["a"]),
        },
        Case {
            ty: "VARCHAR(2)",
            known,
            own: "'a '",
            other: "'a'",
            source: ["CHAR(2)", "'a '"],
            stray: &["'a'", "'a  '", "'a '::CHAR(2)", "CAST('abc' AS VARCHAR(1))", "'a'::NAME", "v"],
            right: &["'a '", "'a '::TEXT", "'a b'::VARCHAR(2)"],
            bound_stray: texts(&["a"]),
            bound_right: texts(&["a "]),
        },
        Case {
            ty: "text_code",
            known,
            own: "'01'",
            other: "'1'",
            source: ["CHAR(2)", "'1'"],
            stray: &["1", "'1'", "'1'::text_code", "1::TEXT", "'1 '::CHAR(2)", "v"],
            right: &["'01'", "'01'::text_code"],
            bound_stray: texts(&["1"]),
            bound_right: texts(&["01"]),
        },
        Case {
            ty: "short_code",
            known,
            own: "'a'",
            other: "'b'",
            source: ["TEXT", "'b '"],
            stray: &["'b'", "'b    '", "'b '::TEXT", "'b '::short_code", "v"],
            right: &["'a'", "'a'::short_code"],
            bound_stray: texts(&["b", "b  "]),
            bound_right: texts(&["a"]),
        },
    ]
}

fn of_numbers() -> Vec<Case> {
    vec![
        Case {
            ty: "number_code",
            known: Some(KeyType::Integer),
            own: "1",
            other: "2",
            source: ["NUMERIC(9, 2)", "1.6"],
            stray: &["2", "1.6", "'2'", "1.6::REAL", "1.6::FLOAT8", "2::number_code", "1.6::INTEGER", "v"],
            right: &["1", "'1'", "1::number_code"],
            bound_stray: rounding_to(2, 1.6),
            bound_right: vec![1_i32.into()],
        },
        Case {
            ty: "NUMERIC(3, 0)",
            known: Some(KeyType::Decimal),
            own: "2",
            other: "1",
            source: ["NUMERIC(9, 2)", "1.4"],
            stray: &["1.4", "'1.4'", "1.40000", "1.4::FLOAT8", "1.4::NUMERIC(3, 0)", "1.4::NUMERIC", "v"],
            right: &["2", "2.00", "'2'", "2::NUMERIC(3, 0)"],
            bound_stray: rounding_to(1, 1.4),
            bound_right: vec![2_i64.into()],
        },
        Case {
            ty: "round_code",
            known: Some(KeyType::Decimal),
            own: "2",
            other: "1",
            source: ["NUMERIC(9, 2)", "1.4"],
            stray: &["1.4", "'1.4'", "1.4::FLOAT8", "1.4::round_code", "v"],
            right: &["2", "2::round_code"],
            bound_stray: rounding_to(1, 1.4),
            bound_right: vec![2_i64.into()],
        },
    ]
}

fn of_others() -> Vec<Case> {
    let none = Vec::new;
    vec![
        Case {
            ty: "tea",
            known: None,
            own: "'own'",
            other: "'other'",
            source: ["tea", "'other'"],
            stray: &["'other'", "'other'::tea", "CAST('other' AS TEXT)::tea", "v"],
            right: &["'own'", "'own'::tea", "CAST('own' AS TEXT)::tea"],
            bound_stray: none(),
            bound_right: none(),
        },
        Case {
            ty: "INTEGER[]",
            known: None,
            own: "'{1,2}'",
            other: "'{3}'",
            source: ["BIGINT[]", "'{3}'"],
            stray: &["'{3}'", "'[1:1]={3}'", "ARRAY[3]", "'{3}'::BIGINT[]", "'{3.4}'::NUMERIC[]", "v"],
            right: &["'{1,2}'", "'{ 1, 2 }'", "'{1,2}'::INTEGER[]"],
            bound_stray: none(),
            bound_right: none(),
        },
        Case {
            ty: "NUMERIC(3, 0)[]",
            known: None,
            own: "'{2}'",
            other: "'{1}'",
            source: ["NUMERIC[]", "'{1.4}'"],
            stray: &[
                "'{1}'",
                "'{1.4}'",
                "'{1.4}'::NUMERIC[]",
                "'{1.4}'::FLOAT8[]",
                "'{1.4}'::NUMERIC(3, 0)[]",
                "v",
            ],
            right: &["'{2}'", "'{2}'::NUMERIC[]"],
            bound_stray: none(),
            bound_right: none(),
        },
        Case {
            ty: "TIMESTAMP(0)",
            known: None,
            own: "'2020-01-01 00:00:01'",
            other: "'2020-01-01 00:00:02'",
            source: ["TIMESTAMP", "'2020-01-01 00:00:01.6'"],
            stray: &[
                "'2020-01-01 00:00:01.6'",
                "TIMESTAMP '2020-01-01 00:00:01.6'",
                "'2020-01-01 00:00:01.6'::TIMESTAMP(0)",
                "TIMESTAMPTZ '2020-01-01 00:00:01.6+00'",
                "v",
            ],
            right: &["'2020-01-01 00:00:01'", "'2020-01-01 00:00:01.0'", "TIMESTAMP '2020-01-01 00:00:01'"],
            bound_stray: texts(&["2020-01-01 00:00:01.6"]),
            bound_right: none(),
        },
        Case {
            ty: "CIDR",
            known: None,
            own: "'10.0.1.0/24'",
            other: "'10.0.0.0/24'",
            source: ["INET", "'10.0.0.5/24'"],
            stray: &["'10.0.0.0/24'", "'10.0.0.5/24'::INET", "'10.0.0.0/24'::INET", "v"],
            right: &["'10.0.1.0/24'", "'10.0.1.0/24'::INET"],
            bound_stray: none(),
            bound_right: none(),
        },
    ]
}

/// PostgreSQL pads what it reads from a column of fixed length, and a text that is bound keeps the spaces.
async fn a_key_of_fixed_length_is_written_as_it_was_read(db: &TestDb) -> Outcome {
    let all = of_texts();
    let case = all.iter().find(|case| case.ty == "CHAR(3)").ok_or("there is one")?;
    let read = Written::Bound("a  ".into());
    let scope = scope_of(db, case, Some(KeyType::Char)).await?;
    for sql in plain_writes(db.backend) {
        reset(db).await?;
        read.run(&scope, db.backend, sql).await?;
        assert_eq!(links(db, 1).await?, 1, "{sql}");
    }
    let unknown = scope_of(db, case, None).await?;
    let error = read.run(&unknown, db.backend, "UPDATE item SET holder_id = {} WHERE n = 1").await;
    assert!(error.is_err_and(|error| error.to_string().contains("`holder_id` of a row of `item`")));
    Ok(())
}

tests_on! { postgres: a_key_of_fixed_length_is_written_as_it_was_read }
