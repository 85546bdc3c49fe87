//! The engine's dump of a schema, with the tenant column removed from keys, and without the names of keys.

use super::Case;
use crate::harness::{Backend, TestDb};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

/// Drops all objects.
pub(super) async fn clear(db: &TestDb) {
    let name = &db.name;
    if db.backend == Backend::Postgres {
        db.run(&format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await;
        db.run(&format!("CREATE SCHEMA {name}")).await;
    } else {
        db.run(&format!("DROP DATABASE {name}")).await;
        db.run(&format!("CREATE DATABASE {name}")).await;
        db.run(&format!("USE {name}")).await;
    }
}

/// The statements and lines of the dump.
pub(super) async fn of(db: &TestDb, case: &Case) -> BTreeSet<String> {
    if db.backend == Backend::Postgres { of_postgres(db, case) } else { of_mariadb(db, case) }
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{command:?} cannot be executed; install the client programs of the engine: {error}")
    });
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a dump is text")
}

fn of_postgres(db: &TestDb, case: &Case) -> BTreeSet<String> {
    let server = std::env::var("SEA_ORM_MULTITENANT_POSTGRES_URL").expect("the test has a server");
    let mut command = Command::new("pg_dump");
    command.args(["--schema-only", "--dbname", &server, "--schema", &db.name]);
    let text = output(&mut command);
    let text = text.replace(&format!("{}.", db.name), "");
    let lines = text.lines().filter(|line| !line.starts_with("--") && !line.starts_with('\\'));
    let text = lines.collect::<Vec<_>>().join("\n");
    let statements: Vec<_> = text.split(";\n").map(str::trim).filter(|sql| !sql.is_empty()).collect();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for sql in &statements {
        if let Some((name, key)) = key_of(sql) {
            names.insert(name, format!("<{}>", plain(&key)));
        }
    }
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut found = BTreeSet::new();
    for sql in statements {
        if sql.starts_with("CREATE TABLE ") {
            found.extend(columns(sql, case));
        } else {
            let named = names.iter().find(|(name, _)| holds(sql, name));
            let sql = named.map_or_else(|| sql.to_owned(), |(name, key)| sql.replace(name.as_str(), key));
            found.insert(plain(&sql.replace(" ONLY ", " ")));
        }
    }
    found
}

/// Whether the statement contains the name as a whole word.
fn holds(sql: &str, name: &str) -> bool {
    sql.match_indices(name).any(|(at, _)| {
        let is_end = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_');
        is_end(sql[..at].chars().next_back()) && is_end(sql[at + name.len()..].chars().next())
    })
}

/// The name of the key that a statement creates, and the rest of the statement.
fn key_of(sql: &str) -> Option<(String, String)> {
    let (table, rest) = match sql.split_once("ADD CONSTRAINT ") {
        Some((table, rest)) if sql.starts_with("ALTER TABLE") => (table, rest),
        _ => ("", sql.strip_prefix("CREATE UNIQUE INDEX ").or_else(|| sql.strip_prefix("CREATE INDEX "))?),
    };
    let end = match rest.strip_prefix('"') {
        Some(quoted) => quoted.find('"')? + 2,
        None => rest.find(' ')?,
    };
    Some((rest[..end].to_owned(), format!("{}{}", table.trim(), &rest[end..])))
}

/// Removes the tenant column from lists, and the columns of SET NULL.
fn plain(sql: &str) -> String {
    let quoted =
        |sql: &str, name: &str| sql.replace(&format!("{name}, "), "").replace(&format!(", {name}"), "");
    let mut text = quoted(sql, "account_id");
    text = quoted(&text.replace(" MATCH FULL", ""), "`account_id`");
    text = text.replace("`account_id`,", "").replace(",`account_id`", "");
    for words in ["SET NULL (", "SET DEFAULT ("] {
        while let Some(at) = text.find(words) {
            let end = text[at..].find(')').map_or(text.len(), |end| at + end + 1);
            text.replace_range(at + words.len() - 2..end, "");
        }
    }
    text
}

