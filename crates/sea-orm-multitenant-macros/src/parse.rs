//! Reads the attributes, without interpreting them.

use proc_macro2::TokenTree;
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, PathSegment, Token, Type,
    ext::IdentExt,
    meta::ParseNestedMeta,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// The valid declarations, for messages.
pub(crate) const DECLARATIONS: &str = r#"`#[tenant(column = "…")]`, `#[tenant(column = "…", global)]`, `#[tenant(root)]`, `#[tenant(shared)]` or `#[tenant(shared, writable)]`"#;

/// The keys of `#[tenant(..)]`, for messages.
const KEYS: &str = r#"`column = "…"`, `global`, `root`, `shared` and `writable`"#;

/// The syntax of `column`, for messages.
const COLUMN: &str = r#"`column` takes the name of a field as a string: `column = "account_id"`"#;

/// A model struct, as written.
pub(crate) struct Model<'a> {
    /// The keys of its `#[tenant(..)]` attributes, in order.
    pub(crate) entries: Vec<Entry>,
    /// Its fields, in order.
    pub(crate) fields: Vec<Field<'a>>,
    /// Whether `#[sea_orm::model]` generated it, which removes the relation fields.
    pub(crate) dense: bool,
}

impl<'a> Model<'a> {
    /// Reads a struct's attributes and fields.
    pub(crate) fn read(
        attrs: &[Attribute],
        fields: &'a Punctuated<syn::Field, Token![,]>,
    ) -> syn::Result<Self> {
        fields.iter().try_for_each(without_declaration)?;
        let fields = fields.iter().filter_map(Field::read).collect();
        Ok(Self { entries: entries(attrs)?, fields, dense: is_dense(attrs) })
    }
}

/// One key of a `#[tenant(..)]` attribute.
pub(crate) struct Entry {
    /// The key, for its span.
    pub(crate) word: Ident,
    /// The parsed key, with its value.
    pub(crate) key: Key,
}

/// The keys of `#[tenant(..)]`.
pub(crate) enum Key {
    /// `column = "…"`.
    Column(LitStr),
    /// `global`.
    Global,
    /// `root`.
    Root,
    /// `shared`.
    Shared,
    /// `writable`.
    Writable,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = input.call(Ident::parse_any).map_err(|error| Error::new(error.span(), expected_key()))?;
        let key = match word.to_string().as_str() {
            "column" => Key::Column(column(&word, input)?),
            "global" => Key::Global,
            "root" => Key::Root,
            "shared" => Key::Shared,
            "writable" => Key::Writable,
            unknown => return Err(Error::new(word.span(), unknown_key(unknown))),
        };
        alone(&word, input)?;
        Ok(Self { word, key })
    }
}

/// The message for an entry that is not a key.
fn expected_key() -> String {
    format!("expected a key of `#[tenant(..)]`; the valid keys are {KEYS}")
}

/// The message for an unknown key.
fn unknown_key(key: &str) -> String {
    format!("unknown key `{key}`; the valid keys are {KEYS}")
}

/// Parses `= "…"` after `column`.
fn column(word: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>().map_err(|_| Error::new(word.span(), COLUMN))?;
    let value = input.parse::<Expr>().map_err(|error| Error::new(error.span(), COLUMN))?;
    string(value)
}

/// Returns the string literal of an expression, even if a `macro_rules!` macro wraps it.
fn string(value: Expr) -> syn::Result<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(string), .. }) => Ok(string),
        Expr::Group(group) => string(*group.expr),
        other => Err(Error::new_spanned(other, COLUMN)),
    }
}

/// Requires a comma or the end after an entry.
fn alone(word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format!("expected a comma after `{word}`; write one of {DECLARATIONS}")))
}

/// Reads all entries of all `#[tenant(..)]` attributes.
fn entries(attrs: &[Attribute]) -> syn::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for attr in attrs.iter().filter(|attr| is_tenant(attr)) {
        entries.extend(entries_of(attr)?);
    }
    Ok(entries)
}

/// Reads the entries of one `#[tenant(..)]` attribute.
fn entries_of(attr: &Attribute) -> syn::Result<Punctuated<Entry, Token![,]>> {
    let Meta::List(list) = &attr.meta else { return Err(says_nothing(attr)) };
    let entries = list.parse_args_with(Punctuated::parse_terminated)?;
    if entries.is_empty() { Err(says_nothing(attr)) } else { Ok(entries) }
}

/// The error for an attribute without keys in parentheses.
fn says_nothing(attr: &Attribute) -> Error {
    Error::new_spanned(attr, format!("expected keys in parentheses; write one of {DECLARATIONS}"))
}

