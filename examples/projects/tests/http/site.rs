//! The running application, and access to its database for tests.

use crate::{
    database::TestDatabase,
    statements::{Statements, not_single_shard},
};
use projects::{
    app::App,
    client::{Answer, Client},
    entity::{account, country, manager, project, project_manager, task, task_import, user},
    migration::Migrator,
    seed::{self, PASSWORD},
    store::imports,
};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, EntityTrait, QueryOrder};
use sea_orm_migration::MigratorTrait;
use sea_orm_multitenant::Tenancy;
use serde_json::Value;
use std::{future::pending, net::SocketAddr, panic, time::Duration};
use tokio::net::TcpListener;

pub(crate) const ADA: &str = "ada@acme.example";
pub(crate) const JANA: &str = "jana@nordlicht.example";

/// The application with two of its accounts logged in.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) options: ConnectOptions,
    /// The unscoped database, for what the test itself reads and changes.
    pub(crate) db: DatabaseConnection,
    /// A visitor at the domain, without an account.
    pub(crate) outside: Client,
    /// A visitor at the first account's address, not logged in.
    pub(crate) nobody: Client,
    pub(crate) acme: Client,
    pub(crate) nordlicht: Client,
}

/// Every row of every table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) countries: Vec<country::Model>,
    pub(crate) accounts: Vec<account::Model>,
    pub(crate) users: Vec<user::Model>,
    pub(crate) managers: Vec<manager::Model>,
    pub(crate) projects: Vec<project::Model>,
    pub(crate) assignments: Vec<project_manager::Model>,
    pub(crate) tasks: Vec<task::Model>,
    pub(crate) imports: Vec<task_import::Model>,
}

/// Rows of one account, by their ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) account: i64,
    pub(crate) project: i64,
    /// A manager who is assigned to the project.
    pub(crate) manager: i64,
    /// A manager who is not.
    pub(crate) other_manager: i64,
    pub(crate) task: i64,
    pub(crate) import: i64,
}

/// Runs a test on the application, and drops its database however the test ends.
///
/// On Citus, it asserts that every statement that the application has sent touches one shard: the statements that fill
/// the database, and those of requests.
pub(crate) async fn run<T>(database: TestDatabase, test: fn(Site) -> T)
where
    T: Future<Output = ()> + Send + 'static,
{
    let options = database.options();
    let db = Database::connect(options.clone()).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let statements = Statements::default();
    let recorded = statements.record(db.clone());
    seed::accounts(&Tenancy::new(recorded.clone()).unwrap()).await.unwrap();
    let mut sent = statements.take();
    let app = App::on(recorded, Duration::ZERO).await.unwrap();
    // At the start the application runs migrations and stops the imports of every account: these statements are
    // unscoped and touch several shards.
    statements.take();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(app.clone().serve(listener, pending()));
    let site = Site {
        app: app.clone(),
        address,
        options,
        db: db.clone(),
        outside: Client::new(address),
        nobody: Client::new(address).at("acme"),
        acme: Client::logged_in(address, "acme", ADA, PASSWORD).await.unwrap(),
        nordlicht: Client::logged_in(address, "nordlicht", JANA, PASSWORD).await.unwrap(),
    };
    site.add_imports().await;
    let outcome = tokio::spawn(test(site)).await;
    server.abort();
    sent.extend(statements.take());
    let found = if database.is_citus() { not_single_shard(&db, sent).await } else { Vec::new() };
    db.close().await.unwrap();
    database.drop().await;
    if let Err(error) = outcome {
        panic::resume_unwind(error.into_panic());
    }
    assert!(found.is_empty(), "more than one shard is touched:\n{}", found.join("\n"));
}

impl Site {
    /// Gives each account an import that no worker processes.
    async fn add_imports(&self) {
        let projects = project::Entity::find().order_by_asc(project::Column::Id).all(&self.db).await.unwrap();
        for account in &*self.app.demo {
            let project = projects.iter().find(|row| row.account_id == account.id).unwrap().id;
            let scope = self.app.tenancy.scope(account.id).unwrap();
            let id = imports::create(&scope, project, 7).await.unwrap();
            imports::count_refused(&scope, id, &format!("Line 1: no {}", account.subdomain)).await.unwrap();
        }
    }

