//! Where the instructions of a text's first sight go, function by function.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::instructions::callgrind;
use crate::servers::binaries;

/// The operation, and how often it is done.
const OPERATION: (&str, u64) = ("first-sight-of-a-join", 300);

/// The function that all of a rewrite is in.
const WHOLE: &str = "sea_orm_multitenant::tenancy::scoped_statement";

/// What is done in it, and the function that does it; with all that it calls.
const PARTS: &[(&str, &str)] = &[
    ("cut the text into tokens, twice", "sqlparser::tokenizer::Tokenizer::tokenize_with_location"),
    ("parse the tokens, twice", "sqlparser::parser::Parser::parse_statement"),
    ("refuse what engines read in more than one way", "sea_orm_multitenant_sql::text::read"),
    ("rewrite the tree", "sea_orm_multitenant_sql::rewrite::statement"),
    ("render the tree", "<sqlparser::ast::Statement as core::fmt::Display>::fmt"),
    ("drop the trees", "core::ptr::drop_in_place<sqlparser::ast::Statement>"),
];

/// A line for each part: what is done, a tab, and its instructions for one text.
pub(super) fn profile() -> Result<String> {
    let annotate = binaries::find_or_install("callgrind_annotate", "valgrind")?;
    let program = super::build("instructions")?;
    let directory = tempfile::tempdir()?;
    let out = directory.path().join("callgrind");
    println!("profiling {}", OPERATION.0);
    callgrind(&program, OPERATION.0, OPERATION.1, &out)?;
    let listed = Command::new(annotate).args(["--inclusive=yes", "--threshold=100"]).arg(&out).output()?;
    ensure!(listed.status.success(), "callgrind_annotate ended with {}", listed.status);
    let listed = String::from_utf8_lossy(&listed.stdout);
    let parts = PARTS.iter().chain(&[("all of it", WHOLE)]);
    parts
        .map(|(what, function)| {
            let instructions = inclusive(&listed, function)
                .with_context(|| format!("the profile has no function {function}"))?;
            Ok(format!("{what}\t{}\n", instructions / OPERATION.1))
        })
        .collect()
}

/// Instructions of a function and all that it calls: `<number> (<percent>)  <file>:<function> [<program>]`.
fn inclusive(listed: &str, function: &str) -> Option<u64> {
    let symbol = format!(":{function} [");
    let line = listed.lines().find(|line| line.contains(&symbol))?;
    line.split_whitespace().next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::inclusive;

    #[test]
    fn a_function_is_found_by_its_whole_name() {
        let listed =
            "1,234,567 (93.2%)  /a/b.rs:a::b::c::{{closure}} [/x]\n234,567 (9.2%)  /a/b.rs:a::b::c [/x]\n";
        assert_eq!(inclusive(listed, "a::b::c"), Some(234_567));
        assert_eq!(inclusive(listed, "b::c"), None);
    }
}
