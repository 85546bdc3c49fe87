//! Parses CREATE TABLE, as SQLite stores it, into positions in the text.
//!
//! The rules are those of the engine's grammar, <https://sqlite.org/src/file/src/parse.y>. Anything else is refused.

use crate::plan::sqlite_text::{
    cursor::{Cursor, Unread},
    token::{Kind, Token, tokens},
};
use std::ops::Range;

/// A text with the positions of its parts. Ranges count tokens.
#[derive(Debug)]
pub(crate) struct TableText<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rules: Vec<Rule>,
    /// The parenthesis that ends columns and constraints.
    pub(crate) close: usize,
    strict: bool,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its name and type.
    pub(crate) head: Range<usize>,
    /// The whole column.
    pub(crate) all: Range<usize>,
    pub(crate) rules: Vec<Rule>,
}

/// A constraint of a column or of the table.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `CONSTRAINT name`; empty without a name.
    pub(crate) named: Range<usize>,
    /// The whole constraint, with its name.
    pub(crate) all: Range<usize>,
    pub(crate) kind: RuleKind,
}

#[derive(Debug)]
pub(crate) enum RuleKind {
    Null,
    NotNull,
    Primary(Key),
    Unique(Key),
    References(Reference),
    /// COLLATE, with the collation.
    Collate(String),
    /// CHECK, DEFAULT, GENERATED, or a name alone: never changed.
    Other,
}

/// The columns of a key.
#[derive(Debug)]
pub(crate) struct Key {
    /// The columns; empty for a column constraint.
    pub(crate) columns: Vec<String>,
    /// The parenthesis before them; for a column constraint, the key's last word.
    pub(crate) open: usize,
    /// ASC or DESC of a column constraint.
    pub(crate) order: Range<usize>,
    /// ON CONFLICT, and AUTOINCREMENT of a column constraint.
    pub(crate) behind: Range<usize>,
    pub(crate) autoincrement: bool,
}

/// REFERENCES.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The parenthesis before the referencing columns; `None` for a column constraint.
    pub(crate) open: Option<usize>,
    /// The referencing columns; empty for a column constraint.
    pub(crate) columns: Vec<String>,
    pub(crate) parent: String,
    pub(crate) parent_token: usize,
    /// The parenthesis before the parent's columns.
    pub(crate) parent_open: Option<usize>,
    /// The clauses after it: actions, MATCH, DEFERRABLE.
    pub(crate) behind: Range<usize>,
    /// The positions of `SET NULL` and `SET DEFAULT`.
    pub(crate) sets: Vec<usize>,
}

impl<'t> TableText<'t> {
    /// Parses a text.
    pub(crate) fn read(text: &'t str) -> Result<Self, Unread> {
        let tokens = tokens(text).ok_or("it has a character that SQLite does not accept")?;
        let mut cursor = Cursor::new(&tokens);
        cursor.expect("CREATE TABLE")?;
        cursor.name()?;
        cursor.expect_sign("(")?;
        let mut columns = vec![column(&mut cursor)?];
        let mut rules = Vec::new();
        while cursor.takes_sign(",") {
            if begins_table_rule(&cursor) {
                while !cursor.sees_sign(")") {
                    rules.push(table_rule(&mut cursor)?);
                    cursor.takes_sign(",");
                }
                break;
            }
            columns.push(column(&mut cursor)?);
        }
        let close = cursor.at();
        cursor.expect_sign(")")?;
        let strict = options(&mut cursor)?;
        Ok(Self { text, tokens, columns, rules, close, strict })
    }

