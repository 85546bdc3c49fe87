//! Tests of the command line on SQLite, PostgreSQL and MariaDB.

mod audit;
mod commands;
mod database;
mod help;
mod observed;
