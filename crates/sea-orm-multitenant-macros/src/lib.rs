//! The derive macros of `sea-orm-multitenant`.
//!
//! Depend on `sea-orm-multitenant`, which re-exports [`TenantModel`] with examples; this crate makes no promise of stability.
//!
//! The derive has three modules: `parse` reads the attributes, `validate` interprets them and finds mistakes, `expand`
//! generates the code. `loco` generates Loco's trait from the same attributes.

mod expand;
#[cfg(feature = "loco")]
mod loco;
mod parse;
mod validate;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// # Declarations
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[tenant(column = "account_id")]` | A tenant table: each row belongs to the tenant in this column. The string is the name of a field, or the name in its `#[sea_orm(column_name = "…")]`. The field must not be an `Option`: every row belongs to a tenant. |
/// | `#[tenant(column = "account_id", global)]` | A tenant table with global rows: the field is an `Option`, and every tenant reads the rows in which it is NULL. No scope writes them. The field must not be part of the primary key. |
/// | `#[tenant(root)]` | The root table: each row is a tenant, and its primary key, a single column, is the tenant id. |
/// | `#[tenant(shared)]` | A shared table: every tenant reads it, and no scope writes it. |
/// | `#[tenant(shared, writable)]` | A shared table that scopes may write too. |
///
/// # Supported formats
///
/// SeaORM's three entity formats: `#[sea_orm::model]` and `#[sea_orm::compact_model]`, a struct with
/// `DeriveEntityModel`, and a handwritten `Entity`, `Column` and `PrimaryKey` with `DeriveModel`. The struct must be
/// named `Model`, and `Entity` and `Column` must be in the same module. The column is the one that SeaORM generates for
/// the field, with its `#[sea_orm(enum_name = "…")]` if given.
///
/// The derive may be on a separate line, in `#[cfg_attr(…, derive(TenantModel))]`, or in
/// `#[sea_orm(model_attrs(derive(TenantModel), tenant(…)))]`; `#[tenant(…)]` must come after it. On `ModelEx`, to which
/// `#[sea_orm::model]` copies the derives of `Model`, it does nothing.
///
/// # Errors
///
/// A tenant column that does not exist, is optional without `global` or required with it, is a relation or is ignored; no declaration, or two; an unknown
/// key; `#[tenant(root)]` with a composite primary key. Each gives one compile error, which lists what is valid.
#[proc_macro_derive(TenantModel, attributes(tenant, sea_orm))]
pub fn derive_tenant_model(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// # Generated code
///
/// `impl loco_rs::model::TenantEntity for Entity`, with the column of `#[tenant(column = "…")]` and the type of its field.
/// The crate must depend on `loco-rs` with its feature `multi-tenancy`.
///
/// # Errors
///
/// On an entity that is not declared with `#[tenant(column = "…")]`, or declared with `global`: Loco has no such entities.
#[cfg(feature = "loco")]
#[proc_macro_derive(LocoTenantEntity, attributes(tenant, sea_orm))]
pub fn derive_loco_tenant_entity(input: TokenStream) -> TokenStream {
    loco::derive(&parse_macro_input!(input as DeriveInput)).into()
}
