//! Metrics: what `CloudWatch` is told, and what it is not.
//!
//! Every world's functions write them, so the search for secrets that ends every test of the suite goes over these lines, too.

use std::collections::BTreeSet;

use latchkey_core::http::Function;
use latchkey_core::metrics::{DURATION, Outcome, READ_UNITS, WRITE_UNITS, dialect, most_metrics};
use latchkey_tests::exchange::{Ask, get};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use serde_json::Value;

use crate::agreement::sources::sources;
use crate::woosa::{KEY, SITE, activate, info, one_license, prepare, software_info};
use crate::{babel, bytex, cscart, sellcodes};

/// A line, taken apart as `CloudWatch` does it
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
struct Line {
    members: Value,
    /// Each metric's name, unit and value, under its dimensions and their values.
    metrics: Vec<(String, String, f64, Dimensions)>,
}

/// Names and values.
type Dimensions = Vec<(String, String)>;

impl Line {
    fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n') && text.matches('\n').count() == 1 && text.len() < 256 * 1024, "one line: {text}");
        let members: Value = serde_json::from_str(text).unwrap();
        let timestamp = members["_aws"]["Timestamp"].as_i64().unwrap();
        assert!(timestamp > 1_700_000_000_000, "milliseconds: {timestamp}");
        let mut metrics = Vec::new();
        for directive in members["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            let known: BTreeSet<_> = directive.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(known, ["Dimensions", "Metrics", "Namespace"].into());
            assert_eq!(directive["Namespace"], "Latchkey/test");
            for set in directive["Dimensions"].as_array().unwrap() {
                let set = set.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                let value = |name: &str| members[name].as_str().filter(|value| !value.is_empty()).unwrap().to_owned();
                let set: Vec<_> = set.map(|name| (name.to_owned(), value(name))).collect();
                for metric in directive["Metrics"].as_array().unwrap() {
                    let (name, unit) = (metric["Name"].as_str().unwrap(), metric["Unit"].as_str().unwrap());
                    let value = members[name].as_f64().unwrap();
                    metrics.push((name.to_owned(), unit.to_owned(), value, set.clone()));
                }
            }
        }
        Self { members, metrics }
    }

    fn told(&self) -> [&str; 3] {
        ["Dialect", "Operation", "Outcome"].map(|name| self.members[name].as_str().unwrap_or_default())
    }

    fn units(&self) -> (f64, f64) {
        (self.members[READ_UNITS].as_f64().unwrap(), self.members[WRITE_UNITS].as_f64().unwrap())
    }
}

fn lines(world: &World) -> Vec<Line> {
    world.metric_lines().iter().map(|line| Line::parse(line)).collect()
}

/// Sends one request and gives its line; what was noted beside it is written by then.
async fn line_of(world: &World, ask: Ask) -> Line {
    lines(world);
    ask.send(world).await;
    let mut lines = lines(world);
    lines.retain(|line| line.told()[1] != "noted");
    assert_eq!(lines.len(), 1, "one line a request");
    lines.remove(0)
}

#[tokio::test]
async fn a_request_is_one_line_with_dialect_route_outcome_and_units() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    let taken = line_of(&world, activate(KEY, SITE)).await;
    assert_eq!(taken.told(), ["woosa", "POST /wp-json/lmn/v1/license/activate", "ok"]);
    let asked = line_of(&world, info("NO-SUCH-KEY")).await;
    assert_eq!(asked.told(), ["woosa", "GET /wp-json/lmn/v1/license/info", "refused"]);
    let offered = line_of(&world, software_info(KEY, SITE)).await;
    assert_eq!(offered.told(), ["woosa", "GET /wp-json/lmn/v1/software/info", "ok"]);
    if world.engines.is_embedded {
        assert_eq!(taken.units(), (0.0, 1.0));
        assert_eq!(asked.units(), (1.5, 0.0), "half a unit, and a strongly consistent one");
        assert_eq!(offered.units(), (1.0, 0.0), "the licence and the product");
    }
    let metrics: Vec<_> = asked.metrics.iter().map(|(name, unit, _, set)| (name.as_str(), unit.as_str(), set.len())).collect();
    assert_eq!(metrics, [(DURATION, "Milliseconds", 2), (READ_UNITS, "Count", 1), (WRITE_UNITS, "Count", 1)]);
    let nowhere = line_of(&world, get("/wp-json/lmn/v1/TEST-KEY-0001", &[("key", KEY)])).await;
    assert_eq!(nowhere.told(), ["woosa", "none", "refused"]);
}

