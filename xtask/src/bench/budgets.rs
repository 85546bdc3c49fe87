//! Compares the budgets with the measurements, so that the page cannot claim that a missed budget is met.

use anyhow::{Context, Result};

use super::{
    figures::{Figures, Point, Timing, points, timings},
    instructions,
    tables::{grouped, nanos, ratio},
};

/// The part of the operation's name for inserts of a new length.
const NEW_LENGTH: &str = "new length";

/// Whether a budget is met.
fn met(is_met: bool) -> &'static str {
    if is_met { "yes" } else { "no" }
}

/// Makes a line for each budget that was measured.
pub(super) fn table(figures: &Figures) -> Result<String> {
    let mut lines = vec!["| budget | found | met |".to_owned(), "| --- | --- | --- |".to_owned()];
    if let Some(times) = figures.get("times") {
        lines.push(cached(times)?);
    }
    if let Some(counted) = figures.get("instructions") {
        lines.push(first_sight(counted)?);
    }
    for (backend, name) in [("sqlite", "SQLite in memory"), ("postgres", "PostgreSQL over a socket")] {
        if let Some(text) = figures.get(backend) {
            let timings = timings(text)?;
            lines.push(by_hand(name, &timings)?);
            lines.push(new_length(name, &timings)?);
        }
    }
    let text = figures.get("curves").context("there are no curves")?;
    lines.extend(flat(&points(text)?)?);
    Ok(lines.join("\n") + "\n")
}

/// The time of a cached statement before it is sent.
fn cached(times: &str) -> Result<String> {
    let nanos = nanos(times)?;
    let of = |operation: &str| nanos.get(operation).with_context(|| format!("no time of {operation}"));
    let cached = of("cached-join")? - of("a-clone-of-the-join")?;
    Ok(format!(
        "| a cached statement: 150 ns | {cached:.0} ns for the join of eight columns, less the harness's clone | {} |",
        met(cached <= 150.0)
    ))
}

/// The first sight of a text, compared with one parse of it.
fn first_sight(counted: &str) -> Result<String> {
    const BUDGET: f64 = 2.0;
    let counted = instructions::read(counted)?;
    let of = |operation: &str| {
        let count = counted.get(operation).with_context(|| format!("no count of {operation}"))?;
        anyhow::Ok(*count as f64)
    };
    let ratio = of("first-sight-of-a-join")? / of("one-parse-of-the-join")?;
    Ok(format!(
        "| the first sight of the join of eight columns: 2.0 of one parse of its text, by instructions | {ratio:.2} | {} |",
        met(ratio <= BUDGET)
    ))
}

/// The times of the arm `scope`, by operation.
fn scoped<'a>(timings: &'a [Timing<'a>]) -> impl Iterator<Item = &'a Timing<'a>> {
    timings.iter().filter(|timing| timing.arm == "scope")
}

