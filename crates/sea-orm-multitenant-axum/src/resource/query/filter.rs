//! Filters: `title=…`, `points__gte=…`.

use crate::resource::{
    entity::ResourceEntity,
    error::{ResourceError, shown},
    fields::{Field, Fields},
    kind::Kind,
    settings::Limits,
    value::checked,
};
use sea_orm::{
    ColumnTrait, Condition, Value,
    sea_query::{Expr, LikeExpr},
};
use std::collections::BTreeMap;

/// The character before a character of a pattern that stands for itself. Not a backslash, which MySQL also reads in a
/// literal.
const ESCAPE: char = '!';

/// How a filter compares: the word after the two underscores, as in Django.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    IsNull,
    Contains,
    StartsWith,
}

impl Operator {
    pub(crate) const ALL: [Self; 10] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::In,
        Self::IsNull,
        Self::Contains,
        Self::StartsWith,
    ];

    /// What follows the name of the field.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::NotEqual => "__ne",
            Self::Less => "__lt",
            Self::LessOrEqual => "__lte",
            Self::Greater => "__gt",
            Self::GreaterOrEqual => "__gte",
            Self::In => "__in",
            Self::IsNull => "__isnull",
            Self::Contains => "__contains",
            Self::StartsWith => "__startswith",
        }
    }

    /// Whether a field has this filter.
    pub(crate) fn suits<C>(self, field: &Field<C>) -> bool {
        match self {
            Self::Equal | Self::NotEqual | Self::In => true,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => {
                !matches!(field.kind, Some(Kind::Bool | Kind::Enum(_)))
            }
            Self::IsNull => field.nullable,
            Self::Contains | Self::StartsWith => field.kind == Some(Kind::Text),
        }
    }
}

/// Makes the condition of the filters of a query string. Everything that is not a declared filter is refused.
pub(crate) fn condition<E: ResourceEntity>(
    fields: &Fields<E>,
    filters: BTreeMap<String, String>,
    limits: &Limits,
) -> Result<Condition, ResourceError> {
    let count = filters.len();
    let mut condition = Condition::all();
    for (name, text) in filters {
        let (field, operator) =
            find(fields, &name).ok_or_else(|| ResourceError::UnknownParameter { parameter: shown(&name) })?;
        if count > limits.max_filters {
            return Err(ResourceError::TooManyFilters { most: limits.max_filters });
        }
        condition = condition.add(comparison::<E>(field, operator, &name, &text, limits)?);
    }
    Ok(condition)
}

/// Finds the field and the operator of a parameter.
fn find<'a, E: ResourceEntity>(
    fields: &'a Fields<E>,
    name: &str,
) -> Option<(&'a Field<E::Column>, Operator)> {
    let declared = || fields.visible().filter(|field| field.filtered);
    Operator::ALL.into_iter().find_map(|operator| {
        let of_field = |field: &&Field<E::Column>| {
            name.strip_suffix(operator.suffix()) == Some(field.name) && operator.suits(field)
        };
        declared().find(of_field).map(|field| (field, operator))
    })
}

fn comparison<E: ResourceEntity>(
    field: &Field<E::Column>,
    operator: Operator,
    name: &str,
    text: &str,
    limits: &Limits,
) -> Result<Expr, ResourceError> {
    let wrong = |expected: String| ResourceError::InvalidParameter { parameter: name.to_owned(), expected };
    let read = |text: &str| {
        let kind = field.kind.as_ref().ok_or(ResourceError::Failed)?;
        let value = kind.read_text(text).and_then(|value| checked::<E>(field, value));
        value.ok_or_else(|| wrong(kind.expected()))
    };
    let column = field.column;
    Ok(match operator {
        Operator::Equal => column.eq(read(text)?),
        Operator::NotEqual => column.ne(read(text)?),
        Operator::Less => column.lt(read(text)?),
        Operator::LessOrEqual => column.lte(read(text)?),
        Operator::Greater => column.gt(read(text)?),
        Operator::GreaterOrEqual => column.gte(read(text)?),
        Operator::In => {
            let texts: Vec<_> = text.split(',').collect();
            if texts.len() > limits.max_values {
                return Err(wrong(format!("at most {} values", limits.max_values)));
            }
            let values: Vec<Value> = texts.into_iter().map(read).collect::<Result<_, _>>()?;
            column.is_in(values)
        }
        Operator::IsNull => match text {
            "true" => column.is_null(),
            "false" => column.is_not_null(),
            _ => return Err(wrong("true or false".to_owned())),
        },
        Operator::Contains => column.like(like(text, "%").ok_or_else(|| wrong(Kind::Text.expected()))?),
        Operator::StartsWith => column.like(like(text, "").ok_or_else(|| wrong(Kind::Text.expected()))?),
    })
}

/// The pattern of texts that have this text after a prefix. The text's own wildcards stand for themselves.
fn like(text: &str, before: &str) -> Option<LikeExpr> {
    if text.contains('\0') {
        return None;
    }
    let mut pattern = before.to_owned();
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    Some(LikeExpr::new(pattern).escape(ESCAPE))
}
