//! What is timed: the same calls of SeaORM for every arm.

use crate::entities::{EVENTS, event, event_row};
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, LoaderTrait, QueryFilter, QueryOrder,
    Set, StreamTrait, TransactionSession, TransactionTrait,
    sea_query::{Expr, OnConflict},
};
use sea_orm_multitenant_benches::{TENANT, project, task};

/// How the tenant gets into a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    /// Not at all: there is one tenant in the database.
    Alone,
    /// By a filter and a value that are written out.
    ByHand,
    /// By the scope.
    Scoped,
}

/// An operation, and how often each arm does it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) rounds: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    FindById,
    Join,
    FindWithRelated,
    Loader,
    In(i64),
    Insert,
    InsertMany,
    InsertManyOfNewLength,
    Update,
    UpdateMany,
    Delete,
    Upsert,
    Transaction,
    Stream,
}

const fn operation(name: &'static str, kind: Kind, rounds: usize) -> Operation {
    Operation { name, kind, rounds }
}

pub(crate) const OPERATIONS: &[Operation] = &[
    operation("find by id", Kind::FindById, 2_000),
    operation("filter and join of 8 columns", Kind::Join, 2_000),
    operation("find_with_related, 100 + 1,000 rows", Kind::FindWithRelated, 60),
    operation("loader, 500 keys", Kind::Loader, 60),
    operation("IN of 1", Kind::In(1), 2_000),
    operation("IN of 10", Kind::In(10), 2_000),
    operation("IN of 100", Kind::In(100), 500),
    operation("IN of 1,000", Kind::In(1_000), 100),
    operation("insert", Kind::Insert, 1_000),
    operation("insert_many, 1,000 × 5", Kind::InsertMany, 60),
    operation("insert_many, a new length each time", Kind::InsertManyOfNewLength, 60),
    operation("update", Kind::Update, 1_000),
    operation("update_many, 10 rows", Kind::UpdateMany, 1_000),
    operation("delete", Kind::Delete, 1_000),
    operation("upsert", Kind::Upsert, 1_000),
    operation("transaction of five statements", Kind::Transaction, 500),
    operation("stream of 100,000 rows", Kind::Stream, 7),
];

impl Arm {
    fn own<Q: QueryFilter>(self, query: Q, column: impl ColumnTrait) -> Q {
        if self == Self::ByHand { query.filter(column.eq(TENANT)) } else { query }
    }

    /// The primary key of the events.
    fn key(self) -> Vec<event::Column> {
        if self == Self::Alone {
            vec![event::Column::Id]
        } else {
            vec![event::Column::AccountId, event::Column::Id]
        }
    }

    fn account(self) -> Option<i64> {
        if self == Self::Scoped { None } else { Some(TENANT) }
    }
}

/// The first id that the operation of a round may write: each arm of a round writes the same.
fn new_id(round: usize) -> i64 {
    EVENTS + 1 + round as i64 * 2_000
}

/// Does an operation once, and says how many rows it met.
pub(crate) async fn run<C>(kind: Kind, arm: Arm, db: &C, round: usize) -> Result<usize, DbErr>
where
    C: ConnectionTrait + StreamTrait + TransactionTrait + Send,
{
    let id = round as i64 % 400 + 1;
    let new = new_id(round);
    match kind {
        Kind::FindById => {
            let query = arm.own(project::Entity::find(), project::Column::AccountId);
            Ok(query.filter(project::Column::Id.eq(id)).one(db).await?.iter().count())
        }
        Kind::Join => {
            let query = task::Entity::find().find_also_related(project::Entity);
            let query = arm.own(query, task::Column::AccountId);
            Ok(query.filter(task::Column::ProjectId.eq(id)).all(db).await?.len())
        }
        Kind::FindWithRelated => {
            let query = project::Entity::find().find_with_related(task::Entity);
            let query = arm.own(query, project::Column::AccountId).filter(project::Column::Id.lte(100));
            Ok(query.order_by_asc(project::Column::Id).all(db).await?.len())
        }
        Kind::Loader => {
            let projects: Vec<_> = (1..=500).map(project_of).collect();
            let tasks = arm.own(task::Entity::find(), task::Column::AccountId);
            Ok(projects.load_many(tasks, db).await?.len())
        }
        Kind::In(count) => {
            let query = arm.own(task::Entity::find(), task::Column::AccountId);
            Ok(query.filter(task::Column::Id.is_in(id..id + count)).all(db).await?.len())
        }
        Kind::Insert => insert(arm, db, [new]).await,
        Kind::InsertMany => insert(arm, db, new..new + 1_000).await,
        Kind::InsertManyOfNewLength => insert(arm, db, new..new + 500 + round as i64).await,
        Kind::Update => {
            let row = event::ActiveModel {
                account_id: Set(TENANT),
                id: Set(id),
                amount: Set(new),
                ..Default::default()
            };
            row.update(db).await.map(|_| 1)
        }
        Kind::UpdateMany => {
            let query = event::Entity::update_many().col_expr(event::Column::Amount, Expr::value(new));
            let query =
                arm.own(query, event::Column::AccountId).filter(event::Column::Id.between(id, id + 9));
            Ok(query.exec(db).await?.rows_affected as usize)
        }
        Kind::Delete => {
            let query = arm.own(event::Entity::delete_many(), event::Column::AccountId);
            Ok(query.filter(event::Column::Id.eq(new)).exec(db).await?.rows_affected as usize)
        }
        Kind::Upsert => {
            let conflict = OnConflict::columns(arm.key()).update_column(event::Column::Amount).to_owned();
            event::Entity::insert(event_row(arm.account(), id))
                .on_conflict(conflict)
                .exec_without_returning(db)
                .await
                .map(|_| 1)
        }
        Kind::Transaction => {
            let transaction = db.begin().await?;
            for next in 0..5 {
                let query = arm.own(project::Entity::find(), project::Column::AccountId);
                query.filter(project::Column::Id.eq(id + next)).one(&transaction).await?;
            }
            transaction.commit().await.map(|()| 5)
        }
        Kind::Stream => {
            let query = arm.own(event::Entity::find(), event::Column::AccountId);
            let mut rows = query.filter(event::Column::Id.lte(EVENTS)).stream(db).await?;
            let mut count = 0;
            while rows.try_next().await?.is_some() {
                count += 1;
            }
            Ok(count)
        }
    }
}

fn project_of(id: i64) -> project::Model {
    project::Model {
        account_id: TENANT,
        id,
        name: String::new(),
        state: String::new(),
        due: 0,
        rank: 0,
        budget: 0,
        note: String::new(),
    }
}

async fn insert<C: ConnectionTrait>(
    arm: Arm,
    db: &C,
    ids: impl IntoIterator<Item = i64>,
) -> Result<usize, DbErr> {
    let rows = ids.into_iter().map(|id| event_row(arm.account(), id));
    event::Entity::insert_many(rows).exec_without_returning(db).await.map(|rows| rows as usize)
}

/// What must be so before an operation is timed, and is not timed itself.
pub(crate) async fn prepare<C: ConnectionTrait>(kind: Kind, db: &C, round: usize) -> Result<(), DbErr> {
    if matches!(kind, Kind::Insert | Kind::InsertMany | Kind::InsertManyOfNewLength | Kind::Delete) {
        let own = event::Entity::delete_many().filter(event::Column::AccountId.eq(TENANT));
        own.filter(event::Column::Id.gt(EVENTS)).exec(db).await?;
    }
    if matches!(kind, Kind::Delete) {
        let row = event::Entity::insert(event_row(Some(TENANT), new_id(round)));
        row.exec_without_returning(db).await?;
    }
    Ok(())
}
