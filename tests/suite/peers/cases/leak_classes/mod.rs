//! The classes of leaks that were reported of other libraries, a file a theme. A test is named after its class.

pub(crate) mod access;
pub(crate) mod caches;
pub(crate) mod connections;
pub(crate) mod context;
pub(crate) mod declarations;
pub(crate) mod keys;
pub(crate) mod lazy;
pub(crate) mod reads;
pub(crate) mod rows;
pub(crate) mod writes;

/// What every class uses.
mod prelude {
    pub(super) use super::super::prelude::*;
}

/// The names of all tests.
pub(crate) fn names() -> Vec<&'static str> {
    [
        access::CASES,
        caches::CASES,
        connections::CASES,
        context::CASES,
        declarations::CASES,
        keys::CASES,
        lazy::CASES,
        reads::CASES,
        rows::CASES,
        writes::CASES,
    ]
    .concat()
}
