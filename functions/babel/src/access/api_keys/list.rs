//! `GET /v1/api-keys` (seed 004, "GET /v1/api-keys").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::api_key::ApiKeyId;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::query::{Access, Page};
use latchkey_core::table::Freshness;

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{BothWays, Forward, List, Listing};
use crate::wire::ApiKey;

/// Lists the account's API keys, without their texts.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<ApiKey>, Error> {
    let rows = ApiKeys { core: &service.core, account: caller.account() };
    Listing::of(&caller, &list.query::<ApiKey>()?, &BothWays(rows)).await
}

/// All of an account's API keys, masked.
pub(in crate::access) async fn all(core: &Core, account: AccountId) -> Result<Vec<ApiKey>, Error> {
    let listed = core.table.api_keys(account).await?;
    Ok(listed.iter().map(|listed| ApiKey::from(&listed.key)).collect())
}

/// An account's API keys, found by number.
struct ApiKeys<'c> {
    core: &'c Core,
    account: AccountId,
}

impl Forward for ApiKeys<'_> {
    type Row = ApiKey;
    type Key = ApiKeyId;

    async fn forward(&self, access: &Access, after: Option<ApiKeyId>, limit: u32) -> Result<Page<ApiKey, ApiKeyId>, Error> {
        let table = &self.core.table;
        if let Access::Equal(_, value) = access {
            let id = value.as_whole().and_then(|number| u32::try_from(number).ok()).and_then(ApiKeyId::new);
            let found = match id {
                Some(id) => table.api_key(self.account, id).await?,
                None => None,
            };
            return Ok(Page { rows: found.iter().map(|listed| ApiKey::from(&listed.key)).collect(), next: None });
        }
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = table.api_key_page(self.account, after, limit, Freshness::Eventual).await?;
        Ok(Page { rows: page.items.iter().map(|listed| ApiKey::from(&listed.key)).collect(), next: page.next })
    }
}
