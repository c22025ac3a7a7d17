//! Items as the table's stream shows them before and after a change.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::grants::seat_from_item;
use super::item::{Item, item, number, value};
use super::keys::{self, TTL, Told};
use super::{Table, grants};
use crate::domain::event::{Change, KeptSeat, Stay};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// For how long it is known which seats went into a grant, in seconds: the stream tells for a day.
const WENT_SECONDS: i64 = 3 * 24 * 60 * 60;

/// How an item at this key changed, as the stream shows it; nothing where no event can come of it.
pub(crate) fn change(pk: &str, sk: &str, before: &Value, after: &Value) -> Result<Option<Change>, Fault> {
    let Some(told) = keys::told(pk, sk) else { return Ok(None) };
    let (before, after) = (image(before)?, image(after)?);
    Ok(Some(match told {
        Told::Grant(key) => {
            let grant = |image: Option<Item>| image.map(|item| Grant::from_item(key, item).map(Box::new)).transpose();
            Change::Grant { before: grant(before)?, after: grant(after)? }
        }
        Told::Seat(key) => {
            let seat = |image: Option<Item>| image.map(|item| kept(item).map(Box::new)).transpose();
            Change::Seat { key, before: seat(before)?, after: seat(after)? }
        }
        Told::Release => Change::Release { before: plain(before)?, after: plain(after)? },
        Told::Notification => Change::Notification { before: plain(before)?, after: plain(after)? },
        Told::Mail => Change::Mail { before: plain(before)?, after: plain(after)? },
    }))
}

fn image(image: &Value) -> Result<Option<Item>, Fault> {
    if image.is_null() {
        return Ok(None);
    }
    let item: serde_dynamo::Item =
        serde::Deserialize::deserialize(image).map_err(|error| Fault::corrupt("a change of an item could not be read", error))?;
    let item: HashMap<String, AttributeValue> = item.into();
    Ok(Some(item))
}

fn plain<T: DeserializeOwned>(image: Option<Item>) -> Result<Option<Box<T>>, Fault> {
    image.map(|item| value(item).map(Box::new)).transpose()
}

fn kept(item: Item) -> Result<KeptSeat, Fault> {
    let moved = item.get(grants::names::MOVED).and_then(|mark| mark.as_s().ok()).cloned();
    Ok(KeptSeat { seat: seat_from_item(item)?, moved })
}

/// The stay of a seat that is an item.
pub(super) fn stay(item: &Item) -> Result<Stay, Fault> {
    Ok(kept(item.clone())?.stay())
}

#[derive(Serialize, serde::Deserialize)]
struct Went {
    stays: Vec<Stay>,
}

/// That these seats went into the grant: their items go without anything having happened.
pub(super) fn went(key: KeyDigest, mark: &str, stays: Vec<Stay>, now: Timestamp) -> Result<Item, Fault> {
    let mut item = item(keys::went(key, mark), &Went { stays })?;
    item.insert(TTL.to_owned(), number(now.plus_seconds(WENT_SECONDS).as_seconds()));
    Ok(item)
}

impl Table {
    /// Whether a seat that is no item any more went into its grant.
    pub(crate) async fn has_moved(&self, key: KeyDigest, stay: &Stay) -> Result<bool, Fault> {
        for item in self.query_all(&keys::all_went(key)).await? {
            if value::<Went>(item)?.stays.contains(stay) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::testing::grant;

    /// As DynamoDB's JSON has it.
    fn shown(item: &Item) -> Value {
        let item: serde_dynamo::Item = item.clone().into();
        serde_json::to_value(item).unwrap()
    }

    #[test]
    fn a_grant_comes_out_of_the_stream_as_it_is_stored() {
        let mut before = grant();
        before.validity.until = Timestamp::from_seconds(1_900_000_000);
        let item = before.to_item().unwrap();
        let key = |name: &str| item[name].as_s().unwrap().clone();
        let change = change(&key("pk"), &key("sk"), &Value::Null, &shown(&item)).unwrap();
        assert_eq!(change, Some(Change::Grant { before: None, after: Some(Box::new(before)) }));
    }

    #[test]
    fn what_is_no_item_of_ours_is_passed_over_and_what_is_spoilt_is_a_fault() {
        assert_eq!(change("ACCOUNT#0000000001", "LICENSE#0000000001", &Value::Null, &json!({})).unwrap(), None);
        let pk = format!("LICENSE#{}", grant().key.to_text());
        for spoilt in [json!({}), json!({"pk": {"S": 1}}), json!([]), json!({"account": {"N": "x"}})] {
            assert!(change(&pk, "GRANT", &Value::Null, &spoilt).is_err(), "{spoilt}");
        }
    }
}
