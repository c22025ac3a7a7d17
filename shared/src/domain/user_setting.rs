//! A user's settings: what programs keep for them. They mean nothing here.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, UserSettingId};
use super::text::{Line, Prose};
use super::user::UserId;

/// The most settings of one user.
pub const MOST_SETTINGS: u32 = 500;

/// A setting of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSetting {
    /// Its number within the account.
    pub id: UserSettingId,
    /// The account.
    pub account: AccountId,
    /// Whose it is.
    pub user: UserId,
    /// What is set.
    #[serde(flatten)]
    pub content: SettingContent,
}

/// What is to be said otherwise by a setting; what is nothing here stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingChange {
    /// Its category, or none.
    pub category: Option<Option<Line<120>>>,
    /// Its group, or none.
    pub group: Option<Option<Line<120>>>,
    /// Its name, or none.
    pub name: Option<Option<Line<120>>>,
    /// Its value.
    pub value: Option<Prose<4_000>>,
    /// The value's type, or none.
    pub value_type: Option<Option<Line<120>>>,
    /// What it is for.
    pub description: Option<Prose<1_000>>,
    /// Whether programs should let nobody edit it.
    pub read_only: Option<bool>,
}

/// What a setting says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingContent {
    /// Its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Line<120>>,
    /// Its group within the category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Line<120>>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<120>>,
    /// Its value.
    #[serde(default)]
    pub value: Prose<4_000>,
    /// The type of the value, in the words of the program that keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_type: Option<Line<120>>,
    /// What it is for.
    #[serde(default)]
    pub description: Prose<1_000>,
    /// Whether programs should let nobody edit it. It is told, and binds nobody here: who keeps a setting may change it.
    #[serde(default)]
    pub read_only: bool,
}
