//! What the parser cannot read, by name.

use crate::{engine::Engine, read::spelling::cut::Cut, refusal::Refusal};
use sqlparser::tokenizer::{Location, TokenWithSpan};

/// A construct that reading stops at.
struct Unreadable {
    /// The engines that a caller may have it from.
    engines: &'static [Engine],
    /// The words before the place where reading stops.
    before: &'static [&'static str],
    /// The word at that place, of any if it is one of several; none if anything may stand there.
    at: &'static [&'static str],
    /// The words that follow it.
    after: &'static [&'static str],
    construct: &'static str,
    instead: &'static str,
}

const EVERY_ENGINE: &[Engine] = &[Engine::Sqlite, Engine::Postgres, Engine::MySql];
const SQLITE_AND_POSTGRES: &[Engine] = &[Engine::Sqlite, Engine::Postgres];
const POSTGRES: &[Engine] = &[Engine::Postgres];
const MYSQL: &[Engine] = &[Engine::MySql];

/// Each is looked for only after reading has failed, so that none can take a text that is read.
#[rustfmt::skip]
const UNREADABLE: &[Unreadable] = &[
    Unreadable {
        engines: MYSQL, before: &["ON", "DUPLICATE", "KEY"], at: &["IGNORE"],
        after: &[],
        construct: "ON DUPLICATE KEY IGNORE, which no engine takes,",
        instead: "name the key's columns (`OnConflict::new().do_nothing_on(columns)`), or write INSERT IGNORE",
    },
    Unreadable {
        engines: SQLITE_AND_POSTGRES, before: &[], at: &["ON"],
        after: &["CONFLICT"],
        construct: "a second ON CONFLICT clause",
        instead: "write one, for the key that may be taken",
    },
    Unreadable {
        engines: EVERY_ENGINE, before: &["OVER"], at: &[],
        after: &[],
        construct: "OVER after something that is not a function call",
        instead: "call a function: `first_value(column) OVER (…)`",
    },
    Unreadable {
        engines: MYSQL, before: &["FILTER"], at: &[],
        after: &[],
        construct: "FILTER",
        instead: "aggregate `CASE WHEN condition THEN value END`",
    },
    Unreadable {
        engines: POSTGRES, before: &["IS"], at: &[],
        after: &[],
        construct: "IS before a value",
        instead: "write IS NOT DISTINCT FROM, or IS DISTINCT FROM for IS NOT",
    },
    Unreadable {
        engines: POSTGRES, before: &["IS", "NOT"], at: &[],
        after: &[],
        construct: "IS before a value",
        instead: "write IS NOT DISTINCT FROM, or IS DISTINCT FROM for IS NOT",
    },
    Unreadable {
        engines: MYSQL, before: &["IS"], at: &[],
        after: &[],
        construct: "IS before a value",
        instead: "write `<=>`",
    },
    Unreadable {
        engines: MYSQL, before: &["IS", "NOT"], at: &[],
        after: &[],
        construct: "IS before a value",
        instead: "write `<=>`",
    },
    Unreadable {
        engines: MYSQL, before: &[],
        at: &[
            "DAY_HOUR", "DAY_MICROSECOND", "DAY_MINUTE", "DAY_SECOND", "HOUR_MICROSECOND", "HOUR_MINUTE",
            "HOUR_SECOND", "MINUTE_MICROSECOND", "MINUTE_SECOND", "SECOND_MICROSECOND", "YEAR_MONTH",
        ],
        after: &[],
        construct: "an interval of several units",
        instead: "add one interval after the other",
    },
    Unreadable {
        engines: EVERY_ENGINE, before: &[], at: &["PASSING"],
        after: &[],
        construct: "PASSING in a JSON function",
        instead: "write the values into the path",
    },
    Unreadable {
        engines: MYSQL, before: &[], at: &["SOUNDS"],
        after: &[],
        construct: "SOUNDS LIKE",
        instead: "write `soundex(a) = soundex(b)`",
    },
    Unreadable {
        engines: MYSQL, before: &["INTO"], at: &["OUTFILE", "DUMPFILE"],
        after: &[],
        construct: "SELECT INTO a file",
        instead: "read the rows",
    },
    Unreadable {
        engines: MYSQL, before: &[], at: &["WAIT"],
        after: &[],
        construct: "a row lock that waits for a time",
        instead: "write NOWAIT or SKIP LOCKED, or leave it out",
    },
    Unreadable {
        engines: MYSQL, before: &["PARTITIONS"], at: &[],
        after: &[],
        construct: "EXPLAIN PARTITIONS",
        instead: "write EXPLAIN",
    },
    Unreadable {
        engines: MYSQL, before: &["EXPLAIN", "EXTENDED", "SELECT"], at: &[],
        after: &[],
        construct: "EXPLAIN EXTENDED",
        instead: "write EXPLAIN",
    },
    Unreadable {
        engines: EVERY_ENGINE, before: &[], at: &["TABLE"],
        after: &[],
        construct: "TABLE",
        instead: "write SELECT * FROM it",
    },
    Unreadable {
        engines: POSTGRES, before: &["ROWS"], at: &["FROM"],
        after: &[],
        construct: "ROWS FROM",
        instead: "call each function in FROM itself",
    },
];

/// The refusal of the construct that reading stopped at, if it has a name.
pub(crate) fn named(engine: Engine, tokens: &[TokenWithSpan], line: u64, column: u64) -> Option<Refusal> {
    let cut = Cut::new(tokens);
    let location = Location { line, column };
    let at = (0..cut.places.len()).find(|at| cut.span(*at).start == location)?;
    let found = UNREADABLE.iter().find(|unreadable| {
        let Unreadable { engines, before, at: words, after, construct: _, instead: _ } = unreadable;
        let begins = at.checked_sub(before.len());
        engines.contains(&engine)
            && begins.is_some_and(|begins| cut.reads(begins, before))
            && (words.is_empty() || cut.reads_any(at, words))
            && cut.reads(at + 1, after)
    })?;
    let Unreadable { engines: _, before: _, at: _, after: _, construct, instead } = found;
    Some(Refusal::Unsupported { construct: (*construct).into(), table: None, instead: (*instead).into() })
}
