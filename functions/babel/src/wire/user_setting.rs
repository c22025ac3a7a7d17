//! The user's setting on the wire (seed 004, "GET /v1/users/{userId}/settings").

use latchkey_core::domain::text::Line;
use latchkey_core::domain::user_setting::UserSetting as Stored;

use super::{entity, given, number};

entity! {
    /// A setting of a user.
    UserSetting, USER_SETTING: "UserSetting", key "id", list "settings";
    members {
        /// Its number.
        "id" id: i32,
        /// Its category.
        "category" category: String,
        /// Its group within the category.
        "group" group: String,
        /// Its name.
        "name" name: String,
        /// Its value.
        "value" value: String,
        /// The type of the value, in the words of the program that keeps it.
        "type" kind: String,
        /// What it is for.
        "description" description: String,
        /// Whether programs should let nobody edit it.
        "readOnly" read_only: bool,
        /// Whose it is.
        "userId" user_id: String,
    }
    one {}
    many {}
    indexes []
}

given! {
    /// What may be said of a setting. Whose it is says the address.
    UserSettingGiven {
        /// Its number: which setting is to be changed.
        "id" id: i32,
        /// Its category.
        "category" category: String,
        /// Its group within the category.
        "group" group: String,
        /// Its name.
        "name" name: String,
        /// Its value.
        "value" value: String,
        /// The type of the value.
        "type" kind: String,
        /// What it is for.
        "description" description: String,
        /// Whether programs should let nobody edit it.
        "readOnly" read_only: bool,
    }
}

impl From<&Stored> for UserSetting {
    fn from(setting: &Stored) -> Self {
        let line = |line: &Option<Line<120>>| line.as_ref().map_or("", Line::as_str).to_owned();
        let content = &setting.content;
        Self {
            id: number(setting.id.get()),
            category: line(&content.category),
            group: line(&content.group),
            name: line(&content.name),
            value: content.value.as_str().to_owned(),
            kind: line(&content.value_type),
            description: content.description.as_str().to_owned(),
            read_only: content.read_only,
            user_id: setting.user.to_string(),
        }
    }
}
