//! Tables and rows as SQL text, and as a catalogue.

use crate::{
    rows::{Datum, Row},
    schema::{Backend, ColumnType, Role, Schema, Table, Tenant, TenantColumnType},
};
use sea_orm_multitenant::{TenancyBuilder, TenantType};

/// The statement that creates a table. With the tenant `alone`, its column has the tenant as its default.
pub fn create(schema: &Schema, table: &Table, alone: bool) -> String {
    let tenant_type = tenant_type(schema);
    let default = if alone { format!(" DEFAULT {}", schema.tenant().literal()) } else { String::new() };
    let null = if table.global { "" } else { " NOT NULL" };
    let tenant_column = |name: &str| format!("{name} {tenant_type}{null}{default}");
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            if table.role == Role::Root && column.name == "id" {
                return tenant_column("id");
            }
            let null = if column.nullable { "" } else { " NOT NULL" };
            format!("{} {}{null}", column.name, column_type(schema.backend, column.ty))
        })
        .collect();
    if let Role::Tenant { column } = &table.role {
        parts.insert(if table.tenant_last { parts.len() } else { 0 }, tenant_column(column));
    }
    parts.push(format!("PRIMARY KEY ({})", table.primary_key(schema.keys).join(", ")));
    parts.extend(table.unique_key(schema.keys).map(|key| format!("UNIQUE ({})", key.join(", "))));
    for reference in &table.parents {
        let parent = &schema.tables[reference.parent];
        let cascade = if reference.cascade { " ON DELETE CASCADE" } else { "" };
        let (from, to) = match (&table.role, parent.tenant_column()) {
            (Role::Tenant { column }, Some(theirs)) if parent.is_key_with_tenant("id", schema.keys) => {
                (format!("{column}, {}", reference.column), format!("{theirs}, id"))
            }
            _ => (reference.column.clone(), "id".to_owned()),
        };
        parts.push(format!("FOREIGN KEY ({from}) REFERENCES {} ({to}){cascade}", parent.name));
    }
    format!("CREATE TABLE {} ({})", table.name, parts.join(", "))
}

/// The statement that inserts a row with literals, naming its tenant.
pub fn insert(schema: &Schema, row: &Row) -> String {
    let table = &schema.tables[row.table];
    let mut names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let mut values: Vec<String> = row.values.iter().map(Datum::literal).collect();
    match (&table.role, row.owner) {
        (Role::Root, Some(owner)) => values[0] = owner.literal(),
        (Role::Tenant { column }, owner) => {
            names.push(column);
            values.push(owner.map_or_else(|| "NULL".to_owned(), Tenant::literal));
        }
        _ => {}
    }
    format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "))
}

/// The query for all rows of all tables: the table's number, the owner as text, and the row as text.
pub fn dump(schema: &Schema) -> String {
    let arms: Vec<String> = schema
        .tables
        .iter()
        .enumerate()
        .map(|(index, table)| {
            let owner = table.tenant_column().map_or_else(
                || "'shared'".to_owned(),
                |column| match schema.backend {
                    Backend::Sqlite => format!("coalesce(CAST({column} AS TEXT), 'global')"),
                    Backend::Postgres => format!("coalesce({column}::text, 'global')"),
                    Backend::MariaDb => format!("coalesce(CAST({column} AS BINARY), 'global')"),
                },
            );
            let cells = table.all_columns().into_iter().map(|column| match schema.backend {
                Backend::Sqlite => format!("quote({column})"),
                Backend::Postgres => format!("quote_nullable({column})"),
                Backend::MariaDb => format!("QUOTE({column})"),
            });
            let cells: Vec<String> = cells.collect();
            let row = match schema.backend {
                Backend::Sqlite => cells.join("||','||"),
                Backend::Postgres => format!("concat_ws(',',{})", cells.join(",")),
                Backend::MariaDb => format!("CAST(CONCAT_WS(',',{}) AS BINARY)", cells.join(",")),
            };
            format!("SELECT {index} AS t, {owner} AS o, {row} AS r FROM {}", table.name)
        })
        .collect();
    arms.join(" UNION ALL ")
}

