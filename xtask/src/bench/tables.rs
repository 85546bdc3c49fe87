//! Makes the tables of docs/evidence/performance.md from the figures.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::{
    budgets,
    figures::{Figures, Timing, distinct, number, points, rows, timings},
    instructions,
};

/// The backends that may have times.
pub(super) const BACKENDS: [&str; 3] = ["sqlite", "postgres", "mariadb"];

/// Makes each table for which there are figures, with the name of its marks in the page.
pub(super) fn all(figures: &Figures) -> Result<Vec<(&'static str, String)>> {
    let mut tables = Vec::new();
    for backend in BACKENDS {
        if let Some(text) = figures.get(backend) {
            tables.push((backend, times(&timings(text)?)));
        }
    }
    if let Some(text) = figures.get("curves") {
        tables.push(("curves", curves(text)?));
    }
    if let Some(text) = figures.get("router") {
        tables.push(("router", router(text)?));
    }
    if let (Some(counted), Some(times)) = (figures.get("instructions"), figures.get("times")) {
        tables.push(("instructions", work(counted, times)?));
    }
    if let Some(text) = figures.get("profile") {
        tables.push(("profile", profile(text)?));
    }
    if let Some(text) = figures.get("operations") {
        tables.push(("operations", operations(text)?));
    }
    if figures.contains_key("curves") {
        tables.push(("budgets", budgets::table(figures)?));
    }
    Ok(tables)
}

/// A row of a table.
fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<_> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The header of a table, and the line below it that right-aligns the numbers.
fn head<T: AsRef<str>>(cells: &[T]) -> String {
    line(cells) + "| --- |" + &" ---: |".repeat(cells.len() - 1) + "\n"
}

