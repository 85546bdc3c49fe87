//! Parses SHOW CREATE TABLE of MySQL and MariaDB, because their catalogue tables omit attributes of keys and columns.

use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, Statement},
};

/// The parsed text of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableText {
    pub(crate) items: Vec<Item>,
    /// The text after the last parenthesis.
    pub(crate) options: String,
}

/// An element of the list of columns and constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A column: its name, and the rest of its text.
    Column { name: String, definition: String },
    /// A key.
    Key(KeyText),
    /// A foreign key: its name, and its text from FOREIGN KEY on.
    ForeignKey { name: String, text: String },
    /// A check or a period.
    Other(String),
    /// An unknown element.
    Unknown(String),
}

/// A key: `UNIQUE KEY name (parts) tail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyText {
    /// `PRIMARY `, `UNIQUE `, `FULLTEXT `, `SPATIAL `, or nothing.
    pub(crate) kind: String,
    /// `PRIMARY` for the primary key, as in the catalogue.
    pub(crate) name: String,
    pub(crate) parts: Vec<String>,
    pub(crate) tail: String,
}

/// Reads the text of a table; the name must be quoted.
pub(crate) async fn of(db: &impl ConnectionTrait, quoted: &str) -> Result<TableText, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), format!("SHOW CREATE TABLE {quoted}"));
    let row = db.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("no text for {quoted}")))?;
    Ok(TableText::read(&row.try_get_by_index::<String>(1)?))
}

impl TableText {
    fn read(text: &str) -> Self {
        let Some((_, body, options)) = brackets(text) else {
            return Self { items: vec![Item::Unknown(text.to_owned())], options: String::new() };
        };
        Self { items: split(body).into_iter().map(Item::read).collect(), options: options.trim().to_owned() }
    }
}

impl Item {
    fn read(text: &str) -> Self {
        if let Some((name, rest)) = name(text) {
            return Self::Column { name, definition: rest.trim().to_owned() };
        }
        if let Some(rest) = text.strip_prefix("CONSTRAINT ") {
            return match name(rest) {
                Some((name, rest)) if rest.trim_start().starts_with("FOREIGN KEY") => {
                    Self::ForeignKey { name, text: rest.trim().to_owned() }
                }
                Some((_, rest)) if rest.trim_start().starts_with("CHECK") => Self::Other(text.to_owned()),
                _ => Self::Unknown(text.to_owned()),
            };
        }
        if ["CHECK ", "CHECK(", "PERIOD FOR "].iter().any(|word| text.starts_with(word)) {
            return Self::Other(text.to_owned());
        }
        KeyText::read(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Key)
    }
}

impl KeyText {
    fn read(text: &str) -> Option<Self> {
        let kinds = ["PRIMARY ", "UNIQUE ", "FULLTEXT ", "SPATIAL ", "VECTOR ", ""];
        let kind = kinds.into_iter().find(|kind| text.starts_with(&format!("{kind}KEY ")))?;
        let rest = text.strip_prefix(kind)?.strip_prefix("KEY ")?;
        let (name, rest) = if kind == "PRIMARY " { ("PRIMARY".to_owned(), rest) } else { name(rest)? };
        let (before, parts, tail) = brackets(rest)?;
        let parts = split(parts).into_iter().map(ToOwned::to_owned).collect();
        before.trim().is_empty().then(|| Self { kind: kind.to_owned(), name, parts, tail: tail.to_owned() })
    }

    /// The column of each part; empty for an expression or a period.
    pub(crate) fn columns(&self) -> Vec<String> {
        let column = |part: &String| {
            let (name, rest) = name(part)?;
            let rest = rest.trim().trim_start_matches(|c: char| c == '(' || c == ')' || c.is_ascii_digit());
            ["", "ASC", "DESC"].contains(&rest.trim()).then_some(name)
        };
        self.parts.iter().map(|part| column(part).unwrap_or_default()).collect()
    }
}

/// A column's definition with NOT NULL and all its other attributes: `bigint(20) DEFAULT NULL COMMENT 'x'`.
pub(crate) fn required(definition: &str) -> String {
    let words = words(definition);
    let is =
        |at: usize, word: &str| words.get(at).is_some_and(|found: &&str| found.eq_ignore_ascii_case(word));
    const BEHIND_THE_TYPE: [&str; 14] = [
        "NOT",
        "NULL",
        "DEFAULT",
        "COMMENT",
        "CHECK",
        "INVISIBLE",
        "ON",
        "AUTO_INCREMENT",
        "GENERATED",
        "AS",
        "WITH",
        "WITHOUT",
        "STORAGE",
        "/*!80023",
    ];
    let is_behind = |at: usize| BEHIND_THE_TYPE.iter().any(|word| is(at, word));
    let end = (0..words.len()).find(|at| is_behind(*at)).unwrap_or(words.len());
    let mut kept: Vec<&str> = words[..end].to_vec();
    kept.push("NOT NULL");
    let mut at = end;
    while at < words.len() {
        if is(at, "DEFAULT") && is(at + 1, "NULL") || is(at, "NOT") && is(at + 1, "NULL") {
            at += 2;
        } else if is(at, "NULL") {
            at += 1;
        } else {
            kept.push(words[at]);
            at += 1;
        }
    }
    kept.join(" ")
}

