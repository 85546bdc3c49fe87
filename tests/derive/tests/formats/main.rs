//! The derive works in each of SeaORM's formats.
#![allow(dead_code, unreachable_pub)] // Entities are written as in an application, which would use all that SeaORM generates.

mod a_composite_key;
mod cfg_attr;
mod column_name;
mod compact_entities;
mod dense_compact_entities;
mod dense_entities;
mod derive_on_a_separate_line;
mod entities_made_by_a_macro;
mod enum_name;
mod expanded_entities;
mod expanded_roots;
mod global_rows;
mod model_attrs;
mod odd_names;
mod rename_all;
mod root;
mod schema_name;
mod shared;
mod strict_lints;
mod writable;
