//! The outcome: text to send, which values to bind in which order, and what to check about them.

use crate::{
    catalogue::TenantType,
    dialect::{Engine, Placeholders},
    rewrite::{Bound, Outcome},
    text::Values,
};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatementKind {
    /// SELECT, VALUES.
    Select,
    /// INSERT, also as an upsert.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

impl StatementKind {
    /// The keyword that begins such a statement.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// One value to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// The caller's value of this index, from 0.
    Value(usize),
    /// The tenant, as this type.
    Tenant(TenantType),
    /// The tenant of this index in a set, from 0, as this type.
    TenantAt(usize, TenantType),
}

impl From<Bound> for Argument {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Caller(index) => Self::Value(index),
            Bound::Tenant(ty) => Self::Tenant(ty),
            Bound::TenantAt(index, ty) => Self::TenantAt(index, ty),
        }
    }
}

/// How the values to bind stand to the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueOrder {
    /// All of the caller's as they are, then the tenants.
    CallersFirst,
    /// All of the caller's in their order, with tenants before or between them.
    Interleaved,
    /// The caller's in their order, without some of them.
    Ascending,
    /// The caller's in another order, each at most once.
    Any,
    /// One of the caller's more than once.
    Repeated,
}

impl ValueOrder {
    fn of(arguments: &[Argument], values: usize) -> Self {
        let callers = arguments.iter().filter_map(|argument| match argument {
            Argument::Value(index) => Some(*index),
            Argument::Tenant(_) | Argument::TenantAt(_, _) => None,
        });
        let mut seen = vec![false; values];
        if callers.clone().any(|index| seen.get_mut(index).is_some_and(|seen| std::mem::replace(seen, true)))
        {
            return Self::Repeated;
        }
        let as_given = arguments.iter().take(values).enumerate();
        if arguments.len() >= values
            && as_given.clone().all(|(index, argument)| *argument == Argument::Value(index))
        {
            return Self::CallersFirst;
        }
        match (callers.clone().is_sorted(), callers.count() == values) {
            (true, true) => Self::Interleaved,
            (true, false) => Self::Ascending,
            (false, _) => Self::Any,
        }
    }
}

/// A literal that a statement writes to a tenant column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A number, as written.
    Number(String),
    /// A text, without its quotes.
    Text(String),
    /// NULL.
    Null,
}

/// What a statement writes to a tenant column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The caller's value of this index, from 0.
    Value(usize),
    /// A literal of the text.
    Literal(Literal),
}

/// What kind of write a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantCheckKind {
    /// A row to insert: the tenant, or NULL, which becomes the tenant.
    Insert,
    /// A row to insert for one tenant of a set.
    InsertForOne,
    /// An assignment: the tenant only.
    Update,
}

/// A value that must be the tenant each time the plan runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCheck {
    /// The table that is written, with its schema.
    pub table: Arc<str>,
    /// What is written.
    pub found: Found,
    /// By what kind of write.
    pub kind: TenantCheckKind,
}

/// A scoped statement, good for every tenant.
///
/// ```
/// use sea_orm_multitenant_sql::{
///     Argument, Catalogue, Engine, Found, StatementKind, Table, TenantCheckKind, TenantType, plan,
/// };
///
/// let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
/// let plan = plan(&catalogue, Engine::MySql, "INSERT INTO p (x, t) VALUES (?, ?)")?;
/// assert_eq!(plan.kind(), StatementKind::Insert);
/// assert_eq!(plan.tables(), ["p"]);
/// assert_eq!((plan.values(), plan.arguments()), (2, [Argument::Value(0), Argument::Tenant(TenantType::Int)].as_slice()));
/// // The caller's second value is not sent: it must be the tenant, or NULL, and the scope's own is sent instead.
/// assert_eq!(plan.checks()[0].found, Found::Value(1));
/// assert_eq!(plan.checks()[0].kind, TenantCheckKind::Insert);
/// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    sql: String,
    arguments: Vec<Argument>,
    values: usize,
    order: ValueOrder,
    checks: Vec<TenantCheck>,
    repeated: Vec<usize>,
    kind: StatementKind,
    tables: Arc<[String]>,
}

impl Plan {
    /// The text to send.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values to bind, in order.
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// How the values to bind stand to the caller's.
    pub fn order(&self) -> ValueOrder {
        self.order
    }

    /// How many values the caller must bring.
    pub fn values(&self) -> usize {
        self.values
    }

    /// What must hold about the caller's values.
    pub fn checks(&self) -> &[TenantCheck] {
        &self.checks
    }

    /// The caller's values, by index from 0, whose conditions were left out. If one of them is not the tenant, this plan is not
    /// for these values; see [`plan_without_repeats`](crate::plan_without_repeats).
    pub fn repeated(&self) -> &[usize] {
        &self.repeated
    }

    /// What the statement does.
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// The tables of the catalogue that the statement names, sorted, with their schemas.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// Makes a plan of what was compiled.
    pub(crate) fn new(engine: Engine, compiled: Compiled) -> Self {
        let Compiled { text, places, values, outcome } = compiled;
        let (sql, arguments) = finish(engine, &text, &places, values);
        let order = ValueOrder::of(&arguments, values.count);
        Self::of_parts(sql, arguments, values.count, order, outcome)
    }

    /// Makes a plan of its parts.
    pub(crate) fn of_parts(
        sql: String,
        arguments: Vec<Argument>,
        values: usize,
        order: ValueOrder,
        Outcome { kind, tables, checks, repeated }: Outcome,
    ) -> Self {
        Self { sql, arguments, values, order, checks, repeated, kind, tables }
    }
}

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
fn finish(engine: Engine, rendered: &str, places: &[Place], values: Values) -> (String, Vec<Argument>) {
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
