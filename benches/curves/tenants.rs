//! From 1 to 1,000,000 tenants in a table of 1,000,000 rows: each statement is for another tenant.

// The items that SeaORM derives are `pub`.
#![allow(unreachable_pub)]

use crate::{
    points::{Point, flat, interleave, nanos},
    statements::runtime,
};
use fastrand::Rng;
use indicatif::ProgressBar;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, Schema};
use sea_orm_multitenant::{Tenancy, TenancyError};
use sea_orm_multitenant_benches::{connect, join};
use std::{error::Error, hint::black_box};

const TENANTS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/// The number of steps: a table filled for each point, and three series.
pub(crate) const STEPS: u64 = TENANTS.len() as u64 + 3;

/// The number of rows in the table.
const ROWS: i64 = 1_000_000;

mod item {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "item")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub amount: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A database whose rows belong to this many tenants.
struct World {
    db: DatabaseConnection,
    tenancy: Tenancy,
    tenants: i64,
}

impl World {
    async fn new(tenants: i64) -> Result<Self, Box<dyn Error>> {
        let db = connect("sqlite::memory:").await?;
        db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(item::Entity)).await?;
        // In the order of the key, so that the pages are equally full for any number of tenants.
        db.execute_unprepared(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS} - 1) \
             INSERT INTO item SELECT i % {tenants} AS tenant, i, i * 3 FROM n ORDER BY tenant, i"
        ))
        .await?;
        Ok(Self { tenancy: Tenancy::new(db.clone())?, db, tenants })
    }

    async fn by_hand(&self, id: i64) -> Result<(), DbErr> {
        let own = item::Column::AccountId.eq(id % self.tenants);
        let row = item::Entity::find().filter(own).filter(item::Column::Id.eq(id)).one(&self.db).await?;
        row.map(drop).ok_or_else(|| DbErr::RecordNotFound(id.to_string()))
    }

    async fn scoped(&self, id: i64) -> Result<(), DbErr> {
        let scope = self.tenancy.scope(id % self.tenants).map_err(DbErr::from)?;
        let row = item::Entity::find().filter(item::Column::Id.eq(id)).one(&scope).await?;
        row.map(drop).ok_or_else(|| DbErr::RecordNotFound(id.to_string()))
    }
}

pub(crate) fn run(bar: &ProgressBar) -> Result<Vec<Point>, Box<dyn Error>> {
    let runtime = runtime()?;
    let mut worlds = Vec::new();
    for tenants in TENANTS {
        worlds.push(runtime.block_on(World::new(tenants))?);
        bar.inc(1);
    }
    let mut chance = Rng::with_seed(1);
    let statement = join();
    let rewritten = interleave(TENANTS.len(), 100, |point| {
        let World { tenancy, tenants, .. } = &worlds[point];
        nanos(2_000, |_| {
            let scope = tenancy.scope(chance.i64(0..*tenants))?;
            black_box(scope.rewrite(black_box(statement.clone()))?);
            Ok::<_, TenancyError>(())
        })
    })?;
    bar.inc(1);
    let scoped = interleave(TENANTS.len(), 60, |point| {
        nanos(200, |_| runtime.block_on(worlds[point].scoped(chance.i64(0..ROWS))))
    })?;
    bar.inc(1);
    let by_hand = interleave(TENANTS.len(), 60, |point| {
        nanos(200, |_| runtime.block_on(worlds[point].by_hand(chance.i64(0..ROWS))))
    })?;
    bar.inc(1);
    let tenants = TENANTS.map(|tenants| tenants as usize);
    let mut points = flat("a scope made and a statement rewritten, ns", &tenants, &rewritten);
    points.extend(flat("find by id through a scope, ns", &tenants, &scoped));
    points.extend(flat("find by id by hand, ns", &tenants, &by_hand));
    Ok(points)
}
