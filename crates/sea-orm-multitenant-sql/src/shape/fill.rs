//! A scoped statement for every length of the lists of one shape.

use crate::{
    catalogue::tables::Catalogue,
    compile::{assembled, compile_on_stack},
    engine::{Engine, Placeholders},
    outcome::{Found, Outcome, TenantCheck},
    placeholder::{Argument, Bound},
    scoped_statement::{ScopedStatement, ValueOrder},
    shape::{
        places::{self, Element, Slot, counts, elements, slots},
        reader::Shape,
    },
    whom::Whom,
    write::places::Compiled,
};

/// The scoped statement of a shape: the scoped text, in which each list has one item, and what repeats for every other.
///
/// It is made of the scoped statement for lists of two items, and used if it foretells the scoped statement for longer
/// ones byte by byte: the text, what is bound, what is checked.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Shape, ScopedShape, Table, TenantType, Whom, scope_statement};
///
/// let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
/// let sql = "DELETE FROM p WHERE x IN (?, ?, ?)";
/// let shape = Shape::of(Engine::Sqlite, sql).expect("a list");
/// let every_length = ScopedShape::new(&catalogue, Engine::Sqlite, Whom::OneWithRepeats, &shape).expect("one text");
/// let scoped = scope_statement(&catalogue, Engine::Sqlite, sql)?;
/// assert_eq!(every_length.fill(shape.lengths()), Some(scoped));
/// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
/// ```
#[derive(Debug, Clone)]
pub struct ScopedShape {
    placeholders: Placeholders,
    elements: Vec<Element>,
    parts: Vec<Part>,
    outcome: Outcome,
    checks: Vec<Check>,
    repeated: Vec<Slot>,
    /// Which columns of each element the text binds.
    used: Vec<Vec<bool>>,
    order: ValueOrder,
}

/// A part of the scoped text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Slot),
    Tenant(Argument),
    /// A list: the parts of one item and what is between it and the next, of which the last item has so many.
    List {
        element: usize,
        item: Vec<Part>,
        last: usize,
    },
}

impl Part {
    /// Writes a part that is no list, with `?` for a place.
    fn write_bare(&self, sql: &mut String) {
        match self {
            Self::Text(text) => sql.push_str(text),
            Self::Value(_) | Self::Tenant(_) => sql.push('?'),
            Self::List { .. } => {}
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => size_of::<Self>() + text.len(),
            Self::Value(_) | Self::Tenant(_) => size_of::<Self>(),
            Self::List { element: _, item, last: _ } => {
                size_of::<Self>() + item.iter().map(Self::bytes).sum::<usize>()
            }
        }
    }
}

/// A check, of each item of a list if it is about one.
#[derive(Debug, Clone)]
struct Check {
    check: TenantCheck,
    slot: Option<Slot>,
}

impl ScopedShape {
    /// The scoped statement of a shape, as [`scope_statement_for`](crate::scope_statement_for) scopes the texts of that
    /// shape; none when a list's length makes a difference beside how often an item repeats, or the statement is
    /// refused, which it then is by itself.
    pub fn new(catalogue: &Catalogue, engine: Engine, whom: Whom, shape: &Shape) -> Option<Self> {
        let compile = |lengths: &[usize]| {
            let text = places::text(engine, shape.text(), lengths);
            compile_on_stack(catalogue, engine, &text, whom).ok()
        };
        let two = vec![2; shape.lengths().len()];
        let scoped = Self::of_two(engine, elements(shape.text()), &two, compile(&two)?)?;
        let lengths: Vec<_> = (0..shape.lengths().len()).map(|list| list % 3 + 3).collect();
        let longer = assembled(engine, compile(&lengths)?);
        if scoped.fill(&lengths)? == longer { Some(scoped) } else { None }
    }

    /// What a scoped statement for lists of two items says about lists of any length.
    fn of_two(engine: Engine, elements: Vec<Element>, two: &[usize], compiled: Compiled) -> Option<Self> {
        let slots = slots(&elements, &counts(&elements, two)?);
        let parts = parts(&compiled, &slots)?;
        let used = used(&elements, &parts);
        let lists = elements.iter().enumerate().filter(|(_, element)| **element != Element::One);
        let parts =
            lists.map(|(index, _)| index).try_fold(parts, |parts, element| fold_list(&parts, element))?;
        let checks = compiled.outcome.checks.iter().map(|check| {
            let slot = match check.found {
                Found::Value(index) => Some(*slots.get(index)?),
                Found::Literal(_) => None,
            };
            Some(Check { check: check.clone(), slot })
        });
        let mut checks = checks.collect::<Option<Vec<_>>>()?;
        checks.retain(|check| check.slot.is_none_or(|slot| slot.item == 0));
        let repeated = compiled.outcome.repeated.iter().map(|index| slots.get(*index).copied());
        let repeated = repeated.collect::<Option<Vec<_>>>()?;
        let Outcome { kind, tables, checks: _, repeated: _, locks_rows } = &compiled.outcome;
        let outcome = Outcome {
            kind: *kind,
            tables: tables.clone(),
            checks: Vec::new(),
            repeated: Vec::new(),
            locks_rows: *locks_rows,
        };
        let order = assembled(engine, compiled).order();
        Some(Self {
            placeholders: engine.placeholders(),
            elements,
            parts,
            outcome,
            checks,
            repeated,
            used,
            order,
        })
    }

