//! The shape of a text: the text without the numbers of its placeholders and the lengths of its lists.
//!
//! `IN ($1, $2, $3)` and `IN ($1, $2)` have one shape, and so have inserts of any number of rows above one. Everything
//! else of the text is in the shape, byte for byte, so that two texts of one shape differ in how often their lists
//! repeat and in nothing else. Where that is not certain at a glance, a text has no shape, and is scoped by itself.

mod fill;
mod places;
mod reader;

pub use fill::ScopedShape;
pub use reader::Shape;
