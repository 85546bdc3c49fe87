//! Refuses what needs a decision of the user.

use crate::plan::{
    check::{foreign_keys::sets_tenant, keys::unsafe_exclusion, of_schema},
    convert::{columns, foreign_keys, steps::Steps, tenant_first},
    error::PlanError,
    finding::{Finding, kind::FindingKind},
    mode::Mode,
    schema::live::{LiveForeignKey, LiveTable, Object, Unkept},
    world::{Link, Owned, World},
};

pub(crate) fn check(world: &World<'_>, mode: Mode) -> Result<(), PlanError> {
    let engine = world.schema.engine;
    if mode == Mode::Online && !engine.has_row_level_security() {
        return Err(PlanError::Online { engine: engine.name() });
    }
    if let (true, false, Some(root)) = (world.distributes(), cfg!(feature = "citus"), world.root()) {
        return Err(PlanError::Unconvertible {
            table: root.name().to_string(),
            what: "the database has Citus, and this program is built without the feature `citus`".to_owned(),
            way_out: "build it with the feature, or ignore Citus with `without_distribution`".to_owned(),
        });
    }
    let missing: Vec<_> = world.missing().map(|table| format!("`{}`", table.qualified_name())).collect();
    if !missing.is_empty() {
        return Err(PlanError::TableMissing { tables: missing.join(", ") });
    }
    let steps = Steps::new(world, mode);
    world.owned().try_for_each(|table| check_table(world, table))?;
    world.owned().try_for_each(|table| check_kept(&steps, table))?;
    for table in &world.schema.tables {
        table.foreign_keys.iter().try_for_each(|key| check_key(world, table, key))?;
    }
    Ok(())
}

fn check_table(world: &World<'_>, table: Owned<'_>) -> Result<(), PlanError> {
    let refused = |what: String, way_out: &str| {
        let (table, way_out) = (table.name().to_string(), way_out.to_owned());
        Err(PlanError::Unconvertible { table, what, way_out })
    };
    if table.declared.has_global_rows() {
        let what = "it has global rows, and a conversion would make the tenant column NOT NULL";
        return refused(
            what.to_owned(),
            "change its keys by a migration, as `TenantTable::with_global_rows` creates them, and convert the tables without it",
        );
    }
    if table.live.hides_rows {
        let what = "row-level security hides rows from this role, so that neither audits nor counts see them";
        return refused(what.to_owned(), "connect as a role with BYPASSRLS");
    }
    let of_table =
        |finding: &Finding| finding.table == table.name().to_string() && is_to_convert(&finding.kind);
    if table.live.is_partitioned && of_schema(world).iter().any(of_table) {
        let what = "it is partitioned, and PostgreSQL cannot replace the keys of such a table by an index";
        return refused(what.to_owned(), "change its keys in a migration");
    }
    if table.is_reference() && of_schema(world).iter().any(of_table) {
        let what = "it is a reference table of Citus, whose keys the planner cannot convert";
        return refused(what.to_owned(), "undistribute it first, or change its keys in a migration");
    }
    let filled = table.live.column(table.tenant).filter(|column| column.nullable && !table.is_root);
    if filled.is_some_and(|column| column.computed) {
        let what = format!("the tenant column `{}` is computed and may be NULL", table.tenant);
        return refused(what, "make it a plain column, or NOT NULL, in a migration");
    }
    match table.live.keys.iter().find(|key| unsafe_exclusion(world, table, key)) {
        Some(key) => refused(
            format!("the exclusion constraint `{}` compares rows of different tenants", key.name),
            "add the tenant column to it in a migration: EXCLUDE USING gist (tenant WITH =, …), with the operators of the \
             extension btree_gist; or allow it across tenants",
        ),
        None => Ok(()),
    }
}

