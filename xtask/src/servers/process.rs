//! The process of a server and its private directory.

use std::{
    fs::{self, File},
    io,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid, User},
};
use tempfile::TempDir;

use crate::interrupt;

/// How long a server may take to become ready, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// The interval between two checks of a server.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// The private directory of a server, removed when this is dropped.
#[derive(Debug)]
pub(super) struct Home {
    /// The directory.
    directory: TempDir,
    /// The account that the server's programs run under; `None` for the caller's own.
    account: Option<User>,
}

impl Home {
    /// Creates the directory. Servers do not run as root: if root calls this, it is for the named account, or for
    /// `nobody` if the machine has the programs but not their account.
    pub(super) fn new(account: &str) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("sea-orm-multitenant-").tempdir()?;
        let account = if Uid::effective().is_root() {
            let named = User::from_name(account)?;
            let found = if named.is_some() { named } else { User::from_name("nobody")? };
            Some(found.with_context(|| format!("there is no account {account}, nor nobody"))?)
        } else {
            None
        };
        let home = Self { directory, account };
        home.give(home.directory.path())?;
        Ok(home)
    }

    /// The path of a file in the directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file that the server's programs read, and returns its path.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text)?;
        self.give(&path)?;
        Ok(path)
    }

    /// Changes the owner of a file to the account.
    fn give(&self, path: &Path) -> io::Result<()> {
        let owner = self.account.as_ref();
        chown(path, owner.map(|user| user.uid.as_raw()), owner.map(|user| user.gid.as_raw()))
    }

    /// A command that runs in the directory, under the account, with output to the log.
    pub(super) fn command(&self, program: &Path) -> Result<Command> {
        let log = File::options().create(true).append(true).open(self.path("log"))?;
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        if let Some(user) = &self.account {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        Ok(command)
    }

    /// Runs a command to completion; prints the log if it fails.
    pub(super) fn run(&self, command: &mut Command) -> Result<()> {
        let program = command.get_program().display().to_string();
        let status = command.status().with_context(|| format!("cannot start {program}"))?;
        if !status.success() {
            self.show_log();
            bail!("{program} ended with {status}");
        }
        Ok(())
    }

    /// Starts a server and waits until the `ready` command succeeds; `stop` is the signal that stops the server.
    pub(super) fn serve(self, server: &mut Command, ready: &mut Command, stop: Signal) -> Result<Server> {
        ready.stdout(Stdio::null()).stderr(Stdio::null());
        // In its own process group, so that a terminal's interrupt does not reach it before the tests have ended.
        let process = server.process_group(0).spawn().context("cannot start the server")?;
        let mut server = Server { process, stop, home: self };
        server.wait_for(ready).inspect_err(|_| server.home.show_log())?;
        Ok(server)
    }

    /// Prints the log.
    fn show_log(&self) {
        let path = self.path("log");
        println!("--- {}\n{}---", path.display(), fs::read_to_string(&path).unwrap_or_default());
    }
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    /// Its process.
    process: Child,
    /// The signal that stops it in order.
    stop: Signal,
    /// Its directory, removed after the server has ended.
    home: Home,
}

impl Server {
    /// Its private directory, where its socket is.
    pub(super) fn directory(&self) -> &Path {
        self.home.directory.path()
    }

    /// Waits until a command succeeds, while the server runs.
    fn wait_for(&mut self, ready: &mut Command) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !ready.status()?.success() {
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended with {status}");
            }
            ensure!(!interrupt::requested(), "the run was interrupted");
            ensure!(Instant::now() < deadline, "the server was not ready after {} s", PATIENCE.as_secs());
            sleep(PAUSE);
        }
        Ok(())
    }

    /// Restarts the server with `command` if it has crashed.
    pub(super) fn start_again_if_ended(&mut self, command: &mut Command) -> Result<()> {
        if let Some(status) = self.process.try_wait()? {
            println!("a server ended with {status} and is restarted");
            self.process = command.spawn()?;
        }
        Ok(())
    }

    /// Stops the server in order, and kills it if it does not stop.
    fn stop(&mut self) -> Result<()> {
        if self.process.try_wait()?.is_some() {
            return Ok(());
        }
        let process = Pid::from_raw(i32::try_from(self.process.id())?);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            // The signal is repeated: a server that is still starting may ignore the first one.
            kill(process, self.stop)?;
            sleep(PAUSE);
            if self.process.try_wait()?.is_some() {
                return Ok(());
            }
        }
        self.process.kill()?;
        self.process.wait()?;
        bail!("it had to be killed")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!(
                "the server in {} did not stop in order: {error:#}",
                self.home.directory.path().display()
            );
        }
    }
}
