//! Who asks, and whether they may.

use std::future::Future;

use http::request::Parts;
use latchkey_core::domain::api_key::{Permission, Principal};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::http::basic;
use latchkey_core::ops::authenticate::{Presented, authenticate, authenticate_and_read};

use crate::Api;
use crate::error::Error;

/// A request's credential, and what it has to allow.
pub(crate) struct Caller<'a> {
    api: &'a Api,
    presented: Presented,
    needs: Permission,
}

impl<'a> Caller<'a> {
    /// The credential of a request. One that cannot be any is none.
    pub(crate) fn of(api: &'a Api, parts: &Parts, needs: Permission) -> Result<Self, Error> {
        let presented = basic(&parts.headers, &parts.extensions).ok_or(Error::Unauthorized)?;
        Ok(Self { api, presented, needs })
    }

    /// Whose key it is.
    pub(crate) async fn admitted(&self) -> Result<AccountId, Error> {
        let principal = authenticate(&self.api.core, &self.api.credentials, &self.presented).await?;
        self.permitted(&principal)
    }

    /// Whose key it is, and what `read` reads of that account: side by side where the key says whose it is.
    pub(crate) async fn admitted_with<T, F: Future<Output = T>>(&self, read: impl Fn(AccountId) -> F) -> Result<(AccountId, T), Error> {
        let Api { core, credentials, .. } = self.api;
        let (principal, read) = authenticate_and_read(core, credentials, &self.presented, read).await?;
        Ok((self.permitted(&principal)?, read))
    }

    /// What the request is answered with when it is wrong: that, if it comes from somebody known.
    pub(crate) async fn told(&self, wrong: Error) -> Error {
        match self.admitted().await {
            Ok(_) => wrong,
            Err(stranger) => stranger,
        }
    }

    fn permitted(&self, principal: &Principal) -> Result<AccountId, Error> {
        if principal.may(self.needs) { Ok(principal.account) } else { Err(Error::Forbidden) }
    }
}