/// Refuses attributes that would be lost, if the plan replaces the object that has them.
fn check_kept(steps: &Steps<'_>, table: Owned<'_>) -> Result<(), PlanError> {
    let exchanged: Vec<_> = tenant_first::exchanged(steps.world, table)
        .chain(tenant_first::primary(steps.world, table))
        .collect();
    let is_exchanged = |key: &&LiveForeignKey| foreign_keys::target(steps, table.live, key).is_some();
    let foreign: Vec<_> = table.live.foreign_keys.iter().filter(is_exchanged).collect();
    let fills = columns::needs(table) && !table.is_root;
    let is_lost = |unkept: &&Unkept| match &unkept.of {
        Object::Table => fills || !exchanged.is_empty() || !foreign.is_empty(),
        Object::Rows => fills,
        Object::Key(name) => exchanged.iter().any(|key| key.name == *name),
        Object::ForeignKey(name) => foreign.iter().any(|key| key.name == *name),
    };
    match table.live.unkept.iter().find(is_lost) {
        Some(Unkept { of: _, what, way_out }) => Err(PlanError::Unconvertible {
            table: table.name().to_string(),
            what: what.clone(),
            way_out: way_out.clone(),
        }),
        None => Ok(()),
    }
}

/// Why a key to a reference table cannot be replaced, and what to do.
const WHOLE: &str = "references a reference table of Citus, which cannot replace such a key in one statement";
const UNDISTRIBUTE: &str = "undistribute the parent first, or replace the key in a migration";

/// Refuses a foreign key, with the reason and what to do.
pub(crate) fn refused_key(
    table: &LiveTable,
    key: &LiveForeignKey,
    what: &str,
    way_out: &str,
) -> Result<(), PlanError> {
    let (columns, parent) = (key.columns.join(", "), &key.parent);
    Err(PlanError::Unconvertible {
        table: table.name.to_string(),
        what: format!("the foreign key ({columns}) to `{parent}` {what}"),
        way_out: way_out.to_owned(),
    })
}

fn check_key(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> Result<(), PlanError> {
    let refused = |what: &str, way_out: &str| refused_key(table, key, what, way_out);
    let to_reference = world.owner(&key.parent).is_some_and(|owned| owned.is_reference());
    let from_reference = world.owner(&table.name).is_some_and(|owned| owned.is_reference());
    match world.link(&table.name, key) {
        Link::Safe | Link::ToOtherRoot | Link::Crossing { parent: _ }
            if from_reference && world.spreads(&key.parent) =>
        {
            refused(
                "is on a reference table and references a table to be distributed, which Citus refuses",
                "undistribute the table, or drop the key first",
            )
        }
        Link::Safe if to_reference && sets_tenant(world, table, key) => refused(WHOLE, UNDISTRIBUTE),
        Link::Crossing { parent: _ } if to_reference => refused(WHOLE, UNDISTRIBUTE),
        Link::FromOutside => refused(
            "references tenant rows from a table without a tenant column, and cannot be kept when their keys change",
            "drop it, or declare the table in the catalogue with a tenant column",
        ),
        Link::ToOtherRoot if world.spreads(&key.parent) => {
            refused("references another tenant, which Citus refuses", "drop it first")
        }
        // On SQLite it stays, and a key that sets nothing is added.
        Link::Crossing { parent: _ } if key.on_update.sets() && world.schema.engine.alters_foreign_keys() => {
            refused(
                "sets its columns when the parent's key is updated, and would set the tenant column too",
                "make it ON UPDATE CASCADE or NO ACTION in a migration",
            )
        }
        Link::Crossing { parent: _ }
            if world
                .owner(&table.name)
                .is_some_and(|own| key.columns.iter().any(|column| column == own.tenant)) =>
        {
            refused("pairs the tenant column with another column of the parent", "drop it first")
        }
        Link::Safe | Link::ToOtherRoot | Link::Crossing { parent: _ } => Ok(()),
    }
}

/// Whether a conversion fixes this kind of finding by other means than distribution.
pub(crate) fn is_to_convert(kind: &FindingKind) -> bool {
    use FindingKind as K;
    matches!(
        kind,
        K::TenantColumnMissing { .. }
            | K::TenantColumnNullable { .. }
            | K::PrimaryKeyWithoutTenant { .. }
            | K::UniqueWithoutTenant { .. }
            | K::ForeignKeyWithoutTenant { .. }
            | K::SetNull { .. }
    )
}
