//! The entities that can be a resource.

use sea_orm::IntoActiveModel;
use sea_orm_multitenant::TenantEntity;

/// An entity that [`TenantResource`](crate::TenantResource) can serve: every one that derives
/// [`TenantModel`](sea_orm_multitenant::TenantModel). Not to be implemented by hand.
///
/// ```
/// use sea_orm_multitenant_axum::ResourceEntity;
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
///         pub id: i32,
///         pub account_id: i64,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// fn table<E: ResourceEntity>() -> &'static str {
///     E::default().table_name()
/// }
/// assert_eq!(table::<project::Entity>(), "project");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare to whom its rows belong",
    note = "add `TenantModel` to the derives of its `Model`, and `#[tenant(column = \"…\")]`"
)]
pub trait ResourceEntity:
    TenantEntity<Model: IntoActiveModel<Self::ActiveModel> + Sync, ActiveModel: Send + Sync>
{
}

impl<E> ResourceEntity for E where
    E: TenantEntity<Model: IntoActiveModel<Self::ActiveModel> + Sync, ActiveModel: Send + Sync>
{
}