/// The microseconds of all arms, and the two ratios.
fn times(timings: &[Timing<'_>]) -> String {
    let mut arms = distinct(timings, |timing| timing.arm);
    let ratios = ["scope", "by hand in full", "by hand again"];
    arms.retain(|arm| !ratios[1..].contains(arm));
    let mut columns = vec!["operation".to_owned()];
    columns.extend(arms.iter().map(|arm| format!("{arm}, µs")));
    columns.extend(ratios.map(|arm| format!("{arm} / by hand")));
    let mut table = head(&columns);
    for operation in distinct(timings, |timing| timing.operation) {
        let of = |arm: &str| timings.iter().find(|timing| timing.operation == operation && timing.arm == arm);
        let mut cells = vec![operation.to_owned()];
        cells
            .extend(arms.iter().map(|arm| of(arm).map_or_else(String::new, |timing| grouped(timing.micros))));
        cells.extend(ratios.map(|arm| of(arm).map_or_else(String::new, ratio)));
        table += &line(&cells);
    }
    table
}

/// A ratio and the 95 % interval of its median.
pub(super) fn ratio(timing: &Timing<'_>) -> String {
    format!("{:.3} ({:.3}–{:.3})", timing.ratio, timing.low, timing.high)
}

/// The curves: a row for each x, a column for each series, with its ratio.
fn curves(text: &str) -> Result<String> {
    let points = points(text)?;
    let mut table = String::new();
    for curve in distinct(&points, |point| point.curve) {
        let of: Vec<_> = points.iter().filter(|point| point.curve == curve).collect();
        let series = distinct(&of, |point| point.series);
        let mut columns = vec![curve];
        columns.extend(&series);
        table += &head(&columns);
        // The first series has a point for every x.
        for x in of.iter().filter(|point| point.series == series[0]).map(|point| point.x) {
            let mut cells = vec![grouped(x)];
            for series in &series {
                let point = of.iter().find(|point| point.series == *series && point.x == x);
                let point = point.with_context(|| format!("{curve}: no {series} at {x}"))?;
                cells.push(format!("{} ({:.2})", grouped(point.value), point.ratio));
            }
            table += &line(&cells);
        }
        table.push('\n');
    }
    table.truncate(table.trim_end().len());
    Ok(table + "\n")
}

/// Statements on Citus, to one shard and to all shards.
fn router(text: &str) -> Result<String> {
    let mut table = head(&["statement", "in a scope, µs", "outside, µs", "outside / scope"]);
    for [sql, scoped, outside, ratio] in rows::<4>(text)? {
        let (scoped, outside) = (grouped(number(scoped)?), grouped(number(outside)?));
        table += &line(&[&format!("`{sql}`"), scoped.as_str(), &outside, ratio]);
    }
    Ok(table)
}

/// The nanoseconds of each operation, by name.
pub(super) fn nanos(times: &str) -> Result<BTreeMap<&str, f64>> {
    rows::<2>(times)?.into_iter().map(|[operation, nanos]| Ok((operation, number(nanos)?))).collect()
}

/// The instructions and nanoseconds of a scope's own work.
fn work(counted: &str, times: &str) -> Result<String> {
    let nanos = nanos(times)?;
    let mut table = head(&["operation", "instructions", "ns"]);
    for (operation, count) in instructions::read(counted)? {
        let nanos = nanos.get(operation.as_str()).map_or_else(String::new, |nanos| grouped(*nanos));
        table += &line(&[operation.as_str(), &grouped(count as f64), &nanos]);
    }
    Ok(table)
}

/// Where the instructions of a rewrite are spent: a table for each operation.
fn profile(text: &str) -> Result<String> {
    let parts = rows::<3>(text)?;
    let mut tables = Vec::new();
    for operation in distinct(&parts, |[operation, ..]| operation) {
        let of: Vec<_> = parts.iter().filter(|part| part[0] == operation).collect();
        let [_, _, whole] = of.last().context("each operation has parts")?;
        let whole = number(whole)?;
        let mut table = head(&[operation, "instructions", "share"]);
        for [_, what, instructions] in of {
            let instructions = number(instructions)?;
            let share = format!("{:.0} %", 100.0 * instructions / whole);
            table += &line(&[what, grouped(instructions).as_str(), &share]);
        }
        tables.push(table);
    }
    Ok(tables.join("\n"))
}

/// Whole operations: a row with both arms for each.
fn operations(text: &str) -> Result<String> {
    let columns = [
        "operation",
        "by hand",
        "of it SQLite",
        "scope",
        "of it SQLite",
        "of it the scope",
        "scope / by hand",
    ];
    let mut table = head(&columns);
    for pair in rows::<5>(text)?.chunks(2) {
        let [[operation, _, by_hand, engine, _], [_, _, scope, scoped_engine, own]] = pair else {
            bail!("an operation does not have two arms");
        };
        let ratio = number(scope)? / number(by_hand)?;
        let mut cells = vec![(*operation).to_owned()];
        for count in [by_hand, engine, scope, scoped_engine, own] {
            cells.push(grouped(number(count)?));
        }
        cells.push(format!("{ratio:.3}"));
        table += &line(&cells);
    }
    Ok(table)
}

/// Formats a number with grouped thousands, and with a decimal if it is small.
pub(super) fn grouped(number: f64) -> String {
    if number.fract() != 0.0 && number < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let numbers = [0.25, 12.34, 123.4, 1_000.0, 1_234_567.8].map(grouped);
        assert_eq!(numbers, ["0.2", "12.3", "123", "1,000", "1,234,568"]);
    }

    #[test]
    fn times_have_a_column_for_each_arm_and_ratios_to_the_filter_by_hand() {
        let text = "insert\tby hand\t30.0\t1\t1\t1\ninsert\tby hand again\t30.1\t1.001\t0.99\t1.02\n\
                    insert\tscope\t31.5\t1.05\t1.04\t1.06\n";
        assert_eq!(
            times(&timings(text).unwrap()),
            "| operation | by hand, µs | scope, µs | scope / by hand | by hand in full / by hand | by hand again / by hand |\n\
             | --- | ---: | ---: | ---: | ---: | ---: |\n\
             | insert | 30 | 31.5 | 1.050 (1.040–1.060) |  | 1.001 (0.990–1.020) |\n"
        );
    }

    #[test]
    fn an_operation_has_both_arms_in_one_row() {
        let text = "insert\tby hand\t70000\t40000\t0\ninsert\tscope\t70700\t40100\t1500\n";
        let table = operations(text).unwrap();
        assert!(
            table.ends_with("| insert | 70,000 | 40,000 | 70,700 | 40,100 | 1,500 | 1.010 |\n"),
            "{table}"
        );
        assert!(operations("insert\tscope\t1\t2\t3\n").is_err());
    }

    #[test]
    fn each_curve_is_a_table() {
        let text = "texts\tplans\t1\t2\t0.1\ntexts\tplans\t10\t11\t0.2\ntenants\tns\t1\t300\t1\n";
        let table = curves(text).unwrap();
        assert!(
            table.contains("| texts | plans |\n| --- | ---: |\n| 1 | 2 (0.10) |\n| 10 | 11 (0.20) |\n\n"),
            "{table}"
        );
        assert!(table.ends_with("| tenants | ns |\n| --- | ---: |\n| 1 | 300 (1.00) |\n"), "{table}");
    }
}
