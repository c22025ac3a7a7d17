//! Which of an export's columns is what.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::ValueEnum as _;
use serde_json::{Map, Value};

use super::columns::Columns;
use super::preset::{Known, Member, Preset, Status, WORDS};
use super::values;
use crate::problem::{Exit, Problem};

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
    /// Which members were said to be in which column.
    given: Vec<MapArg>,
    /// Which were said not to be there.
    without: Vec<Member>,
}

impl Mapping {
    /// What a preset says, and what was given beside it, which counts more; but for members that are said not to be there.
    pub(super) fn of(preset: Preset, map: Vec<MapArg>, without: Vec<Member>, statuses: Vec<StatusArg>) -> Self {
        let known = preset.known();
        let path = |name: &str| name.split('.').map(plain).collect::<Vec<_>>();
        let mut names: BTreeMap<_, _> =
            known.names.iter().map(|(member, names)| (*member, names.iter().map(|name| path(name)).collect::<Vec<_>>())).collect();
        names.retain(|member, _| !without.contains(member));
        for MapArg(member, column) in &map {
            // A column's own name may have a dot.
            names.insert(*member, vec![vec![plain(column)], path(column)]);
        }
        let words = WORDS.iter().chain(known.statuses).map(|(word, status)| ((*word).to_owned(), *status));
        let given = statuses.into_iter().map(|StatusArg(word, status)| (word, status));
        Self { names, statuses: words.chain(given).collect(), known, given: map, without }
    }

