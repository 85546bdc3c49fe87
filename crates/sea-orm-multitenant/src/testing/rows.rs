//! Rows of two tenants that collide where keys allow.

use crate::{
    tenant_id::TenantId,
    testing::{
        description::{ColumnDescription, ForeignKey, Owner, TableDescription},
        error::FixtureError,
    },
};
use sea_orm::sea_query::{ColumnType, StringLen};
use sea_orm_multitenant_sql::TenantType;
use std::collections::HashMap;
use uuid::Uuid;

/// The number of rows of each tenant in each table; the root table has one.
const ROWS: usize = 2;

/// Which of the two tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Second,
}

/// The ids of the two tenants. The integers are ones that no row has by chance, so that a statement with one of them
/// means the tenant.
pub(super) fn tenant_ids(ty: TenantType) -> (TenantId, TenantId) {
    match ty {
        TenantType::Int | TenantType::BigInt => (1_000_000_001.into(), 1_000_000_002.into()),
        TenantType::Uuid => (Uuid::from_u128(0xA1).into(), Uuid::from_u128(0xB2).into()),
        TenantType::Text => ("first-tenant".into(), "second-tenant".into()),
    }
}

/// One row, as SQL literals for SQLite.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// `None` for a shared row.
    pub(super) owner: Option<Which>,
    values: HashMap<String, String>,
}

/// The rows of all tables, in the order in which they can be inserted.
pub(super) struct Rows<'a> {
    pub(super) tenants: (&'a TenantId, &'a TenantId),
    /// The values set by the builder, as literals, by table and column.
    pub(super) overrides: &'a HashMap<(String, String), String>,
    tables: HashMap<String, Vec<Row>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        tenants: (&'a TenantId, &'a TenantId),
        overrides: &'a HashMap<(String, String), String>,
    ) -> Self {
        Self { tenants, overrides, tables: HashMap::new() }
    }

    /// Makes the rows of a table, which may reference those of earlier tables. Returns INSERT statements with their
    /// owners.
    pub(super) fn of(
        &mut self,
        table: &TableDescription,
    ) -> Result<Vec<(Option<Which>, String)>, FixtureError> {
        let each = if matches!(table.owner, Owner::Root(_)) { 1 } else { ROWS };
        // The second tenant has the lower numbers: so the next generated key is the same with and without its rows.
        let owners = match table.owner {
            Owner::Shared => vec![None],
            Owner::Tenant(_) | Owner::Root(_) => vec![Some(Which::Second), Some(Which::First)],
        };
        let mut inserts = Vec::new();
        for (position, owner) in owners.into_iter().enumerate() {
            for index in 0..each {
                let row = self.row(table, owner, index, position * each + index)?;
                let (names, values): (Vec<_>, Vec<_>) =
                    row.values.iter().map(|(name, value)| (format!("\"{name}\""), value.as_str())).unzip();
                let (names, values) = (names.join(", "), values.join(", "));
                inserts.push((owner, format!("INSERT INTO \"{}\" ({names}) VALUES ({values})", table.name)));
                self.tables.entry(table.name.clone()).or_default().push(row);
            }
        }
        Ok(inserts)
    }

    fn row(
        &self,
        table: &TableDescription,
        owner: Option<Which>,
        index: usize,
        number: usize,
    ) -> Result<Row, FixtureError> {
        let mut values = HashMap::new();
        for key in &table.foreign_keys {
            self.refer(table, key, owner, index, &mut values)?;
        }
        for column in &table.columns {
            let overridden = self.overrides.get(&(table.name.clone(), column.name.clone()));
            if let Some(literal) = overridden {
                values.insert(column.name.clone(), literal.clone());
            } else if let (Some(owner), true) = (owner, table.tenant_column() == Some(&column.name)) {
                values.insert(column.name.clone(), literal_of(self.tenant(owner)));
            } else if !values.contains_key(&column.name) {
                let nth = if table.differs_by_tenant(&column.name) { number } else { index } + 1;
                values.insert(column.name.clone(), value(table, column, nth)?);
            }
        }
        Ok(Row { owner, values })
    }

    fn tenant(&self, which: Which) -> &TenantId {
        match which {
            Which::First => self.tenants.0,
            Which::Second => self.tenants.1,
        }
    }

    /// Takes the values of a foreign key from the same tenant's row of the referenced table.
    fn refer(
        &self,
        table: &TableDescription,
        key: &ForeignKey,
        owner: Option<Which>,
        index: usize,
        values: &mut HashMap<String, String>,
    ) -> Result<(), FixtureError> {
        let rows = self.tables.get(&key.table).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<_> = rows.iter().filter(|row| row.owner.is_none() || row.owner == owner).collect();
        let nullable =
            |name: &String| table.columns.iter().any(|column| column.name == *name && column.nullable);
        let Some(target) = own.get(index).or_else(|| own.last()) else {
            let Some(column) = key.columns.iter().find(|column| nullable(column)) else {
                return Err(FixtureError::Reference {
                    table: table.name.clone(),
                    references: key.table.clone(),
                });
            };
            values.insert(column.clone(), "NULL".to_owned());
            return Ok(());
        };
        for (column, reference) in key.columns.iter().zip(&key.references) {
            if let Some(literal) = target.values.get(reference) {
                values.insert(column.clone(), literal.clone());
            }
        }
        Ok(())
    }
}

