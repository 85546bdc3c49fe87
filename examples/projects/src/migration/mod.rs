//! The migrations, with `sea-orm-migration` and the building blocks for tenant tables. They run on the unscoped
//! connection.

mod m0001_create_tables;
mod m0002_create_imports;
mod m0003_distribute;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Runs the migrations.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_create_tables::Migration),
            Box::new(m0002_create_imports::Migration),
            Box::new(m0003_distribute::Migration),
        ]
    }
}