    /// Whether the file has what is looked for in it. A limit, an end or a state that is called otherwise is not taken for one that there
    /// is not: licences would be active for ever, and to import them again changes nothing.
    pub(super) fn check(&self, columns: &Columns) -> Result<(), Problem> {
        if self.without.contains(&Member::Key) {
            return Err(problem("a licence without a key is none".to_owned(), "leave --without key out".to_owned()));
        }
        if let Some(MapArg(member, _)) = self.given.iter().find(|MapArg(member, _)| self.without.contains(member)) {
            let message = format!("{} is said to be in a column and not to be there", member.name());
            return Err(problem(message, "give either --map or --without for it".to_owned()));
        }
        if columns.is_unknown() {
            return Ok(());
        }
        let has = |member: &Member| {
            let paths = self.names.get(member).into_iter().flatten();
            paths.into_iter().any(|path| descend(columns.as_record(), path).is_some())
        };
        if let Some(MapArg(member, column)) = self.given.iter().find(|MapArg(member, _)| !has(member)) {
            let message = format!("no record has {column:?}, where --map says that {} is; the file has {}", member.name(), columns.told());
            return Err(problem(message, "correct the column's name".to_owned()));
        }
        let wanted = [Member::Key].iter().chain(self.known.has).filter(|member| !self.without.contains(member));
        let missing: Vec<_> = wanted.filter(|member| !has(member)).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let known = |member: &&Member| {
            let names =
                self.known.names.iter().find(|(known, _)| known == *member).map(|(_, names)| names.join(" or ")).unwrap_or_default();
            format!("{} ({names})", member.name())
        };
        let list = missing.iter().map(known).collect::<Vec<_>>().join(", ");
        let message = format!("no record has {list}; the file has {}", columns.told());
        let hint = format!("say which it is with --map {name}=COLUMN", name = first.name());
        let optional: Vec<_> = missing.iter().filter(|member| ***member != Member::Key).map(|member| member.name()).collect();
        let or = if optional.is_empty() { String::new() } else { format!(", or that there is none with --without {}", optional.join(",")) };
        Err(problem(message, hint + &or))
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

fn problem(message: String, hint: String) -> Problem {
    Problem { code: "columns", message, hint: Some(hint), exit: Exit::Usage }
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
        let of = |map: &[&str]| Mapping::of(Preset::Edd, map.iter().map(|map| map.parse().unwrap()).collect(), Vec::new(), Vec::new());
        let text = |mapping: &Mapping, value| mapping.text(&record(value), Member::Key);
        assert_eq!(text(&of(&[]), json!({"license key": "A"})).as_deref(), Some("A"));
        assert_eq!(text(&of(&[]), json!({"LICENSE_KEY": " A "})).as_deref(), Some("A"));
        let german = of(&["key=Lizenzschlüssel"]);
        assert_eq!(text(&german, json!({"lizenzschlüssel": "B", "license key": "A"})).as_deref(), Some("B"));
        assert_eq!(text(&german, json!({"license key": "A"})), None);
    }

    #[test]
    fn a_file_without_a_column_that_is_looked_for_is_refused_until_it_is_said_which_it_is_or_that_there_is_none() {
        let german = ["lizenzschlüssel", "lizenzstatus", "ablaufdatum", "aktivierungslimit", "aktivierte urls"].map(str::to_owned);
        let columns = Columns::of_header(&german);
        let check = |map: &[&str], without: &[Member]| {
            let map = map.iter().map(|map| map.parse().unwrap()).collect();
            Mapping::of(Preset::Edd, map, without.to_vec(), Vec::new()).check(&columns)
        };
        let said = |map: &[&str], without: &[Member]| {
            let problem = check(map, without).unwrap_err();
            assert_eq!((problem.code, problem.exit.code()), ("columns", Exit::Usage.code()));
            format!("{}; {}", problem.message, problem.hint.unwrap_or_default())
        };
        let first = said(&[], &[]);
        assert!(first.contains("key (License Key)") && first.contains("\"ablaufdatum\""), "{first}");
        let second = said(&["key=Lizenzschlüssel"], &[]);
        for part in ["until (Expiration Date)", "status (License Status)", "--without status,limit,until,activations", "\"lizenzstatus\""] {
            assert!(second.contains(part), "{part}: {second}");
        }
        assert!(!second.contains("key (License Key)"), "{second}");
        let rest = ["key=Lizenzschlüssel", "status=Lizenzstatus", "limit=Aktivierungslimit"];
        assert!(said(&[&rest[..], &["until=Ablaufdatum_TYPO"]].concat(), &[Member::Activations]).contains("\"Ablaufdatum_TYPO\""));
        assert!(check(&[&rest[..], &["until=Ablaufdatum"]].concat(), &[Member::Activations]).is_ok());
        assert!(check(&["key=Lizenzschlüssel"], &[Member::Status, Member::Limit, Member::Until, Member::Activations]).is_ok());
        assert!(said(&["key=Lizenzschlüssel"], &[Member::Key]).contains("without a key"));
        assert!(said(&["until=Ablaufdatum"], &[Member::Until]).contains("either --map or --without"));
        let none = Mapping::of(Preset::Cscart, Vec::new(), Vec::new(), Vec::new());
        assert!(none.check(&Columns::default()).is_ok(), "a file without a record has nothing that could be missed");
    }

    #[test]
    fn what_is_said_not_to_be_there_is_not_read() {
        let mapping = Mapping::of(Preset::Edd, Vec::new(), vec![Member::Until], Vec::new());
        assert_eq!(mapping.text(&record(json!({"expiration date": "2020-01-01"})), Member::Until), None);
    }

    #[test]
    fn dots_lead_into_objects_and_the_first_name_that_says_anything_counts() {
        let babel = Mapping::of(Preset::Babel, Vec::new(), Vec::new(), Vec::new());
        let value = record(json!({"product": {"id": "P01"}, "licenseeEmail": "", "customer": {"email": "a@example.com"}}));
        assert_eq!(babel.text(&value, Member::Product).as_deref(), Some("P01"));
        assert_eq!(babel.text(&value, Member::Email).as_deref(), Some("a@example.com"));
        assert_eq!(babel.text(&value, Member::Country), None);
    }

    #[test]
    fn statuses_are_the_presets_and_those_that_were_given() {
        let given = vec!["Pending=suspended".parse().unwrap(), "inactive=revoked".parse().unwrap()];
        let edd = Mapping::of(Preset::Edd, Vec::new(), Vec::new(), given);
        assert_eq!(edd.status("Active"), Some(Status::Is(Standing::Active)));
        assert_eq!(edd.status("pending"), Some(Status::Is(Standing::Suspended)));
        assert_eq!(edd.status("INACTIVE"), Some(Status::Is(Standing::Revoked)));
        assert_eq!(edd.status("odd"), None);
        assert!("pending".parse::<StatusArg>().is_err() && "pending=gone".parse::<StatusArg>().is_err());
        assert!("kei=Serial".parse::<MapArg>().unwrap_err().contains("key, product, status"));
        assert!("key=".parse::<MapArg>().is_err() && "key".parse::<MapArg>().is_err());
    }
}
