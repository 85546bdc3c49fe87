//! Rows of tenant tables with keys of one column, whose parents only a scope can check.

use super::{tenancy_error, without_inserts};
use crate::{
    harness::{Outcome, TestDb},
    single::{
        entities::{account, country, id, manager, project, tag, task},
        families::Rows,
    },
};
use futures_util::stream;
use sea_orm::{entity::prelude::*, *};
use sea_orm_multitenant::TenancyError;

/// Tenant 2's project, and an id that nobody has: a scope of tenant 1 must not tell them apart.
const STRAYS: [i64; 2] = [8, 9999];

const COLUMNS: [task::Column; 4] =
    [task::Column::ProjectId, task::Column::Title, task::Column::Note, task::Column::Points];

/// A row of the columns above.
fn row(project: i64, n: i32) -> Vec<Value> {
    vec![project.into(), format!("copied {n}").into(), "A-copied".into(), n.into()]
}

/// The number of rows that a tenant has in the table.
async fn count(db: &TestDb, tenant: i64) -> Result<u64, DbErr> {
    task::Entity::find().filter(task::Column::AccountId.eq(tenant)).count(db.unscoped()).await
}

async fn rows_get_the_tenant_and_are_the_tenants(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "single_task").await?;
    let scope = db.tenancy.scope(1)?;
    let before = count(db, 1).await?;
    let rows = (0..12_345).map(|n| row(id(1, 1 + i64::from(n % 3)), n));
    assert_eq!(scope.copy_in::<task::Entity>(COLUMNS, rows).await?, 12_345);
    assert_eq!(count(db, 1).await?, before + 12_345);
    let last = task::Entity::find().order_by_desc(task::Column::Points).one(&scope).await?.expect("a row");
    assert_eq!((last.account_id, last.project_id, last.points), (1, id(1, 3), 12_344));
    assert_eq!(scope.copy_in::<task::Entity>(COLUMNS, []).await?, 0);
    Ok(())
}

async fn a_row_may_name_the_tenant_and_no_other(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "single_task").await?;
    let scope = db.tenancy.scope(1)?;
    let before = count(db, 1).await?;
    let columns = || [task::Column::AccountId].into_iter().chain(COLUMNS);
    let of = |tenant: Value| [vec![tenant], row(id(1, 1), 1)].concat();
    // NULL is filled in too, and other types of integers are the same id.
    let own = [of(1_i64.into()), of(1_i16.into()), of(Value::BigInt(None))];
    assert_eq!(scope.copy_in::<task::Entity>(columns(), own).await?, 3);
    for foreign in [Value::from(2_i64), 3_i64.into(), "1".into(), true.into(), 1.0.into()] {
        let rows = [of(1_i64.into()), of(foreign.clone())];
        let error = tenancy_error(scope.copy_in::<task::Entity>(columns(), rows).await);
        let TenancyError::TenantMismatch { table, expected, found } = error else { panic!("{error:?}") };
        assert_eq!((table.as_str(), expected.as_str()), ("single_task", "1"));
        assert!(found.contains(foreign.to_string().trim_matches('\'')), "{found}");
    }
    assert_eq!(count(db, 1).await?, before + 3);
    Ok(())
}

async fn each_row_names_a_parent_of_the_tenant(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "single_task").await?;
    let scope = db.tenancy.scope(1)?;
    let before = count(db, 1).await?;
    for stray in STRAYS {
        // The last of many rows, so that others of the same call were sent before.
        let rows = (0..6_000).map(|n| row(if n == 5_999 { stray } else { id(1, 1) }, n));
        let error = tenancy_error(scope.copy_in::<task::Entity>(COLUMNS, rows).await);
        let expected = TenancyError::ForeignParent {
            table: "single_task".to_owned(),
            column: "project_id".to_owned(),
            parent: "single_project".to_owned(),
        };
        assert_eq!(error, expected);
        assert_eq!(count(db, 1).await?, before, "none of the rows is written");
    }
    Ok(())
}

/// A key that may be NULL, and one to a shared table, which the database checks.
async fn a_row_may_have_no_parent(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "single_project").await?;
    let scope = db.tenancy.scope(1)?;
    let columns = [
        project::Column::Name,
        project::Column::Note,
        project::Column::ManagerId,
        project::Column::CountryCode,
    ];
    let row = |name: &str, manager: Option<i64>| -> Vec<Value> {
        vec![name.into(), "A-copied".into(), manager.into(), "FR".into()]
    };
    let rows = [row("led", Some(id(1, 1))), row("alone", None)];
    assert_eq!(scope.copy_in::<project::Entity>(columns, rows).await?, 2);
    let stray = scope.copy_in::<project::Entity>(columns, [row("stray", Some(id(2, 1)))]).await;
    assert!(matches!(tenancy_error(stray), TenancyError::ForeignParent { .. }));
    // A key that is left out is NULL.
    let left_out = [project::Column::Name, project::Column::Note, project::Column::CountryCode];
    let rows = [vec!["left out".into(), "A-copied".into(), "JP".into()]];
    assert_eq!(scope.copy_in::<project::Entity>(left_out, rows).await?, 1);
    let found = project::Entity::find().filter(project::Column::Note.eq("A-copied"));
    let found = found.order_by_asc(project::Column::Name).all(&scope).await?;
    let managers: Vec<_> = found.iter().map(|row| (row.name.as_str(), row.manager_id)).collect();
    assert_eq!(managers, [("alone", None), ("led", Some(id(1, 1))), ("left out", None)]);
    Ok(())
}

