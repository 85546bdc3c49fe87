//! MariaDB's types.

use super::{Case, rounding_to, texts};
use sea_orm_multitenant::KeyType;

pub(super) fn cases() -> Vec<Case> {
    [of_texts(), of_numbers(), of_others()].into_iter().flatten().collect()
}

fn of_texts() -> Vec<Case> {
    let known = Some(KeyType::Text);
    vec![
        Case {
            ty: "CHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
            known,
            own: "'a'",
            other: "'b'",
            source: ["VARCHAR(9) CHARACTER SET latin1", "'B  '"],
            stray: &["'b'", "'B'", "'b    '", "CAST('B ' AS CHAR(2))", "_latin1'b'", "0", "v"],
            right: &["'a'", "'A'", "'a  '", "CAST('a' AS CHAR)"],
            bound_stray: texts(&["b", "B ", "b    "]),
            bound_right: texts(&["a", "A", "a "]),
        },
        Case {
            ty: "VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
            known,
            own: "'a '",
            other: "'a'",
            source: ["CHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin", "'a '"],
            stray: &["'a'", "'a  '", "CAST('a ' AS CHAR(1))", "CAST('a' AS BINARY)", "v"],
            right: &["'a '", "CAST('a ' AS CHAR)"],
            bound_stray: texts(&["a", "a  "]),
            bound_right: texts(&["a "]),
        },
        Case {
            ty: "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            known,
            own: "'a1'",
            other: "'1'",
            source: ["DOUBLE", "1"],
            stray: &["1", "1e0", "1.0", "TRUE", "x'31'", "CAST(1 AS CHAR)", "'1 '", "0", "v"],
            right: &["'a1'", "'A1'", "'á1'"],
            bound_stray: rounding_to(1, 1.0),
            bound_right: texts(&["a1", "A1"]),
        },
        // Their numbers are places, their texts are labels.
        Case {
            ty: "ENUM('2', '1')",
            known,
            own: "'2'",
            other: "'1'",
            source: ["INTEGER", "2"],
            stray: &["2", "2.0", "2e0", "1.6", "'1'", "0x02", "x'31'", "CAST(2 AS SIGNED)", "v"],
            right: &["'2'", "CAST('2' AS CHAR)"],
            bound_stray: vec![2_i64.into(), 2.0_f64.into(), 1_i64.into(), "1".into()],
            bound_right: texts(&["2"]),
        },
        Case {
            ty: "ENUM('1', '2')",
            known,
            own: "'1'",
            other: "'2'",
            source: ["INTEGER", "2"],
            stray: &["2", "2.0", "1.6", "'2'", "'2 '", "TRUE + 1", "CAST(2 AS SIGNED)", "v"],
            right: &["'1'", "1"],
            bound_stray: vec![2_i64.into(), 2.0_f64.into(), 1.6_f64.into(), "2".into()],
            bound_right: texts(&["1"]),
        },
        Case {
            ty: "SET('2', '1')",
            known,
            own: "'2'",
            other: "'1'",
            source: ["INTEGER", "2"],
            stray: &["2", "2.0", "1.6", "'1'", "'1,1'", "CAST(2 AS SIGNED)", "v"],
            right: &["'2'"],
            bound_stray: vec![2_i64.into(), 2.0_f64.into(), "1".into()],
            bound_right: texts(&["2"]),
        },
    ]
}

