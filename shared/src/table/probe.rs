//! The throw-away account of `latchkey doctor`: one number that no vendor ever gets, so that whatever a run left behind is found and
//! swept by the next.

use super::api_keys::DIGEST;
use super::item::{item, value};
use super::keys::{self, Kind};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::credentials::ApiKeyDigest;
use crate::domain::account::Account;
use crate::domain::ids::AccountId;
use crate::domain::license::License;
use crate::domain::product::Product;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// For how long a probe may go on, in seconds. An account that is older was left by one that broke off.
const LONGEST_SECONDS: i64 = 10 * 60;

/// The last number that an account could have.
const NUMBER: u32 = i32::MAX.unsigned_abs();

impl Table {
    /// The throw-away account, made at `now`, after what an earlier probe left behind on `host` was swept. Nothing while another one is
    /// at work.
    pub(crate) async fn claim_probe(&self, name: Line<120>, host: &str, now: Timestamp) -> Result<Option<AccountId>, Fault> {
        let Some(id) = AccountId::new(NUMBER) else { return Ok(None) };
        let found: Option<Account> = self.get(keys::account(id), Freshness::Strong).await?.map(value).transpose()?;
        if let Some(found) = found {
            if found.created.plus_seconds(LONGEST_SECONDS) > now {
                return Ok(None);
            }
            self.sweep_probe(id, host).await?;
        }
        let mut transaction = Transaction::new("making a throw-away account");
        transaction.create(self, (), item(keys::account(id), &Account { id, name, created: now })?)?;
        match transaction.run(self).await {
            Ok(()) => Ok(Some(id)),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(failed, _)) => {
                // An attempt of ours whose answer was lost made it just so.
                let there = failed.into_iter().find_map(|failed| failed.item).map(value::<Account>).transpose()?;
                Ok(there.filter(|there| there.created == now).map(|there| there.id))
            }
        }
    }

    /// Deletes all that there is of the throw-away account, whose licences were used on `host`. What leads to something else goes after
    /// that, and the account itself at last: a sweep that breaks off is done again by whoever finds it.
    pub(crate) async fn sweep_probe(&self, account: AccountId, host: &str) -> Result<(), Fault> {
        for item in self.query_all(&keys::records(account, Kind::License)).await? {
            let license: License = value(item)?;
            self.sweep(&keys::whole(keys::grant(license.key.digest()))).await?;
        }
        for item in self.query_all(&keys::products(account)).await? {
            let product: Product = value(item)?;
            self.sweep(&keys::of_product(account, product.id)).await?;
            self.delete_item(keys::code(&product.code)).await?;
        }
        for item in self.query_all(&keys::api_keys(account, None)).await? {
            let digest = item.get(DIGEST).and_then(|digest| digest.as_s().ok()).and_then(|text| ApiKeyDigest::try_from(text.clone()).ok());
            let digest = digest.ok_or_else(|| Fault::new(FaultKind::Corrupt, "an API key's digest"))?;
            self.delete_item(keys::admission(digest)).await?;
        }
        for range in keys::beside_account(account, host) {
            self.sweep(&range).await?;
        }
        for range in keys::around_account(account) {
            self.sweep(&range).await?;
        }
        self.delete_item(keys::account(account)).await
    }
}
