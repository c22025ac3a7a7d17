//! An account's staff: users in roles, logged in, and their API keys.

use std::sync::atomic::{AtomicU32, Ordering};

use http::Method;
use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::user::{Profile, User, UserName};
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_core::ops::users::{NewUser, create_user};
use latchkey_core::tokens::Bearer;
use serde_json::Value;

use crate::engines;
use crate::exchange::{Ask, Exchange, get, post_json};
use crate::vendor::new_api_key;
use crate::world::World;

/// A user who is logged in.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: User,
    /// Good for half an hour of the world's clock.
    pub bearer: String,
}

/// Tells users apart, whose names are unique.
static USERS: AtomicU32 = AtomicU32::new(1);

impl World {
    /// A new account, and its administrator.
    pub async fn administrator(&self) -> Staff {
        let account = self.core.table.create_account(Line::parse("Acme").unwrap(), self.core.now()).await.unwrap().id;
        self.staff(account, Role::Administrator).await
    }

    /// Another user of an account, in these roles.
    pub async fn staff(&self, account: AccountId, roles: impl Into<Roles>) -> Staff {
        self.staff_of(account, roles.into(), None).await
    }

    /// A user who is a customer of the account.
    pub async fn customer_staff(&self, account: AccountId, customer: CustomerId) -> Staff {
        self.staff_of(account, Role::Customer.into(), Some(customer)).await
    }

    async fn staff_of(&self, account: AccountId, roles: Roles, customer: Option<CustomerId>) -> Staff {
        let number = USERS.fetch_add(1, Ordering::Relaxed);
        let email = Email::parse(&format!("user-{number}@example.com")).ok();
        let profile = Profile { email, customer, ..Profile::named(UserName::parse(&format!("user-{number}")).unwrap()) };
        let user = create_user(&self.core, account, NewUser { profile, roles, password: None }).await.unwrap();
        Staff { account, bearer: self.bearer(&user), user }
    }

    /// What a user would have who logged in now: tests of logins are spared hashing a password by it.
    pub fn bearer(&self, user: &User) -> String {
        let bearer = Bearer::new(user.account, user.id, user.roles, user.era, self.core.now());
        let sealed = bearer.seal(&self.access.bearer, &self.core.public_url, &self.core.random).unwrap();
        self.keep_secret(sealed.expose());
        sealed.expose().to_owned()
    }

    /// An API key of the user's, in the roles that the user has.
    pub async fn staff_key(&self, staff: &Staff, permissions: Permissions) -> String {
        self.bounded_key(staff, permissions, None).await
    }

    /// The same, bounded to these roles.
    pub async fn bounded_key(&self, staff: &Staff, permissions: Permissions, roles: Option<Roles>) -> String {
        let new = NewApiKey { owner: Some(staff.user.id), roles, ..new_api_key(permissions) };
        let created = latchkey_core::ops::create_api_key::create_api_key(&self.core, &self.credentials, staff.account, new).await.unwrap();
        self.keep_secret(created.secret.expose());
        created.secret.expose().to_owned()
    }
}

impl Staff {
    /// A GET with the user's Bearer.
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Ask {
        get(path, query).bearer(&self.bearer)
    }

    /// A POST of JSON with the user's Bearer.
    pub fn post(&self, path: &str, body: &Value) -> Ask {
        post_json(path, body).bearer(&self.bearer)
    }

    /// A PUT of JSON with the user's Bearer.
    pub fn put(&self, path: &str, body: &Value) -> Ask {
        self.post(path, body).method(Method::PUT)
    }

    /// A DELETE with the user's Bearer.
    pub fn delete(&self, path: &str) -> Ask {
        self.get(path, &[]).method(Method::DELETE)
    }
}

impl Ask {
    /// The same with a Bearer.
    #[must_use]
    pub fn bearer(self, bearer: &str) -> Self {
        self.header("authorization", &format!("Bearer {bearer}"))
    }

    /// The same with an API key, as management has it.
    #[must_use]
    pub fn keyed(self, key: &str) -> Self {
        self.header("x-api-key", key)
    }
}

impl Exchange {
    /// The answer of an operation that was done: `success`, code 0, no message.
    pub fn done(&self) -> Value {
        let body = self.json();
        let envelope = (self.status.as_u16(), &body["success"], &body["code"], &body["message"]);
        assert_eq!(envelope, (200, &Value::from(true), &Value::from(0), &Value::from("")), "{body}");
        body
    }

    /// The same, where functions run in the test. Where they run elsewhere, workers run beside them, and the state that an operation asks
    /// for may have passed.
    pub fn done_unless_overtaken(&self) {
        if engines::functions().is_none() || self.status != 409 {
            self.done();
        }
    }

    /// Status, code and message of an operation that was not done. The envelope is looked at beside.
    pub fn refused(&self) -> (u16, u64, String) {
        let body = self.json();
        assert_eq!(body["success"], false, "{body}");
        let (code, message) = (body["code"].as_u64().unwrap(), body["message"].as_str().unwrap().to_owned());
        assert_eq!(code / 100, u64::from(self.status.as_u16()), "{body}");
        assert!(!message.is_empty() && body["error"].is_string(), "{body}");
        assert_eq!(self.header("cache-control"), Some("no-store"));
        (self.status.as_u16(), code, message)
    }
}
