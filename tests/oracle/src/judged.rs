//! The judges of a round: the engines' own reading of what a scope sends.

use crate::schema::Backend;
use sea_orm_multitenant::Catalogue;
use sea_orm_multitenant_judges::{Court, Judged, Tally, mariadb, sqlite::Authorizer, unsigned};
use sea_orm_multitenant_sql::{Engine, ScopedStatement, Whom};

/// On MariaDB only every fourth statement is explained: EXPLAIN costs as much as the statement itself.
const EXPLAINED_ONE_OF: u64 = 4;

/// What a judge uses.
#[derive(Debug)]
enum Witness {
    /// PostgreSQL's grammar.
    Grammar,
    /// SQLite's authorizer.
    Authorizer(Authorizer),
    /// MariaDB's EXPLAIN; the number of statements so far.
    Explain(u64),
}

/// The judge of one schema.
#[derive(Debug)]
pub struct Judge {
    court: Court,
    engine: Engine,
    witness: Witness,
    /// The counts of judged statements.
    pub tally: Tally,
}

impl Judge {
    /// Creates the judge of an engine's statements on a schema.
    ///
    /// # Errors
    /// When SQLite refuses the schema.
    pub fn new(backend: Backend, catalogue: &Catalogue, script: &[String]) -> Result<Self, String> {
        let (engine, witness) = match backend {
            Backend::Sqlite => (Engine::Sqlite, Witness::Authorizer(Authorizer::new(script)?)),
            Backend::Postgres => (Engine::Postgres, Witness::Grammar),
            Backend::MariaDb => (Engine::MySql, Witness::Explain(0)),
        };
        Ok(Self { court: Court::new(catalogue), engine, witness, tally: Tally::default() })
    }

    /// Whether the engine must explain the next statement, which it does for some on MariaDB.
    pub fn wants_explained(&mut self) -> bool {
        match &mut self.witness {
            Witness::Grammar | Witness::Authorizer(_) => false,
            Witness::Explain(statements) => {
                *statements += 1;
                *statements % EXPLAINED_ONE_OF == 1
            }
        }
    }

    /// Judges what was sent for the caller's text, and on MariaDB the output of EXPLAIN.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub fn hear(
        &mut self,
        whom: Whom,
        callers: &str,
        sent: &str,
        explained: Option<&str>,
    ) -> Result<(), String> {
        if matches!(self.witness, Witness::Explain(_)) && explained.is_none() {
            return Ok(());
        }
        let sent = unsigned(sent);
        let scoped = self.court.scoped_statement_of(self.engine, callers, sent, whom);
        let scoped = scoped.ok_or_else(|| "no scoped statement has the text that is sent".to_owned())?;
        let judged = self.ask(callers, &scoped, explained.unwrap_or_default())?;
        self.tally.add(&judged);
        Ok(())
    }

    fn ask(&self, callers: &str, scoped: &ScopedStatement, explained: &str) -> Result<Judged, String> {
        match &self.witness {
            Witness::Grammar => self.court.postgres(callers, scoped),
            Witness::Authorizer(authorizer) => self.court.sqlite(authorizer, callers, scoped),
            Witness::Explain(_) => {
                self.court.hear(self.engine, callers, scoped.sql(), scoped, |said, _| {
                    mariadb::check_explained(said, explained, &[])
                })?;
                Ok(Judged::Alone("MariaDB's EXPLAIN names tables only"))
            }
        }
    }
}
