//! An update of a grant, put together attribute by attribute.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Update};

use super::keys::{Key, PK};

/// Sets, removals and conditions as they come together. The item itself must exist.
pub(super) struct GrantUpdate {
    sets: Vec<String>,
    removes: Vec<String>,
    terms: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl GrantUpdate {
    pub(super) fn new() -> Self {
        Self {
            sets: Vec::new(),
            removes: Vec::new(),
            terms: vec!["attribute_exists(#pk)".to_owned()],
            names: HashMap::from([("#pk".to_owned(), PK.to_owned())]),
            values: HashMap::new(),
        }
    }

    /// Sets an attribute.
    pub(super) fn set(&mut self, name: &str, value: AttributeValue) -> &mut Self {
        self.sets.push(format!("#{name} = :{name}"));
        self.name(&format!("#{name}"), name).value(&format!(":{name}"), value)
    }

    /// Removes an attribute.
    pub(super) fn remove(&mut self, name: &str) -> &mut Self {
        self.removes.push(format!("#{name}"));
        self.name(&format!("#{name}"), name)
    }

    /// Sets an attribute that has a value, and removes it otherwise.
    pub(super) fn set_or_remove(&mut self, name: &str, value: Option<AttributeValue>) -> &mut Self {
        match value {
            Some(value) => self.set(name, value),
            None => self.remove(name),
        }
    }

    /// Adds a condition.
    pub(super) fn require(&mut self, term: &str) -> &mut Self {
        self.terms.push(term.to_owned());
        self
    }

    pub(super) fn name(&mut self, placeholder: &str, name: &str) -> &mut Self {
        self.names.insert(placeholder.to_owned(), name.to_owned());
        self
    }

    pub(super) fn value(&mut self, placeholder: &str, value: AttributeValue) -> &mut Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// The update of the item at `key`.
    pub(super) fn build(self, table: &str, key: Key) -> UpdateBuilder {
        let mut expression = Vec::new();
        if !self.sets.is_empty() {
            expression.push(format!("SET {}", self.sets.join(", ")));
        }
        if !self.removes.is_empty() {
            expression.push(format!("REMOVE {}", self.removes.join(", ")));
        }
        Update::builder()
            .table_name(table)
            .set_key(Some(key.attributes()))
            .update_expression(expression.join(" "))
            .condition_expression(self.terms.join(" AND "))
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values(if self.values.is_empty() { None } else { Some(self.values) })
    }
}
