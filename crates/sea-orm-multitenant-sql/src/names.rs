//! Comparing names as the engines do.

use crate::{
    engine::{Engine, NameFolding},
    keywords,
    refusal::{Result, refuse, refuse_with},
};
use sqlparser::ast::TableAlias;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// Whether `ident`, as written, is the name `declared` in the catalogue.
pub(crate) fn is_same(folding: NameFolding, ident: &Ident, declared: &str) -> bool {
    match folding {
        NameFolding::LowerUnquoted if ident.quote_style.is_none() => {
            ident.value.len() == declared.len() && lower(ident).eq(declared.bytes())
        }
        NameFolding::IgnoreCase => ident.value.eq_ignore_ascii_case(declared),
        NameFolding::LowerUnquoted | NameFolding::Exact => ident.value == declared,
    }
}

/// Whether two names, both as written, are the same to the engine.
pub(crate) fn are_same(folding: NameFolding, a: &Ident, b: &Ident) -> bool {
    match folding {
        NameFolding::LowerUnquoted if b.quote_style.is_none() => {
            a.value.len() == b.value.len()
                && (is_same(folding, b, &a.value) || a.quote_style.is_none() && lower(a).eq(lower(b)))
        }
        NameFolding::LowerUnquoted | NameFolding::IgnoreCase | NameFolding::Exact => {
            is_same(folding, a, &b.value)
        }
    }
}

/// The bytes of an unquoted name in lower case.
fn lower(ident: &Ident) -> impl Iterator<Item = u8> {
    ident.value.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// A name as the engine stores it.
pub(crate) fn folded(folding: NameFolding, ident: &Ident) -> String {
    match folding {
        NameFolding::LowerUnquoted if ident.quote_style.is_none() => ident.value.to_ascii_lowercase(),
        NameFolding::IgnoreCase => ident.value.to_ascii_lowercase(),
        NameFolding::LowerUnquoted | NameFolding::Exact => ident.value.clone(),
    }
}

/// Quotes a name that stands by itself, so that it can mean nothing but itself: unquoted, `only`, `xor` or `current_user` may
/// be more than a name.
///
/// # Errors
/// As [`plain`], and when the engine reserves the word, which then is no name there.
pub(crate) fn settle(engine: Engine, ident: &mut Ident) -> Result<()> {
    if ident.quote_style.is_none() && keywords::is_reserved(engine, &ident.value) {
        return refuse_with(
            format!("the word `{}`, which the engine reserves,", ident.value),
            "quote it if it is a name",
        );
    }
    quote(engine, ident)
}

/// The same for a name behind a dot, where MySQL and PostgreSQL take any word.
fn settle_part(engine: Engine, ident: &mut Ident) -> Result<()> {
    if engine.takes_any_word_behind_a_dot() { quote(engine, ident) } else { settle(engine, ident) }
}

/// The same for the name of a result, where PostgreSQL takes any word behind AS.
///
/// # Errors
/// As [`settle`].
pub(crate) fn settle_label(engine: Engine, ident: &mut Ident) -> Result<()> {
    if engine.takes_any_word_behind_as() { quote(engine, ident) } else { settle(engine, ident) }
}

/// The same where the engine takes a `word` that it reserves elsewhere.
///
/// # Errors
/// As [`settle`].
pub(crate) fn settle_or(engine: Engine, ident: &mut Ident, word: &str) -> Result<()> {
    if ident.value.eq_ignore_ascii_case(word) { quote(engine, ident) } else { settle(engine, ident) }
}

/// Quotes a name, whatever it is.
fn quote(engine: Engine, ident: &mut Ident) -> Result<()> {
    plain(ident)?;
    let quote = engine.identifier_quote();
    let Ident { value, quote_style, span: _ } = ident;
    match *quote_style {
        Some(written) if written == quote => return Ok(()),
        // Nearly all names have neither quote in them.
        Some(written) if !value.contains([written, quote]) => {}
        Some('[') => *value = doubled(value, quote),
        Some(written) => {
            *value = doubled(&value.replace(&format!("{written}{written}"), &written.to_string()), quote)
        }
        None if engine.table_folding() == NameFolding::LowerUnquoted => value.make_ascii_lowercase(),
        None => {}
    }
    *quote_style = Some(quote);
    Ok(())
}

/// A name in which each quote is written twice, as it stands between quotes.
fn doubled(name: &str, quote: char) -> String {
    name.replace(quote, &format!("{quote}{quote}"))
}

/// Settles every part of a dotted name.
///
/// # Errors
/// As [`parts`] and [`settle`].
pub(crate) fn settle_all(engine: Engine, name: &mut ObjectName) -> Result<()> {
    let ObjectName(parts) = name;
    parts.iter_mut().enumerate().try_for_each(|(index, part)| match part {
        ObjectNamePart::Identifier(ident) if index == 0 => settle(engine, ident),
        ObjectNamePart::Identifier(ident) => settle_part(engine, ident),
        ObjectNamePart::Function(_) => refuse_with("a computed name", "write the name itself"),
    })
}

/// Settles the parts of a column reference.
///
/// # Errors
/// As [`settle`].
pub(crate) fn settle_column(engine: Engine, idents: &mut [Ident]) -> Result<()> {
    let Some((first, rest)) = idents.split_first_mut() else { return Ok(()) };
    settle(engine, first)?;
    rest.iter_mut().try_for_each(|ident| settle_part(engine, ident))
}

/// Settles the name of a collation or character set, which on MySQL may be BINARY.
///
/// # Errors
/// As [`settle_all`].
pub(crate) fn settle_collation(engine: Engine, name: &mut ObjectName) -> Result<()> {
    match name.0.as_mut_slice() {
        [ObjectNamePart::Identifier(ident)] if engine.binds_binary_closely() => {
            settle_or(engine, ident, "binary")
        }
        _ => settle_all(engine, name),
    }
}

/// The identifiers of a dotted name.
///
/// # Errors
/// When a part is computed, or quoted as a string, which engines read differently.
pub(crate) fn parts(name: &ObjectName) -> Result<Vec<&Ident>> {
    let ObjectName(parts) = name;
    parts
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => plain(ident).map(|()| ident),
            ObjectNamePart::Function(_) => refuse_with("a computed name", "write the name itself"),
        })
        .collect()
}

