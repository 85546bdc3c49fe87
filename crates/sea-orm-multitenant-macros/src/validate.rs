//! Interprets the attributes: returns the one declaration that is valid for the struct, or the mistake.

use crate::parse::{DECLARATIONS, Entry, Field, Key, Kind, Model};
use heck::ToUpperCamelCase;
use proc_macro2::Span;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Token, punctuated::Punctuated};

/// To whom the rows of the entity belong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// To the tenant in a column: the name of its variant of `Column`.
    Tenant(Ident),
    /// To the tenant in a column, or to nobody where that is NULL: the name of its variant of `Column`.
    TenantOrGlobal(Ident),
    /// Each row is a tenant.
    Root,
    /// To no tenant: a shared table.
    Shared {
        /// Whether scopes may write the table.
        writable: bool,
    },
}

/// Whether the item is the copy that `#[sea_orm::model]` makes of a model, with its derives and attributes.
pub(crate) fn is_copy_of_model(input: &DeriveInput) -> bool {
    input.ident == "ModelEx"
}

/// The message for an item that is not named `Model`.
const NOT_A_MODEL: &str = "`TenantModel` is for an entity's model: a struct named `Model`, in the same module as its `Entity` and `Column`";

/// Returns the fields of an item that can be an entity's model.
///
/// The name is checked first, and its error is located at the derive: `#[sea_orm::model]` copies the derive to a second
/// struct, named after the first, and the compiler prints only one of two equal messages.
pub(crate) fn model_fields(input: &DeriveInput) -> syn::Result<&Punctuated<syn::Field, Token![,]>> {
    if input.ident != "Model" {
        return Err(Error::new(Span::call_site(), NOT_A_MODEL));
    }
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "an entity's `Model` has no generic parameters"));
    }
    named_fields(input)
}

/// Returns the fields of a struct with named fields.
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

/// Returns the one declaration of a model.
pub(crate) fn ownership(model: &Model<'_>) -> syn::Result<Ownership> {
    at_most_once(&model.entries)?;
    let (more, owners): (Vec<_>, Vec<_>) =
        model.entries.iter().partition(|entry| matches!(entry.key, Key::Writable | Key::Global));
    match owners.as_slice() {
        [] => Err(undeclared(more.first().copied())),
        [owner] => owned(owner, &more, model),
        [first, second, ..] => Err(contradiction(first, second)),
    }
}

/// Returns the meaning of one declaration, with or without `writable` or `global`.
fn owned(owner: &Entry, more: &[&Entry], model: &Model<'_>) -> syn::Result<Ownership> {
    match (&owner.key, more) {
        (Key::Shared, []) => Ok(Ownership::Shared { writable: false }),
        (Key::Column(name), []) => tenant_column(name, model, required).map(Ownership::Tenant),
        (Key::Root, []) => root(owner, &model.fields),
        (key, [first, others @ ..]) => match (key, &first.key, others) {
            (Key::Shared, Key::Writable, []) => Ok(Ownership::Shared { writable: true }),
            (Key::Column(name), Key::Global, []) => {
                tenant_column(name, model, in_global_rows).map(Ownership::TenantOrGlobal)
            }
            (Key::Shared, Key::Writable, [other, ..]) | (Key::Column(_), Key::Global, [other, ..]) => {
                Err(misplaced(other))
            }
            (_, _, _) => Err(misplaced(first)),
        },
        (Key::Writable | Key::Global, []) => Err(misplaced(owner)),
    }
}

/// Refuses a key that is given twice, even with equal values.
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

/// The error for a model without a declaration.
fn undeclared(more: Option<&Entry>) -> Error {
    let missing = || format!("to whom do the rows of this entity belong? Write one of {DECLARATIONS}");
    more.map_or_else(|| Error::new(Span::call_site(), missing()), misplaced)
}

/// The error for `writable` without `shared`, or `global` without `column`.
fn misplaced(entry: &Entry) -> Error {
    let word = &entry.word;
    let place = match entry.key {
        Key::Global => "tables with a tenant column",
        Key::Column(_) | Key::Root | Key::Shared | Key::Writable => "shared tables",
    };
    Error::new(word.span(), format!("`{word}` is for {place} only; write one of {DECLARATIONS}"))
}

/// The error for two declarations.
fn contradiction(first: &Entry, second: &Entry) -> Error {
    let (first, second) = (&first.word, &second.word);
    let message = format!("`{second}` contradicts `{first}`; write only one of {DECLARATIONS}");
    Error::new(second.span(), message)
}

