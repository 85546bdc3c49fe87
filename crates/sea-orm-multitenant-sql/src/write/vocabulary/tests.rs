use crate::{
    catalogue::tables::Catalogue,
    engine::Engine,
    read::{parse::parse, tokenize::tokenize},
    write::vocabulary::{check, read},
};

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::MySql];

/// Checks `sent` as the text of the statement that `meant` is to the parser.
fn is_taken(engine: Engine, sent: &str, meant: &str) -> bool {
    let tokens = tokenize(engine, meant).expect("tokens");
    let statement = parse(engine, tokens).expect("a statement");
    check(engine, &Catalogue::default(), sent, &statement).is_ok()
}

#[test]
fn a_text_of_quoted_names_and_keywords_is_taken() {
    let sql = "SELECT DISTINCT count(*), `p`.`x` FROM `p` LEFT JOIN `q` ON `p`.`t` = ? AND (`q`.`x` >= 1.5e3) \
               WHERE `x` IN ('a''b', NULL) ORDER BY `x` DESC LIMIT 1";
    for engine in ENGINES {
        let (quote, place) = if engine == Engine::Postgres { ("\"", "$1") } else { ("`", "?1") };
        let sql = sql.replace('`', quote).replace('?', place);
        assert!(is_taken(engine, &sql, &sql), "{engine:?}: {:?}", read(engine, &sql));
    }
}

#[test]
fn a_bare_name_is_refused() {
    for engine in ENGINES {
        for sent in ["SELECT x FROM p", "SELECT 1 AS x", "SELECT secret(1)", "SELECT current_user"] {
            assert!(!is_taken(engine, sent, "SELECT 1"), "{engine:?}: {sent}");
        }
    }
}

#[test]
fn a_keyword_of_another_engine_is_refused() {
    let parsed = r#"SELECT "title" XOR "from" XOR "y""#;
    assert!(!is_taken(Engine::Postgres, parsed, parsed));
    let parsed = "SELECT `a` ILIKE `b`";
    assert!(!is_taken(Engine::MySql, parsed, parsed));
    let parsed = "SELECT `a` RLIKE `b`";
    assert!(!is_taken(Engine::Sqlite, parsed, parsed));
}

#[test]
fn structural_words_occur_as_often_as_in_the_tree() {
    for (sent, meant) in [
        ("SELECT 1 FROM `p`, (SELECT 2)", "SELECT 1 FROM `p`"),
        ("SELECT 1 FROM `p` JOIN `q`", "SELECT 1 FROM `p`"),
        ("SELECT 1 UNION SELECT 2", "SELECT 1"),
        ("SELECT 1 INTO `y`", "SELECT 1"),
        ("SELECT 1", "SELECT 1 FROM `p` WHERE `x` = 1"),
        ("DELETE FROM `p`", "DELETE FROM `p` WHERE `x` = 1"),
        ("SELECT 1 LIMIT 1", "SELECT 1"),
        ("UPDATE `p` SET `x` = 1 RETURNING `x`", "UPDATE `p` SET `x` = 1"),
    ] {
        for engine in [Engine::Sqlite, Engine::MySql] {
            assert!(!is_taken(engine, sent, meant), "{engine:?}: {sent}");
            assert!(is_taken(engine, meant, meant), "{engine:?}: {meant}");
        }
    }
}

/// Texts that no renderer writes, or that the engines read by rules of their own.
#[test]
fn what_lies_outside_of_the_vocabulary_is_refused() {
    let everywhere = [
        "\u{FEFF}SELECT 1",
        "SELECT\u{A0}1",
        "SELECT\t1",
        "SELECT 1 -- x",
        "SELECT 1 /* x */",
        "SELECT 1;",
        "SELECT é",
        "SELECT NULL'a'",
        "SELECT 'a' 'b'",
        "SELECT 'a",
        "SELECT 1x",
        "SELECT 1e",
        "SELECT 1_0",
        "SELECT 0x10",
        "SELECT 1 INTO@y",
        "SELECT @y",
        "SELECT :y",
        "SELECT {d '1'}",
        "SELECT 1 \\ 2",
        "SELECT N'a'",
        "SELECT $$a$$",
        "SELECT q'a'",
        "SELECT 1 !! 2 !",
        "SELECT NULL.NULL",
    ];
    for engine in ENGINES {
        for sent in everywhere {
            assert!(!is_taken(engine, sent, "SELECT 1"), "{engine:?}: {sent}");
        }
    }
    let own: [(Engine, &[&str]); 3] = [
        (
            Engine::Sqlite,
            &["SELECT \"x\"", "SELECT [x]", "SELECT X'0'", "SELECT $1", "SELECT ?1a", "SELECT 1 ^ 2"],
        ),
        (
            Engine::Postgres,
            &[
                "SELECT `x`",
                "SELECT E'a\\q'",
                "SELECT E'a''b'",
                "SELECT E'a\\'",
                "SELECT X'g'",
                "SELECT U&\"a\"",
                "SELECT U&'a'",
                "SELECT B'2'",
                "SELECT 'a\\'",
                "SELECT 'a\\''b'",
                "SELECT 'é\\\\'",
                "SELECT $1a",
                "SELECT 1 <=>> 2",
                "SELECT 1 :=2",
                "SELECT 1 @-- 2",
                "SELECT $a$b$a$",
                "SELECT 1 @ - 1 @&# 2",
            ],
        ),
        (
            Engine::MySql,
            &[
                "SELECT \"x\"",
                "SELECT 'a\\'",
                "SELECT 'é\\\\'",
                "SELECT 'a\\''b'",
                "SELECT 1 # x",
                "SELECT _utf8'a'",
                "SELECT _utf8 'a'",
                "SELECT b'1'",
                "SELECT \\N",
                "SELECT 1 -> 2 := 3",
                "SELECT 1 == 2",
                "SELECT !1",
            ],
        ),
    ];
    for (engine, texts) in own {
        for sent in texts {
            assert!(!is_taken(engine, sent, "SELECT 1"), "{engine:?}: {sent}");
        }
    }
}

#[test]
fn literals_keep_what_is_inside_them() {
    for (engine, sent) in [
        (Engine::Sqlite, "SELECT 'a -- \u{FEFF} /* \\', X'00ff', `é -- \u{FEFF}` FROM `p`"),
        (
            Engine::Postgres,
            "SELECT 'a -- \u{FEFF} /* \\\\', \"é --\", 'b' LIKE 'a' ESCAPE E'\\\\' FROM \"p\"",
        ),
        (Engine::MySql, "SELECT 'a -- # /* \\\\', X'00ff' FROM `p`"),
        (Engine::Postgres, "SELECT '^\\d+', 'é\\d \\\\''\\n' FROM \"p\""),
        (Engine::MySql, "SELECT '^\\d+', 'é\\d \\\\''\\n' FROM `p`"),
    ] {
        assert!(is_taken(engine, sent, sent), "{engine:?}: {sent}: {:?}", read(engine, sent));
    }
}
