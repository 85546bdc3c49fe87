//! SQLite: tables are made anew, filled from the old ones, and renamed, as section 7 of its ALTER TABLE says.
//!
//! Unlike there, foreign keys stay enforced: the new tables lead to each other, the old ones go children first, and a rename
//! takes the foreign keys that lead to the table along. So all is one transaction on any connection of a pool.

use super::{Steps, columns, foreign_keys, index_text, keys, order, table_text::TableText};
use crate::{
    QualifiedName, names,
    plan::{
        check::{lacks_tenant, unled_index, unsafe_unique},
        error::PlanError,
        schema::{LiveForeignKey, LiveKey, LiveTable, Role, same_set},
        step::Blocks,
        world::Owned,
    },
};

pub(super) fn steps(
    steps: &mut Steps<'_>,
    order: &[Owned<'_>],
    fills: &[columns::Fill<'_>],
) -> Result<(), PlanError> {
    for fill in fills {
        if !fill.table.has_column() {
            columns::add(steps, fill.table);
        }
        columns::fill(steps, fill);
    }
    for table in order.iter().copied().filter(|table| !table.is_root && lacks_not_null(*table)) {
        let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
        let sql = format!("SELECT count(*) FROM {name} WHERE {column} IS NULL");
        steps.audit(table.name(), sql, "audit: every row belongs to a tenant");
    }
    columns::audits(steps);
    let anew = to_rebuild(steps);
    let staying: Vec<_> = order.iter().copied().filter(|table| !anew.contains(table.name())).collect();
    keep(steps, &staying);
    if !anew.is_empty() {
        rebuild(steps, &anew)?;
    }
    Ok(())
}

fn lacks_not_null(table: Owned<'_>) -> bool {
    table.live.column(table.tenant).is_none_or(|column| column.nullable)
}

/// The tables whose CREATE TABLE must change, and those that lead to them.
fn to_rebuild(steps: &Steps<'_>) -> Vec<QualifiedName> {
    let world = steps.world;
    let changes = |table: &Owned<'_>| {
        let live = table.live;
        let key = live.primary().is_some_and(|primary| lacks_tenant(world, *table, primary));
        (lacks_not_null(*table) && !table.is_root)
            || live.foreign_keys.iter().any(|key| foreign_keys::target(steps, live, key).is_some())
            || live.keys.iter().any(|key| key.role == Role::Unique && unsafe_unique(world, *table, key))
            || (key && !table.keeps_row_id(world))
    };
    let mut anew: Vec<_> = world.owned().filter(changes).map(|table| table.name().clone()).collect();
    loop {
        let leads = |table: &&LiveTable| table.foreign_keys.iter().any(|key| anew.contains(&key.parent));
        let more = world.schema.tables.iter().filter(leads).find(|table| !anew.contains(&table.name));
        match more {
            Some(table) => anew.push(table.name.clone()),
            None => return anew,
        }
    }
}

/// Tables whose CREATE TABLE stays: indexes alone.
fn keep(steps: &mut Steps<'_>, staying: &[Owned<'_>]) {
    for table in staying.iter().copied() {
        for columns in unique_beside(steps, table) {
            let name = keys::name(table, &columns);
            let sql = index_text::unique(steps, table.name(), &name, &columns);
            let back = Some(index_text::drop(steps, table.name(), &name));
            steps.change(
                table.name(),
                sql,
                "make a unique key: foreign keys with the tenant column lead to it",
                Blocks::Writes,
                back,
            );
        }
        let old: Vec<_> = table.live.keys.iter().filter(|key| is_led(steps, Some(table), key)).collect();
        for key in old {
            let sql = index_text::drop(steps, table.name(), &key.name);
            let back = Some(key.definition.clone());
            steps.change(
                table.name(),
                sql,
                "drop it: one led by the tenant comes in its place",
                Blocks::Writes,
                back,
            );
            index(steps, Some(table), key, table.name(), table.name());
        }
    }
}

/// The unique keys that are wanted beside those that are there: for foreign keys, and for ids that stay the primary key.
fn unique_beside(steps: &Steps<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let mut wanted = keys::wanted_by_children(steps, table);
    if let Some(primary) = table.live.primary().filter(|_| table.keeps_row_id(steps.world) && !table.is_root)
    {
        wanted.push(table.led(&primary.columns));
    }
    wanted.dedup();
    wanted.retain(|columns| table.live.identified_by(columns).is_none());
    wanted
}

