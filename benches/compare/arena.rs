//! The rounds of one operation: in each round every arm does the operation a number of times in a row, in random order.

use crate::{
    databases::{self, Urls, settle},
    entities::{self, EVENTS},
    operations::{Arm, Kind, Operation, Turn, prepare, run},
    spread::Spread,
};
use fastrand::Rng;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenantScope};
use sea_orm_multitenant_benches::{TENANT, connect};
use std::time::{Duration, Instant};

/// The duration of a sample, long enough that waking a thread or reading the clock does not matter.
const SAMPLE: Duration = Duration::from_millis(1);

/// The most operations of a sample.
const MOST: usize = 50;

/// The number of connections to the database of two tenants.
const CONNECTIONS: usize = 3;

/// The number of rounds that are not counted: each arm uses each connection six times, after which PostgreSQL has
/// settled on a plan for a statement.
const WARM_UP: usize = 18;

/// The fewest and most rounds that are counted, whatever time they take.
const ROUNDS: (usize, usize) = (20, 1_500);

/// A connection to the database of two tenants, and the scope over it.
struct Shared {
    raw: DatabaseConnection,
    scope: TenantScope<DatabaseConnection>,
}

/// The connections of all arms.
pub(crate) struct Arena {
    alone: DatabaseConnection,
    /// In each round each arm gets one of them at random, so that no arm always has the best one.
    shared: Vec<Shared>,
    secured: Option<DatabaseConnection>,
}

/// The measurement of one arm.
pub(crate) struct Timing {
    pub(crate) arm: Arm,
    /// The microseconds of one operation.
    pub(crate) micros: f64,
    /// The ratio to the filter by hand in the same round.
    pub(crate) ratio: Spread,
}

impl Arena {
    /// Connects, and creates the tables and rows.
    pub(crate) async fn new(urls: &Urls) -> Result<Self, DbErr> {
        let alone = connect(&urls.alone).await?;
        entities::fill(&alone, true, EVENTS).await?;
        let mut shared = Vec::new();
        for index in 0..CONNECTIONS {
            let raw = connect(&urls.shared).await?;
            // An in-memory database belongs to one connection.
            if index == 0 || urls.shared.starts_with("sqlite:") {
                entities::fill(&raw, false, EVENTS).await?;
            }
            let scope = Tenancy::new(raw.clone())?.scope(TENANT)?;
            shared.push(Shared { raw, scope });
        }
        let mut secured = None;
        if let Some(url) = &urls.secured {
            databases::secure(&shared[0].raw).await?;
            secured = Some(connect(url).await?);
        }
        Ok(Self { alone, shared, secured })
    }

    /// Closes the connections.
    pub(crate) async fn close(self) -> Result<(), DbErr> {
        for raw in self.shared.into_iter().map(|shared| shared.raw).chain(self.secured) {
            raw.close().await?;
        }
        self.alone.close().await
    }

    /// Times an operation with every arm for about this long, and the filter by hand compared with itself for half as
    /// long.
    ///
    /// Not in the same rounds: two arms that send the same text keep its prepared statement in the processor's cache
    /// for each other.
    pub(crate) async fn time(&self, operation: Operation, budget: Duration) -> Result<Vec<Timing>, DbErr> {
        // Arms that share connections come first, and there are at most as many of them as connections: so no two use
        // the same one in a round.
        let mut arms = vec![Arm::ByHand, Arm::Scoped];
        let is_mysql = self.alone.get_database_backend() == DbBackend::MySql;
        arms.extend(operation.kind.has_more_in_full(is_mysql).then_some(Arm::InFull));
        arms.push(Arm::Alone);
        arms.extend(self.secured.is_some().then_some(Arm::Secured));
        let mut timings = self.rounds(operation, budget, &arms).await?;
        let again = self.rounds(operation, budget / 2, &[Arm::ByHand, Arm::Again]).await?;
        timings.extend(again.into_iter().skip(1));
        Ok(timings)
    }

