//! What exporters write, as the domain has it.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::domain::site::Site;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use serde_json::Value;

use super::php;

/// What stands for the end of what never ends, or for a moment that there is not.
const NEVER: [&str; 10] = ["", "0", "never", "lifetime", "unlimited", "none", "null", "0000-00-00", "0000-00-00 00:00:00", "permanent"];

/// The most activations of one licence.
pub(super) const MAX_ACTIVATIONS: usize = 10_000;

/// A value as text: what is null, or a list, or an object, is none.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A moment: seconds (or milliseconds) since 1970; a day and a time of day, UTC where no zone is named; or a day, which is its midnight.
/// What says that there is none is none, as is the year 9999.
pub(super) fn moment(text: &str) -> Result<Option<Timestamp>, &'static str> {
    let text = text.trim();
    if NEVER.contains(&text.to_ascii_lowercase().as_str()) {
        return Ok(None);
    }
    if text.starts_with("9999-") {
        return Ok(None);
    }
    let known = match text.parse::<i64>() {
        // Since the year 5138 in seconds, or since 1973 in milliseconds.
        Ok(number) if number >= 100_000_000_000 => Timestamp::from_seconds(number / 1_000),
        Ok(number) if number >= 100_000_000 => Timestamp::from_seconds(number),
        Ok(_) => None,
        Err(_) => Timestamp::parse(text).or_else(|| civil(text)),
    };
    // The text is not repeated: a column that was taken for another may hold keys.
    known.map(Some).ok_or("it is no moment such as 2026-11-22, 2026-11-22 04:47:26 or seconds since 1970")
}

fn civil(text: &str) -> Option<Timestamp> {
    let moment: DateTime = text.parse().ok().or_else(|| text.parse().ok().map(|day: Date| day.at(0, 0, 0, 0)))?;
    let moment = moment.to_zoned(TimeZone::UTC).ok()?;
    Timestamp::from_micros(moment.timestamp().as_microsecond())
}

/// A number of seats; nothing where the text is none that says anything.
pub(super) fn limit(text: &str, unlimited: &[&str]) -> Result<Option<SeatLimit>, &'static str> {
    let text = text.trim().to_lowercase();
    if unlimited.contains(&text.as_str()) {
        return Ok(Some(SeatLimit::Unlimited));
    }
    if text.is_empty() || text == "0" {
        return Ok(None);
    }
    let seats = text.parse().ok().and_then(SeatLimit::limited);
    seats.map(Some).ok_or("it is no number of seats: 1 to 1000000, or unlimited")
}

/// An activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Activation {
    pub(super) device: Device,
    pub(super) since: Option<Timestamp>,
    pub(super) label: Option<Line<64>>,
}

/// The members of an activation that say where it is.
const WHERE: [&str; 9] = ["site", "url", "domain", "site_name", "machineId", "machine", "instance", "object", "device"];

/// The activations in a value, and how many things in it are none: a list of texts or of objects, an object with such values, or a text
/// with several, whether they are just written down or as JSON or PHP has them.
pub(super) fn activations(value: Option<&Value>) -> (Vec<Activation>, usize) {
    let mut found = Vec::new();
    match value {
        Some(Value::Array(list)) => found.extend(list.iter().map(activation)),
        Some(value @ Value::Object(members)) if WHERE.iter().any(|name| members.contains_key(*name)) => found.push(activation(value)),
        Some(Value::Object(members)) => {
            let mut members: Vec<_> = members.iter().collect();
            // A list with gaps: in the order of its numbers.
            members.sort_by_key(|(name, _)| name.parse::<u64>().unwrap_or(u64::MAX));
            found.extend(members.into_iter().map(|(_, value)| if is_any(value) { activation(value) } else { None }));
        }
        Some(Value::String(text)) if text.trim_start().starts_with(['[', '{']) => {
            if let Ok(parsed @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text) {
                return activations(Some(&parsed));
            }
            found.push(None);
        }
        Some(Value::String(text)) if php::is_serialized(text.trim_start()) => {
            if let Some(parsed @ (Value::Array(_) | Value::Object(_))) = php::value(text) {
                return activations(Some(&parsed));
            }
            found.push(None);
        }
        Some(Value::String(text)) => {
            let parts = text.split([',', ';', '|', '\n', '\r']).flat_map(|part| part.split(" - "));
            found.extend(parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| device(part).map(plain)));
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_)) | None => {}
    }
    let count = found.len();
    let known: Vec<_> = found.into_iter().flatten().take(MAX_ACTIVATIONS).collect();
    let lost = count - known.len();
    (known, lost)
}

