//! After a rotation of the sealing secret: everything that is sealed is sealed anew, whoever is interrupted, and whatever else changes.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::webhook::{ROTATION_SECONDS, WebhookSecret};
use latchkey_core::ops::reseal::{Resealed, reseal};
use latchkey_core::ops::signing_key::signing_key;
use latchkey_core::ops::webhooks::{Sealing, list_webhooks, rotate_webhook};
use latchkey_core::table::Patience;
use latchkey_tests::sink::Sink;
use latchkey_tests::staff::Staff;
use latchkey_tests::tape::Tape;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::{SEALING_SECRET, World, sealing_keys, signature_keys, webhook_sealing};
use serde_json::json;

const NEW: &str = "another-secret-of-the-tests-sealing-0123456789";

fn resealed(looked_at: usize, resealed: usize, lost: usize) -> Resealed {
    Resealed { looked_at, resealed, lost }
}

/// Seals an account anew, under these secrets.
async fn run(core: &Core, account: AccountId, current: &str, previous: Option<&str>) -> Result<Resealed, latchkey_core::fault::Fault> {
    reseal(core, &webhook_sealing(current, previous), &sealing_keys(current, previous), account).await
}

/// An account with a webhook that was rotated, one that was not, and two signature keys; the secrets by which the first one signs.
async fn vendor(world: &World, tape: &Tape) -> (Vendor, Staff, Vec<WebhookSecret>) {
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, latchkey_core::domain::role::Role::Administrator).await;
    let (first, former) = tape.webhook(world, vendor.account, "https://hooks.example/one").await;
    let (_, present) = rotate_webhook(&world.core, &tape.sealing, vendor.account, first.id).await.unwrap();
    world.keep_secret(&present.to_text());
    tape.webhook(world, vendor.account, "https://hooks.example/two").await;
    for name in ["One", "Two"] {
        staff.post("/v1/resources", &json!({"resource": {"name": name, "type": "Ed25519"}})).send(world).await.done();
    }
    staff.post("/v1/resources", &json!({"resource": {"name": "Mail", "type": "email", "data": "x"}})).send(world).await.done();
    (vendor, staff, vec![former, present])
}

/// Whether everything of the account opens under the new secret alone.
async fn opens(world: &World, account: AccountId) -> bool {
    let keys = signature_keys(NEW, None);
    for number in [1, 2] {
        let resource = latchkey_core::domain::ids::ResourceId::new(number).unwrap();
        if signing_key(&world.another_process(), &keys, account, resource).await.is_err() {
            return false;
        }
    }
    // Counted without being changed: nothing is left to do, and nothing is lost.
    run(&world.direct(), account, NEW, None).await.unwrap().lost == 0
}

#[tokio::test]
async fn everything_opens_under_the_new_secret_alone_when_it_says_so_and_signs_as_before() {
    let world = World::new().await;
    let mut tape = Tape::begin(&world).await;
    let (vendor, _, secrets) = vendor(&world, &tape).await;
    let (core, account) = (&world.core, vendor.account);
    assert_eq!(run(core, account, SEALING_SECRET, None).await.unwrap(), resealed(5, 0, 0), "there was no rotation");
    assert_eq!(run(core, account, NEW, Some(SEALING_SECRET)).await.unwrap(), resealed(5, 5, 0));
    assert_eq!(run(core, account, NEW, Some(SEALING_SECRET)).await.unwrap(), resealed(5, 0, 0), "nothing is left");
    assert!(opens(&world, account).await);

    tape.note(&world).await;
    tape.sealing = webhook_sealing(NEW, None);
    let sink = Sink::tls().await;
    let (client, _) = sink.client();
    world.license_with(&vendor, "KEY-1", Some(1)).await;
    tape.records.clear();
    tape.note(&world).await;
    assert!(tape.announce(core).await.is_done());
    tape.deliver_all(core, &client).await;
    let received = sink.received().into_iter().find(|received| received.path() == "/one").unwrap();
    let header = |name: &str| received.header(name).unwrap();
    let at = latchkey_core::domain::time::Timestamp::from_seconds(header("webhook-timestamp").parse().unwrap()).unwrap();
    let body = String::from_utf8(received.body.clone()).unwrap();
    for secret in secrets {
        assert!(secret.verifies(header("webhook-signature"), header("webhook-id"), at, &body), "both sign, as before");
    }
}

#[tokio::test]
async fn who_is_stopped_before_any_call_goes_on_where_that_was() {
    let once = Patience { attempt: std::time::Duration::from_mins(2), call: std::time::Duration::from_mins(2), attempts: 1 };
    let world = World::with_patience(once).await;
    let tape = Tape::begin(&world).await;
    let (measured, ..) = vendor(&world, &tape).await;
    world.table.reset_calls();
    run(&world.core, measured.account, NEW, Some(SEALING_SECRET)).await.unwrap();
    let calls = world.table.calls().len() as u64;
    assert!(calls >= 8, "{calls}");
    for index in 0..calls {
        let (vendor, ..) = vendor(&world, &tape).await;
        world.table.reset_calls();
        world.table.kill_at(index);
        assert!(run(&world.core, vendor.account, NEW, Some(SEALING_SECRET)).await.is_err(), "before call {index}");
        world.table.revive();
        let done = run(&world.core, vendor.account, NEW, Some(SEALING_SECRET)).await.unwrap();
        assert_eq!((done.looked_at, done.lost), (5, 0), "before call {index}");
        assert!(opens(&world, vendor.account).await, "before call {index}");
    }
}

#[tokio::test]
async fn a_rotation_at_the_same_time_is_not_undone() {
    let world = World::new().await;
    let tape = Tape::begin(&world).await;
    let (vendor, ..) = vendor(&world, &tape).await;
    let (account, core) = (vendor.account, world.direct());
    let id = list_webhooks(&core, account).await.unwrap()[0].id;
    let both: Sealing = webhook_sealing(NEW, Some(SEALING_SECRET));
    let rotate = async {
        loop {
            // Who is in each other's way is told so, and asks again.
            if let Ok((webhook, secret)) = rotate_webhook(&core, &both, account, id).await {
                return (webhook, secret);
            }
        }
    };
    let ((rotated, secret), done) = tokio::join!(rotate, run(&core, account, NEW, Some(SEALING_SECRET)));
    world.keep_secret(&secret.to_text());
    assert_eq!(done.unwrap().lost, 0);
    run(&core, account, NEW, Some(SEALING_SECRET)).await.unwrap();
    let stands = list_webhooks(&core, account).await.unwrap().remove(0);
    assert!(stands.revision >= rotated.revision && stands.secret == rotated.secret, "the new secret stays");
    assert!(opens(&world, account).await);
}

#[tokio::test]
async fn what_neither_secret_opens_is_counted_and_holds_nothing_up() {
    let world = World::new().await;
    let tape = Tape::begin(&world).await;
    let (vendor, ..) = vendor(&world, &tape).await;
    let (core, account) = (&world.core, vendor.account);
    let wrong = "a-secret-that-nothing-was-ever-sealed-under-0123";
    assert_eq!(run(core, account, NEW, Some(wrong)).await.unwrap(), resealed(5, 0, 5));
    // A former secret that signs nothing any more is none that could be lost.
    world.clock.advance_seconds(ROTATION_SECONDS);
    assert_eq!(run(core, account, NEW, Some(wrong)).await.unwrap(), resealed(4, 0, 4));
    assert_eq!(run(core, account, NEW, Some(SEALING_SECRET)).await.unwrap(), resealed(4, 4, 0));
}