/// The catalogue of the tables.
pub fn catalogue(schema: &Schema) -> TenancyBuilder {
    use sea_orm_multitenant::Table as Declared;
    let ty = match schema.tenant_type {
        TenantColumnType::Int => TenantType::Int,
        TenantColumnType::BigInt => TenantType::BigInt,
        TenantColumnType::Text => TenantType::Text,
    };
    let declared = schema.tables.iter().map(|table| {
        let declared = match &table.role {
            Role::Root => Declared::root(&table.name, "id", ty),
            Role::Tenant { column } => Declared::tenant(&table.name, column, ty),
            Role::Shared { writable } => Declared::shared(&table.name, *writable),
        };
        let declared = if table.global { with_global_rows(schema, table, declared) } else { declared };
        let declared = if schema.columns_in_order {
            declared.with_columns_in_order(table.all_columns())
        } else {
            declared.with_columns(table.all_columns())
        };
        let declared = declared.with_primary_key(table.primary_key(schema.keys));
        match table.unique_key(schema.keys) {
            Some(key) => declared.with_unique_key(key),
            None => declared,
        }
    });
    declared.fold(TenancyBuilder::default().without_entities(), TenancyBuilder::table)
}

/// Has the catalogue know by which keys global rows could refer to rows of the tenant; the database checks the values.
fn with_global_rows(
    schema: &Schema,
    table: &Table,
    declared: sea_orm_multitenant::Table,
) -> sea_orm_multitenant::Table {
    let declared = declared.with_global_rows();
    let open = table.parents.iter().filter(|key| {
        let parent = &schema.tables[key.parent];
        !parent.is_key_with_tenant("id", schema.keys)
    });
    let keys = open.map(|key| {
        let parent = schema.tables[key.parent].name.clone();
        sea_orm_multitenant_sql::ForeignKey::new([key.column.clone()], parent, ["id"])
    });
    keys.fold(declared, sea_orm_multitenant::Table::with_foreign_key).without_foreign_keys()
}

/// Has MariaDB refuse what an upsert would do to a global row; in the database of the tenant alone nothing else would.
/// In the shared database the trigger does nothing: with a trigger, MariaDB takes a NULL that an UPDATE of a join writes to
/// a NOT NULL column for 0, and without one it refuses it.
pub fn guard(schema: &Schema, table: &Table, alone: bool) -> Option<String> {
    let column = table.tenant_column().filter(|_| table.global && schema.backend == Backend::MariaDb)?;
    let is_refused = if alone { format!("OLD.{column} IS NULL") } else { "FALSE".to_owned() };
    Some(format!(
        "CREATE TRIGGER guard_{0} BEFORE UPDATE ON {0} FOR EACH ROW IF {is_refused} THEN SIGNAL SQLSTATE '22003' SET MYSQL_ERRNO = 1690; END IF",
        table.name
    ))
}

fn column_type(backend: Backend, ty: ColumnType) -> &'static str {
    match (ty, backend) {
        // On SQLite, INTEGER would make a key that generates ids, which depend on the rows of all tenants.
        (ColumnType::Int, _) => "INT",
        (ColumnType::Text, Backend::Sqlite | Backend::Postgres) => "TEXT",
        // Of texts that a collation treats as equal, GROUP BY shows an arbitrary one.
        (ColumnType::Text, Backend::MariaDb) => "VARCHAR(40) COLLATE utf8mb4_bin",
    }
}

fn tenant_type(schema: &Schema) -> &'static str {
    match (schema.tenant_type, schema.backend) {
        (TenantColumnType::Int, _) => "INT",
        (TenantColumnType::BigInt, _) => "BIGINT",
        (TenantColumnType::Text, Backend::MariaDb) => "VARCHAR(20)",
        (TenantColumnType::Text, Backend::Sqlite | Backend::Postgres) => "TEXT",
    }
}
