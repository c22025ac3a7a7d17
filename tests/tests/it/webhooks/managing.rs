//! Endpoints themselves.

use std::collections::BTreeSet;

use latchkey_core::domain::destination::{NotCalled, Reach};
use latchkey_core::domain::event::EventKind;
use latchkey_core::domain::ids::{AccountId, WebhookId};
use latchkey_core::domain::webhook::MOST_WEBHOOKS;
use latchkey_core::ops::webhooks::{
    WebhookError, WebhookFields, change_webhook, create_webhook, delete_webhook, disable_webhook, find_webhook, list_webhooks,
};

use super::{Stage, URL};

fn fields(url: &str) -> WebhookFields {
    WebhookFields { url: url.to_owned(), label: None, events: BTreeSet::new() }
}

#[tokio::test]
async fn an_account_has_so_many_endpoints_and_no_more_however_many_ask_at_once() {
    let stage = Stage::begin().await;
    let (core, account) = (stage.world.direct(), stage.vendor.account);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..MOST_WEBHOOKS + 4 {
        let (core, sealing) = (core.clone(), stage.tape.sealing.clone());
        tasks.spawn(async move { create_webhook(&core, &sealing, account, fields(URL), Reach::Public).await.is_ok() });
    }
    let made = tasks.join_all().await.into_iter().filter(|is_made| *is_made).count();
    assert_eq!(made, MOST_WEBHOOKS as usize - 1, "one was there");
    let one = list_webhooks(&core, account).await.unwrap().pop().unwrap();
    delete_webhook(&core, account, one.id).await.unwrap();
    assert!(matches!(delete_webhook(&core, account, one.id).await, Err(WebhookError::NotFound)));
    assert!(create_webhook(&core, &stage.tape.sealing, account, fields(URL), Reach::Public).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn an_endpoint_is_https_at_a_public_host_and_an_accounts() {
    let stage = Stage::begin().await;
    let create = async |account, url: &str| {
        create_webhook(&stage.world.core, &stage.tape.sealing, account, fields(url), Reach::Public).await.err().unwrap()
    };
    let account = stage.vendor.account;
    assert!(matches!(create(account, "http://hooks.example/").await, WebhookError::Address(NotCalled::Scheme)));
    assert!(matches!(create(account, "https://127.0.0.1/").await, WebhookError::Address(NotCalled::Reserved(_))));
    assert!(matches!(create(AccountId::new(99).unwrap(), URL).await, WebhookError::NoAccount));
    let missing = WebhookId::new(99).unwrap();
    assert!(matches!(find_webhook(&stage.world.core, account, missing).await, Err(WebhookError::NotFound)));
}

#[tokio::test]
async fn only_the_events_that_are_wanted_are_sent() {
    let mut stage = Stage::begin().await;
    let (account, id) = (stage.vendor.account, stage.webhook.id);
    let wanted = WebhookFields { events: BTreeSet::from([EventKind::LicenseRevoked]), ..fields(URL) };
    let changed = change_webhook(&stage.world.core, account, id, Some(1), wanted.clone(), Reach::Public).await.unwrap();
    assert_eq!(changed.revision, 2);
    let again = change_webhook(&stage.world.core, account, id, Some(1), wanted, Reach::Public).await;
    assert!(matches!(again, Err(WebhookError::Changed)), "by the revision that was seen");
    stage.issue().await;
    stage.deliver().await;
    assert_eq!(stage.received(), []);
    disable_webhook(&stage.world.core, account, id).await.unwrap();
}

#[tokio::test]
async fn a_secret_is_nowhere_in_the_table_as_it_is() {
    let stage = Stage::begin().await;
    let text = stage.secret.to_text();
    let stored = stage.world.dynamodb.scan().table_name(stage.world.core.table.name()).send().await.unwrap();
    assert!(!format!("{stored:?}").contains(text.trim_start_matches("whsec_")));
}
