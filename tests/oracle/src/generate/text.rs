//! Spelling of names, values and the white space between tokens.

use super::Generator;
use crate::choices::Choices;
use crate::schema::Backend;
use sea_orm::Value;

/// Delimits the number of a value while the text is put together.
const MARK: char = '\u{1}';

/// How the names of a statement are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Unquoted.
    Bare,
    /// Quoted.
    Quoted,
    /// Some unquoted, some quoted, some in another case.
    Mixed,
}

impl Generator<'_> {
    /// The name of a column or an alias of one.
    pub(super) fn name(&mut self, name: &str) -> String {
        self.identifier(name, true)
    }

    /// The name of a table or an alias of one, whose case matters to some engines.
    pub(super) fn table_name(&mut self, name: &str) -> String {
        let folds = !self.backend().is_mariadb();
        self.identifier(name, folds)
    }

    fn identifier(&mut self, name: &str, folds: bool) -> String {
        let quote = self.backend().quote();
        let quoted = |name: &str| format!("{quote}{name}{quote}");
        match self.style {
            Style::Bare => name.to_owned(),
            Style::Quoted => quoted(name),
            Style::Mixed => match self.choices.below(6) {
                2 => quoted(name),
                3 if folds => name.to_ascii_uppercase(),
                4 if folds => capitalised(name),
                5 if self.backend().is_sqlite() => format!("[{name}]"),
                _ => name.to_owned(),
            },
        }
    }

    /// `AS name`, or the name alone where that suffices.
    pub(super) fn alias(&mut self, name: &str) -> String {
        let name = self.table_name(name);
        if self.choices.chance(30) { format!(" {name}") } else { format!(" AS {name}") }
    }

    /// The mark of a bound value.
    pub(super) fn bind(&mut self, value: Value) -> String {
        let same = self.values.iter().position(|bound| *bound == value);
        let index = match same {
            Some(index) if self.choices.chance(30) => index,
            _ => {
                self.values.push(value);
                self.values.len() - 1
            }
        };
        format!("{MARK}{index}{MARK}")
    }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// Replaces the marks of values by the engine's placeholders, in the order of the text or by number.
pub(super) fn finish(
    choices: &mut Choices,
    backend: Backend,
    text: &str,
    values: &[Value],
) -> (String, Vec<Value>) {
    let numbered = backend.is_postgres() || backend.has_numbered_values() && choices.chance(30);
    let backwards = numbered && choices.chance(20);
    let sign = if backend.is_postgres() { '$' } else { '?' };
    let mut order: Vec<usize> = Vec::new();
    for index in marked(text) {
        if !numbered || !order.contains(&index) {
            order.push(index);
        }
    }
    if backwards {
        order.reverse();
    }
    let mut sql = String::with_capacity(text.len());
    for (part, piece) in text.split(MARK).enumerate() {
        if part % 2 == 0 {
            sql.push_str(piece);
        } else if numbered {
            let index: usize = piece.parse().unwrap_or(0);
            let number = order.iter().position(|at| *at == index).unwrap_or(0) + 1;
            sql.push_str(&format!("{sign}{number}"));
        } else {
            sql.push('?');
        }
    }
    (comment(choices, backend, &sql), order.iter().map(|index| values[*index].clone()).collect())
}

fn marked(text: &str) -> impl Iterator<Item = usize> {
    text.split(MARK).skip(1).step_by(2).filter_map(|index| index.parse().ok())
}

/// Puts comments and other white space between tokens, in a few statements.
fn comment(choices: &mut Choices, backend: Backend, sql: &str) -> String {
    if !choices.chance(5) {
        return sql.to_owned();
    }
    let mut quoted = None;
    let mut out = String::with_capacity(sql.len() + 64);
    for c in sql.chars() {
        match quoted {
            Some(quote) if c == quote => quoted = None,
            None if matches!(c, '\'' | '"' | '`') => quoted = Some(c),
            None if c == ' ' && !is_in_name(backend, &out) && choices.chance(12) => {
                let other =
                    [" /* of the tenant */ ", "\n", "\t", " -- a note; it's here\n", " /* a = 'b */ "];
                out.push_str(choices.pick::<&str>(&other));
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Whether the following white space is part of the name of an unnamed column.
fn is_in_name(backend: Backend, before: &str) -> bool {
    backend.is_mariadb() && ["SELECT", "DISTINCT", ","].iter().any(|end| before.ends_with(end))
}
