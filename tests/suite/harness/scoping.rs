//! Whether what went out keeps to its tenant: read from the text, by rules simpler than the library's.

use super::{
    Log,
    sql_tokens::{Token, tokens},
};
use sea_orm::{Statement, Value};
use sea_orm_multitenant::Catalogue;

/// Words that follow a table's name and are not its alias.
const NOT_ALIASES: [&str; 22] = [
    "ON",
    "WHERE",
    "SET",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "CROSS",
    "JOIN",
    "ORDER",
    "GROUP",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "FOR",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "RETURNING",
    "VALUES",
    "SELECT",
    "USING",
];

/// Asserts that every statement that went out names the tenant for every tenant table in it.
pub(super) fn assert_scoped(catalogue: &Catalogue, log: &Log) {
    for (tenant, statement) in log.went_out() {
        if let Err(problem) = check(catalogue, tenant, &statement) {
            panic!("{problem}, in the statement that went out for tenant {tenant}:\n{statement:?}");
        }
    }
}

/// Checks one statement.
pub(super) fn check(catalogue: &Catalogue, tenant: i64, statement: &Statement) -> Result<(), String> {
    let values: &[Value] = statement.values.as_ref().map_or(&[], |values| &values.0);
    let tokens = tokens(&statement.sql);
    let text = Text { tokens: &tokens, values, tenant };
    let mut after_table = false;
    let mut named: Vec<(&str, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let begins = ["FROM", "JOIN", "UPDATE", "USING"].iter().any(|keyword| token.is(keyword));
        let continues = after_table && *token == Token::Sign(',');
        if token.is("INTO") {
            text.check_insert(catalogue, index + 1)?;
        } else if begins || continues {
            let alias = text.table(index + 1);
            named.extend(alias.and_then(|(name, alias)| Some((alias, tenant_column(catalogue, name)?))));
            after_table = alias.is_some();
            continue;
        }
        // An alias may stand between a table and the comma.
        after_table &= token.word().is_some_and(|word| !is_keyword(word));
    }
    named.iter().try_for_each(|(alias, column)| {
        let tables = named.iter().filter(|(other, _)| other == alias).count();
        let predicates = (0..tokens.len()).filter(|at| text.is_predicate(*at, alias, column)).count();
        if predicates >= tables {
            return Ok(());
        }
        Err(format!(
            "the table `{alias}`, named {tables} times, is compared with the tenant {predicates} times"
        ))
    })
}

/// Whether a word after a table ends what is said of the table.
fn is_keyword(word: &str) -> bool {
    NOT_ALIASES.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// A statement, taken apart.
struct Text<'a> {
    tokens: &'a [Token],
    values: &'a [Value],
    tenant: i64,
}

impl<'a> Text<'a> {
    /// The table named at `index`, if a name is there, and its alias.
    fn table(&self, index: usize) -> Option<(&'a str, &'a str)> {
        let name = self.tokens.get(index).and_then(Token::word)?;
        let alias = match (self.tokens.get(index + 1), self.tokens.get(index + 2)) {
            (Some(as_), Some(Token::Word(alias))) if as_.is("AS") => alias,
            (Some(Token::Word(alias)), _) if !is_keyword(alias) => alias,
            _ => name,
        };
        Some((name, alias))
    }

    /// Whether `alias.column = <tenant>` stands at this place.
    fn is_predicate(&self, at: usize, alias: &str, column: &str) -> bool {
        match self.tokens.get(at..at + 5) {
            Some([Token::Word(qualifier), Token::Sign('.'), Token::Word(name), Token::Sign('='), value]) => {
                qualifier == alias && name == column && self.is_tenant(value)
            }
            Some(_) | None => false,
        }
    }

    /// Whether a token is a bound value, and that value the tenant.
    fn is_tenant(&self, token: &Token) -> bool {
        let Token::Placeholder(index) = token else { return false };
        self.values.get(*index) == Some(&Value::BigInt(Some(self.tenant)))
    }

    /// Checks an INSERT into the table named at `index`: its columns name the tenant's, and every row has the tenant
    /// there. An upsert compares the row that is there with the tenant as well.
    fn check_insert(&self, catalogue: &Catalogue, index: usize) -> Result<(), String> {
        let Some(name) = self.tokens.get(index).and_then(Token::word) else { return Ok(()) };
        let Some(column) = tenant_column(catalogue, name) else { return Ok(()) };
        let (columns, end) = self.list(index + 1);
        let slot = columns.iter().position(|item| matches!(item, [Token::Word(word)] if word == column));
        let slot =
            slot.ok_or_else(|| format!("the insert into `{name}` leaves the column `{column}` out"))?;
        if self.tokens.get(end).is_some_and(|token| token.is("VALUES")) {
            self.check_rows(name, slot, end + 1)?;
        }
        let updates = self.has(["DO", "UPDATE"]) || self.has(["DUPLICATE", "KEY"]);
        if updates && !(0..self.tokens.len()).any(|at| self.is_predicate(at, name, column)) {
            return Err(format!("the upsert of `{name}` does not compare the row with the tenant"));
        }
        Ok(())
    }

    /// Whether two keywords stand beside each other.
    fn has(&self, [first, second]: [&str; 2]) -> bool {
        self.tokens.windows(2).any(|pair| pair[0].is(first) && pair[1].is(second))
    }

    /// Checks that every row has the tenant at `slot`.
    fn check_rows(&self, table: &str, slot: usize, mut at: usize) -> Result<(), String> {
        loop {
            let (row, end) = self.list(at);
            let is_tenant = matches!(row.get(slot), Some([value]) if self.is_tenant(value));
            if !is_tenant {
                return Err(format!("a row for `{table}` does not carry the tenant"));
            }
            if self.tokens.get(end) != Some(&Token::Sign(',')) {
                return Ok(());
            }
            at = end + 1;
        }
    }

    /// The items of a list in parentheses that begins at `at`, and the place after it.
    fn list(&self, at: usize) -> (Vec<&[Token]>, usize) {
        if self.tokens.get(at) != Some(&Token::Sign('(')) {
            return (Vec::new(), at);
        }
        let (mut items, mut depth, mut start) = (Vec::new(), 0, at + 1);
        for (index, token) in self.tokens.iter().enumerate().skip(at) {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') => depth -= 1,
                _ => {}
            }
            let ends = depth == 0;
            if ends || (depth == 1 && *token == Token::Sign(',')) {
                items.push(&self.tokens[start..index]);
                start = index + 1;
            }
            if ends {
                return (items, index + 1);
            }
        }
        (items, self.tokens.len())
    }
}

/// The tenant column of the table of this name.
fn tenant_column<'a>(catalogue: &'a Catalogue, name: &str) -> Option<&'a str> {
    let table = catalogue.tables().iter().find(|table| table.name() == name)?;
    table.tenant_column().map(|(column, _)| column)
}
