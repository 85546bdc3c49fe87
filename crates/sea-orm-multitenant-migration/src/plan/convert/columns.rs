//! Adds tenant columns, fills them from the parents, and makes them NOT NULL.

use crate::{
    engine::Engine,
    names,
    plan::{
        check::rows::{Relation, relations},
        convert::steps::Steps,
        error::PlanError,
        record::MARK,
        schema::{live::LiveCheck, mysql_text::required},
        step::{Blocks, StepKind},
        world::{Owned, World},
    },
};
use sea_orm_multitenant::TenantType;

/// The number of rows in an online batch.
const BATCH: u32 = 10_000;

/// The relations from which the tenant column of a table is filled.
pub(super) struct Fill<'w> {
    pub(super) table: Owned<'w>,
    /// Relations to parents that are filled earlier.
    by: Vec<Relation>,
    /// Relations to parents that are filled together with it: the table itself, or tables that reference each other.
    among: Vec<Relation>,
}

/// Finds the relations for each table, in the order in which the tables are filled.
pub(super) fn sources<'w>(world: &World<'w>, order: &[Owned<'w>]) -> Result<Vec<Fill<'w>>, PlanError> {
    let relations = relations(world);
    let mut waiting: Vec<_> = order.iter().copied().filter(|table| !table.is_root && needs(*table)).collect();
    let mut fills: Vec<Fill<'w>> = Vec::new();
    while !waiting.is_empty() {
        let by = |table: Owned<'w>| usable(&relations, table, &waiting);
        let ready = waiting.iter().position(|table| !by(*table).is_empty());
        // In tables that already have the column, some rows may have their tenant.
        let Some(at) = ready.or_else(|| waiting.iter().position(Owned::has_column)) else {
            let (table, column) = (waiting[0].name().to_string(), waiting[0].tenant.to_owned());
            return Err(PlanError::NoWayToTenant { table, column });
        };
        let by = by(waiting[at]);
        fills.push(Fill { table: waiting.remove(at), by, among: Vec::new() });
    }
    for fill in &mut fills {
        let is_whole = fill.by.iter().any(|relation| is_required(fill.table, relation));
        let of_table = relations.iter().filter(|relation| relation.table == *fill.table.name() && !is_whole);
        fill.among = of_table.filter(|relation| !fill.by.contains(relation)).cloned().collect();
    }
    Ok(fills)
}

/// The relations of a table to tables that are already filled.
fn usable(relations: &[Relation], table: Owned<'_>, waiting: &[Owned<'_>]) -> Vec<Relation> {
    let of_table = relations.iter().filter(|relation| relation.table == *table.name());
    let is_filled = |relation: &&Relation| !waiting.iter().any(|table| *table.name() == relation.parent);
    let usable: Vec<_> = of_table.filter(is_filled).cloned().collect();
    // One column that is never NULL gives the tenant of every row.
    match usable.iter().find(|relation| is_required(table, relation)) {
        Some(relation) => vec![relation.clone()],
        None => usable,
    }
}

pub(super) fn needs(table: Owned<'_>) -> bool {
    table.live.column(table.tenant).is_none_or(|column| column.nullable)
}

fn is_required(table: Owned<'_>, relation: &Relation) -> bool {
    relation.columns.iter().all(|name| table.live.column(name).is_some_and(|column| !column.nullable))
}

/// The type of a tenant column to be added: that of the root table's key.
pub(super) fn tenant_type(world: &World<'_>, table: Owned<'_>) -> String {
    let of = |owned: Owned<'_>| owned.live.column(owned.tenant).map(|column| column.ty.clone());
    let live = world.root().and_then(of).or_else(|| world.owned().find_map(of));
    live.unwrap_or_else(|| {
        let ty = match (table.ty, world.schema.engine) {
            (TenantType::Int, _) => "integer",
            (TenantType::BigInt, _) => "bigint",
            (TenantType::Uuid, Engine::MySql) => "binary(16)",
            (TenantType::Uuid, _) => "uuid",
            (TenantType::Text, Engine::MySql) => "varchar(255)",
            (TenantType::Text, _) => "text",
        };
        ty.to_owned()
    })
}

