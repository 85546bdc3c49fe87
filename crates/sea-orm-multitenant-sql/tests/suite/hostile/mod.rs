//! Time to scope a statement is linear in the text, for texts that are taken and texts that are refused.

mod families;

use super::{ENGINES, bounds::on_two_mebibytes, tables};
use families::{FAMILIES, Family};
use sea_orm_multitenant_sql::{Engine, Refusal, scope_statement};
use std::time::{Duration, Instant};

/// Time that this thread has run, whatever else the machine does; by the clock where the system does not say.
fn thread_time(begin: Instant) -> Duration {
    let read =
        || std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok();
    read().map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

/// The shortest of so many times that one text takes.
fn time(engine: Engine, text: &str, begin: Instant, times: usize) -> Duration {
    let catalogue = tables();
    let once = || {
        let start = thread_time(begin);
        let scope = scope_statement(&catalogue, engine, text);
        let took = thread_time(begin) - start;
        drop(scope);
        took
    };
    (0..times).map(|_| once()).min().unwrap_or_default()
}

/// Texts of at most so many bytes may take a time that is not their length's: a budget that all have.
const SMALL: Duration = Duration::from_millis(30);

/// What is wrong with the times that a text and one of four times its length take, each the shortest of so many.
fn too_slow(engine: Engine, [short, long]: [&str; 2], begin: Instant, times: usize) -> Option<String> {
    let (of_short, of_long) = (time(engine, short, begin, times), time(engine, long, begin, times));
    let grown = u32::try_from(long.len().div_ceil(short.len())).expect("a small number");
    if of_long > of_short * grown * 5 / 2 + SMALL {
        return Some(format!("{} bytes {of_short:?}, {} bytes {of_long:?}", short.len(), long.len()));
    }
    let per_byte = of_long.as_nanos() / long.len() as u128;
    (of_long > SMALL * 3 && per_byte > 60_000).then(|| format!("{per_byte} ns a byte"))
}

#[test]
fn time_to_plan_is_linear() {
    on_two_mebibytes(|| {
        let begin = Instant::now();
        let mut problems = Vec::new();
        for Family { name, text } in FAMILIES {
            for engine in ENGINES {
                let (short, long) = (text(2_000), text(8_000));
                // Other work on the machine makes a time longer, never shorter: what is long is measured again.
                let found = too_slow(engine, [&short, &long], begin, 1)
                    .and_then(|_| too_slow(engine, [&short, &long], begin, 3));
                problems.extend(found.map(|found| format!("{name} on {engine:?}: {found}")));
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}

#[test]
fn nested_attempts_of_the_parser_are_given_up() {
    on_two_mebibytes(|| {
        for engine in ENGINES {
            let depth = 40;
            let text = format!("SELECT {}x{}", "position(".repeat(depth), ")".repeat(depth));
            let refused = scope_statement(&tables(), engine, &text);
            assert!(
                matches!(refused, Err(Refusal::TooLarge { what: "steps of reading or more", .. })),
                "{engine:?}: {refused:?}"
            );
        }
    });
}

#[test]
fn more_tokens_than_the_limit_are_refused() {
    let text = format!("SELECT 1{}", ",1".repeat(200_000));
    for engine in ENGINES {
        let refused = scope_statement(&tables(), engine, &text);
        assert!(matches!(refused, Err(Refusal::TooLarge { what: "tokens", .. })), "{engine:?}: {refused:?}");
    }
}

#[test]
fn a_long_text_of_another_statement_is_not_parsed() {
    let text = format!("CREATE TABLE t (a int{})", ", a int".repeat(10_000));
    for engine in ENGINES {
        let refused = scope_statement(&tables(), engine, &text);
        assert!(matches!(refused, Err(Refusal::TooLarge { .. })), "{engine:?}: {refused:?}");
    }
}
