#![doc = include_str!("docs/lib.md")]

#[cfg(feature = "tokio")]
mod ambient;
#[cfg(feature = "audit")]
pub mod audit;
mod bind;
mod borrowed;
#[cfg(feature = "serde")]
mod context;
mod entity;
mod error;
#[cfg(feature = "observed")]
pub mod observed;
pub mod prelude;
mod reassign;
mod registry;
mod relations;
mod scope;
mod signature;
mod statement;
mod statement_cache;
mod table_ref;
mod tenancy;
mod tenant_id;
mod tenant_set;
mod tenant_setting;
#[cfg(feature = "testing")]
pub mod testing;
mod unique;
mod values;

#[cfg(feature = "tokio")]
pub use ambient::{
    current::{
        InTenant, TenantFutureExt, current_tenant, spawn, spawn_blocking, with_tenant, with_tenant_sync,
        without_tenant,
    },
    stream::{InTenantStream, TenantStreamExt},
};
pub use borrowed::Borrowed;
#[cfg(feature = "serde")]
pub use context::TenantContext;
pub use entity::{EntityOwnership, TenantEntity};
pub use error::{CatalogueConflict, TenancyError};
pub use reassign::{Reassigned, Reassignment};
#[cfg(feature = "rbac")]
pub use scope::restricted::RestrictedScope;
pub use scope::{TenantScope, copy_in::connection::CopyConnection};
/// Implements Loco's trait [`loco_rs::model::TenantEntity`](https://docs.rs/loco-rs/1.2/loco_rs/model/trait.TenantEntity.html)
/// for a tenant entity, from its `#[tenant(column = "…")]`, so that `in_tenant` and `set_tenant` of Loco know its column.
///
/// It goes next to [`TenantModel`]. See the [guide to
/// Loco](https://github.com/sea-orm-multitenant/sea-orm-multitenant/blob/main/docs/guide/loco.md).
///
/// ```ignore
/// # // Compiled and run in examples/loco, which depends on Loco.
/// #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel, LocoTenantEntity)]
/// #[sea_orm(table_name = "project")]
/// #[tenant(column = "account_id")]
/// pub struct Model { /* … */ }
/// ```
#[cfg(feature = "loco")]
pub use sea_orm_multitenant_macros::LocoTenantEntity;
/// Declares whose the rows of an entity are, and registers the entity, so that every [`Tenancy`] of the program knows it.
///
/// It goes on the entity's `Model`, next to SeaORM's own derives, with exactly one declaration in `#[tenant(…)]`.
///
/// ```standalone_crate
/// mod account {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "account")]
///     #[tenant(root)]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i64,
///         #[sea_orm(has_many)]
///         pub projects: HasMany<super::project::Entity>,
///     }
///
///     impl ActiveModelBehavior for ActiveModel {}
/// }
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
///         #[sea_orm(belongs_to, from = "account_id", to = "id")]
///         pub account: HasOne<super::account::Entity>,
///     }
///
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// use sea_orm_multitenant::{EntityOwnership, TenantEntity};
///
/// fn main() {
///     assert!(matches!(account::Entity::ownership(), EntityOwnership::Root));
///     assert!(matches!(project::Entity::ownership(), EntityOwnership::Tenant(project::Column::AccountId)));
/// }
/// ```
///
/// A mistake is one compile error, which lists what is valid:
///
/// ```compile_fail
/// # mod project {
/// # use sea_orm::entity::prelude::*;
/// # use sea_orm_multitenant::TenantModel;
/// #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
/// #[sea_orm(table_name = "project")]
/// // error: this entity has no column `acount_id`; a tenant column can be `id` or `account_id`
/// #[tenant(column = "acount_id")]
/// pub struct Model {
///     #[sea_orm(primary_key)]
///     pub id: i64,
///     pub account_id: i64,
/// }
/// # #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
/// # pub enum Relation {}
/// # impl ActiveModelBehavior for ActiveModel {}
/// # }
/// ```
pub use sea_orm_multitenant_macros::TenantModel;
pub use sea_orm_multitenant_sql::{
    Catalogue, Conflict, Extension, ForeignKey, KeyType, Ownership, Refusal, Table, TenantType, UnknownReason,
};
pub use tenancy::{Tenancy, builder::TenancyBuilder};
pub use tenant_id::TenantId;
pub use tenant_set::TenantSet;
pub use tenant_setting::TenantSetting;
pub use unique::{UniqueViolation, is_taken};

/// For the code that the derive of [`TenantModel`] generates; not a public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::registry::Registration;
    pub use inventory::submit;
}

/// Runs the README's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/start.md")]
struct Start;

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/refused.md")]
struct Refused;

/// Runs the guide's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/copy.md")]
struct CopyIn;

/// Runs the guide's examples as tests.
#[cfg(all(doctest, feature = "serde", feature = "tokio"))]
#[doc = include_str!("../../../docs/guide/jobs.md")]
struct Jobs;

/// Runs the guide's examples as tests.
#[cfg(all(doctest, feature = "testing", feature = "tokio"))]
#[doc = include_str!("../../../docs/guide/testing.md")]
struct Testing;
