//! Runs one arm of an operation a number of times on SQLite and nothing else: for tools that count instructions.

use crate::{
    entities,
    operations::{Arm, Kind, Turn, prepare, run},
};
use sea_orm::DbErr;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_benches::{TENANT, connect};

/// The number of events of each tenant: few, so that the start-up is short.
const EVENTS: i64 = 2_000;

/// The most times that an operation can be done: its data is created before the first time, so the number must not
/// matter.
const MOST: usize = 2_000;

pub(crate) async fn count(kind: Kind, arm: Arm, times: usize) -> Result<(), DbErr> {
    assert!(times <= MOST, "an operation is done {MOST} times at most");
    let db = connect("sqlite::memory:").await?;
    entities::fill(&db, false, EVENTS).await?;
    prepare(kind, &db, 0, MOST).await?;
    let scope = Tenancy::new(db.clone())?.scope(TENANT)?;
    for n in 0..times {
        let turn = Turn { kind, arm, n };
        if arm == Arm::Scoped {
            run(turn, &scope).await?
        } else {
            run(turn, &db).await?
        };
    }
    db.close().await
}
