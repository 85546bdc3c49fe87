//! UPDATE and DELETE of tables in a join. The tenants' ids are the same: only the tenant keeps their rows apart.

use super::prelude::*;

async fn an_update_of_a_join_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let sql = "UPDATE project JOIN task ON task.project_id = project.id \
               SET project.note = 'A-busy', task.note = CONCAT(task.note, '!') WHERE task.points > 1 OR 1 = 1";
    execute(&scope, sql).await?;
    assert_eq!(
        texts(&scope, "SELECT note FROM project ORDER BY id").await?,
        ["A-busy", "A-busy", "A-Cygnus"]
    );
    assert_eq!(
        texts(&scope, "SELECT note FROM task ORDER BY id").await?,
        ["A-design!", "A-build!", "A-test!"]
    );
    Ok(())
}

async fn an_update_of_a_left_join_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    // The other tenant's fourth task is on its fourth project: here no project of this id has a task.
    let sql = "UPDATE project AS p LEFT JOIN task AS t ON t.project_id = p.id \
               SET p.note = 'A-idle' WHERE t.id IS NULL";
    execute(&scope, sql).await?;
    assert_eq!(
        texts(&scope, "SELECT note FROM project ORDER BY id").await?,
        ["A-Apollo", "A-Borealis", "A-idle"]
    );
    let sql =
        "UPDATE project AS p LEFT JOIN task AS t ON t.points > 3 SET t.note = 'A-none', p.note = 'A-all'";
    execute(&scope, sql).await?;
    assert_eq!(texts(&scope, "SELECT note FROM project ORDER BY id").await?, ["A-all"; 3]);
    Ok(())
}

async fn a_delete_from_a_join_deletes_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    execute(&scope, "DELETE l FROM task_tag AS l JOIN tag ON tag.id = l.tag_id WHERE tag.name = 'later'")
        .await?;
    assert_eq!(numbers(&scope, "SELECT COUNT(*) FROM task_tag").await?, [2]);
    execute(&scope, "DELETE FROM task_tag USING task_tag LEFT JOIN task ON task.id = task_tag.task_id")
        .await?;
    assert_eq!(numbers(&scope, "SELECT COUNT(*) FROM task_tag").await?, [0]);
    execute(&scope, "DELETE task, tag FROM task, tag WHERE task.id = tag.id").await?;
    assert_eq!(texts(&scope, "SELECT note FROM task").await?, ["A-test"]);
    assert_eq!(texts(&scope, "SELECT note FROM tag").await?, Vec::<String>::new());
    Ok(())
}

on_every_backend!(@ mariadb Mariadb:
    an_update_of_a_join_writes_the_tenants_rows,
    an_update_of_a_left_join_writes_the_tenants_rows,
    a_delete_from_a_join_deletes_the_tenants_rows
);
