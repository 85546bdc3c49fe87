//! What a scope makes of one statement.

use crate::audit::{
    digest,
    usage::{StatementUse, TextForm},
};
use sea_orm_multitenant_sql::{
    Catalogue, Engine, Refusal, ScopedStatement, StatementKind, Whom, administration, scope_statement_for,
};
use serde::Serialize;
use std::borrow::Cow;

/// What a scope makes of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// A scope runs it.
    Accepted {
        /// The text that a scope sends.
        scoped: String,
        /// The tables of the catalogue that it names, sorted, with their schemas if they have one.
        tables: Vec<String>,
        /// Whether it is an INSERT, UPDATE or DELETE.
        writes: bool,
        /// The tables to whose tenant column it writes a value. The scope refuses the statement if that value is another
        /// tenant, which the text does not tell.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        writes_tenant_of: Vec<String>,
    },
    /// A scope refuses it.
    Refused {
        /// The kind of refusal, for programs: see [`Refusal::code`].
        code: &'static str,
        /// The construct that is refused.
        construct: String,
        /// What to do instead.
        way_out: String,
        /// The whole message.
        message: String,
    },
    /// No scope runs it, because it acts on no rows: DDL, transaction control, settings, maintenance.
    Administrative {
        /// What it administrates: `schema`, `transaction`, `session` or `maintenance`.
        kind: &'static str,
    },
    /// The text does not tell.
    Unjudged {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// The verdict of what became of a statement in a scope.
    pub(crate) fn of_outcome(outcome: Result<&ScopedStatement, &Refusal>) -> Self {
        match outcome {
            Ok(scoped) => Self::accepted(scoped),
            Err(refusal) => Self::refused(refusal),
        }
    }

    fn accepted(scoped: &ScopedStatement) -> Self {
        let mut writes_tenant_of: Vec<_> =
            scoped.checks().iter().map(|check| check.table.to_string()).collect();
        writes_tenant_of.sort_unstable();
        writes_tenant_of.dedup();
        Self::Accepted {
            scoped: scoped.sql().to_owned(),
            tables: scoped.tables().to_vec(),
            writes: scoped.kind() != StatementKind::Select,
            writes_tenant_of,
        }
    }

    fn refused(refusal: &Refusal) -> Self {
        Self::Refused {
            code: refusal.code(),
            construct: refusal.construct().into_owned(),
            way_out: refusal.way_out().into_owned(),
            message: refusal.to_string(),
        }
    }

    fn unjudged(reason: impl Into<String>) -> Self {
        Self::Unjudged { reason: reason.into() }
    }
}

/// Judges one statement.
pub(super) fn judge(catalogue: &Catalogue, engine: Engine, statement: &StatementUse) -> Verdict {
    let text = match readable(statement) {
        Ok(text) => text,
        Err(reason) => return Verdict::unjudged(reason),
    };
    if let Some(kind) = administration(engine, &text) {
        return Verdict::Administrative { kind: kind.as_str() };
    }
    if let (TextForm::PgStatStatements, Some(ty)) = (statement.form, type_before_placeholder(&text)) {
        return Verdict::unjudged(format!(
            "the server keeps `{ty} $n` in place of a constant of that type, which is no SQL; audit the statement from a file"
        ));
    }
    Verdict::of_outcome(scope_statement_for(catalogue, engine, &text, Whom::One).as_ref())
}

/// The most bytes that MySQL and MariaDB keep of a prepared statement's text: their constant `COL_INFO_SIZE`.
const MOST_PREPARED: usize = 1_024;

/// The text as SQL, or why there is none.
fn readable(statement: &StatementUse) -> Result<Cow<'_, str>, &'static str> {
    match statement.form {
        TextForm::Sent => Ok(statement.sql.as_str().into()),
        TextForm::PgStatStatements if statement.sql == "<insufficient privilege>" => {
            Err("the server shows the texts of other roles only to members of `pg_read_all_stats`")
        }
        TextForm::PgStatStatements if statement.sql.is_empty() => {
            Err("the server does not have the text any more")
        }
        TextForm::PgStatStatements => Ok(statement.sql.as_str().into()),
        TextForm::Prepared if statement.sql.len() >= MOST_PREPARED => {
            Err("the server keeps no more than the first 1,024 bytes of a prepared statement")
        }
        TextForm::Prepared => Ok(statement.sql.as_str().into()),
        TextForm::Digest => digest::readable(&statement.sql).map(Cow::Owned),
    }
}

/// The types whose constants are written with the type's name before them, as in `DATE '2030-01-31'`.
const TYPES: [&str; 10] =
    ["DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMETZ", "INTERVAL", "ZONE", "JSON", "JSONB", "UUID"];

/// The name of a type that stands directly before a placeholder.
fn type_before_placeholder(text: &str) -> Option<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_type = |word: &str| TYPES.iter().any(|ty| ty.eq_ignore_ascii_case(word));
    words.windows(2).find_map(|pair| {
        let name = pair[0].trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        (is_type(name) && pair[1].starts_with('$')).then_some(name)
    })
}
