//! Pages of lists: no request gets all rows at once.

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use sea_orm::QuerySelect;
use serde::{Deserialize, Serialize};

/// The most rows of a page.
pub const MOST: u32 = 100;
/// The number of rows of a page by default.
const USUAL: u32 = 50;

/// The part of a list that is requested: `?page=2&per_page=20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wanted")]
pub struct Page {
    number: u32,
    size: u32,
}

/// A page as requested.
#[derive(Deserialize)]
struct Wanted {
    page: Option<u32>,
    per_page: Option<u32>,
}

impl TryFrom<Wanted> for Page {
    type Error = String;

    fn try_from(Wanted { page, per_page }: Wanted) -> Result<Self, String> {
        let (number, size) = (page.unwrap_or(1), per_page.unwrap_or(USUAL));
        match (number, size) {
            (0, _) => Err("pages are counted from 1".to_owned()),
            (_, 1..=MOST) => Ok(Self { number, size }),
            _ => Err(format!("a page has 1 to {MOST} rows")),
        }
    }
}

impl Page {
    /// The first page, of the maximum size.
    pub const LONGEST: Self = Self { number: 1, size: MOST };

    /// Applies the page to an ordered query: fetches one row more than is shown, which tells whether there is a next
    /// page.
    #[must_use]
    pub fn of<Q: QuerySelect>(self, query: Q) -> Q {
        let (number, size) = (u64::from(self.number), u64::from(self.size));
        query.offset((number - 1) * size).limit(size + 1)
    }

    /// Makes the page from its rows.
    pub fn with<T>(self, mut rows: Vec<T>) -> Paged<T> {
        let shown = usize::try_from(self.size).unwrap_or(usize::MAX);
        let is_last = rows.len() <= shown;
        rows.truncate(shown);
        Paged { rows, page: self, is_last }
    }

    fn query(self, number: u32) -> String {
        format!("?page={number}&per_page={}", self.size)
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// Its rows.
    pub rows: Vec<T>,
    page: Page,
    is_last: bool,
}

impl<T> Paged<T> {
    /// The query string of the previous page.
    pub fn previous(&self) -> Option<String> {
        let number = self.page.number.checked_sub(1).filter(|number| *number > 0);
        number.map(|number| self.page.query(number))
    }

    /// The query string of the next page.
    pub fn next(&self) -> Option<String> {
        let number = self.page.number.checked_add(1).filter(|_| !self.is_last);
        number.map(|number| self.page.query(number))
    }

    /// The same page with other rows.
    pub fn map<U>(self, rows: impl FnOnce(Vec<T>) -> Vec<U>) -> Paged<U> {
        Paged { rows: rows(self.rows), page: self.page, is_last: self.is_last }
    }
}

impl<T: Serialize> IntoResponse for Paged<T> {
    /// Returns the rows as JSON, with links to the other pages in the header `Link` (RFC 8288).
    fn into_response(self) -> Response {
        let links = [("prev", self.previous()), ("next", self.next())];
        let links =
            links.into_iter().filter_map(|(name, query)| Some(format!(r#"<{}>; rel="{name}""#, query?)));
        let links = links.collect::<Vec<_>>().join(", ");
        let rows = Json(self.rows);
        if links.is_empty() { rows.into_response() } else { ([(header::LINK, links)], rows).into_response() }
    }
}
