//! Which headers a tenant is read from.

use http::HeaderName;

/// The headers of a request by which a [`Resolver`](crate::Resolver) finds its tenant: a cache must tell requests apart by them.
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
    /// No header: nothing of the request, or its URI, by which every cache tells requests apart.
    pub fn nothing() -> Self {
        Self(Some(Vec::new()))
    }

    /// These headers, and the URI.
    pub fn headers(names: impl IntoIterator<Item = HeaderName>) -> Self {
        Self::nothing().and(Self(Some(names.into_iter().collect())))
    }

    /// Anything: headers that are not known, or what no header says, such as the client's certificate.
    pub fn anything() -> Self {
        Self(None)
    }

    /// What both read.
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

    /// The names of the headers, unless it is anything.
    pub(crate) fn names(&self) -> Option<&[HeaderName]> {
        self.0.as_deref()
    }
}