/// Adds and fills the columns, and makes them NOT NULL.
pub(super) fn steps(steps: &mut Steps<'_>, order: &[Owned<'_>], fills: &[Fill<'_>]) {
    for fill in fills {
        if !fill.table.has_column() {
            add(steps, fill.table);
        }
        if steps.online() && !(fill.by.is_empty() && fill.among.is_empty()) {
            add_trigger(steps, fill);
        }
        self::fill(steps, fill);
    }
    spread(steps, fills);
    for table in order.iter().copied().filter(|table| needs(*table) && !table.is_root) {
        require(steps, table);
    }
    if steps.online() {
        // An interrupted conversion may have left its checks.
        let left = order.iter().copied().filter(|table| !needs(*table) && leftover_check(*table).is_some());
        left.for_each(|table| drop_check(steps, table));
    }
}

/// Adds the column, which may be NULL until it is filled.
pub(super) fn add(steps: &mut Steps<'_>, table: Owned<'_>) {
    let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
    let ty = tenant_type(steps.world, table);
    steps.change(
        table.name(),
        format!("ALTER TABLE {name} ADD COLUMN {column} {ty} NULL"),
        format!("add {column}: no column gives the tenant of a row"),
        Blocks::Briefly,
        Some(format!("ALTER TABLE {name} DROP COLUMN {column}")),
    );
}

/// Fills it from parents that are filled earlier.
pub(super) fn fill(steps: &mut Steps<'_>, fill: &Fill<'_>) {
    let engine = steps.world.schema.engine;
    let (name, column) = (steps.quoted(fill.table.name()), steps.quote(fill.table.tenant));
    for relation in &fill.by {
        let (parent, tenant) = (relation.parent.quoted(engine), engine.quote(&relation.parent_tenant));
        let joined = relation.joined(engine, &name);
        let mut sql = format!(
            "UPDATE {name} SET {column} = (SELECT p.{tenant} FROM {parent} p WHERE {joined}){} WHERE {column} IS NULL",
            keep_implicitly_updated(steps, fill.table, &name)
        );
        if steps.online() {
            sql.push_str(&batch(steps, relation));
        }
        let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
        let reason = format!("fill {column}: a row belongs to the tenant of its `{}`", relation.parent);
        steps.add(
            StepKind::Fill,
            fill.table.name(),
            without_triggers(steps, fill.table, sql),
            reason,
            blocks,
            None,
        );
    }
}

/// The condition of a batch: a limited number of rows whose parents have a tenant.
fn batch(steps: &Steps<'_>, relation: &Relation) -> String {
    let engine = steps.world.schema.engine;
    let (name, parent) = (relation.table.quoted(engine), relation.parent.quoted(engine));
    let (column, tenant) = (engine.quote(&relation.tenant), engine.quote(&relation.parent_tenant));
    format!(
        " AND ctid = ANY (ARRAY(SELECT c.ctid FROM {name} c JOIN {parent} p ON {} WHERE c.{column} IS NULL AND p.{tenant} \
         IS NOT NULL LIMIT {BATCH}))",
        relation.joined(engine, "c")
    )
}

/// Assignments that keep the columns which an UPDATE changes implicitly.
fn keep_implicitly_updated(steps: &Steps<'_>, table: Owned<'_>, row: &str) -> String {
    let implicitly_updated = table.live.implicitly_updated.iter().map(|column| steps.quote(column));
    implicitly_updated.map(|column| format!(", {row}.{column} = {row}.{column}")).collect()
}

