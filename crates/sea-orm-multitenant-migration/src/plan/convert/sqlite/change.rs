//! The text of a table, with the tenant column added to its keys and foreign keys.

use crate::plan::{
    check::{foreign_keys::sets_tenant, keys::unsafe_unique},
    convert::{
        columns,
        sqlite::{
            indexes,
            needs::{is_exchanged, lacks_not_null},
        },
    },
    error::PlanError,
    schema::live::{LiveForeignKey, LiveKey, LiveTable, Role},
    sqlite_text::{
        edit::{Editor, Tenant},
        table::{Column, RuleKind, TableText},
        token::Token,
    },
    world::{Link, Owned, World},
};

/// The changed text.
///
/// If the text cannot be parsed reliably.
/// When the text is not read with certainty.
pub(super) fn text(world: &World<'_>, table: &LiveTable) -> Result<String, PlanError> {
    let read = read(table)?;
    let Some(owned) = world.owner(&table.name) else { return Ok(table.sql.clone()) };
    let mut editor = Editor::new(&read);
    let engine = world.schema.engine;
    if lacks_not_null(owned) {
        match read.columns.iter().find(|column| column.name == owned.tenant) {
            Some(column) => editor.require(column),
            None => {
                let ty = tenant_type(world, owned);
                editor.add_column(&format!("{} {ty} NOT NULL", engine.quote(owned.tenant)));
            }
        }
    }
    keys(world, owned, &read, &mut editor);
    references(world, owned, &read, &mut editor);
    for columns in indexes::additional_unique(world, owned) {
        editor.append(format!("UNIQUE ({})", engine.list(&columns)));
    }
    let text = editor.finish();
    keeps_all(table, &read, &text)?;
    Ok(text)
}

fn unreadable(table: &LiveTable, why: &str) -> PlanError {
    PlanError::Unconvertible {
        table: table.name.to_string(),
        what: format!("its CREATE TABLE cannot be read: {why}"),
        way_out: "rebuild the table in a migration".to_owned(),
    }
}

/// Parses a text, and compares the result with the engine's catalogue.
fn read(table: &LiveTable) -> Result<TableText<'_>, PlanError> {
    let read = TableText::read(&table.sql).map_err(|why| unreadable(table, &why))?;
    let is_same = |a: &[String], b: &[String]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let columns = read.columns.iter().map(|column| &column.name);
    if !columns.eq(table.columns.iter().map(|column| &column.name)) {
        return Err(unreadable(table, "its columns are not those of the catalogue"));
    }
    let keys = read.all_rules().filter_map(|(column, rule)| match &rule.kind {
        RuleKind::References(key) => Some((own_columns(column, &key.columns), &key.parent)),
        _ => None,
    });
    let keys: Vec<_> = keys.collect();
    let pairs = keys.iter().zip(&table.foreign_keys);
    let differs = |((columns, parent), live): (&(Vec<String>, &String), &LiveForeignKey)| {
        !is_same(columns, &live.columns) || !live.parent.name.eq_ignore_ascii_case(parent)
    };
    if keys.len() != table.foreign_keys.len() || pairs.into_iter().any(differs) {
        return Err(unreadable(table, "its foreign keys are not those of the catalogue"));
    }
    let primary = read.all_rules().find_map(|(column, rule)| match &rule.kind {
        RuleKind::Primary(key) => Some(own_columns(column, &key.columns)),
        _ => None,
    });
    let live = table.primary().map(|key| key.columns.clone());
    if !is_same(&primary.unwrap_or_default(), &live.unwrap_or_default()) {
        return Err(unreadable(table, "its primary key is not that of the catalogue"));
    }
    Ok(read)
}

/// The columns of a constraint; a column constraint does not list them.
fn own_columns(column: Option<&Column>, columns: &[String]) -> Vec<String> {
    column.map_or_else(|| columns.to_vec(), |column| vec![column.name.clone()])
}

/// Checks that every word of a text is kept: otherwise an error here would lose a part of it unnoticed.
fn keeps_all(table: &LiveTable, before: &TableText<'_>, text: &str) -> Result<(), PlanError> {
    let after = TableText::read(text).map_err(|why| unreadable(table, &format!("changed, {why}")))?;
    // A name may have been quoted.
    let word = |token: &Token<'_>| {
        token.name().map_or_else(|| token.text.to_owned(), |name| name.to_ascii_lowercase())
    };
    let mut left: Vec<_> = after.tokens.iter().map(word).collect();
    for token in &before.tokens {
        match left.iter().position(|other| *other == word(token)) {
            Some(at) => drop(left.swap_remove(at)),
            None if ["SET", "NULL", "DEFAULT"].iter().any(|word| token.is(word)) => {}
            None => return Err(unreadable(table, &format!("`{}` would be lost", token.text))),
        }
    }
    Ok(())
}

