//! `PUT /v1/users/{userId}/settings` (seed 004, "PUT /v1/users/{userId}/settings").

use axum::extract::State;
use latchkey_core::domain::ids::UserSettingId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::user_settings::edit_user_setting;
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::access::users;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::{self, Path};
use crate::wire::{UserSettingGiven, number};

/// What is to be said by the setting otherwise; its `id` says which.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateUserSettingRequest {
    setting: UserSettingGiven,
}

/// The setting that was changed.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateUserSettingAnswer {
    /// Its number. The seed has the plural here, and where a setting is made the singular.
    settings_id: i32,
}

/// Changes a setting of a user.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    Body(request): Body<UpdateUserSettingRequest>,
) -> Result<Answer<UpdateUserSettingAnswer>, Error> {
    let user = users::id(&user)?;
    caller.require_user(user)?;
    let id = request.setting.id.value().ok_or_else(|| Error::missing("setting.id"))?;
    let id = path::id(id, UserSettingId::new, Thing::UserSetting)?;
    edit_user_setting(&service.core, caller.account(), user, id, &super::said(request.setting)?).await?;
    Ok(Answer::new(&caller, UpdateUserSettingAnswer { settings_id: number(id.get()) }))
}
