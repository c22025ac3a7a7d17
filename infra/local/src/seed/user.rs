//! The demo vendor's administrator.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::password::Password;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::text::Email;
use latchkey_core::domain::user::{Profile, User, UserName};
use latchkey_core::ops::users::{NewUser, create_user};
use serde::{Deserialize, Serialize};

use super::SeedError;

/// What the administrator logs in as, but for what makes it unique.
const NAME: &str = "vendor";

/// A user who can log in.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoUser {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// Makes an administrator. A start that was killed in the middle may have left a user of this name in another account: the account's
/// number tells them apart.
pub(super) async fn make(core: &Core, account: AccountId) -> Result<(User, DemoUser), SeedError> {
    let demo = DemoUser {
        name: if account.get() == 1 { NAME.to_owned() } else { format!("{NAME}-{account}") },
        password: core.random.text(b"abcdefghijkmnpqrstuvwxyz23456789", 16),
    };
    let profile = Profile { email: Email::parse("vendor@example.com").ok(), ..Profile::named(UserName::parse(&demo.name)?) };
    let password = Password::parse(&demo.password).ok();
    let user = create_user(core, account, NewUser { profile, roles: Role::Administrator.into(), password }).await?;
    Ok((user, demo))
}

/// A password never reaches a log line by way of a debug print.
impl std::fmt::Debug for DemoUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoUser").finish_non_exhaustive()
    }
}