/// The type of a tenant column to be added: STRICT tables accept few types.
pub(super) fn tenant_type(world: &World<'_>, table: Owned<'_>) -> String {
    let ty = columns::tenant_type(world, table);
    let strict = TableText::read(&table.live.sql).is_ok_and(|text| text.is_strict());
    if !strict {
        return ty;
    }
    let upper = ty.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| upper.contains(part));
    // The rules of type affinity, <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
    let known = if has(&["INT"]) {
        "INTEGER"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "TEXT"
    } else if has(&["BLOB"]) {
        "BLOB"
    } else {
        "ANY"
    };
    known.to_owned()
}

/// Changes the primary key and the unique keys. After the first that becomes a table constraint, those of columns
/// become table constraints too, to keep their order.
fn keys(world: &World<'_>, table: Owned<'_>, read: &TableText<'_>, editor: &mut Editor<'_, '_>) {
    if table.is_root {
        return;
    }
    let tenant = world.schema.engine.quote(table.tenant);
    let mut moves = false;
    for (column, rule) in read.all_rules() {
        let (key, words, tenant_first) = match &rule.kind {
            RuleKind::Primary(key) => (key, "PRIMARY KEY", is_exchanged(world, table)),
            RuleKind::Unique(key) => {
                (key, "UNIQUE", is_unsafe(world, table, &own_columns(column, &key.columns)))
            }
            RuleKind::Null
            | RuleKind::NotNull
            | RuleKind::References(_)
            | RuleKind::Collate(_)
            | RuleKind::Other => continue,
        };
        if tenant_first {
            editor.prepend_to_key(column, rule, key, words, &tenant);
            moves = true;
        } else if let Some(column) = column.filter(|_| moves && words == "UNIQUE") {
            editor.move_key(column, rule, key, words, "");
        }
    }
}

/// Whether a unique key on these columns must get the tenant column first: the catalogue omits one that repeats the
/// primary key.
fn is_unsafe(world: &World<'_>, table: Owned<'_>, columns: &[String]) -> bool {
    let named = |column: &String| {
        let live = table.live.columns.iter().find(|live| live.name.eq_ignore_ascii_case(column));
        live.map_or_else(|| column.clone(), |live| live.name.clone())
    };
    let columns = columns.iter().map(named).collect();
    unsafe_unique(world, table, &LiveKey { columns, ..LiveKey::new(String::new(), Role::Unique) })
}

/// Changes the foreign keys. After the first that becomes a table constraint, those of columns become table
/// constraints too, to keep their order.
fn references(world: &World<'_>, table: Owned<'_>, read: &TableText<'_>, editor: &mut Editor<'_, '_>) {
    let engine = world.schema.engine;
    let rules = read.all_rules().filter_map(|(column, rule)| match &rule.kind {
        RuleKind::References(key) => Some((column, rule, key)),
        RuleKind::Null
        | RuleKind::NotNull
        | RuleKind::Primary(_)
        | RuleKind::Unique(_)
        | RuleKind::Collate(_)
        | RuleKind::Other => None,
    });
    let mut moves = false;
    for ((column, rule, key), live) in rules.zip(&table.live.foreign_keys) {
        let link = world.link(table.name(), live);
        if let Link::Crossing { parent } = link {
            let (own, to) = (engine.quote(table.tenant), engine.quote(parent.tenant));
            let tenant = Tenant { column: &own, parent_column: &to };
            if key.sets.is_empty() {
                editor.prepend_to_reference(column, rule, key, tenant, &live.parent_columns);
                moves = true;
                continue;
            }
            editor.add_tenant_reference(column, key, tenant, &live.parent_columns);
        }
        // Without columns it would reference the new primary key.
        let exchanged = world.owner(&live.parent).is_some_and(|parent| is_exchanged(world, parent));
        let to = exchanged.then_some(live.parent_columns.as_slice());
        if let Some(column) = column.filter(|_| moves) {
            editor.move_reference(column, rule, key, to);
        } else {
            if sets_tenant(world, table.live, live) {
                editor.replace_set_actions(key);
            }
            to.into_iter().for_each(|to| editor.name_parent_columns(key, to));
        }
    }
}
