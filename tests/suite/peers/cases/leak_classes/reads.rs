//! 15, 16, 17, 24 and 29: what the rewriter makes of a query.

use super::prelude::*;

/// A relation by the project's id alone, as a foreign key of one column has it.
fn by_id_alone() -> RelationDef {
    task::Entity::belongs_to(project::Entity).from(task::Column::ProjectId).to(project::Column::Id).into()
}

/// 15: a join by the id alone, with an id that two tenants have, or that is another tenant's.
async fn class_15_a_join_by_id_alone_reaches_no_row_of_another_tenant(db: &TestDb) -> Outcome {
    for join in [JoinType::InnerJoin, JoinType::LeftJoin] {
        let rows: Vec<(String, String)> = task::Entity::find()
            .select_only()
            .column(task::Column::Note)
            .column_as(project::Column::Note, "project_note")
            .join(join, by_id_alone())
            .order_by_asc(task::Column::Id)
            .into_tuple()
            .all(&scope(db, OWN))
            .await?;
        let expected =
            [("A-design", "A-Apollo"), ("A-build", "A-Apollo"), ("A-test", "A-Borealis")].map(pair);
        assert_eq!(rows, expected);
    }
    Ok(())
}

/// 15: a join without any condition, and one table twice.
async fn class_15_a_cross_join_has_own_rows_on_both_sides(db: &TestDb) -> Outcome {
    let (task, project) = (task::Entity.table_name(), project::Entity.table_name());
    let queries = [
        (format!("SELECT t.note AS text FROM {task} t, {project} p"), 9),
        (format!("SELECT t.note AS text FROM {task} t CROSS JOIN {project} p CROSS JOIN {task} u"), 27),
        (format!("SELECT p.note AS text FROM country c LEFT JOIN {project} p ON p.country_code = c.code"), 3),
    ];
    for (sql, count) in queries {
        let rows = texts(&scope(db, OWN), statement(db.backend, sql.clone())).await?;
        assert_eq!(rows.len(), count, "{sql}");
        assert!(rows.iter().all(|note| note.starts_with("A-")), "{sql}: {rows:?}");
    }
    Ok(())
}

/// 16: the root table's tenant column is its key, the others' is `account_id`.
async fn class_16_a_join_over_different_tenant_columns_is_scoped_by_each(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let rows = account::Entity::find()
        .select_only()
        .column(account::Column::Name)
        .column_as(project::Column::Note, "project_note")
        .join(JoinType::InnerJoin, project::Relation::Account.def().rev())
        .order_by_asc(project::Column::Id)
        .into_tuple::<(String, String)>()
        .all(&own)
        .await?;
    assert_eq!(rows, NOTES.map(|note| pair(("Acme", note))));
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "account.id"), 1, "{text}");
    assert_eq!(comparisons(&text, &format!("{}.account_id", project::Entity.table_name())), 1, "{text}");
    Ok(())
}

/// 16: two tables whose tenant columns have names of their own.
async fn class_16_each_table_has_a_tenant_column_of_its_own_name(db: &TestDb) -> Outcome {
    let statements = [
        "CREATE TABLE peers_shop (shop_id BIGINT NOT NULL, id BIGINT NOT NULL, text VARCHAR(100) NOT NULL)",
        "CREATE TABLE peers_sale (seller BIGINT NOT NULL, shop_id BIGINT NOT NULL, text VARCHAR(100) NOT NULL)",
        "INSERT INTO peers_shop VALUES (1, 7, 'A-shop'), (2, 7, 'B-shop')",
        "INSERT INTO peers_sale VALUES (1, 7, 'A-sale'), (2, 7, 'B-sale'), (2, 1, 'B-sale')",
    ];
    let builder = Tenancy::builder().tenant_table("peers_shop", "shop_id", TenantType::BigInt).tenant_table(
        "peers_sale",
        "seller",
        TenantType::BigInt,
    );
    let builder = builder.columns("peers_shop", ["id", "text"]).columns("peers_sale", ["shop_id", "text"]);
    let tenancy = named_tenancy(db, &statements, builder).await?;
    let joined = "SELECT s.text AS text FROM peers_sale s JOIN peers_shop h ON h.id = s.shop_id";
    assert_eq!(texts(&tenancy.scope(OWN)?, statement(db.backend, joined)).await?, ["A-sale"]);
    assert_eq!(texts(&tenancy.scope(OTHER)?, statement(db.backend, joined)).await?, ["B-sale"]);
    Ok(())
}

