//! The texts of SQLite's schema: what the pragmas do not tell is in them alone, so they are changed token by token, never printed anew.

mod cursor;
mod edit;
mod index;
mod table;
mod token;

pub(crate) use edit::{Editor, Tenant};
pub(crate) use index::led as led_index;
pub(crate) use table::{Column, RuleKind, TableText};
pub(crate) use token::{Kind, Token, tokens};
