//! An API key as it is shown.

use latchkey_core::domain::api_key::{ApiKey, ApiKeyId, ApiKeyState, Permission};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::license::Since;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::user::UserId;
use serde::Serialize;

use crate::members::Member;
use crate::text::or_dash;

/// The members of an API key, but for the key itself.
pub(super) const MEMBERS: [Member; 13] = [
    ("api_key", "its number within the account"),
    ("account", "the vendor's number"),
    ("name", "what staff call it"),
    ("description", "what it is for, perhaps empty"),
    ("email", "the user that it belongs to, as scripts name it"),
    ("owner", "the id of the same user in the account, or null"),
    ("roles", "a list of the roles that it is bounded to, or null"),
    ("permissions", "a list of read, write, delete, create"),
    ("created", "when it was made"),
    ("expires", "the first moment at which it is too old, or null"),
    ("state", "active, revoked or expired"),
    ("revoked", "when it was revoked, or null"),
    ("why", "the reason, or null"),
];

/// An API key.
#[derive(Serialize)]
pub(super) struct View {
    api_key: ApiKeyId,
    account: AccountId,
    name: String,
    description: String,
    email: String,
    owner: Option<UserId>,
    roles: Option<Vec<&'static str>>,
    permissions: Vec<&'static str>,
    created: Timestamp,
    expires: Option<Timestamp>,
    state: &'static str,
    revoked: Option<Timestamp>,
    why: Option<String>,
}

impl View {
    pub(super) const HEADINGS: [&'static str; 6] = ["api key", "state", "expires", "permissions", "e-mail", "name"];

    pub(super) fn of(key: &ApiKey, now: Timestamp) -> Self {
        let since = match &key.state {
            ApiKeyState::Active => None,
            ApiKeyState::Revoked(Since { at, why }) => Some((*at, why.as_ref().map(|why| why.as_str().to_owned()))),
        };
        let state = match &since {
            Some(_) => "revoked",
            None if key.is_usable(now) => "active",
            None => "expired",
        };
        let (revoked, why) = since.map_or((None, None), |(at, why)| (Some(at), why));
        Self {
            api_key: key.id,
            account: key.account,
            name: key.name.as_str().to_owned(),
            description: key.description.as_str().to_owned(),
            email: key.email.as_str().to_owned(),
            owner: key.owner,
            roles: key.roles.map(|roles| roles.iter().map(Role::name).collect()),
            permissions: key.permissions.iter().map(Permission::name).collect(),
            created: key.created,
            expires: key.expires,
            state,
            revoked,
            why,
        }
    }

    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![
            ("number", self.api_key.to_string()),
            ("account", self.account.to_string()),
            ("name", self.name.clone()),
            ("e-mail", self.email.clone()),
            ("owner", or_dash(self.owner)),
            ("roles", or_dash(self.roles.as_ref().map(|roles| roles.join(",")))),
            ("permissions", self.permissions.join(",")),
            ("created", self.created.to_string()),
            ("expires", self.expires()),
            ("state", self.state.to_owned()),
        ];
        if let Some(revoked) = self.revoked {
            rows.push(("revoked", revoked.to_string()));
            rows.push(("why", or_dash(self.why.as_ref())));
        }
        rows
    }

    pub(super) fn row(&self) -> [String; 6] {
        let permissions = self.permissions.join(",");
        [self.api_key.to_string(), self.state.to_owned(), self.expires(), permissions, self.email.clone(), self.name.clone()]
    }

    /// Whether it can be used at this moment.
    pub(super) fn is_active(&self) -> bool {
        self.state == "active"
    }

    fn expires(&self) -> String {
        self.expires.map_or_else(|| "never".to_owned(), |expires| expires.to_string())
    }
}

/// A key for this folder's tests.
#[cfg(test)]
pub(super) fn example() -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(3).unwrap(),
        account: AccountId::new(1).unwrap(),
        name: "Shop".parse().unwrap(),
        description: latchkey_core::domain::text::Prose::default(),
        owner: None,
        roles: None,
        revision: 1,
        email: "vendor@example.com".parse().unwrap(),
        permissions: "read,write".parse().unwrap(),
        created: Timestamp::parse("2026-01-02").unwrap(),
        expires: Timestamp::parse("2027-01-02"),
        state: ApiKeyState::Active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::{names_in, names_of};

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&example(), Timestamp::MIN)), names_of(&MEMBERS));
    }

    #[test]
    fn the_state_is_of_this_moment() {
        let state = |key: &ApiKey, day: &str| View::of(key, Timestamp::parse(day).unwrap()).state;
        assert_eq!((state(&example(), "2027-01-01"), state(&example(), "2027-01-02")), ("active", "expired"));
        let since = Since { at: Timestamp::parse("2026-05-06").unwrap(), why: "lost".parse().ok() };
        let revoked = ApiKey { state: ApiKeyState::Revoked(since), ..example() };
        assert_eq!(state(&revoked, "2028-01-01"), "revoked");
        let rows = View::of(&revoked, Timestamp::MIN).rows();
        assert_eq!(rows[rows.len() - 1], ("why", "lost".to_owned()));
    }
}
