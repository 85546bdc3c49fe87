//! Random sets of tables.

use crate::{
    choices::Choices,
    schema::{Backend, Column, ColumnType, ForeignKey, KeyStyle, Role, Schema, Table, TenantColumnType},
};

const TENANT_TABLES: &[&str] = &["project", "task", "note", "label"];
const SHARED_TABLES: &[&str] = &["country", "status"];
const TENANT_COLUMNS: &[&str] = &["account_id", "org", "owner_id", "tenant"];
/// Ordinary columns: each name has one type in all tables, so that tables can be joined by common names.
const COLUMNS: &[(&str, ColumnType)] = &[
    ("name", ColumnType::Text),
    ("points", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("size", ColumnType::Int),
    ("code", ColumnType::Text),
];

/// A random set of tables for `backend`.
pub fn schema(choices: &mut Choices, backend: Backend) -> Schema {
    let keys = *choices.pick(&[KeyStyle::Composite, KeyStyle::Single]);
    let tenant_type =
        *choices.pick(&[TenantColumnType::BigInt, TenantColumnType::Int, TenantColumnType::Text]);
    let columns_in_order = choices.chance(50);
    let mut schema = Schema { backend, keys, tenant_type, tables: Vec::new(), columns_in_order };
    schema.tables.push(root(choices));
    for (index, name) in SHARED_TABLES.iter().take(1 + choices.below(2) as usize).enumerate() {
        let writable = index == 1 && choices.chance(50);
        let table = table(choices, name, Role::Shared { writable });
        schema.tables.push(table);
    }
    let may_be_global = choices.chance(60);
    for name in TENANT_TABLES.iter().take(2 + choices.below(3) as usize) {
        let column = (*choices.pick(TENANT_COLUMNS)).to_owned();
        let mut table = table(choices, name, Role::Tenant { column });
        table.tenant_last = choices.chance(30);
        table.global = may_be_global && choices.chance(40);
        add_parents(choices, &mut table, &schema);
        add_another_tables_tenant_column(choices, &mut table, &schema);
        schema.tables.push(table);
    }
    schema
}

fn root(choices: &mut Choices) -> Table {
    table(choices, "account", Role::Root)
}

/// A table with `id` and one to three ordinary columns.
fn table(choices: &mut Choices, name: &str, role: Role) -> Table {
    let mut columns = vec![Column { name: "id".to_owned(), ty: ColumnType::Int, nullable: false }];
    let mut pool = COLUMNS.to_vec();
    for _ in 0..=choices.below(3) {
        let (name, ty) = pool.remove(choices.below(u32::try_from(pool.len()).unwrap_or(1)) as usize);
        let nullable = choices.chance(70);
        columns.push(Column { name: name.to_owned(), ty, nullable });
    }
    let unique = choices.chance(35).then(|| columns[1].name.clone());
    // A root has one row per tenant, so that its values cannot collide in a key without the tenant.
    let unique = if role == Role::Root { None } else { unique };
    Table {
        name: name.to_owned(),
        role,
        columns,
        unique,
        parents: Vec::new(),
        tenant_last: false,
        global: false,
    }
}

/// Adds references to up to two earlier tables.
fn add_parents(choices: &mut Choices, table: &mut Table, schema: &Schema) {
    for _ in 0..choices.below(3) {
        let parent = choices.below(u32::try_from(schema.tables.len()).unwrap_or(1)) as usize;
        let other = &schema.tables[parent];
        let column = format!("{}_id", other.name);
        // A writable shared row can be referenced by any tenant's rows, which then prevent its deletion.
        let is_parent = !matches!(other.role, Role::Root | Role::Shared { writable: true });
        if !is_parent || table.columns.iter().any(|known| known.name == column) {
            continue;
        }
        let cascade = choices.chance(30);
        // A global row has no tenant of whom it could refer to a row.
        let must_be_null = table.global && !other.global && !matches!(other.role, Role::Shared { .. });
        let nullable = choices.chance(60) || must_be_null;
        table.columns.push(Column { name: column.clone(), ty: ColumnType::Int, nullable });
        table.parents.push(ForeignKey { column, parent, cascade });
    }
}

/// Adds an ordinary column with the name of another table's tenant column.
fn add_another_tables_tenant_column(choices: &mut Choices, table: &mut Table, schema: &Schema) {
    if schema.tenant_type != TenantColumnType::Int || !choices.chance(30) {
        return;
    }
    let name = *choices.pick(TENANT_COLUMNS);
    if table.tenant_column() != Some(name) {
        table.columns.push(Column { name: name.to_owned(), ty: ColumnType::Int, nullable: true });
    }
}
