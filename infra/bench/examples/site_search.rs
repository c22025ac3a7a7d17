//! What it takes to find an account's licences by a site: by the index, and by reading through the account, which was the other way.
//!
//! `cargo run -p latchkey-bench --example site_search -- 1000` (or `100000`). Counts are the store's own; only they mean something.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "it is run by hand, and what it is for is what it prints")]

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::seat::Device;
use latchkey_core::domain::site_index::entries;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::find_by_site::{Host, licenses_at};
use latchkey_core::table::{Freshness, Selection};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use tokio::time::Instant;

type Item = HashMap<String, AttributeValue>;

/// How many of the licences are used on one host beside their own.
const SHARING: u32 = 20;
const SHARED: &str = "shared.example.com";
const PAGE: usize = 20;

#[tokio::main]
async fn main() {
    let count: u32 = std::env::args().nth(1).map_or(1_000, |count| count.parse().unwrap());
    let world = World::new().await;
    let vendor = world.vendor().await;
    Box::pin(follow(&world, &vendor)).await;
    Box::pin(fill(&world, &vendor, count)).await;
    let last = format!("shop-{count}.example.com");
    println!("\n| {count} licences | calls | read units | ms |\n|---|---|---|---|");
    for (what, host) in [("20 licences of one host", SHARED), ("the last licence", &last), ("none", "nowhere.example.com")] {
        measure(&world, &format!("index: {what}"), async { by_index(&world, vendor.account, host).await }).await;
        measure(&world, &format!("filter: {what}"), async { by_filter(&world, vendor.account, host).await }).await;
    }
}

/// Counts what `work` asks of the table. It gives how many licences it found.
async fn measure(world: &World, what: &str, work: impl Future<Output = usize>) {
    world.table.reset_calls();
    let begun = Instant::now();
    let found = work.await;
    let (calls, units, ms) = (world.table.round_trips(), world.table.capacity().total, begun.elapsed().as_millis());
    println!("| {what}: {found} found | {calls} | {units} | {ms} |");
}

async fn by_index(world: &World, account: AccountId, host: &str) -> usize {
    licenses_at(&world.core, account, &Host::parse(host).unwrap(), None, PAGE).await.unwrap().licenses.len()
}

/// Page by page through the account, until a page of results is full.
async fn by_filter(world: &World, account: AccountId, host: &str) -> usize {
    let (mut found, mut after) = (0, None);
    loop {
        let page = world.core.table.licenses(account, &Selection::All, after, 1_000).await.unwrap();
        let keys: Vec<_> = page.items.iter().map(|license| license.key.digest()).collect();
        let grants = world.core.table.grants(&keys, Freshness::Eventual).await.unwrap();
        found += grants.iter().flatten().filter(|grant| entries(grant).iter().any(|entry| entry.host == host)).count();
        after = page.next;
        if found >= PAGE || after.is_none() {
            return found;
        }
    }
}

/// What an activation costs beside its own write, afterwards.
async fn follow(world: &World, vendor: &Vendor) {
    let license = world.license_with(vendor, "FOLLOWED-KEY", Some(5)).await;
    let product = latchkey_core::domain::ladder::ProductClaim::Slug("test-plugin");
    println!("| the worker | calls | units |\n|---|---|---|");
    for (what, site) in
        [("a first site", "first.example.com"), ("a second site", "second.example.com"), ("nothing new", "second.example.com")]
    {
        let device = Device::parse(site).unwrap();
        activate(&world.direct(), Activate { key: &license.key, product, device: &device, label: None }).await.unwrap();
        let key = (format!("LICENSE#{}", license.key.digest().to_text()), "GRANT".to_owned());
        world.table.reset_calls();
        assert!(latchkey_worker::index_changes(world.core.clone(), World::event(&[key])).await.is_done());
        for call in world.table.calls() {
            println!("| {what}: {} | 1 | {} |", call.operation, call.capacity.total);
        }
    }
}

/// Writes licences, grants and the index into the table, 25 items a call: copies of one that was issued and indexed.
async fn fill(world: &World, vendor: &Vendor, count: u32) {
    let license = world.license_with(vendor, "COPIED-KEY", Some(5)).await;
    let product = latchkey_core::domain::ladder::ProductClaim::Slug("test-plugin");
    let device = Device::parse("copied.example.com").unwrap();
    activate(&world.direct(), Activate { key: &license.key, product, device: &device, label: None }).await.unwrap();
    world.follow_changes().await;
    let scan = world.dynamodb.scan().table_name(world.core.table.name()).send().await.unwrap();
    let all = scan.items().to_vec();
    let digest = license.key.digest().to_text();
    let find =
        |pk: &str, sk: &str| all.iter().find(|item| text(item, "pk").starts_with(pk) && text(item, "sk").starts_with(sk)).unwrap().clone();
    let originals = [
        find("ACCOUNT#", "LICENSE#"),
        find(&format!("LICENSE#{digest}"), "GRANT"),
        find(&format!("LICENSE#{digest}"), "SITE#"),
        find("SITE#", "LICENSE#"),
    ];
    let mut batch = Vec::new();
    for number in 3..=count {
        batch.extend(copies(&originals, number));
        if batch.len() >= 24 || number == count {
            let writes = batch.drain(..).map(|item| {
                let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            let writes = world.dynamodb.batch_write_item().request_items(world.core.table.name(), writes.collect());
            assert!(writes.send().await.unwrap().unprocessed_items.unwrap_or_default().is_empty());
        }
    }
}

/// The four items of another licence, all of whose seats are on one site.
fn copies([record, grant, memory, entry]: &[Item; 4], number: u32) -> [Item; 4] {
    let key = LicenseKey::parse(&format!("BENCH-KEY-{number:010}")).unwrap();
    let host = if number <= SHARING + 2 { SHARED.to_owned() } else { format!("shop-{number}.example.com") };
    let seat = Device::parse(&host).unwrap().digest().to_string();
    let (licenses, digest) = (format!("LICENSE#{}", key.digest().to_text()), key.digest().to_text());
    let (s, n) = (AttributeValue::S, |number: u32| AttributeValue::N(number.to_string()));
    let with = |item: &Item, changes: Vec<(&str, AttributeValue)>| {
        let mut item = item.clone();
        item.extend(changes.into_iter().map(|(name, value)| (name.to_owned(), value)));
        item
    };
    let held = grant["seats"].as_m().unwrap().values().next().unwrap().as_m().unwrap();
    let held = AttributeValue::M(with(held, vec![("d", s(host.clone()))]));
    let seats = AttributeValue::M(HashMap::from([(seat.clone(), held)]));
    let account = text(entry, "pk").split('#').nth(1).unwrap();
    [
        with(
            record,
            vec![
                ("sk", s(format!("LICENSE#{number:010}"))),
                ("id", n(number)),
                ("license_number", n(number)),
                ("key", s(key.expose().to_owned())),
            ],
        ),
        with(grant, vec![("pk", s(licenses.clone())), ("license", n(number)), ("seats", seats)]),
        with(
            memory,
            vec![
                ("pk", s(licenses)),
                ("sk", s(format!("SITE#COUNTED#{seat}"))),
                ("license", n(number)),
                ("seat", s(seat.clone())),
                ("host", s(host.clone())),
            ],
        ),
        with(
            entry,
            vec![("pk", s(format!("SITE#{account}#{host}"))), ("sk", s(format!("LICENSE#{number:010}#{seat}"))), ("key", s(digest))],
        ),
    ]
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item[name].as_s().unwrap()
}
