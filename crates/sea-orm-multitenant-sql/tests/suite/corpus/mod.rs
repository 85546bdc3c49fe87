//! A corpus of the shapes of statements that users of SeaORM and sea-query write, with the scoped text of each.
//!
//! Most are built with sea-query, so that the texts are what SeaORM sends. A theme has one snapshot an engine, in which
//! every shape stands with what comes in and what goes out, so that a change of a rule is seen in review.

mod calls;
mod conditions;
mod deletes;
mod expressions;
mod grouping;
mod inserts;
mod joins;
mod json;
mod judged;
mod loaders;
mod locks;
mod pages;
mod postgres;
mod raw;
mod refused;
mod select;
mod shape;
mod subqueries;
mod unions;
mod updates;
mod upserts;
mod windows;
mod with;

use crate::ENGINES;
use refused::REFUSED;
use sea_orm_multitenant_sql::{
    Argument, Catalogue, Engine, Found, ScopedShape, ScopedStatement, Table, TenantType, Whom,
    scope_statement,
};
use shape::Shape;
use std::collections::BTreeSet;

/// A theme, and what makes its shapes.
type Theme = (&'static str, fn() -> Vec<Shape>);

/// The themes.
const THEMES: [Theme; 20] = [
    ("calls", calls::shapes),
    ("conditions", conditions::shapes),
    ("deletes", deletes::shapes),
    ("expressions", expressions::shapes),
    ("grouping", grouping::shapes),
    ("inserts", inserts::shapes),
    ("joins", joins::shapes),
    ("json", json::shapes),
    ("loaders", loaders::shapes),
    ("locks", locks::shapes),
    ("pages", pages::shapes),
    ("postgres", postgres::shapes),
    ("raw", raw::shapes),
    ("select", select::shapes),
    ("subqueries", subqueries::shapes),
    ("unions", unions::shapes),
    ("updates", updates::shapes),
    ("upserts", upserts::shapes),
    ("windows", windows::shapes),
    ("with", with::shapes),
];

/// `project`, `task` and `tag` have keys of tenant and id, `task_tag` links the last two; `account` is the tenants' own
/// table, `country` is shared, and so is `visit`, which scopes may write.
fn catalogue() -> Catalogue {
    let tenant = |name: &str, columns: &[&str]| {
        Table::tenant(name, "account_id", TenantType::BigInt)
            .with_columns(["account_id"].into_iter().chain(columns.iter().copied()))
    };
    let named = |name: &str, columns: &[&str]| {
        tenant(name, columns).with_primary_key(["account_id", "id"]).with_unique_key(["account_id", "name"])
    };
    Catalogue::new([
        named(
            "project",
            &["id", "name", "note", "budget", "lead_id", "country_code", "created_at", "settings"],
        ),
        named("task", &["id", "project_id", "name", "points", "state", "due_on", "parent_id", "labels"]),
        named("tag", &["id", "name", "colour"]),
        tenant("task_tag", &["task_id", "tag_id"]).with_primary_key(["account_id", "task_id", "tag_id"]),
        Table::root("account", "id", TenantType::BigInt).with_columns(["id", "name"]),
        Table::shared("country", false).with_columns(["code", "name"]),
        Table::shared("visit", true).with_columns(["id", "path"]),
    ])
    .expect("the tables have no conflicts")
}

/// The name of an engine, in names of snapshots.
fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::MySql => "mysql",
    }
}

/// What goes out: the text, which values are bound, and what is checked of them.
fn shown(scoped: &ScopedStatement) -> String {
    let bound = scoped.arguments().iter().map(|argument| {
        if let Argument::Value(index) = argument { (index + 1).to_string() } else { "tenant".to_owned() }
    });
    let mut lines = vec![format!("out: {}", scoped.sql())];
    let bound = bound.collect::<Vec<_>>().join(", ");
    if !bound.is_empty() {
        lines.push(format!("     binds {bound}"));
    }
    lines.extend(scoped.checks().iter().map(|check| {
        let found = match &check.found {
            Found::Value(index) => format!("value {}", index + 1),
            Found::Literal(literal) => format!("{literal:?}"),
        };
        format!("     demands that {found} is the tenant, in {:?} of {}", check.kind, check.table)
    }));
    lines.join("\n")
}

#[test]
fn shapes_go_out_as_in_the_snapshots() {
    let catalogue = catalogue();
    let mut settings = insta::Settings::new();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (theme, shapes) in THEMES {
        for engine in ENGINES {
            let pairs = shapes().into_iter().filter_map(|shape| {
                let text = shape.text(engine)?;
                let out = match scope_statement(&catalogue, engine, &text) {
                    Ok(scoped) => shown(&scoped),
                    Err(refusal) => format!("refused: {refusal}"),
                };
                Some(format!("-- {}\nin:  {text}\n{out}\n", shape.name()))
            });
            let text = pairs.collect::<Vec<_>>().join("\n");
            if !text.is_empty() {
                settings.bind(|| insta::assert_snapshot!(format!("{theme}.{}", name(engine)), text));
            }
        }
    }
}

#[test]
fn only_the_listed_shapes_are_refused() {
    let catalogue = catalogue();
    let mut found = BTreeSet::new();
    for (theme, shapes) in THEMES {
        for (shape, engine) in shapes().iter().flat_map(|shape| ENGINES.map(|engine| (shape, engine))) {
            if shape.text(engine).is_some_and(|text| scope_statement(&catalogue, engine, &text).is_err()) {
                found.insert(format!("{theme}: {} on {}", shape.name(), name(engine)));
            }
        }
    }
    let listed: BTreeSet<_> = REFUSED
        .iter()
        .flat_map(|(shape, engines, _)| {
            engines.iter().map(move |engine| format!("{shape} on {}", name(*engine)))
        })
        .collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "refused and not listed: {new:#?}\nlisted and not refused: {gone:#?}"
    );
    assert!(REFUSED.iter().all(|(_, _, reason)| !reason.is_empty()));
}

#[test]
fn lists_get_the_scoped_statement_of_their_shape() {
    let catalogue = catalogue();
    let mut lists = 0;
    for (_, shapes) in THEMES {
        for (shape, engine) in shapes().iter().flat_map(|shape| ENGINES.map(|engine| (shape, engine))) {
            let Some(text) = shape.text(engine) else { continue };
            let Some(folded) = sea_orm_multitenant_sql::Shape::of(engine, &text) else { continue };
            let of_shape = ScopedShape::new(&catalogue, engine, Whom::OneWithRepeats, &folded);
            let of_shape = of_shape.and_then(|scoped| scoped.fill(folded.lengths()));
            assert_eq!(of_shape, scope_statement(&catalogue, engine, &text).ok(), "{}: {text}", shape.name());
            lists += usize::from(of_shape.is_some());
        }
    }
    assert!(lists >= 40, "{lists} lists");
}

#[test]
fn the_corpus_is_large_and_names_each_shape_once() {
    let mut names = BTreeSet::new();
    for (theme, shapes) in THEMES {
        for shape in shapes() {
            assert!(
                ENGINES.iter().any(|engine| shape.text(*engine).is_some()),
                "{} has no text",
                shape.name()
            );
            assert!(names.insert((theme, shape.name())), "{theme}: {} is there twice", shape.name());
        }
    }
    assert!(names.len() >= 400, "{} shapes", names.len());
}
