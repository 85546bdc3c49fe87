//! From text to one syntax tree.

mod amounts;
mod beyond;
pub(crate) mod budget;
pub(crate) mod conflict_index;
pub(crate) mod operators;
pub(crate) mod output_names;
pub(crate) mod parse;
pub(crate) mod spelling;
pub(crate) mod statement_names;
pub(crate) mod text;
pub(crate) mod tokenize;
mod traps;
mod values;