fn of_numbers() -> Vec<Case> {
    vec![
        Case {
            ty: "DECIMAL(3, 0)",
            known: Some(KeyType::Decimal),
            own: "2",
            other: "1",
            source: ["DECIMAL(9, 2)", "1.4"],
            stray: &[
                "1.4",
                "'1.4'",
                "14e-1",
                "'1abc'",
                "CAST(1.4 AS DECIMAL(9, 2))",
                "CAST(1.4 AS DOUBLE)",
                "v",
            ],
            right: &["2", "2.00"],
            bound_stray: rounding_to(1, 1.4),
            bound_right: vec![2_i64.into()],
        },
        Case {
            ty: "INTEGER",
            known: Some(KeyType::Integer),
            own: "2",
            other: "1",
            source: ["VARCHAR(9)", "'1abc'"],
            stray: &[
                "'1abc'", "'1'", "' 1'", "1.4", "'1.4'", "1e0", "14e-1", "TRUE", "0x01", "x'31'", "b'1'", "v",
            ],
            right: &["2", "CAST(2 AS SIGNED)", "CAST('2' AS SIGNED)"],
            bound_stray: rounding_to(1, 1.4).into_iter().chain(texts(&["1abc", " 1"])).collect(),
            bound_right: vec![2_i64.into(), 2_i32.into()],
        },
        // The bytes of a hexadecimal number, as a text, are another.
        Case {
            ty: "INTEGER",
            known: Some(KeyType::Integer),
            own: "53",
            other: "5",
            source: ["VARBINARY(9)", "'5'"],
            stray: &["0x35", "x'35'", "X'35'", "b'110101'", "CAST(0x35 AS CHAR)", "v"],
            right: &["53"],
            bound_stray: vec![5_i64.into(), vec![0x35_u8].into()],
            bound_right: vec![53_i64.into()],
        },
        // As a text it is neither its number nor that number's text, so that no value is taken but the parent's key itself.
        Case {
            ty: "BIT(8)",
            known: None,
            own: "1",
            other: "49",
            source: ["VARCHAR(1)", "'1'"],
            stray: &["'1'", "x'31'", "0x31", "CAST(1 AS CHAR)", "49", "v"],
            right: &["(SELECT id FROM holder)"],
            bound_stray: vec!["1".into(), 49_i64.into()],
            bound_right: Vec::new(),
        },
        Case {
            ty: "BIT(8)",
            known: None,
            own: "49",
            other: "1",
            source: ["INTEGER", "1"],
            stray: &["'1'", "1", "1.0", "TRUE", "CAST(1 AS SIGNED)", "v"],
            right: &["(SELECT id FROM holder)"],
            bound_stray: vec![1_i64.into(), 1.0_f64.into()],
            bound_right: Vec::new(),
        },
    ]
}

fn of_others() -> Vec<Case> {
    vec![
        // 0 is the year 0, '0' the year 2000.
        Case {
            ty: "YEAR",
            known: None,
            own: "2000",
            other: "0000",
            source: ["INTEGER", "0"],
            stray: &["0", "0.0", "0e0", "FALSE", "'0000'", "CAST(0 AS SIGNED)", "-0", "v"],
            right: &["2000", "'2000'"],
            bound_stray: vec![0_i64.into(), 0.0_f64.into(), "0000".into()],
            bound_right: vec![2000_i64.into()],
        },
        Case {
            ty: "YEAR",
            known: None,
            own: "0000",
            other: "2000",
            source: ["VARCHAR(4)", "'0'"],
            stray: &["'0'", "'00'", "2000", "CAST(0 AS CHAR)", "v"],
            right: &["'0000'"],
            bound_stray: vec!["0".into(), "00".into(), 2000_i64.into()],
            bound_right: texts(&["0000"]),
        },
        Case {
            ty: "DATETIME",
            known: None,
            own: "'2020-01-01 00:00:02'",
            other: "'2020-01-01 00:00:01'",
            source: ["DATETIME(6)", "'2020-01-01 00:00:01.6'"],
            stray: &[
                "'2020-01-01 00:00:01.6'",
                "TIMESTAMP '2020-01-01 00:00:01.6'",
                "20200101000001.6",
                "CAST('2020-01-01 00:00:01.6' AS DATETIME)",
                "v",
            ],
            right: &["'2020-01-01 00:00:02'", "TIMESTAMP '2020-01-01 00:00:02'"],
            bound_stray: texts(&["2020-01-01 00:00:01.6"]),
            bound_right: texts(&["2020-01-01 00:00:02"]),
        },
        Case {
            ty: "TIME",
            known: None,
            own: "'00:00:10'",
            other: "'10:00:00'",
            source: ["VARCHAR(9)", "'10:00'"],
            stray: &["'10:00'", "100000", "'10:00:00.4'", "'0 10'", "v"],
            right: &["'00:00:10'", "TIME '00:00:10'"],
            bound_stray: texts(&["10:00", "10:00:00.4"]),
            bound_right: texts(&["00:00:10"]),
        },
        Case {
            ty: "BINARY(2)",
            known: None,
            own: "x'6200'",
            other: "x'6100'",
            source: ["VARCHAR(2)", "'a'"],
            stray: &["'a'", "x'61'", "x'6100'", "CAST('a' AS BINARY)", "CAST('a' AS BINARY(2))", "v"],
            right: &["x'6200'"],
            bound_stray: vec!["a".into(), vec![0x61_u8].into()],
            bound_right: vec![vec![0x62_u8, 0].into()],
        },
    ]
}