/// Fills rows from rows of the same tables, repeatedly until nothing changes: for trees, and tables that reference
/// each other.
pub(super) fn spread(steps: &mut Steps<'_>, fills: &[Fill<'_>]) {
    let mut all: Vec<(Owned<'_>, String)> = Vec::new();
    // Tables after the first such table may be filled from it.
    for fill in fills.iter().skip_while(|fill| fill.among.is_empty()) {
        for relation in fill.by.iter().chain(&fill.among) {
            all.push((
                fill.table,
                without_triggers(steps, fill.table, spread_sql(steps, fill.table, relation)),
            ));
        }
    }
    let Some((first, _)) = all.first() else { return };
    let name = first.name();
    let sql = all.iter().map(|(_, sql)| sql.as_str()).collect::<Vec<_>>().join("; ");
    let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
    let reason =
        "fill the remaining rows from filled ones: a row belongs to the tenant of the row that it references";
    steps.add(StepKind::Spread, name, sql, reason, blocks, None);
}

/// A statement that counts only the rows to which it gives a tenant.
fn spread_sql(steps: &Steps<'_>, table: Owned<'_>, relation: &Relation) -> String {
    let engine = steps.world.schema.engine;
    let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
    let (parent, tenant) = (relation.parent.quoted(engine), engine.quote(&relation.parent_tenant));
    if engine == Engine::MySql {
        // MySQL cannot read a table in a subquery of an UPDATE of that table.
        let keep_implicitly_updated = keep_implicitly_updated(steps, table, "c");
        return format!(
            "UPDATE {name} c JOIN {parent} p ON {} SET c.{column} = p.{tenant}{keep_implicitly_updated} WHERE c.{column} IS NULL AND p.{tenant} IS NOT NULL",
            relation.joined(engine, "c")
        );
    }
    let joined = relation.joined(engine, &name);
    let end = if steps.online() {
        batch(steps, relation)
    } else {
        format!(" AND EXISTS (SELECT 1 FROM {parent} p WHERE {joined} AND p.{tenant} IS NOT NULL)")
    };
    format!(
        "UPDATE {name} SET {column} = (SELECT p.{tenant} FROM {parent} p WHERE {joined}) WHERE {column} IS NULL{end}"
    )
}

/// The statement with triggers and rules of the table disabled. One transaction ensures that no other session sees
/// them disabled, and that they are enabled again after an interruption.
fn without_triggers(steps: &Steps<'_>, table: Owned<'_>, sql: String) -> String {
    if table.live.toggles.is_empty() {
        return sql;
    }
    let name = steps.quoted(table.name());
    let (off, on): (Vec<_>, Vec<_>) = table.live.toggles.iter().cloned().unzip();
    // Pending deferred checks of the updated rows would block ALTER TABLE.
    format!(
        "ALTER TABLE {name} {}; {sql}; SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {name} {}",
        off.join(", "),
        on.join(", ")
    )
}

/// The name of the trigger, and of its function, that fills rows inserted during the conversion: the existing one
/// after an interruption, otherwise a name that no other trigger or function has.
fn trigger_name(world: &World<'_>, table: Owned<'_>) -> String {
    let is_ours = |source: &str| source.contains(MARK);
    let mut live = table.live.triggers.iter();
    if let Some((name, _)) = live.find(|(_, source)| is_ours(source)) {
        return name.clone();
    }
    let is_free = |name: &String| {
        let triggers = table.live.triggers.iter();
        !triggers.chain(&world.schema.functions).any(|(other, source)| other == name && !is_ours(source))
    };
    let made = names::made("tenancy-fill", &table.name().name, &[]);
    names::numbered(&made).find(is_free).unwrap_or_default()
}

fn add_trigger(steps: &mut Steps<'_>, fill: &Fill<'_>) {
    let name = trigger_name(steps.world, fill.table);
    if fill.table.live.triggers.iter().any(|(trigger, _)| *trigger == name) {
        return;
    }
    let engine = steps.world.schema.engine;
    let (on, column) = (steps.quoted(fill.table.name()), steps.quote(fill.table.tenant));
    let function = fill.table.name().qualify(&name, engine);
    let mut body = format!("{MARK} ");
    for relation in fill.by.iter().chain(&fill.among) {
        let (parent, tenant) = (relation.parent.quoted(engine), engine.quote(&relation.parent_tenant));
        let joined = relation.joined(engine, "NEW");
        body.push_str(&format!(
            "IF NEW.{column} IS NULL THEN SELECT p.{tenant} INTO NEW.{column} FROM {parent} p WHERE {joined}; END IF; "
        ));
    }
    let reason = "add a trigger: rows inserted during the conversion are filled too";
    let undo = format!("DROP FUNCTION IF EXISTS {function} CASCADE");
    steps.change(
        fill.table.name(),
        format!(
            "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {}",
            engine.literal(&format!("BEGIN {body}RETURN NEW; END"))
        ),
        reason,
        Blocks::Nothing,
        Some(undo.clone()),
    );
    let trigger = steps.quote(&name);
    steps.change(
        fill.table.name(),
        format!("CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {function}()"),
        reason,
        Blocks::Briefly,
        Some(undo),
    );
}

/// Drops the triggers: from now on statements must give the tenant column.
pub(super) fn release(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        let name = trigger_name(steps.world, table);
        let function = table.name().qualify(&name, steps.world.schema.engine);
        let made = format!("CREATE OR REPLACE FUNCTION {function}()");
        let is_there = table.live.triggers.iter().any(|(trigger, _)| *trigger == name)
            || steps.steps.iter().any(|step| step.sql.starts_with(&made));
        if is_there {
            let sql = format!("DROP FUNCTION IF EXISTS {function} CASCADE");
            let reason = "drop the trigger: from now on statements must give the tenant column, as scopes do";
            steps.change(table.name(), sql, reason, Blocks::Briefly, None);
        }
    }
}