/// Checks that the root table has at most one primary key field. SeaORM checks that there is one. In the expanded
/// format the struct does not show the key, and the runtime checks it.
fn root(owner: &Entry, fields: &[Field<'_>]) -> syn::Result<Ownership> {
    let keys: Vec<_> =
        fields.iter().filter(|field| field.kind.is_column() && field.sea_orm.primary_key).collect();
    if keys.len() <= 1 {
        return Ok(Ownership::Root);
    }
    let keys = list(&keys, "and");
    Err(Error::new(owner.word.span(), format!("{ROOT_KEY}; here it is {keys}")))
}

/// The rule about the primary key of the root table, for messages.
const ROOT_KEY: &str = r#"the primary key of a root is the tenant's id, a single column (if these rows belong to tenants, write `#[tenant(column = "…")]`)"#;

/// Returns the variant of `Column` that a declaration names, if it can be a tenant column.
fn tenant_column(
    name: &LitStr,
    model: &Model<'_>,
    check: fn(&Field<'_>) -> syn::Result<()>,
) -> syn::Result<Ident> {
    let named: Vec<_> = model.fields.iter().filter(|field| answers_to(field, &name.value())).collect();
    let columns: Vec<_> = named.iter().copied().filter(|field| field.kind.is_column()).collect();
    match (columns.as_slice(), named.first()) {
        ([column], _) => check(column).and_then(|()| variant(column, name.span())),
        ([_, _, ..], _) => Err(ambiguous(name, &columns)),
        ([], Some(field)) => Err(not_a_column(name, field, model)),
        ([], None) => Err(missing(name, model)),
    }
}

/// Whether a string names a field, by the field's name or its column's name.
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
        "a tenant column cannot be optional; every row belongs to a tenant: declare `{name}` {remedy}, or, if every tenant may read the rows without a tenant, add `global`"
    );
    Err(Error::new_spanned(field.ty, message))
}

/// Refuses a column that cannot be NULL, and one of the primary key, where rows may be global.
fn in_global_rows(field: &Field<'_>) -> syn::Result<()> {
    let name = field.name();
    if field.sea_orm.primary_key {
        let message = format!(
            "`{name}` is NULL in global rows and cannot be part of the primary key: give the entity another primary key, and a unique key with `{name}`"
        );
        return Err(Error::new(field.ident.span(), message));
    }
    match field.kind {
        Kind::Optional | Kind::Nullable | Kind::Relation | Kind::Ignored => Ok(()),
        Kind::Required => {
            let message = format!(
                "the tenant column is NULL in global rows: declare `{name}` as an `Option`, or leave out `global`"
            );
            Err(Error::new_spanned(field.ty, message))
        }
    }
}

