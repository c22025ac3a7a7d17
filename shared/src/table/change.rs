//! Making something else of an item, and leaving alone what of it this code does not know.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};

use super::Table;
use super::call::{Answer, Refused, call};
use super::item::{Item, SCHEMA, VERSION, VERSIONED, number};
use super::keys::{Key, PK, SK};
use crate::fault::Fault;

/// A change whose condition did not hold: the item as it stands, where there is one.
pub(super) struct NotMade(pub(super) Option<Item>);

/// An update of an item that was read: what differs is set or removed, and whatever else it has stays, for newer code may have written
/// it (`shared/README.md`, "How the table evolves").
#[derive(Clone)]
pub(super) struct Change {
    /// The update's expression.
    pub(super) expression: String,
    /// What stands for names in it, and in the condition that is added.
    pub(super) names: HashMap<String, String>,
    /// What stands for values.
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Change {
    /// What makes `after` of an item that was read as `before`.
    pub(super) fn between(before: &Item, after: Item) -> Self {
        let is_fact = |name: &str| ![PK, SK, VERSION].contains(&name);
        let mut gone: Vec<&String> = before.keys().filter(|name| is_fact(name) && !after.contains_key(*name)).collect();
        gone.sort();
        let mut changed: Vec<_> = after.into_iter().filter(|(name, value)| is_fact(name) && before.get(name) != Some(value)).collect();
        changed.sort_by(|one, other| one.0.cmp(&other.0));
        let mut names = HashMap::from([("#v".to_owned(), VERSION.to_owned())]);
        let mut values = HashMap::from([(":v".to_owned(), number(SCHEMA))]);
        let (mut sets, mut removes) = (vec![VERSIONED.to_owned()], Vec::new());
        for (place, (name, value)) in changed.into_iter().enumerate() {
            sets.push(format!("#set{place} = :set{place}"));
            names.insert(format!("#set{place}"), name);
            values.insert(format!(":set{place}"), value);
        }
        for (place, name) in gone.into_iter().enumerate() {
            removes.push(format!("#gone{place}"));
            names.insert(format!("#gone{place}"), name.clone());
        }
        let mut expression = format!("SET {}", sets.join(", "));
        if !removes.is_empty() {
            expression = format!("{expression} REMOVE {}", removes.join(", "));
        }
        Self { expression, names, values }
    }

    /// With what a condition names.
    pub(super) fn name(mut self, placeholder: &str, name: &str) -> Self {
        self.names.insert(placeholder.to_owned(), name.to_owned());
        self
    }

    /// With what a condition compares with.
    pub(super) fn value(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }
}

impl Table {
    /// Makes a change of the item at `key` under a condition. Where that does not hold, an attempt of this call whose answer was lost may have
    /// made it: the item tells.
    pub(super) async fn make(&self, what: &'static str, key: Key, change: Change, condition: &str) -> Result<Result<(), NotMade>, Fault> {
        let sent = call(self.patience, &self.random, what, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(&change.expression)
                .condition_expression(condition)
                .set_expression_attribute_names(Some(change.names.clone()))
                .set_expression_attribute_values(Some(change.values.clone()))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(Ok(())),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                Ok(Err(NotMade(failed.item)))
            }
            Err(Refused::Condition(Answer { value, .. })) => Err(Fault::corrupt(what, value)),
        }
    }

    /// The same of an item that counts its changes, where it is at the revision that was seen.
    pub(super) async fn revise(
        &self,
        what: &'static str,
        key: Key,
        (before, after): (&Item, Item),
        seen: u32,
    ) -> Result<Result<(), NotMade>, Fault> {
        let change = Change::between(before, after).name("#revision", "revision").value(":seen", number(seen));
        self.make(what, key, change, "#revision = :seen").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::item::text;

    fn item(attributes: &[(&str, &str)]) -> Item {
        attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
    }

    #[test]
    fn what_differs_is_written_and_nothing_else_is_named() {
        let before = item(&[("pk", "a"), ("sk", "b"), ("v", "1"), ("same", "x"), ("other", "x"), ("gone", "x")]);
        let after = item(&[("pk", "a"), ("sk", "b"), ("v", "1"), ("same", "x"), ("other", "y"), ("new", "z")]);
        let change = Change::between(&before, after);
        assert_eq!(change.expression, "SET #v = if_not_exists(#v, :v), #set0 = :set0, #set1 = :set1 REMOVE #gone0");
        let mut names: Vec<_> = change.names.values().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["gone", "new", "other", "v"]);
        assert_eq!((&change.names["#set0"], &change.values[":set0"]), (&"new".to_owned(), &text("z")));
    }

    #[test]
    fn what_is_the_same_is_still_an_update() {
        let same = item(&[("pk", "a"), ("sk", "b"), ("same", "x")]);
        assert_eq!(Change::between(&same, same.clone()).expression, "SET #v = if_not_exists(#v, :v)");
    }
}
