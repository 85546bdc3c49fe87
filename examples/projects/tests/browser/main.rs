//! The application in a browser, as a person uses it.
//!
//! It needs Chromium and ChromeDriver, which it installs as root on Debian; `-- --skip browser::` leaves it out.

// The setting that allows it in tests knows only the functions with `#[test]` on them.
#![allow(clippy::unwrap_used)]

mod browser;
mod driver;
mod programs;
mod visitor;
