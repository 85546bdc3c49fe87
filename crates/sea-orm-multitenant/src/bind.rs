//! Binds the caller's values and the tenant to a scoped statement.

use crate::{error::TenancyError, signature, statement_cache::CachedStatement, tenant_set::BoundTenants};
use sea_orm::{Value, Values};
use sea_orm_multitenant_sql::{
    Argument, Engine, Found, Literal, ScopedStatement, TenantCheck, TenantCheckKind, ValueOrder,
};

/// Up to this many tenants are inserted one by one; each insertion moves all values after it.
const FEW_TENANTS: usize = 16;

/// The result of binding values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The values are bound.
    Done,
    /// The scoped statement does not apply: a condition that it leaves out names another tenant. The values are
    /// untouched.
    NotApplicable,
}

/// Writes the text to send over the caller's text, and the values to send in the place of the caller's.
///
/// # Errors
/// When a value that the statement writes to a tenant column is another tenant, when the number of values is wrong, or
/// when the type of a value is not known.
pub(crate) fn bind(
    engine: Engine,
    CachedStatement { scoped, common }: &CachedStatement,
    sql: &mut String,
    values: &mut Option<Values>,
    tenants: &BoundTenants,
) -> Result<Bound, TenancyError> {
    let callers = values.as_ref().map_or([].as_slice(), |Values(values)| values);
    if callers.len() != scoped.values() {
        return Err(TenancyError::ValueCount { expected: scoped.values(), found: callers.len() });
    }
    let is_tenant = |value: &Value| tenants.is_any(|id| id.is_value(value));
    if !scoped.repeated().iter().all(|index| callers.get(*index).is_some_and(is_tenant)) {
        return Ok(Bound::NotApplicable);
    }
    for check in scoped.checks() {
        check_tenant(check, callers, tenants)?;
    }
    let callers = values.take().map(|Values(values)| values).unwrap_or_default();
    let bound = arrange(scoped, callers, tenants)?;
    if signature::is_needed(engine) {
        signature::write_signed(scoped.sql(), common, &bound, sql)?;
    } else {
        signature::write(scoped.sql(), 0, sql);
    }
    *values = if bound.is_empty() { None } else { Some(Values(bound)) };
    Ok(Bound::Done)
}

/// Puts the caller's values and the tenant into the order of the scoped statement's placeholders.
fn arrange(
    scoped: &ScopedStatement,
    mut values: Vec<Value>,
    tenants: &BoundTenants,
) -> Result<Vec<Value>, TenancyError> {
    let arguments = scoped.arguments();
    match scoped.order() {
        ValueOrder::CallersFirst => {
            let own = values.len();
            values.reserve_exact(arguments.len() - own);
            for argument in &arguments[own..] {
                values.push(value_of(*argument, |_| None, tenants)?);
            }
            Ok(values)
        }
        ValueOrder::Interleaved if arguments.len() <= values.len() + FEW_TENANTS => {
            values.reserve(arguments.len() - values.len());
            for (at, argument) in arguments.iter().enumerate() {
                if !matches!(argument, Argument::Value(_)) {
                    values.insert(at, value_of(*argument, |_| None, tenants)?);
                }
            }
            Ok(values)
        }
        ValueOrder::Interleaved => {
            interleave(arguments, &mut values, tenants)?;
            Ok(values)
        }
        ValueOrder::Ascending => {
            close_up(arguments, &mut values);
            interleave(arguments, &mut values, tenants)?;
            Ok(values)
        }
        ValueOrder::Any => {
            let mut slots: Vec<_> = values.into_iter().map(Some).collect();
            arranged(arguments, |index| slots.get_mut(index).and_then(Option::take), tenants)
        }
        ValueOrder::Repeated => arranged(arguments, |index| values.get(index).cloned(), tenants),
    }
}

/// Moves the caller's values forward, in place, over the values that are left out.
fn close_up(arguments: &[Argument], values: &mut [Value]) {
    for (at, argument) in arguments.iter().enumerate() {
        if let Argument::Value(index) = argument
            && *index > at
        {
            values.swap(*index, at);
        }
    }
}

/// Inserts the tenants between the caller's values, and drops the values after the last argument. Works from the end,
/// so that each value is moved before its place is overwritten.
fn interleave(
    arguments: &[Argument],
    values: &mut Vec<Value>,
    tenants: &BoundTenants,
) -> Result<(), TenancyError> {
    values.resize_with(arguments.len(), || Value::Bool(None));
    for (at, argument) in arguments.iter().enumerate().rev() {
        match argument {
            Argument::Value(index) if *index < at => values.swap(*index, at),
            Argument::Value(_) => {}
            Argument::Tenant(_) | Argument::TenantAt(_, _) => {
                values[at] = value_of(*argument, |_| None, tenants)?;
            }
        }
    }
    Ok(())
}

/// Collects the values of all arguments; `value` returns a caller's value by its index.
fn arranged(
    arguments: &[Argument],
    mut value: impl FnMut(usize) -> Option<Value>,
    tenants: &BoundTenants,
) -> Result<Vec<Value>, TenancyError> {
    let mut arranged = Vec::with_capacity(arguments.len());
    for argument in arguments {
        arranged.push(value_of(*argument, &mut value, tenants)?);
    }
    Ok(arranged)
}

