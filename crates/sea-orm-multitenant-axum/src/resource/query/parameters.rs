//! Reads a query string strictly.

use crate::resource::error::{ResourceError, shown};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// The parameters of a query string, each of which occurs once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads a query string. A parameter that occurs twice is refused: whatever stands in front of the application could
    /// read the other one of the two.
    pub(crate) fn read(query: &str) -> Result<Self, ResourceError> {
        let mut found = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name)?;
            if found.contains_key(&name) {
                return Err(ResourceError::DuplicateParameter { parameter: shown(&name) });
            }
            found.insert(name, decoded(value)?);
        }
        Ok(Self(found))
    }

    /// Takes a parameter out.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Returns the parameters that were not taken.
    pub(crate) fn rest(self) -> BTreeMap<String, String> {
        self.0
    }
}

/// Decodes a name or value of a form (`application/x-www-form-urlencoded`).
fn decoded(text: &str) -> Result<String, ResourceError> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8().map_err(|_| ResourceError::InvalidQuery)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let mut read = Parameters::read("a=b+c%26&&d&%65=").expect("valid");
        assert_eq!(read.take("a").as_deref(), Some("b c&"));
        assert_eq!(
            read.rest(),
            BTreeMap::from([("d".to_owned(), String::new()), ("e".to_owned(), String::new())])
        );
    }

    #[test]
    fn a_second_value_and_invalid_text_are_refused() {
        for query in ["a=1&a=2", "a=1&%61=1", "a&a"] {
            let duplicate = ResourceError::DuplicateParameter { parameter: "a".to_owned() };
            assert_eq!(Parameters::read(query), Err(duplicate), "{query}");
        }
        assert_eq!(Parameters::read("a=%ff"), Err(ResourceError::InvalidQuery));
    }
}
