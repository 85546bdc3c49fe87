//! What a test has on Citus beyond its database: what its scopes sent, and the same tables undistributed.

use super::{Backend, Fixture, backend::Disposal};
use futures_util::{FutureExt, future::LocalBoxFuture};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use sea_orm_multitenant::{Catalogue, Ownership, Table};
use sea_orm_multitenant_migration::citus::{Distribute, ReferenceTable};
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// Tenants 1 and 2 are on different ones.
const SHARDS: u32 = 4;

/// A statement that a scope sent, and the tenants of its set; none for a scope of one tenant.
pub(crate) type Sent = (Option<Vec<i64>>, Statement);

/// What scopes sent: written by the connection itself, so that nothing goes past it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Vec<Sent>>>);

impl Watch {
    /// Writes down what goes through a connection, for a scope of one tenant or of a set.
    pub(super) fn watch(&self, connection: &mut DatabaseConnection, set: Option<Vec<i64>>) {
        let watch = self.clone();
        connection.set_metric_callback(move |info| watch.push(set.clone(), info.statement.clone()));
    }

    /// Adds a statement.
    pub(crate) fn push(&self, set: Option<Vec<i64>>, statement: Statement) {
        self.0.lock().expect("no test panics while it writes").push((set, statement));
    }

    /// The statements so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.0.lock().expect("no test panics while it writes").clone()
    }
}

/// A connection to undistributed tables, and how to drop them.
type Plain = (DatabaseConnection, Disposal);

/// The part of a test's database that only Citus has.
#[derive(Debug)]
pub(crate) struct Citus {
    /// What scopes sent.
    pub(crate) watch: Watch,
    /// Makes [`plain`](Self::plain).
    make_plain: fn() -> LocalBoxFuture<'static, Result<Plain, DbErr>>,
    plain: OnceCell<Plain>,
}

impl Citus {
    /// For the tables of `F`.
    pub(super) fn of<F: Fixture>() -> Self {
        Self { watch: Watch::default(), make_plain: || plain::<F>().boxed_local(), plain: OnceCell::new() }
    }

    /// The same tables and rows on the coordinator alone, where they are PostgreSQL's: to know what it makes of a statement.
    pub(crate) async fn plain(&self) -> Result<&DatabaseConnection, DbErr> {
        self.plain.get_or_try_init(self.make_plain).await.map(|(connection, _)| connection)
    }

    /// Closes the connection to the undistributed tables.
    pub(super) async fn close(&self) {
        if let Some((connection, _)) = self.plain.get() {
            let _ = connection.clone().close().await;
        }
    }

    /// What is to be dropped at last.
    pub(super) fn disposal(self) -> Option<Disposal> {
        self.plain.into_inner().map(|(_, disposal)| disposal)
    }
}

/// Makes the undistributed tables.
async fn plain<F: Fixture>() -> Result<Plain, DbErr> {
    let (options, disposal) = Backend::create_on_citus().await?;
    let connection = Database::connect(options).await?;
    for statement in F::schema(Backend::Postgres) {
        connection.execute_unprepared(&statement).await?;
    }
    F::seed(&connection).await?;
    Ok((connection, disposal))
}

/// Distributes the tables of the schema that are in the catalogue and not distributed yet: by their tenants, with the root
/// if there is one; shared ones become reference tables.
pub(super) async fn distribute(connection: &DatabaseConnection, catalogue: &Catalogue) -> Result<(), DbErr> {
    let made = "SELECT c.relname::text, p.logicalrelid IS NOT NULL FROM pg_class AS c \
                LEFT JOIN pg_dist_partition AS p ON p.logicalrelid = c.oid \
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY c.oid";
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, made)).await?;
    let (mut tables, mut root) = (Vec::new(), None);
    for row in rows {
        let (name, is_distributed): (String, bool) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(table) = catalogue.tables().iter().find(|table| table.name() == name) else { continue };
        if matches!(table.ownership(), Ownership::Root { .. }) {
            root = Some(name);
        }
        if !is_distributed {
            tables.push(table);
        }
    }
    let mut steps = Vec::new();
    // Shared tables first: foreign keys lead from tenants' tables to them.
    tables.sort_by_key(|table| match table.ownership() {
        Ownership::Shared { .. } => 0,
        Ownership::Root { .. } => 1,
        Ownership::Tenant { .. } => 2,
    });
    for table in tables {
        steps.extend(step(table, &mut root));
    }
    if steps.is_empty() {
        return Ok(());
    }
    // In one transaction, for the settings among them.
    let transaction = connection.begin().await?;
    transaction.execute_unprepared(&steps.join("; ")).await?;
    transaction.commit().await
}

/// Creates a table that has foreign keys both to a distributed table and to a reference table: Citus refuses to make the local
/// table that it is at first one of its own.
pub(super) async fn create_table(connection: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    let transaction = connection.begin().await?;
    transaction
        .execute_unprepared("SET LOCAL citus.enable_local_reference_table_foreign_keys TO off")
        .await?;
    transaction.execute_unprepared(sql).await?;
    transaction.commit().await
}

/// The statements that distribute a table with the root; without a root, with the first table.
fn step(table: &Table, root: &mut Option<String>) -> Vec<String> {
    let name = table.name();
    let statements = match (table.tenant_column(), root.as_deref()) {
        (None, _) => ReferenceTable::new(name).up_sql(DbBackend::Postgres),
        (Some((column, _)), Some(root)) if root != name => {
            Distribute::with_root(name, column, root).up_sql(DbBackend::Postgres)
        }
        (Some((column, _)), _) => {
            *root = Some(name.to_owned());
            Distribute::root(name, column).shards(SHARDS).up_sql(DbBackend::Postgres)
        }
    };
    statements.expect("the names are usable")
}
