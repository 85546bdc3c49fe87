//! The operations that are timed: the same calls of SeaORM for every arm.

use crate::{
    arena::set_tenant,
    entities::{EVENTS, event, event_row},
};
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, LoaderTrait,
    QueryFilter, QueryOrder, QuerySelect, Related, RelationDef, Set, StreamTrait, TransactionSession,
    TransactionTrait,
    sea_query::{Expr, OnConflict},
};
use sea_orm_multitenant_benches::{TENANT, project, task};

/// How the tenant gets into a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    /// Not at all: the database has one tenant.
    Alone,
    /// By a filter and a value written by hand.
    ByHand,
    /// The same as by hand, a second time: the ratio would be 1 if the machine were quiet.
    Again,
    /// By all the conditions that a scope adds, written by hand: on every table, and on the row that an upsert
    /// conflicts with.
    InFull,
    /// By the scope.
    Scoped,
    /// By the database: each transaction sets the tenant.
    Secured,
}

/// An operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// One operation of an arm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) kind: Kind,
    pub(crate) arm: Arm,
    /// The number of the operation: all arms do the same with the same number.
    pub(crate) n: usize,
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

const fn operation(name: &'static str, kind: Kind) -> Operation {
    Operation { name, kind }
}

pub(crate) const OPERATIONS: &[Operation] = &[
    operation("find by id", Kind::FindById),
    operation("filter and join of 8 columns", Kind::Join),
    operation("find_with_related, 100 + 1,000 rows", Kind::FindWithRelated),
    operation("loader, 500 keys", Kind::Loader),
    operation("IN of 1", Kind::In(1)),
    operation("IN of 10", Kind::In(10)),
    operation("IN of 100", Kind::In(100)),
    operation("IN of 1,000", Kind::In(1_000)),
    operation("insert", Kind::Insert),
    operation("insert_many, 1,000 × 5", Kind::InsertMany),
    operation("insert_many, a new length each time", Kind::InsertManyOfNewLength),
    operation("update", Kind::Update),
    operation("update_many, 10 rows", Kind::UpdateMany),
    operation("delete", Kind::Delete),
    operation("upsert", Kind::Upsert),
    operation("transaction of five statements", Kind::Transaction),
    operation("stream of 100,000 rows", Kind::Stream),
];

impl Arm {
    /// The name in a table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Alone => "no tenant",
            Self::ByHand => "by hand",
            Self::Again => "by hand again",
            Self::InFull => "by hand in full",
            Self::Scoped => "scope",
            Self::Secured => "row-level security",
        }
    }

    fn own<Q: QueryFilter>(self, query: Q, column: impl ColumnTrait) -> Q {
        if matches!(self, Self::ByHand | Self::Again | Self::InFull) {
            query.filter(column.eq(TENANT))
        } else {
            query
        }
    }

    /// The primary key of the events.
    fn key(self) -> Vec<event::Column> {
        if self == Self::Alone {
            vec![event::Column::Id]
        } else {
            vec![event::Column::AccountId, event::Column::Id]
        }
    }

    /// The relation, for a join with the tenant's rows of `column`'s table if the arm has conditions on every table.
    fn related<C: ColumnTrait>(self, relation: RelationDef, column: C) -> RelationDef {
        if self == Self::InFull {
            relation.on_condition(move |_, _| Condition::all().add(column.eq(TENANT)))
        } else {
            relation
        }
    }

    fn account(self) -> Option<i64> {
        if self == Self::Scoped { None } else { Some(TENANT) }
    }
}

impl Kind {
    /// Whether a scope adds more conditions than the filter by hand, which is on the first table.
    pub(crate) const fn has_more_in_full(self, is_mysql: bool) -> bool {
        match self {
            Self::Join | Self::FindWithRelated => true,
            // On MySQL an upsert has no condition: the scope puts it into each assignment.
            Self::Upsert => !is_mysql,
            _ => false,
        }
    }
}

/// The first id that an operation may write: each arm writes the same ids.
fn new_id(n: usize) -> i64 {
    EVENTS + 1 + n as i64 * 2_000
}

/// A length of 500 to 1,499 that is new, or was last used so long ago that no driver has its statement any more.
fn new_length(n: usize) -> i64 {
    500 + n as i64 * 7_919 % 1_000
}

/// Does an operation once. Returns the number of rows.
pub(crate) async fn run<C>(turn: Turn, db: &C) -> Result<usize, DbErr>
where
    C: ConnectionTrait + StreamTrait + TransactionTrait + Send,
{
    let Turn { kind, arm, n } = turn;
    let id = n as i64 % 400 + 1;
    let new = new_id(n);
    match kind {
        Kind::FindById => {
            let query = arm.own(project::Entity::find(), project::Column::AccountId);
            Ok(query.filter(project::Column::Id.eq(id)).one(db).await?.iter().count())
        }
        Kind::Join => {
            let project = arm.related(task::Entity::to(), project::Column::AccountId);
            let query = task::Entity::find().join(JoinType::LeftJoin, project).select_also(project::Entity);
            let query = arm.own(query, task::Column::AccountId);
            Ok(query.filter(task::Column::ProjectId.eq(id)).all(db).await?.len())
        }
        Kind::FindWithRelated => {
            let task = arm.related(project::Entity::to(), task::Column::AccountId);
            let query = project::Entity::find().join(JoinType::LeftJoin, task).select_with(task::Entity);
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
        Kind::InsertManyOfNewLength => insert(arm, db, new..new + new_length(n)).await,
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
            let mut conflict = OnConflict::columns(arm.key()).update_column(event::Column::Amount).to_owned();
            if arm == Arm::InFull {
                conflict.action_and_where(event::Column::AccountId.eq(TENANT));
            }
            event::Entity::insert(event_row(arm.account(), id))
                .on_conflict(conflict)
                .exec_without_returning(db)
                .await
                .map(|_| 1)
        }
        Kind::Transaction => {
            let transaction = db.begin().await?;
            if arm == Arm::Secured {
                set_tenant(&transaction).await?;
            }
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

/// Prepares the state for an operation, untimed.
pub(crate) async fn prepare<C: ConnectionTrait>(
    kind: Kind,
    db: &C,
    first: usize,
    batch: usize,
) -> Result<(), DbErr> {
    if matches!(kind, Kind::Insert | Kind::InsertMany | Kind::InsertManyOfNewLength | Kind::Delete) {
        let own = event::Entity::delete_many().filter(event::Column::AccountId.eq(TENANT));
        own.filter(event::Column::Id.gt(EVENTS)).exec(db).await?;
    }
    if matches!(kind, Kind::Delete) {
        let rows = (first..first + batch).map(|n| event_row(Some(TENANT), new_id(n)));
        event::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}