    pub(crate) async fn rows(&self) -> Rows {
        let db = &self.db;
        Rows {
            countries: country::Entity::find().order_by_asc(country::Column::Id).all(db).await.unwrap(),
            accounts: account::Entity::find().order_by_asc(account::Column::Id).all(db).await.unwrap(),
            users: user::Entity::find().order_by_asc(user::Column::Id).all(db).await.unwrap(),
            managers: manager::Entity::find().order_by_asc(manager::Column::Id).all(db).await.unwrap(),
            projects: project::Entity::find().order_by_asc(project::Column::Id).all(db).await.unwrap(),
            assignments: project_manager::Entity::find()
                .order_by_asc(project_manager::Column::ProjectId)
                .order_by_asc(project_manager::Column::ManagerId)
                .all(db)
                .await
                .unwrap(),
            tasks: task::Entity::find().order_by_asc(task::Column::Id).all(db).await.unwrap(),
            imports: task_import::Entity::find().order_by_asc(task_import::Column::Id).all(db).await.unwrap(),
        }
    }

    /// Rows of the account of that name.
    pub(crate) async fn ids(&self, account: &str) -> Ids {
        let rows = self.rows().await;
        let account = rows.accounts.iter().find(|row| row.name == account).unwrap().id;
        let project = rows.projects.iter().find(|row| row.account_id == account).unwrap().id;
        let is_assigned = |manager| {
            rows.assignments.iter().any(|row| (row.project_id, row.manager_id) == (project, manager))
        };
        let mut managers = rows.managers.iter().filter(|row| row.account_id == account).map(|row| row.id);
        let manager = managers.clone().find(|id| is_assigned(*id)).unwrap();
        let other_manager = managers.find(|id| !is_assigned(*id)).unwrap();
        let task = rows.tasks.iter().find(|row| row.project_id == project).unwrap().id;
        let import = rows.imports.iter().find(|row| row.account_id == account).unwrap().id;
        Ids { account, project, manager, other_manager, task, import }
    }
}

impl Rows {
    /// The texts that occur only in this account.
    pub(crate) fn markers(&self, account_id: i64) -> Vec<String> {
        let own = self.texts(|id| id == account_id);
        let others = self.texts(|id| id != account_id);
        own.into_iter().filter(|text| !others.contains(text)).collect()
    }

    fn texts(&self, is_wanted: impl Fn(i64) -> bool) -> Vec<String> {
        let accounts = self.accounts.iter().filter(|row| is_wanted(row.id)).map(|row| &row.name);
        let users = self.users.iter().filter(|row| is_wanted(row.account_id));
        let users = users.flat_map(|row| [&row.name, &row.email, &row.password_hash]);
        let managers = self.managers.iter().filter(|row| is_wanted(row.account_id)).map(|row| &row.name);
        let projects = self.projects.iter().filter(|row| is_wanted(row.account_id));
        let projects = projects.flat_map(|row| [&row.name, &row.description]);
        let tasks = self.tasks.iter().filter(|row| is_wanted(row.account_id)).map(|row| &row.name);
        let imports = self.imports.iter().filter(|row| is_wanted(row.account_id)).map(|row| &row.remarks);
        accounts.chain(users).chain(managers).chain(projects).chain(tasks).chain(imports).cloned().collect()
    }
}

/// Returns the id in a response of the API.
pub(crate) fn id_of(answer: &Answer) -> i64 {
    answer.json().get("id").and_then(Value::as_i64).unwrap_or_else(|| panic!("no id: {answer:?}"))
}

/// Asserts a status.
#[track_caller]
pub(crate) fn expect(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
}

/// Asserts a status and a redirection.
#[track_caller]
pub(crate) fn expect_redirect(answer: &Answer, to: &str) {
    expect(answer, 303);
    assert_eq!(answer.location.as_deref(), Some(to));
}
