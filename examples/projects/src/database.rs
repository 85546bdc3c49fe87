//! Which database.

use sea_orm::ConnectOptions;
use std::{
    io,
    path::{Path, PathBuf},
};

/// The options to connect to a URL.
pub fn url(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false);
    options
}

/// The options to open a file of SQLite, which is created when it is not there.
///
/// The path goes in as a path: in a URL, some of its characters would mean something.
pub fn file(path: &Path) -> ConnectOptions {
    let path = path.to_owned();
    let mut options = url("sqlite://projects.sqlite");
    options.map_sqlx_sqlite_opts(move |options| options.filename(&path).create_if_missing(true));
    options
}

/// Where the file is unless somebody says otherwise: beside the program, which for `cargo run` is below `target`.
///
/// # Errors
/// When the program does not know where it is.
pub fn default_file() -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("projects.sqlite"))
}
