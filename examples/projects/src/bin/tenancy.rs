//! The tenancy command line for the application's database: audits and converts it.
//!
//! Run with
//!
//! ```sh
//! cargo run -p projects --bin tenancy -- check
//! ```
//!
//! for the file of SQLite that the application uses by default, or with `DATABASE_URL=postgres://…` or `mysql://…`. It runs
//! no migrations: start the application first, or run it with `--migrate`.

use projects::{database, tenancy};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match std::env::var("DATABASE_URL") {
        Ok(url) => Ok(database::url(&url)),
        Err(_) => database::default_file().map(|file| database::file(&file)),
    };
    let opened = match options {
        Ok(options) => tenancy::open(options).await,
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok(line) => line.run().await,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
