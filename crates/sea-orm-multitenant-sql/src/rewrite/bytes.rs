//! Tenants' ids that are texts, compared by their bytes.
//!
//! Engines compare texts by a collation, which may take different ids for one: MySQL's ignore case, accents and trailing
//! spaces, SQLite's NOCASE and PostgreSQL's citext ignore case, PostgreSQL's non-deterministic collations what they
//! are made to. A second comparison, of bytes, follows the first, which an index serves.

use crate::{
    engine::{ByteComparison, Engine},
    rewrite::build::{case_when, cast, equal, in_utf8mb4, number},
    tenant_type::TenantType,
};
use sqlparser::ast::{DataType, Expr, Ident, ObjectName};

/// What `compare` makes of an id's column, and for a text what it makes of the bytes in it as well.
pub(super) fn exactly(
    engine: Engine,
    ty: TenantType,
    own: Expr,
    compare: impl Fn(Expr) -> Expr,
) -> Vec<Expr> {
    match ty {
        TenantType::Int | TenantType::BigInt | TenantType::Uuid => vec![compare(own)],
        TenantType::Text => {
            let of_bytes = settled(engine, compare(bytes(engine, own.clone())));
            vec![compare(own), of_bytes]
        }
    }
}

/// `left = right` for two columns that hold tenants' ids, by bytes as well where they are texts.
pub(super) fn equal_ids(engine: Engine, ty: TenantType, left: Expr, right: &Expr) -> Vec<Expr> {
    match ty {
        TenantType::Int | TenantType::BigInt | TenantType::Uuid => vec![equal(left, right.clone())],
        TenantType::Text => {
            let of_bytes = equal(bytes(engine, left.clone()), bytes(engine, right.clone()));
            vec![equal(left, right.clone()), settled(engine, of_bytes)]
        }
    }
}

/// A text in a form that the engine compares byte by byte.
fn bytes(engine: Engine, text: Expr) -> Expr {
    match engine.byte_comparison() {
        ByteComparison::CollateBinary => collate(text, Ident::with_quote('`', "BINARY")),
        ByteComparison::ConvertToBinary => cast(in_utf8mb4(text), DataType::Binary(None)),
        ByteComparison::CaseOfCollateC => collate(cast(text, DataType::Text), Ident::with_quote('"', "C")),
    }
}

/// A comparison of bytes in a form that does not change how many rows the engine expects of the one before it.
fn settled(engine: Engine, comparison: Expr) -> Expr {
    match engine.byte_comparison() {
        ByteComparison::CollateBinary | ByteComparison::ConvertToBinary => comparison,
        // PostgreSQL takes two conditions for independent, and this one for true of 995 rows in 1,000 (`nulltestsel`
        // in its selfuncs.c).
        ByteComparison::CaseOfCollateC => Expr::IsNotNull(Box::new(case_when(comparison, number("1"), None))),
    }
}

/// `expr COLLATE collation`.
fn collate(expr: Expr, collation: Ident) -> Expr {
    Expr::Collate { expr: Box::new(expr), collation: ObjectName::from(vec![collation]) }
}
