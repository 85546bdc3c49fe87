//! What PostgreSQL has prepared: one statement for each text and list of types, and what the driver does with texts of no scope.

use super::{ACTING, Outcome, Rows, TestDb, bounds, statement, tenancy};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Value};
use std::collections::BTreeSet;

/// The statements of a session that begin so, with the types of their parameters.
pub(super) async fn prepared(
    db: &TestDb,
    connection: &DatabaseConnection,
    begin: &str,
) -> Result<Vec<(String, String)>, DbErr> {
    let sql = "SELECT statement, parameter_types::text FROM pg_prepared_statements \
               WHERE statement LIKE # AND statement NOT LIKE '%pg_prepared%' ORDER BY 1";
    let rows = connection.query_all_raw(statement(db, sql, [format!("{begin}%").into()])).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn equal_types_share_a_prepared_statement(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let unscoped = tenancy.unscoped("ask what is prepared");
    let text = "SELECT id FROM reading WHERE id > # AND id < #";
    let count =
        async || prepared(db, unscoped, "SELECT \"id\" FROM \"reading\"").await.map(|found| found.len());
    let send = async |tenant: i64, low: Value, high: Value| {
        let scope = tenancy.scope(tenant).map_err(DbErr::from)?;
        scope.query_all_raw(statement(db, text, [low, high])).await
    };
    for times in 0..3 {
        for tenant in [1, 2, 3, 4] {
            send(tenant, (4 + times).into(), 9_i64.into()).await?;
            send(tenant, Value::Int(None), 8_i64.into()).await?;
        }
    }
    assert_eq!(count().await?, 1, "the values, NULL among them, and the tenants have no part in it");
    send(3, 4_i64.into(), 9_i64.into()).await?;
    send(4, 5_i64.into(), 9_i64.into()).await?;
    assert_eq!(count().await?, 2);
    send(3, 4_i64.into(), 9_i32.into()).await?;
    send(3, 4.5_f64.into(), 9_i64.into()).await?;
    send(4, 4_i32.into(), 9_i64.into()).await?;
    assert_eq!(count().await?, 4);
    let types: BTreeSet<_> =
        prepared(db, unscoped, "SELECT \"id\"").await?.into_iter().map(|(_, types)| types).collect();
    assert_eq!(types.len(), 4, "{types:?}");
    Ok(())
}

/// A list of any length has one plan; its text is prepared for each length and list of types.
async fn equal_lists_share_a_prepared_statement(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let unscoped = tenancy.unscoped("ask what is prepared");
    let list = |items: Vec<Value>| {
        let marks = vec!["#"; items.len()].join(", ");
        statement(db, &format!("SELECT id FROM reading WHERE id IN ({marks})"), items)
    };
    for tenant in ACTING {
        for _ in 0..3 {
            let whole: Vec<Value> = (1..=200_i64).map(Value::from).collect();
            assert_eq!(tenancy.scope(tenant)?.query_all_raw(list(whole.clone())).await?.len(), 10);
            let mut one_float = whole.clone();
            one_float[150] = 1.5_f64.into();
            assert_eq!(tenancy.scope(tenant)?.query_all_raw(list(one_float)).await?.len(), 10);
            assert_eq!(tenancy.scope(tenant)?.query_all_raw(list(whole[..50].to_vec())).await?.len(), 10);
        }
    }
    let found = prepared(db, unscoped, "SELECT \"id\" FROM \"reading\"").await?;
    assert_eq!(found.len(), 3);
    // The signature of a list does not grow with it.
    let signatures = found.iter().map(|(text, _)| text.rsplit_once(" /*").expect("a signature").1.len());
    assert!(signatures.max() < Some(30), "{found:?}");
    Ok(())
}

async fn what_is_sent_for_a_text_depends_on_nothing_sent_before(db: &TestDb) -> Outcome {
    let text = "SELECT id FROM reading WHERE id > #";
    let mut sent: Vec<BTreeSet<String>> = Vec::new();
    for backwards in [false, true] {
        let tenancy = tenancy(db).await?;
        let mut values: Vec<_> = bounds().into_iter().map(|(value, _)| value).collect();
        if backwards {
            values.reverse();
        }
        let texts = values.into_iter().map(|value| tenancy.scope(3)?.rewrite(statement(db, text, [value])));
        sent.push(texts.map(|statement| statement.map(|statement| statement.sql)).collect::<Result<_, _>>()?);
    }
    assert_eq!(sent[0], sent[1]);
    Ok(())
}

/// What SECURITY.md says of code that holds the connection itself, and its ways out.
async fn the_driver_types_a_text_of_no_scope_by_its_first_values(db: &TestDb) -> Outcome {
    let text = "SELECT id FROM reading WHERE tenant = 3 AND id > #";
    let connection = db.one_connection().await?;
    let count = async |connection: &DatabaseConnection, text: &str, value: Value| {
        connection.query_all_raw(statement(db, text, [value])).await.map(|rows| rows.len())
    };
    assert_eq!(count(&connection, text, 8.5_f64.into()).await?, 2);
    // The bits of 9 as a float are next to nothing, and all ids are above it.
    assert_eq!(count(&connection, text, 9_i64.into()).await?, 10);
    assert!(count(&connection, text, 9_i32.into()).await.is_err());

    let other_text = format!("{text} /* integer */");
    assert_eq!(count(&connection, &other_text, 9_i64.into()).await?, 1);

    let without_a_cache = db.one_connection_without_a_cache().await?;
    assert_eq!(count(&without_a_cache, text, 8.5_f64.into()).await?, 2);
    assert_eq!(count(&without_a_cache, text, 9_i64.into()).await?, 1);
    Ok(())
}

tests_on! {
    postgres:
        equal_types_share_a_prepared_statement,
        equal_lists_share_a_prepared_statement,
        what_is_sent_for_a_text_depends_on_nothing_sent_before,
        the_driver_types_a_text_of_no_scope_by_its_first_values,
}
