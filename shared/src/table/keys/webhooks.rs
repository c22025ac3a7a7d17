//! The keys of webhooks, of what is delivered to them, and of the ends of licences by the hour.

use super::licenses::license_partition;
use super::{Key, account_partition};
use crate::domain::ending::{Ending, Hour};
use crate::domain::event::EventId;
use crate::domain::ids::{AccountId, WebhookId};
use crate::domain::key::KeyDigest;
use crate::domain::site_index::Part;
use crate::table::read::Range;

const WEBHOOK_PREFIX: &str = "WEBHOOK#";
const DELIVERY_PREFIX: &str = "DELIVERY#";
const WENT_PREFIX: &str = "WENT#";

/// An endpoint.
pub(in crate::table) fn webhook(account: AccountId, webhook: WebhookId) -> Key {
    Key::new(account_partition(account), format!("{WEBHOOK_PREFIX}{:010}", webhook.get()))
}

/// All endpoints of an account.
pub(in crate::table) fn webhooks(account: AccountId) -> Range {
    Range::prefixed(account_partition(account), WEBHOOK_PREFIX)
}

/// How many endpoints an account has.
pub(in crate::table) fn webhook_count(account: AccountId) -> Key {
    Key::new(account_partition(account), "WEBHOOKS".to_owned())
}

fn delivery_partition(account: AccountId, webhook: WebhookId) -> String {
    format!("WEBHOOK#{:010}#{:010}", account.get(), webhook.get())
}

/// An event on its way to an endpoint.
pub(in crate::table) fn delivery(account: AccountId, webhook: WebhookId, event: &EventId) -> Key {
    Key::new(delivery_partition(account, webhook), format!("{DELIVERY_PREFIX}{event}"))
}

/// All of an endpoint's, in the order of the events' seconds.
pub(in crate::table) fn deliveries(account: AccountId, webhook: WebhookId) -> Range {
    Range::prefixed(delivery_partition(account, webhook), DELIVERY_PREFIX)
}

/// The seats that went into the grant together.
pub(in crate::table) fn went(key: KeyDigest, mark: &str) -> Key {
    Key::new(license_partition(key), format!("{WENT_PREFIX}{mark}"))
}

/// All seats that went into a grant lately.
pub(in crate::table) fn all_went(key: KeyDigest) -> Range {
    Range::prefixed(license_partition(key), WENT_PREFIX)
}

fn hour_partition(hour: Hour) -> String {
    format!("ENDING#{:010}", hour.number())
}

/// That a licence comes to an end in an hour.
pub(in crate::table) fn ending(ending: &Ending) -> Key {
    Key::new(hour_partition(ending.hour), format!("LICENSE#{}#{:020}", ending.key.to_text(), ending.until.as_micros().max(0)))
}

/// All ends in an hour.
pub(in crate::table) fn endings(hour: Hour) -> Range {
    Range::prefixed(hour_partition(hour), "LICENSE#")
}

/// Which hour is looked at first.
pub(in crate::table) fn ending_hour() -> Key {
    Key::new("ENDINGS".to_owned(), "HOUR".to_owned())
}

/// An item whose changes are events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A grant.
    Grant(KeyDigest),
    /// A seat that is an item.
    Seat(KeyDigest),
    /// A release.
    Release,
    /// A notification.
    Notification,
    /// A mail of the outbox.
    Mail,
}

/// What lies at a key; nothing where no event can come of it.
pub fn told(pk: &str, sk: &str) -> Option<Told> {
    if pk.starts_with("PRODUCT#") {
        return match sk.split_once('#')?.0 {
            "RELEASE" => Some(Told::Release),
            "NOTIFICATION" => Some(Told::Notification),
            _ => None,
        };
    }
    if pk.starts_with("ACCOUNT#") {
        return sk.starts_with("MAIL#").then_some(Told::Mail);
    }
    let touched = super::touched(pk, sk)?;
    Some(match touched.part {
        Part::Grant => Told::Grant(touched.key),
        Part::Seat(_) => Told::Seat(touched.key),
    })
}
