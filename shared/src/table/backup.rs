//! Items as they lie in the table, for whoever carries them elsewhere.
//!
//! Nothing is interpreted: an item goes into a line of text and comes back as it was, attributes of other versions included. What is read
//! is no snapshot: items are read one after the other while others write.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, Select};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::call::{Refused, call};
use super::item::Item;
use super::keys::{self, Key, Owner, PK, TTL};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::grant::Grant;
use crate::domain::ids::AccountId;
use crate::domain::key::KeyDigest;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// The most parts that a table is read in side by side.
pub const MOST_PARTS: u16 = 64;

/// The most items that are compared by one call.
pub const MOST_COMPARED: usize = 100;

/// An item as it lies in the table.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem(Item);

/// One of the parts that a table is read in.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Which, from 0.
    pub number: u16,
    /// Of how many, at most [`MOST_PARTS`].
    pub of: u16,
}

/// Where reading a part goes on: after this item. It can be kept, for a reading that broke off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    pk: String,
    sk: String,
}

/// What became of an item that was to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It was written.
    New,
    /// It was there, and is the same.
    Before,
    /// Another item is there, and was left as it is.
    Different,
}

/// What a table has where an item should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The same item.
    Same,
    /// Another one.
    Different,
    /// Nothing.
    Missing,
}

/// A line is no item. It does not repeat the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no item")]
pub struct NoItem;

/// Which items of a table are one account's.
#[derive(Debug)]
pub struct Belongings {
    account: AccountId,
    /// The licence that was asked for last: the items of one come together.
    last: Option<(KeyDigest, bool)>,
}

impl Table {
    /// Some items of a part after `after`, and where it goes on; nothing where it ends. Eventually consistent.
    pub async fn scan_part(&self, part: Part, after: Option<Bookmark>) -> Result<(Vec<StoredItem>, Option<Bookmark>), Fault> {
        let after = after.map(Bookmark::attributes);
        let sent = call(self.patience, &self.random, "reading a part of the table", || {
            let scan = self.client.scan().table_name(&self.name).set_exclusive_start_key(after.clone());
            let scan = scan.segment(part.number.into()).total_segments(part.of.into());
            scan.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let items = page.items.unwrap_or_default().into_iter().map(StoredItem).collect();
        Ok((items, Bookmark::after(page.last_evaluated_key)?))
    }

    /// How many items there are at most up to the end of a page, and where it goes on.
    pub async fn count_part(&self, part: Part, after: Option<Bookmark>) -> Result<(u64, Option<Bookmark>), Fault> {
        let after = after.map(Bookmark::attributes);
        let sent = call(self.patience, &self.random, "counting a part of the table", || {
            let scan = self.client.scan().table_name(&self.name).set_exclusive_start_key(after.clone()).select(Select::Count);
            let scan = scan.segment(part.number.into()).total_segments(part.of.into());
            scan.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        Ok((page.count.try_into().unwrap_or(0), Bookmark::after(page.last_evaluated_key)?))
    }

    /// Whether there is no item but what the clock's worker notes in any table: which hour of ends it looks at first.
    pub async fn is_empty(&self) -> Result<bool, Fault> {
        let sent = call(self.patience, &self.random, "looking for an item", || {
            self.client.scan().table_name(&self.name).limit(2).consistent_read(true).send()
        });
        let items = sent.await.map_err(unconditional)?.value.items.unwrap_or_default();
        Ok(items.iter().all(|item| Key::of(item) == Some(keys::ending_hour())))
    }

    /// Puts an item where there is none.
    pub async fn restore(&self, item: &StoredItem) -> Result<Restored, Fault> {
        let sent = call(self.patience, &self.random, "restoring an item", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(item.0.clone()));
            let put = put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
            put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld).send()
        });
        match sent.await {
            Ok(_) => Ok(Restored::New),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(answer)) => {
                let PutItemError::ConditionalCheckFailedException(failed) = answer.value else {
                    return Err(Fault::caused(FaultKind::Corrupt, "restoring an item", answer.value));
                };
                let there = match failed.item {
                    Some(there) => Some(there),
                    // Some stores do not hand it back.
                    None => self.get(item.key()?, Freshness::Strong).await?,
                };
                Ok(if there.is_some_and(|there| there == item.0) { Restored::Before } else { Restored::Different })
            }
        }
    }

