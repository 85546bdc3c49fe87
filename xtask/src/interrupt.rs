//! Handles the interruption of a test run: the tests are killed, and the servers are stopped in order.

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
/// The process group of the tests; 0 when they are not running.
static TESTS: AtomicI32 = AtomicI32::new(0);

/// Installs the handler: an interrupt kills the tests instead of this program, which then ends in order.
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

/// Registers the process, the leader of its own group, that an interrupt kills.
pub(crate) fn watch(tests: &Child) {
    TESTS.store(i32::try_from(tests.id()).unwrap_or_default(), Ordering::SeqCst);
    if requested() {
        end_tests();
    }
}

/// Unregisters the process, which has ended.
pub(crate) fn forget() {
    TESTS.store(0, Ordering::SeqCst);
}

/// Kills the tests, if they are running.
fn end_tests() {
    let group = TESTS.load(Ordering::SeqCst);
    if group != 0 {
        // This fails only if they have just ended.
        let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
    }
}
