//! The order of a list: `order=-points,title`.

use crate::resource::{
    entity::ResourceEntity,
    error::ResourceError,
    fields::{Field, Fields},
};
use sea_orm::{QueryOrder, Select, sea_query::Order};

const NAME: &str = "order";

/// The fields by which a list is ordered. The last ones are those of the primary key, so that the order is total.
pub(crate) type Ordering<'a, C> = Vec<(&'a Field<C>, Order)>;

/// Reads the order of a request.
pub(crate) fn read<'a, E: ResourceEntity>(
    fields: &'a Fields<E>,
    text: Option<&str>,
) -> Result<Ordering<'a, E::Column>, ResourceError> {
    let mut found = Ordering::<E::Column>::new();
    for part in text.into_iter().flat_map(|text| text.split(',')) {
        let (name, order) = match part.strip_prefix('-') {
            Some(name) => (name, Order::Desc),
            None => (part, Order::Asc),
        };
        let field = fields.named(name).filter(|field| field.ordered).ok_or_else(|| wrong(fields))?;
        if found.iter().any(|(other, _)| other.name == field.name) {
            return Err(wrong(fields));
        }
        found.push((field, order));
    }
    let named: Vec<_> = found.iter().map(|(field, _)| field.name).collect();
    let rest = fields.key().filter(|field| !named.contains(&field.name));
    found.extend(rest.map(|field| (field, Order::Asc)));
    Ok(found)
}

/// Orders a selection.
pub(crate) fn ordered<E: ResourceEntity>(select: Select<E>, ordering: &Ordering<'_, E::Column>) -> Select<E> {
    ordering.iter().fold(select, |select, (field, order)| select.order_by(field.column, order.clone()))
}

fn wrong<E: ResourceEntity>(fields: &Fields<E>) -> ResourceError {
    let names: Vec<_> = fields.visible().filter(|field| field.ordered).map(|field| field.name).collect();
    let expected = format!("different fields of: {}; `-` before one for descending", names.join(", "));
    ResourceError::InvalidParameter { parameter: NAME.to_owned(), expected }
}