    /// Compares items with what the table has now, in their order. At most [`MOST_COMPARED`].
    pub async fn compare(&self, items: &[StoredItem]) -> Result<Vec<Compared>, Fault> {
        let keys = items.iter().map(StoredItem::key).collect::<Result<Vec<_>, _>>()?;
        let mut found = self.get_many(keys.clone(), Freshness::Strong).await?;
        let compared = items.iter().zip(&keys).map(|(item, key)| match found.take(key) {
            Some(there) if there == item.0 => Compared::Same,
            Some(_) => Compared::Different,
            None => Compared::Missing,
        });
        Ok(compared.collect())
    }

    /// Whether an item is one of an account's. Of items that lie under a key's digest, the grant tells.
    pub async fn is_of(&self, belongings: &mut Belongings, item: &StoredItem) -> Result<bool, Fault> {
        let account = belongings.account;
        let key = match keys::owner(&item.key()?) {
            Owner::Deployment => return Ok(false),
            Owner::Everybody => return Ok(true),
            Owner::Account(owner) => return Ok(owner == account),
            Owner::Attribute => {
                let owner = item.0.get("account").and_then(|owner| owner.as_n().ok()?.parse().ok());
                return Ok(owner.and_then(AccountId::new) == Some(account));
            }
            Owner::License(key) => key,
        };
        if let Some((last, is_ours)) = belongings.last
            && last == key
        {
            return Ok(is_ours);
        }
        let grant =
            if item.key()? == keys::grant(key) { Some(item.0.clone()) } else { self.get(keys::grant(key), Freshness::Eventual).await? };
        let grant = grant.map(|item| Grant::from_item(key, item)).transpose()?;
        let is_ours = grant.is_some_and(|grant| grant.account == account);
        belongings.last = Some((key, is_ours));
        Ok(is_ours)
    }
}

impl Bookmark {
    /// Where a page ends; nothing where it was the last.
    fn after(last: Option<HashMap<String, AttributeValue>>) -> Result<Option<Self>, Fault> {
        let Some(last) = last else { return Ok(None) };
        let Key { pk, sk } = Key::of(&last).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a page ends with no key of ours"))?;
        Ok(Some(Self { pk, sk }))
    }

    fn attributes(self) -> HashMap<String, AttributeValue> {
        Key { pk: self.pk, sk: self.sk }.attributes()
    }
}

impl Belongings {
    /// What is this account's.
    pub fn of(account: AccountId) -> Self {
        Self { account, last: None }
    }
}

impl StoredItem {
    /// The item as a line of JSON, in the form that DynamoDB's own exports have. Of one item always the same line.
    pub fn to_line(&self) -> Result<String, Fault> {
        let members: BTreeMap<_, _> = self.0.iter().map(|(name, value)| Ok((name, written(value)?))).collect::<Result<_, Fault>>()?;
        serde_json::to_string(&members).map_err(|error| Fault::corrupt("writing an item", error))
    }

    /// The item in a line.
    pub fn parse(line: &[u8]) -> Result<Self, NoItem> {
        let members: BTreeMap<String, Value> = serde_json::from_slice(line).map_err(|_| NoItem)?;
        let item: Item = members.into_iter().map(|(name, value)| Some((name, read(value)?))).collect::<Option<_>>().ok_or(NoItem)?;
        if Key::of(&item).is_some() { Ok(Self(item)) } else { Err(NoItem) }
    }

    /// What sort of item it is, for people: the words of its keys.
    pub fn kind(&self) -> String {
        let word = |text: &str| text.split('#').next().unwrap_or_default().to_owned();
        match Key::of(&self.0) {
            Some(key) if word(&key.pk) == word(&key.sk) => word(&key.pk),
            Some(key) => format!("{} {}", word(&key.pk), word(&key.sk)),
            None => "?".to_owned(),
        }
    }

    /// Whether it says something of the very table that it lies in ([`Restore`](crate::domain::restore::Restore)): it is carried nowhere, and
    /// counts as nothing where tables are compared.
    pub fn stays(&self) -> bool {
        Key::of(&self.0).is_some_and(|key| keys::stays(&key))
    }