    /// Runs rounds of these arms; the first arm is the one that the others are compared with.
    async fn rounds(
        &self,
        operation: Operation,
        budget: Duration,
        arms: &[Arm],
    ) -> Result<Vec<Timing>, DbErr> {
        let Operation { name, kind } = operation;
        for db in [&self.alone, &self.shared[0].raw] {
            settle(db).await?;
        }
        let mut samples = vec![Vec::new(); arms.len()];
        let mut order: Vec<usize> = (0..arms.len()).collect();
        let mut connections: Vec<usize> = (0..CONNECTIONS).collect();
        let mut chance = Rng::with_seed(6);
        let mut first = 0;
        let batch = self.batch(kind, &mut first).await?;
        let begun = Instant::now();
        for round in 0..WARM_UP + ROUNDS.1 {
            if round >= WARM_UP + ROUNDS.0 && begun.elapsed() > budget {
                break;
            }
            chance.shuffle(&mut order);
            // In a fixed order, an arm would always get the connection that another arm has just used.
            chance.shuffle(&mut connections);
            let mut rows = None;
            for &index in &order {
                let (met, took) =
                    self.sample(kind, arms[index], connections[index % CONNECTIONS], first, batch).await?;
                assert_eq!(*rows.get_or_insert(met), met, "{name}: rows that {:?} met", arms[index]);
                if round >= WARM_UP {
                    samples[index].push(took.as_secs_f64() * 1e6 / batch as f64);
                }
            }
            first += batch;
        }
        let by_hand = samples[0].clone();
        let timing = |(arm, samples): (Arm, Vec<f64>)| Timing {
            arm,
            ratio: Spread::of(samples.iter().zip(&by_hand).map(|(arm, by_hand)| arm / by_hand)),
            micros: Spread::of(samples).median,
        };
        Ok(arms.iter().copied().zip(samples).map(timing).collect())
    }

    /// The number of operations in a sample.
    async fn batch(&self, kind: Kind, first: &mut usize) -> Result<usize, DbErr> {
        let mut shortest = Duration::MAX;
        for _ in 0..3 {
            let (_, took) = self.sample(kind, Arm::ByHand, 0, *first, 1).await?;
            *first += 1;
            shortest = shortest.min(took);
        }
        Ok((SAMPLE.as_nanos() / shortest.as_nanos().max(1)).clamp(1, MOST as u128) as usize)
    }

    /// Does an operation a number of times. Returns the number of rows and the duration.
    async fn sample(
        &self,
        kind: Kind,
        arm: Arm,
        connection: usize,
        first: usize,
        batch: usize,
    ) -> Result<(usize, Duration), DbErr> {
        let shared = &self.shared[connection];
        prepare(kind, if arm == Arm::Alone { &self.alone } else { &shared.raw }, first, batch).await?;
        let begun = Instant::now();
        let mut met = 0;
        for n in first..first + batch {
            let turn = Turn { kind, arm, n };
            met += match (arm, &self.secured) {
                (Arm::Alone, _) => run(turn, &self.alone).await?,
                (Arm::Scoped, _) => run(turn, &shared.scope).await?,
                (Arm::Secured, Some(db)) => secured(turn, db).await?,
                (Arm::ByHand | Arm::Again | Arm::InFull | Arm::Secured, _) => run(turn, &shared.raw).await?,
            };
        }
        Ok((met, begun.elapsed()))
    }
}

/// Does an operation in a transaction that begins by setting the tenant.
async fn secured(turn: Turn, db: &DatabaseConnection) -> Result<usize, DbErr> {
    // This operation begins its own transaction.
    if matches!(turn.kind, Kind::Transaction) {
        return run(turn, db).await;
    }
    let transaction = db.begin().await?;
    set_tenant(&transaction).await?;
    let met = run(turn, &transaction).await?;
    transaction.commit().await?;
    Ok(met)
}

/// Sets the tenant for the policies, until the transaction ends.
pub(crate) async fn set_tenant(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let sql = "SELECT set_config('app.tenant_id', $1, true)";
    let tenant = TENANT.to_string().into();
    db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [tenant])).await?;
    Ok(())
}
