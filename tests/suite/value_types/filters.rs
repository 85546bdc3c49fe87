//! Typed code whose values come from outside: a filter in JSON binds 5 as an integer, and 0.5 as a float.

use super::{ACTING, Outcome, Rows, TestDb, ids_of, tenancy};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Value,
    sea_query::Expr,
};

mod reading {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub label: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use reading::{ActiveModel, Column, Entity};

/// The value of a filter, as handlers of requests make it.
fn value_of(json: &str) -> Value {
    let number: serde_json::Value = serde_json::from_str(json).expect("JSON");
    number.as_i64().map_or_else(|| number.as_f64().into(), Value::from)
}

async fn a_filter_in_json_deletes_what_it_says(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let [one, two] = ACTING;
    let steps =
        [(one, "8.5", 8), (two, "9", 9), (two, "5.5", 5), (one, "5", 5), (one, "null", 5), (two, "4", 4)];
    for (tenant, json, left) in steps {
        let delete = Entity::delete_many().filter(Column::Id.gt(value_of(json)));
        delete.exec(&tenancy.scope(tenant)?).await?;
        let ids = ids_of(tenancy.unscoped("look up what is left"), tenant).await?;
        assert_eq!(ids, (1..=left).collect::<Vec<_>>(), "tenant {tenant}, {json}");
    }
    Ok(())
}

async fn pages_and_cursors_begin_where_a_filter_in_json_says(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    for (tenant, json, first) in [(3, "0.5", 1), (4, "3", 4), (3, "3", 4), (4, "3.5", 4), (4, "-1", 1)] {
        let scope = tenancy.scope(tenant)?;
        let found = Entity::find().filter(Column::Id.gt(value_of(json))).order_by_asc(Column::Id);
        let pages = found.clone().paginate(&scope, 3);
        assert_eq!(pages.num_items().await?, 11 - first, "{json}");
        assert_eq!(pages.fetch_page(0).await?.first().map(|row| row.id), i64::try_from(first).ok(), "{json}");
        let after = Entity::find().cursor_by(Column::Id).after(value_of(json)).first(2).all(&scope).await?;
        assert_eq!(after.first().map(|row| row.id), i64::try_from(first).ok(), "{json}");
        assert_eq!(found.one(&scope).await?.map(|row| row.tenant), Some(tenant));
    }
    Ok(())
}

async fn an_update_sets_what_it_says_whatever_type_it_has(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let [one, two] = ACTING;
    // A condition of another type in the same place; what is set is a text, or NULL.
    let updates =
        [(one, "8.5", Some("a"), 2), (two, "9", Some("b"), 1), (one, "9", None, 1), (two, "0.5", None, 10)];
    for (tenant, json, label, count) in updates {
        let update = Entity::update_many().col_expr(Column::Label, Expr::value(label.map(str::to_owned)));
        let updated = update.filter(Column::Id.gt(value_of(json))).exec(&tenancy.scope(tenant)?).await?;
        assert_eq!(updated.rows_affected, count, "tenant {tenant}, {json}");
    }
    let row = ActiveModel { tenant: Set(one), id: Set(11), label: Set(Some("new".to_owned())) };
    Entity::insert(row).exec_without_returning(&tenancy.scope(one)?).await?;
    let rows = (12..=60).map(|id| ActiveModel { tenant: Set(one), id: Set(id), label: Set(None) });
    Entity::insert_many(rows).exec_without_returning(&tenancy.scope(one)?).await?;
    assert_eq!(ids_of(tenancy.unscoped("look up what is there"), one).await?.len(), 60);
    Ok(())
}

on_every_backend!(
    a_filter_in_json_deletes_what_it_says,
    pages_and_cursors_begin_where_a_filter_in_json_says,
    an_update_sets_what_it_says_whatever_type_it_has,
);