async fn all_rows_are_written_or_none(db: &TestDb) -> Outcome {
    let scope = db.tenancy.scope(1)?;
    let before = count(db, 1).await?;
    // An error of the stream, a row that is too short, one whose key is taken, one that is too long for its column.
    let failing = (0..6_001).map(|n| match n {
        6_000 => Err(DbErr::Custom("the file ends here".to_owned())),
        n => Ok(row(id(1, 1), n)),
    });
    let error = scope.copy_in_stream::<task::Entity>(COLUMNS, stream::iter(failing)).await;
    assert_eq!(error, Err(DbErr::Custom("the file ends here".to_owned())));
    let short = scope.copy_in::<task::Entity>(COLUMNS, [row(id(1, 1), 1), vec![1.into()]]).await;
    assert!(matches!(tenancy_error(short), TenancyError::NotCopied { .. }));
    let no_columns = scope.copy_in::<task::Entity>([], []).await;
    assert!(matches!(tenancy_error(no_columns), TenancyError::NotCopied { .. }));
    let columns = || [task::Column::Id].into_iter().chain(COLUMNS);
    let with_key = |key: i64| [vec![key.into()], row(id(1, 1), 1)].concat();
    for taken in [id(1, 1), id(2, 1)] {
        let rows = [with_key(70_001), with_key(taken)];
        let error = scope.copy_in::<task::Entity>(columns(), rows).await.expect_err("the key is taken");
        assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
    }
    assert_eq!(count(db, 1).await?, before);
    Ok(())
}

/// SeaORM does not give away the connection of a transaction: many-row INSERTs write the rows there.
async fn in_a_transaction_the_rows_are_part_of_it(db: &TestDb) -> Outcome {
    let before = count(db, 1).await?;
    let transaction = db.tenancy.scope(1)?.begin().await?;
    let rows = || (0..1_234).map(|n| row(id(1, 1), n));
    assert_eq!(transaction.copy_in::<task::Entity>(COLUMNS, rows()).await?, 1_234);
    let stray = transaction.copy_in::<task::Entity>(COLUMNS, [row(id(1, 1), 1), row(STRAYS[0], 2)]).await;
    assert!(matches!(tenancy_error(stray), TenancyError::ForeignParent { .. }));
    // The savepoint of the rows was rolled back, and the transaction goes on.
    assert_eq!(task::Entity::find().count(&transaction).await?, before + 1_234);
    transaction.rollback().await?;
    assert_eq!(count(db, 1).await?, before);
    let borrowed = db.tenancy.scope_on(db.unscoped(), 1)?;
    assert_eq!(borrowed.copy_in::<task::Entity>(COLUMNS, rows()).await?, 1_234);
    assert_eq!(count(db, 1).await?, before + 1_234);
    Ok(())
}

/// Tags of a tenant.
async fn tags(db: &TestDb, tenant: i64) -> Result<u64, DbErr> {
    tag::Entity::find().filter(tag::Column::AccountId.eq(tenant)).count(db.unscoped()).await
}

async fn a_set_writes_rows_that_name_their_tenant(db: &TestDb) -> Outcome {
    let set = db.tenancy.scope_many([1, 3])?;
    let before = tags(db, 1).await?;
    let columns = [tag::Column::AccountId, tag::Column::Name, tag::Column::Note];
    let of = |tenant: i64, name: &str| vec![tenant.into(), name.into(), "A-copied".into()];
    assert_eq!(set.copy_in::<tag::Entity>(columns, [of(1, "first"), of(1, "second")]).await?, 2);
    let outside = set.copy_in::<tag::Entity>(columns, [of(1, "third"), of(2, "forged")]).await;
    assert!(matches!(tenancy_error(outside), TenancyError::TenantNotInSet { .. }));
    let nobodys = set.copy_in::<tag::Entity>([tag::Column::Name], [vec!["nobody's".into()]]).await;
    assert!(tenancy_error(nobodys).to_string().contains("tenant"));
    assert_eq!(tags(db, 1).await?, before + 2);
    // A key of several tenants' rows is refused in a set, as in an INSERT.
    let with_parent = [task::Column::AccountId, task::Column::ProjectId];
    let crossed = set.copy_in::<task::Entity>(with_parent, [vec![1_i64.into(), id(2, 1).into()]]).await;
    assert!(matches!(tenancy_error(crossed), TenancyError::Refused(_)));

    without_inserts(db.backend, db.unscoped(), "single_task").await?;
    let own = count(db, 1).await?;
    let inserting = db.tenancy.scope_many([1, 2])?.inserting_as(1)?;
    assert_eq!(inserting.copy_in::<task::Entity>(COLUMNS, [row(id(1, 1), 1)]).await?, 1);
    let named = [[vec![2_i64.into()], row(id(2, 1), 1)].concat()];
    let columns = [task::Column::AccountId].into_iter().chain(COLUMNS);
    let other = inserting.copy_in::<task::Entity>(columns, named).await;
    assert!(matches!(tenancy_error(other), TenancyError::TenantMismatch { .. }));
    let crossed = inserting.copy_in::<task::Entity>(COLUMNS, [row(id(2, 1), 1)]).await;
    assert!(matches!(tenancy_error(crossed), TenancyError::ForeignParent { .. }));
    assert_eq!(count(db, 1).await?, own + 1);
    Ok(())
}

