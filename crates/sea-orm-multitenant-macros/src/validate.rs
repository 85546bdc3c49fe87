//! The attributes, understood: one declaration that the struct can keep, or what is wrong with it.

use crate::parse::{DECLARATIONS, Entry, Field, Key, Kind, Model};
use heck::ToUpperCamelCase;
use proc_macro2::Span;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Token, punctuated::Punctuated};

/// To whom the rows of the entity belong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// To the tenant in the column that is this variant of `Column`.
    Tenant(Ident),
    /// Each row is a tenant.
    Root,
    /// To nobody.
    Shared {
        /// Whether scopes may write it.
        writable: bool,
    },
}

/// Whether the item is the copy that `#[sea_orm::model]` makes of a model, with its derives and attributes.
pub(crate) fn is_copy_of_model(input: &DeriveInput) -> bool {
    input.ident == "ModelEx"
}

/// The message for an item of another name.
const NOT_A_MODEL: &str = "`TenantModel` is for an entity's model: a struct named `Model`, in one module with its `Entity` and `Column`";

/// The fields of an item that can be an entity's model.
///
/// The name comes first, and its error is at the derive: `#[sea_orm::model]` copies that to a second struct, named after
/// the first, and the compiler shows one of two equal messages.
pub(crate) fn model_fields(input: &DeriveInput) -> syn::Result<&Punctuated<syn::Field, Token![,]>> {
    if input.ident != "Model" {
        return Err(Error::new(Span::call_site(), NOT_A_MODEL));
    }
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "an entity's `Model` has no generic parameters"));
    }
    named_fields(input)
}

/// The fields of a struct that names them.
fn named_fields(input: &DeriveInput) -> syn::Result<&Punctuated<syn::Field, Token![,]>> {
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Ok(&fields.named),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    let message = format!("`TenantModel` is for an entity's model: a struct with named fields, not {found}");
    Err(Error::new(input.ident.span(), message))
}

/// What a model's one declaration says.
pub(crate) fn ownership(model: &Model<'_>) -> syn::Result<Ownership> {
    at_most_once(&model.entries)?;
    let (writable, owners): (Vec<_>, Vec<_>) =
        model.entries.iter().partition(|entry| matches!(entry.key, Key::Writable));
    match owners.as_slice() {
        [] => Err(undeclared(writable.first().copied())),
        [owner] => owned(owner, writable.first().copied(), model),
        [first, second, ..] => Err(contradiction(first, second)),
    }
}

/// What one declaration says, with or without a `writable`.
fn owned(owner: &Entry, writable: Option<&Entry>, model: &Model<'_>) -> syn::Result<Ownership> {
    match (&owner.key, writable) {
        (Key::Shared, writable) => Ok(Ownership::Shared { writable: writable.is_some() }),
        (Key::Column(name), None) => tenant_column(name, model).map(Ownership::Tenant),
        (Key::Root, None) => root(owner, &model.fields),
        (Key::Column(_) | Key::Root | Key::Writable, Some(writable)) => Err(only_with_shared(writable)),
        (Key::Writable, None) => Err(only_with_shared(owner)),
    }
}

/// Refuses a key that is given twice, even with the same value.
fn at_most_once(entries: &[Entry]) -> syn::Result<()> {
    let is_repeated =
        |(at, entry): (usize, &Entry)| entries[..at].iter().any(|before| before.word == entry.word);
    match entries.iter().enumerate().position(is_repeated) {
        Some(at) => Err(given_twice(&entries[at].word)),
        None => Ok(()),
    }
}

/// The error for a second occurrence of a key.
fn given_twice(word: &Ident) -> Error {
    Error::new(word.span(), format!("`{word}` is given twice; write one of {DECLARATIONS}, once"))
}

/// The error for a model without declaration.
fn undeclared(writable: Option<&Entry>) -> Error {
    let missing = || format!("to whom do the rows of this entity belong? Write one of {DECLARATIONS}");
    writable.map_or_else(|| Error::new(Span::call_site(), missing()), only_with_shared)
}

