//! Comparing names as the engines do.

use crate::{
    dialect::{Engine, NameFolding},
    refusal::{Result, refuse_with},
};
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// Whether `ident`, as written, is the name `declared` in the catalogue.
pub(crate) fn is_same(folding: NameFolding, ident: &Ident, declared: &str) -> bool {
    match folding {
        NameFolding::LowerUnquoted if ident.quote_style.is_none() => {
            ident.value.bytes().map(|byte| byte.to_ascii_lowercase()).eq(declared.bytes())
        }
        NameFolding::IgnoreCase => ident.value.eq_ignore_ascii_case(declared),
        NameFolding::LowerUnquoted | NameFolding::Exact => ident.value == declared,
    }
}

/// Whether two names, both as written, are the same to the engine.
pub(crate) fn are_same(folding: NameFolding, a: &Ident, b: &Ident) -> bool {
    is_same(folding, a, &folded(folding, b))
}

/// A name as the engine stores it.
pub(crate) fn folded(folding: NameFolding, ident: &Ident) -> String {
    match folding {
        NameFolding::LowerUnquoted if ident.quote_style.is_none() => ident.value.to_ascii_lowercase(),
        NameFolding::IgnoreCase => ident.value.to_ascii_lowercase(),
        NameFolding::LowerUnquoted | NameFolding::Exact => ident.value.clone(),
    }
}

/// Quotes a name so that it can mean nothing but itself: an unquoted `only` or `current_user` may be more than a name.
pub(crate) fn settle(engine: Engine, ident: &mut Ident) {
    let quote = engine.identifier_quote();
    if ident.quote_style != Some(quote) {
        if engine.table_folding() == NameFolding::LowerUnquoted {
            ident.value = folded(NameFolding::LowerUnquoted, ident);
        }
        ident.quote_style = Some(quote);
    }
}

/// Settles every part of a dotted name.
pub(crate) fn settle_all(engine: Engine, name: &mut ObjectName) {
    let ObjectName(parts) = name;
    for part in parts {
        match part {
            ObjectNamePart::Identifier(ident) => settle(engine, ident),
            // Refused where the name is resolved.
            ObjectNamePart::Function(_) => {}
        }
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
