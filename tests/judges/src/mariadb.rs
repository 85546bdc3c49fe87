//! MariaDB's own EXPLAIN, and a user with rights on the declared tables only.

use crate::description::Description;

/// Checks that `EXPLAIN FORMAT=JSON` of a statement names only the statement's tables. EXPLAIN prints an alias in place
/// of a table where there is one; an alias that is also the name of a table in `existing` is accepted only if the
/// statement names that table.
///
/// # Errors
/// The first table that is neither one of the statement's nor an alias.
pub fn check_explained(said: &Description<'_>, explained: &str, existing: &[String]) -> Result<(), String> {
    let aliases = aliases(said.sent);
    for name in lines_of_tables(explained) {
        let is_own = said.tables.iter().any(|table| table.rsplit('.').next() == Some(name));
        let is_alias = aliases.contains(&name) && !existing.iter().any(|table| table == name);
        if !is_own && !is_alias && !name.starts_with('<') {
            return Err(format!("MariaDB reads the table `{name}`, which the statement does not name"));
        }
    }
    Ok(())
}

/// Whether an error of MariaDB means that the user has no right to run the statement.
pub fn is_denied(error: &str) -> bool {
    error.contains("command denied to user") || error.contains("Access denied for user")
}

/// Every `table_name` in the output of EXPLAIN, which has one per line. Where names are quoted by `"` (ANSI_QUOTES),
/// MariaDB writes conditions that are not valid JSON; no line of such a condition begins like this.
fn lines_of_tables(explained: &str) -> impl Iterator<Item = &str> {
    let lines = explained.lines().map(str::trim_start);
    lines.filter_map(|line| line.strip_prefix("\"table_name\": \"")?.split('"').next())
}

/// A token of a text that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Name(&'t str),
    As,
    Open,
    Close,
    Other,
}

/// The names that a text defines: those after AS, another name or a parenthesis, and those of common table expressions,
/// before AS and a query.
fn aliases(sent: &str) -> Vec<&str> {
    let pieces = pieces(sent);
    let named = pieces.iter().enumerate().filter_map(|(at, piece)| match *piece {
        Piece::Name(name) if at > 0 && gives_a_name(pieces[at - 1]) => Some(name),
        Piece::Name(name) => {
            let rest = &pieces[at + 1..];
            let rest = if rest.first() == Some(&Piece::Open) { after_list(rest) } else { rest };
            rest.starts_with(&[Piece::As, Piece::Open]).then_some(name)
        }
        Piece::As | Piece::Open | Piece::Close | Piece::Other => None,
    });
    named.collect()
}

/// Whether a name after this token is one that the text defines.
fn gives_a_name(piece: Piece<'_>) -> bool {
    match piece {
        Piece::As | Piece::Close | Piece::Name(_) => true,
        Piece::Open | Piece::Other => false,
    }
}

/// The rest after a list in parentheses.
fn after_list<'p, 't>(pieces: &'p [Piece<'t>]) -> &'p [Piece<'t>] {
    let end = pieces.iter().position(|piece| *piece == Piece::Close);
    end.map_or(&[], |end| &pieces[end + 1..])
}

/// Splits a text into tokens: quoted names, literals, words, and single signs.
fn pieces(sent: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sent;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = match first {
            '\'' | '"' | '`' => quoted(rest, first),
            first if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        pieces.extend(match first {
            '`' => Some(Piece::Name(piece.trim_matches('`'))),
            '(' => Some(Piece::Open),
            ')' => Some(Piece::Close),
            first if first.is_ascii_whitespace() => None,
            _ if piece.eq_ignore_ascii_case("AS") => Some(Piece::As),
            _ => Some(Piece::Other),
        });
        rest = after;
    }
    pieces
}

/// The length of the quoted token at the beginning of a text. A doubled quote begins the next token.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote != '`' {
            chars.next();
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// The statements that create a user with rights on these tables of a database only.
///
/// Statements on any other table, `mysql.user` among them, then fail instead of returning rows.
pub fn make_user(user: &str, password: &str, database: &str, tables: &[&str]) -> Vec<String> {
    let mut statements = vec![format!("CREATE USER `{user}`@`%` IDENTIFIED BY '{password}'")];
    statements.extend(tables.iter().map(|table| {
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.`{table}` TO `{user}`@`%`")
    }));
    statements
}

#[cfg(test)]
mod tests {
    use super::{aliases, check_explained};
    use crate::description::{Description, Kind};

    #[test]
    fn names_that_a_text_defines_are_found() {
        let found = [
            ("SELECT `a`.`id` FROM `task` AS `a`, `secret`", vec!["a"]),
            (
                "WITH `w` (`x`) AS (SELECT 1), `v` AS (SELECT 2) SELECT 1 FROM `w`, `v`, `secret`",
                vec!["w", "v"],
            ),
            ("SELECT 1 FROM `task` `g`, (SELECT 1) `d` JOIN `app`.`secret`", vec!["g", "d"]),
            ("SELECT 'AS `secret`' FROM `secret`", vec![]),
            ("SELECT 'it''s \\' AS `secret`' FROM `secret`", vec![]),
            ("SELECT CAST(`a` AS CHAR) FROM `secret`", vec![]),
        ];
        for (text, aliases_of_it) in found {
            assert_eq!(aliases(text), aliases_of_it, "{text}");
        }
    }

    #[test]
    fn an_undeclared_table_is_detected() {
        let check = |sent: &str, explained: &str| {
            let tables = ["task".to_owned()];
            let said = Description {
                sent,
                callers: "",
                kind: Kind::Select,
                tables: &tables,
                bound: &[],
                repeated: &[],
                for_set: false,
            };
            check_explained(&said, explained, &["secret".to_owned()])
        };
        let reads = |name: &str| {
            format!(
                "{{\n  \"query_block\": {{\n    \"table\": {{\n      \"table_name\": \"{name}\"\n    }}\n  }}\n}}"
            )
        };
        assert_eq!(check("SELECT 1 FROM `task`", &reads("task")), Ok(()));
        assert_eq!(check("SELECT 1 FROM `task` AS `a`", &reads("a")), Ok(()));
        assert_eq!(check("SELECT 1 FROM (SELECT 1 FROM `task`) AS `a`", &reads("<derived2>")), Ok(()));
        assert!(check("SELECT 1 FROM `task`", &reads("user")).is_err());
        assert!(check("SELECT 1 AS `secret` FROM `task`", &reads("secret")).is_err());
    }
}
