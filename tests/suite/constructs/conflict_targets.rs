//! ON CONFLICT with expressions, conditions and names of constraints.

use super::prelude::*;

async fn an_expression_as_a_target_updates_the_tenants_row(db: &TestDb) -> Outcome {
    execute(db.unscoped(), "CREATE UNIQUE INDEX tag_lower ON tag (account_id, lower(name))").await?;
    let insert = "INSERT INTO tag (id, name, note) VALUES (7, 'URGENT', 'A-new') ON CONFLICT (account_id, lower(name))";
    let scope = db.scope(1);
    assert_eq!(execute(&scope, &format!("{insert} DO NOTHING")).await?, 0);
    assert_eq!(execute(&scope, &format!("{insert} DO UPDATE SET note = excluded.note")).await?, 1);
    assert_eq!(tags(db, 1).await?, ["1 urgent A-new", "2 later A-later"]);
    Ok(())
}

async fn a_condition_of_a_target_updates_the_tenants_row(db: &TestDb) -> Outcome {
    execute(db.unscoped(), "CREATE UNIQUE INDEX tag_part ON tag (account_id, note) WHERE name <> 'later'")
        .await?;
    let insert = "INSERT INTO tag (id, name, note) VALUES (7, 'new', 'A-urgent') \
                  ON CONFLICT (account_id, note) WHERE name <> 'later'";
    let scope = db.scope(1);
    assert_eq!(execute(&scope, &format!("{insert} DO NOTHING")).await?, 0);
    let update = format!("{insert} DO UPDATE SET name = 'newer' WHERE tag.id = 2 OR 1 = 1");
    assert_eq!(execute(&scope, &update).await?, 1);
    assert_eq!(tags(db, 1).await?, ["1 newer A-urgent", "2 later A-later"]);
    Ok(())
}

async fn a_key_without_the_tenant_leaves_another_tenants_row(db: &TestDb) -> Outcome {
    execute(db.unscoped(), "CREATE UNIQUE INDEX tag_note ON tag (lower(note)) WHERE name <> 'later'").await?;
    let insert = "INSERT INTO tag (id, name, note) VALUES (7, 'mine', 'b-urgent') \
                  ON CONFLICT (lower(note)) WHERE name <> 'later'";
    let scope = db.scope(1);
    assert_eq!(execute(&scope, &format!("{insert} DO UPDATE SET name = 'stolen'")).await?, 0);
    let returned = texts(&scope, &format!("{insert} DO UPDATE SET name = 'stolen' RETURNING name")).await?;
    assert_eq!(returned, Vec::<String>::new());
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later"]);
    assert_eq!(tags(db, 2).await?, ["1 urgent B-urgent", "2 later B-later"]);
    Ok(())
}

async fn a_constraint_by_name_updates_the_tenants_row(db: &TestDb) -> Outcome {
    let insert = "INSERT INTO tag (id, name, note) VALUES (7, 'urgent', 'A-new') \
                  ON CONFLICT ON CONSTRAINT tag_account_id_name_key DO UPDATE SET note = excluded.note";
    assert_eq!(execute(&db.scope(1), insert).await?, 1);
    assert_eq!(tags(db, 1).await?, ["1 urgent A-new", "2 later A-later"]);
    Ok(())
}

on_every_backend!(@ sqlite Sqlite:
    an_expression_as_a_target_updates_the_tenants_row,
    a_condition_of_a_target_updates_the_tenants_row,
    a_key_without_the_tenant_leaves_another_tenants_row
);
on_every_backend!(@ postgres Postgres:
    an_expression_as_a_target_updates_the_tenants_row,
    a_condition_of_a_target_updates_the_tenants_row,
    a_key_without_the_tenant_leaves_another_tenants_row,
    a_constraint_by_name_updates_the_tenants_row
);
