//! The judges of a round: the engines' own grammars on what a scope sends.

use crate::schema::Backend;
use sea_orm_multitenant::Catalogue;
use sea_orm_multitenant_judges::{Court, Tally, sqlite::Authorizer};
use sea_orm_multitenant_sql::Engine;

/// The judge of one schema.
#[derive(Debug)]
pub struct Judge {
    court: Court,
    engine: Engine,
    authorizer: Option<Authorizer>,
    /// What was judged.
    pub tally: Tally,
}

impl Judge {
    /// The judge of an engine's statements on a schema; none where there is only its EXPLAIN.
    ///
    /// # Errors
    /// When SQLite does not take the schema.
    pub fn new(backend: Backend, catalogue: &Catalogue, script: &[String]) -> Result<Option<Self>, String> {
        let (engine, authorizer) = match backend {
            Backend::Sqlite => (Engine::Sqlite, Some(Authorizer::new(script)?)),
            Backend::Postgres => (Engine::Postgres, None),
            Backend::MariaDb => return Ok(None),
        };
        Ok(Some(Self { court: Court::new(catalogue), engine, authorizer, tally: Tally::default() }))
    }

    /// Judges what was sent for a text of the caller's.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn hear(&mut self, callers: &str, sent: &str) -> Result<(), String> {
        let plan = self.court.plan_of(self.engine, callers, sent);
        let plan = plan.ok_or_else(|| "no plan has the text that is sent".to_owned())?;
        let judged = match &self.authorizer {
            Some(authorizer) => self.court.sqlite(authorizer, callers, &plan)?,
            None => self.court.postgres(callers, &plan)?,
        };
        self.tally.add(&judged);
        Ok(())
    }
}
