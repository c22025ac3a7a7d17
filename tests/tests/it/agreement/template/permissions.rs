//! Each function may do what it does, and nothing else.
//!
//! What it does is found by watching: every endpoint with what it can be asked, each function over a proxy of its own.

mod mail;
mod needs;
mod pushes;
mod webhooks;

use std::collections::BTreeSet;

use latchkey_core::core::{Core, Downloads};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::traces::change_trace;
use latchkey_core::packages::Packages;
use latchkey_core::random::Random;
use latchkey_core::sink::Sink;
use latchkey_core::table::{Patience, Table};
use latchkey_local::{Gateway, Parts};
use latchkey_tests::engines;
use latchkey_tests::proxy::Proxy;
use latchkey_tests::vendor::{Vendor, http_client};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use self::needs::{action, for_its_queue, for_notices, for_sending_mail, for_the_queue_of_webhooks, in_its_name, needed};
use super::{Declared, Template};
use crate::woosa::{SITE, STOPPED, activate, deactivate, download, info, prepare, software_info, stop};
use crate::{cscart, sellcodes};

const DEVELOPMENT: &str = "https://shop.test";
const WEEKS: i64 = 15 * 24 * 60 * 60;

/// A function whose calls are recorded.
struct Watched {
    name: &'static str,
    table: Proxy,
    bucket: Proxy,
    sink: Sink,
}

/// Puts each of the world's functions over proxies of its own.
async fn watch(world: &mut World) -> Vec<Watched> {
    let (mut watched, mut behind) = (Vec::new(), Vec::new());
    let bucket_name = world.downloads.packages.bucket().to_owned();
    for place in 0..latchkey_local::functions(&world.parts()).len() {
        let table = Proxy::start(&world.engines.dynamodb).await.unwrap();
        let bucket = Proxy::start(&world.engines.s3).await.unwrap();
        let store = Table::new(engines::dynamodb(&table.url()), world.core.table.name(), Random::System, Patience::default());
        let core = Core::new(store, world.core.clock.clone(), world.core.random.clone(), world.core.public_url.clone());
        // What every function begins with (`shared/src/lambda.rs`).
        core.table.warm_up().await.unwrap();
        let sink = core.sink.clone();
        let packages = Packages::new(engines::s3(&bucket.url(), &bucket_name), &bucket_name);
        let downloads = Downloads { packages, tokens: world.downloads.tokens.clone() };
        let (function, router) = latchkey_local::functions(&Parts { core, downloads, ..world.parts() }).swap_remove(place);
        watched.push(Watched { name: function.name, table, bucket, sink });
        behind.push((function, router));
    }
    world.gateway = Gateway::new(behind);
    watched
}

