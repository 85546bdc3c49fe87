//! ChromeDriver, and the browser that it starts.

use crate::programs::find_or_install;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::unistd::Uid;
use serde_json::{Map, Value, json};
use std::{path::Path, process::Stdio};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The window: as wide as the pages are laid out for.
const WINDOW: &str = "1120,900";

/// A headless browser with its own profile. End it with [`close`](Self::close).
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let browser = find_or_install(
            &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
            "chromium",
        );
        let driver = find_or_install(&["chromedriver"], "chromium-driver");
        let profile = tempfile::tempdir().unwrap();
        let (driver, address) = start_driver(&driver).await;
        let mut connection = ClientBuilder::new(HttpConnector::new());
        connection.capabilities(capabilities(&browser, profile.path()));
        let client = connection.connect(&address).await.unwrap();
        Self { client, driver, _profile: profile }
    }

    pub(crate) async fn close(mut self) {
        let closed = self.client.close().await;
        self.driver.kill().await.unwrap();
        closed.unwrap();
    }
}

/// Starts ChromeDriver on a port that it chooses, and waits until it listens.
async fn start_driver(program: &Path) -> (Child, String) {
    let mut command = Command::new(program);
    command.arg("--port=0").stdout(Stdio::piped()).kill_on_drop(true);
    let mut driver = command.spawn().unwrap();
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            let address = format!("http://localhost:{}", port.trim_end_matches('.'));
            // If nobody read the pipe, ChromeDriver would block.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (driver, address);
        }
    }
    panic!("{} does not start: {:?}", program.display(), driver.wait().await);
}

fn capabilities(browser: &Path, profile: &Path) -> Map<String, Value> {
    let mut arguments = vec![
        "--headless".to_owned(),
        format!("--window-size={WINDOW}"),
        format!("--user-data-dir={}", profile.display()),
    ];
    // It connects only to the application.
    let quiet = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--no-first-run",
        "--no-proxy-server",
    ];
    arguments.extend(quiet.map(str::to_owned));
    if Uid::effective().is_root() {
        // Chromium's sandbox does not start for root.
        arguments.push("--no-sandbox".to_owned());
    }
    let options = json!({ "args": arguments, "binary": browser });
    [("goog:chromeOptions".to_owned(), options)].into_iter().collect()
}
