//! The text of a finding.

/// What was found, why it matters, and what to do.
pub(super) struct Explanation {
    pub(super) what: String,
    pub(super) why: &'static str,
    pub(super) way_out: String,
}

impl Explanation {
    pub(super) fn new(what: impl Into<String>, why: &'static str, way_out: impl Into<String>) -> Self {
        Self { what: what.into(), why, way_out: way_out.into() }
    }
}
