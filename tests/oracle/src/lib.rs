//! The isolation oracle.
//!
//! A schema, its rows and the statements on it are random. Database A contains the rows of one tenant alone. Database B
//! contains them too, written through a scope, together with rows of other tenants that collide with them wherever keys
//! allow. The scoped form of a statement must give the same answer on B as the statement on A, must leave the same rows
//! of the tenant, and must not change other rows.

pub mod case;
pub mod choices;
pub mod ddl;
pub mod engine;
pub mod generate;
pub mod hostile;
pub mod judged;
pub mod known;
pub mod random_schema;
pub mod refusal;
pub mod report;
pub mod row_wise;
pub mod rows;
pub mod run;
pub mod schema;
pub mod sets;
pub mod summary;
pub mod trespass;
pub mod trial;
pub mod world;