/// The error for a name that matches two columns.
fn ambiguous(name: &LitStr, columns: &[&Field<'_>]) -> Error {
    let (text, columns) = (name.value(), list(columns, "and"));
    let message =
        format!("`{text}` matches both the fields {columns}; use the other name of the field that you mean");
    Error::new(name.span(), message)
}

/// The error for a field that is not a column.
fn not_a_column(name: &LitStr, field: &Field<'_>, model: &Model<'_>) -> Error {
    let why = match field.kind {
        Kind::Relation => "is a relation",
        Kind::Ignored | Kind::Required | Kind::Optional | Kind::Nullable => "is ignored by SeaORM",
    };
    let message = format!("`{}` {why}, not a column; {}", field.name(), candidates(&model.fields));
    Error::new(name.span(), message)
}

/// The error for a name that matches no field.
fn missing(name: &LitStr, model: &Model<'_>) -> Error {
    let (text, candidates) = (name.value(), candidates(&model.fields));
    let note = if model.dense { " (relations are not columns)" } else { "" };
    let message = match text.as_str() {
        "" => format!("the name of the tenant column is empty; {candidates}"),
        _ => format!("this entity has no column `{text}`{note}; {candidates}"),
    };
    Error::new(name.span(), message)
}

/// Lists the columns that can be a tenant column, for messages.
fn candidates(fields: &[Field<'_>]) -> String {
    let columns: Vec<_> = fields.iter().filter(|field| field.kind == Kind::Required).collect();
    match columns.as_slice() {
        [] => "none of its fields can be a tenant column".to_owned(),
        columns => format!("a tenant column can be {}", list(columns, "or")),
    }
}

/// Lists fields in a sentence: `` `a`, `b` or `c` ``.
fn list(fields: &[&Field<'_>], conjunction: &str) -> String {
    let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Returns the variant of `Column` that SeaORM generates for a field, located where the declaration names the field.
pub(crate) fn variant(field: &Field<'_>, location: Span) -> syn::Result<Ident> {
    let mut variant = match &field.sea_orm.enum_name {
        Some(name) => name.clone(),
        None => conventional_variant(field)?,
    };
    variant.set_span(Span::call_site().located_at(location));
    Ok(variant)
}

/// Returns the variant of a field without `enum_name`: in upper camel case, with `Self_` instead of `Self`, the only
/// keyword in that case.
fn conventional_variant(field: &Field<'_>) -> syn::Result<Ident> {
    let name = match field.name().to_upper_camel_case().as_str() {
        "Self" => "Self_".to_owned(),
        name => name.to_owned(),
    };
    let message = "SeaORM cannot generate a column of this name; begin the name with a letter";
    syn::parse_str(&name).map_err(|_| Error::new(field.ident.span(), message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::format_ident;
    use syn::parse_quote;

    /// Returns the declaration of an item, or the error's message.
    fn declared(input: &DeriveInput) -> Result<Ownership, String> {
        let fields = model_fields(input);
        let model = fields.and_then(|fields| Model::read(&input.attrs, fields));
        model.and_then(|model| ownership(&model)).map_err(|error| error.to_string())
    }

    /// The ownership of a tenant table.
    fn tenant(variant: &str) -> Result<Ownership, String> {
        Ok(Ownership::Tenant(format_ident!("{variant}")))
    }

    /// Asserts that an item is refused with a message that contains all of `parts`.
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
    fn global_rows_need_a_nullable_column_outside_of_the_primary_key() {
        let by = |field: syn::Field| parse_quote!(#[tenant(column = "a", global)] struct Model { #field });
        let global = Ok(Ownership::TenantOrGlobal(format_ident!("A")));
        assert_eq!(declared(&by(parse_quote!(a: Option<i64>))), global);
        assert_eq!(declared(&by(parse_quote!(#[sea_orm(nullable)] a: i64))), global);
        assert_refused(&by(parse_quote!(a: i64)), &["`a` as an `Option`", "leave out `global`"]);
        assert_refused(
            &by(parse_quote!(#[sea_orm(primary_key)] a: Option<i64>)),
            &["primary key", "unique key"],
        );
    }

    #[test]
    fn global_goes_with_a_column_only() {
        let shared = parse_quote!(
            #[tenant(shared, global)]
            struct Model {
                a: i64,
            }
        );
        let root = parse_quote!(
            #[tenant(root, global)]
            struct Model {
                a: i64,
            }
        );
        let alone = parse_quote!(
            #[tenant(global)]
            struct Model {
                a: i64,
            }
        );
        let writable = parse_quote!(
            #[tenant(column = "a", global, writable)]
            struct Model {
                a: Option<i64>,
            }
        );
        let both = parse_quote!(
            #[tenant(shared, writable, global)]
            struct Model {
                a: i64,
            }
        );
        for item in [shared, root, alone, both] {
            assert_refused(&item, &["`global` is for tables with a tenant column only"]);
        }
        assert_refused(&writable, &["`writable` is for shared tables only"]);
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
    fn the_variant_is_the_one_that_seaorm_generates() {
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
    fn a_name_that_cannot_be_a_variant_is_refused() {
        let item = parse_quote!(
            #[tenant(column = "_1")]
            struct Model {
                _1: i64,
            }
        );
        assert_refused(&item, &["cannot generate a column"]);
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
    fn a_column_takes_precedence_over_a_field_without_column() {
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
    fn a_name_that_matches_two_columns_is_refused() {
        let item = parse_quote! {
            #[tenant(column = "account_id")]
            struct Model {
                #[sea_orm(column_name = "old_account_id")] account_id: i64,
                #[sea_orm(column_name = "account_id")] owner: i64,
            }
        };
        assert_refused(&item, &["`account_id` matches both the fields `account_id` and `owner`"]);
    }

    #[test]
    fn the_message_for_a_dense_entity_mentions_relations() {
        let item = parse_quote! {
            #[tenant(column = "account")]
            #[sea_orm(table_name = "task", model_ex)]
            struct Model { id: i64, account_id: i64, parent: Option<i64> }
        };
        assert_refused(&item, &["(relations are not columns)", "can be `id` or `account_id`"]);
    }

    #[test]
    fn the_message_tells_if_no_field_can_be_a_tenant_column() {
        let item = parse_quote!(
            #[tenant(column = "a")]
            struct Model {
                b: Option<i64>,
            }
        );
        assert_refused(&item, &["none of its fields can be a tenant column"]);
    }

    #[test]
    fn a_key_repeated_in_a_second_attribute_is_refused() {
        let item = parse_quote!(
            #[tenant(shared)]
            #[tenant(shared)]
            struct Model {}
        );
        assert_refused(&item, &["`shared` is given twice"]);
    }

    #[test]
    fn any_two_declarations_contradict_each_other() {
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
    fn writable_without_shared_is_refused() {
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
    fn a_root_without_visible_key_is_accepted() {
        let item = parse_quote!(
            #[tenant(root)]
            struct Model {
                id: i64,
            }
        );
        assert_eq!(declared(&item), Ok(Ownership::Root));
    }

    #[test]
    fn only_a_struct_with_named_fields_is_accepted() {
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