/// Whether an index is to be led by the tenant.
fn is_led(steps: &Steps<'_>, table: Option<Owned<'_>>, key: &LiveKey) -> bool {
    table.is_some_and(|table| {
        key.role != Role::Unique
            && (unled_index(steps.world, table, key) || unsafe_unique(steps.world, table, key))
    })
}

fn rebuild(steps: &mut Steps<'_>, anew: &[QualifiedName]) -> Result<(), PlanError> {
    let schema = steps.world.schema;
    let tables = order::circle_free(steps.world, anew)?;
    let first = tables[0].name.clone();
    let triggers: Vec<_> = schema.tables.iter().flat_map(|table| &table.triggers).cloned().collect();
    for (kind, (name, text)) in schema
        .views
        .iter()
        .map(|view| ("VIEW", view))
        .chain(triggers.iter().map(|trigger| ("TRIGGER", trigger)))
    {
        let sql = format!("DROP {kind} {}", steps.quote(name));
        steps.change(
            &first,
            sql,
            "drop it: it is made again at the end",
            Blocks::Everything,
            Some(text.clone()),
        );
    }
    for table in &tables {
        copy(steps, table, anew)?;
    }
    for table in tables.iter().rev() {
        let sql = format!("DROP TABLE {}", steps.quoted(&table.name));
        steps.change(
            &table.name,
            sql,
            "drop the old table: its rows are in the new one",
            Blocks::Everything,
            None,
        );
    }
    for table in &tables {
        let sql = format!(
            "ALTER TABLE {} RENAME TO {}",
            steps.quote(&new_name(&table.name)),
            steps.quoted(&table.name)
        );
        steps.change(
            &table.name,
            sql,
            "rename the new table, with what leads to it",
            Blocks::Everything,
            None,
        );
    }
    for (_, text) in schema.views.iter().chain(&triggers) {
        steps.change(&first, text.clone(), "make it again, as it was", Blocks::Everything, None);
    }
    Ok(())
}

fn new_name(table: &QualifiedName) -> String {
    names::made("tenancy-new", &table.name, &[])
}

/// Makes the new table with its indexes, and copies the rows.
fn copy(steps: &mut Steps<'_>, table: &LiveTable, anew: &[QualifiedName]) -> Result<(), PlanError> {
    let owned = steps.world.owner(&table.name);
    let new = QualifiedName::from(new_name(&table.name));
    let create = create(steps, table, owned, anew)?;
    let back = Some(format!("DROP TABLE {}", steps.quoted(&new)));
    steps.change(
        &table.name,
        create,
        "make the table anew: SQLite changes keys in no other way",
        Blocks::Writes,
        back,
    );
    for key in table.keys.iter().filter(|key| !key.definition.is_empty()) {
        let sql = index_text::drop(steps, &table.name, &key.name);
        steps.change(
            &table.name,
            sql,
            "drop the index: the new table has it",
            Blocks::Writes,
            Some(key.definition.clone()),
        );
        index(steps, owned, key, &table.name, &new);
    }
    let mut columns: Vec<_> =
        table.columns.iter().filter(|column| !column.computed).map(|column| column.name.clone()).collect();
    if let Some(owned) = owned.filter(|owned| !owned.has_column()) {
        columns.push(owned.tenant.to_owned());
    }
    let list = steps.list(&columns);
    let sql = format!(
        "INSERT INTO {} ({list}) SELECT {list} FROM {}",
        steps.quoted(&new),
        steps.quoted(&table.name)
    );
    steps.change(&table.name, sql, "copy all rows", Blocks::Writes, None);
    if table.columns.iter().any(|column| column.generated) {
        let literals = [&new.name, &table.name.name].map(|name| steps.world.schema.engine.literal(name));
        let [to, from] = literals;
        let reason = "keep the counter: the ids of rows that are gone do not come again";
        let sql = format!("DELETE FROM sqlite_sequence WHERE name = {to}");
        steps.change(&table.name, sql, reason, Blocks::Writes, None);
        let sql = format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {to}, seq FROM sqlite_sequence WHERE name = {from}"
        );
        steps.change(&table.name, sql, reason, Blocks::Writes, None);
    }
    Ok(())
}

