//! The headers that a tenant is read from.

use http::HeaderName;

/// The headers of a request from which a [`Resolver`](crate::Resolver) reads its tenant: caches must distinguish
/// requests by them.
///
/// ```
/// use http::header::{AUTHORIZATION, HOST};
/// use sea_orm_multitenant_axum::Reads;
///
/// let both = Reads::headers([HOST]).and(Reads::headers([AUTHORIZATION, HOST]));
/// assert_eq!(both, Reads::headers([HOST, AUTHORIZATION]));
/// assert_eq!(both.and(Reads::anything()), Reads::anything());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads(Option<Vec<HeaderName>>);

impl Reads {
    /// No header: nothing of the request, or only its URI, by which every cache distinguishes requests.
    pub fn nothing() -> Self {
        Self(Some(Vec::new()))
    }

    /// These headers, and the URI.
    pub fn headers(names: impl IntoIterator<Item = HeaderName>) -> Self {
        Self::nothing().and(Self(Some(names.into_iter().collect())))
    }

    /// Unknown headers, or something that no header contains, such as the client's certificate.
    pub fn anything() -> Self {
        Self(None)
    }

    /// The headers of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (Some(mut names), Some(others)) = (self.0, other.0) else { return Self::anything() };
        for name in others {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self(Some(names))
    }

    /// The names of the headers; `None` if they are unknown.
    pub(crate) fn names(&self) -> Option<&[HeaderName]> {
        self.0.as_deref()
    }
}