/// All operations compared with the filter by hand: those above the budget, and those certainly above it.
fn by_hand(name: &str, timings: &[Timing<'_>]) -> Result<String> {
    const BUDGET: f64 = 1.01;
    // New lengths have their own budget.
    let scoped = || scoped(timings).filter(|timing| !timing.operation.contains(NEW_LENGTH));
    let all = scoped().count();
    let below = scoped().filter(|timing| timing.ratio <= BUDGET).count();
    let beyond: Vec<_> = scoped().filter(|timing| timing.low > BUDGET).collect();
    let again = timings.iter().filter(|timing| timing.arm == "by hand again");
    let noise = again.map(|timing| (timing.ratio - 1.0).abs()).fold(0.0, f64::max);
    let names: Vec<_> =
        beyond.iter().map(|timing| format!("{}: {:.3}", timing.operation, timing.ratio)).collect();
    let beyond = if names.is_empty() { "none".to_owned() } else { names.join("; ") };
    let verdict = match (below == all, names.is_empty()) {
        (true, _) => "yes",
        (false, true) => "not told apart",
        (false, false) => "no",
    };
    Ok(format!(
        "| 1.01 of the filter by hand, {name} | {below} of {all} operations within; beyond it with their whole interval: {beyond}. \
         The same arm twice differs by up to {noise:.3} | {verdict} |"
    ))
}

/// Inserts of new lengths.
fn new_length(name: &str, timings: &[Timing<'_>]) -> Result<String> {
    let timing = scoped(timings)
        .find(|timing| timing.operation.contains(NEW_LENGTH))
        .context("no inserts of new lengths")?;
    let verdict = if timing.ratio <= 1.05 {
        "yes"
    } else if timing.low <= 1.05 {
        "not told apart"
    } else {
        "no"
    };
    Ok(format!("| a never-seen length: 1.05 of the insert by hand, {name} | {} | {verdict} |", ratio(timing)))
}

/// The curves that must be flat, and the memory that must be bounded.
fn flat(points: &[Point<'_>]) -> Result<Vec<String>> {
    let highest = |curve: &str, series: &str| {
        let of = points.iter().filter(|point| point.curve == curve && point.series.starts_with(series));
        of.map(|point| (point.value, point.ratio))
            .reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))
            .with_context(|| format!("{curve} has no points of {series}"))
    };
    let mut lines = Vec::new();
    for (budget, curve, series) in [
        ("tenants 1 → 1,000,000, a statement rewritten", "tenants", "a scope"),
        ("tenants 1 → 1,000,000, find by id through a scope", "tenants", "find by id through"),
        ("catalogue 10 → 10,000 tables, a cached statement", "catalogue", "a cached"),
        ("catalogue 10 → 10,000 tables, a first sight", "catalogue", "the first"),
        ("threads 1 → 64, one tenancy beside one each", "threads", "one tenancy"),
        ("distinct texts 1 → 1,000,000, a cached statement", "texts", "a cached"),
    ] {
        let (_, ratio) = highest(curve, series)?;
        lines.push(format!("| {budget}: flat within 1.1 | at most {ratio:.2} | {} |", met(ratio <= 1.1)));
    }
    let (plans, _) = highest("texts", "plans")?;
    lines.push(format!("| at most 10,000 plans | {} | {} |", grouped(plans), met(plans <= 10_000.0)));
    let (memory, _) = highest("texts", "memory")?;
    lines.push(format!(
        "| at most 64 MiB of plans | {memory:.1} MiB more in memory | {} |",
        met(memory <= 64.0)
    ));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(ratio: f64, low: f64) -> String {
        let timing = |arm, ratio, low| Timing { operation: "find", arm, micros: 1.0, ratio, low, high: 2.0 };
        by_hand("SQLite", &[timing("by hand again", 0.998, 0.9), timing("scope", ratio, low)]).unwrap()
    }

    #[test]
    fn a_budget_is_missed_if_the_whole_interval_exceeds_it() {
        assert!(line(1.01, 0.99).ends_with("| yes |"));
        assert!(line(1.05, 1.0).ends_with("| not told apart |"));
        let missed = line(1.05, 1.02);
        assert!(missed.ends_with("| no |") && missed.contains("find: 1.050"), "{missed}");
        assert!(missed.contains("up to 0.002"), "{missed}");
    }

    #[test]
    fn new_lengths_have_their_own_budget() {
        let timing = |arm, ratio| Timing {
            operation: "insert_many, a new length each time",
            arm,
            micros: 1.0,
            ratio,
            low: ratio,
            high: ratio,
        };
        let timings = [timing("by hand again", 1.0), timing("scope", 1.04)];
        assert!(by_hand("SQLite", &timings).unwrap().contains("0 of 0 operations"));
        assert!(new_length("SQLite", &timings).unwrap().ends_with("| yes |"));
        assert!(new_length("SQLite", &[timing("scope", 1.06)]).unwrap().ends_with("| no |"));
    }
}
