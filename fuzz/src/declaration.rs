//! The derive: any declaration becomes Rust or a compile error, and never a panic.

use crate::expand;
use arbitrary::{Arbitrary, Unstructured};
use proc_macro2::TokenStream;
use std::str::FromStr;
use syn::DeriveInput;

/// Longest declaration: `syn` itself reads deeply nested types by recursion.
const MAX_TEXT: usize = 4 << 10;

/// Deepest nesting of brackets, for the same reason.
const MAX_DEPTH: usize = 40;

/// Texts for the places of a declaration.
const STRINGS: &[&str] = &[
    "id",
    "account_id",
    "r#type",
    "type",
    "",
    "Self",
    "self_",
    "_",
    "_1",
    "a b",
    "é",
    "\\\"",
    "ID",
    "tenantId",
];
const NAMES: &[&str] =
    &["id", "account_id", "r#type", "self_", "_1", "__", "é", "tenantId", "r#async", "x0", "ID", "Model"];
const TYPES: &[&str] = &[
    "i64",
    "Option<i64>",
    "::std::option::Option<Uuid>",
    "HasMany<super::task::Entity>",
    "BelongsTo<Option<super::a::Entity>>",
    "[u8; 16]",
    "(i32, i32)",
    "(Option<i64>)",
    "&'static str",
    "fn(i32) -> i32",
    "dyn Any",
    "!",
    "String",
    "m!()",
];
const KEYS: &[&str] = &[
    "column = STRING",
    "root",
    "shared",
    "writable",
    "column",
    "column = 1",
    "column(STRING)",
    "column = concat!(STRING, \"_id\")",
    "root = true",
    "shared(writable)",
    "unknown",
    "r#root",
    ",",
    "= ",
    "column = -STRING",
    "\"root\"",
];
const SEA_ORM: &[&str] = &[
    "primary_key",
    "column_name = STRING",
    "enum_name = STRING",
    "nullable",
    "ignore",
    "auto_increment = false",
    "model_ex",
    "table_name = STRING",
    "column_name = 1",
    "on(a, b)",
    ",",
    "=",
    "enum_name",
];
const KINDS: &[&str] =
    &["struct Model", "pub struct Model", "struct ModelEx", "enum Model", "union Model", "struct Other"];

/// Checks one input: with an even first byte the rest is the declaration's text, with an odd one it chooses its parts.
///
/// # Panics
/// When the derive panics or writes what is no Rust; that is a finding.
pub fn check(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    if choice % 2 == 0 {
        if let Ok(text) = std::str::from_utf8(rest) {
            expands(text);
        }
    } else if let Ok(text) = made(&mut Unstructured::new(rest)) {
        expands(&text);
    }
}

/// Expands a declaration, if it is an item at all. Says whether it was.
///
/// # Panics
/// As [`check`].
pub fn expands(text: &str) -> bool {
    if text.len() > MAX_TEXT || depth(text) > MAX_DEPTH {
        return false;
    }
    let Some(item) = item(text) else { return false };
    let expansion = expand::derive(&item);
    let written = expansion.to_string();
    let file = syn::parse2::<syn::File>(expansion);
    assert!(file.is_ok(), "it expands to what is no Rust: {written}\n{text}");
    assert_eq!(written, expand::derive(&item).to_string(), "it expands in two ways\n{text}");
    let says_nothing = item.ident == "ModelEx";
    let registers = written.contains("submit");
    let errs = written.contains("compile_error");
    assert!(
        says_nothing || registers != errs,
        "neither an error nor a registration, or both: {written}\n{text}"
    );
    assert!(!says_nothing || written.is_empty(), "the copy of a model says something: {written}\n{text}");
    true
}

fn item(text: &str) -> Option<DeriveInput> {
    syn::parse2(TokenStream::from_str(text).ok()?).ok()
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            b'&' | b'*' | b'-' | b'!' => depth += 1,
            b';' | b',' => depth = depth.min(MAX_DEPTH / 2),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Makes a declaration of known parts.
fn made(bytes: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let mut text = String::new();
    for _ in 0..bytes.int_in_range(0..=3)? {
        attribute(bytes, &mut text)?;
    }
    let kind = *bytes.choose(KINDS)?;
    text.push_str(kind);
    if u8::arbitrary(bytes)? == 0 {
        text.push_str("<T>");
    }
    if u8::arbitrary(bytes)? == 0 {
        text.push_str(if bool::arbitrary(bytes)? { "(i64);" } else { ";" });
        return Ok(text);
    }
    text.push_str(" { ");
    for _ in 0..bytes.int_in_range(0..=5)? {
        for _ in 0..bytes.int_in_range(0..=2)? {
            attribute(bytes, &mut text)?;
        }
        text.push_str(bytes.choose(NAMES)?);
        if !kind.starts_with("enum") {
            text.push_str(": ");
            text.push_str(bytes.choose(TYPES)?);
        }
        text.push_str(", ");
    }
    text.push('}');
    Ok(text)
}

fn attribute(bytes: &mut Unstructured<'_>, text: &mut String) -> arbitrary::Result<()> {
    let (word, parts) = if bool::arbitrary(bytes)? { ("tenant", KEYS) } else { ("sea_orm", SEA_ORM) };
    let mut inside = Vec::new();
    for _ in 0..bytes.int_in_range(0..=3)? {
        let string = format!("\"{}\"", bytes.choose(STRINGS)?);
        inside.push(bytes.choose(parts)?.replace("STRING", &string));
    }
    let attribute = match bytes.int_in_range(0..=15)? {
        0 => format!("#[{word}] "),
        1 => format!("#[{word} = \"root\"] "),
        2 => format!("#[{word}{{{}}}] ", inside.join(", ")),
        _ => format!("#[{word}({})] ", inside.join(", ")),
    };
    text.push_str(&attribute);
    Ok(())
}
