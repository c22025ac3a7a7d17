//! What PHP's `serialize` writes, as far as lists of activations need it
//! (<https://www.php.net/manual/en/function.serialize.php>).
//!
//! The workspace's library for it reads no list with gaps in its numbers, which is what is left where somebody took a site out of one, and
//! takes as much memory as a text says that it is long.

use serde_json::{Map, Value};

/// How deep arrays may lie in one another.
const MAX_DEPTH: u8 = 4;

/// Whether a text is something that PHP serialized, whole or not: an array, an object or a text.
pub(super) fn is_serialized(text: &str) -> bool {
    let head = text.split_at_checked(2).filter(|(kind, _)| matches!(*kind, "a:" | "O:" | "C:" | "s:"));
    let digits = |rest: &str| rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0);
    head.is_some_and(|(_, rest)| digits(rest).is_some_and(|end| rest[end..].starts_with(':')))
}

/// Reads a text or an array: a list where no name is in it, or else an object. What is neither in it is null. Nothing where it is not
/// whole, or is something else.
pub(super) fn value(text: &str) -> Option<Value> {
    let mut rest = text.trim();
    let value = element(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn element(rest: &mut &str, depth: u8) -> Option<Value> {
    if let Some(after) = rest.strip_prefix("N;") {
        *rest = after;
        return Some(Value::Null);
    }
    let (kind, after) = rest.split_at_checked(2)?;
    match kind {
        "i:" | "b:" | "d:" => {
            *rest = after.split_once(';')?.1;
            Some(Value::Null)
        }
        "s:" => {
            let (length, after) = after.split_once(":\"")?;
            // In bytes, which are the file's own where it is UTF-8.
            let (text, after) = after.split_at_checked(length.parse().ok()?)?;
            *rest = after.strip_prefix("\";")?;
            Some(Value::String(text.to_owned()))
        }
        "a:" if depth < MAX_DEPTH => {
            let (count, after) = after.split_once(":{")?;
            *rest = after;
            let (mut list, mut members) = (Vec::new(), Map::new());
            for _ in 0..count.parse::<usize>().ok()? {
                let name = element(rest, MAX_DEPTH)?;
                let value = element(rest, depth + 1)?;
                match name {
                    Value::String(name) => drop(members.insert(name, value)),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => list.push(value),
                }
            }
            *rest = rest.strip_prefix('}')?;
            if members.is_empty() {
                return Some(Value::Array(list));
            }
            members.extend(list.into_iter().enumerate().map(|(number, value)| (number.to_string(), value)));
            Some(Value::Object(members))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_taken_out_of_lists_with_gaps_and_of_named_members() {
        let list = "a:2:{i:0;s:15:\"s1.example.com/\";i:7;s:11:\"größe.de\";}".replace("s:11", "s:10");
        assert_eq!(value(&list), Some(json!(["s1.example.com/", "größe.de"])));
        assert_eq!(value("a:1:{i:3;a:2:{s:3:\"url\";s:6:\"a.test\";s:2:\"at\";i:17;}}"), Some(json!([{"url": "a.test", "at": null}])));
        assert_eq!(value("a:2:{s:1:\"a\";s:1:\"b\";i:0;s:1:\"c\";}"), Some(json!({"a": "b", "0": "c"})));
        assert_eq!((value("a:0:{}"), value("s:1:\"a\";")), (Some(json!([])), Some(json!("a"))));
    }

    #[test]
    fn what_is_not_whole_or_too_deep_is_nothing() {
        let deep = format!("{}{}", "a:1:{i:0;".repeat(100_000), "}".repeat(100_000));
        let texts = [
            "a:2:{i:0;s:1:\"a\";}",
            "a:1:{i:0;s:9999999999:\"a\";}",
            "a:1:{i:0;s:1:\"ä\";}",
            "a:99999999999999999999:{}",
            "O:1:\"a\":0:{}",
            "a:1:{",
        ];
        for text in texts.into_iter().chain([deep.as_str()]) {
            assert!(is_serialized(text) && value(text).is_none(), "{}", &text[..10.min(text.len())]);
        }
        for text in ["a:b", "a.example.com", "http://a.example.com:80/", "a:1", "", "ä:1:{"] {
            assert!(!is_serialized(text), "{text}");
        }
    }
}
