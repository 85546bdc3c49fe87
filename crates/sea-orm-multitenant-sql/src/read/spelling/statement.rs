//! The beginning of a statement: MariaDB's ANALYZE of a statement, MySQL's UPDATE IGNORE.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, keywords},
};
use sqlparser::tokenizer::Token;

/// Words that begin what may be analysed.
const STATEMENTS: [&str; 7] = ["SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "FORMAT"];

/// `ANALYZE SELECT` becomes `EXPLAIN ANALYZE VERBOSE SELECT`, `UPDATE IGNORE p` becomes `UPDATE OR IGNORE p`: MySQL has
/// neither.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if engine.supports_analyze_of_statements()
        && at == 0
        && cut.reads(at, &["ANALYZE"])
        && cut.reads_any(at + 1, &STATEMENTS)
    {
        return Some(Edit::new(at..at + 1, keywords(&["EXPLAIN", "ANALYZE", "VERBOSE"])));
    }
    let begins = !at.checked_sub(1).is_some_and(|before| cut.reads_any(before, &["KEY", "FOR", "DO"]));
    let has_table = cut.is_name(at + 2) && !cut.reads(at + 2, &["SET"]);
    if engine.supports_ignore() && begins && has_table && cut.reads(at, &["UPDATE", "IGNORE"]) {
        return Some(Edit::new(at..at + 2, keywords(&["UPDATE", "OR", "IGNORE"])));
    }
    None
}

pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    if engine.supports_analyze_of_statements() && at == 0 && cut.reads(at, &["EXPLAIN", "ANALYZE", "VERBOSE"])
    {
        return Some(Edit::new(at..at + 3, "ANALYZE".to_owned()));
    }
    if engine.supports_ignore() && cut.reads(at, &["UPDATE", "OR", "IGNORE"]) {
        return Some(Edit::new(at..at + 3, "UPDATE IGNORE".to_owned()));
    }
    None
}
