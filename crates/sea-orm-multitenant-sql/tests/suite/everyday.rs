//! What is taken of the statements that ordinary programs send (`tests/everyday`), and why the others are refused.

use super::ENGINES;
use sea_orm_multitenant_judges::{
    Court, Judged, Tally,
    everyday::{Everyday, catalogue, schema, statements},
    sqlite::Authorizer,
};
use sea_orm_multitenant_sql::{Argument, Engine, Refusal, ScopedStatement, scope_statement};
use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

/// The page of the guide that [`the_guide_says_what_is_taken`] writes.
const GUIDE: &str = "../../docs/evidence/everyday.md";

/// How many of a thousand statements must be taken on each engine.
const TAKEN_OF_A_THOUSAND: usize = 950;

const INTRODUCTION: &str = "# Everyday statements

What a scope takes of the statements in [`tests/everyday`](../../tests/everyday), which are what ordinary programs send:
reports, upserts, JSON, arrays, windows, dates, search, queues, pages. Each was written for its engine without regard to
what a scope takes, over the schema in `schema.sql` of the same folder, and each is prepared by the engine in the tests,
as it is scoped or, where a scope refuses it, as it stands.

A test writes this page: `INSTA_UPDATE=always cargo test -p sea-orm-multitenant-sql --test suite everyday`.
";

fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
        Engine::MySql => "MySQL and MariaDB",
    }
}

/// Each statement with what a scope makes of it.
fn scope(engine: Engine) -> Vec<(Everyday, Result<ScopedStatement, Refusal>)> {
    let catalogue = catalogue(engine);
    let scope = |statement: Everyday| {
        let scoped = scope_statement(&catalogue, engine, &statement.sql);
        (statement, scoped)
    };
    statements(engine).into_iter().map(scope).collect()
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for engine in ENGINES {
        let scope = scope(engine);
        let mut families: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (Everyday { family, sql: _ }, scoped) in &scope {
            let (all, taken) = families.entry(family).or_default();
            *all += 1;
            *taken += usize::from(scoped.is_ok());
        }
        let taken = scope.iter().filter(|(_, scoped)| scoped.is_ok()).count();
        let share = taken * 1_000 / scope.len();
        let _ = write!(
            page,
            "\n## {}\n\nTaken: {taken} of {}, {}.{} %.\n\n| statements | all | taken |\n| --- | --- | --- |\n",
            name(engine),
            scope.len(),
            share / 10,
            share % 10
        );
        for (family, (all, taken)) in families {
            let _ = writeln!(page, "| {} | {all} | {taken} |", family.replace('_', " "));
        }
        page.push_str("\nRefused:\n");
        for (Everyday { family: _, sql }, scoped) in &scope {
            if let Err(refusal) = scoped {
                let _ = write!(page, "\n```sql\n{sql}\n```\n\n> {refusal}\n");
            }
        }
    }
    page
}

#[test]
fn the_guide_says_what_is_taken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE);
    let page = page();
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "{GUIDE} is out of date: write it with INSTA_UPDATE=always and read the difference"
    );
}

#[test]
fn nearly_all_is_taken() {
    for engine in ENGINES {
        let scope = scope(engine);
        let taken = scope.iter().filter(|(_, scoped)| scoped.is_ok()).count();
        let share = taken * 1_000 / scope.len();
        assert!(share >= TAKEN_OF_A_THOUSAND, "{}: {taken} of {}", name(engine), scope.len());
    }
}

#[test]
fn what_goes_out_is_as_in_the_snapshots() {
    let mut settings = insta::Settings::new();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (engine, file) in ENGINES.into_iter().zip(["sqlite", "postgres", "mysql"]) {
        let mut text = String::new();
        for (Everyday { family: _, sql }, scoped) in scope(engine) {
            let Ok(scoped) = scoped else { continue };
            let _ = writeln!(text, "in:  {sql}\nout: {}", scoped.sql());
            let bound = scoped.arguments().iter().map(|argument| match argument {
                Argument::Value(index) => (index + 1).to_string(),
                _ => "tenant".to_owned(),
            });
            let _ = writeln!(text, "     binds {}", bound.collect::<Vec<_>>().join(", "));
            for check in scoped.checks() {
                let _ =
                    writeln!(text, "     demands that {:?} is the tenant, in {:?}", check.found, check.kind);
            }
        }
        settings.bind(|| insta::assert_snapshot!(format!("everyday.{file}"), text));
    }
}

/// Judges what is taken, and gives the counts.
fn judge(engine: Engine, judge: impl Fn(&Court, &str, &ScopedStatement) -> Result<Judged, String>) -> Tally {
    let court = Court::new(&catalogue(engine));
    let (mut tally, mut complaints) = (Tally::default(), Vec::new());
    for (Everyday { family: _, sql }, scoped) in scope(engine) {
        let Ok(scoped) = scoped else { continue };
        match judge(&court, &sql, &scoped) {
            Ok(judged) => tally.add(&judged),
            Err(complaint) => complaints.push(format!("{sql}\n  {}\n  {complaint}", scoped.sql())),
        }
    }
    assert!(complaints.is_empty(), "{tally}\n{}", complaints.join("\n"));
    tally
}

#[test]
fn postgres_reads_it_as_the_scope_does() {
    let tally = judge(Engine::Postgres, |court, sql, scoped| court.postgres(sql, scoped));
    assert!(tally.compared >= 300, "{tally}");
}

#[test]
fn sqlites_authorizer_names_what_the_scope_says() {
    let authorizer = Authorizer::new(&schema(Engine::Sqlite)).expect("a schema");
    let tally = judge(Engine::Sqlite, |court, sql, scoped| court.sqlite(&authorizer, sql, scoped));
    assert!(tally.compared >= 250, "{tally}");
}
