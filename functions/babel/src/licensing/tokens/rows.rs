//! Where lists of tokens come from.

use std::collections::{BTreeSet, HashMap};

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::domain::seat_token::SeatToken;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::seat_tokens::{tokens_of_account, tokens_of_license};
use latchkey_core::query::{Access, Page};
use latchkey_core::table::Freshness;

use crate::error::Error;
use crate::list::{Fill as _, Forward, Wanted};
use crate::wire::{License, LicenseToken};

/// How many licences are looked through at once.
const LICENSES_AT_ONCE: u16 = 100;

/// The tokens of an account, or those of one licence that are at hand.
pub(super) struct Tokens<'c> {
    core: &'c Core,
    account: AccountId,
    at_hand: Option<Vec<LicenseToken>>,
}

/// Where a page ended.
pub(super) struct Rest {
    /// The tokens that were read and not asked for yet.
    read: Vec<LicenseToken>,
    /// Whether more are to be read: after this licence, or from the first on.
    more: More,
}

#[derive(Clone, Copy)]
enum More {
    After(Option<LicenseId>),
    Nothing,
}

impl<'c> Tokens<'c> {
    /// Those of all licences.
    pub(super) fn of_account(core: &'c Core, account: AccountId) -> Self {
        Self { core, account, at_hand: None }
    }

    /// These, which are one licence's.
    pub(super) fn of_license(core: &'c Core, account: AccountId, tokens: &[SeatToken]) -> Self {
        Self { core, account, at_hand: Some(tokens.iter().map(LicenseToken::from).collect()) }
    }

    /// What there is to begin with.
    async fn begin(&self, access: &Access) -> Result<Rest, Error> {
        let of_license = match access {
            Access::Equal(_, value) => Some(value.as_whole()),
            Access::All | Access::Between(..) => None,
        };
        let read = match (&self.at_hand, of_license) {
            (None, None) => return Ok(Rest { read: Vec::new(), more: More::After(None) }),
            (Some(at_hand), None) => at_hand.clone(),
            (Some(at_hand), Some(license)) => {
                at_hand.iter().filter(|token| Some(i64::from(token.license_id)) == license).cloned().collect()
            }
            (None, Some(license)) => match license.and_then(|number| u32::try_from(number).ok()).and_then(LicenseId::new) {
                Some(license) => self.tokens_of(license).await?,
                None => Vec::new(),
            },
        };
        Ok(Rest { read, more: More::Nothing })
    }

    /// A licence that is not there has none.
    async fn tokens_of(&self, license: LicenseId) -> Result<Vec<LicenseToken>, Error> {
        match Box::pin(tokens_of_license(self.core, self.account, license)).await {
            Ok(tokens) => Ok(tokens.iter().map(LicenseToken::from).collect()),
            Err(Rejected::NotFound(Thing::License)) => Ok(Vec::new()),
            Err(rejected) => Err(rejected.into()),
        }
    }
}

impl Forward for Tokens<'_> {
    type Row = LicenseToken;
    type Key = Rest;

    async fn forward(&self, access: &Access, after: Option<Rest>, limit: u32) -> Result<Page<LicenseToken, Rest>, Error> {
        let mut rest = match after {
            Some(rest) => rest,
            None => self.begin(access).await?,
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if rest.read.len() < limit
            && let More::After(after) = rest.more
        {
            let page = Box::pin(tokens_of_account(self.core, self.account, after, LICENSES_AT_ONCE)).await?;
            rest.read.extend(page.items.iter().map(LicenseToken::from));
            rest.more = page.next.map_or(More::Nothing, |next| More::After(Some(next)));
        }
        let behind = rest.read.split_off(rest.read.len().min(limit));
        let rows = std::mem::replace(&mut rest.read, behind);
        let is_over = rest.read.is_empty() && matches!(rest.more, More::Nothing);
        Ok(Page { rows, next: (!is_over).then_some(rest) })
    }

    async fn fill(&self, rows: &mut [LicenseToken], wanted: &Wanted) -> Result<(), Error> {
        if !wanted.has("license") {
            return Ok(());
        }
        let ids: BTreeSet<LicenseId> =
            rows.iter().filter_map(|row| u32::try_from(row.license_id).ok()).filter_map(LicenseId::new).collect();
        let ids: Vec<LicenseId> = ids.into_iter().collect();
        let stored = self.core.table.licenses_by_number(self.account, &ids, Freshness::Eventual).await?;
        let mut licenses: Vec<License> = stored.iter().map(License::from).collect();
        License::fill(self.core, self.account, &mut licenses, &wanted.below("license")).await?;
        let licenses: HashMap<i32, License> = licenses.into_iter().map(|license| (license.id, license)).collect();
        for row in rows {
            row.license = licenses.get(&row.license_id).cloned().map(Box::new);
        }
        Ok(())
    }
}
