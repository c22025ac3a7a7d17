//! Login tokens that were used.

use std::collections::BTreeMap;

use super::Table;
use super::item::{item, number};
use super::keys::{self, TTL};
use super::once::Put;
use crate::fault::Fault;
use crate::tokens::LoginToken;

/// For how long after a token's end its use is remembered, in seconds: functions' clocks may be apart, but not by an hour.
const KEPT_SECONDS: i64 = 60 * 60;

/// Whether a login token was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It was used by this call.
    Now,
    /// It was used before.
    Before,
}

impl Table {
    /// Uses the token. Of all who try, one is told that it was now.
    pub async fn redeem_login(&self, token: &LoginToken) -> Result<Redeemed, Fault> {
        let facts =
            BTreeMap::from([("account", token.account.get()), ("customer", token.customer.get()), ("product", token.product.get())]);
        let mut login = item(keys::login(token.nonce), &facts)?;
        login.insert(TTL.to_owned(), number(token.expires.as_seconds().saturating_add(KEPT_SECONDS)));
        match self.put_once(login, "using a login token").await? {
            Put::Done => Ok(Redeemed::Now),
            Put::Taken => Ok(Redeemed::Before),
        }
    }
}
