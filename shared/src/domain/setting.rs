//! An account's settings: a fixed set, each with a type, a default and bounds. Nobody makes one up.

use serde::{Deserialize, Serialize};

use super::text::{Email, Line};
use super::{lease, log_entry, trace};
use crate::query;

const DAY: i64 = 24 * 60 * 60;

/// The longest that reports are kept, in days.
const MOST_REPORT_DAYS: i64 = 3_650;

/// What an account has set; what it has not is as [`Settings::default`] has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether a licensed program needs an API key in the role of an application beside the licence's key.
    pub require_application_key: bool,
    /// Whether licensed programs may hand in reports.
    pub accept_reports: bool,
    /// For how many days reports are kept: from 1 to 3,650.
    pub report_days: u16,
    /// The name that mail is sent under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<Line<120>>,
    /// Where answers to mail go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Email>,
}

/// A setting of the set.
#[derive(Debug)]
pub struct Setting {
    /// What it is about.
    pub group: &'static str,
    /// Its name, unique in the group.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    access: Access,
}

/// How a setting is read and set.
#[derive(Debug)]
enum Access {
    /// Told, and the same for everybody.
    Told(fn() -> SettingValue),
    /// Kept under the attribute of this name.
    Kept { attribute: &'static str, get: fn(&Settings) -> SettingValue, set: fn(&mut Settings, SettingValue) -> Result<(), SettingError> },
}

/// A setting's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingType {
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A text.
    Text,
}

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Int32(i64),
    /// A text: empty where there is none.
    Text(String),
}

/// Why a setting was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The set has none of that group and name.
    #[error("there is no such setting")]
    Unknown,
    /// It is told, and cannot be set.
    #[error("the setting is read-only")]
    ReadOnly,
    /// It has another type.
    #[error("the setting's type is {}", .0.name())]
    Type(SettingType),
    /// Its type is right and its value is not.
    #[error("the value {0}")]
    Value(String),
}

/// All settings, by group and name.
pub static SETTINGS: &[Setting] = &[
    Setting {
        group: "Email",
        name: "ReplyTo",
        about: "Where answers to mail go.",
        access: Access::Kept {
            attribute: "reply_to",
            get: |of| text(of.reply_to.as_ref().map(Email::as_str)),
            set: |of, value| optional(value, Email::parse).map(|reply_to| of.reply_to = reply_to),
        },
    },
    Setting {
        group: "Email",
        name: "SenderName",
        about: "The name that mail is sent under.",
        access: Access::Kept {
            attribute: "sender_name",
            get: |of| text(of.sender_name.as_ref().map(Line::as_str)),
            set: |of, value| optional(value, Line::parse).map(|name| of.sender_name = name),
        },
    },
    told("Licensing", "FloatingExpirySeconds", "How long after its last heartbeat a floating seat is free.", || {
        number(lease::LEASE_SECONDS)
    }),
    told("Licensing", "FloatingHeartbeatSeconds", "How often a program says that it holds a floating seat.", || {
        number(lease::HEARTBEAT_SECONDS)
    }),
    Setting {
        group: "Licensing",
        name: "RequireApplicationKey",
        about: "Whether a licensed program needs an API key in the role of an application.",
        access: Access::Kept {
            attribute: "require_application_key",
            get: |of| SettingValue::Boolean(of.require_application_key),
            set: |of, value| truth(&value).map(|truth| of.require_application_key = truth),
        },
    },
    told("Lists", "DefaultTake", "How many rows a list has that says nothing of it.", || number(query::TAKEN.into())),
    told("Lists", "MaximumTake", "The most rows of a list.", || number(query::MOST_TAKEN.into())),
    told("Log", "RetentionDays", "For how many days log entries are kept.", || number(log_entry::KEPT_SECONDS / DAY)),
    told("Patterns", "CustomerCode", "What the code of a customer is drawn by that comes without one.", || text(Some("C-{TOKEN:8}"))),
    told("Patterns", "LicenseId", "What a licence's id is drawn by.", || text(Some("lic{HEX:8}"))),
    told("Patterns", "OrderNumber", "What the number of an order is drawn by that comes without one.", || text(Some("O-{TOKEN:8}"))),
    told("Patterns", "UserKey", "What a user key is drawn by where no template says otherwise.", || {
        text(Some("{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}"))
    }),
    Setting {
        group: "Reports",
        name: "Accept",
        about: "Whether licensed programs may hand in reports.",
        access: Access::Kept {
            attribute: "accept_reports",
            get: |of| SettingValue::Boolean(of.accept_reports),
            set: |of, value| truth(&value).map(|truth| of.accept_reports = truth),
        },
    },
    Setting {
        group: "Reports",
        name: "RetentionDays",
        about: "For how many days a report is kept that comes from now on: from 1 to 3650.",
        access: Access::Kept {
            attribute: "report_days",
            get: |of| number(of.report_days.into()),
            set: |of, value| days(&value).map(|days| of.report_days = days),
        },
    },
    told("Traces", "RetentionDays", "For how many days traces are kept.", || number(trace::KEPT_SECONDS / DAY)),
];

const fn told(group: &'static str, name: &'static str, about: &'static str, value: fn() -> SettingValue) -> Setting {
    Setting { group, name, about, access: Access::Told(value) }
}

