//! `GET /v1/users` (seed 004, "GET /v1/users").

use std::collections::HashMap;

use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::text::Email;
use latchkey_core::domain::user::{User as Stored, UserId, UserName};
use latchkey_core::http::Params;
use latchkey_core::query::{Access, Comparison, Page, roles};
use latchkey_core::table::Freshness;

use crate::Service;
use crate::access::{api_keys, settings};
use crate::caller::{Caller, Scope};
use crate::error::Error;
use crate::list::{BothWays, Forward, List, Listing, Wanted};
use crate::wire::User;

/// Lists the account's users: an administrator sees all, everybody else themselves.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    InRoles(roles): InRoles,
    list: List,
) -> Result<Listing<User>, Error> {
    let query = list.query::<User>()?;
    let query = match caller.scope() {
        Scope::Account => query,
        Scope::Own => query.only(&["id"], Comparison::Equal, caller.user().map(|user| user.to_string()).unwrap_or_default()),
    };
    let rows = Users { core: &service.core, account: caller.account(), roles };
    Listing::of(&caller, &query, &BothWays(rows)).await
}

/// The roles of which a user is to have one; nothing where it may have any or none.
pub(crate) struct InRoles(Option<Roles>);

impl<S: Sync> FromRequestParts<S> for InRoles {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let names = roles(Params::of_query(&parts.uri).ignoring_case().get("roles"))?;
        let wrong = || Error::parameter("roles", "it is names of roles with commas between them");
        let role = |name: &String| Role::parse(name).ok_or_else(wrong);
        if names.is_empty() { Ok(Self(None)) } else { names.iter().map(role).collect::<Result<_, _>>().map(Some).map(Self) }
    }
}

/// An account's users, found by id, by name and by address.
struct Users<'c> {
    core: &'c Core,
    account: AccountId,
    roles: Option<Roles>,
}

impl Users<'_> {
    /// The one user that has this value in the field of an index.
    async fn one(&self, field: &str, value: &str) -> Result<Option<Stored>, Error> {
        let table = &self.core.table;
        let id = match field {
            "id" => UserId::parse(value).ok(),
            "userName" => match UserName::parse(value) {
                Ok(name) => table.user_with_name(&name).await?.filter(|(account, _)| *account == self.account).map(|(_, id)| id),
                Err(_) => None,
            },
            _ => match Email::parse(value) {
                Ok(email) => table.user_with_email(self.account, &email).await?.map(|(_, id)| id),
                Err(_) => None,
            },
        };
        match id {
            Some(id) => Ok(table.user(self.account, id, Freshness::Eventual).await?),
            None => Ok(None),
        }
    }

    fn row(&self, user: &Stored) -> Option<User> {
        let is_asked = self.roles.is_none_or(|roles| !user.roles.within(roles).is_empty());
        is_asked.then(|| User::from(user))
    }
}

impl Forward for Users<'_> {
    type Row = User;
    type Key = UserId;

    async fn forward(&self, access: &Access, after: Option<UserId>, limit: u32) -> Result<Page<User, UserId>, Error> {
        if let Access::Equal(index, value) = access {
            let field = index.path.first().copied().unwrap_or_default();
            // An address is never nothing: who has none is not found by it, and is listed without an index.
            let text = value.as_text().unwrap_or_default();
            if !text.is_empty() {
                let found = self.one(field, text).await?;
                return Ok(Page { rows: found.iter().filter_map(|user| self.row(user)).collect(), next: None });
            }
        }
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = self.core.table.users(self.account, after, limit).await?;
        Ok(Page { rows: page.items.iter().filter_map(|user| self.row(user)).collect(), next: page.next })
    }

    async fn fill(&self, rows: &mut [User], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("apiKeys") {
            let mut by_owner: HashMap<String, Vec<_>> = HashMap::new();
            for key in api_keys::list::all(self.core, self.account).await? {
                by_owner.entry(key.owner_id.clone()).or_default().push(key);
            }
            for row in rows.iter_mut() {
                row.api_keys = by_owner.remove(&row.id).unwrap_or_default();
            }
        }
        if wanted.has("settings") {
            for row in rows.iter_mut() {
                if let Ok(user) = UserId::parse(&row.id) {
                    row.settings = settings::list::all(self.core, self.account, user).await?;
                }
            }
        }
        Ok(())
    }
}
