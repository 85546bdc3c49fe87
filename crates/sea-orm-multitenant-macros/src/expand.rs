//! Generates the code of the derive.

use crate::{
    parse::Model,
    validate::{self, Ownership},
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error};

/// Expands the derive. An item that cannot be an entity's model expands to an error only, since it may have no `Entity`
/// in its module.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    if validate::is_copy_of_model(input) {
        return TokenStream::new();
    }
    validate::model_fields(input).map_or_else(Error::into_compile_error, |fields| {
        let ownership = Model::read(&input.attrs, fields).and_then(|model| validate::ownership(&model));
        ownership.map_or_else(|error| fallback(&error), |ownership| registered(&ownership))
    })
}

/// Generates the implementation for an entity, and its registration.
fn registered(ownership: &Ownership) -> TokenStream {
    let implementation = implementation(ownership);
    quote! {
        #implementation

        ::sea_orm_multitenant::__private::submit! {
            ::sea_orm_multitenant::__private::Registration::of::<Entity>(
                ::core::concat!(::core::module_path!(), "::Entity")
            )
        }
    }
}

/// Generates the error, with an implementation that is never called, so that code which needs one does not give a
/// second error.
fn fallback(error: &Error) -> TokenStream {
    let error = error.to_compile_error();
    let implementation = implementation(&Ownership::Shared { writable: false });
    quote! {
        #error

        #implementation
    }
}

/// Generates the implementation of the trait.
fn implementation(ownership: &Ownership) -> TokenStream {
    let ownership = value(ownership);
    quote! {
        #[automatically_derived]
        impl ::sea_orm_multitenant::TenantEntity for Entity {
            fn ownership() -> ::sea_orm_multitenant::EntityOwnership<Self> {
                ::sea_orm_multitenant::EntityOwnership::#ownership
            }
        }
    }
}

/// Generates the variant of `EntityOwnership`, with its value.
fn value(ownership: &Ownership) -> TokenStream {
    match ownership {
        Ownership::Tenant(column) => quote!(Tenant(Column::#column)),
        Ownership::TenantOrGlobal(column) => quote!(TenantOrGlobal(Column::#column)),
        Ownership::Root => quote!(Root),
        Ownership::Shared { writable } => quote!(Shared { writable: #writable }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    /// The text of an expansion.
    fn expanded(input: &DeriveInput) -> String {
        derive(input).to_string()
    }

    /// The implementation that returns a variant of `EntityOwnership`.
    fn returning(ownership: &TokenStream) -> TokenStream {
        quote! {
            #[automatically_derived]
            impl ::sea_orm_multitenant::TenantEntity for Entity {
                fn ownership() -> ::sea_orm_multitenant::EntityOwnership<Self> {
                    ::sea_orm_multitenant::EntityOwnership::#ownership
                }
            }
        }
    }

    /// The whole expansion for a variant of `EntityOwnership`.
    fn registering(ownership: &TokenStream) -> String {
        let implementation = returning(ownership);
        let whole = quote! {
            #implementation
            ::sea_orm_multitenant::__private::submit! {
                ::sea_orm_multitenant::__private::Registration::of::<Entity>(
                    ::core::concat!(::core::module_path!(), "::Entity")
                )
            }
        };
        whole.to_string()
    }

    #[test]
    fn each_declaration_expands_to_its_ownership_and_a_registration() {
        let column = parse_quote!(
            #[tenant(column = "account_id")]
            struct Model {
                account_id: i64,
            }
        );
        let root = parse_quote!(
            #[tenant(root)]
            struct Model {
                #[sea_orm(primary_key)]
                id: i64,
            }
        );
        let shared = parse_quote!(
            #[tenant(shared)]
            struct Model {}
        );
        let writable = parse_quote!(
            #[tenant(shared, writable)]
            struct Model {}
        );
        assert_eq!(expanded(&column), registering(&quote!(Tenant(Column::AccountId))));
        assert_eq!(expanded(&root), registering(&quote!(Root)));
        assert_eq!(expanded(&shared), registering(&quote!(Shared { writable: false })));
        assert_eq!(expanded(&writable), registering(&quote!(Shared { writable: true })));
    }

    #[test]
    fn a_mistake_expands_to_an_error_and_an_unregistered_implementation() {
        let expansion = expanded(&parse_quote!(
            #[tenant(column = "b")]
            struct Model {
                a: i64,
            }
        ));
        let implementation = returning(&quote!(Shared { writable: false })).to_string();
        let error = expansion.strip_suffix(&implementation).expect("the implementation comes last");
        assert_eq!(error.matches("compile_error").count(), 1);
        assert!(!error.contains("submit"));
    }

    #[test]
    fn an_item_that_is_not_a_model_expands_to_an_error_only() {
        let expansion = expanded(&parse_quote!(
            #[tenant(root)]
            struct Account {
                id: i64,
            }
        ));
        assert!(expansion.contains("compile_error"));
        assert!(!expansion.contains("impl"));
    }

    #[test]
    fn the_copy_of_an_invalid_model_expands_to_nothing() {
        let right = parse_quote!(
            #[tenant(shared)]
            struct ModelEx {
                id: i64,
            }
        );
        let mistaken = parse_quote!(
            #[tenant]
            struct ModelEx<T> {
                id: T,
            }
        );
        assert_eq!(expanded(&right), "");
        assert_eq!(expanded(&mistaken), "");
    }
}
