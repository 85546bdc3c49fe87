//! What a request wants of a list.

use crate::resource::{
    entity::ResourceEntity,
    error::ResourceError,
    fields::Fields,
    query::{
        filter,
        order::{self, Ordering},
        parameters::Parameters,
    },
    settings::Limits,
};
use sea_orm::Condition;

/// The part of a list that a request wants.
pub(crate) struct Wanted<'a, E: ResourceEntity> {
    pub(crate) filters: Condition,
    pub(crate) ordering: Ordering<'a, E::Column>,
    pub(crate) paging: Paging,
}

/// Which rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Paging {
    /// A page by its number, from 1, with the number of all rows.
    Page { number: u32, size: u32 },
    /// The rows after a cursor.
    After { cursor: Option<String>, size: u32 },
}

impl<'a, E: ResourceEntity> Wanted<'a, E> {
    /// Reads the query string of a list.
    pub(crate) fn read(fields: &'a Fields<E>, limits: &Limits, query: &str) -> Result<Self, ResourceError> {
        let mut parameters = Parameters::read(query)?;
        let paging = paging(&mut parameters, limits)?;
        let ordering = order::read(fields, parameters.take("order").as_deref())?;
        if matches!(paging, Paging::After { .. }) && ordering.iter().any(|(field, _)| field.nullable) {
            // NULL is neither before nor after a value, so that rows would be left out.
            return Err(invalid("order", "fields that are never null, together with `after` or `limit`"));
        }
        let filters = filter::condition(fields, parameters.rest(), limits)?;
        Ok(Self { filters, ordering, paging })
    }
}

fn paging(parameters: &mut Parameters, limits: &Limits) -> Result<Paging, ResourceError> {
    let most = limits.max_page_size.get();
    let usual = limits.page_size.get().min(most);
    let page = number(parameters, "page", u32::MAX)?;
    let per_page = number(parameters, "per_page", most)?;
    let limit = number(parameters, "limit", most)?;
    let cursor = parameters.take("after");
    if cursor.is_none() && limit.is_none() {
        return Ok(Paging::Page { number: page.unwrap_or(1), size: per_page.unwrap_or(usual) });
    }
    match (page, per_page) {
        (None, None) => Ok(Paging::After { cursor, size: limit.unwrap_or(usual) }),
        (Some(_), _) => Err(invalid("page", "left out, together with `after` or `limit`")),
        (None, Some(_)) => Err(invalid("per_page", "left out, together with `after` or `limit`")),
    }
}

fn number(parameters: &mut Parameters, name: &str, most: u32) -> Result<Option<u32>, ResourceError> {
    let Some(text) = parameters.take(name) else { return Ok(None) };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if is_plain && (1..=most).contains(&number) => Ok(Some(number)),
        _ => Err(invalid(name, &format!("an integer from 1 to {most}"))),
    }
}

fn invalid(parameter: &str, expected: &str) -> ResourceError {
    ResourceError::InvalidParameter { parameter: parameter.to_owned(), expected: expected.to_owned() }
}
