//! What an audit of statements needs to know about a text without scoping it. Nothing here decides what a scope sends.

pub(crate) mod administration;
pub(crate) mod pure_read;
pub(crate) mod redacted;
pub(crate) mod script;
mod words;
