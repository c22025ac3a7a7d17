//! The keys of users, and of what they log in by.

use super::{Key, account_partition, digest_of};
use crate::domain::ids::{AccountId, UserSettingId};
use crate::domain::text::Email;
use crate::domain::user::{UserId, UserName};
use crate::table::read::Range;
use crate::tokens::SessionId;

const USER_PREFIX: &str = "USER#";

/// A user.
pub(in crate::table) fn user(account: AccountId, user: UserId) -> Key {
    Key::new(account_partition(account), format!("{USER_PREFIX}{user}"))
}

/// Holds a name for one user of the deployment. The name itself is in no key: it may be an e-mail address.
pub(in crate::table) fn user_name(name: &UserName) -> Key {
    Key::new(format!("USERNAME#{}", digest_of("user-name", &name.folded())), "USERNAME".to_owned())
}

/// Holds an address for one user of the account.
pub(in crate::table) fn user_email(account: AccountId, email: &Email) -> Key {
    Key::new(account_partition(account), format!("USEREMAIL#{}", digest_of("user-email", email.as_str())))
}

fn user_partition(account: AccountId, user: UserId) -> String {
    format!("USER#{:010}#{user}", account.get())
}

/// What a user's password is stored as.
pub(in crate::table) fn password(account: AccountId, user: UserId) -> Key {
    Key::new(user_partition(account, user), "PASSWORD".to_owned())
}

pub(in crate::table) fn user_setting(account: AccountId, user: UserId, setting: UserSettingId) -> Key {
    Key::new(user_partition(account, user), format!("SETTING#{:010}", setting.get()))
}

/// What a login goes on as.
pub(in crate::table) fn session(session: SessionId) -> Key {
    Key::new(format!("SESSION#{}", session.to_text()), "SESSION".to_owned())
}

/// All users of an account after one, in the order in which they were made.
pub(in crate::table) fn users(account: AccountId, after: Option<UserId>) -> Range {
    Range::prefixed(account_partition(account), USER_PREFIX).after(after.map(|after| user(account, after)))
}

/// All settings of a user after one, in the order in which they were made.
pub(in crate::table) fn user_settings(account: AccountId, user: UserId, after: Option<UserSettingId>) -> Range {
    Range::prefixed(user_partition(account, user), "SETTING#").after(after.map(|after| user_setting(account, user, after)))
}
