//! For whom a statement is scoped.

/// For whom a statement is scoped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenants {
    /// One tenant.
    One,
    /// A set of this many tenants.
    Set(usize),
}

/// What becomes of a condition that repeats the tenant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// It is kept, whatever its value is.
    Keep,
    /// It is left out, and its value is named in the plan, since it must be the tenant each time.
    LeaveOut,
}
