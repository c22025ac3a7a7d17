//! The content of licences and templates that is too long to lie with them: an item of its own, named by what it says, and so never
//! changed. Whoever refers to one has written it before.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::call;
use super::item::{item, size, value};
use super::licenses::record;
use super::read::unconditional;
use super::{Freshness, Table, keys};
use crate::domain::ids::AccountId;
use crate::domain::license::License;
use crate::domain::terms::{Content, ContentDigest, Kept};
use crate::fault::{Fault, FaultKind};

/// The longest record that a content lies in, in bytes: with it, each copy of the record is one write unit.
const MOST_BYTES: usize = 1_024;

impl Table {
    /// Writes a content where it is not; written again it is the same. One write unit a kilobyte.
    pub async fn write_content(&self, account: AccountId, content: &Content) -> Result<ContentDigest, Fault> {
        let digest = content.digest();
        let item = item(keys::terms(account, &digest), content)?;
        let sent = call(self.patience, &self.random, "writing a licence's content", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(item.clone()));
            put.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        Ok(digest)
    }

    /// What a licence says beside its record.
    pub async fn content(&self, account: AccountId, kept: &Kept) -> Result<Content, Fault> {
        let digest = match kept {
            Kept::Nothing => return Ok(Content::default()),
            Kept::Here(content) => return Ok(content.as_ref().clone()),
            Kept::There(digest) => digest,
        };
        // It never changes, so what is found is right; and what is not found may only have been written a moment ago.
        let stored = match self.get(keys::terms(account, digest), Freshness::Eventual).await? {
            Some(item) => Some(item),
            None => self.get(keys::terms(account, digest), Freshness::Strong).await?,
        };
        value(stored.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence's content is not there"))?)
    }

    /// The same of many, in their order: those that lie on their own together, a hundred a call.
    pub async fn contents(&self, account: AccountId, kept: &[&Kept]) -> Result<Vec<Content>, Fault> {
        let apart = kept.iter().filter_map(|kept| if let Kept::There(digest) = kept { Some(digest) } else { None });
        let mut read: BTreeMap<ContentDigest, Content> = BTreeMap::new();
        let mut found = self.get_many(apart.clone().map(|digest| keys::terms(account, digest)).collect(), Freshness::Eventual).await?;
        for digest in apart {
            if let Some(item) = found.take(&keys::terms(account, digest)) {
                read.insert(digest.clone(), value(item)?);
            }
        }
        let mut contents = Vec::with_capacity(kept.len());
        for kept in kept {
            contents.push(match kept {
                Kept::There(digest) if read.contains_key(digest) => read[digest].clone(),
                Kept::Nothing | Kept::Here(_) | Kept::There(_) => self.content(account, kept).await?,
            });
        }
        Ok(contents)
    }

    /// Where a licence's content is to lie: with it, where the record stays within a kilobyte, and otherwise in an item of its own, which
    /// is written by this unless it is `written` already.
    pub(crate) async fn settle_content(&self, license: &mut License, written: Option<&ContentDigest>) -> Result<(), Fault> {
        let Kept::Here(content) = &license.terms.content else { return Ok(()) };
        if size(&record(license)?) <= MOST_BYTES {
            return Ok(());
        }
        let digest = content.digest();
        if written != Some(&digest) {
            self.write_content(license.account, content).await?;
        }
        license.terms.content = Kept::There(digest);
        Ok(())
    }
}
