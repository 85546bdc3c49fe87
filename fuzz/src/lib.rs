//! What must hold of any text, declaration or value, however odd.
//!
//! Each fuzz target is a function here, so that the seeds are tests too: `cargo test` in this folder runs them all, and
//! shows that the checks themselves notice what they are there to notice.

pub mod binding;
pub mod declaration;
pub mod rewrite;

// The derive's modules, which its crate cannot export; the paths they name each other by are those of a crate's root.
#[path = "../../crates/sea-orm-multitenant-macros/src/expand.rs"]
mod expand;
#[path = "../../crates/sea-orm-multitenant-macros/src/parse.rs"]
mod parse;
#[path = "../../crates/sea-orm-multitenant-macros/src/validate.rs"]
mod validate;
