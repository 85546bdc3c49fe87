//! What a scope would have made of a statement with its values.

use crate::{
    error::TenancyError,
    statement::{Shared, engine, scoped_with},
    tenant_set::BoundTenants,
};
use sea_orm::Statement;
use sea_orm_multitenant_sql::{Refusal, StatementKind, administration};

/// What a scope would have made of a statement.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It would have sent this.
    Accepted { scoped: Statement, kind: StatementKind },
    /// It would have refused it.
    Refused { code: &'static str, construct: String, way_out: String },
    /// No scope runs it, because it acts on no rows.
    Administrative,
}

impl Outcome {
    /// Scopes a statement without sending it.
    pub(super) fn of(shared: &Shared, tenants: &BoundTenants, statement: &Statement) -> Self {
        let backend = statement.db_backend;
        match scoped_with(shared, tenants, backend, statement.clone(), |scoped, _, _| scoped.kind()) {
            Ok((scoped, kind)) => Self::Accepted { scoped, kind },
            Err(TenancyError::Refused(refusal)) => Self::refused(&refusal, statement),
            Err(error) => Self::unbound(&error),
        }
    }

    fn refused(refusal: &Refusal, statement: &Statement) -> Self {
        let is_administrative =
            engine(statement.db_backend).is_ok_and(|engine| administration(engine, &statement.sql).is_some());
        if is_administrative {
            return Self::Administrative;
        }
        let (construct, way_out) = (refusal.construct().into_owned(), refusal.way_out().into_owned());
        Self::Refused { code: refusal.code(), construct, way_out }
    }

    /// The refusal of a statement for its values, without them.
    fn unbound(error: &TenancyError) -> Self {
        let (code, construct, way_out) = match error {
            TenancyError::TenantMismatch { table, expected: _, found: _ } => (
                "tenant-mismatch",
                format!("another tenant's id written into `{table}`"),
                "leave the tenant column unset; the scope fills it in",
            ),
            TenancyError::ValueCount { expected: _, found: _ } => (
                "value-count",
                "more or fewer values than placeholders".to_owned(),
                "bind one value for each",
            ),
            TenancyError::UnknownValue { kind } => (
                "unknown-value",
                format!("a value of kind `{kind}`, whose database type is not known"),
                "bind a text or a number, and cast it in the statement",
            ),
            TenancyError::UnsupportedValue { position: _, kind } => (
                "unsupported-value",
                format!("a value of kind `{kind}`, which the engine has no type for"),
                "use an i64, or a text",
            ),
            TenancyError::NumberOutOfRange => (
                "number-out-of-range",
                "a number with more digits than a NUMERIC holds".to_owned(),
                "round it",
            ),
            _ => {
                ("error", "a statement that cannot be bound".to_owned(), "run it in a scope to see the error")
            }
        };
        Self::Refused { code, construct, way_out: way_out.to_owned() }
    }
}
