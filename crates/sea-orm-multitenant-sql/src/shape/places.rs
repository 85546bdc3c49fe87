//! Which of a caller's values is which: by its place in the shape instead of its number.

use crate::{
    engine::{Engine, Placeholders},
    shape::reader::{CLOSE, OPEN, PLACE},
};

/// What brings values, in the order of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// A placeholder outside the lists.
    One,
    /// A list whose items have so many placeholders.
    List(usize),
}

/// A value of the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Which element brings it.
    pub(super) element: usize,
    /// In which item of a list it stands.
    pub(super) item: usize,
    /// At which place of the item.
    pub(super) column: usize,
}

/// The elements of a shape's text.
pub(super) fn elements(shape: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut width = None;
    for byte in unquoted(shape) {
        match (byte, &mut width) {
            (PLACE, None) => elements.push(Element::One),
            (PLACE, Some(width)) => *width += 1,
            (OPEN, _) => width = Some(0),
            (CLOSE, _) => elements.extend(width.take().map(Element::List)),
            _ => {}
        }
    }
    elements
}

/// How many items each element has, for lists of these lengths; 1 outside the lists.
pub(super) fn counts(elements: &[Element], lengths: &[usize]) -> Option<Vec<usize>> {
    let mut lengths = lengths.iter();
    let counts: Option<_> = elements
        .iter()
        .map(|element| match element {
            Element::One => Some(1),
            Element::List(_) => lengths.next().copied(),
        })
        .collect();
    if lengths.next().is_some() { None } else { counts }
}

/// The slots of all values, in their order.
pub(super) fn slots(elements: &[Element], counts: &[usize]) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (index, (element, count)) in elements.iter().zip(counts).enumerate() {
        let width = element.width();
        slots.extend(
            (0..*count).flat_map(|item| (0..width).map(move |column| Slot { element: index, item, column })),
        );
    }
    slots
}

impl Element {
    /// How many values one item has.
    pub(super) fn width(self) -> usize {
        match self {
            Self::One => 1,
            Self::List(width) => width,
        }
    }
}

/// A text of this shape, with lists of these lengths.
pub(super) fn text(engine: Engine, shape: &str, lengths: &[usize]) -> String {
    let mut text = String::new();
    let mut lengths = lengths.iter();
    let mut places = 0;
    let mut rest = shape;
    while let Some(open) = marked(rest, OPEN) {
        write(engine, &rest[..open], &mut places, &mut text);
        let close = open + marked(&rest[open..], CLOSE).unwrap_or_default();
        for item in 0..lengths.next().copied().unwrap_or_default() {
            text.push_str(if item == 0 { "" } else { ", " });
            write(engine, &rest[open + 1..close], &mut places, &mut text);
        }
        rest = &rest[close + 1..];
    }
    write(engine, rest, &mut places, &mut text);
    text
}

/// Copies a part of a shape, with placeholders for its marks.
fn write(engine: Engine, part: &str, places: &mut usize, text: &mut String) {
    let mut rest = part;
    while let Some(at) = marked(rest, PLACE) {
        text.push_str(&rest[..at]);
        *places += 1;
        match engine.placeholders() {
            Placeholders::Dollar => text.push_str(&format!("${places}")),
            Placeholders::Question | Placeholders::Positional => text.push('?'),
        }
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
}

/// Where the first such mark stands outside quotes.
fn marked(text: &str, mark: u8) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| is_unquoted(&mut quote, byte) && byte == mark)
}

fn unquoted(text: &str) -> impl Iterator<Item = u8> {
    let mut quote = None;
    text.bytes().filter(move |byte| is_unquoted(&mut quote, *byte))
}

/// Whether a byte stands outside quotes; `quote` is the sign that the text before it left open.
fn is_unquoted(quote: &mut Option<u8>, byte: u8) -> bool {
    match *quote {
        Some(open) => {
            if byte == open {
                *quote = None;
            }
            false
        }
        None => {
            if matches!(byte, b'\'' | b'"' | b'`') {
                *quote = Some(byte);
            }
            true
        }
    }
}
