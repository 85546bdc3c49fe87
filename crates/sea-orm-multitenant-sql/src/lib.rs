//! Tenant scoping of SQL text.
//!
//! Given a [`Catalogue`] that says which table belongs to whom, [`scope_statement`] turns the text of one SQL statement
//! into a [`ScopedStatement`]: the same statement with the tenant in every place where it must stand, or a [`Refusal`]
//! that says what could not be scoped and what to do instead. A scoped statement holds no tenant; the tenant is bound
//! each time it runs.
//!
//! This crate does no I/O and knows nothing of SeaORM. It carries no stability promise of its own: depend on
//! `sea-orm-multitenant`, which re-exports what users need.
//!
//! ```
//! use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
//!
//! let catalogue = Catalogue::new([Table::tenant("project", "account_id", TenantType::BigInt)]).expect("no conflicts");
//! let sql = r#"SELECT "name" FROM "project" WHERE "id" = $1 OR "id" = $2"#;
//! let scoped = scope_statement(&catalogue, Engine::Postgres, sql)?;
//! assert_eq!(
//!     scoped.sql(),
//!     r#"SELECT "name" FROM "project" WHERE "project"."account_id" = $3 AND ("id" = $1 OR "id" = $2)"#
//! );
//! # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
//! ```

mod audit;
mod catalogue;
mod compile;
mod engine;
mod extensions;
mod functions;
mod key_type;
mod keywords;
mod limits;
mod names;
mod outcome;
mod placeholder;
mod read;
mod refusal;
mod rewrite;
mod scoped_statement;
mod shape;
mod syntax;
mod tenant_type;
mod whom;
mod write;

pub use audit::{
    administration::{Administration, administration},
    pure_read::{PureRead, pure_read},
    redacted::without_literals,
    script::{ScriptStatement, split_statements},
};
pub use catalogue::{
    conflict::Conflict,
    foreign_key::ForeignKey,
    table::{Ownership, Table},
    tables::Catalogue,
};
pub use compile::{MAX_TENANTS, scope_statement, scope_statement_for};
pub use engine::Engine;
pub use extensions::Extension;
pub use key_type::KeyType;
pub use limits::{MAX_OPERATORS, MAX_TEXT_BYTES, MAX_TOKENS};
pub use outcome::{Found, Literal, StatementKind, TenantCheck, TenantCheckKind};
pub use placeholder::Argument;
pub use refusal::{Refusal, UnknownReason};
pub use rewrite::failed_strictness;
pub use scoped_statement::{ScopedStatement, ValueOrder};
pub use shape::{ScopedShape, Shape};
pub use tenant_type::TenantType;
pub use whom::Whom;
