//! Project management for several accounts in one database: the example of Citus's article on django-multitenant, as a
//! web application.
//!
//! Where to start reading: `entity` declares to whom the rows belong, `tenants` finds the account of a request, `auth`
//! logs its users in, and `store` has all queries, none of which names an account.

pub mod app;
pub mod auth;
mod body;
pub mod check;
pub mod client;
pub mod database;
pub mod demo;
pub mod entity;
pub mod error;
pub mod extract;
pub mod guesses;
pub mod import;
pub mod input;
pub mod migration;
mod origin;
pub mod paging;
pub mod password;
pub mod routes;
pub mod seed;
pub mod session;
pub mod store;
pub mod tenancy;
pub mod tenants;
