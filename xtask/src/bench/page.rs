//! Rewrites the tables in the page, each between two marks with its name.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};

use super::{figures::Figures, tables};
use crate::cargo;

fn path() -> PathBuf {
    cargo::root().join("docs/evidence/performance.md")
}

/// Writes every table for which there are figures into the page.
pub(super) fn write(figures: &Figures) -> Result<()> {
    let mut page = fs::read_to_string(path()).context("docs/evidence/performance.md")?;
    for (name, table) in tables::all(figures)? {
        page = fill(&page, name, &table)?;
    }
    fs::write(path(), page)?;
    println!("wrote {}", path().display());
    Ok(())
}

/// The page with this table between the marks of its name.
fn fill(page: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin).with_context(|| format!("the page has no mark {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page has no mark {end}"))?;
    ensure!(!table.contains("<!--"), "a table contains a mark");
    Ok(format!("{before}{begin}{table}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn only_the_text_between_the_marks_is_replaced() {
        let page = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n<!-- y -->\nkept\n<!-- end of y -->\n";
        let filled = fill(page, "x", "new\n").unwrap();
        assert_eq!(filled, page.replace("old", "new"));
        assert_eq!(fill(&filled, "x", "new\n").unwrap(), filled);
        assert!(fill(page, "z", "new\n").is_err());
    }
}
