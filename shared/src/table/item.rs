//! From values to items and back.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::aws_sdk_dynamodb_1;

use super::keys::Key;
use crate::fault::Fault;

/// An item as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The version of the items' form that this code writes, kept in every item as `v`. Code reads its own version and the one
/// before.
pub(super) const SCHEMA: u32 = 1;

/// The item for `value` under `key`.
pub(super) fn item<T: Serialize>(key: Key, value: &T) -> Result<Item, Fault> {
    let mut item: Item = aws_sdk_dynamodb_1::to_item(value).map_err(|error| Fault::corrupt("an item could not be made", error))?;
    item.extend(key.attributes());
    item.insert("v".to_owned(), number(SCHEMA));
    Ok(item)
}

/// The value in `item`; attributes that it does not know are passed over.
pub(super) fn value<T: DeserializeOwned>(item: Item) -> Result<T, Fault> {
    aws_sdk_dynamodb_1::from_item(item).map_err(|error| Fault::corrupt("an item could not be read", error))
}

/// What the store charges an item for, in bytes, by its published rules
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>).
pub(super) fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

fn size_of(value: &AttributeValue) -> usize {
    if let Ok(text) = value.as_s() {
        text.len()
    } else if let Ok(number) = value.as_n() {
        number.trim_start_matches('-').len().div_ceil(2) + 1
    } else if let Ok(map) = value.as_m() {
        3 + map.iter().map(|(name, value)| name.len() + size_of(value) + 1).sum::<usize>()
    } else if let Ok(list) = value.as_l() {
        3 + list.iter().map(|value| size_of(value) + 1).sum::<usize>()
    } else if let Ok(bytes) = value.as_b() {
        bytes.as_ref().len()
    } else {
        // A truth value, or nothing: no item of ours that is measured has anything else.
        1
    }
}

/// A value as an attribute.
pub(super) fn attribute<T: Serialize>(value: &T) -> Result<AttributeValue, Fault> {
    aws_sdk_dynamodb_1::to_attribute_value(value).map_err(|error| Fault::corrupt("an attribute could not be made", error))
}

/// A text attribute.
pub(super) fn text(text: impl fmt::Display) -> AttributeValue {
    AttributeValue::S(format!("{text}"))
}

/// A number attribute.
pub(super) fn number(number: impl fmt::Display) -> AttributeValue {
    AttributeValue::N(format!("{number}"))
}
