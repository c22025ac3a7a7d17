//! The demo vendor's API key.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::user::User;
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use serde::{Deserialize, Serialize};

use super::SeedError;
use crate::stack::Stack;

/// A user and a key of theirs.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoApiKey {
    /// The user's address.
    pub user: String,
    /// The key.
    pub key: String,
}

/// Makes a key of the administrator's that allows everything.
pub(super) async fn make(stack: &Stack, administrator: &User) -> Result<DemoApiKey, SeedError> {
    let email = Email::parse("vendor@example.com")?;
    let user = email.as_str().to_owned();
    let new = NewApiKey { owner: Some(administrator.id), ..NewApiKey::of(Line::parse("Demo")?, email, Permissions::ALL) };
    let created = create_api_key(stack.core(), stack.credentials(), administrator.account, new).await?;
    Ok(DemoApiKey { user, key: created.secret.expose().to_owned() })
}

/// A key never reaches a log line by way of a debug print.
impl std::fmt::Debug for DemoApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoApiKey").finish_non_exhaustive()
    }
}
