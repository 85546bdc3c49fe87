//! Sends one text three ways, and compares what comes of it.
//!
//! *Alone*: unscoped, in a transaction in which the other tenant's rows are deleted first. *Scoped*: through a scope, beside
//! the other tenant's rows. *Shared*: unscoped beside them, to know that the text would reach them. Each is rolled back.
//!
//! On Citus, which refuses much of what is unscoped, *alone* and *shared* are sent where the tables are PostgreSQL's.

use super::rows::{Answer, Call, OTHER, OWN, delete_rows_of, rows_of, send};
use crate::{
    harness::{Backend, Log, Outcome, Recorder, Side, TestDb},
    single_shard::known::{KnownText, Said},
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionSession, TransactionTrait,
    Value,
};
use sea_orm_multitenant::TenancyError;

/// What must come of a text on an engine.
#[derive(Debug, Clone, Copy)]
pub(super) enum Comes {
    /// It is answered as if the tenant were alone, and would not be if it were sent as it is.
    Right,
    /// It is answered as if the tenant were alone; sent as it is, it reaches nothing of the other tenant's either.
    Same,
    /// It is refused before anything is sent.
    Refused,
    /// The engine does not take it alone; the scope refuses it, or the engine again does not take it.
    Failing,
    /// The engine takes it from this version on: before as `Failing`, then answered as if the tenant were alone, or refused.
    Since(u32),
    /// The engine does not take it, or takes it for this text that says the same; it is answered as this text is.
    ReadsAs(&'static str),
}

/// A text, and what comes of it on SQLite, PostgreSQL and MariaDB.
pub(super) type Case = (&'static str, [Comes; 3]);

/// What came of a text.
#[derive(Debug, PartialEq)]
enum Came {
    /// It ran.
    Answer(Answer),
    /// It was refused.
    Refused(String),
    /// The database did not take it.
    Failed(String),
}

/// Texts that are sent over connections with these settings.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    db: &'a TestDb,
    settings: Vec<String>,
    values: Vec<Value>,
    /// Connections of its own, where settings would outlive a transaction.
    pool: Option<DatabaseConnection>,
    /// The other tenant's rows.
    other: Vec<String>,
    /// The server's version: of PostgreSQL 18 1800, of MariaDB 10.11 1011; of SQLite, which is the driver's, 0.
    version: u32,
    problems: Vec<String>,
}

impl<'a> Probe<'a> {
    /// Texts for the database of a test.
    pub(super) async fn new(db: &'a TestDb) -> Result<Self, DbErr> {
        let other = rows_of(db.unscoped(), OTHER).await?;
        let (settings, values, problems) = (Vec::new(), Vec::new(), Vec::new());
        let version = version(db).await?;
        Ok(Self { db, settings, values, pool: None, other, version, problems })
    }

    /// Runs a statement before each text, in the same transaction.
    pub(super) async fn after(mut self, statement: &str) -> Result<Self, DbErr> {
        self.settings.push(statement.to_owned());
        // SQLite's database is in the memory of its one connection, and rolls back whatever is set here.
        // PostgreSQL does too.
        if self.db.is_mariadb() && self.pool.is_none() {
            self.pool = Some(self.db.connect_again().await?);
        }
        Ok(self)
    }

    /// Binds values to each text.
    pub(super) fn with(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.values = values.into_iter().collect();
        self
    }

    /// Checks what comes of texts on this engine.
    pub(super) async fn check(mut self, cases: &[Case]) -> Result<Self, DbErr> {
        for (text, [sqlite, postgres, mariadb]) in cases {
            let comes = match self.db.backend {
                Backend::Sqlite => sqlite,
                Backend::Postgres => postgres,
                Backend::Mariadb => mariadb,
            };
            self.check_one(text, *comes).await?;
        }
        Ok(self)
    }

    /// Checks what comes of texts that are for this engine alone.
    pub(super) async fn check_each(mut self, cases: &[(&str, Comes)]) -> Result<Self, DbErr> {
        for (text, comes) in cases {
            self.check_one(text, *comes).await?;
        }
        Ok(self)
    }

