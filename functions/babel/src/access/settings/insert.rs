//! `POST /v1/users/{userId}/settings` (seed 004, "POST /v1/users/{userId}/settings").

use axum::extract::State;
use latchkey_core::domain::user_setting::SettingContent;
use latchkey_core::ops::user_settings::create_user_setting;
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::access::users;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;
use crate::wire::{UserSettingGiven, number};

/// The setting to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InsertUserSettingRequest {
    setting: UserSettingGiven,
}

/// The new setting.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertUserSettingAnswer {
    /// Its number.
    setting_id: i32,
}

/// Makes a setting of a user.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    Body(request): Body<InsertUserSettingRequest>,
) -> Result<Answer<InsertUserSettingAnswer>, Error> {
    let user = users::id(&user)?;
    caller.require_user(user)?;
    let said = super::said(request.setting)?;
    let content = SettingContent {
        category: said.category.flatten(),
        group: said.group.flatten(),
        name: said.name.flatten(),
        value: said.value.unwrap_or_default(),
        value_type: said.value_type.flatten(),
        description: said.description.unwrap_or_default(),
        read_only: said.read_only.unwrap_or_default(),
    };
    let setting = create_user_setting(&service.core, caller.account(), user, content).await?;
    Ok(Answer::new(&caller, InsertUserSettingAnswer { setting_id: number(setting.id.get()) }))
}