/// Returns a tenant as a value. Most are integers, which the fast path clones without looking at other kinds.
fn copy_of(tenant: &Value) -> Value {
    match tenant {
        Value::BigInt(id) => Value::BigInt(*id),
        Value::Int(id) => Value::Int(*id),
        other => other.clone(),
    }
}

/// Returns the value of one argument; `value` returns a caller's value by its index.
fn value_of(
    argument: Argument,
    value: impl FnOnce(usize) -> Option<Value>,
    tenants: &BoundTenants,
) -> Result<Value, TenancyError> {
    match argument {
        Argument::Tenant(ty) => tenants.value(0, ty).map(copy_of),
        Argument::TenantAt(index, ty) => tenants.value(index, ty).map(copy_of),
        Argument::Value(index) => {
            value(index).ok_or_else(|| TenancyError::ValueCount { expected: index + 1, found: index })
        }
    }
}

fn check_tenant(check: &TenantCheck, values: &[Value], tenants: &BoundTenants) -> Result<(), TenancyError> {
    let TenantCheck { table, found, kind } = check;
    let is_tenant = match found {
        Found::Value(index) => match values.get(*index) {
            Some(value) => tenants.is_any(|id| id.is_value(value)),
            None => return Err(TenancyError::ValueCount { expected: index + 1, found: values.len() }),
        },
        Found::Literal(Literal::Number(digits)) => tenants.is_any(|id| id.is_number(digits)),
        Found::Literal(Literal::Text(text)) => tenants.is_any(|id| id.is_text(text)),
        Found::Literal(Literal::Null) => false,
    };
    match kind {
        _ if is_tenant => Ok(()),
        TenantCheckKind::Insert if is_null(found, values) => Ok(()),
        TenantCheckKind::Insert | TenantCheckKind::Update => {
            let (table, expected) = (table.to_string(), tenants.to_string());
            Err(TenancyError::TenantMismatch { table, expected, found: shown(found, values) })
        }
        TenantCheckKind::InsertForOne => {
            let (table, tenants) = (table.to_string(), tenants.to_string());
            Err(TenancyError::TenantNotInSet { table, tenants, found: shown(found, values) })
        }
    }
}

/// Formats a value that a statement writes to a tenant column, for messages.
fn shown(found: &Found, values: &[Value]) -> String {
    match found {
        Found::Value(index) => values.get(*index).map(shown_value).unwrap_or_default(),
        Found::Literal(Literal::Number(digits)) => digits.clone(),
        Found::Literal(Literal::Text(text)) => format!("'{text}'"),
        Found::Literal(Literal::Null) => "NULL".to_owned(),
    }
}

/// Formats a value of the caller, for messages.
pub(crate) fn shown_value(value: &Value) -> String {
    match value {
        // sea-query prints the low byte of a character, and panics where that is not ASCII.
        Value::Char(Some(c)) => format!("'{c}'"),
        value => value.to_string(),
    }
}

fn is_null(found: &Found, values: &[Value]) -> bool {
    match found {
        Found::Value(index) => values.get(*index).is_some_and(|value| *value == value.as_null()),
        Found::Literal(Literal::Null) => true,
        Found::Literal(Literal::Number(_) | Literal::Text(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{arranged, close_up, interleave};
    use crate::{
        error::TenancyError,
        tenant_id::{BoundTenant, TenantId},
        tenant_set::BoundTenants,
    };
    use sea_orm::Value;
    use sea_orm_multitenant_sql::{Argument, TenantType};

    /// All subsequences of `values`, with 0 to `tenants` tenants in each gap.
    fn lists(values: &[usize], tenants: usize) -> Vec<Vec<Argument>> {
        let gaps = (0..=tenants).map(|count| vec![Argument::Tenant(TenantType::BigInt); count]);
        let Some((first, rest)) = values.split_first() else { return gaps.collect() };
        let rest = lists(rest, tenants);
        gaps.flat_map(|gap| {
            let with = [gap.clone(), vec![Argument::Value(*first)]].concat();
            rest.iter().flat_map(move |rest| {
                [[gap.as_slice(), rest.as_slice()].concat(), [with.as_slice(), rest.as_slice()].concat()]
            })
        })
        .collect()
    }

    #[test]
    fn ordered_values_are_placed_correctly_with_any_tenants_between_them() -> Result<(), TenancyError> {
        let tenants = BoundTenants::One(BoundTenant::new(TenantId::from(1_000_000), &[TenantType::BigInt])?);
        let own: Vec<Value> = (0..4_i32).map(Value::from).collect();
        let lists = lists(&[0, 1, 2, 3], 2);
        assert_eq!(lists.len(), 3_usize.pow(5) * 2_usize.pow(4));
        for arguments in lists {
            let mut values = own.clone();
            close_up(&arguments, &mut values);
            interleave(&arguments, &mut values, &tenants)?;
            let one_by_one = arranged(&arguments, |index| own.get(index).cloned(), &tenants)?;
            assert_eq!(values, one_by_one, "{arguments:?}");
        }
        Ok(())
    }
}
