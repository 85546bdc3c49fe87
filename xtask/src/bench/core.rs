//! Pins a measurement to one core, together with the server and all threads of the program. Otherwise the time of a
//! statement depends on the core that the scheduler gave a thread, and on how long another core needs to wake up.

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

    /// While this lives, processes that this thread starts run on one core.
    #[derive(Debug)]
    pub(in crate::bench) struct OneCore {
        before: CpuSet,
    }

    impl OneCore {
        /// Pins to the last core that this program may use.
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
                println!("cannot use the other cores again: {error}");
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use anyhow::Result;

    /// Does nothing: on other systems the scheduler decides.
    #[derive(Debug)]
    pub(in crate::bench) struct OneCore;

    impl OneCore {
        pub(in crate::bench) fn take() -> Result<Self> {
            Ok(Self)
        }
    }
}
