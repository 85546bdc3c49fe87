//! What only MariaDB has.

use super::*;

async fn a_key_on_the_beginning_of_a_column_is_for_a_person_to_decide(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (account_id bigint NOT NULL, id bigint, a varchar(90), PRIMARY KEY (account_id, id), UNIQUE KEY a_begins (a(5)))",
        ],
    )
    .await;
    let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("it would be another key");
    assert!(error.to_string().contains("`a_begins` is on the beginning of a column"), "{error}");
    Ok(())
}

on_backend! { mariadb Mariadb: a_key_on_the_beginning_of_a_column_is_for_a_person_to_decide }