/// The life of a licence with one seat or more, and what its sites ask.
async fn live(world: &World, vendor: &Vendor, key: &str, seats: u32) {
    let license = world.license_with(vendor, key, Some(seats)).await;
    change_trace(&world.core, Edit { account: license.account, license: license.id, seen: None }, true).await.unwrap();
    let ok = async |ask: latchkey_tests::exchange::Ask| {
        let answer = ask.send(world).await;
        assert!(answer.status.is_success(), "{key}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        answer
    };
    let refused = async |ask: latchkey_tests::exchange::Ask| assert_eq!(ask.send(world).await.status, 403, "{key}");
    refused(software_info(key, SITE)).await;
    refused(deactivate(key, SITE)).await;
    for number in 1..seats {
        ok(activate(key, &format!("https://site-{number}.example.com"))).await;
    }
    for site in [SITE, SITE, DEVELOPMENT, DEVELOPMENT] {
        ok(activate(key, site)).await;
    }
    refused(activate(key, "https://one-too-many.example.com")).await;
    refused(prepare(key, "https://one-too-many.example.com")).await;
    ok(info(key)).await;
    world.clock.advance_seconds(WEEKS);
    for site in [SITE, DEVELOPMENT] {
        ok(software_info(key, site)).await;
        let token = ok(prepare(key, site)).await.json()["access_token"].as_str().unwrap().to_owned();
        let redirect = download(key, &token).send(world).await;
        assert_eq!(redirect.status, 302, "{key}");
        let package = http_client().get(redirect.header("location").unwrap()).send().await.unwrap();
        assert_eq!(package.status(), 200, "{key}");
        world.clock.advance_seconds(WEEKS);
        refused(download(key, &token)).await;
    }
    for site in [SITE, DEVELOPMENT] {
        ok(deactivate(key, site)).await;
        refused(deactivate(key, site)).await;
    }
}

/// What a site asks that is shown the licence whatever the answer is, and what a link leads to.
async fn live_by_verdicts(world: &World, vendor: &Vendor, key: &str, seats: u32) {
    use sellcodes::{activate, check, deactivate, license, package, push_file, version};
    let of = license(world, vendor, key, Some(seats)).await;
    change_trace(&world.core, Edit { account: of.account, license: of.id, seen: None }, true).await.unwrap();
    let one_too_many = "https://one-too-many.example.com";
    for ask in [check(key, SITE), deactivate(key, SITE)] {
        assert_eq!(ask.send(world).await.json()["license"], "site_inactive", "{key}");
    }
    for number in 1..seats {
        activate(key, &format!("https://site-{number}.example.com")).send(world).await;
    }
    for site in [SITE, SITE, DEVELOPMENT, DEVELOPMENT] {
        assert_eq!(activate(key, site).send(world).await.json()["Activation_ok"], true, "{key} {site}");
    }
    assert_eq!(activate(key, one_too_many).send(world).await.json()["Activation_ok"], false, "{key}");
    for site in [SITE, DEVELOPMENT, one_too_many] {
        world.clock.advance_seconds(WEEKS);
        check(key, site).send(world).await;
        world.clock.advance_seconds(WEEKS);
        version(key, site).send(world).await;
    }
    let link = package(&version(key, SITE).send(world).await);
    let redirect = push_file(&link).send(world).await;
    let fetched = http_client().get(redirect.header("location").unwrap()).send().await.unwrap();
    assert_eq!(fetched.status(), 200, "{key}");
    for site in [SITE, DEVELOPMENT] {
        assert_eq!(deactivate(key, site).send(world).await.json()["license"], "deactivated", "{key} {site}");
    }
}

/// Everything that the function can be asked which knows licences by their verdicts.
async fn ask_for_verdicts(world: &World) {
    let vendor = world.vendor_of(sellcodes::sample()).await;
    sellcodes::publish(world, &vendor, "1.0", "=== Sample ===\n\nShort.\n").await;
    for (key, seats) in [("KEY-SMALL-V", 2), ("KEY-LARGE-V", 51)] {
        live_by_verdicts(world, &vendor, key, seats).await;
    }
    for (product, key) in [("nothing", "KEY-SMALL-V"), (sellcodes::PRODUCT, "NO-SUCH-KEY")] {
        for verb in sellcodes::VERBS {
            assert_eq!(sellcodes::ask(verb, product, key, SITE).send(world).await.status, 400, "{verb} {product} {key}");
        }
    }
    let page = latchkey_tests::exchange::get("/v2/licenses/changelog", &[("product_id", sellcodes::PRODUCT)]);
    assert_eq!(page.send(world).await.status, 200);
    // A link to a release that is not the current one any more.
    sellcodes::activate("KEY-SMALL-V", SITE).send(world).await;
    let link = sellcodes::package(&sellcodes::version("KEY-SMALL-V", SITE).send(world).await);
    sellcodes::publish(world, &vendor, "2.0", "=== Sample ===\n\nShort.\n").await;
    world.clock.advance_seconds(60);
    assert_eq!(sellcodes::push_file(&link).send(world).await.status, 302);
}

/// Everything that all functions can be asked.
pub(crate) async fn ask_everything_of_all(world: &World) {
    ask_everything(world).await;
    cscart::ask_everything(world).await;
    crate::babel::access::ask_everything(world).await;
    Box::pin(crate::babel::client::ask_everything(world)).await;
    crate::babel::tokens::ask_everything(world).await;
}

/// Most of that.
async fn ask_everything(world: &World) {
    ask_for_verdicts(world).await;
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    for (key, seats) in [("KEY-SMALL", 2), ("KEY-LARGE", 51)] {
        live(world, &vendor, key, seats).await;
    }
    // A token for a release that is not the current one any more.
    world.license_with(&vendor, "KEY-OLD", Some(1)).await;
    activate("KEY-OLD", SITE).send(world).await;
    let token = prepare("KEY-OLD", SITE).send(world).await.json()["access_token"].as_str().unwrap().to_owned();
    world.publish(&vendor, "2.0.0").await;
    world.clock.advance_seconds(60);
    assert_eq!(download("KEY-OLD", &token).send(world).await.status, 302);
    for (how, _) in STOPPED {
        let key = &format!("KEY-{how}");
        let license = world.license_with(&vendor, key, Some(1)).await;
        activate(key, SITE).send(world).await;
        stop(world, &license, how).await;
        for ask in [info(key), activate(key, SITE), software_info(key, SITE), prepare(key, SITE)] {
            assert_eq!(ask.send(world).await.status, 403, "{how}");
        }
        assert_eq!(deactivate(key, SITE).send(world).await.status, 200, "{how}");
    }
    crate::bytex::ask_everything(world).await;
    crate::babel::catalog::ask_everything(world).await;
    crate::babel::system::ask_everything(world).await;
    crate::babel::sales::ask_everything(world).await;
    crate::babel::licensing::ask_everything(world).await;
    let unknown = "NO-SUCH-KEY";
    for ask in [info(unknown), activate(unknown, SITE), deactivate(unknown, SITE), software_info(unknown, SITE), prepare(unknown, SITE)] {
        assert_eq!(ask.send(world).await.status, 403);
    }
}

/// A function's own policies, or those of a role of its own.
fn policies(template: &Template, function: &Declared<'_>) -> Vec<Value> {
    let Some(role) = function.properties["Role"]["!GetAtt"].as_str().and_then(|role| role.strip_suffix(".Arn")) else {
        let policies = &function.properties["Policies"];
        return policies.as_array().cloned().unwrap_or_else(|| vec![policies.clone()]);
    };
    let properties = &template.resource(role)["Properties"];
    // `nested.rs` says which one that is: of traces, where they are wanted.
    let managed = properties["ManagedPolicyArns"]["!If"][1].as_array().map_or(0, Vec::len);
    assert_eq!(managed, 1, "{role}: a policy of AWS's allows more than is needed");
    let principal = json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]);
    assert_eq!(properties["AssumeRolePolicyDocument"]["Statement"], principal, "{role}");
    properties["Policies"].as_array().unwrap().iter().map(|policy| policy["PolicyDocument"].clone()).collect()
}

