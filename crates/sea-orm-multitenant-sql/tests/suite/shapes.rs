//! One scoped statement for all lengths of a list: it must be the scoped statement that each text would get by itself.

use super::{ENGINES, tables};
use sea_orm_multitenant_sql::{
    Catalogue, Engine, ForeignKey, Refusal, ScopedShape, ScopedStatement, Shape, Table, TenantType, Whom,
    scope_statement, scope_statement_for,
};

/// Statements whose lists are written as `«»`: of `?`, or of `(?, ?)` where the width stands in them.
const STATEMENTS: &[&str] = &[
    "SELECT x FROM p WHERE id IN («»)",
    "SELECT x FROM p WHERE name = ? AND id NOT IN («») AND x = ?",
    "SELECT x FROM p WHERE t IN («») OR id = ?",
    "SELECT x FROM p WHERE (id, x) IN («2») ORDER BY x LIMIT ?",
    "SELECT x FROM p WHERE id IN («1»)",
    "SELECT p.x FROM p LEFT JOIN q ON p.id = q.id AND q.x IN («») WHERE p.x = ? AND p.id IN («»)",
    "SELECT x FROM p WHERE id IN (SELECT id FROM q WHERE x IN («»)) AND name IN («»)",
    "SELECT x FROM p WHERE name = 'it''s IN (?, ?)' AND id IN («»)",
    "WITH w AS (SELECT id FROM p WHERE x IN («»)) SELECT id FROM w WHERE id = ?",
    "UPDATE p SET x = ? WHERE id IN («») AND name = ?",
    "UPDATE p SET x = ? WHERE id IN (SELECT id FROM q WHERE x IN («»))",
    "DELETE FROM p WHERE id IN («»)",
    "DELETE FROM root WHERE id IN («»)",
    "INSERT INTO p (id, x) VALUES «2»",
    "INSERT INTO p (id, t, x) VALUES «3»",
    "INSERT INTO p (t, x) VALUES «2»",
    "INSERT INTO p VALUES «4»",
    "INSERT INTO log (id, p_id) VALUES «2»",
    "INSERT INTO c (id, p_id) VALUES «2»",
    "INSERT INTO c (p_id, t) VALUES «2»",
    "UPDATE c SET p_id = ? WHERE id IN («»)",
];

/// The same for the engines that have them.
const UPSERTS: &[(&[Engine], &str)] = &[
    (
        &[Engine::Sqlite, Engine::Postgres],
        "INSERT INTO p (id, x) VALUES «2» ON CONFLICT (t, id) DO UPDATE SET x = excluded.x WHERE p.x IN («»)",
    ),
    (
        &[Engine::Sqlite, Engine::Postgres],
        "INSERT INTO p (id, x) VALUES «2» ON CONFLICT (t, id) DO NOTHING RETURNING x",
    ),
    (&[Engine::MySql], "INSERT INTO p (id, x) VALUES «2» ON DUPLICATE KEY UPDATE x = VALUES(x)"),
    (&[Engine::MySql], "INSERT INTO p (id, x) VALUES «2» RETURNING x"),
];

/// The tables of the other tests, and one with a foreign key that a scope checks.
fn catalogue() -> Catalogue {
    let child = Table::tenant("c", "t", TenantType::BigInt)
        .with_columns(["t", "id", "p_id"])
        .with_foreign_key(ForeignKey::new(["p_id"], "p", ["id"]));
    Catalogue::new(tables().tables().iter().cloned().chain([child])).expect("no conflicts")
}

/// A statement with lists of these lengths, the first length for the first list, and again from the first.
fn written(engine: Engine, statement: &str, lengths: &[usize]) -> String {
    let mut text = String::new();
    let mut pieces = statement.split('«');
    text.push_str(pieces.next().unwrap_or_default());
    for (list, piece) in pieces.enumerate() {
        let (width, rest) = piece.split_once('»').expect("the list ends");
        let item = match width.parse() {
            Ok(width) => format!("({})", vec!["?"; width].join(", ")),
            Err(_) => "?".to_owned(),
        };
        text.push_str(&vec![item; lengths[list % lengths.len()]].join(", "));
        text.push_str(rest);
    }
    if engine == Engine::Postgres { numbered(&text) } else { text }
}