#[tokio::test]
async fn a_fault_of_the_stores_is_a_fault() {
    let world = World::new().await;
    one_license(&world).await;
    world.table.inject(Rule::every(Fault::AccessDenied));
    assert_eq!(line_of(&world, info(KEY)).await.told()[2], "fault");
}

#[tokio::test]
async fn the_units_are_those_that_the_table_tells() {
    let world = World::new().await;
    cscart::ask_everything(&world).await;
    Box::pin(babel::licensing::ask_everything(&world)).await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    let shop = bytex::Shop::new(&world).await;
    let wide = [("get_all_packages", "1")];
    let asks = [
        activate(KEY, SITE),
        prepare(KEY, SITE),
        sellcodes::check(KEY, SITE),
        cscart::list(&wide),
        cscart::list(&[("email", cscart::EMAIL)]),
        shop.licenses(),
        shop.create_token(),
    ];
    for ask in asks {
        world.core.sink.settle().await;
        lines(&world);
        world.table.reset_calls();
        ask.clone().send(&world).await;
        world.core.sink.settle().await;
        let spent: f64 = lines(&world).iter().map(|line| line.units().0 + line.units().1).sum();
        let told = world.table.all_capacity().total;
        assert!((spent - told).abs() < 1e-6 && told > 0.0, "{ask:?}: {spent} units are told, and the table says {told}");
    }
}

#[tokio::test]
async fn the_lines_hold_nothing_that_a_client_said_and_few_values_of_dimensions() {
    let world = World::new().await;
    cscart::ask_everything(&world).await;
    babel::access::ask_everything(&world).await;
    Box::pin(babel::client::ask_everything(&world)).await;
    one_license(&world).await;
    for ask in [activate(KEY, SITE), info(KEY), info("NO-SUCH-KEY"), software_info(KEY, SITE), prepare(KEY, SITE)] {
        ask.send(&world).await;
    }
    world.core.sink.settle().await;
    let texts = world.metric_lines();
    assert!(texts.len() > 100, "{} lines", texts.len());
    let said = [KEY, SITE, cscart::KEY, cscart::EMAIL, cscart::USER, cscart::API_KEY, "example.com", "@", "a-wrong-key"];
    for text in &texts {
        let found = said.iter().find(|said| text.contains(*said));
        assert_eq!(found, None, "{text}");
        let line = Line::parse(text);
        let members: BTreeSet<_> = line.members.as_object().unwrap().keys().map(String::as_str).collect();
        let known = BTreeSet::from(["_aws", "Dialect", "Operation", "Outcome", DURATION, READ_UNITS, WRITE_UNITS]);
        assert!(members.is_subset(&known), "{text}");
    }
    let outcomes: BTreeSet<_> = Outcome::ALL.iter().map(|outcome| serde_json::to_value(outcome).unwrap().to_string()).collect();
    let metrics: BTreeSet<_> = texts.iter().flat_map(|text| Line::parse(text).metrics).map(|(name, _, _, set)| (name, set)).collect();
    for (_, set) in &metrics {
        assert!(set.iter().all(|(name, value)| name != "Outcome" || outcomes.contains(&format!("\"{value}\""))));
    }
    assert!(metrics.len() <= most_metrics(dialects(&world).len()), "{metrics:?}");
}

fn dialects(world: &World) -> BTreeSet<&'static str> {
    let functions = latchkey_local::functions(&world.parts());
    let of = |function: &Function| dialect(function.name);
    functions.iter().map(|(function, _)| of(function)).chain(latchkey_local::workers().into_iter().map(dialect)).collect()
}

#[tokio::test]
async fn there_are_as_many_metrics_as_is_said() {
    let world = World::new().await;
    let dialects = dialects(&world);
    assert_eq!(dialects, ["babel", "bytex", "cscart", "sellcodes", "woosa", "worker"].into());
    assert_eq!(most_metrics(dialects.len()), 30, "say in shared/src/metrics/mod.rs what it costs");
}

#[test]
fn what_is_spawned_for_a_request_is_counted_along_with_it() {
    let mut spawned = 0;
    for source in sources("shared/src", &[".rs"]).into_iter().chain(sources("functions", &[".rs"])) {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| line.contains(".spawn(")) {
            spawned += 1;
            // The sink's line is of its own; a connection to another's server asks nothing of the table.
            let is_counted = ["spawn(along(", "empty_counted(", "spawn(connection)"].iter().any(|how| line.contains(how));
            assert!(is_counted, "{}: `{}`: latchkey_core::metrics::along has it counted", source.path, line.trim());
        }
    }
    assert!(spawned > 5, "spawning is written otherwise than it was");
}
