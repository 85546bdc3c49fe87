//! Plans the conversion of a database from its current schema.

use crate::plan::{
    convert::{self, snapshot::planned::Planned},
    error::PlanError,
    mode::Mode,
    options::Options,
    record::{self, Record},
    schema::{self, live::Schema},
    step::Step,
    world::World,
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};
use sea_orm_multitenant::Table;

/// The steps of a conversion, and the changes that they make.
pub(crate) struct Planning {
    pub(crate) steps: Vec<Step>,
    pub(crate) planned: Planned,
    pub(crate) backend: DbBackend,
}

/// Plans a conversion.
///
/// # Errors
/// [`PlanError`] if the schema cannot be converted.
pub(crate) async fn plan(
    db: &impl ConnectionTrait,
    declared: &[Table],
    options: &Options,
    mode: Mode,
) -> Result<Planning, PlanError> {
    let schema = read(db, declared).await?;
    let exists = schema.tables.iter().any(|table| table.name.name == record::TABLE);
    let record = Record::read(db, exists).await?;
    let world = World::new(&schema, declared, options);
    let steps = convert::steps(&world, mode, &record)?;
    let planned = Planned::of(&world, mode);
    Ok(Planning { steps, planned, backend: schema.backend })
}

/// Reads the tables of the schemas that the catalogue names, and of the default schema.
pub(crate) async fn read(db: &impl ConnectionTrait, declared: &[Table]) -> Result<Schema, DbErr> {
    let mut schemas: Vec<String> = Vec::new();
    for schema in declared.iter().filter_map(Table::schema) {
        if !schemas.iter().any(|other| other == schema) {
            schemas.push(schema.to_owned());
        }
    }
    schema::read(db, &schemas).await
}
