//! Reports, the log, settings, figures and mail.

mod audit;
pub(crate) mod email;
mod faults;
mod info;
mod log;
mod reports;
mod settings;

use latchkey_core::domain::mail::Mail;
use latchkey_core::domain::role::Role;
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// All that the function of this area can be asked that makes it do something else.
pub(crate) async fn ask_everything(world: &World) {
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    reports::submit(world, &staff, None, "ExceptionReport", "content").await.unwrap();
    log_of(world, &staff).await;
    for path in ["/v1/reports", "/v1/log/levels", "/v1/settings", "/v1/info"] {
        staff.get(path, &[]).send(world).await.done();
    }
    staff.delete("/v1/reports/1").send(world).await.done();
    staff.get("/v1/log", &[("deleteAll", "true")]).method(http::Method::DELETE).send(world).await;
    let settings = json!({"settings": [{"group": "Reports", "name": "Accept", "value": true}]});
    staff.put("/v1/settings", &settings).send(world).await.done();
    let mail = json!({"to": [{"email": "erika@example.com"}], "subject": "x", "body": "x"});
    staff.post("/v1/email/send", &mail).send(world).await.done();
}

/// The rows of a list, and how many fit.
async fn listed(world: &World, staff: &Staff, path: &str, name: &str, query: &[(&str, &str)]) -> (Vec<Value>, i64) {
    world.core.sink.settle().await;
    let answer = staff.get(path, query).send(world).await.done();
    let mut total = format!("total{name}Count");
    total.replace_range(5..6, &name[..1].to_uppercase());
    (answer[name].as_array().unwrap().clone(), answer[total.as_str()].as_i64().unwrap())
}

/// The messages of an account's log, the newest first.
async fn log_of(world: &World, staff: &Staff) -> Vec<String> {
    let (entries, _) = listed(world, staff, "/v1/log", "logEntries", &[]).await;
    entries.iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
}

/// What waits in an account's outbox.
async fn outbox(world: &World, staff: &Staff) -> Vec<Mail> {
    world.core.table.records::<Mail>(staff.account, None, None, 100).await.unwrap().items
}
