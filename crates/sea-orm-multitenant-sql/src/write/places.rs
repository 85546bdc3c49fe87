//! The places of values in the text that is sent.

use crate::{
    engine::{Engine, Placeholders},
    outcome::Outcome,
    placeholder::{Argument, Bound, Values},
};
use std::collections::{BTreeMap, btree_map::Entry};

/// A statement that was rewritten, rendered and checked, whose placeholders are not yet numbered anew.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
    pub(crate) values: Values,
    pub(crate) outcome: Outcome,
}

/// A placeholder in a rendered text.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) bound: Bound,
}

/// The number that each value has in the final text, from 1, and the values in that order.
///
/// The caller's keep their numbers unless one was dropped; the tenant comes after them.
struct Numbering {
    callers: Vec<usize>,
    tenants: BTreeMap<Bound, usize>,
    arguments: Vec<Argument>,
}

impl Numbering {
    fn new(places: &[Place], values: usize) -> Self {
        let mut used = vec![false; values];
        for place in places {
            if let Bound::Caller(index) = place.bound
                && let Some(used) = used.get_mut(index)
            {
                *used = true;
            }
        }
        let mut numbering =
            Self { callers: vec![0; values], tenants: BTreeMap::new(), arguments: Vec::new() };
        for index in (0..values).filter(|index| used[*index]) {
            numbering.arguments.push(Argument::Value(index));
            numbering.callers[index] = numbering.arguments.len();
        }
        for place in places {
            if !matches!(place.bound, Bound::Caller(_))
                && let Entry::Vacant(vacant) = numbering.tenants.entry(place.bound)
            {
                numbering.arguments.push(place.bound.into());
                vacant.insert(numbering.arguments.len());
            }
        }
        numbering
    }

    fn of(&self, bound: Bound) -> usize {
        match bound {
            Bound::Caller(index) => self.callers[index],
            Bound::Tenant(_) | Bound::TenantAt(_, _) => self.tenants[&bound],
        }
    }
}

/// Writes each placeholder as the engine wants it, and says what to bind.
pub(crate) fn finish(
    engine: Engine,
    rendered: &str,
    places: &[Place],
    values: Values,
) -> (String, Vec<Argument>) {
    let sign = match engine.placeholders() {
        Placeholders::Dollar => '$',
        Placeholders::Question if values.numbered => '?',
        // SQLite looks the name of a numbered place up in a list, for each place anew, so bare places stay bare.
        Placeholders::Question | Placeholders::Positional => {
            let arguments = places.iter().map(|place| place.bound.into()).collect();
            return (splice(rendered, places, |_, sql| sql.push('?')), arguments);
        }
    };
    let numbering = Numbering::new(places, values.count);
    let sql = splice(rendered, places, |bound, sql| {
        sql.push(sign);
        sql.push_str(&numbering.of(bound).to_string());
    });
    (sql, numbering.arguments)
}

/// Copies a text with every placeholder written anew.
fn splice(rendered: &str, places: &[Place], write: impl Fn(Bound, &mut String)) -> String {
    let mut sql = String::with_capacity(rendered.len());
    let mut copied = 0;
    for Place { start, end, bound } in places {
        sql.push_str(&rendered[copied..*start]);
        write(*bound, &mut sql);
        copied = *end;
    }
    sql.push_str(&rendered[copied..]);
    sql
}
