//! A text with the types of the first values that it was sent with, which most later values share.

use crate::signature::value_type::{BIG_DECIMAL, ValueType};
use sea_orm::Value;
use std::sync::OnceLock;

/// The most values whose signed text is kept: with more of them, writing the values costs more than writing their
/// types.
pub(crate) const MOST_VALUES: usize = 64;

/// A signed text that is kept for reuse. It only saves work: the signature depends on the text and its values alone.
#[derive(Debug, Default)]
pub(crate) struct Common(OnceLock<Option<Signed>>);

#[derive(Debug)]
struct Signed {
    kinds: Box<[u8]>,
    text: Box<str>,
}

impl Common {
    /// Returns the signed text, if these values have its types.
    #[inline]
    pub(super) fn text_for(&self, values: &[Value]) -> Option<&str> {
        let Signed { kinds, text } = self.0.get()?.as_ref()?;
        let are_equal = || kinds.iter().zip(values).all(|(kind, value)| ValueType::of(value).is_only(*kind));
        (kinds.len() == values.len() && are_equal()).then_some(text)
    }

    /// Keeps the text signed for these values, if none is kept yet and the kinds of all values determine their types.
    #[cold]
    pub(super) fn keep(&self, signed: &str, values: &[Value]) {
        self.0.get_or_init(|| {
            let kinds = values.iter().map(|value| ValueType::of(value).only_kind());
            let kinds: Option<Box<[u8]>> = kinds.take(MOST_VALUES + 1).collect();
            // A `BigDecimal` is checked each time, since only some fit.
            let kinds = kinds.filter(|kinds| kinds.len() <= MOST_VALUES && !kinds.contains(&BIG_DECIMAL))?;
            Some(Signed { kinds, text: Box::from(signed) })
        });
    }
}
