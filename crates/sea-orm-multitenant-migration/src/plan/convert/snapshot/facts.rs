//! The attributes of a schema, and the differences of two schemas.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// An attribute of an object of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    /// The table, with its schema where statements must name it.
    pub(crate) table: String,
    /// The object: `column "name"`, `unique index (account_id, title)`. Keys are identified by their columns, because
    /// a conversion gives new keys new names.
    pub(crate) object: String,
    /// The attribute: `type`, `comment`.
    pub(crate) attribute: String,
}

/// When a snapshot is taken. Before a conversion the planned changes are applied to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
}

/// All attributes of a schema, with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    facts: BTreeMap<Fact, String>,
}

/// Joins the values of objects with the same text.
const BOTH: &str = " and ";

impl Snapshot {
    /// Adds an attribute. If two objects have the same text, both values are kept.
    pub(crate) fn insert(
        &mut self,
        table: impl Into<String>,
        object: impl Into<String>,
        attribute: impl Into<String>,
        value: impl Into<String>,
    ) {
        let fact = Fact { table: table.into(), object: object.into(), attribute: attribute.into() };
        let value = value.into();
        match self.facts.get_mut(&fact) {
            None => {
                self.facts.insert(fact, value);
            }
            Some(known) => {
                let mut all: BTreeSet<String> = known.split(BOTH).map(ToOwned::to_owned).collect();
                all.insert(value);
                *known = all.into_iter().collect::<Vec<_>>().join(BOTH);
            }
        }
    }

    /// Replaces the value of an attribute.
    pub(crate) fn set(&mut self, table: &str, object: &str, attribute: &str, value: &str) {
        let (table, object, attribute) = (table.to_owned(), object.to_owned(), attribute.to_owned());
        self.facts.insert(Fact { table, object, attribute }, value.to_owned());
    }

    fn has_object(&self, fact: &Fact) -> bool {
        let first = Fact { attribute: String::new(), ..fact.clone() };
        self.facts
            .range(first..)
            .next()
            .is_some_and(|(next, _)| next.table == fact.table && next.object == fact.object)
    }
}

/// A difference between the converted schema and the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// The object is missing.
    Lost { table: String, object: String },
    /// An attribute has another value.
    Changed { fact: Fact, before: String, after: String },
    /// An object that nobody planned.
    New { table: String, object: String },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { table, object } => write!(f, "`{table}`: {object} is gone"),
            Self::Changed { fact: Fact { table, object, attribute }, before, after } => {
                write!(f, "`{table}`: {attribute} of {object} was `{before}` and is `{after}`")
            }
            Self::New { table, object } => write!(f, "`{table}`: {object} is new, and not in the plan"),
        }
    }
}

/// The differences between the schema after a conversion and `before`, to which the planned changes are applied.
pub(crate) fn differences(before: &Snapshot, after: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    for (fact, value) in &before.facts {
        let (table, object) = (fact.table.clone(), fact.object.clone());
        match after.facts.get(fact) {
            Some(now) if now == value => {}
            now if now.is_some() || after.has_object(fact) => found.push(Difference::Changed {
                fact: fact.clone(),
                before: value.clone(),
                after: now.cloned().unwrap_or_default(),
            }),
            _ => found.push(Difference::Lost { table, object }),
        }
    }
    for (fact, value) in after.facts.iter().filter(|(fact, _)| !before.facts.contains_key(fact)) {
        found.push(if before.has_object(fact) {
            Difference::Changed { fact: fact.clone(), before: String::new(), after: value.clone() }
        } else {
            Difference::New { table: fact.table.clone(), object: fact.object.clone() }
        });
    }
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, differences};

    fn of(facts: &[(&str, &str, &str)]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (object, attribute, value) in facts {
            snapshot.insert("task", *object, *attribute, *value);
        }
        snapshot
    }

    fn shown(before: &[(&str, &str, &str)], after: &[(&str, &str, &str)]) -> Vec<String> {
        differences(&of(before), &of(after)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_difference_is_one_line() {
        let before = [
            ("column a", "type", "text"),
            ("column a", "comment", "its name"),
            ("index (a)", "method", "gin"),
        ];
        assert_eq!(shown(&before, &before), Vec::<String>::new());
        assert_eq!(
            shown(
                &before,
                &[("column a", "type", "text"), ("index (b)", "method", "gin"), ("index (b)", "comment", "")]
            ),
            [
                "`task`: comment of column a was `its name` and is ``",
                "`task`: index (a) is gone",
                "`task`: index (b) is new, and not in the plan",
            ]
        );
    }

    #[test]
    fn objects_with_the_same_text_keep_both_values() {
        let twice = [("index (a)", "comment", "x"), ("index (a)", "comment", "y")];
        assert_eq!(shown(&twice, &twice[..1]), ["`task`: comment of index (a) was `x and y` and is `x`"]);
        assert_eq!(shown(&twice, &[twice[1], twice[0], twice[1]]), Vec::<String>::new());
    }
}
