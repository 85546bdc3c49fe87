//! What tables have beside their keys: a conversion keeps it.

mod generated_sqlite;
mod of_sqlite;
