//! Comparing names as the engines do.

use crate::{
    dialect::NameFolding,
    refusal::{Result, refuse_with},
};
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// Whether `ident`, as written, is the name `declared` in the catalogue.
pub(crate) fn is_same(folding: NameFolding, ident: &Ident, declared: &str) -> bool {
    match folding {
        NameFolding::LowerUnquoted if ident.quote_style.is_none() => {
            ident.value.to_ascii_lowercase() == declared
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

/// Refuses a name quoted as a string literal.
pub(crate) fn plain(ident: &Ident) -> Result<()> {
    let Ident { value: _, quote_style, span: _ } = ident;
    match quote_style {
        Some('\'') => refuse_with("a name in single quotes", "quote names as the engine's identifiers"),
        Some(_) | None => Ok(()),
    }
}
