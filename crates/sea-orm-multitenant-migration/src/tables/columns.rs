//! Rebuilds column definitions: sea-query's can be read, but not changed.

use sea_orm_migration::sea_query::{ColumnDef, ColumnSpec, ColumnType};

/// What the table requires of a column, regardless of its definition.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Role {
    /// It is NULL in some rows, regardless of its definition.
    pub(crate) null: bool,
    /// It is part of the key, so it is never NULL.
    pub(crate) not_null: bool,
    /// It is the whole primary key.
    pub(crate) primary_key: bool,
    /// The database generates its values.
    pub(crate) generated: bool,
    /// It is an INTEGER, the only type that SQLite generates.
    pub(crate) integer: bool,
}

/// Rebuilds the column for its role.
pub(crate) fn in_role(column: &ColumnDef, role: Role) -> ColumnDef {
    let ColumnSpec {
        nullable,
        default,
        auto_increment: _,
        unique,
        primary_key: _,
        check,
        generated,
        extra,
        comment,
        using,
    } = column.get_column_spec().clone();
    let mut made = ColumnDef::new(column.get_column_name());
    if role.integer {
        made.integer();
    } else if let Some(ty) = column.get_column_type() {
        made = ColumnDef::new_with_type(column.get_column_name(), ty.clone());
    }
    match nullable {
        _ if role.null => drop(made.null()),
        _ if role.not_null => drop(made.not_null()),
        Some(true) => drop(made.null()),
        Some(false) => drop(made.not_null()),
        None => {}
    }
    if role.primary_key {
        made.primary_key();
    }
    if role.generated {
        made.auto_increment();
    }
    if unique {
        made.unique_key();
    }
    default.map(|value| made.default(value));
    check.map(|check| made.check(check));
    generated.map(|generated| made.generated(generated.expr, generated.stored));
    extra.map(|text| made.extra(text));
    comment.map(|text| made.comment(text));
    using.map(|value| made.using(value));
    made
}

/// The type to which PostgreSQL casts the setting with the tenant; `None` if the column type cannot hold a tenant id.
///
/// Never a type with a length: a cast to it would truncate one tenant's id to another's.
pub(crate) fn cast_of(ty: &ColumnType) -> Option<&'static str> {
    match ty {
        ColumnType::TinyInteger | ColumnType::SmallInteger | ColumnType::TinyUnsigned => Some("smallint"),
        ColumnType::Integer | ColumnType::SmallUnsigned => Some("integer"),
        ColumnType::BigInteger | ColumnType::Unsigned | ColumnType::BigUnsigned => Some("bigint"),
        ColumnType::Uuid => Some("uuid"),
        ColumnType::Char(_) => Some("bpchar"),
        ColumnType::String(_) | ColumnType::Text => Some("text"),
        _ => None,
    }
}
