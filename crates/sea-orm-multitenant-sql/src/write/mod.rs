//! From a rewritten tree to the text that is sent, checked without the code that made it.

pub(crate) mod places;
pub(crate) mod verify;
pub(crate) mod vocabulary;
