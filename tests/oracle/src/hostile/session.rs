//! Runs one text through the scope, the judges and the databases.

use super::{
    modes,
    tables::{self, TENANT, TENANT_TEXT},
    watcher::Watcher,
};
use crate::{
    engine::{Answer, Database, ErrorClass, Outcome, Place},
    schema::Backend,
    trial::writes,
    world::Broken,
};
use sea_orm::Value;
use sea_orm_multitenant_judges::{Court, Judged, Tally, sqlite::Authorizer};
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Engine, Found, Literal, ScopedStatement, TenantType, scope_statement,
};

/// The outcome of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    /// The scope refused it.
    Refused,
    /// The engine refused it on both databases.
    Invalid,
    /// The answers are equal, and contain nothing of another tenant.
    Same,
    /// It gives different results when it runs twice on one database.
    Fickle,
    /// A key of a row to insert, which lacks the tenant, is another tenant's: nothing of that row changes or is
    /// returned.
    Taken,
    /// The server ended the connection.
    Lost,
    /// A hole: its kind, the text that was sent, and a description.
    Hole { kind: &'static str, sent: String, about: String },
}

/// Two databases and a judge.
pub(super) struct Session {
    pub(super) backend: Backend,
    catalogue: Catalogue,
    pub(super) court: Court,
    authorizer: Authorizer,
    pub(super) alone: Database,
    pub(super) shared: Database,
    pub(super) watcher: Option<Watcher>,
    dump: String,
    others: Vec<String>,
    /// The counts of the judges.
    pub(super) tally: Tally,
}

impl Session {
    /// Creates the databases, whose names begin with `name`.
    pub(super) async fn open(backend: Backend, url: &str, name: &str) -> Result<Self, Broken> {
        let catalogue = tables::catalogue().map_err(|conflicts| Broken::new(format!("{conflicts:?}")))?;
        let place = |side| Place { backend, url: url.to_owned(), name: format!("{name}_{side}") };
        let (mut alone, mut shared) =
            (Database::connect(&place("a")).await?, Database::connect(&place("b")).await?);
        alone.reset(&tables::script(backend, true)).await?;
        shared.reset(&tables::script(backend, false)).await?;
        if backend == Backend::MariaDb {
            // At REPEATABLE READ, InnoDB locks everything that it reads, and the first row after a range.
            let set = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
            shared.run(set, &[]).await.map_err(|failure| Broken::new(failure.message))?;
        }
        let authorizer = Authorizer::new(&tables::script(Backend::Sqlite, true)).map_err(Broken::new)?;
        let court = Court::new(&catalogue);
        let dump = tables::dump(backend);
        let mut session = Self {
            backend,
            catalogue,
            court,
            authorizer,
            alone,
            shared,
            watcher: Watcher::open(&place("b")).await?,
            dump,
            others: Vec::new(),
            tally: Tally::default(),
        };
        session.others = session.dumped().await?;
        Ok(session)
    }

    /// Removes the databases.
    pub(super) async fn close(self) -> Result<(), Broken> {
        if let Some(watcher) = self.watcher {
            watcher.close().await?;
        }
        self.alone.remove().await?;
        Ok(self.shared.remove().await?)
    }

    async fn dumped(&mut self) -> Result<Vec<String>, Broken> {
        let answer =
            self.shared.run(&self.dump, &[]).await.map_err(|failure| Broken::new(failure.message))?;
        Ok(answer.rows.iter().map(|row| format!("{row:?}")).collect())
    }

    /// Sets the mode of the sessions for the text of this number.
    pub(super) async fn set_mode(&mut self, index: u64) -> Result<(), Broken> {
        modes::set([&mut self.alone, &mut self.shared], self.backend, index).await
    }

    /// Runs a text.
    pub(super) async fn attempt(&mut self, text: &str) -> Result<Came, Broken> {
        let engine = match self.backend {
            Backend::Sqlite => Engine::Sqlite,
            Backend::Postgres => Engine::Postgres,
            Backend::MariaDb => Engine::MySql,
        };
        let Ok(scoped) = scope_statement(&self.catalogue, engine, text) else { return Ok(Came::Refused) };
        let Some(values) = values(&scoped) else { return Ok(Came::Refused) };
        let hole =
            |kind: &'static str, about: String| Came::Hole { kind, sent: scoped.sql().to_owned(), about };
        match self.judged(engine, text, &scoped) {
            Some(Ok(judged)) => self.tally.add(&judged),
            Some(Err(complaint)) if self.takes(&scoped, &values).await? => {
                return Ok(hole("the judge complains", complaint));
            }
            Some(Err(_)) => return Ok(Came::Invalid),
            None => {}
        }
        let shared = self.shared.run(scoped.sql(), &values).await;
        let came = self.compared(&scoped, text, &values, shared).await?;
        Ok(came.unwrap_or_else(|(kind, about)| hole(kind, about)))
    }

    /// Whether the engine accepts what is sent, so that a complaint is about more than an error. PostgreSQL may report
    /// a malformed literal before it reports that the statement is invalid: a statement that it does not even plan
    /// never runs.
    async fn takes(&mut self, scoped: &ScopedStatement, values: &[Value]) -> Result<bool, Broken> {
        let is_postgres = self.backend == Backend::Postgres;
        let sql = if is_postgres { format!("EXPLAIN {}", scoped.sql()) } else { scoped.sql().to_owned() };
        let outcome = self.shared.run(&sql, values).await;
        self.back().await?;
        Ok(match outcome {
            Ok(_) => true,
            Err(failure) => !is_postgres && failure.class != ErrorClass::Invalid,
        })
    }