/// Refuses a name quoted as a string literal, and a placeholder that was taken for a name, as in `t.?`.
pub(crate) fn plain(ident: &Ident) -> Result<()> {
    let Ident { value, quote_style, span: _ } = ident;
    match quote_style {
        Some('\'') => refuse_with("a name in single quotes", "quote names as the engine's identifiers"),
        None if is_placeholder(value) => refuse_with("a placeholder in the place of a name", "name it"),
        Some(_) | None => Ok(()),
    }
}

fn is_placeholder(name: &str) -> bool {
    name.starts_with('?')
        || name.strip_prefix('$').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

pub(crate) fn single_ident(name: &ObjectName) -> Result<&Ident> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Ok(ident),
        _ => refuse_qualified(name),
    }
}

pub(crate) fn refuse_qualified<T>(name: &ObjectName) -> Result<T> {
    refuse_with(format!("the qualified column `{name}` in a column list"), "name the column alone")
}

/// The name by which a statement speaks of a table: its alias, or its own.
pub(crate) fn qualifier<'t>(name: &'t ObjectName, alias: Option<&'t TableAlias>) -> Result<&'t Ident> {
    match alias {
        Some(alias) => Ok(&alias.name),
        None => qualifier_of_name(name),
    }
}

pub(crate) fn qualifier_of_name(name: &ObjectName) -> Result<&Ident> {
    match parts(name)?.pop() {
        Some(ident) => Ok(ident),
        None => refuse("an empty name"),
    }
}
