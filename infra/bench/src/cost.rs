//! `bench cost`: what a deployment costs a month, from what was measured, what is assumed and what is asked for it.
//!
//! Measured figures are read from `README.md`, assumptions from `workload.json`, prices from `prices.json`. `COST.md` is what comes of
//! them; a test compares.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::failure::Failure;

const README: &str = include_str!("../README.md");
const PRICES: &str = include_str!("../prices.json");
const WORKLOAD: &str = include_str!("../workload.json");

const MILLION: f64 = 1_000_000.0;
/// Of the decimal kind, as prices are.
const KB_IN_GB: f64 = 1_000_000.0;
/// What a whole processor is, in MB of memory.
const WHOLE_PROCESSOR_MB: f64 = 1_769.0;
const SECONDS_A_MONTH: f64 = 730.0 * 3_600.0;

#[derive(Deserialize)]
struct Prices {
    region: String,
    date: String,
    note: String,
    http_api_million: f64,
    http_api_million_above_300: f64,
    lambda_million: f64,
    lambda_gb_second: f64,
    dynamodb_read_million: f64,
    dynamodb_write_million: f64,
    dynamodb_gb_month: f64,
    dynamodb_restorable_gb_month: f64,
    s3_gb_month: f64,
    s3_get_million: f64,
    sqs_million: f64,
    logs_gb: f64,
    logs_gb_month: f64,
    metric_month: f64,
    alarm_month: f64,
    dashboard_month: f64,
    traces_million: f64,
    secret_month: f64,
    transfer_gb: f64,
    transfer_free_gb: f64,
    server_month: f64,
    server_disk_gb_month: f64,
    server_backup_gb_month: f64,
    server_address_month: f64,
    balancer_month: f64,
    managed_database_month: f64,
    rented_server_month: f64,
}

#[derive(Deserialize)]
struct Workload {
    note: String,
    sites: Vec<u32>,
    update_checks: f64,
    licence_checks: f64,
    refused_share: f64,
    downloads: f64,
    package_mb: f64,
    activations: f64,
    deactivations: f64,
    licences_issued: f64,
    staff_requests: f64,
    staff_read_units: f64,
    pushes: f64,
    push_write_units: f64,
    push_messages: f64,
    push_wait_ms: f64,
    indexed_write_units: f64,
    indexed_read_units: f64,
    table_wait_ms: f64,
    memory_mb: f64,
    answer_kb: f64,
    log_bytes: f64,
    access_log_bytes: f64,
    metric_log_bytes: f64,
    log_months: f64,
    stored_kb: f64,
    packages_gb: f64,
    metrics: f64,
    alarms: f64,
    dashboards: f64,
    secrets: f64,
    traced_share: f64,
    server_disk_gb: f64,
    server_requests_per_second: f64,
}

/// What was measured, by the README.
#[derive(Debug, PartialEq)]
struct Measured {
    /// Read units of a check.
    check: f64,
    /// Read units of a refusal.
    refusal: f64,
    /// Write units of an activation.
    activation: f64,
    /// Write units of issuing a licence.
    issue: f64,
    /// Processor time of a warm request, in ms at a whole processor: the larger of the two functions measured.
    warm_cpu_ms: f64,
}

