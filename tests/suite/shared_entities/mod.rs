//! Entities that both styles of keys use.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

pub(crate) mod account;
pub(crate) mod country;

/// The statements that create the tables.
pub(crate) fn schema() -> Vec<String> {
    let tables = [
        "CREATE TABLE account (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, note VARCHAR(100) NOT NULL)",
        "CREATE TABLE country (code VARCHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL)",
    ];
    tables.map(str::to_owned).into()
}