/// Refuses a `#[tenant(..)]` on a field, which would otherwise be ignored.
fn without_declaration(field: &syn::Field) -> syn::Result<()> {
    let Some(attr) = field.attrs.iter().find(|attr| is_tenant(attr)) else { return Ok(()) };
    let name = field.ident.as_ref().map(Ident::unraw).map(|name| name.to_string()).unwrap_or_default();
    let message = format!("`tenant` goes on the struct, not on a field: `#[tenant(column = \"{name}\")]`");
    Err(Error::new_spanned(attr, message))
}

/// Whether an attribute belongs to this derive.
fn is_tenant(attr: &Attribute) -> bool {
    attr.path().is_ident("tenant")
}

/// Whether `#[sea_orm::model]` marked the item.
fn is_dense(attrs: &[Attribute]) -> bool {
    let mut dense = false;
    each_sea_orm(attrs, |key, _| dense |= key == "model_ex");
    dense
}

/// A field of the model.
pub(crate) struct Field<'a> {
    /// Its name.
    pub(crate) ident: &'a Ident,
    /// Its type.
    pub(crate) ty: &'a Type,
    /// What it is in the database.
    pub(crate) kind: Kind,
    /// The contents of its `#[sea_orm(..)]` attributes.
    pub(crate) sea_orm: SeaOrm,
}

/// What a field is in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A column that is NOT NULL.
    Required,
    /// A column that may be NULL, because of its type.
    Optional,
    /// A column that may be NULL, because of `#[sea_orm(nullable)]`.
    Nullable,
    /// A relation to another entity.
    Relation,
    /// Not a column, because of `#[sea_orm(ignore)]`.
    Ignored,
}

/// The keys of a field's `#[sea_orm(..)]` attributes that this derive needs.
#[derive(Default)]
pub(crate) struct SeaOrm {
    /// `column_name = "…"`.
    pub(crate) column_name: Option<String>,
    /// `enum_name = "…"`.
    pub(crate) enum_name: Option<Ident>,
    /// `primary_key`.
    pub(crate) primary_key: bool,
    /// `nullable`.
    nullable: bool,
    /// `ignore`.
    ignore: bool,
}

impl<'a> Field<'a> {
    /// Reads a named field.
    fn read(field: &'a syn::Field) -> Option<Self> {
        let sea_orm = SeaOrm::read(&field.attrs);
        let kind = Kind::of(&field.ty, &sea_orm);
        Some(Self { ident: field.ident.as_ref()?, ty: &field.ty, kind, sea_orm })
    }

    /// Returns its name, without the `r#` of a raw identifier.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl Kind {
    /// Determines the kind by the rules of SeaORM's derives, which look at the last segment of the type.
    fn of(ty: &Type, sea_orm: &SeaOrm) -> Self {
        match last_word(ty).as_deref() {
            _ if sea_orm.ignore => Self::Ignored,
            Some("BelongsTo" | "HasOne" | "HasMany") => Self::Relation,
            Some("Option") => Self::Optional,
            _ if sea_orm.nullable => Self::Nullable,
            _ => Self::Required,
        }
    }

    /// Whether SeaORM generates a column for it.
    pub(crate) fn is_column(self) -> bool {
        match self {
            Self::Required | Self::Optional | Self::Nullable => true,
            Self::Relation | Self::Ignored => false,
        }
    }
}

/// The last segment of a type's path, as a string: `Option` for `std::option::Option<i64>`.
fn last_word(ty: &Type) -> Option<String> {
    last_segment(ty).map(|segment| segment.ident.to_string())
}

/// The last segment of a type's path, even if a `macro_rules!` macro wraps the type.
fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

impl SeaOrm {
    /// Reads a field's `#[sea_orm(..)]` attributes. As in SeaORM, the last of two values counts.
    fn read(attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        each_sea_orm(attrs, |key, meta| found.set(key, meta));
        found
    }

    /// Reads one key.
    fn set(&mut self, key: &str, meta: &ParseNestedMeta<'_>) {
        match key {
            "column_name" => self.column_name = value(meta),
            "enum_name" => self.enum_name = value(meta).and_then(|name| syn::parse_str(&name).ok()),
            "primary_key" => self.primary_key = true,
            "nullable" => self.nullable = true,
            "ignore" => self.ignore = true,
            _ => {}
        }
    }
}