async fn what_only_reads_writes_no_rows(db: &TestDb) -> Outcome {
    let before = tags(db, 1).await?;
    let columns = [tag::Column::AccountId, tag::Column::Name, tag::Column::Note];
    let rows = || [vec![1_i64.into(), "copied".into(), "A-copied".into()]];
    let all = db.tenancy.scope_all("a test");
    assert_eq!(tenancy_error(all.copy_in::<tag::Entity>(columns, rows()).await), TenancyError::ReadOnly);
    assert_eq!(tags(db, 1).await?, before);
    assert_eq!(all.writable().copy_in::<tag::Entity>(columns, rows()).await?, 1);
    assert_eq!(tags(db, 1).await?, before + 1);

    let scope = db.tenancy.scope(1)?;
    let country = [country::Column::Code, country::Column::Name];
    let shared = scope.copy_in::<country::Entity>(country, [vec!["XX".into(), "Nowhere".into()]]).await;
    assert!(matches!(tenancy_error(shared), TenancyError::Refused(_)));
    // A tenant makes no other tenant.
    let columns = [account::Column::Id, account::Column::Name, account::Column::Note];
    let account =
        scope.copy_in::<account::Entity>(columns, [vec![3_i64.into(), "C".into(), "C".into()]]).await;
    assert!(matches!(tenancy_error(account), TenancyError::TenantMismatch { .. }));
    assert_eq!(account::Entity::find().count(db.unscoped()).await?, 2);
    Ok(())
}

/// What a text means to COPY, to INSERT or to the shell is data.
async fn texts_are_written_as_they_are(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "single_tag").await?;
    let scope = db.tenancy.scope(1)?;
    let hostile = [
        "\\.",
        "\\N",
        "\\",
        "\t2\tforged",
        "a\nb",
        "\r\n",
        "'",
        "\"",
        "é☃\u{10348}",
        " ",
        "\\x41",
        "{1,2}",
        "$$",
        "--",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\\\n",
        "\\t",
        "a\u{b}\u{c}\u{8}z",
        "NULL",
    ];
    let rows = hostile.iter().enumerate().map(|(n, text)| vec![format!("{n}").into(), (*text).into()]);
    let columns = [tag::Column::Name, tag::Column::Note];
    assert_eq!(scope.copy_in::<tag::Entity>(columns, rows).await?, hostile.len() as u64);
    for (n, text) in hostile.iter().enumerate() {
        let found = tag::Entity::find().filter(tag::Column::Name.eq(n.to_string())).all(&scope).await?;
        let [found] = found.as_slice() else { panic!("{n}: {found:?}") };
        assert_eq!((found.note.as_str(), found.account_id), (*text, 1));
    }
    Ok(())
}

/// A parent that an earlier call has written in the transaction is there; one of the same call may be too late.
async fn parents_are_written_first(db: &TestDb) -> Outcome {
    let scope = db.tenancy.scope(1)?;
    let columns = [manager::Column::Id, manager::Column::Name, manager::Column::Note];
    let row = vec![70_001_i64.into(), "Copied".into(), "A-copied".into()];
    assert_eq!(scope.copy_in::<manager::Entity>(columns, [row]).await?, 1);
    let columns = [
        project::Column::Name,
        project::Column::Note,
        project::Column::ManagerId,
        project::Column::CountryCode,
    ];
    let row = vec!["of the copied".into(), "A-copied".into(), 70_001_i64.into(), "FR".into()];
    assert_eq!(scope.copy_in::<project::Entity>(columns, [row]).await?, 1);
    Ok(())
}

on_every_backend!(
    rows_get_the_tenant_and_are_the_tenants,
    a_row_may_name_the_tenant_and_no_other,
    each_row_names_a_parent_of_the_tenant,
    a_row_may_have_no_parent,
    all_rows_are_written_or_none,
    in_a_transaction_the_rows_are_part_of_it,
    a_set_writes_rows_that_name_their_tenant,
    what_only_reads_writes_no_rows,
    texts_are_written_as_they_are,
    parents_are_written_first,
);
