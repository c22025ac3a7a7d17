//! `GET /v1/settings` (seed 004, "GET /v1/settings").

use axum::extract::State;
use latchkey_core::domain::setting::SETTINGS;
use latchkey_core::ops::settings::present_settings;
use serde::Serialize;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::Setting;

/// All settings.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct SettingsAnswer {
    /// By group and name.
    settings: Vec<Setting>,
}

/// Lists all settings of the account, those that can only be read among them.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller) -> Result<Answer<SettingsAnswer>, Error> {
    let settings = present_settings(&service.core, caller.account()).await?;
    let settings = SETTINGS.iter().map(|setting| Setting::of(setting, &settings)).collect();
    Ok(Answer::new(&caller, SettingsAnswer { settings }))
}
