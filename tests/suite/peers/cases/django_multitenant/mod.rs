//! The behaviours of django-multitenant's model suite.

pub(crate) mod cascades;
pub(crate) mod declarations;
pub(crate) mod reads;
pub(crate) mod sets;
pub(crate) mod writes;

/// What every file uses.
mod prelude {
    pub(super) use super::super::prelude::*;
}

/// The names of all tests.
pub(crate) fn names() -> Vec<&'static str> {
    [cascades::CASES, declarations::CASES, reads::CASES, sets::CASES, writes::CASES].concat()
}