fn text(text: Option<&str>) -> SettingValue {
    SettingValue::Text(text.unwrap_or_default().to_owned())
}

fn number(number: i64) -> SettingValue {
    SettingValue::Int32(number)
}

fn truth(value: &SettingValue) -> Result<bool, SettingError> {
    if let SettingValue::Boolean(truth) = value { Ok(*truth) } else { Err(SettingError::Type(SettingType::Boolean)) }
}

fn days(value: &SettingValue) -> Result<u16, SettingError> {
    let SettingValue::Int32(days) = value else { return Err(SettingError::Type(SettingType::Int32)) };
    let days = Some(*days).filter(|days| (1..=MOST_REPORT_DAYS).contains(days)).and_then(|days| u16::try_from(days).ok());
    days.ok_or_else(|| SettingError::Value(format!("must be from 1 to {MOST_REPORT_DAYS}")))
}

fn optional<T>(value: SettingValue, parse: fn(&str) -> Result<T, super::text::TextError>) -> Result<Option<T>, SettingError> {
    let SettingValue::Text(text) = value else { return Err(SettingError::Type(SettingType::Text)) };
    if text.trim().is_empty() { Ok(None) } else { parse(&text).map(Some).map_err(|error| SettingError::Value(error.to_string())) }
}

impl Setting {
    /// The setting of this group and name; the group may be left empty where the name alone tells.
    pub fn find(group: &str, name: &str) -> Option<&'static Self> {
        let mut found = SETTINGS.iter().filter(|setting| setting.name == name && (group.is_empty() || setting.group == group));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Its value.
    pub fn value(&self, settings: &Settings) -> SettingValue {
        match self.access {
            Access::Told(value) => value(),
            Access::Kept { get, .. } => get(settings),
        }
    }

    /// Whether it cannot be set.
    pub fn is_read_only(&self) -> bool {
        matches!(self.access, Access::Told(_))
    }

    /// The name of what it is kept under; nothing where it is kept nowhere.
    pub(crate) fn attribute(&self) -> Option<&'static str> {
        match self.access {
            Access::Told(_) => None,
            Access::Kept { attribute, .. } => Some(attribute),
        }
    }

    /// Sets it. One that is only told is taken with the value that it has: who writes back what was read changes nothing.
    pub fn set(&self, settings: &mut Settings, value: SettingValue) -> Result<(), SettingError> {
        match self.access {
            Access::Told(told) if told() == value => Ok(()),
            Access::Told(_) => Err(SettingError::ReadOnly),
            Access::Kept { set, .. } => set(settings, value),
        }
    }
}

impl SettingType {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Int32 => "Int32",
            Self::Text => "String",
        }
    }
}

impl SettingValue {
    /// Its type.
    pub fn kind(&self) -> SettingType {
        match self {
            Self::Boolean(_) => SettingType::Boolean,
            Self::Int32(_) => SettingType::Int32,
            Self::Text(_) => SettingType::Text,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { require_application_key: false, accept_reports: true, report_days: 365, sender_name: None, reply_to: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_found_by_its_name_and_can_be_set_to_what_it_is() {
        assert!(SETTINGS.is_sorted_by_key(|setting| (setting.group, setting.name)));
        for setting in SETTINGS {
            assert!(std::ptr::eq(Setting::find(setting.group, setting.name).unwrap(), setting));
            let mut settings = Settings::default();
            assert_eq!(setting.set(&mut settings, setting.value(&Settings::default())), Ok(()), "{}", setting.name);
            assert_eq!(settings, Settings::default());
        }
        assert!(Setting::find("", "SenderName").is_some());
        assert!(Setting::find("", "RetentionDays").is_none(), "there are three of that name");
        assert!(Setting::find("Email", "Accept").is_none());
    }

    #[test]
    fn a_value_of_another_type_or_beyond_its_bounds_is_refused() {
        let mut settings = Settings::default();
        let mut set = |group, name, value| Setting::find(group, name).unwrap().set(&mut settings, value);
        let value = |text: &str| Err(SettingError::Value(text.to_owned()));
        assert_eq!(set("Reports", "RetentionDays", SettingValue::Text("7".into())), Err(SettingError::Type(SettingType::Int32)));
        for beyond in [0, -1, 3_651, i64::MAX] {
            assert_eq!(set("Reports", "RetentionDays", SettingValue::Int32(beyond)), value("must be from 1 to 3650"));
        }
        assert_eq!(set("Reports", "RetentionDays", SettingValue::Int32(3_650)), Ok(()));
        assert_eq!(set("Reports", "Accept", SettingValue::Int32(1)), Err(SettingError::Type(SettingType::Boolean)));
        let injected = SettingValue::Text("Acme\r\nBcc: x".into());
        assert_eq!(set("Email", "SenderName", injected), value("holds a character that is not allowed: '\\r'"));
        assert_eq!(set("Email", "ReplyTo", SettingValue::Text("nobody".into())), value("must be an address such as name@example.com"));
        assert_eq!(set("Email", "ReplyTo", SettingValue::Text(" ".into())), Ok(()));
        assert_eq!(set("Lists", "MaximumTake", SettingValue::Int32(5)), Err(SettingError::ReadOnly));
    }

    #[test]
    fn what_is_not_stored_is_the_default() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
    }
}
