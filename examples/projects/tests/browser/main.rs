//! The application in a browser, as a person uses it.
//!
//! It needs Chromium and ChromeDriver, which it installs if it runs as root on Debian; `-- --skip browser::` skips it.

// Clippy's setting that allows this in tests covers only functions with `#[test]`.
#![allow(clippy::unwrap_used)]

mod browser;
mod driver;
mod programs;
mod visitor;