    /// The text of a range of tokens, without comments.
    pub(crate) fn words(&self, range: Range<usize>) -> String {
        self.tokens[range].iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    /// All constraints, each with its column if it has one, in the order of the text.
    pub(crate) fn all_rules(&self) -> impl Iterator<Item = (Option<&Column>, &Rule)> {
        let of_columns =
            self.columns.iter().flat_map(|column| column.rules.iter().map(move |rule| (Some(column), rule)));
        of_columns.chain(self.rules.iter().map(|rule| (None, rule)))
    }

    /// Whether the key's values come from AUTOINCREMENT.
    pub(crate) fn autoincrement(&self) -> bool {
        self.all_rules().any(|(_, rule)| matches!(&rule.kind, RuleKind::Primary(key) if key.autoincrement))
    }

    /// Whether the table is STRICT.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// The collation of a column.
    pub(crate) fn collation(&self, column: &str) -> &str {
        let found = self.columns.iter().find(|each| each.name.eq_ignore_ascii_case(column));
        let rules = found.into_iter().flat_map(|column| &column.rules).rev();
        let mut collations = rules.filter_map(|rule| match &rule.kind {
            RuleKind::Collate(name) => Some(name.as_str()),
            _ => None,
        });
        collations.next().unwrap_or("BINARY")
    }
}

/// Parses WITHOUT ROWID and STRICT, and returns whether the table is STRICT.
fn options(cursor: &mut Cursor<'_, '_>) -> Result<bool, Unread> {
    let mut strict = false;
    if cursor.is_end() {
        return Ok(strict);
    }
    loop {
        if cursor.takes("STRICT") {
            strict = true;
        } else {
            cursor.expect("WITHOUT ROWID")?;
        }
        if !cursor.takes_sign(",") {
            break;
        }
    }
    if cursor.is_end() { Ok(strict) } else { Err(cursor.unread("its end")) }
}

const TABLE_RULES: [&str; 5] = ["CONSTRAINT", "PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY"];

fn begins_table_rule(cursor: &Cursor<'_, '_>) -> bool {
    TABLE_RULES.iter().any(|words| cursor.sees(words))
}

/// The words that begin a column constraint and so end a type.
const COLUMN_RULES: [&str; 11] = [
    "CONSTRAINT",
    "DEFAULT",
    "NULL",
    "NOT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
];

fn column(cursor: &mut Cursor<'_, '_>) -> Result<Column, Unread> {
    let begin = cursor.at();
    let name = cursor.name()?;
    let ends = |cursor: &Cursor<'_, '_>| {
        COLUMN_RULES.iter().any(|word| cursor.sees(word)) || cursor.sees("DEFERRABLE")
    };
    let mut typed = false;
    while !ends(cursor)
        && cursor.peek().is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text))
    {
        cursor.name()?;
        typed = true;
    }
    if typed && cursor.sees_sign("(") {
        cursor.brackets()?;
    }
    let head = begin..cursor.at();
    let mut rules = Vec::new();
    while !cursor.sees_sign(",") && !cursor.sees_sign(")") {
        rules.push(column_rule(cursor)?);
    }
    Ok(Column { name, head, all: begin..cursor.at(), rules })
}

fn named(cursor: &mut Cursor<'_, '_>) -> Result<Range<usize>, Unread> {
    let begin = cursor.at();
    if cursor.takes("CONSTRAINT") {
        cursor.name()?;
    }
    Ok(begin..cursor.at())
}

fn column_rule(cursor: &mut Cursor<'_, '_>) -> Result<Rule, Unread> {
    let named = named(cursor)?;
    let kind = if cursor.takes("NULL") {
        conflict(cursor)?;
        RuleKind::Null
    } else if cursor.takes("NOT NULL") {
        conflict(cursor)?;
        RuleKind::NotNull
    } else if cursor.takes("PRIMARY KEY") {
        RuleKind::Primary(column_key(cursor)?)
    } else if cursor.takes("UNIQUE") {
        RuleKind::Unique(column_key(cursor)?)
    } else if cursor.takes("REFERENCES") {
        RuleKind::References(reference(cursor, None, Vec::new())?)
    } else if cursor.takes("COLLATE") {
        RuleKind::Collate(cursor.name()?)
    } else if other(cursor)? || !named.is_empty() {
        RuleKind::Other
    } else {
        return Err(cursor.unread("a constraint of a column"));
    };
    Ok(Rule { all: named.start..cursor.at(), named, kind })
}

