//! `Vary`: the headers by which a cache must distinguish requests.

use crate::reads::Reads;
use http::{HeaderMap, HeaderValue, header::VARY};

/// What a layer adds to the `Vary` of its responses, so that no cache answers one tenant's request with another
/// tenant's response.
#[derive(Debug, Clone)]
pub(crate) enum Vary {
    Nothing,
    /// Header names, separated by commas.
    Names(HeaderValue),
    /// `*`: caches cannot distinguish requests.
    Anything,
}

const ANYTHING: HeaderValue = HeaderValue::from_static("*");

impl Vary {
    pub(crate) fn of(reads: &Reads) -> Self {
        match reads.names() {
            None => Self::Anything,
            Some([]) => Self::Nothing,
            Some(names) => {
                let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
                // Header names are valid header values.
                HeaderValue::from_str(&names.join(", ")).map_or(Self::Anything, Self::Names)
            }
        }
    }

    /// Merges with the handler's `Vary` into one line: some caches read only the first line.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        let own = match self {
            Self::Nothing => return,
            Self::Names(names) => names,
            Self::Anything => &ANYTHING,
        };
        let value = if headers.contains_key(VARY) {
            let handlers = headers.get_all(VARY).iter().chain([own]);
            merged(handlers.flat_map(members))
        } else {
            own.clone()
        };
        headers.insert(VARY, value);
    }
}

fn members(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|name| !name.is_empty())
}

/// Each member once, or `*` if it is one of them.
fn merged<'a>(members: impl Iterator<Item = &'a [u8]>) -> HeaderValue {
    let mut all: Vec<&[u8]> = Vec::new();
    for member in members {
        if member == b"*" {
            return ANYTHING;
        }
        if !all.iter().any(|other| other.eq_ignore_ascii_case(member)) {
            all.push(member);
        }
    }
    HeaderValue::from_bytes(&all.join(&b", "[..])).unwrap_or(ANYTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{COOKIE, HOST};
    use rstest::rstest;

    #[rstest]
    #[case(Reads::nothing(), &[], None)]
    #[case(Reads::nothing(), &["accept"], Some("accept"))]
    #[case(Reads::headers([HOST]), &[], Some("host"))]
    #[case(Reads::headers([HOST, COOKIE]), &[], Some("host, cookie"))]
    #[case(Reads::headers([HOST, COOKIE]), &["Accept-Encoding"], Some("Accept-Encoding, host, cookie"))]
    #[case(Reads::headers([HOST, COOKIE]), &["Cookie,Accept", "accept , origin"], Some("Cookie, Accept, origin, host"))]
    #[case(Reads::headers([HOST]), &[""], Some("host"))]
    #[case(Reads::headers([HOST]), &["accept", "*"], Some("*"))]
    #[case(Reads::headers([HOST]), &["accept, *"], Some("*"))]
    #[case(Reads::anything(), &[], Some("*"))]
    #[case(Reads::anything(), &["accept"], Some("*"))]
    fn vary_is_merged_with_the_handlers_own(
        #[case] reads: Reads,
        #[case] handlers: &[&'static str],
        #[case] expected: Option<&str>,
    ) {
        let mut headers = HeaderMap::new();
        for line in handlers {
            headers.append(VARY, HeaderValue::from_static(line));
        }
        Vary::of(&reads).add_to(&mut headers);
        let lines: Vec<_> = headers.get_all(VARY).iter().collect();
        assert_eq!(lines, Vec::from_iter(expected));
    }

    #[test]
    fn a_value_that_is_not_text_is_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(VARY, HeaderValue::from_bytes(b"caf\xe9").expect("a value"));
        Vary::of(&Reads::headers([HOST])).add_to(&mut headers);
        assert_eq!(headers[VARY].as_bytes(), b"caf\xe9, host");
    }
}
