//! The checks after a text has run.

use super::{
    session::{Came, Session, sorted, value_of},
    tables::{self, UNDECLARED},
    watcher,
};
use crate::{
    engine::{Answer, Cell, Failure},
    schema::Backend,
    world::Broken,
};
use sea_orm::Value;
use sea_orm_multitenant_judges::{Judged, mariadb};
use sea_orm_multitenant_sql::{Engine, ScopedStatement};

/// The kind of a hole, and a description.
type Hole = (&'static str, String);

impl Session {
    /// What a statement leaves in the session, or which rows of others it locks.
    pub(super) async fn left_behind(
        &mut self,
        scoped: &ScopedStatement,
        writes: bool,
        has_run: bool,
    ) -> Result<Option<Hole>, Broken> {
        if has_run
            && (writes || watcher::locks(scoped.sql()))
            && let Some(watcher) = &mut self.watcher
            && let Some(table) = watcher.locked(writes).await?
        {
            return Ok(Some(("rows of others are locked", table.to_owned())));
        }
        if self.backend == Backend::MariaDb && scoped.sql().replace("@@sql_mode", "").contains('@') {
            let variables = "SELECT VARIABLE_NAME FROM information_schema.USER_VARIABLES";
            let broken = |failure: Failure| Broken::new(failure.message);
            let set = self.shared.run(variables, &[]).await.map_err(broken)?;
            if !set.rows.is_empty() {
                self.shared.run("SET @y = NULL", &[]).await.map_err(broken)?;
                return Ok(Some(("a variable of the session is set", format!("{:?}", set.rows))));
            }
        }
        if self.backend == Backend::MariaDb && scoped.sql().to_ascii_uppercase().contains("LAST_INSERT_ID") {
            return self.reported_key().await;
        }
        Ok(None)
    }

    /// The key that the session reports as generated, if it is of another tenant's row.
    async fn reported_key(&mut self) -> Result<Option<Hole>, Broken> {
        let broken = |failure: Failure| Broken::new(failure.message);
        let reported =
            self.shared.run("SELECT CAST(LAST_INSERT_ID() AS SIGNED)", &[]).await.map_err(broken)?;
        self.shared.run("SELECT LAST_INSERT_ID(0)", &[]).await.map_err(broken)?;
        let found = reported.rows.into_iter().flatten().find(tables::is_others_key);
        Ok(found.map(|key| ("another tenant's key is reported as generated", format!("{key:?}"))))
    }

    /// The answer of the caller's own text on the tenant's database, if it differs from that of the scoped statement
    /// there.
    pub(super) async fn asked_otherwise(
        &mut self,
        statement: &ScopedStatement,
        text: &str,
        may_write: bool,
        scoped: &Answer,
    ) -> Result<Option<String>, Broken> {
        let upper = text.to_ascii_uppercase();
        // Which rows a limit leaves depends on the plan.
        let is_cut = ["LIMIT", "FETCH", "OFFSET"].iter().any(|word| upper.contains(word));
        // The tenant's own database lets it write global rows.
        let may_write_global_rows = may_write && upper.contains("MOTTO");
        if is_cut || may_write_global_rows {
            return Ok(None);
        }
        let values: Vec<_> = (0..statement.values()).map(value_of).collect();
        let own = self.alone.run(text, &values).await;
        self.alone.end_transaction(false).await?;
        let Ok(own) = own else { return Ok(None) };
        let is_same = sorted(&own.rows) == sorted(&scoped.rows);
        Ok((!is_same).then(|| format!("{:?}, scoped {:?}", own.rows, scoped.rows)))
    }

    /// On MariaDB, asks EXPLAIN for the tables that the statement reads.
    pub(super) async fn explained(
        &mut self,
        scoped: &ScopedStatement,
        values: &[Value],
    ) -> Result<Result<Came, Hole>, Broken> {
        if self.backend != Backend::MariaDb {
            return Ok(Ok(Came::Same));
        }
        let answer = self.shared.run(&format!("EXPLAIN FORMAT=JSON {}", scoped.sql()), values).await;
        self.back().await?;
        let cell = answer.ok().and_then(|answer| answer.rows.into_iter().flatten().next());
        let json = match cell {
            Some(Cell::Text(json)) => json,
            Some(Cell::Bytes(json)) => String::from_utf8_lossy(&json).into_owned(),
            Some(_) | None => return Ok(Ok(Came::Same)),
        };
        let declared = self.court.tables().iter().map(|table| table.name.clone());
        let existing: Vec<_> = declared.chain([UNDECLARED.to_owned()]).collect();
        let said = self.court.hear(Engine::MySql, "", scoped.sql(), scoped, |said, _| {
            mariadb::check_explained(said, &json, &existing)
        });
        match said {
            Ok(()) => {
                self.tally.add(&Judged::Compared);
                Ok(Ok(Came::Same))
            }
            Err(complaint) => Ok(Err(("the judge complains", complaint))),
        }
    }

    /// Whether a statement gives different results when it runs twice on one database.
    pub(super) async fn is_fickle(
        &mut self,
        scoped: &ScopedStatement,
        values: &[Value],
        shared: bool,
    ) -> Result<bool, Broken> {
        let database = if shared { &mut self.shared } else { &mut self.alone };
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(database.run(scoped.sql(), values).await.ok().map(|answer| sorted(&answer.rows)));
            database.end_transaction(false).await?;
        }
        Ok(answers.windows(2).any(|pair| pair[0] != pair[1]))
    }
}
