//! What Citus refuses of what SeaORM sends, by test: with the words that its error must have.

/// The end of a test's name, words of the error that it must end with, and why.
pub(super) const REFUSED: &[(&str, &str, &str)] = &[];

/// The end of a test's name, and why a statement of it touches more shards than one.
pub(super) const SEVERAL_SHARDS: &[(&str, &str)] = &[];
