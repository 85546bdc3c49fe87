//! Finds rows that reference rows of other tenants.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::{
        check::citus::is_distributed,
        finding::{Finding, Severity, kind::FindingKind},
        schema::{
            live::{LiveForeignKey, same_set},
            query::number,
        },
        world::{Link, Owned, World, name_of},
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Columns that reference another tenant table without the tenant columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) table: QualifiedName,
    pub(crate) tenant: String,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: QualifiedName,
    pub(crate) parent_tenant: String,
    pub(crate) parent_columns: Vec<String>,
}

pub(super) async fn findings(db: &impl ConnectionTrait, world: &World<'_>) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    for relation in relations(world) {
        let has = |name: &QualifiedName| world.owner(name).is_some_and(|owned| owned.has_column());
        if !has(&relation.table) || !has(&relation.parent) || !relation.is_countable(world) {
            continue;
        }
        if let Some(count) = relation.count_global(world) {
            let rows = number(db, &count).await?;
            if rows > 0 {
                let (columns, parent) = (relation.columns.clone(), relation.parent.to_string());
                let kind = FindingKind::GlobalRowsReferToTenants { columns, parent, rows };
                findings.push(Finding::new(Severity::Error, &relation.table, kind));
            }
        }
        let rows = number(db, &relation.count(world)).await?;
        if rows > 0 {
            let Relation { table, columns, parent, .. } = relation;
            let kind = FindingKind::RowsAcrossTenants { columns, parent: parent.to_string(), rows };
            findings.push(Finding::new(Severity::Error, &table, kind));
        }
    }
    Ok(findings)
}

/// Columns that reference another table.
pub(super) struct Key<'a> {
    pub(super) columns: &'a [String],
    pub(super) parent: QualifiedName,
    pub(super) parent_columns: &'a [String],
    /// Whether it is a foreign key of the database, not only a relation of the program.
    pub(super) is_live: bool,
}

/// The foreign keys of the database, then the relations of the program.
pub(super) fn keys<'a>(world: &World<'_>, table: Owned<'a>) -> impl Iterator<Item = Key<'a>> {
    let of_database = table.live.foreign_keys.iter().map(|key| Key {
        columns: &key.columns,
        parent: key.parent.clone(),
        parent_columns: &key.parent_columns,
        is_live: true,
    });
    let of_program = table.declared.foreign_keys().iter().filter_map(|key| {
        let parent = parent_of(world, &key.parent())?;
        Some(Key { columns: key.columns(), parent, parent_columns: key.parent_columns(), is_live: false })
    });
    of_database.chain(of_program)
}

/// The relations of the database's foreign keys, and those that only the program declares.
pub(crate) fn relations(world: &World<'_>) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for table in world.owned() {
        for Key { columns, parent, parent_columns, is_live: _ } in keys(world, table) {
            if let Link::Crossing { parent } = world.link_of(table.name(), columns, &parent, parent_columns)
                && let relation = Relation::new(table, columns, parent, parent_columns)
                && relation.columns.iter().all(|column| table.live.column(column).is_some())
                && !relations.contains(&relation)
                && !is_restricted_to_tenant(table, &relation.columns, &relation.parent)
            {
                relations.push(relation);
            }
        }
    }
    relations
}

/// Whether a foreign key with the tenant columns already restricts these columns to the tenant's rows of the parent.
pub(super) fn is_restricted_to_tenant(table: Owned<'_>, columns: &[String], parent: &QualifiedName) -> bool {
    let columns = table.with_tenant_first(columns);
    let keeps = |key: &LiveForeignKey| key.valid && key.parent == *parent && same_set(&key.columns, &columns);
    table.live.foreign_keys.iter().any(keeps)
}

/// The parent, which the catalogue may name with its schema and a dot.
fn parent_of(world: &World<'_>, name: &str) -> Option<QualifiedName> {
    world.owned().find(|owned| owned.declared.qualified_name() == name).map(|owned| name_of(owned.declared))
}

impl Relation {
    fn new(table: Owned<'_>, columns: &[String], parent: Owned<'_>, parent_columns: &[String]) -> Self {
        Self {
            table: table.name().clone(),
            tenant: table.tenant.to_owned(),
            columns: columns.to_vec(),
            parent: parent.name().clone(),
            parent_tenant: parent.tenant.to_owned(),
            parent_columns: parent_columns.to_vec(),
        }
    }

    /// The condition that a row `c` references the parent `p`.
    pub(crate) fn joined(&self, engine: Engine, child: &str) -> String {
        let pairs = self.columns.iter().zip(&self.parent_columns);
        let equal =
            pairs.map(|(column, to)| format!("p.{} = {child}.{}", engine.quote(to), engine.quote(column)));
        equal.collect::<Vec<_>>().join(" AND ")
    }

    /// The colocation groups of both tables; `None` for one that is not distributed.
    fn groups(&self, world: &World<'_>) -> (Option<i64>, Option<i64>) {
        let group = |name: &QualifiedName| {
            let owned = world.owner(name).filter(|owned| is_distributed(*owned))?;
            owned.live.citus.as_ref().map(|citus| citus.colocation)
        };
        (group(&self.table), group(&self.parent))
    }

    /// Whether the rows of both tables can be joined: Citus joins distributed tables only if they are colocated, and
    /// any table with a reference table.
    pub(crate) fn is_countable(&self, world: &World<'_>) -> bool {
        let (table, parent) = self.groups(world);
        let is_whole = |name| world.owner(name).is_some_and(|owned| owned.is_reference());
        table == parent || is_whole(&self.table) || is_whole(&self.parent)
    }

    /// The query for the number of global rows that reference rows of tenants; `None` if the table has no global rows.
    fn count_global(&self, world: &World<'_>) -> Option<String> {
        let engine = world.schema.engine;
        world.owner(&self.table).filter(|owned| owned.declared.has_global_rows())?;
        Some(format!(
            "SELECT count(*) FROM {} c JOIN {} p ON {} WHERE p.{} IS NOT NULL AND c.{} IS NULL",
            self.table.quoted(engine),
            self.parent.quoted(engine),
            self.joined(engine, "c"),
            engine.quote(&self.parent_tenant),
            engine.quote(&self.tenant)
        ))
    }

    /// The query for the number of rows whose parent belongs to another tenant.
    ///
    /// Citus joins distributed tables only within a tenant: there it counts the rows without a parent of the same
    /// tenant.
    pub(crate) fn count(&self, world: &World<'_>) -> String {
        let engine = world.schema.engine;
        if let (Some(_), Some(_)) = self.groups(world) {
            let set = self.columns.iter().map(|column| format!("c.{} IS NOT NULL", engine.quote(column)));
            return format!(
                "SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE p.{} = c.{} AND {})",
                self.table.quoted(engine),
                set.collect::<Vec<_>>().join(" AND "),
                self.parent.quoted(engine),
                engine.quote(&self.parent_tenant),
                engine.quote(&self.tenant),
                self.joined(engine, "c")
            );
        }
        format!(
            "SELECT count(*) FROM {} c JOIN {} p ON {} WHERE p.{} <> c.{}",
            self.table.quoted(engine),
            self.parent.quoted(engine),
            self.joined(engine, "c"),
            engine.quote(&self.parent_tenant),
            engine.quote(&self.tenant)
        )
    }
}
