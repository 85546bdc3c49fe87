//! Texts that the parser and an engine could read differently: what comes of each is right, or it is refused.
//!
//! The expectation is the engine's own: the same text, sent unscoped where the tenant is alone. See [`probe`].

/// What is a test on PostgreSQL is one on Citus too.
macro_rules! on_every_backend {
    ($($tests:tt)+) => { on_citus_too! { $($tests)+ } };
}

mod calls;
mod clauses;
mod comments;
mod grouping;
mod joins;
mod keywords;
mod literals;
mod names;
mod numbers;
mod operators;
mod placeholders;
mod precedence;
mod probe;
mod queries;
mod rows;
mod settings;
mod shadowing;
mod statements;
mod tables;
mod whitespace;
mod writes;
