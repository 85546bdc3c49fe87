//! What one task does, and what becomes of its rows.

use super::{
    TENANTS,
    entry::{self, Entity, scoped_row},
    ledger::{Fate, Ledger},
};
use futures_util::{FutureExt, TryStreamExt};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, StreamTrait,
    TransactionError, TransactionTrait, sea_query::Expr,
};
use sea_orm_multitenant::TenantScope;
use std::{panic::resume_unwind, sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

/// Tenants of this remainder delete all of their rows now and then, so that little is known of them.
const DELETING: i64 = 7;

/// One task.
pub(super) struct Work {
    pub(super) number: i64,
    pub(super) scope: TenantScope<DatabaseConnection>,
    pub(super) ledger: Arc<Ledger>,
}

/// What a task does.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Read,
    Insert,
    UpdateAll,
    DeleteAll,
    Commit,
    RollBack,
    RollBackByError,
    Nest,
    DropStream,
    DropTransaction,
    PanicInTransaction,
    PanicWithStream,
    CancelBeforeCommit,
    AbortBeforeCommit,
    AbortAnywhere,
}

impl Kind {
    const ALL: [Self; 15] = [
        Self::Read,
        Self::Insert,
        Self::UpdateAll,
        Self::DeleteAll,
        Self::Commit,
        Self::RollBack,
        Self::RollBackByError,
        Self::Nest,
        Self::DropStream,
        Self::DropTransaction,
        Self::PanicInTransaction,
        Self::PanicWithStream,
        Self::CancelBeforeCommit,
        Self::AbortBeforeCommit,
        Self::AbortAnywhere,
    ];
}

/// How a task is to end.
enum End {
    Itself,
    Panic,
    Abort,
    Either,
}

type Rows = Vec<(i64, Fate)>;

/// A panic, without a message on the terminal for each of a thousand.
fn panic_quietly() -> ! {
    resume_unwind(Box::new("a task panics"))
}

impl Work {
    /// The tenant that a task is for.
    pub(super) fn tenant(number: i64) -> i64 {
        1_001 + number % TENANTS
    }

    /// The task that wrote a row.
    pub(super) fn author(id: i64) -> i64 {
        id / 10
    }

    fn own(&self) -> i64 {
        Self::tenant(self.number)
    }

    /// All kinds for every tenant, in another order for each.
    fn kind(&self) -> Kind {
        let turn = self.number / TENANTS * 4 + self.number % TENANTS;
        let kind = Kind::ALL[usize::try_from(turn).unwrap_or_default() % Kind::ALL.len()];
        match kind {
            Kind::DeleteAll if !self.deletes() => Kind::UpdateAll,
            kind => kind,
        }
    }

    fn deletes(&self) -> bool {
        self.own() % DELETING == 0
    }

    /// The id of a row of this task.
    fn id(&self, n: i64) -> i64 {
        self.number * 10 + n
    }

    /// Notes what became of rows.
    fn note(&self, rows: Rows) {
        let known = |fate| if self.deletes() && fate == Fate::Kept { Fate::Either } else { fate };
        self.ledger.note(rows.into_iter().map(|(id, fate)| (id, known(fate))));
    }

    /// Runs the task in one of its own, and sees to it that it ends as it is to.
    pub(super) async fn supervised(self) {
        let (ledger, number, kind) = (Arc::clone(&self.ledger), self.number, self.kind());
        let to_end = match kind {
            Kind::PanicInTransaction | Kind::PanicWithStream => End::Panic,
            Kind::AbortBeforeCommit => End::Abort,
            Kind::AbortAnywhere => End::Either,
            _ => End::Itself,
        };
        let (begun, waits) = oneshot::channel();
        let task = tokio::spawn(async move { self.run(kind, begun).await });
        if matches!(to_end, End::Abort | End::Either) {
            // An error here is a task that ended before it began, which shows below.
            let _ = waits.await;
            sleep(Duration::from_micros((number as u64).wrapping_mul(2_654_435_761) % 3_000)).await;
            task.abort();
        }
        match (to_end, task.await) {
            (_, Ok(Err(error))) if is_deadlock(&error) => ledger.note_deadlock(),
            (_, Ok(Err(error))) => ledger.complain(format!("{kind:?}: {error:?}")),
            (End::Itself | End::Either, Ok(Ok(()))) => {}
            (End::Panic, Err(error)) if error.is_panic() => {}
            (End::Abort | End::Either, Err(error)) if error.is_cancelled() => {}
            (_, ended) => ledger.complain(format!("{kind:?} ended otherwise: {ended:?}")),
        }
    }