/// The error for a `writable` that stands with anything but `shared`.
fn only_with_shared(writable: &Entry) -> Error {
    let message = format!("`writable` is for shared tables only; write one of {DECLARATIONS}");
    Error::new(writable.word.span(), message)
}

/// The error for two declarations.
fn contradiction(first: &Entry, second: &Entry) -> Error {
    let (first, second) = (&first.word, &second.word);
    let message = format!("`{second}` contradicts `{first}`; write only one of {DECLARATIONS}");
    Error::new(second.span(), message)
}

/// Checks that the tenants' own table has one key at most. That there is one, SeaORM checks; in the expanded format the
/// struct does not show its keys, and the runtime checks them.
fn root(owner: &Entry, fields: &[Field<'_>]) -> syn::Result<Ownership> {
    let keys: Vec<_> =
        fields.iter().filter(|field| field.kind.is_column() && field.sea_orm.primary_key).collect();
    if keys.len() <= 1 {
        return Ok(Ownership::Root);
    }
    let keys = list(&keys, "and");
    Err(Error::new(owner.word.span(), format!("{ROOT_KEY}; here it is {keys}")))
}

/// What the primary key of the tenants' own table is, for messages.
const ROOT_KEY: &str = r#"the primary key of a root is the tenant's id, a single column (if these rows belong to tenants, write `#[tenant(column = "…")]`)"#;

/// The variant of `Column` that a declaration names, if it can be a tenant column.
fn tenant_column(name: &LitStr, model: &Model<'_>) -> syn::Result<Ident> {
    let named: Vec<_> = model.fields.iter().filter(|field| answers_to(field, &name.value())).collect();
    let columns: Vec<_> = named.iter().copied().filter(|field| field.kind.is_column()).collect();
    match (columns.as_slice(), named.first()) {
        ([column], _) => required(column).and_then(|()| variant(column, name.span())),
        ([_, _, ..], _) => Err(ambiguous(name, &columns)),
        ([], Some(field)) => Err(not_a_column(name, field, model)),
        ([], None) => Err(missing(name, model)),
    }
}

/// Whether a string names a field, by the field's name or by its column's.
fn answers_to(field: &Field<'_>, name: &str) -> bool {
    *field.ident == name || field.name() == name || field.sea_orm.column_name.as_deref() == Some(name)
}

/// Refuses a column that may be NULL.
fn required(field: &Field<'_>) -> syn::Result<()> {
    let remedy = match field.kind {
        Kind::Optional => "without `Option`",
        Kind::Nullable => "without `#[sea_orm(nullable)]`",
        Kind::Required | Kind::Relation | Kind::Ignored => return Ok(()),
    };
    let name = field.name();
    let message = format!(
        "a tenant column cannot be optional; every row belongs to a tenant: declare `{name}` {remedy}"
    );
    Err(Error::new_spanned(field.ty, message))
}

/// The error for a name that two columns answer to.
fn ambiguous(name: &LitStr, columns: &[&Field<'_>]) -> Error {
    let (text, columns) = (name.value(), list(columns, "or"));
    let message = format!("`{text}` could be the field {columns}; use the other name of the one you mean");
    Error::new(name.span(), message)
}

/// The error for a field that has no column.
fn not_a_column(name: &LitStr, field: &Field<'_>, model: &Model<'_>) -> Error {
    let why = match field.kind {
        Kind::Relation => "is a relation",
        Kind::Ignored | Kind::Required | Kind::Optional | Kind::Nullable => "is ignored by SeaORM",
    };
    let message = format!("`{}` {why}, not a column; {}", field.name(), candidates(&model.fields));
    Error::new(name.span(), message)
}

/// The error for a name that no field answers to.
fn missing(name: &LitStr, model: &Model<'_>) -> Error {
    let (text, candidates) = (name.value(), candidates(&model.fields));
    let note = if model.dense { " (relations are not columns)" } else { "" };
    let message = match text.as_str() {
        "" => format!("the name of the tenant column is empty; {candidates}"),
        _ => format!("this entity has no column `{text}`{note}; {candidates}"),
    };
    Error::new(name.span(), message)
}

/// Says which columns can be a tenant column.
fn candidates(fields: &[Field<'_>]) -> String {
    let columns: Vec<_> = fields.iter().filter(|field| field.kind == Kind::Required).collect();
    match columns.as_slice() {
        [] => "none of its fields can be a tenant column".to_owned(),
        columns => format!("a tenant column can be {}", list(columns, "or")),
    }
}

/// Names fields in a sentence: `` `a`, `b` or `c` ``.
fn list(fields: &[&Field<'_>], conjunction: &str) -> String {
    let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The variant of `Column` that SeaORM makes of a field, located where the declaration names the field.
fn variant(field: &Field<'_>, location: Span) -> syn::Result<Ident> {
    let mut variant = match &field.sea_orm.enum_name {
        Some(name) => name.clone(),
        None => conventional_variant(field)?,
    };
    variant.set_span(Span::call_site().located_at(location));
    Ok(variant)
}

/// The variant of a field without `enum_name`: upper camel case, where `Self`, the one keyword of that case, is `Self_`.
fn conventional_variant(field: &Field<'_>) -> syn::Result<Ident> {
    let name = match field.name().to_upper_camel_case().as_str() {
        "Self" => "Self_".to_owned(),
        name => name.to_owned(),
    };
    let message = "SeaORM cannot make a column of this name; begin it with a letter";
    syn::parse_str(&name).map_err(|_| Error::new(field.ident.span(), message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::format_ident;
    use syn::parse_quote;

    /// What an item declares, or the error's message.
    fn declared(input: &DeriveInput) -> Result<Ownership, String> {
        let fields = model_fields(input);
        let model = fields.and_then(|fields| Model::read(&input.attrs, fields));
        model.and_then(|model| ownership(&model)).map_err(|error| error.to_string())
    }

    /// The ownership of a tenant's table.
    fn tenant(variant: &str) -> Result<Ownership, String> {
        Ok(Ownership::Tenant(format_ident!("{variant}")))
    }

    /// Asserts that an item is refused, with a message that holds all of `parts`.
    #[track_caller]
    fn assert_refused(input: &DeriveInput, parts: &[&str]) {
        let message = declared(input).expect_err("the item is refused");
        for part in parts {
            assert!(message.contains(part), "{message:?} lacks {part:?}");
        }
    }

    #[test]
    fn the_column_is_named_by_its_field_or_by_its_column_name() {
        let by_field = parse_quote! {
            #[tenant(column = "owner")]
            struct Model { #[sea_orm(column_name = "account_id")] owner: i64 }
        };
        let by_column = parse_quote! {
            #[tenant(column = "account_id")]
            struct Model { #[sea_orm(column_name = "account_id")] owner: i64 }
        };
        assert_eq!(declared(&by_field), tenant("Owner"));
        assert_eq!(declared(&by_column), tenant("Owner"));
    }

    #[test]
    fn a_raw_field_is_named_with_or_without_its_prefix() {
        let without = parse_quote!(
            #[tenant(column = "type")]
            struct Model {
                r#type: i64,
            }
        );
        let with = parse_quote!(
            #[tenant(column = "r#type")]
            struct Model {
                r#type: i64,
            }
        );
        assert_eq!(declared(&without), tenant("Type"));
        assert_eq!(declared(&with), tenant("Type"));
    }

    #[test]
    fn the_variant_is_the_one_that_seaorm_makes() {
        let named = parse_quote! {
            #[tenant(column = "account_id")]
            struct Model { #[sea_orm(enum_name = "Owner")] account_id: i64 }
        };
        let keyword = parse_quote!(
            #[tenant(column = "self_")]
            struct Model {
                self_: i64,
            }
        );
        let odd = parse_quote!(
            #[tenant(column = "_accountID2_")]
            struct Model {
                _accountID2_: i64,
            }
        );
        assert_eq!(declared(&named), tenant("Owner"));
        assert_eq!(declared(&keyword), tenant("Self_"));
        assert_eq!(declared(&odd), tenant("AccountId2"));
    }

    #[test]
    fn a_field_that_makes_no_column_is_refused() {
        let item = parse_quote!(
            #[tenant(column = "_1")]
            struct Model {
                _1: i64,
            }
        );
        assert_refused(&item, &["cannot make a column"]);
    }

    #[test]
    fn flags_may_be_spread_and_in_any_order() {
        let spread = parse_quote!(
            #[tenant(writable)]
            #[tenant(shared)]
            struct Model {}
        );
        assert_eq!(declared(&spread), Ok(Ownership::Shared { writable: true }));
    }

    #[test]
    fn a_field_wins_over_what_is_no_column() {
        let item = parse_quote! {
            #[tenant(column = "account")]
            struct Model {
                #[sea_orm(ignore)] account: Account,
                #[sea_orm(column_name = "account")] account_id: i64,
            }
        };
        assert_eq!(declared(&item), tenant("AccountId"));
    }

    #[test]
    fn a_name_of_two_columns_is_refused() {
        let item = parse_quote! {
            #[tenant(column = "account_id")]
            struct Model {
                #[sea_orm(column_name = "old_account_id")] account_id: i64,
                #[sea_orm(column_name = "account_id")] owner: i64,
            }
        };
        assert_refused(&item, &["`account_id` could be the field `account_id` or `owner`"]);
    }

    #[test]
    fn a_dense_entity_is_told_that_relations_are_no_columns() {
        let item = parse_quote! {
            #[tenant(column = "account")]
            #[sea_orm(table_name = "task", model_ex)]
            struct Model { id: i64, account_id: i64, parent: Option<i64> }
        };
        assert_refused(&item, &["(relations are not columns)", "can be `id` or `account_id`"]);
    }

    #[test]
    fn an_entity_without_a_possible_column_is_told_so() {
        let item = parse_quote!(
            #[tenant(column = "a")]
            struct Model {
                b: Option<i64>,
            }
        );
        assert_refused(&item, &["none of its fields can be a tenant column"]);
    }

    #[test]
    fn a_key_in_two_attributes_is_given_twice() {
        let item = parse_quote!(
            #[tenant(shared)]
            #[tenant(shared)]
            struct Model {}
        );
        assert_refused(&item, &["`shared` is given twice"]);
    }

    #[test]
    fn any_two_owners_contradict_each_other() {
        let shared = parse_quote!(
            #[tenant(column = "a")]
            #[tenant(shared)]
            struct Model {
                a: i64,
            }
        );
        let column = parse_quote!(
            #[tenant(root, column = "a", writable)]
            struct Model {
                a: i64,
            }
        );
        assert_refused(&shared, &["`shared` contradicts `column`"]);
        assert_refused(&column, &["`column` contradicts `root`"]);
    }

    #[test]
    fn writable_goes_with_shared_only() {
        let root = parse_quote!(
            #[tenant(root, writable)]
            struct Model {}
        );
        let column = parse_quote!(
            #[tenant(writable, column = "a")]
            struct Model {
                a: i64,
            }
        );
        assert_refused(&root, &["`writable` is for shared tables only"]);
        assert_refused(&column, &["`writable` is for shared tables only"]);
    }

    #[test]
    fn a_root_without_visible_key_is_left_to_the_runtime() {
        let item = parse_quote!(
            #[tenant(root)]
            struct Model {
                id: i64,
            }
        );
        assert_eq!(declared(&item), Ok(Ownership::Root));
    }

    #[test]
    fn what_is_no_struct_with_named_fields_is_refused() {
        let (an_enum, a_union) = (
            parse_quote!(
                enum Model {}
            ),
            parse_quote!(union Model { a: i64 }),
        );
        let (a_tuple, a_unit) = (
            parse_quote!(
                struct Model(i64);
            ),
            parse_quote!(
                struct Model;
            ),
        );
        assert_refused(&an_enum, &["not an enum"]);
        assert_refused(&a_union, &["not a union"]);
        assert_refused(&a_tuple, &["not a tuple struct"]);
        assert_refused(&a_unit, &["not a unit struct"]);
    }
}
