//! Every statement of the corpus before the judges.

use super::{THEMES, catalogue};
use sea_orm_multitenant_judges::{
    Court, Judged, Tally,
    sqlite::{Authorizer, bare_schema},
};
use sea_orm_multitenant_sql::{Engine, ScopedStatement, scope_statement};

/// Judges the corpus, and gives the counts.
fn judge(
    engine: Engine,
    court: &Court,
    judge: impl Fn(&str, &ScopedStatement) -> Result<Judged, String>,
) -> Tally {
    let catalogue = catalogue();
    let (mut tally, mut complaints) = (Tally::default(), Vec::new());
    for (theme, shapes) in THEMES {
        for shape in shapes() {
            let Some(text) = shape.text(engine) else { continue };
            let Ok(scoped) = scope_statement(&catalogue, engine, &text) else { continue };
            match judge(&text, &scoped) {
                Ok(judged) => tally.add(&judged),
                Err(complaint) => {
                    let name = shape.name();
                    complaints.push(format!("{theme}: {name}\n  {text}\n  {}\n  {complaint}", scoped.sql()));
                }
            }
        }
    }
    let found = complaints.join("\n");
    assert!(complaints.is_empty(), "{tally}; {} tables\n{found}", court.tables().len());
    tally
}

#[test]
fn postgres_reads_the_corpus_as_the_scope_does() {
    let court = Court::new(&catalogue());
    let tally = judge(Engine::Postgres, &court, |text, scoped| court.postgres(text, scoped));
    assert!(tally.compared >= 550 && tally.all() - tally.compared <= 5, "{tally}");
}

#[test]
fn sqlites_authorizer_names_what_the_scope_says() {
    let court = Court::new(&catalogue());
    let keys: [(&str, &[&str]); 11] = [
        ("project", &["account_id", "id"]),
        ("project", &["account_id", "name"]),
        ("task", &["account_id", "id"]),
        ("task", &["account_id", "name"]),
        ("tag", &["account_id", "id"]),
        ("tag", &["account_id", "name"]),
        ("task_tag", &["account_id", "task_id", "tag_id"]),
        ("account", &["id"]),
        ("country", &["code"]),
        ("visit", &["id"]),
        ("visit", &["path"]),
    ];
    let authorizer = Authorizer::new(&bare_schema(court.tables(), &keys)).expect("a schema");
    let tally = judge(Engine::Sqlite, &court, |text, scoped| court.sqlite(&authorizer, text, scoped));
    assert!(tally.compared >= 430 && tally.all() - tally.compared <= 30, "{tally}");
}
