//! Every statement of the corpus before the judges.

use super::{THEMES, catalogue};
use sea_orm_multitenant_judges::{Court, Tally};
use sea_orm_multitenant_sql::{Engine, plan};

#[test]
fn postgres_reads_the_corpus_as_the_scope_does() {
    let catalogue = catalogue();
    let court = Court::new(&catalogue);
    let (mut tally, mut complaints) = (Tally::default(), Vec::new());
    for (theme, shapes) in THEMES {
        for shape in shapes() {
            let Some(text) = shape.text(Engine::Postgres) else { continue };
            let Ok(plan) = plan(&catalogue, Engine::Postgres, &text) else { continue };
            match court.postgres(&text, &plan) {
                Ok(judged) => tally.add(&judged),
                Err(complaint) => {
                    complaints.push(format!(
                        "{theme}: {}\n  {text}\n  {}\n  {complaint}",
                        shape.name(),
                        plan.sql()
                    ));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{tally}\n{}\n{}", complaints.len(), complaints.join("\n"));
    assert!(tally.compared >= 350 && tally.all() - tally.compared < 20, "{tally}");
}
