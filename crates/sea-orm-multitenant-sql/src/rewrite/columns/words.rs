//! Words that the parser shows as columns and that are none.

use crate::{engine::Engine, functions};
use sqlparser::ast::Ident;

/// Words without quotes that stand for a value by themselves, and that must go out without quotes.
///
/// What reads or changes the session's state, `current_role`, is refused where functions are. `CURRENT_DATE` and its
/// like are calls to the parser.
fn values(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite | Engine::Postgres => &["default"],
        // MySQL manual, 14.7: UTC_DATE, UTC_TIME and UTC_TIMESTAMP need no parentheses.
        Engine::MySql => &["default", "utc_date", "utc_time", "utc_timestamp"],
    }
}

/// Whether a name is a word that stands for a value by itself.
pub(super) fn is_value(engine: Engine, ident: &Ident) -> bool {
    is_bare(ident) && values(engine).iter().any(|word| ident.value.eq_ignore_ascii_case(word))
}

/// The words that an argument of a function may be instead of a value.
///
/// MySQL manual, 14.7: TIMESTAMPADD, TIMESTAMPDIFF, GET_FORMAT; PostgreSQL manual, 9.4.1: normalize.
pub(super) fn argument_words(engine: Engine, function: &str, index: usize) -> &'static [&'static str] {
    const UNITS: &[&str] = &[
        "microsecond",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "sql_tsi_second",
        "sql_tsi_minute",
        "sql_tsi_hour",
        "sql_tsi_day",
        "sql_tsi_week",
        "sql_tsi_month",
        "sql_tsi_quarter",
        "sql_tsi_year",
    ];
    const FORMATS: &[&str] = &["date", "time", "datetime", "timestamp"];
    const FORMS: &[&str] = &["nfc", "nfd", "nfkc", "nfkd"];
    let is = |name: &str| function.eq_ignore_ascii_case(name);
    match engine {
        Engine::MySql if index == 0 && (is("timestampadd") || is("timestampdiff")) => UNITS,
        Engine::MySql if index == 0 && is("get_format") => FORMATS,
        Engine::Postgres if index == 1 && is("normalize") => FORMS,
        Engine::Sqlite | Engine::Postgres | Engine::MySql => &[],
    }
}

/// Whether a name may call a function without parentheses, so that it must be allowed as one.
pub(super) fn may_call(engine: Engine, ident: &Ident) -> bool {
    is_bare(ident) && functions::is_called_by_name(engine, &ident.value.to_ascii_lowercase())
}

fn is_bare(ident: &Ident) -> bool {
    ident.quote_style.is_none()
}
