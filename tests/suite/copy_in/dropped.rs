//! A call that is dropped while PostgreSQL writes its rows, as when a client goes away.

use crate::{
    harness::{Outcome, TestDb},
    single::{
        entities::{id, tag, task},
        families::Rows,
    },
};
use sea_orm::{ConnectionTrait, DbErr, entity::prelude::*};
use sea_orm_multitenant::Tenancy;
use std::time::Duration;
use tokio::time::timeout;

/// A tenancy whose scopes share one connection.
async fn of_one_connection(db: &TestDb) -> Result<Tenancy, DbErr> {
    Ok(Tenancy::new(db.one_connection().await?).expect("the entities of the suite agree"))
}

/// Rows in which PostgreSQL waits before it writes them.
async fn slow(db: &TestDb, seconds: f32) -> Result<(), DbErr> {
    let trigger = format!(
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$;
         CREATE TRIGGER slowly BEFORE INSERT ON single_task FOR EACH ROW EXECUTE FUNCTION slowly()"
    );
    db.unscoped().execute_unprepared(&trigger).await.map(|_| ())
}

/// The next statements on the connection get their own answers, and not those of the statements before.
async fn statements_after_a_dropped_call_get_their_own_answers(db: &TestDb) -> Outcome {
    slow(db, 0.3).await?;
    let tenancy = of_one_connection(db).await?;
    let before = task::Entity::find().count(db.unscoped()).await?;
    let columns = [task::Column::ProjectId, task::Column::Title, task::Column::Note, task::Column::Points];
    for wait in [1, 5, 20, 100, 250] {
        let scope = tenancy.scope(1)?;
        // The statement that the next requests send is prepared.
        tag::Entity::find().all(&scope).await?;
        let row = vec![id(1, 1).into(), "dropped".into(), "A-dropped".into(), 1.into()];
        let copied =
            timeout(Duration::from_millis(wait), scope.copy_in::<task::Entity>(columns, [row])).await;
        assert!(copied.is_err(), "the call ended within {wait} ms");
        for tenant in [1, 2, 1, 2] {
            let found = tag::Entity::find().all(&tenancy.scope(tenant)?).await?;
            let expected =
                tag::Entity::find().filter(tag::Column::AccountId.eq(tenant)).count(db.unscoped()).await?;
            assert_eq!(found.len() as u64, expected, "rows of tenant {tenant} after {wait} ms");
            assert!(
                found.iter().all(|tag| tag.account_id == tenant),
                "tenant {tenant} after {wait} ms: {found:?}"
            );
        }
    }
    assert_eq!(task::Entity::find().count(db.unscoped()).await?, before);
    Ok(())
}

/// So they do after a call that the database refused, whatever it refused: a character that texts do not have, a foreign key,
/// the right to write.
async fn statements_after_a_refused_call_get_their_own_answers(db: &TestDb) -> Outcome {
    let tenancy = of_one_connection(db).await?;
    let before = task::Entity::find().count(db.unscoped()).await?;
    let columns = [task::Column::ProjectId, task::Column::Title, task::Column::Note, task::Column::Points];
    let row = |title: &str| vec![id(1, 1).into(), title.into(), "A-refused".into(), 1.into()];
    let scope = tenancy.scope(1)?;
    for title in ["a\0b".to_owned(), "long".repeat(400_000)] {
        assert!(scope.copy_in::<task::Entity>(columns, [row("first"), row(&title)]).await.is_err());
        for tenant in [1, 2, 1, 2] {
            let found = tag::Entity::find().all(&tenancy.scope(tenant)?).await?;
            assert!(!found.is_empty() && found.iter().all(|tag| tag.account_id == tenant), "{found:?}");
        }
    }
    tenancy
        .unscoped("make the table unwritable")
        .execute_unprepared("SET default_transaction_read_only = on")
        .await?;
    assert!(scope.copy_in::<task::Entity>(columns, [row("first")]).await.is_err());
    for tenant in [1, 2, 1, 2] {
        let found = tag::Entity::find().all(&tenancy.scope(tenant)?).await?;
        assert!(!found.is_empty() && found.iter().all(|tag| tag.account_id == tenant), "{found:?}");
    }
    assert_eq!(task::Entity::find().count(db.unscoped()).await?, before);
    Ok(())
}

tests_on! {
    postgres:
        statements_after_a_dropped_call_get_their_own_answers,
        statements_after_a_refused_call_get_their_own_answers
}
