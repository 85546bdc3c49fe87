//! A server that is restarted whenever it crashes.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use super::process::{PAUSE, Server};

/// A server that runs, with short interruptions, until this is dropped.
#[derive(Debug)]
pub(crate) struct Restarted {
    /// Whether the watching thread must stop.
    stop: Arc<AtomicBool>,
    /// The thread that watches it; `None` after it was joined.
    keeper: Option<JoinHandle<()>>,
}

impl Restarted {
    /// Watches a server that `command` has started.
    pub(super) fn new(mut server: Server, mut command: Command) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&stop);
        let keeper = thread::spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                if let Err(error) = server.start_again_if_ended(&mut command) {
                    println!("the server could not be restarted: {error:#}");
                    break;
                }
                thread::sleep(PAUSE);
            }
            // The server stops when it is dropped here.
        });
        Self { stop, keeper: Some(keeper) }
    }
}

impl Drop for Restarted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if self.keeper.take().is_some_and(|keeper| keeper.join().is_err()) {
            println!("the thread that watches a server panicked");
        }
    }
}
