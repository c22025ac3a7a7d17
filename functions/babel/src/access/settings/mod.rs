//! Users' settings: made, listed, changed, deleted, by an administrator and by the user itself.

#![expect(clippy::option_option, reason = "nothing is said, or it is said to be nothing: both are meant")]

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::domain::text::TextError;
use latchkey_core::domain::user_setting::SettingChange;

use crate::body::{Given, optional, text};
use crate::error::Error;
use crate::wire::UserSettingGiven;

/// What a request says.
fn said(given: UserSettingGiven) -> Result<SettingChange, Error> {
    let UserSettingGiven { id: _, category, group, name, value, kind, description, read_only } = given;
    Ok(SettingChange {
        category: line("setting.category", category)?,
        group: line("setting.group", group)?,
        name: line("setting.name", name)?,
        value: value.said().map(|value| text("setting.value", &value)).transpose()?,
        value_type: line("setting.type", kind)?,
        description: description.said().map(|description| text("setting.description", &description)).transpose()?,
        read_only: read_only.said(),
    })
}

fn line<T: std::str::FromStr<Err = TextError>>(member: &str, given: Given<String>) -> Result<Option<Option<T>>, Error> {
    given.said().map(|said| optional(member, &said)).transpose()
}
