//! The setting on the wire (seed 004, "GET /v1/settings").

use latchkey_core::domain::setting::{SettingValue, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::from_object;

/// A setting of the account.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Setting {
    /// What it is about.
    pub(crate) group: String,
    /// Its name, unique in the group.
    pub(crate) name: String,
    /// `Boolean`, `Int32` or `String`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its value, of that type.
    pub(crate) value: Value,
}

/// What a setting is to be.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub(crate) struct SettingGiven {
    /// What it is about; may be left out where the name alone tells.
    #[serde(default)]
    pub(crate) group: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// Its type, which it must have where it is said.
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
    /// Its value.
    #[serde(default)]
    pub(crate) value: Value,
}

from_object! { SettingGiven }

impl Setting {
    /// A setting as an account has it.
    pub(crate) fn of(setting: &latchkey_core::domain::setting::Setting, settings: &Settings) -> Self {
        let value = setting.value(settings);
        let kind = value.kind().name().to_owned();
        Self { group: setting.group.to_owned(), name: setting.name.to_owned(), kind, value: told(value) }
    }
}

fn told(value: SettingValue) -> Value {
    match value {
        SettingValue::Boolean(truth) => truth.into(),
        SettingValue::Int32(number) => number.into(),
        SettingValue::Text(text) => text.into(),
    }
}
