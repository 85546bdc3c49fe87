//! The derive of Loco's trait of tenant entities.

use crate::{
    parse::{Field, Model},
    validate::{self, Ownership},
};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Error, Ident};

/// The message for an entity without a tenant column that is never NULL.
const NOT_OF_A_TENANT: &str = r#"Loco's `TenantEntity` is for entities whose rows each belong to a tenant: `#[tenant(column = "…")]` without `global`"#;

/// Expands the derive. The copy of a model, and a model in which `TenantModel` finds a mistake, expand to nothing.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    if validate::is_copy_of_model(input) {
        return TokenStream::new();
    }
    let Ok(fields) = validate::model_fields(input) else { return TokenStream::new() };
    let Ok(model) = Model::read(&input.attrs, fields) else { return TokenStream::new() };
    match validate::ownership(&model) {
        Ok(Ownership::Tenant(column)) => {
            let field = model.fields.iter().find(|field| is_variant_of(&column, field));
            let Some(ty) = field.map(|field| field.ty) else { return TokenStream::new() };
            quote! {
                #[automatically_derived]
                impl ::loco_rs::model::TenantEntity for Entity {
                    type TenantId = #ty;

                    fn tenant_column() -> Column {
                        Column::#column
                    }
                }
            }
        }
        Ok(Ownership::TenantOrGlobal(_) | Ownership::Root | Ownership::Shared { writable: _ }) => {
            Error::new(Span::call_site(), NOT_OF_A_TENANT).into_compile_error()
        }
        Err(_) => TokenStream::new(),
    }
}

/// Whether SeaORM generates this variant of `Column` for a field.
fn is_variant_of(column: &Ident, field: &Field<'_>) -> bool {
    field.kind.is_column()
        && validate::variant(field, Span::call_site()).is_ok_and(|variant| variant == *column)
}

#[cfg(test)]
mod tests {
    use super::derive;
    use quote::quote;
    use syn::parse_quote;

    #[test]
    fn the_trait_has_the_column_and_its_type() {
        let expanded = derive(&parse_quote!(
            #[tenant(column = "account")]
            struct Model {
                id: i64,
                #[sea_orm(column_name = "account", enum_name = "Owner")]
                account_id: Uuid,
            }
        ));
        let expected = quote! {
            #[automatically_derived]
            impl ::loco_rs::model::TenantEntity for Entity {
                type TenantId = Uuid;

                fn tenant_column() -> Column {
                    Column::Owner
                }
            }
        };
        assert_eq!(expanded.to_string(), expected.to_string());
    }

    #[test]
    fn an_entity_whose_rows_may_be_nobodys_is_an_error() {
        for tenant in [quote!(root), quote!(shared), quote!(column = "account_id", global)] {
            let expanded = derive(&parse_quote!(
                #[tenant(#tenant)]
                struct Model {
                    account_id: Option<i64>,
                }
            ));
            assert!(expanded.to_string().contains("compile_error"), "{tenant}");
        }
    }

    #[test]
    fn a_mistake_is_reported_by_the_other_derive_only() {
        let mistaken = parse_quote!(
            #[tenant(column = "b")]
            struct Model {
                a: i64,
            }
        );
        let copy = parse_quote!(
            #[tenant(column = "a")]
            struct ModelEx {
                a: i64,
            }
        );
        assert!(derive(&mistaken).is_empty());
        assert!(derive(&copy).is_empty());
    }
}