    /// The scoped statement for lists of these lengths; none when there are other numbers of lists than lengths.
    pub fn fill(&self, lengths: &[usize]) -> Option<ScopedStatement> {
        let counts = counts(&self.elements, lengths)?;
        let first = first_values(&self.elements, &counts);
        let values = *first.last()?;
        let checks = self.fill_checks(&counts, &first);
        let repeated = self.repeated.iter().map(|slot| self.value(&first, *slot, 0)).collect();
        let outcome = Outcome { checks, repeated, ..self.outcome.clone() };
        let filler = Filler { scoped: self, counts: &counts, first: &first };
        let (sql, arguments) = match self.placeholders {
            Placeholders::Dollar => filler.numbered(),
            Placeholders::Question | Placeholders::Positional => filler.bare(values),
        };
        Some(ScopedStatement::of_parts(sql, arguments, values, self.order, outcome))
    }

    /// Bytes of text in it.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(Part::bytes).sum()
    }

    fn fill_checks(&self, counts: &[usize], first: &[usize]) -> Vec<TenantCheck> {
        let mut filled = Vec::new();
        // The checks of one list stand together, those of each item before those of the next.
        let groups = self.checks.chunk_by(|one, other| {
            matches!((one.slot, other.slot), (Some(one), Some(other)) if one.element == other.element)
        });
        for group in groups {
            let items = group[0].slot.map_or(1, |slot| counts[slot.element]);
            for item in 0..items {
                filled.extend(group.iter().map(|Check { check, slot }| {
                    let found = match slot {
                        Some(slot) => Found::Value(self.value(first, *slot, item)),
                        None => check.found.clone(),
                    };
                    TenantCheck { found, ..check.clone() }
                }));
            }
        }
        filled
    }

    /// The index of a value, from 0, in this item of its list.
    fn value(&self, first: &[usize], slot: Slot, item: usize) -> usize {
        first[slot.element] + item * self.elements[slot.element].width() + slot.column
    }
}

/// The index of the first value of each element, and of the one after the last.
fn first_values(elements: &[Element], counts: &[usize]) -> Vec<usize> {
    let mut first = Vec::with_capacity(elements.len() + 1);
    let mut next = 0;
    for (element, count) in elements.iter().zip(counts) {
        first.push(next);
        next += count * element.width();
    }
    first.push(next);
    first
}

/// The parts of a text whose lists have two items each.
fn parts(compiled: &Compiled, slots: &[Slot]) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut copied = 0;
    for place in &compiled.places {
        parts.push(Part::Text(compiled.text[copied..place.start].to_owned()));
        parts.push(match place.bound {
            Bound::Caller(index) => Part::Value(*slots.get(index)?),
            tenant @ (Bound::Tenant(_) | Bound::TenantAt(_, _)) => Part::Tenant(tenant.into()),
        });
        copied = place.end;
    }
    parts.push(Part::Text(compiled.text[copied..].to_owned()));
    Some(parts)
}

/// Which columns of each element are bound anywhere.
fn used(elements: &[Element], parts: &[Part]) -> Vec<Vec<bool>> {
    let mut used: Vec<_> = elements.iter().map(|element| vec![false; element.width()]).collect();
    for part in parts {
        if let Part::Value(slot) = part {
            used[slot.element][slot.column] = true;
        }
    }
    used
}

/// Puts one part in place of the two items of a list, if they stand side by side and differ in nothing else.
fn fold_list(parts: &[Part], element: usize) -> Option<Vec<Part>> {
    let item_of = |part: &Part| match part {
        Part::Value(slot) if slot.element == element => Some(slot.item),
        Part::Value(_) | Part::Text(_) | Part::Tenant(_) | Part::List { .. } => None,
    };
    let first = parts.iter().position(|part| item_of(part) == Some(0))?;
    let second = parts.iter().position(|part| item_of(part) == Some(1))?;
    let end = parts.iter().rposition(|part| item_of(part).is_some())? + 1;
    let item = parts.get(first..second)?;
    let is_own = |part: &Part| match part {
        Part::Value(slot) => slot.element == element && slot.item == 0,
        Part::Text(_) | Part::Tenant(_) => true,
        Part::List { .. } => false,
    };
    let of_first = |part: &Part| match part {
        Part::Value(slot) => Part::Value(Slot { item: 0, ..*slot }),
        part => part.clone(),
    };
    let again: Vec<_> = parts[second..end].iter().map(of_first).collect();
    if !item.iter().all(is_own)
        || parts[second..end].iter().any(|part| item_of(part) == Some(0))
        || !item.starts_with(&again)
    {
        return None;
    }
    let list = Part::List { element, item: item.to_vec(), last: end - second };
    let mut folded = parts[..first].to_vec();
    folded.push(list);
    folded.extend_from_slice(&parts[end..]);
    Some(folded)
}

