//! One text before the scope, the judges and the databases.

use super::tables::{self, TENANT};
use crate::{
    engine::{Database, ErrorClass, Outcome, Place},
    schema::Backend,
    trial::writes,
    world::Broken,
};
use sea_orm::Value;
use sea_orm_multitenant_judges::{Court, Judged, Tally, mariadb, sqlite::Authorizer};
use sea_orm_multitenant_sql::{Argument, Catalogue, Engine, Found, Literal, Plan, plan};

/// What came of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    /// The scope refused it.
    Refused,
    /// The engine did not take it, alone and shared.
    Invalid,
    /// The answers are the same, and nobody else's.
    Same,
    /// It is not the same twice on one database.
    Fickle,
    /// The server ended the connection.
    Lost,
    /// A hole: what kind it is, what was sent, and more about it.
    Hole { kind: &'static str, sent: String, about: String },
}

/// Two databases and a judge.
pub(super) struct Session {
    backend: Backend,
    catalogue: Catalogue,
    court: Court,
    authorizer: Authorizer,
    alone: Database,
    shared: Database,
    dump: String,
    others: Vec<String>,
    /// What the judges did.
    pub(super) tally: Tally,
}

impl Session {
    /// Makes the databases; `name` begins their names.
    pub(super) async fn open(backend: Backend, url: &str, name: &str) -> Result<Self, Broken> {
        let catalogue = tables::catalogue().map_err(|conflicts| Broken::new(format!("{conflicts:?}")))?;
        let place = |side| Place { backend, url: url.to_owned(), name: format!("{name}_{side}") };
        let (mut alone, mut shared) =
            (Database::connect(&place("a")).await?, Database::connect(&place("b")).await?);
        alone.reset(&tables::script(backend, true)).await?;
        shared.reset(&tables::script(backend, false)).await?;
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
            dump,
            others: Vec::new(),
            tally: Tally::default(),
        };
        session.others = session.dumped().await?;
        Ok(session)
    }

    /// Removes the databases.
    pub(super) async fn close(self) -> Result<(), Broken> {
        self.alone.remove().await?;
        Ok(self.shared.remove().await?)
    }

    async fn dumped(&mut self) -> Result<Vec<String>, Broken> {
        let answer =
            self.shared.run(&self.dump, &[]).await.map_err(|failure| Broken::new(failure.message))?;
        Ok(answer.rows.iter().map(|row| format!("{row:?}")).collect())
    }

    /// Tries a text.
    pub(super) async fn attempt(&mut self, text: &str) -> Result<Came, Broken> {
        let engine = match self.backend {
            Backend::Sqlite => Engine::Sqlite,
            Backend::Postgres => Engine::Postgres,
            Backend::MariaDb => Engine::MySql,
        };
        let Ok(plan) = plan(&self.catalogue, engine, text) else { return Ok(Came::Refused) };
        let Some(values) = values(&plan) else { return Ok(Came::Refused) };
        let hole =
            |kind: &'static str, about: String| Came::Hole { kind, sent: plan.sql().to_owned(), about };
        match self.judged(engine, text, &plan) {
            Some(Ok(judged)) => self.tally.add(&judged),
            Some(Err(complaint)) if self.takes(&plan, &values).await? => {
                return Ok(hole("the judge complains", complaint));
            }
            Some(Err(_)) => return Ok(Came::Invalid),
            None => {}
        }
        let shared = self.shared.run(plan.sql(), &values).await;
        let came = self.compared(&plan, text, &values, shared).await?;
        Ok(came.unwrap_or_else(|(kind, about)| hole(kind, about)))
    }

    /// Whether the engine takes what is sent, so that a complaint is about more than an error. PostgreSQL may find a literal of the wrong
    /// form before it finds that the statement means nothing: what it does not even plan, it never runs.
    async fn takes(&mut self, plan: &Plan, values: &[Value]) -> Result<bool, Broken> {
        let is_postgres = self.backend == Backend::Postgres;
        let sql = if is_postgres { format!("EXPLAIN {}", plan.sql()) } else { plan.sql().to_owned() };
        let outcome = self.shared.run(&sql, values).await;
        self.back().await?;
        Ok(match outcome {
            Ok(_) => true,
            Err(failure) => !is_postgres && failure.class != ErrorClass::Invalid,
        })
    }

    fn judged(&self, engine: Engine, text: &str, plan: &Plan) -> Option<Result<Judged, String>> {
        match self.backend {
            Backend::Sqlite => Some(self.court.sqlite(&self.authorizer, text, plan)),
            Backend::Postgres => Some(self.court.postgres(text, plan)),
            // It is asked by EXPLAIN, once the statement has run.
            Backend::MariaDb => {
                debug_assert_eq!(engine, Engine::MySql);
                None
            }
        }
    }

    async fn compared(
        &mut self,
        plan: &Plan,
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
        let may_write = writes(text) || writes(plan.sql());
        if may_write && shared.is_ok() && self.dumped().await? != self.others {
            self.back().await?;
            return Ok(Err(("rows of others changed", String::new())));
        }
        let alone = self.alone.run(plan.sql(), values).await;
        if may_write || shared.is_err() || alone.is_err() {
            self.back().await?;
        }
        if is_lost(&alone) {
            return Ok(Ok(Came::Lost));
        }
        match (alone, shared) {
            (Err(_), Err(_)) => Ok(Ok(Came::Invalid)),
            (Ok(a), Ok(b)) if sorted(&a.rows) == sorted(&b.rows) => self.explained(plan, values).await,
            (a, b) => self.is_fickle(plan, values, b.is_ok()).await.map(|fickle| {
                if fickle {
                    Ok(Came::Fickle)
                } else {
                    Err(("others' rows influence the answer", format!("{a:?} {b:?}")))
                }
            }),
        }
    }

    /// On MariaDB, asks for the tables that the statement reads.
    async fn explained(
        &mut self,
        plan: &Plan,
        values: &[Value],
    ) -> Result<Result<Came, (&'static str, String)>, Broken> {
        if self.backend != Backend::MariaDb {
            return Ok(Ok(Came::Same));
        }
        let answer = self.shared.run(&format!("EXPLAIN FORMAT=JSON {}", plan.sql()), values).await;
        self.back().await?;
        let cell = answer.ok().and_then(|answer| answer.rows.into_iter().flatten().next());
        let json = match cell {
            Some(crate::engine::Cell::Text(json)) => json,
            Some(crate::engine::Cell::Bytes(json)) => String::from_utf8_lossy(&json).into_owned(),
            Some(_) | None => return Ok(Ok(Came::Same)),
        };
        let secret = ["secret".to_owned()];
        let said = self.court.hear(Engine::MySql, "", plan.sql(), plan, |said, _| {
            mariadb::check_explained(said, &json, &secret)
        });
        match said {
            Ok(()) => {
                self.tally.add(&Judged::Compared);
                Ok(Ok(Came::Same))
            }
            Err(complaint) => Ok(Err(("the judge complains", complaint))),
        }
    }

    /// Whether a statement is not the same twice on one database.
    async fn is_fickle(&mut self, plan: &Plan, values: &[Value], shared: bool) -> Result<bool, Broken> {
        let database = if shared { &mut self.shared } else { &mut self.alone };
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(database.run(plan.sql(), values).await.ok().map(|answer| sorted(&answer.rows)));
            database.end_transaction(false).await?;
        }
        Ok(answers.windows(2).any(|pair| pair[0] != pair[1]))
    }

    async fn back(&mut self) -> Result<(), Broken> {
        self.alone.end_transaction(false).await?;
        Ok(self.shared.end_transaction(false).await?)
    }
}

fn sorted(rows: &[Vec<crate::engine::Cell>]) -> Vec<Vec<crate::engine::Cell>> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows
}

/// The values to bind: each of the caller's is 1; none where the scope would refuse them.
fn values(plan: &Plan) -> Option<Vec<Value>> {
    let is_tenant = |check: &sea_orm_multitenant_sql::TenantCheck| match &check.found {
        Found::Value(_) | Found::Literal(Literal::Null) => true,
        Found::Literal(Literal::Number(text) | Literal::Text(text)) => *text == TENANT.to_string(),
    };
    let value = |argument: &Argument| match argument {
        Argument::Value(_) => Value::BigInt(Some(1)),
        Argument::Tenant(_) | Argument::TenantAt(_, _) => Value::BigInt(Some(TENANT)),
    };
    plan.checks().iter().all(is_tenant).then(|| plan.arguments().iter().map(value).collect())
}
