//! A user's settings: made, changed, listed, deleted.

use super::rejected::{Rejected, Thing};
use super::users::find_user;
use crate::core::Core;
use crate::domain::ids::{AccountId, UserSettingId};
use crate::domain::user::UserId;
use crate::domain::user_setting::{MOST_SETTINGS, SettingChange, SettingContent, UserSetting};
use crate::table::Page;

/// How many settings are read by one call.
const PAGE: u16 = 500;

/// Makes a setting of the user. Of two that are made in the same instant, both may be there where one was the last allowed.
pub async fn create_user_setting(core: &Core, account: AccountId, user: UserId, content: SettingContent) -> Result<UserSetting, Rejected> {
    find_user(core, account, user).await?;
    let there = core.table.user_settings(account, user, None, PAGE).await?.items.len();
    if u32::try_from(there).map_or(true, |there| there >= MOST_SETTINGS) {
        return Err(Rejected::TooManySettings { most: MOST_SETTINGS });
    }
    let id = core.table.next_user_setting(account).await?;
    let setting = UserSetting { id, account, user, content };
    core.table.create_user_setting(&setting).await?;
    Ok(setting)
}

/// Puts `content` in the place of what the user's setting with this number says.
pub async fn change_user_setting(
    core: &Core,
    account: AccountId,
    user: UserId,
    id: UserSettingId,
    content: SettingContent,
) -> Result<UserSetting, Rejected> {
    let setting = UserSetting { id, account, user, content };
    if core.table.replace_user_setting(&setting).await? { Ok(setting) } else { Err(Rejected::NotFound(Thing::UserSetting)) }
}

/// Says something else in the user's setting with this number, and leaves the rest as it is.
pub async fn edit_user_setting(
    core: &Core,
    account: AccountId,
    user: UserId,
    id: UserSettingId,
    change: &SettingChange,
) -> Result<(), Rejected> {
    let was_there = core.table.change_user_setting(account, user, id, change).await?;
    if was_there { Ok(()) } else { Err(Rejected::NotFound(Thing::UserSetting)) }
}

/// Deletes the user's setting with this number.
pub async fn delete_user_setting(core: &Core, account: AccountId, user: UserId, id: UserSettingId) -> Result<(), Rejected> {
    let was_there = core.table.delete_user_setting(account, user, id).await?;
    if was_there { Ok(()) } else { Err(Rejected::NotFound(Thing::UserSetting)) }
}

/// At most `limit` of the user's settings after one of them, in the order in which they were made.
pub async fn list_user_settings(
    core: &Core,
    account: AccountId,
    user: UserId,
    after: Option<UserSettingId>,
    limit: u16,
) -> Result<Page<UserSetting, UserSettingId>, Rejected> {
    find_user(core, account, user).await?;
    Ok(core.table.user_settings(account, user, after, limit).await?)
}
