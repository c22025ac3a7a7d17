//! `PUT /v1/settings` (seed 004, "PUT /v1/settings").

use axum::extract::State;
use latchkey_core::domain::setting::{Setting as Known, SettingError, SettingType, SettingValue, Settings};
use latchkey_core::ops::settings::{NotSet, SettingChange, change_settings};
use serde::Deserialize;
use serde_json::Value;

use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::wire::SettingGiven;

/// The most settings of one request.
const MOST: usize = 100;

/// What is to be set.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateSettingsRequest {
    /// Settings with their values; those that are not among them stay as they are.
    settings: Vec<SettingGiven>,
}

/// Sets all of these settings, or none where one of them cannot be set.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateSettingsRequest>,
) -> Result<Answer<Done>, Error> {
    if request.settings.len() > MOST {
        return Err(Error::invalid("settings", format_args!("there are at most {MOST}")));
    }
    let changes = request.settings.into_iter().enumerate().map(|(place, given)| change(place, given)).collect::<Result<_, _>>()?;
    match change_settings(&service.core, caller.account(), changes).await {
        Ok(()) => Ok(Answer::done(&caller)),
        Err(NotSet::Refused { place, why }) => {
            let member = match why {
                SettingError::Unknown => "name",
                SettingError::ReadOnly | SettingError::Type(_) | SettingError::Value(_) => "value",
            };
            Err(Error::invalid(&format!("settings[{place}].{member}"), why))
        }
        Err(NotSet::Fault(fault)) => Err(fault.into()),
    }
}

fn change(place: usize, given: SettingGiven) -> Result<SettingChange, Error> {
    let SettingGiven { group, name, kind, value } = given;
    let group = group.unwrap_or_default();
    // What has no type of its own, or none that is known, is looked at as what the setting is.
    let is = Known::find(&group, &name).map(|setting| setting.value(&Settings::default()).kind());
    let differs = |is: &SettingType| kind.as_deref().is_some_and(|kind| !kind.is_empty() && !kind.eq_ignore_ascii_case(is.name()));
    if let Some(is) = is.filter(differs) {
        return Err(Error::invalid(&format!("settings[{place}].type"), SettingError::Type(is)));
    }
    let value = match value {
        Value::Bool(truth) => Some(SettingValue::Boolean(truth)),
        Value::Number(number) => number.as_i64().map(SettingValue::Int32),
        Value::String(text) => Some(SettingValue::Text(text)),
        Value::Null if is == Some(SettingType::Text) => Some(SettingValue::Text(String::new())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let unfit = || Error::invalid(&format!("settings[{place}].value"), is.map_or(SettingError::Unknown, SettingError::Type));
    Ok(SettingChange { group, name, value: value.ok_or_else(unfit)? })
}