/// What the template allows a function.
fn allowed(template: &Template, function: &Declared<'_>) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut allowed = Vec::new();
    for policy in policies(template, function) {
        assert!(policy["Statement"].is_array(), "{}: each policy must list its own statements", function.resource);
        for statement in list(&policy["Statement"]) {
            let members: BTreeSet<&str> = statement.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["Action", "Effect", "Resource"].into(), "{}", function.resource);
            assert_eq!(statement["Effect"], "Allow", "{}", function.resource);
            for resource in list(&statement["Resource"]) {
                allowed.extend(list(&statement["Action"]).iter().map(|name| action(name.as_str().unwrap(), &resource)));
            }
        }
    }
    allowed
}

/// What the stream tells the workers of, each over a proxy of its own.
async fn tell_everything(world: &World) -> Vec<Watched> {
    let table = Proxy::start(&world.engines.dynamodb).await.unwrap();
    let bucket = Proxy::start(&world.engines.s3).await.unwrap();
    let store = Table::new(engines::dynamodb(&table.url()), world.core.table.name(), Random::System, Patience::default());
    let core = Core::new(store, world.core.clock.clone(), world.core.random.clone(), world.core.public_url.clone());
    core.table.warm_up().await.unwrap();
    let sink = core.sink.clone();
    let before = world.changed_keys().await;
    assert!(latchkey_worker::index_changes(core.clone(), World::event(&before)).await.is_done());
    for (key, site) in [("KEY-SMALL", "https://site-1.example.com"), ("KEY-LARGE", "https://site-1.example.com")] {
        assert_eq!(deactivate(key, site).send(world).await.status, 200);
    }
    assert!(latchkey_worker::index_changes(core.clone(), World::event(&before)).await.is_done());
    // Whoever asked before may have had the seats indexed: these are not.
    for (key, site) in [("KEY-SMALL", "https://site-1.example.com"), ("KEY-LARGE", "https://site-1.example.com")] {
        assert_eq!(activate(key, site).send(world).await.status, 200);
    }
    assert!(latchkey_worker::index_changes(core, World::event(&before)).await.is_done());
    vec![Watched { name: latchkey_worker::SITES, table, bucket, sink }]
}