    /// Does the task's work; `begun` is told when its transaction has begun.
    async fn run(self, kind: Kind, begun: oneshot::Sender<()>) -> Result<(), DbErr> {
        let (scope, one, two) = (&self.scope, self.id(1), self.id(2));
        match kind {
            Kind::Read => self.read(scope).await.map(|_| ()),
            Kind::Insert => {
                self.note(vec![(one, Fate::Either)]);
                self.insert(scope, one).await?;
                self.note(vec![(one, Fate::Kept)]);
                let found = Entity::find_by_id((self.own(), one)).one(scope).await?;
                self.demand(found.is_some() || self.deletes(), "a row that was inserted is not there");
                Ok(())
            }
            Kind::UpdateAll => self.update_all(scope).await,
            Kind::DeleteAll => Entity::delete_many().exec(scope).await.map(|_| ()),
            Kind::Commit => {
                self.note(vec![(one, Fate::Either), (two, Fate::Either)]);
                let transaction = scope.begin().await?;
                self.insert(&transaction, one).await?;
                self.insert(&transaction, two).await?;
                let rows = self.read(&transaction).await?;
                self.demand(rows.contains(&one) && rows.contains(&two), "a transaction misses its own rows");
                transaction.commit().await?;
                self.note(vec![(one, Fate::Kept), (two, Fate::Kept)]);
                Ok(())
            }
            Kind::RollBack => {
                let transaction = scope.begin().await?;
                self.insert(&transaction, one).await?;
                self.update_all(&transaction).await?;
                transaction.rollback().await
            }
            Kind::RollBackByError => {
                let ended = scope
                    .transaction_async(async |transaction| {
                        self.insert(transaction, one).await?;
                        self.read(transaction).await?;
                        Err::<(), _>(DbErr::Custom("undo".to_owned()))
                    })
                    .await;
                match ended {
                    Err(TransactionError::Transaction(DbErr::Custom(_))) => Ok(()),
                    Err(TransactionError::Transaction(error) | TransactionError::Connection(error)) => {
                        Err(error)
                    }
                    Ok(()) => Err(DbErr::Custom("an error was lost".to_owned())),
                }
            }
            Kind::Nest => {
                self.note(vec![(one, Fate::Either)]);
                let outer = scope.begin().await?;
                self.insert(&outer, one).await?;
                let inner = outer.begin().await?;
                self.insert(&inner, two).await?;
                inner.rollback().await?;
                let rows = self.read(&outer).await?;
                self.demand(rows.contains(&one) && !rows.contains(&two), "a savepoint kept or lost too much");
                outer.commit().await?;
                self.note(vec![(one, Fate::Kept)]);
                Ok(())
            }
            Kind::DropStream => {
                let mut stream = Entity::find().stream(scope).await?;
                if let Some(row) = stream.try_next().await? {
                    self.check(&row);
                }
                drop(stream);
                self.read(scope).await.map(|_| ())
            }
            Kind::DropTransaction => {
                let transaction = scope.begin().await?;
                self.insert(&transaction, one).await?;
                drop(transaction);
                self.read(scope).await.map(|_| ())
            }
            Kind::PanicInTransaction => {
                let ended = scope
                    .transaction::<_, (), DbErr>(|transaction| {
                        async move {
                            Entity::insert(scoped_row(Self::tenant(one / 10), one))
                                .exec_without_returning(transaction)
                                .await?;
                            panic_quietly()
                        }
                        .boxed()
                    })
                    .await;
                ended.map_err(|error| match error {
                    TransactionError::Transaction(error) | TransactionError::Connection(error) => error,
                })
            }
            Kind::PanicWithStream => {
                let transaction = scope.begin().await?;
                self.insert(&transaction, one).await?;
                let mut stream = Entity::find().stream(&transaction).await?;
                let row = stream.try_next().await?;
                self.demand(row.is_some(), "a transaction misses its own row");
                panic_quietly()
            }
            Kind::CancelBeforeCommit => {
                let transaction = scope.begin().await?;
                let never = async {
                    self.insert(&transaction, one).await?;
                    loop {
                        self.read(&transaction).await?;
                    }
                };
                let ended: Result<Result<(), DbErr>, _> = timeout(Duration::from_millis(2), never).await;
                ended.unwrap_or(Ok(()))
            }
            Kind::AbortBeforeCommit => {
                let transaction = scope.begin().await?;
                self.insert(&transaction, one).await?;
                let _ = begun.send(());
                loop {
                    self.read(&transaction).await?;
                }
            }
            Kind::AbortAnywhere => {
                self.note(vec![(one, Fate::Either), (two, Fate::Either)]);
                let transaction = scope.begin().await?;
                let _ = begun.send(());
                self.insert(&transaction, one).await?;
                self.insert(&transaction, two).await?;
                self.read(&transaction).await?;
                transaction.commit().await
            }
        }
    }

    /// Inserts a row, whose tenant is left to the scope.
    async fn insert(&self, connection: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
        let inserted = Entity::insert(scoped_row(self.own(), id)).exec_without_returning(connection).await?;
        self.demand(inserted == 1, "one row was inserted as several");
        Ok(())
    }

    /// Marks every row that the scope lets it, which are those of the tenant.
    async fn update_all(&self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        Entity::update_many()
            .col_expr(entry::Column::Mark, Expr::value(self.own()))
            .filter(entry::Column::Id.gte(0))
            .exec(connection)
            .await
            .map(|_| ())
    }

    /// Reads every row that the scope lets it; all must be the tenant's.
    async fn read(&self, connection: &(impl ConnectionTrait + StreamTrait)) -> Result<Vec<i64>, DbErr> {
        let rows = Entity::find().all(connection).await?;
        rows.iter().for_each(|row| self.check(row));
        Ok(rows.iter().map(|row| row.id).collect())
    }

    fn check(&self, row: &entry::Model) {
        let is_own = row.tenant == self.own()
            && row.mark == self.own()
            && Self::tenant(Self::author(row.id)) == self.own();
        self.demand(is_own, "a row of another tenant");
    }

    fn demand(&self, holds: bool, otherwise: &str) {
        if !holds {
            self.ledger.complain(format!("task {} of tenant {}: {otherwise}", self.number, self.own()));
        }
    }
}

/// Whether the database gave a transaction up for another: MariaDB's 1213, PostgreSQL's 40P01.
fn is_deadlock(error: &DbErr) -> bool {
    error.to_string().to_ascii_lowercase().contains("deadlock")
}
