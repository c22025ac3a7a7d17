//! Records of a JSON file: a list of objects, objects one after the other, or an object with the list in it.

use std::cell::Cell;
use std::fmt;
use std::io::{BufRead, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::source::{MAX_RECORD, Out, Place, Stop, TooLong};

/// The members of an answer that hold its list of licences.
const AROUND: [&str; 4] = ["licenses", "data", "response", "items"];

/// How deep the list may lie.
const MAX_DEPTH: u8 = 3;

/// Reads records. Where something is no JSON, the rest of the file cannot be read.
pub(super) fn read(reader: impl Read, since: &Rc<Cell<u64>>, out: &mut Out) -> Result<(), Stop> {
    let mut file = serde_json::Deserializer::from_reader(reader);
    // Only white space left is the end; anything else is the next object.
    while file.end().is_err() {
        let mut stop = None;
        let top = List { since, out, stop: &mut stop, depth: 0 };
        match top.deserialize(&mut file) {
            Ok(Found::Streamed) => {}
            Ok(Found::Value(Value::Object(record))) => give(since, out, Ok(record))?,
            Ok(Found::Value(_)) => give(since, out, Err("it is no object".to_owned()))?,
            Err(error) => return Err(stop.unwrap_or_else(|| Stop::Broken(error.to_string()))),
        }
    }
    Ok(())
}

/// Reads records that have a line each.
pub(super) fn read_lines(mut reader: impl BufRead, out: &mut Out) -> Result<(), Stop> {
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        number += 1;
        if reader.by_ref().take(MAX_RECORD + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() as u64 > MAX_RECORD {
            return Err(Stop::Broken(TooLong.to_string()));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record = serde_json::from_slice(&line).map_err(|error| format!("it is no JSON object, from its column {} on", error.column()));
        out.give(|_| Place::Line(number), record)?;
    }
}

fn give(since: &Rc<Cell<u64>>, out: &mut Out, record: Result<Map<String, Value>, String>) -> Result<(), Stop> {
    since.set(0);
    out.give(Place::Record, record)
}

/// What a value was.
enum Found {
    /// A list, whose elements were passed on.
    Streamed,
    Value(Value),
}

struct List<'s> {
    since: &'s Rc<Cell<u64>>,
    out: &'s mut Out,
    stop: &'s mut Option<Stop>,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        while let Some(element) = list.next_element::<Value>()? {
            let record = match element {
                Value::Object(record) => Ok(record),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Err("it is no object".to_owned()),
            };
            if let Err(stop) = give(self.since, self.out, record) {
                *self.stop = Some(stop);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(Found::Streamed)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Found, A::Error> {
        let Self { since, out, stop, depth } = self;
        let (mut record, mut is_streamed) = (Map::new(), false);
        while let Some(name) = members.next_key::<String>()? {
            let found = if depth < MAX_DEPTH && AROUND.contains(&name.as_str()) {
                members.next_value_seed(List { since, out: &mut *out, stop: &mut *stop, depth: depth + 1 })?
            } else {
                Found::Value(members.next_value()?)
            };
            match found {
                Found::Streamed => is_streamed = true,
                Found::Value(value) => drop(record.insert(name, value)),
            }
        }
        Ok(if is_streamed { Found::Streamed } else { Found::Value(Value::Object(record)) })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Value(Value::Null))
    }
}
