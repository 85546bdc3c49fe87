//! Shapes of statements.
