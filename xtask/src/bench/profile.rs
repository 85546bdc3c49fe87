//! Where the instructions of a rewrite are spent, by function.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use super::instructions::callgrind;
use crate::servers::binaries;

/// The function that contains the whole rewrite.
pub(super) const WHOLE: &str = "sea_orm_multitenant::statement::scoped_statement";

/// An operation, how often it is done, and its parts: a description, and the function that does it, with everything
/// that it calls.
struct Profile {
    operation: &'static str,
    times: u64,
    parts: &'static [(&'static str, &'static str)],
}

const PROFILES: [Profile; 3] = [
    Profile {
        operation: "first-sight-of-a-join",
        times: 300,
        parts: &[
            ("read the text", "sea_orm_multitenant_sql::text::read"),
            ("of it: cut it into tokens", "sqlparser::tokenizer::Tokenizer::tokenize_with_location"),
            ("parse the tokens", "sqlparser::parser::Parser::parse_statement"),
            ("rewrite the tree", "sea_orm_multitenant_sql::rewrite::statement"),
            ("render the tree", "<sqlparser::ast::Statement as core::fmt::Display>::fmt"),
            ("check the rendered text", "sea_orm_multitenant_sql::vocabulary::check"),
            ("drop the tree", "core::ptr::drop_in_place<sqlparser::ast::Statement>"),
        ],
    },
    Profile {
        operation: "cached-join",
        times: 50_000,
        parts: &[
            ("look the text up", "sea_orm_multitenant::statement_cache::bounded::Entries<K,V>::get"),
            (
                "of it: hash the text",
                "<sea_orm_multitenant::statement_cache::Key<T> as core::hash::Hash>::hash",
            ),
            ("check and bind the values, write the text", "sea_orm_multitenant::bind::bind"),
        ],
    },
    Profile {
        operation: "insert-of-1000-rows",
        times: 60,
        parts: &[
            ("read the shape of the text", "sea_orm_multitenant_sql::shape::Shape::of"),
            (
                "write the shape's plan for this length",
                "sea_orm_multitenant_sql::shape::fill::ScopedShape::fill",
            ),
            ("check and bind the values, write the text", "sea_orm_multitenant::bind::bind"),
        ],
    },
];

/// A line for each part: the operation, the description, and the instructions for one text; the last line of an
/// operation is the whole.
pub(super) fn profile() -> Result<String> {
    let program = super::build("instructions")?;
    let directory = tempfile::tempdir()?;
    let mut lines = String::new();
    for Profile { operation, times, parts } in PROFILES {
        println!("profiling {operation}");
        let out = directory.path().join(operation);
        callgrind(&program, &[operation, &times.to_string()], &out)?;
        let listed = functions(&out, "yes")?;
        for (what, function) in parts.iter().chain(&[("all of it", WHOLE)]) {
            let instructions = inclusive(&listed, function)
                .with_context(|| format!("the profile of {operation} has no function {function}"))?;
            lines += &format!("{operation}\t{what}\t{}\n", instructions / times);
        }
    }
    Ok(lines)
}

/// The functions in callgrind's output, as its annotating tool lists them, including the functions that they call if
/// `inclusive` is `yes`.
pub(super) fn functions(written: &Path, inclusive: &str) -> Result<String> {
    let annotate = binaries::find_or_install("callgrind_annotate", "valgrind")?;
    let inclusive = format!("--inclusive={inclusive}");
    let listed =
        Command::new(annotate).args([&inclusive, "--threshold=100", "--auto=no"]).arg(written).output()?;
    ensure!(listed.status.success(), "callgrind_annotate ended with {}", listed.status);
    Ok(String::from_utf8(listed.stdout)?)
}

/// The instructions of a function and everything that it calls, from lines `<number> (<percent>)  <file>:<function>`,
/// some followed by ` [<program>]`. A function has a line for each file that its code comes from; the first one is the
/// whole.
pub(super) fn inclusive(listed: &str, function: &str) -> Option<u64> {
    let symbol = format!(":{function}");
    let is_it = |line: &&str| {
        line.split_once(&symbol).is_some_and(|(before, behind)| {
            !before.ends_with(':') && (behind.is_empty() || behind.starts_with(" ["))
        })
    };
    number(listed.lines().find(is_it)?)
}

/// The instructions of all functions of a file, without those that they call.
pub(super) fn of_file(listed: &str, name: &str) -> u64 {
    let symbol = format!("/{name}:");
    listed.lines().filter(|line| line.contains(&symbol)).filter_map(number).sum()
}

/// The number at the start of a line.
fn number(line: &str) -> Option<u64> {
    line.split_whitespace().next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{inclusive, of_file};

    #[test]
    fn a_function_is_found_by_its_whole_name() {
        let listed = concat!(
            " 1,234,567 (93.2%)  /a/b.rs:a::b::c::{{closure}} [/x]\n",
            "   234,567 ( 9.2%)  /a/b.rs:a::b::c\n",
            "       567 ( 0.1%)  /a/d.rs:a::b::c [/x]\n",
            "        67 ( 0.0%)  /a/d.rs:a::b::d [/x]\n",
        );
        assert_eq!(inclusive(listed, "a::b::c"), Some(234_567));
        assert_eq!(inclusive(listed, "a::b::d"), Some(67));
        assert_eq!(inclusive(listed, "b::c"), None);
        assert_eq!(of_file(listed, "b.rs"), 1_469_134);
        assert_eq!(of_file(listed, "rs"), 0);
    }
}
