//! Refuses values that a driver cannot bind.

use crate::error::TenancyError;
use sea_orm::{Value, Values};
use sea_orm_multitenant_sql::Engine;

/// Refuses a value at which SeaORM's binding for this engine panics. The value may come from a client's JSON, and a
/// panic would abort the request or the job.
///
/// A `u64` beyond `i64` can be bound on MySQL only; the other engines have no integer of that size.
pub(crate) fn check(engine: Engine, values: Option<&Values>) -> Result<(), TenancyError> {
    let (Some(Values(values)), Engine::Sqlite | Engine::Postgres) = (values, engine) else { return Ok(()) };
    if values.iter().any(is_beyond_i64) { Err(unsupported(values)) } else { Ok(()) }
}

/// Makes the error about the first value that the engine has no type for.
#[cold]
fn unsupported(values: &[Value]) -> TenancyError {
    let position = values.iter().take_while(|value| !is_beyond_i64(value)).count() + 1;
    TenancyError::UnsupportedValue { position, kind: "u64 beyond i64".to_owned() }
}

fn is_beyond_i64(value: &Value) -> bool {
    matches!(value, Value::BigUnsigned(Some(number)) if i64::try_from(*number).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_without_type_on_the_engine_is_an_error() {
        let values = |last: Value| Values(vec![Value::from(1), Value::BigUnsigned(None), last]);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            for number in [i64::MAX as u64 + 1, u64::MAX] {
                assert_eq!(
                    check(engine, Some(&values(number.into()))),
                    Err(TenancyError::UnsupportedValue { position: 3, kind: "u64 beyond i64".to_owned() })
                );
            }
            assert_eq!(check(engine, Some(&values((i64::MAX as u64).into()))), Ok(()));
            assert_eq!(check(engine, None), Ok(()));
        }
        assert_eq!(check(Engine::MySql, Some(&values(u64::MAX.into()))), Ok(()));
    }
}
