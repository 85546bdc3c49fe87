//! Tests of the command line on SQLite, PostgreSQL and MariaDB.

mod commands;
mod database;
mod help;
