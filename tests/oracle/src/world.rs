//! The two databases.

use crate::{
    choices::Choices,
    ddl,
    engine::{Answer, Cell, Database, ErrorClass, Failure, Place, is_lost},
    judged::Judge,
    random_schema::schema,
    rows::{Row, rows},
    schema::{Backend, Role, Schema, Tenant},
};
use sea_orm::{ConnectOptions, DatabaseConnection, DbBackend, Statement, Value, sqlx};
use sea_orm_multitenant::{Tenancy, TenancyError, TenantId, TenantScope, TenantSet};
use sea_orm_multitenant_judges::unsigned;
use sea_orm_multitenant_sql::{Engine, Shape, Whom, scope_statement_for};

/// Why the databases could not be created or read: a defect of the oracle, of a server, or of the connection.
#[derive(Debug)]
pub struct Broken {
    /// What happened.
    pub message: String,
    /// Whether the server crashed, so that another connection may succeed.
    pub is_lost: bool,
}

impl Broken {
    /// A permanent failure.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_lost: false }
    }

    /// An error of a statement that should have succeeded.
    fn at(statement: &str, failure: &Failure) -> Self {
        let message = format!("{statement}: {}", failure.message);
        Self { message, is_lost: failure.class == ErrorClass::Lost }
    }
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        Self { message: error.to_string(), is_lost: is_lost(&error) }
    }
}

/// The rows of a database as text, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    /// The tenant's rows, those of shared tables, and global rows.
    pub own: Vec<String>,
    /// All other rows.
    pub others: Vec<String>,
}

/// A random schema with its rows.
#[derive(Debug)]
pub struct Setting {
    /// The tables.
    pub schema: Schema,
    /// The rows.
    pub rows: Vec<Row>,
    /// The numbers that they were generated from.
    pub choices: Vec<u32>,
}

impl Setting {
    /// Generates the schema and rows from `choices`.
    pub fn new(mut choices: Choices, backend: Backend) -> Self {
        let schema = schema(&mut choices, backend);
        let rows = rows(&mut choices, &schema);
        Self { schema, rows, choices: choices.recorded().to_vec() }
    }

    /// The statements that create database A, or B without the tenant's rows.
    pub fn script(&self, alone: bool) -> Vec<String> {
        let tenant = self.schema.tenant();
        let tables = self.schema.tables.iter().map(|table| ddl::create(&self.schema, table, alone));
        let here = self.rows.iter().filter(|row| row.owner.is_none() || (row.owner == Some(tenant)) == alone);
        let guards = self.schema.tables.iter().filter_map(|table| ddl::guard(&self.schema, table, alone));
        tables.chain(here.map(|row| ddl::insert(&self.schema, row))).chain(guards).collect()
    }
}

/// The connections of one worker, and the current schema.
#[derive(Debug)]
pub struct World {
    /// The database with the tenant's rows alone.
    pub a: Database,
    /// The database with the rows of all tenants.
    pub b: Database,
    /// The connection under the scopes of this engine; nothing is sent through it.
    connection: DatabaseConnection,
    backend: Backend,
}

/// The databases with a schema and its rows.
#[derive(Debug)]
pub struct Peopled<'w> {
    /// The databases.
    pub world: &'w mut World,
    /// What is in them.
    pub setting: Setting,
    /// The catalogue.
    tenancy: Tenancy,
    /// The tenant's scope on B.
    pub scope: TenantScope<DatabaseConnection>,
    /// Another tenant's scope on B.
    other: TenantScope<DatabaseConnection>,
    /// The third tenant's scope on B.
    third: TenantScope<DatabaseConnection>,
    /// The scope of the first two on B.
    both: TenantScope<DatabaseConnection, TenantSet>,
    /// The scope of all tenants on B, which are these three.
    all: TenantScope<DatabaseConnection, TenantSet>,
    /// The judge of what the tenant's scope sends.
    pub judge: Judge,
    /// The query for all rows.
    dump: String,
    /// The rows of other tenants.
    pub others: Vec<String>,
}