/// With `$1`, `$2` in place of each `?` outside literals.
fn numbered(text: &str) -> String {
    let (mut numbered, mut count, mut quoted) = (String::new(), 0, false);
    for c in text.chars() {
        quoted ^= c == '\'';
        if c == '?' && !quoted {
            count += 1;
            numbered.push_str(&format!("${count}"));
        } else {
            numbered.push(c);
        }
    }
    numbered
}

fn alone(engine: Engine, set: Option<usize>, sql: &str) -> Result<ScopedStatement, Refusal> {
    match set {
        None => scope_statement(&catalogue(), engine, sql),
        Some(size) => scope_statement_for(&catalogue(), engine, sql, Whom::Set(size)),
    }
}

/// Demands that one scoped statement serves these lengths, or that each text is refused by itself; says whether it did.
fn serves(engine: Engine, set: Option<usize>, statement: &str) -> bool {
    let first = written(engine, statement, &[2]);
    let shape = Shape::of(engine, &first).unwrap_or_else(|| panic!("{first} has no shape"));
    let every_length =
        ScopedShape::new(&catalogue(), engine, set.map_or(Whom::OneWithRepeats, Whom::Set), &shape);
    for lengths in [[2, 2], [2, 3], [3, 2], [9, 4], [10, 11], [99, 100], [250, 2]] {
        let sql = written(engine, statement, &lengths);
        let shape_of_longer = Shape::of(engine, &sql).expect("a shape");
        assert_eq!(shape_of_longer.text(), shape.text(), "{sql}");
        let expected = alone(engine, set, &sql);
        match &every_length {
            Some(scoped) => assert_eq!(scoped.fill(shape_of_longer.lengths()), expected.ok(), "{sql}"),
            None => assert!(expected.is_err(), "{engine:?} plans each length by itself: {sql}"),
        }
    }
    every_length.is_some()
}

#[test]
fn every_length_gets_the_plan_that_its_text_gets_by_itself() {
    for engine in ENGINES {
        for statement in STATEMENTS {
            assert!(serves(engine, None, statement), "{engine:?} refuses {statement}");
        }
        for (_, statement) in UPSERTS.iter().filter(|(engines, _)| engines.contains(&engine)) {
            assert!(serves(engine, None, statement), "{engine:?} refuses {statement}");
        }
    }
}

#[test]
fn so_it_does_for_sets_of_tenants() {
    for engine in ENGINES {
        let served = STATEMENTS
            .iter()
            .flat_map(|statement| [0, 1, 3].map(|size| serves(engine, Some(size), statement)))
            .filter(|served| *served)
            .count();
        assert!(served > STATEMENTS.len(), "{engine:?}: {served}");
    }
}

#[test]
fn the_tenant_of_each_row_is_checked() {
    let shape = Shape::of(Engine::Sqlite, "INSERT INTO p (id, t) VALUES (?, ?), (?, ?)").expect("a shape");
    let scoped =
        ScopedShape::new(&catalogue(), Engine::Sqlite, Whom::OneWithRepeats, &shape).expect("a plan");
    let filled = scoped.fill(&[500]).expect("one list");
    assert_eq!((filled.values(), filled.checks().len()), (1_000, 500));
    assert_eq!(scoped.fill(&[]), None);
    assert_eq!(scoped.fill(&[2, 2]), None);
}

#[test]
fn a_list_whose_text_names_a_result_is_planned_by_itself() {
    let sql = "SELECT id IN (?, ?) FROM p";
    for engine in [Engine::Sqlite, Engine::MySql] {
        let shape = Shape::of(engine, sql).expect("a shape");
        assert!(ScopedShape::new(&catalogue(), engine, Whom::OneWithRepeats, &shape).is_none());
        assert!(alone(engine, None, sql).is_ok());
    }
}

