//! One core for a measurement, with the server and all threads of the program: what a statement takes then does not depend on which
//! core the scheduler gave a thread, nor on how long another one needs to wake up.

#[cfg(target_os = "linux")]
pub(super) use linux::OneCore;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::OneCore;

#[cfg(target_os = "linux")]
mod linux {
    use anyhow::{Context, Result};
    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        unistd::Pid,
    };

    /// As long as this is there, what this thread starts runs on one core.
    #[derive(Debug)]
    pub(in crate::bench) struct OneCore {
        before: CpuSet,
    }

    impl OneCore {
        /// Takes the last core that this program may use.
        pub(in crate::bench) fn take() -> Result<Self> {
            let before = sched_getaffinity(Pid::from_raw(0))?;
            let cores = 0..CpuSet::count();
            let last = cores.rev().find(|core| before.is_set(*core).unwrap_or(false)).context("no core")?;
            let mut one = CpuSet::new();
            one.set(last)?;
            sched_setaffinity(Pid::from_raw(0), &one)?;
            Ok(Self { before })
        }
    }

    impl Drop for OneCore {
        fn drop(&mut self) {
            if let Err(error) = sched_setaffinity(Pid::from_raw(0), &self.before) {
                println!("the other cores are not to be had again: {error}");
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use anyhow::Result;

    /// Nothing: elsewhere the scheduler decides.
    #[derive(Debug)]
    pub(in crate::bench) struct OneCore;

    impl OneCore {
        pub(in crate::bench) fn take() -> Result<Self> {
            Ok(Self)
        }
    }
}