    fn judged(&self, engine: Engine, text: &str, scoped: &ScopedStatement) -> Option<Result<Judged, String>> {
        match self.backend {
            Backend::Sqlite => Some(self.court.sqlite(&self.authorizer, text, scoped)),
            Backend::Postgres => Some(self.court.postgres(text, scoped)),
            // This judge uses EXPLAIN, after the statement has run.
            Backend::MariaDb => {
                debug_assert_eq!(engine, Engine::MySql);
                None
            }
        }
    }

    async fn compared(
        &mut self,
        scoped: &ScopedStatement,
        text: &str,
        values: &[Value],
        shared: Outcome,
    ) -> Result<Result<Came, (&'static str, String)>, Broken> {
        let is_lost =
            |outcome: &Outcome| outcome.as_ref().is_err_and(|failure| failure.class == ErrorClass::Lost);
        if is_lost(&shared) {
            return Ok(Ok(Came::Lost));
        }
        let canary = shared
            .as_ref()
            .ok()
            .and_then(|answer| answer.rows.iter().flatten().find(|cell| tables::is_canary(cell)));
        if let Some(cell) = canary {
            let found = format!("{cell:?}");
            self.back().await?;
            return Ok(Err(("a canary", found)));
        }
        let may_write = writes(text) || writes(scoped.sql());
        if may_write && shared.is_ok() {
            let others = self.dumped().await?;
            if others != self.others {
                self.back().await?;
                let new = others.into_iter().find(|row| !self.others.contains(row));
                return Ok(Err(("rows of others changed, or are named by the tenant's", format!("{new:?}"))));
            }
        }
        if let Some(about) = self.left_behind(scoped, may_write, shared.is_ok()).await? {
            self.back().await?;
            return Ok(Err(about));
        }
        let alone = self.alone.run(scoped.sql(), values).await;
        if may_write || shared.is_err() || alone.is_err() {
            self.back().await?;
        }
        if is_lost(&alone) {
            return Ok(Ok(Came::Lost));
        }
        let is_late =
            |outcome: &Outcome| outcome.as_ref().is_err_and(|failure| failure.class == ErrorClass::TimedOut);
        if is_late(&alone) || is_late(&shared) {
            return Ok(Ok(Came::Fickle));
        }
        match (alone, shared) {
            (Err(_), Err(_)) => Ok(Ok(Came::Invalid)),
            (Ok(a), Ok(b)) if sorted(&a.rows) == sorted(&b.rows) => {
                // What a write returns is compared on PostgreSQL: the tenant that a row gets is among it.
                let is_compared = !may_write || self.backend == Backend::Postgres;
                if is_compared && let Some(other) = self.asked_otherwise(scoped, text, may_write, &a).await? {
                    return Ok(Err(("another answer than the caller's text has", other)));
                }
                self.explained(scoped, values).await
            }
            (Ok(a), b) if collides(scoped.sql(), &a, &b) => Ok(Ok(Came::Taken)),
            (a, b) => self.is_fickle(scoped, values, b.is_ok()).await.map(|fickle| {
                if fickle {
                    Ok(Came::Fickle)
                } else {
                    Err(("others' rows influence the answer", format!("{a:?} {b:?}")))
                }
            }),
        }
    }

    pub(super) async fn back(&mut self) -> Result<(), Broken> {
        self.alone.end_transaction(false).await?;
        Ok(self.shared.end_transaction(false).await?)
    }
}

/// Whether an upsert did less than on the tenant's own database, for a row whose key another tenant has: an error of
/// the guard on MariaDB, rows that are not returned on SQLite. That nothing of others changed is checked before.
fn collides(sql: &str, alone: &Answer, shared: &Outcome) -> bool {
    let is_upsert = ["ON CONFLICT", "ON DUPLICATE KEY"].iter().any(|words| sql.contains(words));
    is_upsert
        && match shared {
            Ok(shared) => shared.rows.len() < alone.rows.len(),
            Err(failure) => failure.code == "1690" || failure.class == ErrorClass::Unique,
        }
}

pub(super) fn sorted(rows: &[Vec<crate::engine::Cell>]) -> Vec<Vec<crate::engine::Cell>> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows
}

/// The caller's value of this number: its place from 1, so that another order shows.
pub(super) fn value_of(index: usize) -> Value {
    Value::BigInt(i64::try_from(index + 1).ok())
}

/// The values to bind; `None` where the scope would refuse them.
fn values(scoped: &ScopedStatement) -> Option<Vec<Value>> {
    let is_tenant = |check: &sea_orm_multitenant_sql::TenantCheck| match &check.found {
        Found::Value(index) => *index == 0,
        Found::Literal(Literal::Null) => true,
        Found::Literal(Literal::Number(text) | Literal::Text(text)) => *text == TENANT.to_string(),
    };
    let value = |argument: &Argument| match argument {
        Argument::Value(index) => value_of(*index),
        Argument::Tenant(TenantType::Text) | Argument::TenantAt(_, TenantType::Text) => {
            Value::String(Some(TENANT_TEXT.to_owned()))
        }
        Argument::Tenant(_) | Argument::TenantAt(_, _) => Value::BigInt(Some(TENANT)),
    };
    scoped.checks().iter().all(is_tenant).then(|| scoped.arguments().iter().map(value).collect())
}
