//! Global rows: every tenant reads them, and none writes them.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

pub(crate) mod entities;
mod reads;
mod writes;

use crate::harness::{Backend, Fixture};
use entities::{tag, work};
use sea_orm::{DatabaseConnection, DbErr, entity::prelude::*, *};

/// Tags 1 and 2 are everybody's, 11 and 12 tenant 1's, 21 tenant 2's; each tenant has works 1 to 3.
pub(crate) struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = "global_rows";

    fn schema(_: Backend) -> Vec<String> {
        let tables = [
            "CREATE TABLE global_tag (
                id BIGINT NOT NULL PRIMARY KEY,
                account_id BIGINT,
                name VARCHAR(40) NOT NULL,
                parent_id BIGINT,
                UNIQUE (account_id, name),
                FOREIGN KEY (parent_id) REFERENCES global_tag (id) ON DELETE CASCADE
            )",
            "CREATE TABLE global_work (
                account_id BIGINT NOT NULL,
                id BIGINT NOT NULL,
                tag_id BIGINT,
                title VARCHAR(40) NOT NULL,
                PRIMARY KEY (account_id, id),
                FOREIGN KEY (tag_id) REFERENCES global_tag (id)
            )",
        ];
        tables.map(str::to_owned).into()
    }

    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr> {
        let rows = [
            "INSERT INTO global_tag (id, account_id, name) VALUES (1, NULL, 'red'), (2, NULL, 'green')",
            "INSERT INTO global_tag (id, account_id, name, parent_id) \
             VALUES (11, 1, 'red', 1), (12, 1, 'own', NULL), (21, 2, 'own', NULL)",
            "INSERT INTO global_work (account_id, id, tag_id, title) \
             VALUES (1, 1, 1, 'A-1'), (1, 2, 11, 'A-2'), (1, 3, NULL, 'A-3')",
            "INSERT INTO global_work (account_id, id, tag_id, title) \
             VALUES (2, 1, 1, 'B-1'), (2, 2, 21, 'B-2'), (2, 3, NULL, 'B-3')",
        ];
        for sql in rows {
            connection.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    /// With the global rows, which must stay as they are too.
    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        let seen = tag::Column::AccountId.eq(tenant).or(tag::Column::AccountId.is_null());
        let tags = tag::Entity::find().filter(seen).order_by_asc(tag::Column::Id).all(connection).await?;
        let own = work::Entity::find().filter(work::Column::AccountId.eq(tenant));
        let works = own.order_by_asc(work::Column::Id).all(connection).await?;
        let works = works.iter().map(|row| format!("{row:?}"));
        Ok(tags.iter().map(|row| format!("{row:?}")).chain(works).collect())
    }
}

/// A tag as it is at the start.
fn tag_row(id: i64) -> tag::Model {
    let (account_id, name, parent_id) = match id {
        1 => (None, "red", None),
        2 => (None, "green", None),
        11 => (Some(1), "red", Some(1)),
        _ => (Some(1), "own", None),
    };
    tag::Model { id, account_id, name: name.to_owned(), parent_id }
}

/// The ids of the tags that are read.
fn ids(tags: &[tag::Model]) -> Vec<i64> {
    tags.iter().map(|tag| tag.id).collect()
}
