//! Tests whether an application's code is isolated.
//!
//! [`two_tenants!`](crate::two_tenants) makes an in-memory database in which two tenants have rows with colliding
//! values; [`assert_isolated!`](crate::assert_isolated) runs code in the scope of the first, and fails when the code
//! changed, read or counted a row of the second. [`Recorder`] records every statement that was sent; [`watch_scopes`]
//! also reports the statement that it was rewritten from.
//!
//! ```
//! use sea_orm::{EntityTrait, PaginatorTrait};
//! use sea_orm_multitenant::{assert_isolated, two_tenants};
//!
//! mod project {
//!     use sea_orm::entity::prelude::*;
//!     use sea_orm_multitenant::TenantModel;
//!
//!     #[sea_orm::model]
//!     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
//!     #[sea_orm(table_name = "project")]
//!     #[tenant(column = "account_id")]
//!     pub struct Model {
//!         #[sea_orm(primary_key)]
//!         pub id: i64,
//!         pub account_id: i64,
//!         pub name: String,
//!     }
//!     impl ActiveModelBehavior for ActiveModel {}
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tenants = two_tenants![project::Entity].await?;
//! let found = assert_isolated!(tenants, |scope| async move { project::Entity::find().count(&scope).await });
//! assert_eq!(found?, 2);
//! tenants.recorder().assert_all_scoped();
//! # Ok(())
//! # }
//! ```

mod description;
mod error;
mod fixture;
mod isolation;
mod recorder;
mod replica;
mod rows;
pub(crate) mod watch;

pub use error::FixtureError;
pub use fixture::{TenantRecorder, TwoTenants, TwoTenantsBuilder};
pub use isolation::Leaks;
pub use recorder::Recorder;
pub use watch::{Scoped, watch_scopes};

/// Makes two tenants with colliding rows in an in-memory database, for these entities: `two_tenants![project::Entity,
/// …].await?`.
///
/// Expands to a built [`TwoTenantsBuilder`](crate::testing::TwoTenantsBuilder): a future of `Result<TwoTenants,
/// FixtureError>`. List the entities in the order in which their rows can be inserted: referenced ones first. See
/// [`testing`](crate::testing).
#[macro_export]
macro_rules! two_tenants {
    ($($entity:expr),+ $(,)?) => {
        $crate::testing::TwoTenants::builder()$(.with($entity))+.build()
    };
}

/// Runs a closure in the first tenant's scope and returns its output; panics when it changed, read or counted a row of
/// the second tenant.
///
/// The closure takes the scope, and the tenant is also the current one (with the feature `tokio`). The panic message
/// names each statement with a finding. See [`TwoTenants::check`](crate::testing::TwoTenants::check) for what is
/// checked.
/// ```should_panic
/// use sea_orm::ConnectionTrait;
/// use sea_orm_multitenant::{assert_isolated, two_tenants};
///
/// mod project {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "project")]
///     #[tenant(column = "account_id")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i64,
///         pub account_id: i64,
///         pub name: String,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenants = two_tenants![project::Entity].await.expect("a database");
/// let tenancy = tenants.tenancy().clone();
/// assert_isolated!(tenants, |_| async move {
///     // Deletes the projects of all tenants.
///     tenancy.unscoped("a mistake").execute_unprepared("DELETE FROM project").await
/// })
/// .expect("it runs");
/// # }
/// ```
#[macro_export]
macro_rules! assert_isolated {
    ($tenants:expr, $work:expr $(,)?) => {
        match $tenants.check($work).await {
            ::std::result::Result::Ok(output) => output,
            ::std::result::Result::Err(leaks) => ::std::panic!("{leaks}"),
        }
    };
}
