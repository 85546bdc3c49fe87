//! What a program can see of its scopes: events and the number of plans.

use crate::{
    composite::{
        entities::{manager, project},
        families::{Rows, project_row},
    },
    harness::{Outcome, TestDb},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, TransactionSession, TransactionTrait,
    sea_query::Expr,
};
use std::{cell::RefCell, sync::Once};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt};

/// One event of the library: its level, and its fields in the order in which they were recorded.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    level: Level,
    fields: Vec<(String, String)>,
}

impl Seen {
    /// The value of a field.
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name().to_owned(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.fields.push((field.name().to_owned(), format!("{value:?}")));
    }
}

thread_local! {
    /// What this thread's test has seen.
    static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the library's events for the thread that they happen in: a test runs in one.
///
/// There is one for the program. With a subscriber a thread, an event that another test causes first would be off for all.
struct Watcher;

impl Watcher {
    /// Watches from now on.
    fn start() {
        static START: Once = Once::new();
        START.call_once(|| {
            let subscriber = tracing_subscriber::registry().with(Self);
            tracing::subscriber::set_global_default(subscriber).expect("there is no other");
        });
        Self::take();
    }

    /// What was seen so far, which is forgotten.
    fn take() -> Vec<Seen> {
        SEEN.take()
    }
}

impl<S: Subscriber> Layer<S> for Watcher {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sea_orm_multitenant" {
            return;
        }
        let mut seen = Seen { level: *event.metadata().level(), fields: Vec::new() };
        event.record(&mut seen);
        SEEN.with_borrow_mut(|all| all.push(seen));
    }
}

async fn each_statement_is_an_event_at_debug(db: &TestDb) -> Outcome {
    Watcher::start();
    let scope = db.scope(1);
    project::Entity::find().find_also_related(manager::Entity).all(&scope).await?;
    let renote = || project::Entity::update_many().col_expr(project::Column::Note, Expr::value("A-secret"));
    renote().exec(&scope).await?;
    scope.execute_unprepared("INSERT INTO tag (id, name, note) VALUES (9, 'new', 'A-secret')").await?;
    let transaction = scope.begin().await?;
    project::Entity::delete_many().filter(project::Column::Name.eq("Cygnus")).exec(&transaction).await?;
    transaction.commit().await?;
    project::Entity::find().all(&db.scope(2)).await?;

    let seen = Watcher::take();
    assert!(seen.iter().all(|event| event.level == Level::DEBUG), "{seen:?}");
    let said: Vec<_> = seen
        .iter()
        .map(|event| (event.field("tenant"), event.field("statement"), event.field("tables")))
        .collect();
    let expected = [
        ("1", "SELECT", r#"["manager", "project"]"#),
        ("1", "UPDATE", r#"["project"]"#),
        ("1", "INSERT", r#"["tag"]"#),
        ("1", "DELETE", r#"["project"]"#),
        ("2", "SELECT", r#"["project"]"#),
    ];
    assert_eq!(said, expected);
    assert!(!format!("{seen:?}").contains("secret"), "an event holds no value: {seen:?}");
    Ok(())
}

async fn a_refused_statement_is_no_event_of_a_scoped_one(db: &TestDb) -> Outcome {
    Watcher::start();
    assert!(db.scope(1).execute_unprepared("SELECT * FROM secret").await.is_err());
    let seen = Watcher::take();
    assert!(seen.iter().all(|event| event.field("message") != "scoped"), "{seen:?}");
    Ok(())
}

async fn unscoped_access_is_an_event_at_warn_with_its_reason(db: &TestDb) -> Outcome {
    Watcher::start();
    let rows = project::Entity::find().all(db.tenancy.unscoped("a report over all tenants")).await?;
    assert_eq!(rows.len(), 7);
    let seen = Watcher::take();
    let [event] = seen.as_slice() else { panic!("one event: {seen:?}") };
    assert_eq!(event.level, Level::WARN);
    assert_eq!(event.field("reason"), "a report over all tenants");
    assert!(event.field("caller").contains("events.rs"), "{event:?}");
    Ok(())
}

async fn no_plan_holds_a_tenant(db: &TestDb) -> Outcome {
    let find = || project::Entity::find().order_by_asc(project::Column::Id);
    assert_eq!(db.tenancy.cached_statements(), 0);
    assert_eq!(find().all(&db.scope(1)).await?, [1, 2, 3].map(|n| project_row(1, n)));
    assert_eq!(db.tenancy.cached_statements(), 1);
    assert_eq!(find().all(&db.scope(2)).await?, [1, 2, 3, 4].map(|n| project_row(2, n)));
    assert_eq!(find().all(&db.scope(1)).await?, [1, 2, 3].map(|n| project_row(1, n)));
    assert_eq!(db.tenancy.cached_statements(), 1);
    Ok(())
}

async fn a_plan_that_was_made_for_one_tenant_checks_the_values_of_another(db: &TestDb) -> Outcome {
    let sql = match db.backend {
        crate::harness::Backend::Postgres => {
            "INSERT INTO tag (account_id, id, name, note) VALUES ($1, $2, $3, $4)"
        }
        _ => "INSERT INTO tag (account_id, id, name, note) VALUES (?, ?, ?, ?)",
    };
    let insert = |tenant: i64| {
        let values = [tenant.into(), 9_i64.into(), "new".into(), "new".into()];
        sea_orm::Statement::from_sql_and_values(db.unscoped().get_database_backend(), sql, values)
    };
    db.scope(1).execute_raw(insert(1)).await?;
    let error = db.scope(2).execute_raw(insert(1)).await.expect_err("the row is tenant 1's");
    let error = sea_orm_multitenant::TenancyError::from_db_err(&error);
    assert!(matches!(error, Some(sea_orm_multitenant::TenancyError::TenantMismatch { .. })), "{error:?}");
    assert_eq!(db.tenancy.cached_statements(), 1);
    Ok(())
}

on_citus_too!(
    each_statement_is_an_event_at_debug,
    a_refused_statement_is_no_event_of_a_scoped_one,
    unscoped_access_is_an_event_at_warn_with_its_reason,
    no_plan_holds_a_tenant,
    a_plan_that_was_made_for_one_tenant_checks_the_values_of_another,
);
