//! Tables with global rows: no copied row is one, and a copied row may reference one.

use super::{tenancy_error, without_inserts};
use crate::{
    global_rows::{
        Rows,
        entities::{tag, work},
    },
    harness::{Outcome, TestDb},
};
use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenancyError;

async fn no_copied_row_is_everybodys(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "global_tag").await?;
    let scope = db.tenancy.scope(1)?;
    let columns = [tag::Column::Id, tag::Column::AccountId, tag::Column::Name];
    let row = |id: i64, tenant: Option<i64>| vec![id.into(), tenant.into(), format!("copied {id}").into()];
    assert_eq!(scope.copy_in::<tag::Entity>(columns, [row(70, None), row(71, Some(1))]).await?, 2);
    let foreign = scope.copy_in::<tag::Entity>(columns, [row(72, Some(2))]).await;
    assert!(matches!(tenancy_error(foreign), TenancyError::TenantMismatch { .. }));
    let added = tag::Entity::find().filter(tag::Column::Id.gt(69)).all(db.unscoped()).await?;
    assert_eq!(
        added.iter().map(|tag| (tag.id, tag.account_id)).collect::<Vec<_>>(),
        [(70, Some(1)), (71, Some(1))]
    );
    Ok(())
}

async fn a_copied_row_may_reference_one_of_everybodys(db: &TestDb) -> Outcome {
    without_inserts(db.backend, db.unscoped(), "global_work").await?;
    let scope = db.tenancy.scope(1)?;
    let columns = [work::Column::Id, work::Column::TagId, work::Column::Title];
    let row = |id: i64, tag: Option<i64>| vec![id.into(), tag.into(), "copied".into()];
    let rows = [row(70, Some(1)), row(71, Some(12)), row(72, None)];
    assert_eq!(scope.copy_in::<work::Entity>(columns, rows).await?, 3);
    for stray in [21, 999] {
        let foreign = scope.copy_in::<work::Entity>(columns, [row(73, Some(stray))]).await;
        assert!(matches!(tenancy_error(foreign), TenancyError::ForeignParent { .. }));
    }
    assert_eq!(work::Entity::find().filter(work::Column::Id.gt(69)).count(db.unscoped()).await?, 3);
    Ok(())
}

on_every_backend!(no_copied_row_is_everybodys, a_copied_row_may_reference_one_of_everybodys);
