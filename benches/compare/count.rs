//! An arm of an operation on SQLite, so many times and nothing beside it: for a tool that counts instructions.

use crate::{
    entities,
    operations::{Arm, Kind, Turn, prepare, run},
};
use sea_orm::DbErr;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_benches::{TENANT, connect};

/// Events of each tenant: so few that start-up is short.
const EVENTS: i64 = 2_000;

/// Most times that an operation can be done: what they need is there before the first, however often it is.
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
