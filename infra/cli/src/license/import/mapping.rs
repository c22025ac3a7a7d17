//! Which of an export's columns is what.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::ValueEnum as _;
use serde_json::{Map, Value};

use super::preset::{Known, Member, Preset, Status, WORDS};
use super::values;

/// `member=column`, as it is given.
#[derive(Clone, Debug)]
pub(crate) struct MapArg(Member, String);

/// `word=state`, as it is given.
#[derive(Clone, Debug)]
pub(crate) struct StatusArg(String, Status);

/// Where the members of licences are in records.
pub(super) struct Mapping {
    names: BTreeMap<Member, Vec<Vec<String>>>,
    statuses: BTreeMap<String, Status>,
    known: &'static Known,
}

impl Mapping {
    /// What a preset says, and what was given beside it, which counts more.
    pub(super) fn of(preset: Preset, map: Vec<MapArg>, statuses: Vec<StatusArg>) -> Self {
        let known = preset.known();
        let path = |name: &str| name.split('.').map(plain).collect::<Vec<_>>();
        let mut names: BTreeMap<_, _> =
            known.names.iter().map(|(member, names)| (*member, names.iter().map(|name| path(name)).collect::<Vec<_>>())).collect();
        for MapArg(member, column) in map {
            // A column's own name may have a dot.
            names.insert(member, vec![vec![plain(&column)], path(&column)]);
        }
        let words = WORDS.iter().chain(known.statuses).map(|(word, status)| ((*word).to_owned(), *status));
        let given = statuses.into_iter().map(|StatusArg(word, status)| (word, status));
        Self { names, statuses: words.chain(given).collect(), known }
    }

    /// The value of a member, where the record has it: the first of its names that says anything.
    pub(super) fn value<'r>(&self, record: &'r Map<String, Value>, member: Member) -> Option<&'r Value> {
        let paths = self.names.get(&member)?;
        let found = || paths.iter().filter_map(|path| descend(record, path));
        found().find(|value| is_something(value)).or_else(|| found().next())
    }

    /// The same as text.
    pub(super) fn text(&self, record: &Map<String, Value>, member: Member) -> Option<String> {
        values::text(self.value(record, member))
    }

    /// What a status means.
    pub(super) fn status(&self, text: &str) -> Option<Status> {
        self.statuses.get(&text.to_lowercase()).copied()
    }

    /// The preset.
    pub(super) fn known(&self) -> &'static Known {
        self.known
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

fn descend<'r>(record: &'r Map<String, Value>, path: &[String]) -> Option<&'r Value> {
    let (first, rest) = path.split_first()?;
    let (_, value) = record.iter().find(|(name, _)| plain(name) == *first)?;
    if rest.is_empty() { Some(value) } else { descend(value.as_object()?, rest) }
}

/// A name without what does not count in it. Letters of any writing count: headers are translated.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl FromStr for MapArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (member, column) = text.split_once('=').ok_or("write member=column, such as key=Serial")?;
        let member = Member::from_str(member, false).map_err(|_| {
            let known: Vec<_> = Member::value_variants().iter().map(|member| member.name()).collect();
            format!("there is no member {member:?}: it is one of {}", known.join(", "))
        })?;
        if plain(column).is_empty() { Err("the column has no name".to_owned()) } else { Ok(Self(member, column.to_owned())) }
    }
}

impl FromStr for StatusArg {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (word, state) = text.split_once('=').ok_or("write word=state, such as pending=suspended")?;
        let status = Status::parse(state).ok_or("a state is active, suspended, revoked, refunded or expired")?;
        Ok(Self(word.trim().to_lowercase(), status))
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::license::Standing;
    use serde_json::json;

    use super::*;

    fn record(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn case_and_marks_do_not_count_and_what_is_given_counts_more() {
        let of = |map: &[&str]| Mapping::of(Preset::Edd, map.iter().map(|map| map.parse().unwrap()).collect(), Vec::new());
        let text = |mapping: &Mapping, value| mapping.text(&record(value), Member::Key);
        assert_eq!(text(&of(&[]), json!({"license key": "A"})).as_deref(), Some("A"));
        assert_eq!(text(&of(&[]), json!({"LICENSE_KEY": " A "})).as_deref(), Some("A"));
        let german = of(&["key=Lizenzschlüssel"]);
        assert_eq!(text(&german, json!({"lizenzschlüssel": "B", "license key": "A"})).as_deref(), Some("B"));
        assert_eq!(text(&german, json!({"license key": "A"})), None);
    }

    #[test]
    fn dots_lead_into_objects_and_the_first_name_that_says_anything_counts() {
        let babel = Mapping::of(Preset::Babel, Vec::new(), Vec::new());
        let value = record(json!({"product": {"id": "P01"}, "licenseeEmail": "", "customer": {"email": "a@example.com"}}));
        assert_eq!(babel.text(&value, Member::Product).as_deref(), Some("P01"));
        assert_eq!(babel.text(&value, Member::Email).as_deref(), Some("a@example.com"));
        assert_eq!(babel.text(&value, Member::Country), None);
    }

    #[test]
    fn statuses_are_the_presets_and_those_that_were_given() {
        let given = vec!["Pending=suspended".parse().unwrap(), "inactive=revoked".parse().unwrap()];
        let edd = Mapping::of(Preset::Edd, Vec::new(), given);
        assert_eq!(edd.status("Active"), Some(Status::Is(Standing::Active)));
        assert_eq!(edd.status("pending"), Some(Status::Is(Standing::Suspended)));
        assert_eq!(edd.status("INACTIVE"), Some(Status::Is(Standing::Revoked)));
        assert_eq!(edd.status("odd"), None);
        assert!("pending".parse::<StatusArg>().is_err() && "pending=gone".parse::<StatusArg>().is_err());
        assert!("kei=Serial".parse::<MapArg>().unwrap_err().contains("key, product, status"));
        assert!("key=".parse::<MapArg>().is_err() && "key".parse::<MapArg>().is_err());
    }
}
