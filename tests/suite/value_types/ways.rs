//! Every way to send a statement: each value is read as what it is, whatever was sent before.

use super::{ACTING, Outcome, Rows, TestDb, bounds, statement, tenancy};
use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbErr, StreamTrait, TransactionTrait, Value};

const SELECT: &str = "SELECT id FROM reading WHERE id > #";
const COUNT: &str = "SELECT count(*) FROM reading WHERE id > #";
const UPDATE: &str = "UPDATE reading SET label = label WHERE id > #";
const IN_LIST: &str = "SELECT id FROM reading WHERE id IN (#, #, #) ORDER BY id";

/// Asserts that the same texts find the rows that each value asks for, by all methods of a connection.
async fn assert_read_as_sent<C: ConnectionTrait + StreamTrait>(db: &TestDb, scope: &C) -> Result<(), DbErr> {
    for (value, expected) in bounds() {
        let to_send = |text: &str| statement(db, text, [value.clone()]);
        let all = scope.query_all_raw(to_send(SELECT)).await?;
        assert_eq!(all.len(), expected, "{value:?} by query_all");
        let one = scope.query_one_raw(to_send(COUNT)).await?.expect("a row");
        assert_eq!(one.try_get_by_index::<i64>(0)?, expected as i64, "{value:?} by query_one");
        let streamed: Vec<_> = scope.stream_raw(to_send(SELECT)).await?.try_collect().await?;
        assert_eq!(streamed.len(), expected, "{value:?} by stream");
        let executed = scope.execute_raw(to_send(UPDATE)).await?;
        assert_eq!(executed.rows_affected(), expected as u64, "{value:?} by execute");
    }
    Ok(())
}

async fn a_value_is_read_as_its_own_type_by_every_method(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    for tenant in ACTING {
        assert_read_as_sent(db, &tenancy.scope(tenant)?).await?;
        assert_read_as_sent(db, &tenancy.scope_many([tenant])?).await?;
    }
    Ok(())
}

async fn a_value_is_read_as_its_own_type_in_transactions(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    for tenant in ACTING {
        let outer = tenancy.scope(tenant)?.begin().await?;
        assert_read_as_sent(db, &outer).await?;
        let savepoint = outer.begin().await?;
        assert_read_as_sent(db, &savepoint).await?;
        savepoint.rollback().await?;
        assert_read_as_sent(db, &outer).await?;
        outer.commit().await?;
        let borrowed = tenancy.unscoped("to be borrowed by two scopes").begin().await?;
        for tenant in ACTING {
            assert_read_as_sent(db, &tenancy.scope_on(&borrowed, tenant)?).await?;
        }
        borrowed.commit().await?;
    }
    Ok(())
}

async fn items_of_a_list_are_read_as_their_own_types(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let lists: [[Value; 3]; 5] = [
        [1_i64.into(), 2_i64.into(), 3_i64.into()],
        [1_i64.into(), 2.0_f64.into(), 3_i64.into()],
        [1_i32.into(), 2_i64.into(), 3_i64.into()],
        [1_i64.into(), 2_i64.into(), 3_i16.into()],
        [1.0_f64.into(), 2.0_f64.into(), 3.0_f64.into()],
    ];
    for (tenant, list) in ACTING.into_iter().flat_map(|tenant| lists.iter().map(move |list| (tenant, list))) {
        let found = tenancy.scope(tenant)?.query_all_raw(statement(db, IN_LIST, list.clone())).await?;
        let ids: Vec<i64> = found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        assert_eq!(ids, [1, 2, 3], "{list:?}");
    }
    Ok(())
}

on_every_backend!(
    a_value_is_read_as_its_own_type_by_every_method,
    a_value_is_read_as_its_own_type_in_transactions,
    items_of_a_list_are_read_as_their_own_types,
);
