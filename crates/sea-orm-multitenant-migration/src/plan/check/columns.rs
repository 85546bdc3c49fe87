//! Checks the tenant column and the ids.

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    world::{Owned, World},
};
use sea_orm_multitenant::TenantType;

pub(super) fn check(world: &World<'_>, table: Owned<'_>, findings: &mut Vec<Finding>) {
    let mut found = |severity, kind| findings.push(Finding::new(severity, table.name(), kind));
    let column = table.tenant.to_owned();
    match table.live.column(table.tenant) {
        None => found(Severity::Error, FindingKind::TenantColumnMissing { column }),
        Some(live) => {
            if table.declared.has_global_rows() {
                if !live.nullable {
                    found(Severity::Warning, FindingKind::TenantColumnRequired { column: column.clone() });
                }
            } else if live.nullable && !table.is_root {
                found(Severity::Error, FindingKind::TenantColumnNullable { column: column.clone() });
            }
            if let Some(severity) = differs(&live.ty, table.ty) {
                let (found_type, expected) = (live.ty.clone(), word(table.ty).to_owned());
                found(severity, FindingKind::TenantColumnType { column, found: found_type, expected });
            }
        }
    }
    for column in table.live.columns.iter().filter(|column| column.generated && is_small(&column.ty)) {
        // SQLite's INTEGER has 64 bits.
        if !world.schema.engine.generated_id_is_the_key() {
            let severity = if world.distributes() { Severity::Error } else { Severity::Note };
            found(severity, FindingKind::SmallIds { column: column.name.clone(), ty: column.ty.clone() });
        }
    }
    if table.live.hides_rows {
        found(Severity::Warning, FindingKind::RowsHidden);
    }
}

/// A family of types, regardless of length.
#[derive(PartialEq, Eq)]
enum Family {
    Int,
    BigInt,
    Uuid,
    Text,
    Binary,
    Other,
}

fn family(ty: &str) -> Family {
    let lower = ty.to_ascii_lowercase();
    let word = lower.split(['(', ' ']).next().unwrap_or_default();
    match word {
        "bigint" | "int8" | "bigserial" => Family::BigInt,
        "int" | "integer" | "int4" | "smallint" | "tinyint" | "mediumint" | "int2" | "serial" => Family::Int,
        "uuid" | "uuid_text" => Family::Uuid,
        "text" | "varchar" | "char" | "character" | "bpchar" | "tinytext" | "mediumtext" | "longtext"
        | "citext" => Family::Text,
        "blob" | "binary" | "varbinary" | "uuid_blob" => Family::Binary,
        _ => Family::Other,
    }
}

/// The severity of a type that differs from the expected one; `None` if it fits.
fn differs(found: &str, expected: TenantType) -> Option<Severity> {
    match (family(found), expected) {
        (Family::BigInt | Family::Int, TenantType::Int)
        | (Family::BigInt, TenantType::BigInt)
        | (Family::Uuid | Family::Binary, TenantType::Uuid)
        | (Family::Text, TenantType::Text) => None,
        // SQLite's name for its 64-bit integer.
        (Family::Int, TenantType::BigInt) if found == "INTEGER" => None,
        (Family::Int, TenantType::BigInt) | (Family::Text, TenantType::Uuid) => Some(Severity::Warning),
        _ => Some(Severity::Error),
    }
}

fn word(ty: TenantType) -> &'static str {
    match ty {
        TenantType::Int => "a 32-bit integer",
        TenantType::BigInt => "a 64-bit integer",
        TenantType::Uuid => "a UUID",
        TenantType::Text => "text",
    }
}

fn is_small(ty: &str) -> bool {
    family(ty) == Family::Int
}

#[cfg(test)]
mod tests {
    use super::{differs, is_small};
    use crate::plan::finding::Severity;
    use sea_orm_multitenant::TenantType;

    #[test]
    fn type_fits_regardless_of_length_and_collation() {
        for (found, expected) in [
            ("bigint(20) unsigned", TenantType::BigInt),
            ("INTEGER", TenantType::BigInt),
            ("character varying(40)", TenantType::Text),
            ("varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", TenantType::Text),
            ("binary(16)", TenantType::Uuid),
            ("integer", TenantType::Int),
        ] {
            assert_eq!(differs(found, expected), None, "{found}");
        }
    }

    #[test]
    fn other_types_are_findings() {
        assert_eq!(differs("integer", TenantType::BigInt), Some(Severity::Warning));
        assert_eq!(differs("char(36)", TenantType::Uuid), Some(Severity::Warning));
        assert_eq!(differs("text", TenantType::BigInt), Some(Severity::Error));
        assert_eq!(differs("numeric", TenantType::Int), Some(Severity::Error));
        assert!(is_small("int(11)") && !is_small("bigint"));
    }
}
