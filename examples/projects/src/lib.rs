//! Project management for several accounts in one database: the example of Citus's article on django-multitenant, as a
//! web application.
//!
//! Where to look first: `entity` says to whom the rows belong, `auth` makes the scope of a request from the account of
//! who is logged in, and `store` has all queries, none of which names an account.

pub mod app;
pub mod auth;
pub mod check;
pub mod client;
pub mod database;
pub mod demo;
pub mod entity;
pub mod error;
pub mod extract;
pub mod input;
pub mod migration;
pub mod password;
pub mod routes;
pub mod seed;
pub mod session;
pub mod store;

use sea_orm::DatabaseConnection;
use sea_orm_multitenant::TenantScope;

/// The database, as one account sees it.
pub type Scope = TenantScope<DatabaseConnection>;
