//! The report, for people as a table and for programs as JSON.

use crate::cold::{Function, Report};
use crate::failure::Failure;
use crate::quota::share;
use crate::sandbox::Sample;
use crate::statistics::Spread;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

/// A column: how it is named, and how it is read from one start. Nothing where a start has no such figure.
struct Figure {
    /// In JSON.
    key: &'static str,
    /// In the table.
    title: &'static str,
    of: fn(&Sample, u32) -> Option<f64>,
}

const FIGURES: [Figure; 7] = [
    Figure { key: "first_answer_ms", title: "first answer ms", of: |sample, _| Some(ms(sample.first_answer)) },
    Figure { key: "cpu_ms", title: "CPU ms", of: |sample, _| Some(ms(sample.cpu)) },
    Figure { key: "cpu_at_share_ms", title: "CPU at share ms", of: |sample, memory| Some(ms(sample.cpu) / share(memory).min(1.0)) },
    Figure { key: "init_ms", title: "INIT ms", of: |sample, _| Some(ms(sample.init)) },
    Figure { key: "init_cpu_ms", title: "INIT CPU ms", of: |sample, _| Some(ms(sample.init_cpu)) },
    Figure { key: "warm_cpu_ms", title: "warm CPU ms", of: |sample, _| sample.warm_cpu.map(ms) },
    Figure { key: "peak_memory_mib", title: "memory MiB", of: |sample, _| Some(mib(sample.peak_memory_kib)) },
];

/// Writes the report to standard output.
pub(crate) fn print(report: &Report, as_json: bool) -> Result<(), Failure> {
    let text = if as_json { format!("{:#}\n", to_json(report)) } else { table(report) };
    std::io::stdout().write_all(text.as_bytes()).map_err(Failure::Print)
}

/// Writes to standard error why there is no report.
pub(crate) fn refuse(failure: &Failure) -> ExitCode {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "bench: {failure}");
    ExitCode::FAILURE
}

fn conditions(report: &Report) -> String {
    let init = if report.init_unthrottled { ", INIT at full speed" } else { "" };
    match &report.quota {
        Some(quota) => format!("{} MB: {quota}{init}", report.memory_mb),
        None => format!("no CPU quota here: CPU seconds only; \"at share\" is CPU ms x 1,769 / {}", report.memory_mb),
    }
}

/// Median / 90th percentile (x the first function's median), a row for each function.
fn table(report: &Report) -> String {
    let runs = report.functions.first().map_or(0, |function| function.samples.len());
    let mut text = format!("{}\n{runs} runs in turns; median / p90 (ratio of the medians to the first row's)\n\n", conditions(report));
    let titles: Vec<_> = FIGURES.iter().map(|figure| figure.title).collect();
    let _ = writeln!(text, "| function | status | MB | zip MB | {} |", titles.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(4 + FIGURES.len()));
    for function in &report.functions {
        let cells = FIGURES.iter().map(|figure| cell(figure, function, report)).collect::<Vec<_>>().join(" | ");
        let (binary, zip) = (mb(function.size.binary), mb(function.size.zip));
        let _ = writeln!(text, "| {} | {} | {binary:.2} | {zip:.2} | {cells} |", function.label, statuses(function));
    }
    text
}

fn cell(figure: &Figure, function: &Function, report: &Report) -> String {
    spread(figure, function, report.memory_mb).map_or_else(
        || "–".to_owned(),
        |Spread { median, p90 }| match ratio(figure, function, report) {
            Some(ratio) => format!("{median:.2} / {p90:.2} (x {ratio:.2})"),
            None => format!("{median:.2} / {p90:.2}"),
        },
    )
}

fn to_json(report: &Report) -> Value {
    let functions = report.functions.iter().map(|function| {
        let figures = FIGURES.iter().map(|figure| {
            let spread = spread(figure, function, report.memory_mb);
            let ratio = ratio(figure, function, report);
            (figure.key.to_owned(), json!(spread.map(|Spread { median, p90 }| json!({ "median": median, "p90": p90, "ratio": ratio }))))
        });
        json!({
            "function": function.label,
            "status": statuses(function),
            "binary_bytes": function.size.binary,
            "zip_bytes": function.size.zip,
            "figures": figures.collect::<serde_json::Map<_, _>>(),
        })
    });
    json!({ "conditions": conditions(report), "memory_mb": report.memory_mb, "functions": functions.collect::<Vec<_>>() })
}

fn spread(figure: &Figure, function: &Function, memory_mb: u32) -> Option<Spread> {
    Spread::of(function.samples.iter().filter_map(|sample| (figure.of)(sample, memory_mb)))
}

/// To the first function's median.
fn ratio(figure: &Figure, function: &Function, report: &Report) -> Option<f64> {
    let reference = spread(figure, report.functions.first()?, report.memory_mb)?;
    Some(spread(figure, function, report.memory_mb)?.median / reference.median)
}

/// Every status that was answered: `200`, or `200 500` for a function that should not be trusted.
fn statuses(function: &Function) -> String {
    let mut all: Vec<u16> = function.samples.iter().map(|sample| sample.status).collect();
    all.sort_unstable();
    all.dedup();
    all.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "no function has 2^52 bytes")]
fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "no function has 2^52 KiB")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::size::Size;

    fn function(label: &str, first_answer_ms: u64, warm_cpu: Option<Duration>) -> Function {
        let sample = Sample {
            init: Duration::from_millis(1),
            first_answer: Duration::from_millis(first_answer_ms),
            init_cpu: Duration::from_millis(1),
            cpu: Duration::from_millis(2),
            warm_cpu,
            peak_memory_kib: 2048,
            status: 200,
        };
        Function { label: label.into(), size: Size { binary: 2_500_000, zip: 1_000_000 }, samples: vec![sample; 3] }
    }

    fn report(quota: Option<&str>) -> Report {
        let functions = vec![function("empty", 2, None), function("real", 6, Some(Duration::from_micros(250)))];
        Report { memory_mb: 128, quota: quota.map(Into::into), init_unthrottled: false, functions }
    }

    #[test]
    fn a_row_compares_each_figure_with_the_first_rows() {
        let table = table(&report(Some("1 ms in every 20 ms")));
        assert!(table.starts_with("128 MB: 1 ms in every 20 ms\n3 runs"), "{table}");
        assert!(table.contains("| empty | 200 | 2.50 | 1.00 | 2.00 / 2.00 (x 1.00) |"), "{table}");
        assert!(table.contains("| real | 200 | 2.50 | 1.00 | 6.00 / 6.00 (x 3.00) |"), "{table}");
    }

    #[test]
    fn without_a_quota_the_report_says_so_and_scales_the_processor_time() {
        let report = report(None);
        assert!(table(&report).starts_with("no CPU quota here: CPU seconds only"));
        let scaled = to_json(&report)["functions"][0]["figures"]["cpu_at_share_ms"]["median"].as_f64().unwrap();
        assert!((scaled - 2.0 * 1_769.0 / 128.0).abs() < 1e-9, "{scaled}");
    }

    #[test]
    fn a_figure_that_was_not_measured_is_empty() {
        let json = to_json(&report(None));
        assert_eq!(json["functions"][0]["figures"]["warm_cpu_ms"], Value::Null);
        assert_eq!(json["functions"][1]["figures"]["warm_cpu_ms"]["ratio"], Value::Null);
    }
}