impl World {
    /// Connects to two databases whose names begin with `name`.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn connect(backend: Backend, url: &str, name: &str) -> Result<Self, Broken> {
        let place = |side| Place { backend, url: url.to_owned(), name: format!("{name}_{side}") };
        let (a, b) = (Database::connect(&place("a")).await?, Database::connect(&place("b")).await?);
        let mut options =
            ConnectOptions::new(if backend == Backend::Sqlite { "sqlite::memory:" } else { url });
        options.connect_lazy(true).sqlx_logging(false);
        let connection =
            sea_orm::Database::connect(options).await.map_err(|error| Broken::new(error.to_string()))?;
        Ok(Self { a, b, connection, backend })
    }

    /// Switches the optimisations of MariaDB off or on in both databases; does nothing on other engines.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn optimise(&mut self, on: bool) -> Result<(), Broken> {
        self.a.optimise(on).await?;
        self.b.optimise(on).await?;
        Ok(())
    }

    /// Creates the schema and its rows in both databases.
    ///
    /// # Errors
    /// When that fails.
    pub async fn people(&mut self, choices: Choices) -> Result<Peopled<'_>, Broken> {
        let setting = Setting::new(choices, self.backend);
        let schema = &setting.schema;
        let tenancy = ddl::catalogue(schema)
            .statement_cache_capacity(8)
            .build(self.connection.clone())
            .map_err(|error| Broken::new(error.to_string()))?;
        let [second, third] = schema.others();
        let [id, other, third] = [schema.tenant(), second, third].map(|tenant| match tenant {
            Tenant::Number(id) => TenantId::from(id),
            Tenant::Name(name) => TenantId::from(name),
        });
        let made = |error: TenancyError| Broken::new(error.to_string());
        let scope = tenancy.scope(&id).map_err(made)?;
        let both = tenancy.scope_many([&id, &other]).map_err(made)?;
        let other = tenancy.scope(&other).map_err(made)?;
        let third = tenancy.scope(&third).map_err(made)?;
        let all = tenancy.scope_all("statements for all tenants").writable();
        let (script_a, script_b) = (setting.script(true), setting.script(false));
        let judge = Judge::new(self.backend, tenancy.catalogue(), &script_a).map_err(Broken::new)?;
        let (a, b) = futures_util::future::join(self.a.reset(&script_a), self.b.reset(&script_b)).await;
        a?;
        b?;
        let dump = ddl::dump(schema);
        let mut peopled = Peopled {
            world: self,
            setting,
            tenancy,
            scope,
            other,
            third,
            both,
            all,
            judge,
            dump,
            others: Vec::new(),
        };
        peopled.write_own_rows().await?;
        let (alone, shared) = peopled.dump().await?;
        if alone.own != shared.own || !alone.others.is_empty() {
            return Err(Broken::new(format!("the databases differ from the start: {alone:?} {shared:?}")));
        }
        peopled.others = shared.others;
        Ok(peopled)
    }
}

