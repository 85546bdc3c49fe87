//! A server that is started again whenever it ends by itself.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use super::process::{PAUSE, Server};

/// Server that runs, with short gaps, until this is dropped.
#[derive(Debug)]
pub(crate) struct Restarted {
    /// Whether it is to stop.
    stop: Arc<AtomicBool>,
    /// What looks after it; nothing once it has been waited for.
    keeper: Option<JoinHandle<()>>,
}

impl Restarted {
    /// Looks after a server that `command` has started.
    pub(super) fn new(mut server: Server, mut command: Command) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&stop);
        let keeper = thread::spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                if let Err(error) = server.start_again_if_ended(&mut command) {
                    println!("the server could not be started again: {error:#}");
                    break;
                }
                thread::sleep(PAUSE);
            }
            // Dropped here, the server stops.
        });
        Self { stop, keeper: Some(keeper) }
    }
}

impl Drop for Restarted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if self.keeper.take().is_some_and(|keeper| keeper.join().is_err()) {
            println!("what looked after a server panicked");
        }
    }
}
