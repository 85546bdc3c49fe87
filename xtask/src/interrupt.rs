//! Interruption of a test run: the tests end at once, and the servers are stopped as at any other end.

use std::{
    process::Child,
    sync::atomic::{AtomicBool, AtomicI32, Ordering},
};

use anyhow::{Context, Result};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

/// Whether the run was interrupted.
static REQUESTED: AtomicBool = AtomicBool::new(false);
/// Process group of the tests; 0 when they are not running.
static TESTS: AtomicI32 = AtomicI32::new(0);

/// From now on, an interrupt ends the tests rather than this program, which then ends by itself.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        REQUESTED.store(true, Ordering::SeqCst);
        end_tests();
    })
    .context("cannot listen for interrupts")
}

/// Whether the run was interrupted.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Names the process, leader of its own group, that an interrupt ends.
pub(crate) fn watch(tests: &Child) {
    TESTS.store(i32::try_from(tests.id()).unwrap_or_default(), Ordering::SeqCst);
    if requested() {
        end_tests();
    }
}

/// Forgets the process, which has ended.
pub(crate) fn forget() {
    TESTS.store(0, Ordering::SeqCst);
}

/// Ends the tests, when they are running.
fn end_tests() {
    let group = TESTS.load(Ordering::SeqCst);
    if group != 0 {
        // It fails only when they have just ended.
        let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
    }
}