/// Writes the text of a scoped statement, and lists what is bound.
struct Filler<'a> {
    scoped: &'a ScopedShape,
    counts: &'a [usize],
    first: &'a [usize],
}

impl Filler<'_> {
    /// `?` for each place, bound in the order of the places.
    fn bare(&self, values: usize) -> (String, Vec<Argument>) {
        let mut sql = String::with_capacity(self.bytes_of_bare());
        let mut arguments = Vec::with_capacity(values);
        for part in &self.scoped.parts {
            let Part::List { element, item, last } = part else {
                part.write_bare(&mut sql);
                arguments.extend(self.argument(part, 0));
                continue;
            };
            let count = self.counts[*element];
            let mut text = String::new();
            item.iter().for_each(|part| part.write_bare(&mut text));
            (1..count).for_each(|_| sql.push_str(&text));
            item[..*last].iter().for_each(|part| part.write_bare(&mut sql));
            for index in 0..count {
                let parts = if index + 1 == count { &item[..*last] } else { item.as_slice() };
                arguments.extend(parts.iter().filter_map(|part| self.argument(part, index)));
            }
        }
        (sql, arguments)
    }

    /// Bytes of the text with bare places.
    fn bytes_of_bare(&self) -> usize {
        let bytes = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Value(_) | Part::Tenant(_) => 1,
            Part::List { .. } => 0,
        };
        let bytes_in_all = self.scoped.parts.iter().map(|part| match part {
            Part::List { element, item, last: _ } => {
                self.counts[*element] * item.iter().map(bytes).sum::<usize>()
            }
            part => bytes(part),
        });
        bytes_in_all.sum()
    }

    /// What is bound at a part.
    fn argument(&self, part: &Part, item: usize) -> Option<Argument> {
        match part {
            Part::Value(slot) => Some(Argument::Value(self.scoped.value(self.first, *slot, item))),
            Part::Tenant(tenant) => Some(*tenant),
            Part::Text(_) | Part::List { .. } => None,
        }
    }

    /// `$1`, `$2`: the caller's values that are bound, in their order, then the tenants as they come.
    fn numbered(&self) -> (String, Vec<Argument>) {
        let (numbers, mut arguments) = self.callers();
        let callers = arguments.len();
        let mut sql = String::with_capacity(self.bytes_of_bare() + callers * 4);
        let mut digits = itoa::Buffer::new();
        let mut write = |part: &Part, item: usize| {
            let number = match part {
                Part::Text(text) => return sql.push_str(text),
                Part::Value(slot) => {
                    let Numbers { first, of_columns, used } = &numbers[slot.element];
                    first + item * used + of_columns[slot.column].unwrap_or_default()
                }
                Part::Tenant(tenant) => {
                    let known = arguments[callers..].iter().position(|argument| argument == tenant);
                    let index = known.unwrap_or_else(|| {
                        arguments.push(*tenant);
                        arguments.len() - 1 - callers
                    });
                    callers + index + 1
                }
                Part::List { .. } => return,
            };
            sql.push('$');
            sql.push_str(digits.format(number));
        };
        for part in &self.scoped.parts {
            let Part::List { element, item, last } = part else {
                write(part, 0);
                continue;
            };
            let count = self.counts[*element];
            for index in 0..count {
                let parts = if index + 1 == count { &item[..*last] } else { item.as_slice() };
                parts.iter().for_each(|part| write(part, index));
            }
        }
        (sql, arguments)
    }

    /// The numbers of the caller's values that are bound, and these values in order.
    fn callers(&self) -> (Vec<Numbers>, Vec<Argument>) {
        let mut numbers = Vec::with_capacity(self.scoped.elements.len());
        let mut arguments = Vec::new();
        for (element, used) in self.scoped.used.iter().enumerate() {
            let bound = (0..used.len()).filter(|column| used[*column]);
            let mut of_columns = vec![None; used.len()];
            bound.clone().enumerate().for_each(|(rank, column)| of_columns[column] = Some(rank));
            let count = bound.clone().count();
            numbers.push(Numbers { first: arguments.len() + 1, of_columns, used: count });
            for item in 0..self.counts[element] {
                let begin = self.first[element] + item * used.len();
                arguments.extend(bound.clone().map(|column| Argument::Value(begin + column)));
            }
        }
        (numbers, arguments)
    }
}

/// The numbers of the values of an element.
struct Numbers {
    /// That of the first which is bound.
    first: usize,
    /// How much higher each column's is; none where it is not bound.
    of_columns: Vec<Option<usize>>,
    /// How many columns are bound.
    used: usize,
}
