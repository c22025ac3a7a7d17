//! From values to items and back.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::aws_sdk_dynamodb_1;

use super::keys::Key;
use crate::fault::{Fault, FaultKind};

/// An item as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The version of the items' form that this code writes, kept in every item as [`VERSION`]. Code reads its own version, the one
/// before and the one after (`shared/README.md`, "How the table evolves").
pub(super) const SCHEMA: u32 = 1;

/// The attribute that says which version of its form an item is of.
pub(super) const VERSION: &str = "v";

/// Sets the version where there is none, for updates that may make an item. An item of a newer version stays one.
pub(super) const VERSIONED: &str = "#v = if_not_exists(#v, :v)";

/// The item for `value` under `key`.
pub(super) fn item<T: Serialize>(key: Key, value: &T) -> Result<Item, Fault> {
    let mut item: Item = aws_sdk_dynamodb_1::to_item(value).map_err(|error| Fault::corrupt("an item could not be made", error))?;
    item.extend(key.attributes());
    item.insert(VERSION.to_owned(), number(SCHEMA));
    Ok(item)
}

/// The value in `item`; attributes that it does not know are passed over.
pub(super) fn value<T: DeserializeOwned>(item: Item) -> Result<T, Fault> {
    aws_sdk_dynamodb_1::from_item(known(item)?).map_err(|error| Fault::corrupt("an item could not be read", error))
}

/// The item, where it is of a version that this code can read: a newer one may mean something else by the same words, and what it
/// says is then nobody's answer. An item without a version is of the first.
pub(super) fn known(item: Item) -> Result<Item, Fault> {
    let version = match item.get(VERSION) {
        None => Some(1),
        Some(version) => version.as_n().ok().and_then(|version| version.parse::<u32>().ok()),
    };
    match version {
        Some(version) if version.abs_diff(SCHEMA) <= 1 => Ok(item),
        Some(_) | None => Err(Fault::new(FaultKind::Corrupt, "an item is of a version of the table that this code cannot read")),
    }
}

/// The same of many.
pub(super) fn all_known(items: Option<Vec<Item>>) -> Result<Vec<Item>, Fault> {
    items.unwrap_or_default().into_iter().map(known).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of_version(version: &str) -> Item {
        Item::from([(VERSION.to_owned(), number(version)), ("from_later_on".to_owned(), text("something"))])
    }

    #[test]
    fn the_version_before_and_the_one_after_are_read_and_what_is_unknown_is_passed_over() {
        for version in [SCHEMA - 1, SCHEMA, SCHEMA + 1] {
            assert_eq!(known(of_version(&version.to_string())).unwrap().len(), 2, "{version}");
        }
        assert_eq!(known(Item::new()).unwrap(), Item::new());
    }

    #[test]
    fn any_other_version_is_a_fault() {
        for version in ["3", "4294967295", "4294967296", "-1", "1.5"] {
            assert_eq!(known(of_version(version)).unwrap_err().kind, FaultKind::Corrupt, "{version}");
        }
        let no_number = Item::from([(VERSION.to_owned(), text("1"))]);
        assert_eq!(value::<std::collections::BTreeMap<String, String>>(no_number).unwrap_err().kind, FaultKind::Corrupt);
    }
}
