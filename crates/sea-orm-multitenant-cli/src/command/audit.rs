//! The command `audit`.

use crate::{arguments::Format, failure::Failure, output};
use sea_orm::DbBackend;
use sea_orm_multitenant::{
    Tenancy,
    audit::{
        Audit, AuditedStatement, Count, Counts, RefusedConstruct, StatementUse, Verdict, parse_statements,
        read_statistics,
    },
};
use sea_orm_multitenant_migration::citus::{self, CitusTable};
use serde::Serialize;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// After so many statements the progress is printed.
const PROGRESS: usize = 500;

/// The JSON output.
#[derive(Serialize)]
struct Output<'a> {
    counts: Counts,
    refusals: Vec<RefusedConstruct>,
    statements: Vec<Judged<'a>>,
}

/// A statement, and on Citus the shards that it reaches.
#[derive(Serialize)]
struct Judged<'a> {
    #[serde(flatten)]
    audited: &'a AuditedStatement,
    #[serde(skip_serializing_if = "Option::is_none")]
    shards: Option<String>,
}

pub(super) async fn run(
    tenancy: &Tenancy,
    files: &[PathBuf],
    lists_accepted: bool,
    format: Format,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let db = tenancy.unscoped("read the statistics of statements");
    let backend = db.get_database_backend();
    let statements = if files.is_empty() { read_statistics(db).await? } else { read_files(backend, files)? };
    let audit = judge(tenancy, backend, statements, err)?;
    let state = citus::read_tables(db).await?;
    let judged = audit.statements.iter().map(|audited| Judged {
        audited,
        shards: state.as_deref().and_then(|state| shards(tenancy, state, &audited.verdict)),
    });
    let output = Output { counts: audit.counts(), refusals: audit.refusals(), statements: judged.collect() };
    match format {
        Format::Json => output::json(out, &output)?,
        Format::Table => show(&output, lists_accepted, out)?,
    }
    Ok(audit.is_accepted())
}

fn read_files(backend: DbBackend, files: &[PathBuf]) -> Result<Vec<StatementUse>, Failure> {
    let mut statements = Vec::new();
    for path in files {
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            io::copy(&mut io::stdin(), &mut bytes).map(|_| bytes)
        } else {
            fs::read(path)
        };
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
        let text = text.map_err(|error| Failure::File(path.clone(), error))?;
        statements.extend(parse_statements(backend, &text)?);
    }
    Ok(statements)
}

fn judge(
    tenancy: &Tenancy,
    backend: DbBackend,
    statements: Vec<StatementUse>,
    err: &mut (dyn Write + Send),
) -> Result<Audit, Failure> {
    let all = statements.len();
    let mut audited = Vec::with_capacity(all);
    for (done, statement) in statements.into_iter().enumerate() {
        if done > 0 && done % PROGRESS == 0 {
            writeln!(err, "{done} of {all} statements")?;
        }
        audited.push(tenancy.audit_statement(backend, statement)?);
    }
    Ok(audited.into_iter().collect())
}

/// The shards that an accepted statement reaches.
fn shards(tenancy: &Tenancy, state: &[CitusTable], verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Accepted { tables, writes, .. } => {
            Some(citus::reach(tenancy.catalogue(), state, tables, *writes).to_string())
        }
        _ => None,
    }
}

fn show(output: &Output<'_>, lists_accepted: bool, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    let Output { counts, refusals, statements } = output;
    let mut table = output::table(["calls", "statements", "code", "construct", "what to do"]);
    for RefusedConstruct { code, construct, way_out, count, .. } in refusals {
        let (calls, statements) = (count.calls.to_string(), count.statements.to_string());
        table.add_row([calls, statements, code.clone(), printable(construct), printable(way_out)]);
    }
    output::write(out, &table, "No statement is refused.")?;
    for judged in statements {
        show_statement(judged, lists_accepted, out)?;
    }
    let Counts { accepted, refused, administrative, unjudged, .. } = counts;
    writeln!(
        out,
        "\nAccepted: {}. Refused: {}.\nNot for a scope, such as DDL: {}. Not judged: {}.",
        shown(*accepted),
        shown(*refused),
        shown(*administrative),
        shown(*unjudged),
    )?;
    Ok(())
}

/// Prints a statement that needs attention, or that was asked for.
fn show_statement(
    Judged { audited, shards }: &Judged<'_>,
    lists_accepted: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let (sql, calls) = (printable(&audited.statement.sql), calls(audited.statement.calls));
    match &audited.verdict {
        Verdict::Refused { message, .. } => {
            writeln!(out, "\n-- {calls}, refused: {}\n{sql};", printable(message))?
        }
        Verdict::Unjudged { reason } => writeln!(out, "\n-- {calls}, not judged: {reason}\n{sql};")?,
        Verdict::Accepted { scoped, writes_tenant_of, .. } if lists_accepted => {
            let shards = shards.as_ref().map(|shards| format!(", {shards}")).unwrap_or_default();
            writeln!(out, "\n-- {calls}{shards}\n{sql};\n-- in a scope:\n{};", printable(scoped))?;
            if !writes_tenant_of.is_empty() {
                let tables = writes_tenant_of.join("`, `");
                writeln!(
                    out,
                    "-- refused if the value for the tenant column of `{tables}` is another tenant"
                )?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn calls(calls: u64) -> String {
    format!("{calls} call{}", if calls == 1 { "" } else { "s" })
}

fn shown(Count { statements, calls: times }: Count) -> String {
    format!("{statements} statement{} ({})", if statements == 1 { "" } else { "s" }, calls(times))
}

/// The text with control characters escaped, which a terminal would obey.
fn printable(text: &str) -> String {
    let escaped = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' { c.escape_default().collect() } else { c.to_string() }
    };
    text.chars().map(escaped).collect()
}
