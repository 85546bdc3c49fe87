//! The command `explain`.

use crate::{arguments::Format, failure::Failure, output};
use sea_orm::{Statement, Value};
use sea_orm_multitenant::{Tenancy, TenancyError, TenantId, TenantType};
use sea_orm_multitenant_migration::citus::{Verdict, citus_version, explain};
use serde::Serialize;
use std::io::Write;

/// The JSON output.
#[derive(Serialize)]
struct Explained {
    tenant: String,
    before: String,
    after: String,
    values: Vec<String>,
    /// On Citus only.
    shards: Option<String>,
    single_shard: Option<bool>,
}

/// The JSON output for a statement that a scope refuses.
#[derive(Serialize)]
struct NotExplained {
    tenant: String,
    before: String,
    refused: Refused,
}

/// A refusal.
#[derive(Serialize)]
struct Refused {
    code: &'static str,
    message: String,
}

pub(super) async fn run(
    tenancy: &Tenancy,
    tenant: &str,
    sql: String,
    values: Vec<String>,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let scope = tenancy.scope(tenant_of(tenancy, tenant)?)?;
    let values: Vec<_> = values.into_iter().map(value).collect();
    let statement = Statement::from_sql_and_values(scope.get_database_backend(), &sql, values);
    let scoped = match (scope.rewrite(statement), format) {
        (Ok(scoped), _) => scoped,
        (Err(TenancyError::Refused(refusal)), Format::Json) => {
            let refused = Refused { code: refusal.code(), message: refusal.to_string() };
            output::json(out, &NotExplained { tenant: tenant.to_owned(), before: sql, refused })?;
            return Ok(false);
        }
        (Err(error), _) => return Err(error.into()),
    };
    let after = scoped.sql.clone();
    let shown = scoped.values.iter().flat_map(|values| &values.0).map(ToString::to_string).collect();
    let db = tenancy.unscoped("explain a statement of a scope");
    let verdict = match citus_version(db).await? {
        Some(_) => Some(explain(db, scoped).await?),
        None => None,
    };
    let explained = Explained {
        tenant: tenant.to_owned(),
        before: sql,
        after,
        values: shown,
        shards: verdict.as_ref().map(ToString::to_string),
        single_shard: verdict.as_ref().map(Verdict::is_single_shard),
    };
    match format {
        Format::Json => output::json(out, &explained)?,
        Format::Table => {
            writeln!(out, "before: {}", explained.before)?;
            writeln!(out, "after:  {}", explained.after)?;
            if !explained.values.is_empty() {
                writeln!(out, "values: {}", explained.values.join(", "))?;
            }
            if let Some(shards) = &explained.shards {
                writeln!(out, "Citus:  {shards}")?;
            }
        }
    }
    let fans_out = matches!(verdict, Some(Verdict::FanOut { .. } | Verdict::PullPush { .. }));
    Ok(!fans_out)
}

/// Parses the tenant's id as the type of the tenant columns.
fn tenant_of(tenancy: &Tenancy, text: &str) -> Result<TenantId, Failure> {
    let types: Vec<_> = tenancy
        .catalogue()
        .tables()
        .iter()
        .filter_map(|table| table.tenant_column())
        .map(|(_, ty)| ty)
        .collect();
    let wrong = |what: &str| {
        Failure::Usage(format!("the tenant `{text}` is not {what}, the type of the tenant columns"))
    };
    if types.contains(&TenantType::BigInt) || types.contains(&TenantType::Int) {
        return text.parse::<i64>().map(TenantId::from).map_err(|_| wrong("an integer"));
    }
    if types.contains(&TenantType::Uuid) {
        return uuid::Uuid::parse_str(text).map(TenantId::from).map_err(|_| wrong("a UUID"));
    }
    Ok(TenantId::from(text))
}

/// Parses the value of a placeholder.
fn value(text: String) -> Value {
    match text.parse::<i64>() {
        Ok(number) => number.into(),
        Err(_) => text.into(),
    }
}
