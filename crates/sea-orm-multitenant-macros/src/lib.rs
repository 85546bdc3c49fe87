//! The derive of `sea-orm-multitenant`.
//!
//! Depend on `sea-orm-multitenant`, which re-exports [`TenantModel`]; this crate carries no stability promise of its own.
//!
//! A derive here goes through three modules: `parse` reads the attributes, `validate` finds what they mean and what is
//! wrong with them, `expand` writes the code.

mod expand;
mod parse;
mod validate;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Says to whom the rows of an entity belong, and registers the entity, so that every `Tenancy` of the program knows it.
///
/// It goes on the entity's `Model`, beside SeaORM's own derives, and needs exactly one declaration:
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[tenant(column = "account_id")]` | Each row belongs to the tenant in this column. The string is the name of a field; where the field has a `#[sea_orm(column_name = "…")]`, that name does too. The field is not an `Option`: every row belongs to a tenant. |
/// | `#[tenant(root)]` | The tenants' own table: each row is a tenant, and its primary key, a single column, is the tenant's id. |
/// | `#[tenant(shared)]` | A reference table: every tenant reads it, no scope writes it. |
/// | `#[tenant(shared, writable)]` | The same, and scopes may write it too. |
///
/// ```
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
/// # Where it works
///
/// In SeaORM's three formats: `#[sea_orm::model]` and `#[sea_orm::compact_model]`, a struct with `DeriveEntityModel`, and
/// a hand-written `Entity`, `Column` and `PrimaryKey` with `DeriveModel`. The struct's name is `Model`, and `Entity` and
/// `Column` are in the same module. The column is the one that SeaORM makes of the field, with
/// `#[sea_orm(enum_name = "…")]` where it is given.
///
/// The derive may stand on a line of its own, in `#[cfg_attr(…, derive(TenantModel))]`, or in
/// `#[sea_orm(model_attrs(derive(TenantModel), tenant(…)))]`; `#[tenant(…)]` comes after it. On `ModelEx`, to which
/// `#[sea_orm::model]` copies the derives of `Model`, it does nothing.
///
/// # What it refuses
///
/// A tenant column that is not there, is optional, is a relation or is ignored; two declarations, or none; a key it does
/// not know; a `#[tenant(root)]` with a composite primary key. Each gives one error, which lists what is valid.
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
#[proc_macro_derive(TenantModel, attributes(tenant, sea_orm))]
pub fn derive_tenant_model(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}
