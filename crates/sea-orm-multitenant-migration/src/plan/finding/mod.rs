//! What makes a database unsafe for several tenants.

mod explain;
mod explanation;
pub(crate) mod kind;

use crate::plan::finding::kind::FindingKind;
use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// For information; nothing is unsafe.
    Note,
    /// Statements work, but are slower, or reveal data of one tenant to another.
    Warning,
    /// Rows of different tenants can be mixed, statements fail, or Citus refuses the table.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One thing that makes the database unsafe for several tenants: what it is, where, why it matters, and what to do.
///
/// `Display` prints all of it in one line. With the feature `serde` it can be serialised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The table, with its schema where statements must name it; the function or role if the finding is about one.
    pub table: String,
    /// What was found.
    pub kind: FindingKind,
}

impl Finding {
    pub(super) fn new(severity: Severity, table: &dyn fmt::Display, kind: FindingKind) -> Self {
        Self { severity, table: table.to_string(), kind }
    }

    /// What was found, as a clause without a full stop.
    pub fn what(&self) -> String {
        explain::finding(&self.kind, &self.table).what
    }

    /// Why it matters, as a clause without a full stop.
    pub fn why(&self) -> &'static str {
        explain::finding(&self.kind, &self.table).why
    }

    /// What to do about it, as a clause without a full stop.
    pub fn way_out(&self) -> String {
        explain::finding(&self.kind, &self.table).way_out
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = explain::finding(&self.kind, &self.table);
        write!(f, "{}: {}: {}; {}. {}", self.severity, self.table, text.what, text.why, text.way_out)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Whole<'f> {
            severity: Severity,
            table: &'f str,
            #[serde(flatten)]
            kind: &'f FindingKind,
            what: String,
            why: &'static str,
            way_out: String,
        }
        let text = explain::finding(&self.kind, &self.table);
        Whole {
            severity: self.severity,
            table: &self.table,
            kind: &self.kind,
            what: text.what,
            why: text.why,
            way_out: text.way_out,
        }
        .serialize(serializer)
    }
}
