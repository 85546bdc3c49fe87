//! The query string of a list.

pub(super) mod cursor;
pub(super) mod filter;
pub(super) mod list;
pub(super) mod order;
pub(super) mod parameters;

/// The parameters that are not filters.
pub(super) const RESERVED: [&str; 5] = ["after", "limit", "order", "page", "per_page"];