/// The columns and checks of CREATE TABLE, without an added tenant column, and without the tenant column's NOT NULL.
fn columns(sql: &str, case: &Case) -> Vec<String> {
    let (head, body) = sql.split_once("(\n").unwrap_or((sql, ""));
    let bare = |name: &str| head.contains(&format!("TABLE {name} ")) || head.contains(&format!("\"{name}\""));
    let has_tenant = case.tables.iter().find(|table| bare(&table.name)).is_none_or(|table| table.has_tenant);
    let lines = body.lines().map(|line| line.trim().trim_end_matches(','));
    let lines = lines.filter(|line| has_tenant || !line.starts_with("account_id ")).map(|line| {
        let line =
            if line.starts_with("account_id ") { line.replace(" NOT NULL", "") } else { line.to_owned() };
        format!("{head}: {line}")
    });
    lines.collect()
}

fn of_mariadb(db: &TestDb, case: &Case) -> BTreeSet<String> {
    let server = std::env::var("SEA_ORM_MULTITENANT_MARIADB_URL").expect("the test has a server");
    let (user, host) =
        server.trim_start_matches("mysql://").rsplit_once('@').expect("the address names a user");
    let (user, password) = user.split_once(':').expect("the address has a password");
    let (host, port) =
        host.split_once('/').expect("the address names a database").0.split_once(':').expect("a port");
    let mut command = Command::new("mariadb-dump");
    command.args([
        "--no-data",
        "--skip-comments",
        "--triggers",
        "-h",
        host,
        "-P",
        port,
        "-u",
        user,
        &db.name,
    ]);
    command.env("MYSQL_PWD", password);
    let text = output(&mut command);
    let mut found = BTreeSet::new();
    let mut table = String::new();
    let mut served = BTreeSet::new();
    for line in text.lines().map(|line| line.trim().trim_end_matches(',')) {
        if let Some(name) = line.strip_prefix("CREATE TABLE `") {
            table = name.split('`').next().unwrap_or_default().to_owned();
        }
        let has_tenant =
            case.tables.iter().find(|each| each.name == table).is_none_or(|each| each.has_tenant);
        if line.starts_with("`account_id` ") && !has_tenant || line.starts_with("/*!") {
            continue;
        }
        let line = if line.starts_with("`account_id` ") {
            line.replace(" NOT NULL", "").replace(" DEFAULT NULL", "")
        } else {
            plain(&unnamed(line))
        };
        if let Some((columns, _)) = line.strip_prefix("FOREIGN KEY (").and_then(|rest| rest.split_once(')')) {
            served.insert(format!("{table}: KEY ({})", columns.replace(", ", ",")));
        }
        // The engine shows it with delay: a statement that was rolled back may have used the number.
        let words = line.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT="));
        found.insert(format!("{table}: {}", words.collect::<Vec<_>>().join(" ")));
    }
    // The engine creates and drops such indexes itself.
    found.difference(&served).cloned().collect()
}

/// A line of a key without its name, and without default actions.
fn unnamed(line: &str) -> String {
    let end = |rest: &str| rest.find("` ").map(|at| at + 2);
    for word in ["UNIQUE KEY `", "FULLTEXT KEY `", "KEY `"] {
        if let Some(rest) = line.strip_prefix(word)
            && let Some(end) = end(rest)
        {
            return format!("{}{}", word.trim_end_matches('`'), &rest[end..]);
        }
    }
    if let Some(rest) = line.strip_prefix("CONSTRAINT `")
        && let Some(end) = end(rest)
        && rest[end..].starts_with("FOREIGN KEY")
    {
        let defaults =
            [" ON DELETE NO ACTION", " ON DELETE RESTRICT", " ON UPDATE NO ACTION", " ON UPDATE RESTRICT"];
        return defaults.iter().fold(rest[end..].to_owned(), |text, default| text.replace(default, ""));
    }
    line.to_owned()
}

/// Whether a new line is a key for foreign keys with the tenant column, or for generated ids on MariaDB.
pub(super) fn is_planned(line: &str, all: &BTreeSet<String>) -> bool {
    let Some(columns) = line.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')) else {
        return false;
    };
    let wanted = line.contains("UNIQUE") || line.ends_with("KEY (`id`)");
    wanted
        && all.iter().any(|other| {
            other.contains("REFERENCES") && other.contains(&format!("({columns})"))
                || other.contains("AUTO_INCREMENT")
        })
}
