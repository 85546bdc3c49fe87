//! The behaviours of django-tenants, whose tenants are schemas with names.

use super::prelude::*;
use crate::peers::extra::TEXT_NOTE;
use futures_util::TryStreamExt;

/// A response that is streamed while another request is served. On SQLite the stream holds the one connection, so the
/// other request is served in between two streams there.
async fn a_stream_keeps_its_tenant_while_another_is_served(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let mut stream = task::Entity::find().order_by_asc(task::Column::Id).stream(&own).await?;
    assert_eq!(stream.try_next().await?, Some(task_row(OWN, 1)));
    if db.backend != Backend::Sqlite {
        let other = scope(db, OTHER).begin().await?;
        assert_eq!(task::Entity::find().count(&other).await?, 4);
        other.commit().await?;
    }
    assert_eq!(stream.try_next().await?, Some(task_row(OWN, 2)));
    assert_eq!(stream.try_next().await?, Some(task_row(OWN, 3)));
    assert_eq!(stream.try_next().await?, None);
    drop(stream);
    assert_eq!(task::Entity::find().count(&scope(db, OTHER)).await?, 4);
    let again = task::Entity::find().order_by_asc(task::Column::Id).stream(&own).await?;
    assert_eq!(again.try_collect::<Vec<_>>().await?.len(), 3);
    Ok(())
}

/// Names of tenants are bound values: none of them is SQL, and none is another one, whatever the collation says.
async fn odd_long_and_case_colliding_names_are_tenants_of_their_own(db: &TestDb) -> Outcome {
    let builder = Tenancy::builder().tenant_table("peers_text_note", "tenant", TenantType::Text);
    let tenancy = named_tenancy(db, &[TEXT_NOTE], builder).await?;
    let long = ["x".repeat(99), "x".repeat(100)];
    let names = [
        "acme",
        "Acme",
        "ACME",
        "acmé",
        "acme1",
        "1acme",
        "select",
        "public",
        "pg_temp",
        "a-b.c d",
        "a'b",
        "a\"b",
        "a`b",
        "a;DROP TABLE peers_text_note",
        "a%",
        "a_",
        "日本",
        " acme",
        "\\",
        "a--b",
        &long[0],
        &long[1],
    ];
    for (id, name) in (1_i64..).zip(names) {
        let insert = "INSERT INTO peers_text_note (id, text) VALUES (?, ?)";
        let insert = bound(db.backend, insert, [id.into(), format!("of {id}").into()]);
        tenancy.scope(name)?.execute_raw(insert).await?;
    }
    for (id, name) in (1_i64..).zip(names) {
        let scope = tenancy.scope(name)?;
        let rows = texts(&scope, statement(db.backend, "SELECT text FROM peers_text_note")).await?;
        assert_eq!(rows, [format!("of {id}")], "{name}");
        assert_eq!(scope.tenant(), &TenantId::from(name));
    }
    let all =
        texts(db.unscoped(), statement(db.backend, "SELECT tenant AS text FROM peers_text_note ORDER BY id"));
    assert_eq!(all.await?, names);
    let deleted = tenancy.scope("ACME")?.execute_unprepared("DELETE FROM peers_text_note").await?;
    assert_eq!(deleted.rows_affected(), 1);
    Ok(())
}

cases!(
    a_stream_keeps_its_tenant_while_another_is_served,
    odd_long_and_case_colliding_names_are_tenants_of_their_own,
);