#[test]
fn texts_that_differ_in_anything_else_have_different_shapes() {
    let texts = [
        "SELECT x FROM p WHERE id IN (?, ?)",
        "SELECT x FROM p WHERE id IN ( ?, ?)",
        "SELECT x FROM p WHERE id IN(?, ?)",
        "SELECT x FROM p WHERE id in (?, ?)",
        "SELECT x FROM p WHERE id NOT IN (?, ?)",
        "SELECT x FROM p WHERE id IN ((?), (?))",
        "SELECT x FROM p WHERE id IN ((?, ?), (?, ?))",
        "SELECT x FROM p WHERE id IN (?, ?) AND x = ?",
        "SELECT x FROM p WHERE id IN (?, ?) AND x = 1",
        "SELECT x FROM p WHERE id IN (?, ?) AND x = '?'",
        "SELECT x FROM p WHERE id IN (?, ?, 1)",
        "SELECT x FROM p WHERE id IN (?, ?, ?, 1, ?, ?)",
        "SELECT x FROM p WHERE id IN (?, ?) AND x IN (?)",
        "SELECT x FROM p WHERE id IN (?, ?) AND x IN (?, ?)",
        "SELECT x FROM q WHERE id IN (?, ?)",
        "SELECT x FROM \"p\" WHERE id IN (?, ?)",
        "INSERT INTO p (x) VALUES (?), (?)",
        "INSERT INTO p (x) VALUES (?), (?), (1)",
        "INSERT INTO p (x) VALUES (1), (?), (?)",
    ];
    let shapes: Vec<_> = texts.iter().map(|sql| Shape::of(Engine::Sqlite, sql)).collect();
    for (index, shape) in shapes.iter().enumerate() {
        let first = shapes.iter().position(|other| other == shape);
        assert!(shape.is_none() || first == Some(index), "{}", texts[index]);
    }
    // A space after the parenthesis, and a list that has no two equal items at its begin.
    assert_eq!(shapes.iter().filter(|shape| shape.is_none()).count(), 2, "{shapes:?}");
}

#[test]
fn a_mark_within_quotes_is_a_mark_of_the_callers() {
    let sql = |literal: &str| format!("SELECT x FROM p WHERE name = '{literal}' AND id IN (?, ?)");
    let [plain, marked] = ["a", "\u{1}\u{2}\u{3}"].map(|text| Shape::of(Engine::Sqlite, &sql(text)));
    let (plain, marked) = (plain.expect("a shape"), marked.expect("a shape"));
    assert_ne!(plain.text(), marked.text());
    let scoped =
        ScopedShape::new(&catalogue(), Engine::Sqlite, Whom::OneWithRepeats, &marked).expect("a plan");
    let long =
        Shape::of(Engine::Sqlite, &sql("\u{1}\u{2}\u{3}").replace("?, ?", "?, ?, ?, ?")).expect("a shape");
    let by_itself = alone(Engine::Sqlite, None, &sql("\u{1}\u{2}\u{3}").replace("?, ?", "?, ?, ?, ?"));
    assert_eq!(scoped.fill(long.lengths()), by_itself.ok());
}

#[test]
fn what_an_engine_may_read_otherwise_has_no_shape() {
    let list = "id IN (?, ?)";
    for engine in [Engine::Sqlite, Engine::MySql] {
        for odd in [
            "name = 'a\\'",
            "x = 1 -- ",
            "x = 1 /* */",
            "[x] = 1",
            "x = ?1",
            "x = $1",
            "x # 1",
            "x = 'open",
            "x = \u{1}",
        ] {
            let sql = format!("SELECT x FROM p WHERE {odd} AND {list}");
            assert_eq!(Shape::of(engine, &sql), None, "{sql}");
        }
    }
    for odd in ["x = $2", "x = $01", "x$1 = 2", "x = $$a$$", "x = $a$b$a$", "`x = 1", "x = $1 AND x = $1"] {
        let sql = format!("SELECT x FROM p WHERE {odd} AND id IN ($2, $3)");
        assert_eq!(Shape::of(Engine::Postgres, &sql), None, "{sql}");
    }
    let sql = "SELECT x FROM p WHERE id IN ($1, $3)";
    assert_eq!(Shape::of(Engine::Postgres, sql), None);
}

#[test]
fn too_many_values_have_no_shape() {
    let sql = |values: usize| format!("SELECT x FROM p WHERE id IN ({})", vec!["?"; values].join(", "));
    assert!(Shape::of(Engine::Sqlite, &sql(65_535)).is_some());
    assert_eq!(Shape::of(Engine::Sqlite, &sql(65_536)), None);
    assert!(matches!(alone(Engine::Sqlite, None, &sql(65_536)), Err(Refusal::TooLarge { .. })));
}
