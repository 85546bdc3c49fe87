//! Which shards a scoped statement reaches, argued from its tables.

use crate::citus::{
    presence::citus_version,
    state::{CitusTable, CitusTableKind, tables},
};
use sea_orm_migration::{
    DbErr, SchemaManager,
    sea_orm::{AccessMode, DatabaseConnection, TransactionTrait},
};
use sea_orm_multitenant::{Catalogue, Table};
use std::fmt;

/// The shards that a scoped statement reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// One shard: every distributed table in it is distributed by its tenant column, in one group.
    OneShard,
    /// One node: it reads reference tables only.
    OneNode,
    /// Every node: it writes a reference table.
    EveryNode,
    /// The coordinator: no table of it is distributed.
    Coordinator,
    /// The tables do not tell.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneShard => f.write_str("one shard"),
            Self::OneNode => f.write_str("one node: reference tables only"),
            Self::EveryNode => f.write_str("every node: a write to a reference table"),
            Self::Coordinator => f.write_str("the coordinator: no distributed table"),
            Self::Unknown { reason } => write!(f, "not known: {reason}"),
        }
    }
}

/// Returns the shards that a scoped statement of one tenant reaches, without asking Citus for its plan.
///
/// A scope compares the tenant column of every tenant table with one tenant, wherever the table occurs. If each is
/// distributed by that column, in one group of colocation, the statement reaches one shard of each, on one node. `named`
/// are the tables of the statement as the catalogue names them, `state` is what [`tables`](crate::citus::tables) returns.
///
/// ```
/// use sea_orm_multitenant::{Catalogue, Table, TenantType};
/// use sea_orm_multitenant_migration::citus::{Reach, reach};
///
/// let catalogue = Catalogue::new([Table::tenant("project", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// assert_eq!(reach(&catalogue, &[], &["project".to_owned()], false), Reach::Coordinator);
/// ```
pub fn reach(catalogue: &Catalogue, state: &[CitusTable], named: &[String], writes: bool) -> Reach {
    let (mut groups, mut references, mut local) = (Vec::new(), 0, 0);
    for name in named {
        let Some(table) = catalogue.tables().iter().find(|table| table.qualified_name() == *name) else {
            return Reach::Unknown { reason: format!("`{name}` is not in the catalogue") };
        };
        let known: Vec<_> = state.iter().filter(|known| is_same(known, table)).collect();
        match known.as_slice() {
            [] => local += 1,
            [one] => match one.kind {
                CitusTableKind::Local => local += 1,
                CitusTableKind::Reference => references += 1,
                CitusTableKind::Schema => groups.push(one.colocation),
                CitusTableKind::Distributed => match table.tenant_column() {
                    Some((column, _)) if one.column.as_deref() == Some(column) => groups.push(one.colocation),
                    Some(_) | None => {
                        let by = one.column.as_deref().unwrap_or("no column");
                        return Reach::Unknown { reason: format!("`{name}` is distributed by {by}") };
                    }
                },
            },
            [_, _, ..] => {
                return Reach::Unknown { reason: format!("several schemas have a table `{name}`") };
            }
        }
    }
    groups.sort_unstable();
    groups.dedup();
    match (groups.as_slice(), references, local) {
        ([], 0, _) => Reach::Coordinator,
        ([], _, 0) if writes => Reach::EveryNode,
        ([], _, 0) => Reach::OneNode,
        ([_], _, 0) => Reach::OneShard,
        ([], _, _) | ([_], _, _) => {
            Reach::Unknown { reason: "it joins a table that only the coordinator has".to_owned() }
        }
        ([_, _, ..], _, _) => Reach::Unknown { reason: "its tables are not in one group".to_owned() },
    }
}

/// Reads the tables of Citus in a read-only transaction; none if the database has no Citus, on any engine.
///
/// # Errors
/// The engine's.
///
/// ```
/// use sea_orm_migration::sea_orm::Database;
/// use sea_orm_multitenant_migration::citus::read_tables;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(read_tables(&Database::connect("sqlite::memory:").await?).await?, None);
/// # Ok(())
/// # }
/// ```
pub async fn read_tables(connection: &DatabaseConnection) -> Result<Option<Vec<CitusTable>>, DbErr> {
    if citus_version(connection).await?.is_none() {
        return Ok(None);
    }
    let transaction = connection.begin_with_config(None, Some(AccessMode::ReadOnly)).await?;
    let found = tables(&SchemaManager::new(&transaction)).await?;
    transaction.rollback().await?;
    Ok(Some(found))
}

fn is_same(known: &CitusTable, table: &Table) -> bool {
    known.table.name == table.name()
        && table.schema().is_none_or(|schema| known.table.schema.as_deref() == Some(schema))
}

#[cfg(test)]
mod tests {
    use super::{Reach, reach};
    use crate::{
        citus::state::{CitusTable, CitusTableKind},
        names::QualifiedName,
    };
    use sea_orm_multitenant::{Catalogue, Table, TenantType};

    fn catalogue() -> Catalogue {
        let tenant = |name: &str| Table::tenant(name, "account_id", TenantType::BigInt);
        let tables = [tenant("project"), tenant("task"), tenant("note"), Table::shared("country", true)];
        Catalogue::new(tables).expect("no conflicts")
    }

    fn table(name: &str, kind: CitusTableKind, column: Option<&str>, colocation: i32) -> CitusTable {
        let (table, column) = (QualifiedName::from(("public", name)), column.map(ToOwned::to_owned));
        CitusTable { table, kind, column, colocation, shards: 4 }
    }

    fn of(state: &[CitusTable], named: &[&str], writes: bool) -> Reach {
        let named: Vec<_> = named.iter().map(ToString::to_string).collect();
        reach(&catalogue(), state, &named, writes)
    }

    #[test]
    fn tables_distributed_by_the_tenant_reach_one_shard() {
        let state = [
            table("project", CitusTableKind::Distributed, Some("account_id"), 1),
            table("task", CitusTableKind::Distributed, Some("account_id"), 1),
            table("country", CitusTableKind::Reference, None, 9),
        ];
        assert_eq!(of(&state, &["project"], true), Reach::OneShard);
        assert_eq!(of(&state, &["country", "project", "task"], false), Reach::OneShard);
        assert_eq!(of(&state, &["country"], false), Reach::OneNode);
        assert_eq!(of(&state, &["country"], true), Reach::EveryNode);
        assert_eq!(of(&state, &[], false), Reach::Coordinator);
    }

    #[test]
    fn what_the_tables_do_not_tell_is_not_one_shard() {
        let state = [
            table("project", CitusTableKind::Distributed, Some("id"), 1),
            table("task", CitusTableKind::Distributed, Some("account_id"), 1),
            table("country", CitusTableKind::Distributed, Some("id"), 1),
        ];
        let apart = [
            table("project", CitusTableKind::Distributed, Some("account_id"), 1),
            table("task", CitusTableKind::Distributed, Some("account_id"), 2),
            table("task", CitusTableKind::Local, None, 0),
        ];
        for (state, named) in [
            (&state[..], &["project"][..]),
            (&state, &["country", "task"]),
            (&state, &["note", "task"]),
            (&state, &["unknown"]),
            (&apart[..2], &["project", "task"]),
            (&apart, &["task"]),
        ] {
            assert!(matches!(of(state, named, false), Reach::Unknown { .. }), "{named:?}");
        }
    }
}