/// Splits at spaces outside quotes and parentheses.
fn words(text: &str) -> Vec<&str> {
    let mut scan = Scan::default();
    let mut words = Vec::new();
    let mut from = 0;
    for (at, sign) in text.char_indices() {
        if scan.take(sign) && scan.depth == 0 && sign == ' ' {
            words.push(&text[from..at]);
            from = at + 1;
        }
    }
    words.push(&text[from..]);
    words.retain(|word| !word.is_empty());
    words
}

/// Splits at commas outside quotes and parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut scan = Scan::default();
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, sign) in text.char_indices() {
        if scan.take(sign) && scan.depth == 0 && sign == ',' {
            pieces.push(text[from..at].trim());
            from = at + 1;
        }
    }
    pieces.push(text[from..].trim());
    pieces
}

/// Splits into the text before the first parenthesis, inside it, and after its closing parenthesis.
fn brackets(text: &str) -> Option<(&str, &str, &str)> {
    let mut scan = Scan::default();
    let mut open = None;
    for (at, sign) in text.char_indices() {
        if !scan.take(sign) {
            continue;
        }
        match (sign, open, scan.depth) {
            ('(', None, 1) => open = Some(at),
            (')', Some(open), 0) => return Some((&text[..open], &text[open + 1..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Splits off a quoted name.
fn name(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|sign| ['`', '"'].contains(sign))?;
    let mut name = String::new();
    let mut signs = text.char_indices().skip(1).peekable();
    while let Some((at, sign)) = signs.next() {
        if sign != quote {
            name.push(sign);
        } else if signs.next_if(|(_, next)| *next == quote).is_some() {
            name.push(quote);
        } else {
            return Some((name, &text[at + 1..]));
        }
    }
    None
}

/// The state of a scan: the open quote, and the depth of parentheses.
#[derive(Default)]
struct Scan {
    quote: Option<char>,
    escaped: bool,
    depth: usize,
}

impl Scan {
    /// Takes a character, and returns whether it is outside quotes. A doubled quote ends one string and begins the
    /// next.
    fn take(&mut self, sign: char) -> bool {
        match self.quote {
            Some(quote) => {
                if self.escaped {
                    self.escaped = false;
                } else if sign == '\\' && quote == '\'' {
                    self.escaped = true;
                } else if sign == quote {
                    self.quote = None;
                }
                false
            }
            None => {
                match sign {
                    '\'' | '"' | '`' => self.quote = Some(sign),
                    '(' => self.depth += 1,
                    ')' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.quote.is_none()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, KeyText, TableText, required};

    #[test]
    fn text_is_parsed_item_by_item() {
        let text = "CREATE TABLE `t` (\n  `id` bigint(20) NOT NULL COMMENT 'a, (b',\n  `od``d` varchar(9) DEFAULT 'it''s \\'x',\n  \
                    PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`od``d`(5),`id` DESC) COMMENT 'c' IGNORED,\n  \
                    CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `p` (`id`) ON DELETE CASCADE,\n  \
                    CONSTRAINT `c` CHECK (`id` > 0)\n) ENGINE=InnoDB COMMENT='x'";
        let read = TableText::read(text);
        assert_eq!(read.options, "ENGINE=InnoDB COMMENT='x'");
        let key = KeyText {
            kind: "UNIQUE ".to_owned(),
            name: "u".to_owned(),
            parts: vec!["`od``d`(5)".to_owned(), "`id` DESC".to_owned()],
            tail: " COMMENT 'c' IGNORED".to_owned(),
        };
        assert_eq!(key.columns(), ["od`d", "id"]);
        assert_eq!(read.items[3], Item::Key(key));
        assert!(matches!(&read.items[1], Item::Column { name, .. } if name == "od`d"), "{read:?}");
        assert!(matches!(&read.items[4], Item::ForeignKey { name, .. } if name == "f"), "{read:?}");
        assert!(!read.items.iter().any(|item| matches!(item, Item::Unknown(_))), "{read:?}");
    }

    #[test]
    fn expressions_and_periods_are_not_columns() {
        let of = |text: &str| match Item::read(text) {
            Item::Key(key) => key.columns(),
            other => panic!("{other:?}"),
        };
        assert_eq!(of("UNIQUE KEY `u` ((lower(`a`)),`b`)"), ["", "b"]);
        assert_eq!(of("PRIMARY KEY (`id`,`p` WITHOUT OVERLAPS)"), ["id", ""]);
    }

    #[test]
    fn column_definition_keeps_everything_except_null() {
        for (before, after) in [
            ("bigint(20) DEFAULT NULL", "bigint(20) NOT NULL"),
            (
                "bigint(20) unsigned DEFAULT 5 COMMENT 'not NULL'",
                "bigint(20) unsigned NOT NULL DEFAULT 5 COMMENT 'not NULL'",
            ),
            ("bigint(20) DEFAULT NULL CHECK (`a` > 0)", "bigint(20) NOT NULL CHECK (`a` > 0)"),
            ("bigint(20) INVISIBLE DEFAULT NULL", "bigint(20) NOT NULL INVISIBLE"),
            (
                "varchar(9) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL",
                "varchar(9) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL",
            ),
            ("timestamp NULL DEFAULT NULL", "timestamp NOT NULL"),
        ] {
            assert_eq!(required(before), after);
        }
    }
}
