//! Renders the statements that create a table.

use crate::{
    engine::Engine,
    error::MigrationError,
    names,
    tables::{
        columns::{Role, cast_of, in_role},
        index::Columns,
        on_table::Part,
        table::definition::TenantTable,
    },
};
use sea_orm_migration::{sea_orm::DbBackend, sea_query::ColumnDef};

/// The statements that create the table and its indexes.
pub(super) fn statements(table: &TenantTable, backend: DbBackend) -> Result<Vec<String>, MigrationError> {
    let engine = Engine::of(backend)?;
    let shape = Shape { table, engine, columns: columns(table, backend) };
    shape.check()?;
    let mut statements = vec![shape.create_table()?];
    for unique in &table.uniques {
        statements.push(unique.create_sql(&table.place, engine)?);
    }
    for index in &table.indexes {
        statements.push(index.create_sql(&table.place, engine)?);
    }
    Ok(statements)
}

/// The type to which PostgreSQL casts the setting to compare it with the tenant column.
pub(super) fn cast_of_tenant(table: &TenantTable) -> Result<&'static str, MigrationError> {
    let columns = columns(table, DbBackend::Postgres);
    let tenant = columns.iter().find(|column| column.get_column_name() == table.place.tenant);
    let ty = tenant.and_then(ColumnDef::get_column_type);
    ty.and_then(cast_of).ok_or_else(|| MigrationError::TenantColumnType {
        table: table.place.table.to_string(),
        column: table.place.tenant.clone(),
        ty: format!("{ty:?}"),
    })
}

/// The columns of the entity, if any, and the added columns.
fn columns(table: &TenantTable, backend: DbBackend) -> Vec<ColumnDef> {
    let of_entity = table.of_entity.map(|columns| columns(backend)).unwrap_or_default();
    of_entity.into_iter().chain(table.columns.iter().cloned()).collect()
}

/// A table as it is created on an engine.
struct Shape<'t> {
    table: &'t TenantTable,
    engine: Engine,
    columns: Vec<ColumnDef>,
}

