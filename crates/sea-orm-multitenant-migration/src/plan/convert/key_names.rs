//! Names of the keys that a conversion creates. They are unused, and a conversion that continues after an interruption
//! chooses the same names.

use crate::{
    engine::Engine,
    names,
    plan::{
        convert::tenant_first,
        schema::live::{LiveKey, Role},
        world::{Owned, World},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// How many numbered names are compared with those left by an interrupted conversion.
const NUMBERS: usize = 100;

/// The names of the keys to create, by table and purpose.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyNames {
    names: BTreeMap<(String, For), String>,
}

/// The purpose of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    /// It replaces the key with this name.
    Key(String),
    /// It is added on these columns.
    Columns(Vec<String>),
}

impl KeyNames {
    /// Chooses the names, table by table.
    pub(super) fn of(world: &World<'_>) -> Self {
        let mut chosen = Chosen { taken: Taken::of(world), names: Self::default() };
        for table in world.owned() {
            if let Some(primary) = tenant_first::primary(world, table) {
                let own = |live: &LiveKey| tenant_first::is_tenant_first_form(world, table, primary, live);
                chosen.choose(
                    table,
                    For::Key(primary.name.clone()),
                    &wanted_primary(world, table, primary),
                    own,
                );
            }
            for key in tenant_first::exchanged(world, table) {
                let own = |live: &LiveKey| tenant_first::is_tenant_first_form(world, table, key, live);
                chosen.choose(table, For::Key(key.name.clone()), &wanted(table, key), own);
            }
            for columns in tenant_first::added(world, table) {
                let own = |live: &LiveKey| live.is_unique() && live.columns == columns && !live.valid;
                chosen.choose(table, For::Columns(columns.clone()), &[name(table, &columns)], own);
            }
            for columns in tenant_first::added_for_ids(world, table) {
                chosen.choose(table, For::Columns(columns.clone()), &[name(table, &columns)], |_| false);
            }
        }
        chosen.names
    }

    /// The name of the key that replaces `key`.
    pub(super) fn in_place_of(&self, table: Owned<'_>, key: &LiveKey) -> String {
        self.get(table, For::Key(key.name.clone()), || name(table, &table.with_tenant_first(&key.columns)))
    }

    /// The name of the key that is added on these columns.
    pub(super) fn on(&self, table: Owned<'_>, columns: &[String]) -> String {
        self.get(table, For::Columns(columns.to_vec()), || name(table, columns))
    }

    fn get(&self, table: Owned<'_>, what: For, made: impl FnOnce() -> String) -> String {
        self.names.get(&(table.name().to_string(), what)).cloned().unwrap_or_else(made)
    }
}

/// The names chosen so far, and those that are taken.
struct Chosen {
    taken: Taken,
    names: KeyNames,
}

impl Chosen {
    /// Takes the name of a key that an interrupted conversion created, or the first free one of the wanted names, with
    /// a number appended if none is free.
    fn choose(&mut self, table: Owned<'_>, what: For, wanted: &[String], own: impl Fn(&LiveKey) -> bool) {
        let engine = self.taken.engine;
        let last = wanted.last().cloned().unwrap_or_default();
        let own_table = table.name().to_string();
        let is_new = |name: &String| {
            let mut chosen = self.names.names.iter();
            let is_other = |other: &String| engine.drops_index_on_table() && *other != own_table;
            !chosen.any(|((of, _), chosen)| !is_other(of) && engine.same_name(chosen, name))
        };
        let known: Vec<_> = wanted.iter().cloned().chain(names::numbered(&last).take(NUMBERS)).collect();
        let is_left = |name: &&String| {
            let mut live = table.live.keys.iter().filter(|live| engine.same_name(&live.name, name));
            is_new(name) && live.any(&own)
        };
        let name = known.iter().rev().find(is_left).cloned().unwrap_or_else(|| {
            let mut all = wanted.iter().cloned().chain(names::numbered(&last));
            all.find(|name| !self.taken.has(table, name)).unwrap_or_default()
        });
        self.taken.add(table, &name);
        self.names.names.insert((table.name().to_string(), what), name);
    }
}

/// The names that a new key must not have.
struct Taken {
    engine: Engine,
    /// Taken in all tables: PostgreSQL and SQLite, where indexes and tables share a namespace.
    everywhere: BTreeSet<String>,
    /// Taken in one table.
    within: BTreeMap<String, BTreeSet<String>>,
}

impl Taken {
    fn of(world: &World<'_>) -> Self {
        let engine = world.schema.engine;
        let mut taken = Self { engine, everywhere: BTreeSet::new(), within: BTreeMap::new() };
        if !engine.drops_index_on_table() {
            taken.everywhere = world.schema.taken.iter().map(|name| engine.folded(name)).collect();
        }
        for table in &world.schema.tables {
            let names = table.keys.iter().map(|key| &key.name).chain(&table.constraints);
            let names = names.map(|name| engine.folded(name)).collect();
            taken.within.insert(table.name.to_string(), names);
        }
        taken
    }

    fn has(&self, table: Owned<'_>, name: &str) -> bool {
        let name = self.engine.folded(name);
        self.everywhere.contains(&name)
            || self.within.get(&table.name().to_string()).is_some_and(|names| names.contains(&name))
    }

    fn add(&mut self, table: Owned<'_>, name: &str) {
        let name = self.engine.folded(name);
        if self.engine.drops_index_on_table() {
            self.within.entry(table.name().to_string()).or_default().insert(name);
        } else {
            self.everywhere.insert(name);
        }
    }
}

/// The default name of the key on these columns.
pub(super) fn name(table: Owned<'_>, columns: &[String]) -> String {
    let words: Vec<_> = columns
        .iter()
        .map(|column| if column.is_empty() { "expr".to_owned() } else { column.clone() })
        .collect();
    names::made("idx", &table.name().name, &words)
}

/// The names for the unique key that becomes the primary key, or on MySQL takes its place until it is replaced.
fn wanted_primary(world: &World<'_>, table: Owned<'_>, primary: &LiveKey) -> Vec<String> {
    if world.schema.engine == Engine::MySql {
        return vec![interim_primary_name(table)];
    }
    vec![name(table, &table.with_tenant_first(&primary.columns))]
}

fn interim_primary_name(table: Owned<'_>) -> String {
    names::made("tenancy-key", &table.name().name, &[])
}

/// Whether a conversion may have generated the name for the unique key that takes the place of a primary key on MySQL.
pub(super) fn is_interim_primary(table: Owned<'_>, name: &str) -> bool {
    let made = interim_primary_name(table);
    names::numbered(&made).take(NUMBERS).any(|made| Engine::MySql.same_name(&made, name))
}

/// The names for the key that replaces `key`, the preferred one first.
///
/// Two keys may have the same columns but different predicates or kinds: then the name of `key` is used.
fn wanted(table: Owned<'_>, key: &LiveKey) -> Vec<String> {
    let columns = table.with_tenant_first(&key.columns);
    let longer = names::made("idx", &table.name().name, &[table.tenant.to_owned(), key.name.clone()]);
    let mut others =
        table.live.keys.iter().filter(|other| other.name != key.name && other.role != Role::Primary);
    let is_like = |other: &LiveKey| {
        table.with_tenant_first(&other.columns) == columns
            && other.columns.first().is_some_and(|first| first != table.tenant)
    };
    if !tenant_first::is_plain(key) || others.any(is_like) {
        return vec![longer];
    }
    vec![name(table, &columns), longer]
}