impl Peopled<'_> {
    /// Returns what the scope sends for a statement.
    ///
    /// # Errors
    /// The refusal.
    ///
    /// # Panics
    /// When the scoped statement made from the statement's shape differs from the one made from its text.
    pub fn rewrite(&self, sql: &str, values: &[Value]) -> Result<Statement, TenancyError> {
        let sent = self.scope.rewrite(self.statement(sql, values));
        let engine = match self.setting.schema.backend {
            Backend::Sqlite => Engine::Sqlite,
            Backend::Postgres => Engine::Postgres,
            Backend::MariaDb => Engine::MySql,
        };
        if let (Ok(sent), Some(_)) = (&sent, Shape::of(engine, sql)) {
            let catalogue = self.tenancy.catalogue();
            let is_tenant =
                |value: &Value| TenantId::try_from(value.clone()).as_ref() == Ok(self.scope.tenant());
            let alone = match scope_statement_for(catalogue, engine, sql, Whom::One) {
                Ok(scoped) if scoped.repeated().iter().all(|index| is_tenant(&values[*index])) => Ok(scoped),
                Ok(_) | Err(_) => scope_statement_for(catalogue, engine, sql, Whom::OneWithRepeats),
            };
            let alone = alone.map(|scoped| scoped.sql().to_owned());
            assert_eq!(
                alone.as_deref(),
                Ok(without_signature(engine, &sent.sql)),
                "the plan of the shape of {sql}"
            );
        }
        sent
    }

    /// Judges what a scope sends for a text.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub async fn judged(
        &mut self,
        whom: Whom,
        callers: &str,
        sent: &str,
        values: &[Value],
    ) -> Result<(), String> {
        let explained = if self.judge.wants_explained() {
            let answer = self.world.b.run(&format!("EXPLAIN FORMAT=JSON {sent}"), values).await;
            answer.ok().as_ref().and_then(first_text)
        } else {
            None
        };
        self.judge.hear(whom, callers, sent, explained.as_deref())
    }

    /// Returns what the scope of the tenant and another one sends for a statement.
    ///
    /// # Errors
    /// The refusal.
    pub fn rewrite_for_both(&self, sql: &str, values: &[Value]) -> Result<Statement, TenancyError> {
        self.both.rewrite(self.statement(sql, values))
    }

    /// Returns what the scope of all tenants sends for a statement.
    ///
    /// # Errors
    /// The refusal.
    pub fn rewrite_for_all(&self, sql: &str, values: &[Value]) -> Result<Statement, TenancyError> {
        self.all.rewrite(self.statement(sql, values))
    }

    /// Returns what the scope of the third tenant sends for a statement.
    ///
    /// # Errors
    /// The refusal.
    pub fn rewrite_for_third(&self, sql: &str, values: &[Value]) -> Result<Statement, TenancyError> {
        self.third.rewrite(self.statement(sql, values))
    }

    /// Returns what the scopes of the tenant and of the other tenant send for a statement, each by itself.
    ///
    /// # Errors
    /// The refusal.
    pub fn rewrite_for_each(&self, sql: &str, values: &[Value]) -> Result<[Statement; 2], TenancyError> {
        let own = self.rewrite(sql, values)?;
        Ok([own, self.other.rewrite(self.statement(sql, values))?])
    }

    fn statement(&self, sql: &str, values: &[Value]) -> Statement {
        let backend = match self.setting.schema.backend {
            Backend::Sqlite => DbBackend::Sqlite,
            Backend::Postgres => DbBackend::Postgres,
            Backend::MariaDb => DbBackend::MySql,
        };
        Statement::from_sql_and_values(backend, sql, values.to_vec())
    }

    /// Writes the tenant's rows to B through the scope, which fills in the tenant.
    async fn write_own_rows(&mut self) -> Result<(), Broken> {
        let schema = &self.setting.schema;
        let tenant = schema.tenant();
        let mut inserts = Vec::new();
        for row in self.setting.rows.iter().filter(|row| row.owner == Some(tenant)) {
            let table = &schema.tables[row.table];
            let cells: Vec<_> = table.columns.iter().zip(&row.values).collect();
            let cells = if table.role == Role::Root { &cells[1..] } else { &cells };
            let names: Vec<&str> = cells.iter().map(|(column, _)| column.name.as_str()).collect();
            let values: Vec<Value> = cells.iter().map(|(column, datum)| datum.value(column.ty)).collect();
            let places: Vec<String> = (1..=values.len())
                .map(|n| if schema.backend == Backend::Postgres { format!("${n}") } else { "?".to_owned() })
                .collect();
            let sql =
                format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), places.join(", "));
            inserts.push((sql, values));
        }
        for (sql, values) in inserts {
            let sent = self.rewrite(&sql, &values).map_err(|error| Broken::new(format!("{sql}: {error}")))?;
            let values = sent.values.map(|values| values.0).unwrap_or_default();
            let done = self.world.b.run(&sent.sql, &values).await;
            done.map_err(|failure| Broken::at(&sent.sql, &failure))?;
        }
        self.world.b.end_transaction(true).await?;
        Ok(())
    }

    /// Reads all rows of A and B.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn dump(&mut self) -> Result<(Dump, Dump), Broken> {
        let tenant = match self.setting.schema.tenant() {
            Tenant::Number(id) => id.to_string(),
            Tenant::Name(name) => name.to_owned(),
        };
        let World { a, b, .. } = &mut *self.world;
        let (a, b) = futures_util::future::join(a.run(&self.dump, &[]), b.run(&self.dump, &[])).await;
        let read = |outcome: crate::engine::Outcome| {
            let answer = outcome.map_err(|failure| Broken::at("dump", &failure))?;
            let mut dump = Dump::default();
            for row in answer.rows {
                let [table, owner, row] = row.as_slice() else { return Err(Broken::new("dump".to_owned())) };
                let (owner, row) = (text(owner), text(row));
                let side = if owner == tenant || owner == "shared" || owner == "global" {
                    &mut dump.own
                } else {
                    &mut dump.others
                };
                side.push(format!("{table} {owner} {row}"));
            }
            dump.own.sort_unstable();
            dump.others.sort_unstable();
            Ok(dump)
        };
        Ok((read(a)?, read(b)?))
    }

    /// Ends the transactions of both databases.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn end_transactions(&mut self, keep: bool) -> Result<(), Broken> {
        let World { a, b, .. } = &mut *self.world;
        let (a, b) = futures_util::future::join(a.end_transaction(keep), b.end_transaction(keep)).await;
        a?;
        b?;
        Ok(())
    }
}

/// The text that a scope sends, without the types of its values that follow it on PostgreSQL.
fn without_signature(engine: Engine, sent: &str) -> &str {
    match engine {
        Engine::Postgres => unsigned(sent),
        Engine::Sqlite | Engine::MySql => sent,
    }
}

/// The first cell of an answer as text.
fn first_text(answer: &Answer) -> Option<String> {
    answer.rows.iter().flatten().next().map(text)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => other.to_string(),
    }
}
