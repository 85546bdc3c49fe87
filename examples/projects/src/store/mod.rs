//! All queries, for pages and the API alike.
//!
//! Each takes a scope, so that none can run without an account, and none names one. Another account's rows do not exist
//! in the scope: looking one up by its id is [`AppError::NotFound`](crate::error::AppError::NotFound).

pub mod imports;
pub mod managers;
pub mod projects;
pub mod tasks;
