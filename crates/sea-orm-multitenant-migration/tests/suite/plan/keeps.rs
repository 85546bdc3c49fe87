//! What tables have beside their keys: a conversion keeps it.

mod of_sqlite;