/// A month, part by part, in USD.
struct Month {
    sites: u32,
    requests: f64,
    parts: Vec<(&'static str, f64)>,
    /// Of which: packages on their way to customers.
    transfer: f64,
}

/// The report: what `COST.md` holds.
pub(crate) fn report() -> Result<String, Failure> {
    let broken = |what: &'static str| move |error: serde_json::Error| Failure::Cost(format!("{what}: {error}"));
    let prices: Prices = serde_json::from_str(PRICES).map_err(broken("prices.json"))?;
    let workload: Workload = serde_json::from_str(WORKLOAD).map_err(broken("workload.json"))?;
    let measured = measured().ok_or_else(|| Failure::Cost("README.md does not have the figures where they were".to_owned()))?;
    let months: Vec<Month> = workload.sites.iter().map(|sites| month(*sites, &measured, &workload, &prices)).collect();
    Ok(told(&months, &measured, &workload, &prices))
}

fn measured() -> Option<Measured> {
    let units = |row: &str, kind: &str| {
        let line = README.lines().find(|line| line.starts_with(&format!("| {row}")))?;
        let cell = line.trim_end_matches([' ', '|']).rsplit('|').next()?;
        cell.trim().split(kind).next()?.trim().parse().ok()
    };
    let extension = README.split("**With the extension**").nth(1)?;
    let row = extension.lines().find(|line| line.starts_with("| `woosa-software`"))?;
    let warm_cpu_ms = row.split('|').nth(6)?.split_whitespace().next()?.parse().ok()?;
    Some(Measured {
        check: units("check, prepare, redeem |", "read")?,
        refusal: units("check, current release, prepare, refused", "read")?,
        activation: units("activate, deactivate, up to ten seats", "write")?,
        issue: units("issue a licence", "write")?,
        warm_cpu_ms,
    })
}

fn month(sites: u32, measured: &Measured, workload: &Workload, prices: &Prices) -> Month {
    let w = workload;
    let count = f64::from(sites);
    let checks = count * (w.update_checks + w.licence_checks + 2.0 * w.downloads);
    let seats = count * (w.activations + w.deactivations);
    let requests = checks + seats + count * (w.staff_requests + w.licences_issued);
    let refused = checks * w.refused_share;
    let jobs = count * w.pushes * w.push_messages;
    let reads = (checks - refused) * measured.check
        + refused * measured.refusal
        + count * w.staff_requests * w.staff_read_units
        + seats * w.indexed_read_units;
    let writes = seats * (measured.activation + w.indexed_write_units)
        + count * w.licences_issued * measured.issue
        + count * w.pushes * w.push_write_units;
    let ms = (measured.warm_cpu_ms * WHOLE_PROCESSOR_MB / w.memory_mb).ceil() + w.table_wait_ms;
    let seconds = ((requests + jobs + seats) * ms + jobs * w.push_wait_ms) / 1_000.0;
    let gb_seconds = seconds * w.memory_mb / 1_024.0;
    let stored = count * w.stored_kb / KB_IN_GB;
    let logged = (requests * (w.log_bytes + w.access_log_bytes + w.metric_log_bytes) + jobs * w.log_bytes) / 1e9;
    let packages = count * w.downloads * w.package_mb / 1_000.0;
    let answers = requests * w.answer_kb / KB_IN_GB;
    let transfer = (packages + answers - prices.transfer_free_gb).max(0.0) * prices.transfer_gb;
    let gateway = if requests <= 300.0 * MILLION {
        requests / MILLION * prices.http_api_million
    } else {
        300.0 * prices.http_api_million + (requests / MILLION - 300.0) * prices.http_api_million_above_300
    };
    let traces = requests * w.traced_share / MILLION * prices.traces_million;
    let parts = vec![
        ("HTTP API", gateway),
        ("Lambda: requests", (requests + jobs + seats) / MILLION * prices.lambda_million),
        ("Lambda: duration", gb_seconds * prices.lambda_gb_second),
        ("DynamoDB: reads", reads / MILLION * prices.dynamodb_read_million),
        ("DynamoDB: writes", writes / MILLION * prices.dynamodb_write_million),
        ("DynamoDB: storage, restorable", stored * (prices.dynamodb_gb_month + prices.dynamodb_restorable_gb_month)),
        ("SQS", jobs * 3.0 / MILLION * prices.sqs_million),
        ("S3", w.packages_gb * prices.s3_gb_month + count * w.downloads / MILLION * prices.s3_get_million),
        ("CloudWatch: logs", logged * (prices.logs_gb + w.log_months * prices.logs_gb_month)),
        (
            "CloudWatch: metrics, alarms, dashboard",
            w.metrics * prices.metric_month + w.alarms * prices.alarm_month + w.dashboards * prices.dashboard_month,
        ),
        ("X-Ray", traces),
        ("Secrets Manager", w.secrets * prices.secret_month),
        ("Data transfer out", transfer),
    ];
    Month { sites, requests, parts, transfer }
}

impl Month {
    fn total(&self) -> f64 {
        self.parts.iter().map(|(_, usd)| usd).sum()
    }
}

fn one_server(workload: &Workload, prices: &Prices) -> f64 {
    let disk = workload.server_disk_gb * (prices.server_disk_gb_month + prices.server_backup_gb_month);
    prices.server_month + prices.server_address_month + disk
}

fn two_servers(workload: &Workload, prices: &Prices) -> f64 {
    2.0 * one_server(workload, prices) + prices.balancer_month + prices.managed_database_month
}

/// From how many sites on a bill of so much, transfer apart, is more than `server`: the first of the whole thousands.
fn more_than(server: f64, measured: &Measured, workload: &Workload, prices: &Prices) -> Option<u32> {
    let own = |sites: u32| {
        let month = month(sites, measured, workload, prices);
        month.total() - month.transfer
    };
    (0..=2_000).map(|thousands| thousands * 1_000).find(|sites| own(*sites) > server)
}

fn told(months: &[Month], measured: &Measured, workload: &Workload, prices: &Prices) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{words}");
    };
    let across = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    line("# What a deployment costs a month".to_owned());
    line(String::new());
    line("Made by `cargo run -p latchkey-bench -- cost`, from what `README.md` has measured, `workload.json` assumes and `prices.json` asks. A test".to_owned());
    line("compares this file with what comes of them: change those, not this.".to_owned());
    line(String::new());
    line(format!("Prices: {}, {}. {}", prices.region, prices.date, prices.note));
    line(String::new());
    line(workload.note.clone());
    line(String::new());
    let head = months.iter().map(|month| format!("{} sites", grouped(f64::from(month.sites))));
    line(across(std::iter::once("USD a month".to_owned()).chain(head).collect()));
    line(across(vec!["---".to_owned(); months.len() + 1]));
    let millions = months.iter().map(|month| format!("{:.1}", month.requests / MILLION));
    line(across(std::iter::once("millions of requests".to_owned()).chain(millions).collect()));
    for place in 0..months.first().map_or(0, |month| month.parts.len()) {
        let cells = months.iter().map(|month| format!("{:.2}", month.parts[place].1));
        line(across(std::iter::once(months[0].parts[place].0.to_owned()).chain(cells).collect()));
    }
    let totals = months.iter().map(|month| format!("**{:.2}**", month.total()));
    line(across(std::iter::once("**together**".to_owned()).chain(totals).collect()));
    let each = months.iter().map(|month| format!("{:.5}", month.total() / f64::from(month.sites)));
    line(across(std::iter::once("a site".to_owned()).chain(each).collect()));
    line(String::new());
    line(format!(
        "Measured: a check is {} read units, a refusal {}, an activation {} write units, issuing a licence {}; a warm request is {} ms of a whole",
        measured.check, measured.refusal, measured.activation, measured.issue, measured.warm_cpu_ms
    ));
    line("processor. The rates are averages: a burst costs what its requests cost, and nothing is paid for waiting.".to_owned());
    line(String::new());
    line("## Where a plain server is cheaper".to_owned());
    line(String::new());
    let (one, two) = (one_server(workload, prices), two_servers(workload, prices));
    let most = workload.server_requests_per_second * SECONDS_A_MONTH / MILLION;
    let break_even = |server: f64| match more_than(server, measured, workload, prices) {
        Some(0) => "at any size".to_owned(),
        Some(sites) => format!("above {} sites", grouped(f64::from(sites))),
        None => "never".to_owned(),
    };
    line(across(["instead", "USD a month, transfer apart", "cheaper"].map(str::to_owned).to_vec()));
    line(across(vec!["---".to_owned(); 3]));
    line(across(vec![
        "one rented server elsewhere, traffic included".to_owned(),
        format!("{:.2}", prices.rented_server_month),
        break_even(prices.rented_server_month),
    ]));
    line(across(vec!["one small arm64 server in EC2, with disk and backup".to_owned(), format!("{one:.2}"), break_even(one)]));
    line(across(vec!["two of them, a load balancer, a managed database in two zones".to_owned(), format!("{two:.2}"), break_even(two)]));
    line(String::new());
    line(format!(
        "At {:.0} requests a second, which one such server is assumed to answer, it has room for {} million requests a month: more than any",
        workload.server_requests_per_second,
        grouped(most)
    ));
    line("column above. So on money alone a plain server wins early: most of a small bill here is the metrics, alarms and secrets that a server would".to_owned());
    line("do without, and most of a large one is paid by the request. What the difference buys is that nobody patches, watches, scales or fails over a".to_owned());
    line("machine; one server is down when it is down, and whoever restores its disk is the backup. Who has people on call anyway, a steady load and".to_owned());
    line("some hundred thousand sites or more, should run a server. Data transfer costs the same on either side of this in AWS; packages that are large".to_owned());
    line("or often fetched are cheaper from anybody who does not charge by the gigabyte.".to_owned());
    text
}

/// A whole number in groups of three digits.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_that_were_measured() {
        let expected = Measured { check: 0.5, refusal: 1.5, activation: 1.0, issue: 8.0, warm_cpu_ms: 0.39 };
        assert_eq!(measured(), Some(expected));
    }

    #[test]
    fn the_file_is_what_comes_of_them() {
        assert_eq!(report().ok().unwrap(), include_str!("../COST.md"), "run `cargo run -p latchkey-bench -- cost > infra/bench/COST.md`");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([grouped(7.0), grouped(1_000.0), grouped(1_234_567.0)], ["7", "1,000", "1,234,567"]);
    }
}