/// 17: statements whose rewriting is easy to get wrong, each run by the engine, with the answer that is right.
async fn class_17_what_is_sent_is_valid_and_means_what_was_asked(db: &TestDb) -> Outcome {
    let (task, project) = (task::Entity.table_name(), project::Entity.table_name());
    let queries = [
        (format!("SELECT note AS text FROM {project} WHERE name = 'Apollo' OR 1 = 1 ORDER BY id"), 3),
        (format!("SELECT note AS text FROM {project} WHERE NOT (name = 'Apollo' OR name = 'Draco')"), 2),
        (format!("SELECT p.note AS text FROM {project} AS p WHERE p.id = - -{}", id(OWN, 1)), 1),
        (format!("SELECT note AS text FROM {project} WHERE name <> 'it''s -- not /* a comment'"), 3),
        (format!("SELECT note AS text FROM (SELECT note, id FROM {project} LIMIT 2) AS x ORDER BY id"), 2),
        (format!("WITH x AS (SELECT note FROM {project}) SELECT x.note AS text FROM x"), 3),
        (format!("SELECT note AS text FROM {project} UNION SELECT note FROM {task}"), 6),
        (
            format!(
                "SELECT note AS text FROM {project} p WHERE EXISTS (SELECT 1 FROM {task} t WHERE t.project_id = p.id)"
            ),
            2,
        ),
        (
            format!(
                "SELECT note AS text FROM {project} p WHERE NOT EXISTS (SELECT 1 FROM {task} t WHERE t.project_id = p.id AND (t.points > 1 OR t.points IS NULL))"
            ),
            1,
        ),
        (
            format!(
                "SELECT CASE WHEN (SELECT COUNT(*) FROM {task} t WHERE t.project_id = p.id) > 1 THEN p.note ELSE 'A-few' END AS text FROM {project} p"
            ),
            3,
        ),
        (
            format!(
                "SELECT p.note AS text FROM {project} p LEFT JOIN {task} t ON t.project_id = p.id GROUP BY p.note HAVING COUNT(t.id) BETWEEN 0 AND 1"
            ),
            2,
        ),
    ];
    for (sql, count) in queries {
        let rows = texts(&scope(db, OWN), statement(db.backend, sql.clone())).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        assert_eq!(rows.len(), count, "{sql}");
        assert!(rows.iter().all(|note| note.starts_with("A-")), "{sql}: {rows:?}");
    }
    Ok(())
}

/// 24: grouped by the id, which with composite keys is only a part of the key.
async fn class_24_rows_grouped_by_their_id_are_counted(db: &TestDb) -> Outcome {
    let rows: Vec<(String, i64)> = project::Entity::find()
        .select_only()
        .column(project::Column::Note)
        .column_as(task::Column::Id.count(), "tasks")
        .join(JoinType::LeftJoin, by_id_alone().rev())
        .group_by(project::Column::Id)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, OWN))
        .await?;
    assert_eq!(
        rows,
        [("A-Apollo", 2), ("A-Borealis", 1), ("A-Cygnus", 0)].map(|(note, n)| (note.to_owned(), n))
    );
    let by_country: Vec<(String, i64)> = project::Entity::find()
        .select_only()
        .column(project::Column::CountryCode)
        .column_as(project::Column::Id.count(), "projects")
        .group_by(project::Column::CountryCode)
        .having(project::Column::Id.count().gt(1))
        .into_tuple()
        .all(&scope(db, OWN))
        .await?;
    assert_eq!(by_country, [("FR".to_owned(), 2)]);
    Ok(())
}

/// 29: each occurrence of a table is compared with the tenant once, however deep it stands.
async fn class_29_each_table_is_compared_with_the_tenant_once(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let (task, project) = (task::Entity.table_name(), project::Entity.table_name());
    let queries = [
        ("SELECT name FROM country".to_owned(), 0),
        (format!("SELECT id FROM {task}"), 1),
        (format!("SELECT id FROM {task} WHERE project_id IN (SELECT id FROM {project})"), 2),
        (format!("SELECT x.id FROM (SELECT id FROM (SELECT id FROM {task}) AS y) AS x"), 1),
        (
            format!(
                "SELECT t.id FROM {task} t JOIN {project} p ON p.id = t.project_id WHERE EXISTS (SELECT 1 FROM {task} u WHERE u.project_id = p.id)"
            ),
            3,
        ),
        (format!("WITH x AS (SELECT id FROM {task}) SELECT a.id FROM x a JOIN x b ON a.id = b.id"), 1),
        (format!("SELECT id FROM {task} UNION ALL SELECT id FROM {project}"), 2),
    ];
    for (sql, expected) in queries {
        let scoped = own.rewrite(statement(db.backend, sql))?;
        assert_eq!(comparisons(&without_quotes(&scoped.sql), "account_id"), expected, "{}", scoped.sql);
    }
    Ok(())
}

cases!(
    class_15_a_join_by_id_alone_reaches_no_row_of_another_tenant,
    class_15_a_cross_join_has_own_rows_on_both_sides,
    class_16_a_join_over_different_tenant_columns_is_scoped_by_each,
    class_16_each_table_has_a_tenant_column_of_its_own_name,
    class_17_what_is_sent_is_valid_and_means_what_was_asked,
    class_24_rows_grouped_by_their_id_are_counted,
    class_29_each_table_is_compared_with_the_tenant_once,
);