/// Formats a tenant's id as a literal.
pub(super) fn literal_of(tenant: &TenantId) -> String {
    match (tenant.as_i64(), tenant.as_uuid()) {
        (Some(id), _) => id.to_string(),
        (None, Some(uuid)) => uuid_literal(uuid),
        (None, None) => quoted(&tenant.to_string()),
    }
}

fn uuid_literal(uuid: Uuid) -> String {
    format!("x'{}'", uuid.simple())
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Makes the nth value of a column, by its type.
fn value(table: &TableDescription, column: &ColumnDescription, nth: usize) -> Result<String, FixtureError> {
    let text = |limit: Option<u32>| {
        let text = format!("{} {nth}", column.name);
        let limit = limit.map_or(text.len(), |limit| limit as usize);
        // The number makes rows distinct.
        quoted(&text[text.len().saturating_sub(limit)..])
    };
    let day = nth % 28 + 1;
    Ok(match &column.ty {
        ColumnType::Char(limit) => text(*limit),
        ColumnType::String(StringLen::N(limit)) => text(Some(*limit)),
        ColumnType::String(StringLen::Max | StringLen::None) | ColumnType::Text => text(None),
        ColumnType::TinyInteger
        | ColumnType::SmallInteger
        | ColumnType::Integer
        | ColumnType::BigInteger
        | ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned
        | ColumnType::Unsigned
        | ColumnType::BigUnsigned => nth.to_string(),
        ColumnType::Year => (2000 + nth).to_string(),
        ColumnType::Float | ColumnType::Double | ColumnType::Decimal(_) | ColumnType::Money(_) => {
            format!("{nth}.5")
        }
        ColumnType::Boolean => (nth % 2).to_string(),
        ColumnType::Date => format!("'2024-01-{day:02}'"),
        ColumnType::Time => format!("'00:00:{:02}'", nth % 60),
        ColumnType::DateTime | ColumnType::Timestamp => format!("'2024-01-{day:02} 00:00:00'"),
        ColumnType::TimestampWithTimeZone => format!("'2024-01-{day:02} 00:00:00+00:00'"),
        ColumnType::Uuid => uuid_literal(Uuid::from_u128(nth as u128)),
        ColumnType::Json | ColumnType::JsonBinary => format!("'{{\"n\":{nth}}}'"),
        ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => {
            format!("x'{:02x}'", nth % 256)
        }
        ColumnType::Enum { name: _, variants } => match variants.first() {
            Some(variant) => quoted(&variant.to_string()),
            None => return Err(no_value(table, column)),
        },
        _ if column.nullable => "NULL".to_owned(),
        _ => return Err(no_value(table, column)),
    })
}

fn no_value(table: &TableDescription, column: &ColumnDescription) -> FixtureError {
    FixtureError::Column {
        table: table.name.clone(),
        column: column.name.clone(),
        ty: format!("{:?}", column.ty),
    }
}
