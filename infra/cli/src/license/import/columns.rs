//! Which columns, or members, a file's records have.

use serde_json::{Map, Value};

/// The most names of one file that are noted.
const MOST_NOTED: usize = 10_000;

/// How deep objects are looked into.
const MAX_DEPTH: u8 = 8;

/// The most names that are told.
const MOST_TOLD: usize = 60;

/// The names that records have, below those that lead into objects the names in there.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Map<String, Value>,
    /// Those that no object is around, in the file's order.
    order: Vec<String>,
    count: usize,
}

impl Columns {
    /// What a header names.
    pub(super) fn of_header(names: &[String]) -> Self {
        let known = names.iter().map(|name| (name.clone(), Value::Null)).collect();
        Self { names: known, order: names.to_vec(), count: names.len() }
    }

    /// Notes what a record has.
    pub(super) fn note(&mut self, record: &Map<String, Value>) {
        let room = MOST_NOTED - self.order.len().min(MOST_NOTED);
        self.order.extend(record.keys().filter(|name| !self.names.contains_key(*name)).take(room).cloned());
        merge(&mut self.names, record, &mut self.count, 0);
    }

    /// All of them as if they were one record's.
    pub(super) fn as_record(&self) -> &Map<String, Value> {
        &self.names
    }

    /// Whether nothing is known: there was no record, or there are so many names that some were not noted.
    pub(super) fn is_unknown(&self) -> bool {
        self.names.is_empty() || self.count >= MOST_NOTED
    }

    /// The names for people. Where the first line names no columns it has a licence: what may be a key or an address is not told.
    pub(super) fn told(&self) -> String {
        let name = |(number, name): (usize, &String)| {
            let is_doubtful = name.contains('@') || name.chars().count() > 60 || name.chars().filter(char::is_ascii_digit).count() > 3;
            if is_doubtful { format!("(the {}. name)", number + 1) } else { format!("{name:?}") }
        };
        let mut told: Vec<_> = self.order.iter().enumerate().map(name).take(MOST_TOLD).collect();
        if self.order.len() > MOST_TOLD {
            told.push(format!("and {} more", self.order.len() - MOST_TOLD));
        }
        told.join(", ")
    }
}

fn merge(into: &mut Map<String, Value>, record: &Map<String, Value>, count: &mut usize, depth: u8) {
    for (name, value) in record {
        if !into.contains_key(name) {
            if *count >= MOST_NOTED {
                return;
            }
            *count += 1;
            into.insert(name.clone(), Value::Null);
        }
        if let (Value::Object(inner), true) = (value, depth < MAX_DEPTH)
            && let Some(known) = into.get_mut(name)
        {
            if known.is_null() {
                *known = Value::Object(Map::new());
            }
            if let Value::Object(known) = known {
                merge(known, inner, count, depth + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn noted(records: &[Value]) -> Columns {
        let mut columns = Columns::default();
        for record in records {
            columns.note(record.as_object().unwrap());
        }
        columns
    }

    #[test]
    fn what_any_record_has_is_noted_in_objects_too() {
        let columns =
            noted(&[json!({"key": "A", "product": null}), json!({"product": {"id": 1}}), json!({"product": {"code": {"x": []}}})]);
        assert_eq!(Value::Object(columns.as_record().clone()), json!({"key": null, "product": {"id": null, "code": {"x": null}}}));
        assert!(!columns.is_unknown() && noted(&[]).is_unknown());
    }

    #[test]
    fn names_are_told_but_for_what_may_be_a_key_or_an_address() {
        let names = ["Lizenzschlüssel", "LK-2024-9A17", "erika@example.com"].map(str::to_owned);
        let told = Columns::of_header(&names).told();
        assert!(told.contains("\"Lizenzschlüssel\""), "{told}");
        assert!(!told.contains("9A17") && !told.contains('@'), "{told}");
        let many: Vec<_> = ('a'..='z').flat_map(|a| ('a'..='d').map(move |b| format!("{a}{b}"))).collect();
        assert!(Columns::of_header(&many).told().ends_with("and 44 more"));
    }

    #[test]
    fn of_names_without_end_no_more_are_noted_than_there_is_room_for() {
        let record: Map<_, _> = (0..20_000).map(|number| (number.to_string(), json!(1))).collect();
        let columns = noted(&[Value::Object(record)]);
        assert!(columns.is_unknown() && columns.as_record().len() == MOST_NOTED);
    }
}