/// Calls `visit` with each key of each `#[sea_orm(..)]` attribute. Stops silently at a malformed part: SeaORM's own
/// derive reports it.
fn each_sea_orm(attrs: &[Attribute], mut visit: impl FnMut(&str, &ParseNestedMeta<'_>)) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("sea_orm")) {
        attr.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
            visit(&key, &meta);
            skip_value(meta.input)
        })
        .ok();
    }
}

/// Reads the string after a key's `=`.
fn value(meta: &ParseNestedMeta<'_>) -> Option<String> {
    meta.value().ok()?.parse::<LitStr>().ok().map(|string| string.value())
}

/// Skips the rest of a key's value.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;
    use syn::{DeriveInput, parse_quote};

    /// Returns the entries of an item's attributes as text, or the error's message.
    fn words(item: &DeriveInput) -> Result<Vec<String>, String> {
        let entries = entries(&item.attrs).map_err(|error| error.to_string())?;
        Ok(entries.iter().map(|entry| entry.word.to_string()).collect())
    }

    /// Reads one field.
    fn field(field: &syn::Field) -> Field<'_> {
        Field::read(field).expect("the field has a name")
    }

    /// Wraps tokens as a fragment of a `macro_rules!` macro does.
    fn fragment(tokens: TokenStream) -> Group {
        Group::new(Delimiter::None, tokens)
    }

    #[test]
    fn entries_are_read_from_all_attributes_in_order() {
        let item = parse_quote! {
            #[tenant(writable, shared,)]
            #[sea_orm(table_name = "country")]
            #[tenant(root)]
            struct Model {}
        };
        assert_eq!(words(&item), Ok(vec!["writable".into(), "shared".into(), "root".into()]));
    }

    #[test]
    fn a_column_may_come_through_a_macro() {
        let name = fragment(quote!("account_id"));
        let entry: Entry = parse_quote!(column = #name);
        assert!(matches!(entry.key, Key::Column(name) if name.value() == "account_id"));
    }

    #[test]
    fn a_flag_takes_no_value() {
        let with_value = parse_quote!(
            #[tenant(root = true)]
            struct Model {}
        );
        let with_list = parse_quote!(
            #[tenant(shared(writable))]
            struct Model {}
        );
        for (item, word) in [(with_value, "root"), (with_list, "shared")] {
            let message = words(&item).expect_err("a flag stands alone");
            assert!(
                message.starts_with(&format!("expected a comma after `{word}`; write one of ")),
                "{message}"
            );
        }
    }

    #[test]
    fn fields_have_the_kind_that_seaorm_gives_them() {
        let option = fragment(quote!(Option<i64>));
        let fields: [(syn::Field, Kind); 10] = [
            (parse_quote!(id: i64), Kind::Required),
            (parse_quote!(id: Options), Kind::Required),
            (parse_quote!(id: [u8; 16]), Kind::Required),
            (parse_quote!(id: Option<i64>), Kind::Optional),
            (parse_quote!(id: ::std::option::Option<i64>), Kind::Optional),
            (parse_quote!(id: #option), Kind::Optional),
            (parse_quote!(#[sea_orm(nullable)] id: i64), Kind::Nullable),
            (parse_quote!(id: HasMany<super::task::Entity>), Kind::Relation),
            (parse_quote!(id: sea_orm::entity::prelude::BelongsTo<Option<account::Entity>>), Kind::Relation),
            (parse_quote!(#[sea_orm(ignore)] id: Option<i64>), Kind::Ignored),
        ];
        for (written, kind) in &fields {
            assert_eq!(field(written).kind, *kind, "{}", quote!(#written));
        }
    }

    #[test]
    fn seaorm_attributes_are_read_among_others() {
        let written = parse_quote! {
            #[sea_orm(primary_key, auto_increment = false, default_expr = "f(1, 2)", column_name = "first")]
            #[sea_orm(on(a, b), default_value = -1, column_name = "last", enum_name = "Owner")]
            r#type: i64
        };
        let Field { sea_orm, .. } = field(&written);
        assert_eq!(field(&written).name(), "type");
        assert_eq!(sea_orm.column_name.as_deref(), Some("last"));
        assert!(sea_orm.enum_name.is_some_and(|name| name == "Owner"));
        assert!(sea_orm.primary_key);
    }

    #[test]
    fn malformed_seaorm_attributes_are_ignored() {
        let written = parse_quote!(#[sea_orm] #[sea_orm(column_name = 1, enum_name = "1", 2)] id: i64);
        let Field { sea_orm, kind, .. } = field(&written);
        assert_eq!((sea_orm.column_name, kind), (None, Kind::Required));
        assert!(sea_orm.enum_name.is_none());
    }
}