    /// Fails with everything that was not as demanded.
    pub(super) async fn end(self) -> Outcome {
        if let Some(pool) = self.pool {
            pool.close().await?;
        }
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems.join("\n").into()) }
    }

    async fn check_one(&mut self, text: &str, comes: Comes) -> Result<(), DbErr> {
        let (mut reaches, version) = (false, self.version);
        for call in Call::of(text) {
            let known = self.db.citus.as_ref().and_then(|_| KnownText::find(&self.settings, text));
            let scoped = self.scoped(text, *call, known).await?;
            if let Some(known) = known {
                let alone = self.alone(text, *call).await?;
                self.check_known(known, &scoped, &alone);
                reaches |= self.shared(text, *call).await? != alone;
                continue;
            }
            // What the engine does with such a text unscoped says nothing, and some of them crash a driver.
            if let (Comes::Refused, Came::Refused(_)) = (comes, &scoped) {
                continue;
            }
            let plain = if let Comes::ReadsAs(plain) = comes { plain } else { text };
            let expected = self.alone(plain, *call).await?;
            let holds = match comes {
                Comes::Right | Comes::Same | Comes::ReadsAs(_) => {
                    matches!(scoped, Came::Answer(_)) && scoped == expected
                }
                Comes::Since(since) if version >= since => {
                    matches!(expected, Came::Answer(_))
                        && (matches!(scoped, Came::Refused(_)) || scoped == expected)
                }
                Comes::Failing | Comes::Since(_) => {
                    matches!((&expected, &scoped), (Came::Failed(_), Came::Failed(_) | Came::Refused(_)))
                }
                Comes::Refused => false,
            };
            let reads_as = if plain == text {
                true
            } else {
                let alone = self.alone(text, *call).await?;
                matches!(alone, Came::Failed(_)) || alone == expected
            };
            if !holds || !reads_as {
                self.problems.push(format!(
                    "{text:?} is not {comes:?}:\n  alone:  {expected:?}\n  scoped: {scoped:?}"
                ));
            }
            reaches |= matches!(comes, Comes::Right) && self.shared(text, *call).await? != expected;
        }
        if matches!(comes, Comes::Right) && !reaches {
            self.problems.push(format!("{text:?} reaches nothing of the other tenant's as it is"));
        }
        Ok(())
    }

    /// Checks that Citus still does with a text what is known.
    fn check_known(&mut self, known: &KnownText, scoped: &Came, alone: &Came) {
        let is_so = match (known.said, scoped) {
            (Said::Refused(words), Came::Failed(why)) => why.contains(words),
            (Said::Otherwise(words), Came::Answer(answer)) => {
                scoped != alone && format!("{answer:?}").contains(words)
            }
            _ => false,
        };
        if !is_so {
            let KnownText { text, why, .. } = known;
            self.problems.push(format!("{text:?} is answered otherwise now, though {why}:\n{scoped:?}"));
        }
    }

    /// Sends a text unscoped where there are no other tenant's rows; puts them into what came of it.
    async fn alone(&self, text: &str, call: Call) -> Result<Came, DbErr> {
        let transaction = self.begin_unscoped().await?;
        delete_rows_of(&transaction, OTHER).await?;
        self.set(&transaction).await?;
        let came = self.came(&transaction, &transaction, text, call).await?;
        transaction.rollback().await?;
        Ok(match came {
            Came::Answer(answer) => Came::Answer(Answer { other: self.other.clone(), ..answer }),
            Came::Refused(_) | Came::Failed(_) => came,
        })
    }

    /// Sends a text unscoped.
    async fn shared(&self, text: &str, call: Call) -> Result<Came, DbErr> {
        let transaction = self.begin_unscoped().await?;
        self.set(&transaction).await?;
        let came = self.came(&transaction, &transaction, text, call).await?;
        transaction.rollback().await?;
        Ok(came)
    }

    /// Sends a text through a scope.
    async fn scoped(&self, text: &str, call: Call, known: Option<&KnownText>) -> Result<Came, DbErr> {
        let transaction = self.begin().await?;
        self.set(&transaction).await?;
        let log = Log::default();
        let recorder = Recorder::new(transaction, log.clone(), Side::WentOut(OWN));
        let scope = self.db.tenancy.scope_on(&recorder, OWN).map_err(DbErr::from)?;
        let came = self.came(&scope, &recorder, text, call).await?;
        if let Came::Refused(why) = &came {
            assert!(log.went_out().is_empty(), "{text:?} was sent though it was refused: {why}\n{log}");
        }
        recorder.rollback().await?;
        if let (Some(citus), None) = (&self.db.citus, known) {
            log.went_out().into_iter().for_each(|(_, statement)| citus.watch.push(None, statement));
        }
        Ok(came)
    }

    /// A transaction where texts are sent as they are.
    async fn begin_unscoped(&self) -> Result<DatabaseTransaction, DbErr> {
        match &self.db.citus {
            Some(citus) => citus.plain().await?.begin().await,
            None => self.begin().await,
        }
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.pool.as_ref().unwrap_or(self.db.unscoped()).begin().await
    }

    async fn set(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        for statement in &self.settings {
            transaction.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    /// Sends a text through one connection, and looks at the tables through another.
    async fn came(
        &self,
        sender: &impl ConnectionTrait,
        observer: &impl ConnectionTrait,
        text: &str,
        call: Call,
    ) -> Result<Came, DbErr> {
        Ok(match send(sender, text, &self.values, call).await {
            Ok(rows) => Came::Answer(Answer {
                rows,
                own: rows_of(observer, OWN).await?,
                other: rows_of(observer, OTHER).await?,
            }),
            Err(error) => match TenancyError::from_db_err(&error) {
                Some(refused) => Came::Refused(refused.to_string()),
                None => Came::Failed(error.to_string()),
            },
        })
    }
}

/// The server's version, of two parts of two digits.
async fn version(db: &TestDb) -> Result<u32, DbErr> {
    let sql = match db.backend {
        Backend::Sqlite => return Ok(0),
        Backend::Postgres => "SELECT current_setting('server_version')",
        Backend::Mariadb => "SELECT version()",
    };
    let texts = db.texts(sql).await?;
    let mut parts = texts[0].split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    // PostgreSQL's second part is that of a correction.
    Ok(major * 100 + if db.backend == Backend::Postgres { 0 } else { minor })
}
