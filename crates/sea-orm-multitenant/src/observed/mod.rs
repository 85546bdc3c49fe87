//! Runs statements as they are, and records what a scope would have made of them.
//!
//! The first step of an existing program towards scopes: its statements run unchanged over an [`ObservedConnection`],
//! which records for each whether a scope of the tenant would have sent or refused it. A share of its reads can also be
//! compared with what a scope would have answered. [`Observer::report`] shows both.
//!
//! **An observed connection isolates nothing.** It is a type that no scope is and that cannot become one: code that takes
//! a [`TenantScope`](crate::TenantScope) does not accept it, and no setting of a [`Tenancy`] makes a
//! scope behave like it.
//!
//! ```
//! use sea_orm::{ConnectionTrait, Database, Statement};
//! use sea_orm_multitenant::{Tenancy, TenantType};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let db = Database::connect("sqlite::memory:").await?;
//! db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, id INTEGER, name TEXT)").await?;
//! db.execute_unprepared("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 8, 'Gemini')").await?;
//! let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db.clone())?;
//!
//! let observer = tenancy.observer().compare(1.0, db.clone()).build();
//! let observed = observer.over(db, 1)?;
//! let all = Statement::from_string(observed.get_database_backend(), "SELECT name FROM project");
//! assert_eq!(observed.query_all_raw(all).await?.len(), 2); // both tenants' rows: nothing is scoped
//! observed.execute_unprepared("DELETE FROM log").await.unwrap_err(); // the database's own error
//!
//! observer.settle().await;
//! let report = observer.report();
//! assert_eq!((report.accepted, report.refused), (1, 1));
//! assert_eq!(report.refusals[0].construct, "table `log`");
//! let difference = &report.differences[0];
//! assert_eq!((difference.callers_rows, difference.scoped_rows), (2, 1));
//! # Ok(())
//! # }
//! ```
//!
//! It is not accepted where a scope is asked for, and there is no conversion:
//!
//! ```compile_fail,E0308
//! use sea_orm::DatabaseConnection;
//! use sea_orm_multitenant::{TenantScope, observed::ObservedConnection};
//!
//! fn handler(_scope: TenantScope<DatabaseConnection>) {}
//! fn call(observed: ObservedConnection<DatabaseConnection>) {
//!     handler(observed);
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use sea_orm::DatabaseConnection;
//! use sea_orm_multitenant::{TenantScope, observed::ObservedConnection};
//!
//! fn convert(observed: ObservedConnection<DatabaseConnection>) -> TenantScope<DatabaseConnection> {
//!     observed.into()
//! }
//! ```

mod answer;
mod cell;
mod comparison;
mod connection;
mod observer;
mod outcome;
mod record;
mod report;
mod sampling;

pub use connection::ObservedConnection;
pub use observer::{Observer, ObserverBuilder};
pub use report::{Comparisons, Difference, ObservedReport, ObservedStatement};

use crate::tenancy::Tenancy;

impl Tenancy {
    /// Returns a builder of an [`Observer`], whose connections run statements as they are and record what a scope would
    /// have made of them.
    pub fn observer(&self) -> ObserverBuilder {
        ObserverBuilder::new(self)
    }
}
