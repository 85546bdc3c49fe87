//! Tables and schemas that are stored on one node.

use crate::{
    citus::{
        methods::step_methods,
        step::{Direction, Step, Subject, argument, text, undistribute},
    },
    engine::Engine,
    error::MigrationError,
    names::QualifiedName,
};

/// Adds a table of the coordinator to Citus's metadata, together with the tables that foreign keys link to it, so that
/// it can be read and written through every node.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::LocalTable;
///
/// let setting = LocalTable::new("setting");
/// assert_eq!(
///     setting.up_sql(DbBackend::Postgres)?,
///     [r#"SELECT citus_add_local_table_to_metadata('"setting"', cascade_via_foreign_keys => true)"#]
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTable {
    table: QualifiedName,
    required: bool,
}

impl LocalTable {
    /// A table by its name.
    pub fn new(table: impl Into<QualifiedName>) -> Self {
        Self { table: table.into(), required: false }
    }
}

impl Step for LocalTable {
    fn function(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "citus_add_local_table_to_metadata",
            Direction::Down => "undistribute_table",
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let table = argument(&self.table);
        Ok(vec![match direction {
            Direction::Up => {
                format!("SELECT citus_add_local_table_to_metadata({table}, cascade_via_foreign_keys => true)")
            }
            Direction::Down => undistribute(&self.table),
        }])
    }

    fn reaches(&self) -> Option<&QualifiedName> {
        Some(&self.table)
    }
}

step_methods!(LocalTable);

/// Distributes a schema: Citus stores all its tables, including future ones, on one node. For a tenant with a schema
/// of their own.
///
/// Its tables cannot have foreign keys to distributed tables of other schemas.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::DistributedSchema;
///
/// let acme = DistributedSchema::new("acme");
/// assert_eq!(acme.up_sql(DbBackend::Postgres)?, [r#"SELECT citus_schema_distribute('"acme"')"#]);
/// assert_eq!(acme.down_sql(DbBackend::Postgres)?, [r#"SELECT citus_schema_undistribute('"acme"')"#]);
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributedSchema {
    schema: String,
    required: bool,
}

impl DistributedSchema {
    /// A schema by its name.
    pub fn new(schema: impl Into<String>) -> Self {
        Self { schema: schema.into(), required: false }
    }
}

impl Step for DistributedSchema {
    fn function(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "citus_schema_distribute",
            Direction::Down => "citus_schema_undistribute",
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Schema(&self.schema)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let schema = text(&Engine::Postgres.quote(&self.schema));
        Ok(vec![format!("SELECT {}({schema})", self.function(direction))])
    }
}

step_methods!(DistributedSchema);