/// Whether a member's value may say where an activation is: a number or a truth is said of one that its name names.
fn is_any(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Object(_) => true,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

fn plain(device: Device) -> Activation {
    Activation { device, since: None, label: None }
}

fn activation(value: &Value) -> Option<Activation> {
    let Value::Object(members) = value else { return device(&text(Some(value))?).map(plain) };
    let of = |names: &[&str]| names.iter().find_map(|name| text(members.get(*name)));
    let device = device(&of(&WHERE)?)?;
    let since = of(&["since", "issueDate", "activation_time", "activated_at", "created_at"]);
    let label = of(&["label", "clientName", "activation_platform"]);
    Some(Activation {
        device,
        since: since.and_then(|since| moment(&since).ok().flatten()),
        label: label.and_then(|label| Line::parse(&label).ok()),
    })
}

/// A site where it is an address, and a machine otherwise: a machine's fingerprint has no dot and is no address.
fn device(text: &str) -> Option<Device> {
    if let Some(machine) = text.strip_prefix('#') {
        return Line::parse(machine).ok().map(Device::Machine);
    }
    let is_address = text.contains("://") || text.contains('.') || text.starts_with("localhost") || text.starts_with('[');
    if is_address { Site::parse(text).ok().map(Device::Site) } else { Line::parse(text).ok().map(Device::Machine) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_are_read_in_every_form_that_is_exported() {
        let day = "2020-07-21T08:50:24.000000Z";
        for text in ["1595321424", "1595321424000", "2020-07-21 08:50:24", "2020-07-21T08:50:24", "2020-07-21T10:50:24+02:00", day] {
            assert_eq!(moment(text).unwrap().unwrap().to_string(), day, "{text}");
        }
        assert_eq!(moment(" 2020-07-21 ").unwrap().unwrap().to_string(), "2020-07-21T00:00:00.000000Z");
        for text in ["", "0", "Lifetime", "never", "0000-00-00 00:00:00", "9999-01-01T00:00:00", "9999-12-31"] {
            assert_eq!(moment(text), Ok(None), "{text}");
        }
        for text in ["soon", "21.07.2020", "07/21/2020", "17", "2020-13-01", "-1595321424"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_limit_is_a_number_or_what_an_exporter_writes_for_none() {
        assert_eq!(limit("5", &[]), Ok(Some(SeatLimit::Limited(5))));
        assert_eq!(limit("Unlimited", &["unlimited"]), Ok(Some(SeatLimit::Unlimited)));
        assert_eq!((limit("0", &["0"]), limit("0", &[])), (Ok(Some(SeatLimit::Unlimited)), Ok(None)));
        assert!(limit("many", &[]).is_err() && limit("1000001", &[]).is_err() && limit("-2", &[]).is_err());
    }

    fn devices(value: &Value) -> (Vec<String>, usize) {
        let (found, lost) = activations(Some(value));
        (found.into_iter().map(|activation| activation.device.to_string()).collect(), lost)
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn activations_are_read_from_a_text_or_a_list() {
        let sites = texts(&["a.example.com", "b.example.com/shop"]);
        for value in [
            json!("https://a.example.com/, http://b.example.com/shop"),
            json!("a.example.com - b.example.com/shop"),
            json!("a.example.com\nb.example.com/shop\n"),
            json!(["a.example.com", "b.example.com/shop"]),
            json!("[\"a.example.com\",\"b.example.com/shop\"]"),
            json!([{"site": "a.example.com"}, {"url": "http://b.example.com/shop/"}]),
            json!({"2": "a.example.com", "10": "b.example.com/shop"}),
            json!({"1": {"site": "a.example.com"}, "2": {"url": "b.example.com/shop"}}),
            json!("{\"1\":\"a.example.com\",\"3\":\"b.example.com/shop\"}"),
            json!("a:2:{i:0;s:14:\"a.example.com/\";i:2;s:18:\"b.example.com/shop\";}"),
            json!("a:2:{i:0;a:1:{s:4:\"site\";s:13:\"a.example.com\";}i:1;a:1:{s:3:\"url\";s:18:\"b.example.com/shop\";}}"),
        ] {
            assert_eq!(devices(&value), (sites.clone(), 0), "{value}");
        }
        assert_eq!(devices(&json!("")), (Vec::new(), 0));
        assert_eq!(devices(&Value::Null), (Vec::new(), 0));
        assert_eq!(devices(&json!({"site": "a.example.com", "since": "2024-02-03"})), (texts(&["a.example.com"]), 0));
        assert_eq!((devices(&json!({})), devices(&json!("a:0:{}"))), ((Vec::new(), 0), (Vec::new(), 0)));
    }

    #[test]
    fn what_a_program_wrote_and_cannot_be_read_is_lost_and_never_split() {
        for text in [
            "a:2:{i:0;s:15:\"cut.example.com/\";i:1;s:1",
            "O:8:\"stdClass\":1:{s:1:\"a\";s:13:\"a.example.com\";}",
            "{\"1\":\"a.exam",
            "{\"a.example.com\":1}",
            "a:1:{s:13:\"a.example.com\";i:1;}",
        ] {
            assert_eq!(devices(&json!(text)), (Vec::new(), 1), "{text}");
        }
    }

    #[test]
    fn what_has_no_address_is_a_machine_and_what_is_none_is_counted() {
        assert_eq!(devices(&json!(["6F1D-22", "ftp://a.example.com", {"machineId": "M-1"}, {}])), (texts(&["#6F1D-22", "#M-1"]), 2));
        let (found, _) = activations(Some(&json!([{"machineId": "M-1", "issueDate": "2020-07-21", "clientName": "Desk"}])));
        assert_eq!(found[0].since.map(Timestamp::date).as_deref(), Some("2020-07-21"));
        assert_eq!(found[0].label.as_ref().map(Line::as_str), Some("Desk"));
    }
}
