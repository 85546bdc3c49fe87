//! Entities whose primary and foreign keys contain the tenant.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

pub(crate) mod manager;
pub(crate) mod project;
pub(crate) mod tag;
pub(crate) mod task;
pub(crate) mod task_tag;

pub(crate) use crate::shared_entities::{account, country};

use crate::harness::{Backend, TestDb};
use sea_orm::ActiveValue;

/// What the style is called, in names of snapshots.
pub(crate) const STYLE: &str = "composite";

/// The value of a primary key.
pub(crate) type Key = (i64, i64);

/// The id of a tenant's `n`th row: the same for every tenant.
pub(crate) fn id(_tenant: i64, n: i64) -> i64 {
    n
}

/// The primary key of a tenant's `n`th row.
pub(crate) fn key(tenant: i64, n: i64) -> Key {
    (tenant, id(tenant, n))
}

/// The primary key of a link between a task and a tag.
pub(crate) fn link_key(tenant: i64, task: i64, tag: i64) -> (i64, i64, i64) {
    (tenant, id(tenant, task), id(tenant, tag))
}

/// The statements that create the tables.
pub(crate) fn schema(_backend: Backend) -> Vec<String> {
    let tables = [
        "CREATE TABLE manager (
            account_id BIGINT NOT NULL REFERENCES account (id),
            id BIGINT NOT NULL,
            name VARCHAR(100) NOT NULL,
            note VARCHAR(100) NOT NULL,
            PRIMARY KEY (account_id, id),
            UNIQUE (account_id, name)
        )",
        "CREATE TABLE project (
            account_id BIGINT NOT NULL REFERENCES account (id),
            id BIGINT NOT NULL,
            name VARCHAR(100) NOT NULL,
            note VARCHAR(100) NOT NULL,
            manager_id BIGINT,
            country_code VARCHAR(2) NOT NULL REFERENCES country (code),
            PRIMARY KEY (account_id, id),
            UNIQUE (account_id, name),
            FOREIGN KEY (account_id, manager_id) REFERENCES manager (account_id, id)
        )",
        "CREATE TABLE task (
            account_id BIGINT NOT NULL REFERENCES account (id),
            id BIGINT NOT NULL,
            project_id BIGINT NOT NULL,
            title VARCHAR(100) NOT NULL,
            note VARCHAR(100) NOT NULL,
            points INTEGER NOT NULL,
            PRIMARY KEY (account_id, id),
            FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id)
        )",
        "CREATE TABLE tag (
            account_id BIGINT NOT NULL REFERENCES account (id),
            id BIGINT NOT NULL,
            name VARCHAR(100) NOT NULL,
            note VARCHAR(100) NOT NULL,
            PRIMARY KEY (account_id, id),
            UNIQUE (account_id, name)
        )",
        "CREATE TABLE task_tag (
            account_id BIGINT NOT NULL REFERENCES account (id),
            task_id BIGINT NOT NULL,
            tag_id BIGINT NOT NULL,
            PRIMARY KEY (account_id, task_id, tag_id),
            FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id),
            FOREIGN KEY (account_id, tag_id) REFERENCES tag (account_id, id)
        )",
    ];
    tables.map(str::to_owned).into()
}

/// The id of the `n`th row that a test adds, 100 + n: the test's to choose, since composite keys do not count up.
pub(crate) fn given_id(n: i64) -> ActiveValue<i64> {
    ActiveValue::Set(100 + n)
}

/// The primary key that has this id.
pub(crate) fn raw_key(tenant: i64, id: i64) -> Key {
    (tenant, id)
}

/// The tenant of a row to insert: left out where SeaORM reads an inserted row back by RETURNING, since it needs the
/// whole key otherwise.
pub(crate) fn given_tenant(db: &TestDb) -> ActiveValue<i64> {
    if db.has_returning() { ActiveValue::NotSet } else { ActiveValue::Set(1) }
}