/// An index on another table, led by the tenant where it is to be.
fn index(
    steps: &mut Steps<'_>,
    owned: Option<Owned<'_>>,
    key: &LiveKey,
    of: &QualifiedName,
    on: &QualifiedName,
) {
    let engine = steps.world.schema.engine;
    let sql = match owned.filter(|_| is_led(steps, owned, key)) {
        Some(table) => {
            let columns = table.led(&key.columns);
            let name = if keys::is_plain(key) { keys::name(table, &columns) } else { key.name.clone() };
            if keys::is_plain(key)
                && table.live.keys.iter().any(|live| live.name == name || live.columns == columns)
            {
                return;
            }
            index_text::led_on(steps, table, key, &name, on)
        }
        None => index_text::again(engine, key, on),
    };
    steps.change(of, sql, "make the index, led by the tenant where it was not", Blocks::Writes, None);
}

fn create(
    steps: &Steps<'_>,
    table: &LiveTable,
    owned: Option<Owned<'_>>,
    anew: &[QualifiedName],
) -> Result<String, PlanError> {
    let engine = steps.world.schema.engine;
    let keeps_row_id = owned.is_none_or(|owned| owned.is_root || owned.keeps_row_id(steps.world));
    let required = owned.filter(|owned| !owned.is_root).map_or("", |owned| owned.tenant);
    let text = TableText::read(table, keeps_row_id || !primary_changes(steps, owned), required)?;
    let mut parts: Vec<String> = text.columns.iter().map(|(_, definition)| definition.clone()).collect();
    if let Some(owned) = owned.filter(|owned| !owned.has_column()) {
        let ty = columns::tenant_type(steps.world, owned);
        parts.push(format!("{} {ty} NOT NULL", engine.quote(owned.tenant)));
    }
    if let Some(primary) = table.primary().filter(|_| !text.primary_at_column) {
        let columns = match owned.filter(|owned| !keeps_row_id && !owned.is_root) {
            Some(owned) => owned.led(&primary.columns),
            None => primary.columns.clone(),
        };
        parts.push(format!("PRIMARY KEY ({})", engine.list(&columns)));
    }
    let mut uniques = owned.map_or_else(Vec::new, |owned| unique_beside(steps, owned));
    for key in table.keys.iter().filter(|key| key.role == Role::Unique) {
        let led = owned
            .filter(|owned| unsafe_unique(steps.world, *owned, key))
            .map(|owned| owned.led(&key.columns));
        uniques.push(led.unwrap_or_else(|| key.columns.clone()));
    }
    let primary = table.primary().map(|key| {
        owned
            .filter(|own| !own.is_root && !keeps_row_id)
            .map_or_else(|| key.columns.clone(), |own| own.led(&key.columns))
    });
    let mut seen: Vec<Vec<String>> = primary.into_iter().collect();
    for columns in uniques {
        if !seen.iter().any(|other| same_set(other, &columns)) {
            parts.push(format!("UNIQUE ({})", engine.list(&columns)));
            seen.push(columns);
        }
    }
    parts.extend(text.checks.iter().cloned());
    for key in &table.foreign_keys {
        let mut target = foreign_keys::target(steps, table, key).unwrap_or_else(|| key.clone());
        target.name.clear();
        target.suffix = text.deferrable(&key.columns);
        led_to_new(&mut target, anew);
        parts.push(foreign_keys::clause(engine, &target));
    }
    let name = engine.quote(&new_name(&table.name));
    Ok(format!("CREATE TABLE {name} ({}){}", parts.join(", "), text.suffix))
}

fn primary_changes(steps: &Steps<'_>, owned: Option<Owned<'_>>) -> bool {
    let Some(owned) = owned else { return false };
    owned.live.primary().is_some_and(|primary| lacks_tenant(steps.world, owned, primary))
}

/// Leads to the new parent; its name becomes the old one with the rename.
fn led_to_new(key: &mut LiveForeignKey, anew: &[QualifiedName]) {
    if anew.contains(&key.parent) {
        key.parent = QualifiedName::from(new_name(&key.parent));
    }
}
