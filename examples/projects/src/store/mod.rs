//! All queries, for pages and the API alike.
//!
//! Each takes a scope, so that none can be run without an account, and none names one. Another account's row is simply
//! not there: what is asked for by its id is [`AppError::NotFound`](crate::error::AppError::NotFound).

pub mod imports;
pub mod managers;
pub mod projects;
pub mod tasks;
