//! Operators of one engine.

use super::prelude::*;
use sea_orm::Value;

async fn is_compares_with_a_bound_value(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let notes = async |operator: &str, value: Value| {
        let sql = format!("SELECT note FROM project WHERE manager_id {operator} ? ORDER BY id");
        let rows = scope.query_all_raw(statement(&scope, &sql, [value])).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()
    };
    assert_eq!(notes("IS", Value::BigInt(None)).await?, ["A-Cygnus"]);
    assert_eq!(notes("IS", 1_i64.into()).await?, ["A-Apollo"]);
    assert_eq!(notes("IS NOT", 1_i64.into()).await?, ["A-Borealis", "A-Cygnus"]);
    assert_eq!(notes("IS NOT DISTINCT FROM", 2_i64.into()).await?, ["A-Borealis"]);
    let sql = "SELECT note FROM project WHERE manager_id IS (SELECT max(id) FROM project) - 1 OR id IS 3 ORDER BY id";
    assert_eq!(texts(&scope, sql).await?, ["A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn shifts_shift(db: &TestDb) -> Outcome {
    let sql = "SELECT id << 2 >> 1 AS doubled FROM project WHERE id << 1 > 2 ORDER BY id";
    assert_eq!(numbers(&db.scope(1), sql).await?, [4, 6]);
    Ok(())
}

async fn mod_and_ampersands_compute(db: &TestDb) -> Outcome {
    let sql = "SELECT id MOD 2 AS odd FROM project WHERE id > 0 && id MOD 2 = 1 ORDER BY id";
    assert_eq!(numbers(&db.scope(1), sql).await?, [1, 1]);
    Ok(())
}

async fn dual_is_no_table(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(numbers(&scope, "SELECT (SELECT COUNT(*) FROM project) FROM DUAL WHERE 1 = 1").await?, [3]);
    assert_eq!(numbers(&scope, "SELECT id FROM project WHERE id = (SELECT 2 FROM dual)").await?, [2]);
    Ok(())
}

async fn postgres_operators_compute(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for condition in [
        "int8range(id, id + 1) -|- int8range(4, 5)",
        "id>=+3 AND id<>-3",
        "ARRAY[id] && ARRAY[3::bigint, 9]",
        "id = ANY (ARRAY[3, 7]::bigint[])",
        "(ARRAY[id, 7])[1] = 3",
        "(ARRAY[1, 2, 3])[2:3] @> ARRAY[id::int] AND id <> 2",
        "- - id::int = 3",
        "name IS DISTINCT FROM 'Apollo' AND name SIMILAR TO '(C|D)%'",
        "name ILIKE 'cyg%' AND name !~~* 'draco'",
        "(id, 1) = ROW(3, 1)",
        "(DATE '2020-01-01' + id::int, DATE '2020-01-09') OVERLAPS (DATE '2020-01-01', DATE '2020-01-04') IS FALSE",
        "'2020-01-01 00:00'::timestamp AT TIME ZONE 'UTC' + id * INTERVAL '1 day' > '2020-01-03 12:00+00'",
        "id BETWEEN least(4, 3) AND greatest(4, 3)",
        "name ~<=~ 'D' AND name ~>~ 'Bz'",
    ] {
        let sql = format!("SELECT note FROM project WHERE {condition}");
        assert_eq!(texts(&scope, &sql).await?, ["A-Cygnus"], "{condition}");
    }
    Ok(())
}

async fn writes_with_a_limit_keep_to_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let update = "UPDATE project SET note = 'A-limited' WHERE id > 0 OR 1 = 1 ORDER BY id DESC LIMIT 9";
    assert_eq!(execute(&scope, update).await?, 3);
    assert_eq!(execute(&scope, "DELETE FROM task_tag ORDER BY task_id LIMIT 9").await?, 3);
    Ok(())
}

async fn intervals_compute(db: &TestDb) -> Outcome {
    let sql = "SELECT note FROM project WHERE '2020-01-01' + INTERVAL id DAY > DATE_SUB('2020-01-04', INTERVAL 1 DAY) \
               AND '2020-01-01 00:00:00' + INTERVAL '1' HOUR + INTERVAL '1' MINUTE = '2020-01-01 01:01:00'";
    assert_eq!(texts(&db.scope(1), sql).await?, ["A-Cygnus"]);
    Ok(())
}

on_every_backend!(@ sqlite Sqlite: is_compares_with_a_bound_value, shifts_shift);
on_every_backend!(@ mariadb Mariadb:
    mod_and_ampersands_compute,
    dual_is_no_table,
    writes_with_a_limit_keep_to_the_tenant,
    intervals_compute
);
on_every_backend!(@ postgres Postgres: shifts_shift, postgres_operators_compute);