/// The check with which SET NOT NULL need not scan the rows, if an interrupted conversion left it.
fn leftover_check(table: Owned<'_>) -> Option<&LiveCheck> {
    let made = names::made("tenancy-not-null", &table.name().name, &[]);
    let is_ours = |check: &&LiveCheck| {
        let text = check.text.strip_suffix(" NOT VALID").unwrap_or(&check.text);
        let column = text.strip_prefix("CHECK ((").and_then(|rest| rest.strip_suffix(" IS NOT NULL))"));
        names::is_numbered(&check.name, &made) && column.map(unquoted).as_deref() == Some(table.tenant)
    };
    table.live.checks.iter().find(is_ours)
}

/// A name without the quotes that PostgreSQL adds where needed.
fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| name.to_owned(), |inner| inner.replace("\"\"", "\""))
}

/// The name of the check, which no other constraint of the table has.
fn check_name(table: Owned<'_>) -> String {
    if let Some(check) = leftover_check(table) {
        return check.name.clone();
    }
    let made = names::made("tenancy-not-null", &table.name().name, &[]);
    let is_free = |name: &String| !table.live.constraints.contains(name);
    names::numbered(&made).find(is_free).unwrap_or_default()
}

/// Adds a check that the rows have a tenant, and validates it while other sessions write.
fn check(steps: &mut Steps<'_>, table: Owned<'_>) {
    let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
    let made = steps.quote(&check_name(table));
    let check = leftover_check(table);
    let back = Some(format!("ALTER TABLE {name} DROP CONSTRAINT {made}"));
    if check.is_none() {
        let sql = format!("ALTER TABLE {name} ADD CONSTRAINT {made} CHECK ({column} IS NOT NULL) NOT VALID");
        steps.change(
            table.name(),
            sql,
            "add a check: SET NOT NULL then need not scan the rows under a lock",
            Blocks::Briefly,
            back,
        );
    }
    if check.is_none_or(|check| !check.valid) {
        let sql = format!("ALTER TABLE {name} VALIDATE CONSTRAINT {made}");
        steps.change(
            table.name(),
            sql,
            "validate the check: all existing rows have a tenant",
            Blocks::Nothing,
            None,
        );
    }
}

fn require(steps: &mut Steps<'_>, table: Owned<'_>) {
    let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
    steps.audit(
        table.name(),
        format!("SELECT count(*) FROM {name} WHERE {column} IS NULL"),
        "audit: every row belongs to a tenant",
    );
    if steps.online() {
        check(steps, table);
    }
    let (sql, back) = if steps.world.schema.engine == Engine::MySql {
        let mut live = table.live.definitions.iter();
        let live = live.find(|(name, _)| name == table.tenant).map(|(_, definition)| definition.clone());
        let before = live.unwrap_or_else(|| format!("{} NULL", tenant_type(steps.world, table)));
        (
            format!("ALTER TABLE {name} MODIFY COLUMN {column} {}", required(&before)),
            format!("ALTER TABLE {name} MODIFY COLUMN {column} {before}"),
        )
    } else {
        (
            format!("ALTER TABLE {name} ALTER COLUMN {column} SET NOT NULL"),
            format!("ALTER TABLE {name} ALTER COLUMN {column} DROP NOT NULL"),
        )
    };
    let blocks = steps.blocks(Blocks::Briefly, Blocks::Everything);
    steps.change(
        table.name(),
        sql,
        "make it NOT NULL: every row must belong to a tenant",
        blocks,
        Some(back),
    );
    if steps.online() {
        drop_check(steps, table);
    }
}

fn drop_check(steps: &mut Steps<'_>, table: Owned<'_>) {
    let (name, made) = (steps.quoted(table.name()), steps.quote(&check_name(table)));
    let sql = format!("ALTER TABLE {name} DROP CONSTRAINT {made}");
    steps.change(table.name(), sql, "drop the check: NOT NULL replaces it", Blocks::Briefly, None);
}

/// Counts the rows that reference another tenant's row.
pub(super) fn audits(steps: &mut Steps<'_>) {
    // After an interruption, distributed tables were already audited; their foreign keys are validated.
    for relation in relations(steps.world).into_iter().filter(|relation| relation.is_countable(steps.world)) {
        let sql = relation.count(steps.world);
        let reason = format!("audit: no row references another tenant's `{}`", relation.parent);
        steps.audit(&relation.table, sql, reason);
    }
}
