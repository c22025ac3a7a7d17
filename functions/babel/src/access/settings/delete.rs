//! `DELETE /v1/users/{userId}/settings/{settingId}` (seed 004, "DELETE /v1/users/{userId}/settings/{settingId}").

use axum::extract::State;
use latchkey_core::domain::ids::UserSettingId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::user_settings::delete_user_setting;

use crate::Service;
use crate::access::users;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{self, Path};

/// Deletes a setting of a user.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((user, number)): Path<(String, i32)>,
) -> Result<Answer<Done>, Error> {
    let user = users::id(&user)?;
    caller.require_user(user)?;
    let id = path::id(number, UserSettingId::new, Thing::UserSetting)?;
    delete_user_setting(&service.core, caller.account(), user, id).await?;
    Ok(Answer::done(&caller))
}
