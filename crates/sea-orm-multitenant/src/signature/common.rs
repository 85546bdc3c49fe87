//! A text with the types of the values that came with it first: most that follow have the same.

use crate::signature::value_type::{BIG_DECIMAL, ValueType};
use sea_orm::Value;
use std::sync::OnceLock;

/// Most values whose types are kept: of more, what the values themselves take outweighs their types.
pub(crate) const MOST_VALUES: usize = 64;

/// A signed text, kept once it was made. It saves work and decides nothing: a text is signed by itself and its values alone.
#[derive(Debug, Default)]
pub(crate) struct Common(OnceLock<Option<Signed>>);

#[derive(Debug)]
struct Signed {
    kinds: Box<[u8]>,
    text: Box<str>,
}

impl Common {
    /// The signed text, if these values have its types.
    #[inline]
    pub(super) fn text_for(&self, values: &[Value]) -> Option<&str> {
        let Signed { kinds, text } = self.0.get()?.as_ref()?;
        let are_equal = || kinds.iter().zip(values).all(|(kind, value)| ValueType::of(value).is_only(*kind));
        (kinds.len() == values.len() && are_equal()).then_some(text)
    }

    /// Keeps a text that was signed for these values, if it is the first and their kinds say everything.
    #[cold]
    pub(super) fn keep(&self, signed: &str, values: &[Value]) {
        self.0.get_or_init(|| {
            let kinds = values.iter().map(|value| ValueType::of(value).only_kind());
            let kinds: Option<Box<[u8]>> = kinds.take(MOST_VALUES + 1).collect();
            // A number of any size is looked at itself each time.
            let kinds = kinds.filter(|kinds| kinds.len() <= MOST_VALUES && !kinds.contains(&BIG_DECIMAL))?;
            Some(Signed { kinds, text: Box::from(signed) })
        });
    }
}
