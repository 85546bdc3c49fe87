//! Selects the database.

use sea_orm::ConnectOptions;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Returns the options to connect to a URL.
pub fn url(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false);
    options
}

/// Returns the options to open an SQLite file, which is created if it does not exist.
///
/// The path is passed as a path: in a URL, some of its characters would have a meaning.
pub fn file(path: &Path) -> ConnectOptions {
    let path = path.to_owned();
    let mut options = url("sqlite://projects.sqlite");
    options.map_sqlx_sqlite_opts(move |options| options.filename(&path).create_if_missing(true));
    options
}

/// Returns the default path of the file: in the program's directory, which for `cargo run` is below `target`.
///
/// # Errors
/// When the program's path is not known.
pub fn default_file() -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("projects.sqlite"))
}
