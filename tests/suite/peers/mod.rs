//! What happened to other libraries of this kind, and what they promise, as tests of a scope.
//!
//! * [`leaks`] checks that each class of leaks that was reported elsewhere has its tests. They are in
//!   `cases/leak_classes`, named after the number of the class. `SECURITY.md` says what stops each class here.
//! * The other modules of `cases` are named after a library each, and hold its documented behaviours in this library's
//!   terms. What this library does not offer is in [`not_offered`].
//! * [`documents`] compares `SECURITY.md`, `docs/evidence/escapes.md` and `docs/evidence/peers.md` with the tests.
//!
//! As in `escapes`, scopes are not recorded by the harness: the answers are what counts, and where the statements do,
//! a test writes them to a log of its own. On Citus, with composite keys, each statement of a scope must touch one shard.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

/// Makes the tests of a file, and lists their names.
macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        /// The names of the tests here.
        pub(crate) const CASES: &[&str] = &[$(stringify!($case)),+];

        on_every_backend!($($case),+);
    };
}

mod composite;
mod documents;
mod extra;
mod leaks;
mod not_offered;
mod single;
