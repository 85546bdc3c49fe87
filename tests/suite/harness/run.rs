//! One test on one engine, and what holds for every test.

use super::{Backend, Fixture, Log, Outcome, TestDb, citus::Citus, judging, scoping};
use futures_util::{FutureExt, future::LocalBoxFuture};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
};

/// The tenant that tests act for.
const OWN: i64 = 1;

/// The tenant whose rows no test may change.
const OTHER: i64 = 2;

/// A test. It is a pointer, so that nothing of the harness is compiled once more for each test.
pub(crate) type Body = for<'a> fn(&'a TestDb) -> LocalBoxFuture<'a, Outcome>;

/// Runs a test in a database of its own.
///
/// Then asserts that the other tenant's rows are as they were, that every statement that went out keeps to its tenant,
/// that the engine's own judges find nothing wrong with any that a scope sent, and that all statements are the ones of the snapshot.
pub(crate) fn run<F: Fixture>(backend: Backend, test: &str, body: Body) {
    block_on(Box::pin(async move {
        let (db, disposal) = TestDb::create::<F>(backend).await.expect("the database of the test is made");
        let ended = AssertUnwindSafe(run_in::<F>(&db, test, body)).catch_unwind().await;
        db.close().await;
        disposal.run().await;
        if let Err(panic) = ended {
            resume_unwind(panic);
        }
    }));
}

/// Runs a test in its database on a cluster of Citus, whatever becomes of it, and then `judge`s what it sent.
///
/// Asserts, too, that the other tenant's rows are as they were.
pub(crate) fn attempt<F: Fixture>(body: Body, judge: impl AsyncFnOnce(&TestDb, Result<(), String>)) {
    block_on(Box::pin(async move {
        let (db, disposal) = TestDb::create_on_citus::<F>().await.expect("the database of the test is made");
        let before = F::rows_of(db.unscoped(), OTHER).await.expect("the rows can be read");
        let ended = match AssertUnwindSafe(body(&db)).catch_unwind().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("{error:?}")),
            Err(panic) => Err(text_of(panic)),
        };
        let judged = AssertUnwindSafe(async {
            judge(&db, ended).await;
            let after = F::rows_of(db.unscoped(), OTHER).await.expect("the rows can be read");
            assert_eq!(after, before, "rows of tenant {OTHER} changed while tenant {OWN} acted:\n{}", db.log);
        });
        let judged = judged.catch_unwind().await;
        db.close().await;
        disposal.run().await;
        if let Some(plain) = db.citus.and_then(Citus::disposal) {
            plain.run().await;
        }
        if let Err(panic) = judged {
            resume_unwind(panic);
        }
    }));
}

/// Runs a future to its end, on a runtime of its own as a test has one.
fn block_on(future: LocalBoxFuture<'_, ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the runtime starts").block_on(future);
}

/// What a panic said.
fn text_of(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => {
            panic.downcast::<&str>().map_or_else(|_| "it panicked".to_owned(), |text| (*text).to_owned())
        }
    }
}

/// Runs a test in its database.
async fn run_in<F: Fixture>(db: &TestDb, test: &str, body: Body) {
    let before = F::rows_of(db.unscoped(), OTHER).await.expect("the rows can be read");
    assert!(before.len() > 1, "the other tenant has rows");
    if let Err(error) = body(db).await {
        panic!("the test returned an error: {error:?}\n{}", db.log);
    }
    let after = F::rows_of(db.unscoped(), OTHER).await.expect("the rows can be read");
    assert_eq!(after, before, "rows of tenant {OTHER} changed while tenant {OWN} acted:\n{}", db.log);
    scoping::assert_scoped(db.tenancy.catalogue(), &db.log);
    assert_judged(db, test).await;
    assert_snapshot(db.backend, F::NAME, test, &db.log);
}

/// Has every statement judged that scopes sent. What a recorder saw go out of a scope was heard, or the judges hear nothing.
pub(super) async fn assert_judged(db: &TestDb, test: &str) {
    let heard = db.hearing.take();
    let went_out = db.log.answered();
    assert!(
        heard.statements >= went_out as u64,
        "{went_out} statements went out of scopes, {} were heard",
        heard.statements
    );
    match judging::judge(db, test, &heard).await {
        Ok(tally) => assert_eq!(tally.all(), heard.spoken.len() as u64, "{tally}"),
        Err(complaint) => panic!("a judge complains: {complaint}\n{}", db.log),
    }
}

/// Compares the statements with the snapshot of the test, in a folder a backend and family.
fn assert_snapshot(backend: Backend, fixture: &str, test: &str, log: &Log) {
    let mut path = test.rsplit("::");
    let (Some(name), Some(_), Some(family)) = (path.next(), path.next(), path.next()) else {
        panic!("`{test}` is not in a module of a backend");
    };
    let text = log.to_string();
    if text.is_empty() {
        return;
    }
    let mut settings = insta::Settings::new();
    let folder = format!("{}/suite/snapshots/{}/{family}", env!("CARGO_MANIFEST_DIR"), backend.name());
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{name}.{fixture}"), text.trim_start()));
}