/// CHECK, DEFAULT, GENERATED.
fn other(cursor: &mut Cursor<'_, '_>) -> Result<bool, Unread> {
    if cursor.takes("CHECK") {
        cursor.brackets()?;
        conflict(cursor)?;
    } else if cursor.takes("DEFAULT") {
        default(cursor)?;
    } else if cursor.takes("GENERATED ALWAYS AS") || cursor.takes("AS") {
        cursor.brackets()?;
        let _ = cursor.takes("STORED") || cursor.takes("VIRTUAL");
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn default(cursor: &mut Cursor<'_, '_>) -> Result<(), Unread> {
    if cursor.sees_sign("(") {
        return cursor.brackets().map(drop);
    }
    let _ = cursor.takes_sign("+") || cursor.takes_sign("-");
    if [Kind::Value, Kind::Text, Kind::Word, Kind::Quoted].into_iter().any(|kind| cursor.takes_kind(kind)) {
        Ok(())
    } else {
        Err(cursor.unread("a DEFAULT"))
    }
}

/// ON CONFLICT.
fn conflict(cursor: &mut Cursor<'_, '_>) -> Result<Range<usize>, Unread> {
    let begin = cursor.at();
    if cursor.takes("ON CONFLICT")
        && !["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"].iter().any(|word| cursor.takes(word))
    {
        return Err(cursor.unread("what ON CONFLICT does"));
    }
    Ok(begin..cursor.at())
}

fn column_key(cursor: &mut Cursor<'_, '_>) -> Result<Key, Unread> {
    let open = cursor.at() - 1;
    let begin = cursor.at();
    let _ = cursor.takes("ASC") || cursor.takes("DESC");
    let order = begin..cursor.at();
    let behind = conflict(cursor)?;
    let autoincrement = cursor.takes("AUTOINCREMENT");
    Ok(Key { columns: Vec::new(), open, order, behind: behind.start..cursor.at(), autoincrement })
}

fn table_rule(cursor: &mut Cursor<'_, '_>) -> Result<Rule, Unread> {
    let named = named(cursor)?;
    let kind = if cursor.takes("PRIMARY KEY") {
        RuleKind::Primary(table_key(cursor)?)
    } else if cursor.takes("UNIQUE") {
        RuleKind::Unique(table_key(cursor)?)
    } else if cursor.takes("FOREIGN KEY") {
        let open = cursor.at();
        let columns = names(cursor)?;
        cursor.expect("REFERENCES")?;
        RuleKind::References(reference(cursor, Some(open), columns)?)
    } else if cursor.takes("CHECK") {
        cursor.brackets()?;
        conflict(cursor)?;
        RuleKind::Other
    } else if named.is_empty() {
        return Err(cursor.unread("a constraint of the table"));
    } else {
        RuleKind::Other
    };
    Ok(Rule { all: named.start..cursor.at(), named, kind })
}

/// Parses the parenthesised columns of a key, each with COLLATE and order; returns only the columns.
fn table_key(cursor: &mut Cursor<'_, '_>) -> Result<Key, Unread> {
    let open = cursor.at();
    cursor.expect_sign("(")?;
    let (mut columns, mut autoincrement) = (Vec::new(), false);
    loop {
        columns.push(cursor.name()?);
        if cursor.takes("COLLATE") {
            cursor.name()?;
        }
        let _ = cursor.takes("ASC") || cursor.takes("DESC");
        autoincrement |= cursor.takes("AUTOINCREMENT");
        if !cursor.takes_sign(",") {
            break;
        }
    }
    cursor.expect_sign(")")?;
    let order = cursor.at()..cursor.at();
    Ok(Key { columns, open, order, behind: conflict(cursor)?, autoincrement })
}

/// Parses parenthesised names.
fn names(cursor: &mut Cursor<'_, '_>) -> Result<Vec<String>, Unread> {
    cursor.expect_sign("(")?;
    let mut names = vec![cursor.name()?];
    while cursor.takes_sign(",") {
        names.push(cursor.name()?);
    }
    cursor.expect_sign(")")?;
    Ok(names)
}

fn reference(
    cursor: &mut Cursor<'_, '_>,
    open: Option<usize>,
    columns: Vec<String>,
) -> Result<Reference, Unread> {
    let parent_token = cursor.at();
    let parent = cursor.name()?;
    let parent_open = cursor.sees_sign("(").then_some(cursor.at());
    if parent_open.is_some() {
        names(cursor)?;
    }
    let begin = cursor.at();
    let mut sets = Vec::new();
    loop {
        if cursor.takes("MATCH") {
            cursor.name()?;
        } else if cursor.takes("ON INSERT") || cursor.takes("ON DELETE") || cursor.takes("ON UPDATE") {
            action(cursor, &mut sets)?;
        } else {
            break;
        }
    }
    if (cursor.takes("NOT DEFERRABLE") || cursor.takes("DEFERRABLE"))
        && cursor.takes("INITIALLY")
        && !(cursor.takes("DEFERRED") || cursor.takes("IMMEDIATE"))
    {
        return Err(cursor.unread("DEFERRED or IMMEDIATE"));
    }
    let behind = begin..cursor.at();
    Ok(Reference { open, columns, parent, parent_token, parent_open, behind, sets })
}

fn action(cursor: &mut Cursor<'_, '_>, sets: &mut Vec<usize>) -> Result<(), Unread> {
    let at = cursor.at();
    if cursor.takes("SET NULL") || cursor.takes("SET DEFAULT") {
        sets.push(at);
        return Ok(());
    }
    if cursor.takes("CASCADE") || cursor.takes("RESTRICT") || cursor.takes("NO ACTION") {
        return Ok(());
    }
    Err(cursor.unread("an action"))
}

#[cfg(test)]
mod tests {
    use super::{RuleKind, TableText};

    #[test]
    fn each_part_of_a_table_is_found() {
        let text = "CREATE TABLE \"t t\"(a, [b c] VARCHAR (10, 2) NOT NULL ON CONFLICT IGNORE DEFAULT -0x10 CHECK (a in (1,')')),\n\
                    c 'my type' CONSTRAINT u UNIQUE ON CONFLICT REPLACE COLLATE nocase REFERENCES p ON DELETE SET NULL NOT DEFERRABLE,\n\
                    d AS (a || ',') STORED, CONSTRAINT k PRIMARY KEY (a COLLATE rtrim DESC, c) ON CONFLICT FAIL UNIQUE (c) \n\
                    FOREIGN KEY (a, c) REFERENCES \"p\" (x, y) MATCH FULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID, STRICT";
        let read = TableText::read(text).expect("it is read");
        let names: Vec<_> = read.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["a", "b c", "c", "d"]);
        let rules: Vec<_> = read.all_rules().map(|(_, rule)| read.words(rule.all.clone())).collect();
        assert_eq!(
            rules,
            [
                "NOT NULL ON CONFLICT IGNORE",
                "DEFAULT - 0x10",
                "CHECK ( a in ( 1 , ')' ) )",
                "CONSTRAINT u UNIQUE ON CONFLICT REPLACE",
                "COLLATE nocase",
                "REFERENCES p ON DELETE SET NULL NOT DEFERRABLE",
                "AS ( a || ',' ) STORED",
                "CONSTRAINT k PRIMARY KEY ( a COLLATE rtrim DESC , c ) ON CONFLICT FAIL",
                "UNIQUE ( c )",
                "FOREIGN KEY ( a , c ) REFERENCES \"p\" ( x , y ) MATCH FULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
            ]
        );
        assert_eq!((read.collation("C"), read.collation("a")), ("nocase", "BINARY"));
        let key = read.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Primary(key) => Some(&key.columns),
            _ => None,
        });
        assert_eq!(key.expect("there is a key"), &["a", "c"]);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "CREATE VIRTUAL TABLE t USING fts5 (body)",
            "CREATE TABLE t (a) SOMETHING",
            "CREATE TABLE t (a UNIQUE ON CONFLICT EXPLODE)",
            "CREATE TABLE t (a DEFERRABLE)",
            "CREATE TABLE t (a, PRIMARY KEY (a), b)",
            "CREATE TABLE t (a REFERENCES p NOT NULL DEFERRABLE)",
            "CREATE TABLE t (a",
            "CREATE TABLE t (a) STRICT; DROP TABLE u",
        ] {
            assert!(TableText::read(text).is_err(), "{text}");
        }
    }
}
