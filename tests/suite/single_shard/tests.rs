//! The judge itself: what it must notice, it notices.

mod citus {
    use crate::{
        composite::{entities::project, families::Rows},
        harness::{Outcome, TestDb, on},
    };
    use sea_orm::{
        ColumnTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement, sea_query::Expr,
    };

    /// As if a scope of this set had sent the text.
    fn sent(db: &TestDb, set: Option<Vec<i64>>, sql: &str) -> Outcome {
        let citus = db.citus.as_ref().ok_or("this is Citus")?;
        citus.watch.push(set, Statement::from_string(DbBackend::Postgres, sql));
        Ok(())
    }

    #[test]
    #[should_panic(expected = "fan-out: 4 shards: SELECT")]
    fn a_statement_of_all_shards_is_noticed() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(async move {
                project::Entity::find().all(&db.for_scopes()).await?;
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "LockOfManyShards")]
    fn a_statement_that_citus_refuses_is_noticed() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(async move {
                let refused = project::Entity::find().lock_exclusive().all(&db.for_scopes()).await;
                assert!(refused.is_err());
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "more is touched than the shards of the tenants")]
    fn a_shard_that_has_no_tenant_of_the_set_is_noticed() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(
                async move { sent(db, Some(vec![1]), "SELECT * FROM project WHERE account_id IN (1, 2)") },
            )
        });
    }

    #[test]
    #[should_panic(expected = "more is touched than the shards of the tenants")]
    fn another_shard_in_place_of_the_sets_is_noticed() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(async move { sent(db, Some(vec![1]), "SELECT * FROM project WHERE account_id = 2") })
        });
    }

    #[test]
    fn the_shards_of_the_set_are_right() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(
                async move { sent(db, Some(vec![1, 2]), "SELECT * FROM project WHERE account_id IN (1, 2)") },
            )
        });
    }

    #[test]
    #[should_panic(expected = "rows of tenant 2 changed")]
    fn a_change_of_another_tenants_row_is_noticed() {
        on::citus::<Rows>("itself", |db| {
            Box::pin(async move {
                let note = project::Entity::update_many().col_expr(project::Column::Note, Expr::value("A"));
                note.filter(project::Column::AccountId.eq(2)).exec(db.unscoped()).await?;
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "it is not refused any more")]
    fn what_is_not_refused_any_more_is_noticed() {
        on::citus::<Rows>("recursion::citus::search_walks_the_tenants_rows", |_| Box::pin(async { Ok(()) }));
    }
}
