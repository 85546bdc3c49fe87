//! The isolation oracle.
//!
//! A schema, its rows and the statements on it are random. Database A holds the rows of one tenant alone; database B
//! holds them too, written through a scope, beside rows of other tenants that collide with them wherever keys allow.
//! Whatever a statement answers on A, its scoped form must answer on B, and must leave the tenant's rows as A's and
//! everybody else's as they were.

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