    /// Whether the store may have tidied it up by `now`.
    pub fn may_be_gone(&self, now: Timestamp) -> bool {
        let ends = self.0.get(TTL).and_then(|ends| ends.as_n().ok()?.parse::<i64>().ok());
        ends.is_some_and(|ends| ends <= now.as_seconds())
    }

    fn key(&self) -> Result<Key, Fault> {
        Key::of(&self.0).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an item has no key"))
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's type may grow")]
fn written(value: &AttributeValue) -> Result<Value, Fault> {
    let sorted = |texts: &[String]| {
        let mut texts = texts.to_vec();
        texts.sort();
        texts
    };
    Ok(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::Ss(texts) => json!({ "SS": sorted(texts) }),
        AttributeValue::Ns(numbers) => json!({ "NS": sorted(numbers) }),
        AttributeValue::Bs(all) => json!({ "BS": sorted(&all.iter().map(|bytes| STANDARD.encode(bytes)).collect::<Vec<_>>()) }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(written).collect::<Result<Vec<_>, _>>()? }),
        AttributeValue::M(members) => {
            let members: BTreeMap<_, _> = members.iter().map(|(name, value)| Ok((name, written(value)?))).collect::<Result<_, Fault>>()?;
            json!({ "M": members })
        }
        _ => return Err(Fault::new(FaultKind::Corrupt, "an attribute of a type that is not known")),
    })
}

fn read(value: Value) -> Option<AttributeValue> {
    let Value::Object(object) = value else { return None };
    let (kind, value) = single(object)?;
    let texts = |value: Value| serde_json::from_value::<Vec<String>>(value).ok();
    let bytes = |text: &str| STANDARD.decode(text).ok().map(Into::into);
    Some(match kind.as_str() {
        "S" => AttributeValue::S(value.as_str()?.to_owned()),
        "N" => AttributeValue::N(value.as_str()?.to_owned()),
        "B" => AttributeValue::B(bytes(value.as_str()?)?),
        "BOOL" => AttributeValue::Bool(value.as_bool()?),
        "NULL" => AttributeValue::Null(value.as_bool()?),
        "SS" => AttributeValue::Ss(texts(value)?),
        "NS" => AttributeValue::Ns(texts(value)?),
        "BS" => AttributeValue::Bs(texts(value)?.iter().map(|text| bytes(text)).collect::<Option<_>>()?),
        "L" => AttributeValue::L(serde_json::from_value::<Vec<Value>>(value).ok()?.into_iter().map(read).collect::<Option<_>>()?),
        "M" => {
            let members = serde_json::from_value::<Map<String, Value>>(value).ok()?;
            AttributeValue::M(members.into_iter().map(|(name, value)| Some((name, read(value)?))).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn single(object: Map<String, Value>) -> Option<(String, Value)> {
    let mut members = object.into_iter();
    members.next().filter(|_| members.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(attributes: &str) -> String {
        format!(r#"{{"pk":{{"S":"ACCOUNT#0000000007"}},"sk":{{"S":"LICENSE#0000000001"}}{attributes}}}"#)
    }

    #[test]
    fn an_item_comes_back_from_its_line_whatever_is_in_it() {
        let text = line(
            r#","t":{"M":{"b":{"B":"AAEC"},"l":{"L":[{"N":"1.5"},{"NULL":true},{"BOOL":false}]},"ss":{"SS":["a","b"]}}},"v":{"N":"1"}"#,
        );
        let item = StoredItem::parse(text.as_bytes()).unwrap();
        assert_eq!(item.to_line().unwrap(), text);
        assert_eq!(item.kind(), "ACCOUNT LICENSE");
    }

    #[test]
    fn what_is_no_item_is_refused_and_not_repeated() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"pk":{"S":"a"}}"#,
            &line(r#","x":{"S":1}"#),
            &line(r#","x":{"S":"a","N":"1"}"#),
            &line(r#","x":{"Q":"a"}"#),
        ] {
            assert_eq!(StoredItem::parse(text.as_bytes()), Err(NoItem), "{text}");
        }
    }

    #[test]
    fn what_has_ended_may_be_gone() {
        let item = StoredItem::parse(line(r#","ttl":{"N":"100"}"#).as_bytes()).unwrap();
        let at = |seconds| item.may_be_gone(Timestamp::from_seconds(seconds).unwrap());
        assert_eq!([at(99), at(100)], [false, true]);
    }
}
