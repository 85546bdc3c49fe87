//! The derive of `sea-orm-multitenant`.
//!
//! Depend on `sea-orm-multitenant`, which re-exports [`TenantModel`] with examples; this crate makes no promise of stability.
//!
//! A derive here goes through three modules: `parse` reads the attributes, `validate` finds what they mean and what is
//! wrong with them, `expand` writes the code.

mod expand;
mod parse;
mod validate;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// # Declarations
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[tenant(column = "account_id")]` | Each row belongs to the tenant in this column. The string is the name of a field; where the field has a `#[sea_orm(column_name = "…")]`, that name does too. The field is not an `Option`: every row belongs to a tenant. |
/// | `#[tenant(root)]` | The tenants' own table: each row is a tenant, and its primary key, a single column, is the tenant's id. |
/// | `#[tenant(shared)]` | A reference table: every tenant reads it, no scope writes it. |
/// | `#[tenant(shared, writable)]` | The same, and scopes may write it too. |
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
#[proc_macro_derive(TenantModel, attributes(tenant, sea_orm))]
pub fn derive_tenant_model(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}
