//! `GET /v1/users/{userId}/settings` (seed 004, "GET /v1/users/{userId}/settings").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::users::find_user;

use crate::Service;
use crate::access::users;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::path::Path;
use crate::wire::UserSetting;

/// Lists a user's settings.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(user): Path<String>,
    list: List,
) -> Result<Listing<UserSetting>, Error> {
    let user = users::id(&user)?;
    caller.require_user(user)?;
    let query = list.query::<UserSetting>()?;
    find_user(&service.core, caller.account(), user).await?;
    let rows = all(&service.core, caller.account(), user).await?;
    Listing::of(&caller, &query, &Memory::new(rows)).await
}

/// All of a user's settings: there are at most a few hundred.
pub(crate) async fn all(core: &Core, account: AccountId, user: UserId) -> Result<Vec<UserSetting>, Error> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = core.table.user_settings(account, user, after, 500).await?;
        rows.extend(page.items.iter().map(UserSetting::from));
        after = page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}
