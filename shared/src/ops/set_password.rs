//! Setting a password: by an administrator, or by its user, who has to know the present one. Both end every login of the user.

use std::net::IpAddr;

use super::attempts::Attempt;
use super::authenticate::AuthFailure;
use super::rejected::Rejected;
use super::users::find_user;
use crate::core::{Core, Credentials};
use crate::credentials::password::PasswordHash;
use crate::domain::ids::AccountId;
use crate::domain::password::Password;
use crate::domain::user::{User, UserId};
use crate::fault::{Fault, FaultKind};
use crate::table::UserError;

/// How often a change is tried again that collided with another one.
const ROUNDS: usize = 8;

/// Gives the account's user with this id another password. Who may do so is for the caller to ask.
pub async fn set_password(core: &Core, account: AccountId, id: UserId, new: &Password) -> Result<User, Rejected> {
    find_user(core, account, id).await?;
    let hash = PasswordHash::of(new, &core.random).await?;
    for _ in 0..ROUNDS {
        let before = find_user(core, account, id).await?;
        let changed = before.changed(before.roles, before.profile.clone(), core.now());
        let after = User { era: before.era.saturating_add(1), ..changed };
        match core.table.replace_user(&before, &after, Some(&hash)).await {
            Ok(()) => return Ok(after),
            Err(UserError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "setting a password").into())
}

/// The same for a user who gives the present password, however it was typed. Wrong ones count as failed logins do.
pub async fn change_password(
    core: &Core,
    credentials: &Credentials,
    (account, id): (AccountId, UserId),
    (current, new): (&str, &Password),
    address: Option<IpAddr>,
) -> Result<User, Rejected> {
    let user = find_user(core, account, id).await?;
    let attempt = match Attempt::begin(core, credentials, address, &user.profile.user_name.folded()).await {
        Ok(attempt) => attempt,
        Err(AuthFailure::RateLimited { retry_after }) => return Err(Rejected::TooManyAttempts { retry_after }),
        Err(AuthFailure::Unknown) => return Err(Rejected::WrongPassword),
        Err(AuthFailure::Fault(fault)) => return Err(fault.into()),
    };
    let is_right = attempt.or_back(core, knows(core, account, id, current).await).await?;
    if !is_right {
        attempt.was_wrong(core).await;
        return Err(Rejected::WrongPassword);
    }
    attempt.give_back(core).await;
    set_password(core, account, id, new).await
}

async fn knows(core: &Core, account: AccountId, id: UserId, password: &str) -> Result<bool, Fault> {
    let stored = core.table.password(account, id).await?;
    PasswordHash::admits(stored.as_ref(), Password::parse(password).ok().as_ref()).await
}
