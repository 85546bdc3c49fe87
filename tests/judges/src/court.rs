//! Converts a scoped statement's description of itself to the plain data that the judges take. The judges do not depend
//! on the rewriter's types.

use crate::{
    description::{Bound, Description, Judged, Kind, Known, Table},
    postgres,
    sqlite::Authorizer,
};
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Engine, Ownership, Refusal, ScopedStatement, StatementKind, Whom, scope_statement,
    scope_statement_for,
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// A catalogue, converted for the judges.
#[derive(Debug)]
pub struct Court {
    catalogue: Catalogue,
    tables: Vec<Table>,
    may_call: Mutex<HashMap<String, bool>>,
}

impl Court {
    /// Judges statements on these tables.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self { catalogue: catalogue.clone(), tables: tables(catalogue), may_call: Mutex::default() }
    }

    /// The tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Judges the text that is sent on PostgreSQL for the caller's text.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub fn postgres(&self, callers: &str, scoped: &ScopedStatement) -> Result<Judged, String> {
        self.hear(Engine::Postgres, callers, scoped.sql(), scoped, postgres::judge)
    }

    /// Judges the text that is sent on SQLite for the caller's text.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub fn sqlite(
        &self,
        authorizer: &Authorizer,
        callers: &str,
        scoped: &ScopedStatement,
    ) -> Result<Judged, String> {
        self.hear(Engine::Sqlite, callers, scoped.sql(), scoped, |said, known| authorizer.judge(said, known))
    }

    /// Judges a text by its scoped statement's description.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub fn hear<T>(
        &self,
        engine: Engine,
        callers: &str,
        sent: &str,
        scoped: &ScopedStatement,
        judge: impl FnOnce(&Description<'_>, &Known<'_>) -> Result<T, String>,
    ) -> Result<T, String> {
        let bound: Vec<_> = scoped.arguments().iter().map(bound).collect();
        let said = Description {
            sent,
            callers,
            kind: kind(scoped.kind()),
            tables: scoped.tables(),
            bound: &bound,
            repeated: scoped.repeated(),
            for_set: is_for_set(scoped),
        };
        let may_call = |name: &str| self.may_call(engine, name);
        judge(&said, &Known { tables: &self.tables, may_call: &may_call })
    }

    /// Finds the scoped statement of the text that a scope sent for the caller's text. It is found by its text, so that
    /// a text that is not a known scoped statement is not judged by another's description.
    pub fn scoped_statement_of(
        &self,
        engine: Engine,
        callers: &str,
        sent: &str,
        whom: Whom,
    ) -> Option<ScopedStatement> {
        let found = |whom| self.scope_statement_for(engine, callers, sent, whom);
        match whom {
            Whom::One | Whom::OneWithRepeats => found(Whom::OneWithRepeats).or_else(|| found(Whom::One)),
            Whom::Set(_) | Whom::All => found(whom),
        }
    }

    fn scope_statement_for(
        &self,
        engine: Engine,
        callers: &str,
        sent: &str,
        whom: Whom,
    ) -> Option<ScopedStatement> {
        scope_statement_for(&self.catalogue, engine, callers, whom).ok().filter(|scoped| scoped.sql() == sent)
    }

    /// Whether a scope allows a call of this function: this asks the scope, which has its own list.
    pub fn may_call(&self, engine: Engine, name: &str) -> bool {
        let mut known = self.may_call.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(format!("{engine:?} {name}")).or_insert_with(|| {
            let quote = if engine == Engine::MySql { '`' } else { '"' };
            let name = format!("{quote}{name}{quote}");
            [format!("SELECT {name}()"), format!("SELECT 1 FROM {name}() AS called")]
                .iter()
                .any(|text| !is_refused_call(scope_statement(&self.catalogue, engine, text)))
        })
    }
}

/// Whether a scoped statement is for a set of tenants. One for a single tenant binds it wherever the caller wrote a
/// tenant that is checked.
fn is_for_set(scoped: &ScopedStatement) -> bool {
    let has = |wanted: fn(&Argument) -> bool| scoped.arguments().iter().any(wanted);
    has(|argument| matches!(argument, Argument::TenantAt(..)))
        || (!scoped.checks().is_empty() && !has(|argument| matches!(argument, Argument::Tenant(_))))
}

fn is_refused_call(scoped: Result<ScopedStatement, Refusal>) -> bool {
    match scoped {
        Ok(_) => false,
        Err(Refusal::Unsupported { construct, table: _, instead: _ }) => construct.contains("the function"),
        Err(_) => true,
    }
}

/// The tables; those of the default schema by their names with it and without.
fn tables(catalogue: &Catalogue) -> Vec<Table> {
    let mut tables: Vec<_> = catalogue.tables().iter().map(table).collect();
    if let Some(default) = catalogue.default_schema() {
        let other = |each: &Table| match each.schema.as_deref() {
            None => Some(Table { schema: Some(default.to_owned()), ..each.clone() }),
            Some(schema) if schema == default => Some(Table { schema: None, ..each.clone() }),
            Some(_) => None,
        };
        let others: Vec<_> = tables.iter().filter_map(other).collect();
        tables.extend(others);
    }
    tables
}

fn table(table: &sea_orm_multitenant_sql::Table) -> Table {
    Table {
        declared: table.qualified_name(),
        schema: table.schema().map(str::to_owned),
        name: table.name().to_owned(),
        tenant_column: table.tenant_column().map(|(column, _)| column.to_owned()),
        has_global_rows: table.has_global_rows(),
        columns: table.columns().to_vec(),
        writable: !matches!(table.ownership(), Ownership::Shared { writable: false }),
    }
}

fn bound(argument: &Argument) -> Bound {
    match argument {
        Argument::Value(index) => Bound::Value(*index),
        Argument::Tenant(_) => Bound::Tenant,
        Argument::TenantAt(index, _) => Bound::TenantAt(*index),
    }
}

fn kind(kind: StatementKind) -> Kind {
    match kind {
        StatementKind::Insert => Kind::Insert,
        StatementKind::Update => Kind::Update,
        StatementKind::Delete => Kind::Delete,
        // The enum is non-exhaustive: a new kind is none of the others.
        _ => Kind::Select,
    }
}