impl Shape<'_> {
    fn name(&self) -> String {
        self.table.place.table.to_string()
    }

    /// The primary key, which begins with the tenant column unless that is NULL in global rows.
    fn key(&self) -> Vec<String> {
        let tenant = (!self.table.global_rows).then_some(&self.table.place.tenant);
        tenant.into_iter().chain(&self.table.key).cloned().collect()
    }

    fn has_global_rows(&self, name: &str) -> bool {
        self.table.global_rows && self.table.place.tenant == name
    }

    fn generated(&self) -> Option<&str> {
        self.table.generated.first().map(String::as_str)
    }

    /// Whether the generated column is the primary key instead of `(tenant, id)`.
    fn generated_is_key(&self) -> bool {
        self.generated().is_some() && self.engine.generated_id_is_the_key() && !self.is_keyed_by_generated()
    }

    /// Whether the generated column is the whole primary key anyway.
    fn is_keyed_by_generated(&self) -> bool {
        self.generated().is_some_and(|column| self.key() == [column])
    }

    fn create_table(&self) -> Result<String, MigrationError> {
        let Self { table, engine, columns } = self;
        let mut parts: Vec<_> =
            columns.iter().map(|column| engine.column(&in_role(column, self.role(column)))).collect();
        parts.extend(self.key_clause());
        parts.extend(self.generated_clause());
        for key in &table.foreign_keys {
            parts.push(key.clause(&table.place, *engine)?);
        }
        let name = table.place.table.quoted(*engine);
        Ok(format!("CREATE TABLE {name} ( {} ){}", parts.join(", "), self.options()))
    }

    fn role(&self, column: &ColumnDef) -> Role {
        let name = column.get_column_name();
        let key = self.key();
        let generated = self.generated() == Some(&name);
        let is_key = generated && self.generated_is_key();
        Role {
            null: self.has_global_rows(&name),
            not_null: key.contains(&name) || generated,
            primary_key: is_key || (!self.generated_is_key() && key == [name]),
            generated,
            integer: is_key || generated && self.engine.generated_id_is_the_key(),
        }
    }

    /// A key of several columns; a single-column key is declared on the column, as SeaORM does.
    fn key_clause(&self) -> Option<String> {
        let (key, name) = (self.key(), self.key_name());
        if self.generated_is_key() {
            let (name, columns) = (self.engine.quote(&name), self.engine.list(&key));
            return Some(format!("CONSTRAINT {name} UNIQUE ({columns})"));
        }
        (key.len() > 1).then(|| self.engine.primary_key(&name, &key))
    }

    fn key_name(&self) -> String {
        names::made("pk", &self.table.place.table.name, &[])
    }

    /// An index whose first column is the generated column.
    fn generated_clause(&self) -> Option<String> {
        let (name, columns) = self.generated_index()?;
        Some(format!("KEY {} ({})", self.engine.quote(&name), self.engine.list(&columns)))
    }

    fn generated_index(&self) -> Option<(String, Vec<String>)> {
        let leads = self.engine.generated_id_leads_a_key() && !self.is_keyed_by_generated();
        let column = self.generated().filter(|_| leads)?;
        let columns = vec![column.to_owned()];
        Some((names::made("idx", &self.table.place.table.name, &columns), columns))
    }

    fn options(&self) -> String {
        if !self.engine.has_table_options() {
            return String::new();
        }
        let comment = self.table.comment.iter().map(|text| format!(" COMMENT {}", self.engine.literal(text)));
        let collation = self.table.collation.iter().map(|name| format!(" COLLATE={name}"));
        comment.chain(collation).collect()
    }

    fn check(&self) -> Result<(), MigrationError> {
        self.table.place.check(self.engine)?;
        self.check_tenant()?;
        self.check_key()?;
        self.check_generated()?;
        self.check_columns()?;
        self.check_uniques()?;
        self.check_names()?;
        self.check_collation()
    }

    fn check_tenant(&self) -> Result<(), MigrationError> {
        cast_of_tenant(self.table)?;
        let column = &self.table.place.tenant;
        let nullable = |def: &ColumnDef| def.get_column_spec().nullable == Some(true);
        let is_nullable = |def: &ColumnDef| def.get_column_name() == *column && nullable(def);
        if !self.table.global_rows && self.columns.iter().any(is_nullable) {
            return Err(MigrationError::NullableTenantColumn { table: self.name(), column: column.clone() });
        }
        Ok(())
    }

    /// A table with global rows has a key without the tenant.
    fn check_key(&self) -> Result<(), MigrationError> {
        if self.table.global_rows
            && (self.table.key.is_empty() || self.table.key.contains(&self.table.place.tenant))
        {
            return Err(MigrationError::GlobalRows { table: self.name() });
        }
        Ok(())
    }

    fn check_generated(&self) -> Result<(), MigrationError> {
        let mut generated = self.table.generated.clone();
        generated.dedup();
        match generated.as_slice() {
            [first, second, ..] => Err(MigrationError::TwoGeneratedColumns {
                table: self.name(),
                first: first.clone(),
                second: second.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Checks that every column exists once, and that keys name existing columns.
    fn check_columns(&self) -> Result<(), MigrationError> {
        let names: Vec<_> = self.columns.iter().map(ColumnDef::get_column_name).collect();
        names.iter().try_for_each(|name| names::check(name, self.engine))?;
        self.check_once(&names)?;
        let tenant = &self.table.place.tenant;
        let of_uniques = self.table.uniques.iter().flat_map(|unique| unique.0.all(tenant));
        let of_indexes = self.table.indexes.iter().flat_map(|index| index.0.all(tenant));
        let of_keys = self.table.foreign_keys.iter().flat_map(|key| key.all_columns(tenant));
        let mut used =
            of_uniques.chain(of_indexes).chain(of_keys).chain(self.table.generated.iter().cloned());
        match used.find(|column| !names.contains(column)) {
            Some(column) => Err(MigrationError::UnknownColumn { table: self.name(), column }),
            None => Ok(()),
        }
    }

    /// Checks that each unique key has the tenant column or is allowed across tenants.
    fn check_uniques(&self) -> Result<(), MigrationError> {
        let of_columns = self.columns.iter().filter(|column| column.get_column_spec().unique);
        let of_columns = of_columns.map(|column| vec![column.get_column_name()]);
        let tenant = &self.table.place.tenant;
        let of_table = self.table.uniques.iter().map(|unique| unique.0.all(tenant));
        for columns in of_columns.chain(of_table) {
            if !columns.contains(tenant) && !self.table.across_tenants.contains(&columns) {
                let columns = columns.join(", ");
                return Err(MigrationError::UniqueWithoutTenant { table: self.name(), columns });
            }
        }
        Ok(())
    }

    /// Checks that constraint and index names are distinct; MySQL creates an index named after each foreign key.
    fn check_names(&self) -> Result<(), MigrationError> {
        let place = &self.table.place;
        let uniques = self.table.uniques.iter().map(|unique| &unique.0);
        let indexes = uniques.chain(self.table.indexes.iter().map(|index| &index.0));
        let indexes = indexes.map(|columns: &Columns| columns.name(place));
        let keys = self.table.foreign_keys.iter().map(|key| key.name(place));
        let own = std::iter::once(self.key_name()).chain(self.generated_index().map(|(name, _)| name));
        self.check_once(&own.chain(indexes).chain(keys).collect::<Vec<_>>())
    }

    fn check_once(&self, names: &[String]) -> Result<(), MigrationError> {
        let again = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
        match again {
            Some((_, name)) => Err(MigrationError::DuplicateName { table: self.name(), name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Checks the collation, which cannot be quoted and so must be a bare word.
    fn check_collation(&self) -> Result<(), MigrationError> {
        let is_word =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match &self.table.collation {
            Some(name) if !is_word(name) => Err(MigrationError::UnusableName { name: name.clone() }),
            _ => Ok(()),
        }
    }
}
