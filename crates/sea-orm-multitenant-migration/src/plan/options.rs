//! Options of a plan.

/// What the user permits or requires.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) ignored: Vec<String>,
    pub(crate) across_tenants: Vec<(String, Vec<String>)>,
    pub(crate) no_actions: Vec<(String, Vec<String>)>,
    pub(crate) row_level_security: bool,
    pub(crate) undistributed: bool,
}
