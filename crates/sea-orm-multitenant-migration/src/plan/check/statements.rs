//! Finds statements that need a key in its old form, as far as PostgreSQL records them: functions, views, and
//! `pg_stat_statements`.

use crate::{
    engine::Engine,
    plan::{
        check::keys::{lacks_tenant, unsafe_unique},
        finding::{Finding, Severity, kind::FindingKind},
        schema::{
            live::{LiveKey, Role, same_set},
            query::{Rows, number},
        },
        world::{Owned, World},
    },
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// The number of characters of a statement that a finding shows.
const SHOWN: usize = 60;

pub(super) async fn findings(db: &impl ConnectionTrait, world: &World<'_>) -> Result<Vec<Finding>, DbErr> {
    if world.schema.backend != DbBackend::Postgres {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = world.owned().flat_map(|table| old_keys(world, table)).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    for (statement, text) in texts(db, world).await? {
        let words = words(&text);
        for key in keys
            .iter()
            .filter(|key| words.iter().any(|word| word.eq_ignore_ascii_case(key.table.name().name.as_str())))
        {
            for clause in clauses(&words, key) {
                let kind = FindingKind::StatementOfOldKey { statement: statement.clone(), clause };
                let finding = Finding::new(Severity::Warning, key.table.name(), kind);
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
    }
    Ok(findings)
}

/// A key that a conversion replaces.
struct OldKey<'w> {
    table: Owned<'w>,
    /// The name of a unique constraint; the name of a primary key does not change.
    name: Option<&'w str>,
    columns: &'w [String],
    is_primary: bool,
}

fn old_keys<'w>(world: &World<'w>, table: Owned<'w>) -> Vec<OldKey<'w>> {
    let is_old = |key: &&LiveKey| match key.role {
        Role::Primary => !table.is_root && lacks_tenant(world, table, key),
        Role::Unique | Role::UniqueIndex => unsafe_unique(world, table, key),
        Role::Index => false,
    };
    let of_key = |key: &'w LiveKey| OldKey {
        table,
        name: (key.role == Role::Unique).then_some(key.name.as_str()),
        columns: &key.columns,
        is_primary: key.role == Role::Primary,
    };
    table.live.keys.iter().filter(is_old).map(of_key).collect()
}

/// The texts that the database has, each with the description of its source.
async fn texts(db: &impl ConnectionTrait, world: &World<'_>) -> Result<Vec<(String, String)>, DbErr> {
    let mut schemas: Vec<_> =
        world.schema.tables.iter().filter_map(|table| table.name.schema.as_deref()).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let named: Vec<_> = schemas.iter().map(|schema| Engine::Postgres.literal(schema)).collect();
    let named = if named.is_empty() { "NULL".to_owned() } else { named.join(", ") };
    let within = format!("(n.nspname = ANY (current_schemas(false)) OR n.nspname IN ({named}))");
    let mut sql = format!(
        "SELECT 'the function `' || p.oid::regprocedure || '`' AS of, \
         CASE WHEN p.prosrc = '' THEN pg_get_functiondef(p.oid) ELSE p.prosrc END AS text \
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {within} AND p.prokind IN ('f', 'p') \
         UNION ALL SELECT 'the view `' || c.oid::regclass || '`', pg_get_viewdef(c.oid) \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {within} AND c.relkind IN ('v', 'm')"
    );
    if has_statistics(db).await? {
        sql.push_str(&format!(
            " UNION ALL SELECT 'the statement `' || left(regexp_replace(query, '\\s+', ' ', 'g'), {SHOWN}) || '…`', query \
             FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ));
    }
    let mut texts = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        texts.push((row.text("of")?, row.text("text")?));
        Ok(())
    })?;
    Ok(texts)
}

/// Whether the view is on the search path, and the module that fills it is loaded.
async fn has_statistics(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements' AND to_regclass('pg_stat_statements') IS NOT NULL \
               AND current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%'";
    Ok(number(db, sql).await? > 0)
}

/// The words and symbols of a text, with quotes of names removed.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut within = false;
    for sign in text.chars() {
        let is_letter = sign.is_alphanumeric() || sign == '_' || sign == '$';
        match (is_letter, words.last_mut().filter(|_| within)) {
            (true, Some(last)) => last.push(sign),
            (true, None) => words.push(sign.to_string()),
            (false, _) if sign.is_whitespace() || sign == '"' => {}
            (false, _) => words.push(sign.to_string()),
        }
        within = is_letter;
    }
    words
}

/// The clauses of a text that depend on the key.
fn clauses(words: &[String], key: &OldKey<'_>) -> Vec<String> {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let mut found = Vec::new();
    for at in 0..words.len() {
        if is(at, "ON") && is(at + 1, "CONSTRAINT") && key.name.is_some_and(|name| is(at + 2, name)) {
            found.push(format!("ON CONSTRAINT {}", words[at + 2]));
        }
        if is(at, "CONFLICT") && is(at + 1, "(") && same_columns(&listed(&words[at + 2..]), key.columns) {
            found.push(format!("ON CONFLICT ({})", key.columns.join(", ")));
        }
        if key.is_primary && is(at, "GROUP") && is(at + 1, "BY") {
            let grouped = listed(&words[at + 2..]);
            let has = |name: &str| grouped.iter().any(|column| column.eq_ignore_ascii_case(name));
            if key.columns.iter().all(|column| has(column)) && !has(key.table.tenant) {
                found.push(format!("GROUP BY {}", grouped.join(", ")));
            }
        }
    }
    found
}

/// The names of a list, without qualifiers; the list ends before any other token.
fn listed(words: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut next = true;
    for word in words {
        match word.as_str() {
            "," => next = true,
            "." => {
                names.pop();
                next = true;
            }
            "(" if names.is_empty() => {}
            name if next && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$') => {
                names.push(name.to_owned());
                next = false;
            }
            _ => break,
        }
    }
    names
}

fn same_columns(a: &[String], b: &[String]) -> bool {
    let lower = |names: &[String]| names.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>();
    same_set(&lower(a), &lower(b))
}

#[cfg(test)]
mod tests {
    use super::{listed, words};

    #[test]
    fn list_ends_after_its_names() {
        let of = |text: &str| listed(&words(text));
        assert_eq!(of("p.id, p.\"Name\" ORDER BY 1"), ["id", "Name"]);
        assert_eq!(of("id) DO NOTHING"), ["id"]);
        assert_eq!(of("(a), b HAVING x"), ["a"]);
        assert_eq!(of("lower(id)"), ["lower"]);
    }
}
