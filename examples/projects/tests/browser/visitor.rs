//! The actions of a person in a browser.

use fantoccini::{Client, Locator, error::CmdError};
use std::{
    env, fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// The directory for screenshots, if any are wanted.
const SCREENSHOTS: &str = "SCREENSHOTS";
/// The longest time that a page may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) port: u16,
}

impl Visitor {
    /// Types an address of an account, or of the domain itself.
    pub(crate) async fn goto(&self, subdomain: Option<&str>, path: &str) {
        let subdomain = subdomain.map(|name| format!("{name}.")).unwrap_or_default();
        self.client.goto(&format!("http://{subdomain}localhost:{}{path}", self.port)).await.unwrap();
    }

    /// Clicks the link or button with this text.
    pub(crate) async fn click(&self, text: &str) {
        let path = format!("//a[normalize-space()='{text}'] | //button[normalize-space()='{text}']");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        found.unwrap_or_else(|error| panic!("no `{text}` to click on: {error}")).click().await.unwrap();
    }

    /// Fills in a field.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let selector = format!("[name='{name}']");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(&selector)).await;
        let field = found.unwrap_or_else(|error| panic!("no field `{name}`: {error}"));
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn log_in(&self, email: &str) {
        self.fill("email", email).await;
        self.fill("password", projects::seed::PASSWORD).await;
        self.click("Log in").await;
    }

    /// Waits until the element shows a text that satisfies the condition, and returns it.
    pub(crate) async fn wait_for(&self, selector: &str, is_it: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text(selector).await;
            match text {
                Ok(text) if is_it(&text) => return text,
                // The page may change while it is queried.
                other => assert!(begun.elapsed() < PATIENCE, "`{selector}` is not as awaited: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn text(&self, selector: &str) -> Result<String, CmdError> {
        self.client.find(Locator::Css(selector)).await?.text().await
    }

    /// Asserts what a page shows once it is loaded, and what it does not show.
    pub(crate) async fn sees(&self, wanted: &[&str], unwanted: &[&str]) {
        let page = self.wait_for("body", |page| wanted.iter().all(|text| page.contains(text))).await;
        for text in unwanted {
            assert!(!page.contains(text), "`{text}` is on the page: {page}");
        }
    }

    /// Asserts that the browser stored the application's cookie, over plain HTTP, for this host only.
    pub(crate) async fn has_its_cookie(&self) {
        let cookie = self.client.get_named_cookie(projects::session::COOKIE).await.unwrap();
        assert_eq!(
            (cookie.secure(), cookie.http_only(), cookie.path()),
            (Some(true), Some(true), Some("/")),
            "{cookie}"
        );
    }

    /// The path of the page.
    pub(crate) async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// Saves a screenshot of the page, if they are wanted.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(directory) = env::var_os(SCREENSHOTS) else { return };
        let picture = self.client.screenshot().await.unwrap();
        fs::create_dir_all(&directory).unwrap();
        fs::write(PathBuf::from(directory).join(name).with_extension("png"), picture).unwrap();
    }
}
