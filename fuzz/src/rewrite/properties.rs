//! What must hold of an accepted statement beside its fences.

use super::{
    Input, fences,
    joins::{Bound, callers, tenant},
    reread,
};
use sea_orm_multitenant_sql::{Argument, Engine, Found, ScopedShape, ScopedStatement, Shape};
use sqlparser::tokenizer::Token;
use std::collections::BTreeSet;

/// The same text gives the same scoped statement.
pub(super) fn same_again(input: Input<'_>, accepted: &ScopedStatement) -> Result<(), String> {
    let again = input.scope(input.sql);
    if again.as_ref() == Ok(accepted) { Ok(()) } else { Err(format!("the second time it was {again:?}")) }
}

/// The scoped statement of a text's shape, if it has one, is the scoped statement of the text; a text that is refused
/// has none.
pub(super) fn alike_by_shape(input: Input<'_>) -> Result<(), String> {
    let Some(shape) = Shape::of(input.engine, input.sql) else { return Ok(()) };
    let scoped = ScopedShape::new(input.tables.catalogue(), input.engine, input.whom(), &shape);
    let Some(filled) = scoped.and_then(|scoped| scoped.fill(shape.lengths())) else { return Ok(()) };
    let alone = input.scope(input.sql);
    if alone.as_ref() == Ok(&filled) {
        Ok(())
    } else {
        Err(format!("by its shape it was {filled:?}, not {alone:?}"))
    }
}

/// Each value of the caller's is bound, unless it is one that a check compares with the tenant and the scope replaces.
pub(super) fn values_are_counted(input: Input<'_>, accepted: &ScopedStatement) -> Result<(), String> {
    let given: BTreeSet<_> = callers_places(input.engine, input.sql)?.into_iter().collect();
    let bound: Vec<_> = accepted.arguments().iter().filter_map(|argument| callers(*argument)).collect();
    let most = given.last().map_or(0, |last| last + 1);
    if accepted.values() != most {
        return Err(format!("it takes {} values, not {most}", accepted.values()));
    }
    let distinct: BTreeSet<_> = bound.iter().copied().collect();
    if distinct.len() != bound.len() && !checks_parents(accepted) {
        return Err("a value is bound twice".to_owned());
    }
    let checked = |index: &usize| accepted.checks().iter().any(|check| check.found == Found::Value(*index));
    match given.difference(&distinct).find(|index| !checked(index)) {
        Some(index) => Err(format!("the value {index} is lost")),
        None if distinct.is_subset(&given) => Ok(()),
        None => Err("a value is bound that was not given".to_owned()),
    }
}

/// A scoped statement tells the tables that its statement names.
pub(super) fn tables_are_told(accepted: &ScopedStatement, met: &BTreeSet<String>) -> Result<(), String> {
    let mut told = accepted.tables().iter();
    if accepted.tables().iter().eq(met) || checks_parents(accepted) && told.all(|table| met.contains(table)) {
        Ok(())
    } else {
        Err(format!("it tells of {:?} and names {met:?}", accepted.tables()))
    }
}

/// The caller's values stand where they stood: with literals in their places, the order is the same.
pub(super) fn values_keep_their_places(input: Input<'_>, accepted: &ScopedStatement) -> Result<(), String> {
    let Input { engine, tables: _, set: _, sql } = input;
    let marked = |index: usize| format!("~{index}~");
    let mut met = Places::default();
    let mut with_literals = String::new();
    for each in reread::all_tokens(engine, sql)? {
        match &each.token {
            Token::Placeholder(text) => {
                let index = met.index(text)?;
                with_literals.push_str(&format!("'{}'", marked(index)));
            }
            other => with_literals.push_str(&other.to_string()),
        }
    }
    let Ok(other) = input.scope(&with_literals) else { return Ok(()) };
    // A literal needs no look at whether it is NULL.
    if checks_parents(accepted) {
        return Ok(());
    }
    let mut met = Places::default();
    let mut order = Vec::new();
    for each in reread::tokens(engine, accepted.sql())? {
        if let Token::Placeholder(text) = &each.token {
            let index = met.index(text)?;
            order.extend(accepted.arguments().get(index).and_then(|argument| callers(*argument)).map(marked));
        }
    }
    let of_other = reread::tokens(engine, other.sql())?.into_iter().filter_map(|each| match each.token {
        Token::SingleQuotedString(text) if text.starts_with('~') => Some(text),
        _ => None,
    });
    let of_other: Vec<_> = of_other.collect();
    if order == of_other || with_literals.matches('~').count() != 2 * callers_places(engine, sql)?.len() {
        Ok(())
    } else {
        Err(format!("values are bound as {order:?}, literals stand as {of_other:?} in {}", other.sql()))
    }
}

/// What was rewritten, rewritten again, has all of its first predicates, or is refused.
pub(super) fn rewritten_again(input: Input<'_>, accepted: &ScopedStatement) -> Result<(), String> {
    let Input { engine, tables, set, sql: _ } = input;
    let Ok(again) = input.scope(accepted.sql()) else { return Ok(()) };
    if again.values() != accepted.arguments().len() {
        return Err(format!("rewritten again it takes {} values: {}", again.values(), again.sql()));
    }
    let first = |argument: &Argument| {
        callers(*argument).and_then(|index| accepted.arguments().get(index)).copied().and_then(tenant)
    };
    // The checks of foreign keys are made anew, about the new tenant.
    let any = |argument: &Argument| first(argument).or(tenant(*argument));
    let held = |argument| if checks_parents(accepted) { any(argument) } else { first(argument) };
    let value = |argument: &Argument| {
        let given = callers(*argument).and_then(|index| accepted.arguments().get(index));
        given.copied().and_then(callers)
    };
    let bound = Bound {
        set,
        in_predicates: again.arguments().iter().map(held).collect(),
        in_rows: again.arguments().iter().map(any).collect(),
        values: again.arguments().iter().map(value).collect(),
    };
    let statement = reread::statement(engine, again.sql(), again.arguments().len())?;
    let checked = fences::check(engine, tables, &statement, &bound).map(|_| ());
    checked.map_err(|problem| format!("rewritten again: {problem}: {}", again.sql()))
}

/// Whether a statement checks foreign keys, which takes places of the checked values and tables of its own.
fn checks_parents(accepted: &ScopedStatement) -> bool {
    accepted.sql().contains("sea_orm_multitenant: ")
}

/// The indices of the values in the order of their places.
fn callers_places(engine: Engine, sql: &str) -> Result<Vec<usize>, String> {
    let mut met = Places::default();
    let mut places = Vec::new();
    for each in reread::tokens(engine, sql)? {
        if let Token::Placeholder(text) = &each.token {
            places.push(met.index(text)?);
        }
    }
    Ok(places)
}

/// The places of values that were met.
#[derive(Default)]
struct Places {
    bare: usize,
    /// SQLite numbers names in the order in which they first occur (lang_expr.html, Parameters).
    names: Vec<String>,
}

impl Places {
    /// The index of the value of the next place.
    fn index(&mut self, text: &str) -> Result<usize, String> {
        if text == "?" {
            self.bare += 1;
            return Ok(self.bare - 1);
        }
        if let Some(index) = reread::number(text).and_then(|number| number.checked_sub(1)) {
            return Ok(index);
        }
        if !text.starts_with([':', '@', '$']) {
            return Err(format!("`{text}` is no place for a value"));
        }
        let known = self.names.iter().position(|name| name == text);
        Ok(known.unwrap_or_else(|| {
            self.names.push(text.to_owned());
            self.names.len() - 1
        }))
    }
}