/// A worker over a proxy of its own.
async fn worker(world: &World, name: &'static str) -> (Core, Watched) {
    let table = Proxy::start(&world.engines.dynamodb).await.unwrap();
    let bucket = Proxy::start(&world.engines.s3).await.unwrap();
    let store = Table::new(engines::dynamodb(&table.url()), world.core.table.name(), Random::System, Patience::default());
    let core = Core::new(store, world.core.clock.clone(), world.core.random.clone(), world.core.public_url.clone());
    core.table.warm_up().await.unwrap();
    let sink = core.sink.clone();
    (core, Watched { name, table, bucket, sink })
}

#[tokio::test]
async fn each_function_may_do_what_it_does_and_nothing_else() {
    let mut world = World::new().await;
    let mut watched = watch(&mut world).await;
    Box::pin(ask_everything_of_all(&world)).await;
    let asked: Vec<_> = watched.iter().map(|watched| (watched.table.all_calls(), watched.bucket.calls())).collect();
    assert!(!world.pushes.is_empty() && !world.webhooks.is_empty(), "a function put jobs into both queues");
    watched.extend(tell_everything(&world).await);
    watched.push(pushes::push_everything(&world).await);
    watched.extend(webhooks::tell_endpoints(&world).await);
    watched.push(mail::send_everything(&world).await);
    let told = latchkey_local::workers().len() + latchkey_local::consumers().len() + latchkey_local::scheduled().len();
    assert_eq!(watched.len() - asked.len(), told, "tell every worker of something");
    let (template, mut wrong) = (Template::read(), Vec::new());
    for Watched { name, table, bucket, sink } in watched {
        sink.settle().await;
        let function = template.function(name);
        let calls = [table.all_calls(), bucket.calls()].concat();
        let mut needs: BTreeSet<String> = calls.iter().flat_map(needed).collect();
        if latchkey_local::workers().contains(&name) {
            needs.extend(in_its_name(&template, name));
        }
        if latchkey_local::consumers().contains(&name) {
            needs.extend(for_its_queue(&template, name));
        }
        if [latchkey_worker::EVENTS, latchkey_worker::ENDINGS].contains(&name) {
            needs.extend(for_the_queue_of_webhooks(&template, name));
        }
        if name == latchkey_babel::CATALOG.name {
            needs.extend(for_notices());
        }
        if name == latchkey_worker::EVENTS {
            needs.insert(action("sqs:SendMessage", &json!({"!GetAtt": "Mails.Arn"})));
        }
        if name == latchkey_worker::MAIL {
            needs.extend(for_sending_mail());
        }
        let allowed = allowed(&template, &function);
        let once: BTreeSet<String> = allowed.iter().cloned().collect();
        assert_eq!(allowed.len(), once.len(), "{}: an action is listed twice", function.resource);
        wrong.extend(compared(function.resource, &needs, &once));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is to be done where a function may do less than it does, or more.
fn compared(resource: &str, needs: &BTreeSet<String>, allowed: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let missing: Vec<_> = needs.difference(allowed).collect();
    if !missing.is_empty() {
        wrong.push(format!("{resource}: allow it {missing:?}, for it does that"));
    }
    let idle: Vec<_> = allowed.difference(needs).collect();
    if !idle.is_empty() {
        let otherwise = "for it never does that; or let `ask_everything` ask for what does";
        wrong.push(format!("{resource}: take {idle:?} from it, {otherwise}"));
    }
    wrong
}

#[test]
fn one_action_too_many_and_one_too_few_are_both_told_of_whatever_service_they_are_of() {
    let template = Template::read();
    for function in template.functions() {
        let now: BTreeSet<String> = allowed(&template, &function).into_iter().collect();
        assert!(compared(function.resource, &now, &now).is_empty() && !now.is_empty(), "{}", function.resource);
        for action in &now {
            let without: BTreeSet<String> = now.iter().filter(|one| *one != action).cloned().collect();
            let told = |needs, allowed, word: &str| {
                let wrong = compared(function.resource, needs, allowed);
                wrong.len() == 1 && wrong[0].contains(word) && wrong[0].contains(&format!("{action:?}"))
            };
            assert!(told(&now, &without, "allow it") && told(&without, &now, "take"), "{}: {action}", function.resource);
        }
    }
}
