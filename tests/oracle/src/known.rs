//! Defects of engines, which no scope can mend: each with its version and its smallest statement, and a condition that
//! holds of nothing else.

use crate::{
    schema::Backend,
    trial::{Difference, Disagreement},
};

/// A defect of an engine.
#[derive(Debug)]
pub struct Known {
    /// The engine.
    pub backend: Backend,
    /// The versions it was seen in.
    pub versions: &'static str,
    /// The smallest statement that shows it, without any scope.
    pub statement: &'static str,
    /// What is wrong.
    pub defect: &'static str,
    /// Whether a disagreement is this defect.
    pub explains: fn(&Disagreement) -> bool,
}

/// Every known defect, beside those of MariaDB's optimiser, which are told by turning it off.
pub const KNOWN: &[Known] = &[Known {
    backend: Backend::Postgres,
    versions: "15",
    statement: "SELECT a, count(*) FROM t WHERE a = 2 GROUP BY ROLLUP (a) ORDER BY a",
    defect: "a column that is equal to a constant is left out of ORDER BY, though the grouping makes it NULL",
    explains: order_of_grouping_sets,
}];

/// Whether a disagreement is a known defect of the engine.
pub fn is_known(backend: Backend, found: &Disagreement) -> bool {
    KNOWN.iter().any(|known| known.backend == backend && (known.explains)(found))
}

/// The same rows in another order, of a statement that is ordered and grouped by sets.
fn order_of_grouping_sets(found: &Disagreement) -> bool {
    let sql = found.statement.sql.to_ascii_uppercase();
    let sets = ["ROLLUP", "CUBE", "GROUPING SETS"].iter().any(|word| sql.contains(word));
    let Some((Ok(alone), Ok(shared))) = &found.answers else { return false };
    let (mut a, mut b) = (alone.rows.clone(), shared.rows.clone());
    a.sort_unstable();
    b.sort_unstable();
    found.difference == Difference::Rows && found.statement.ordered && sets && a == b
}
