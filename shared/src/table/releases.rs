//! Releases, and which one is current.

use super::call::Loss;
use super::item::{Item, attribute, item, number, value};
use super::keys::{self, Kind, PK};
use super::transact::{NotDone, Transaction};
use super::{Exists, Freshness, Table};
use crate::domain::ids::{AccountId, PackageId, ProductId, ReleaseId};
use crate::domain::product::Product;
use crate::domain::release::{CurrentRelease, Release};
use crate::domain::version::Version;
use crate::fault::Fault;

/// What a change of a release does to its product's current one.
#[derive(Clone, Debug)]
pub enum CurrentChange {
    /// It stays.
    Keep,
    /// This one takes its place; none does where that is nothing.
    Set(Box<Option<CurrentRelease>>),
}

/// Why a release was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChanged {
    /// The product or the release was changed by somebody else in the meantime.
    Stale,
    /// Another release of the product has the version.
    VersionTaken,
}

/// That a release is as it was read. Older ones do not count their changes.
const UNCHANGED: &str = "#state = :before AND (#revision = :seen OR (attribute_not_exists(#revision) AND :seen = :none))";

/// The most items that are deleted in one transaction, out of the hundred that it may have.
const AT_ONCE: i32 = 50;

/// The conditions of writing a release.
#[derive(Clone, Copy)]
enum Condition {
    NumberFree,
    VersionFree,
    StateUnchanged,
    ProductUnchanged,
}

impl Table {
    /// The number for a new release.
    pub async fn next_release(&self, account: AccountId) -> Result<ReleaseId, Fault> {
        self.next(Some(account), Kind::Release, ReleaseId::new).await
    }

    /// The number for a new package.
    pub async fn next_package(&self, account: AccountId) -> Result<PackageId, Fault> {
        self.next(Some(account), Kind::Package, PackageId::new).await
    }

    /// Records a draft, unless the product has a release with its version.
    pub async fn create_release(&self, release: &Release) -> Result<Result<(), Exists>, Fault> {
        let Release { id, account, product, .. } = *release;
        let mut transaction = Transaction::new("drafting a release");
        transaction.create(self, Condition::NumberFree, item(keys::release(account, product, id), release)?)?;
        transaction.create(self, Condition::VersionFree, version_holder(release)?)?;
        match transaction.run(self).await {
            Ok(()) => Ok(Ok(())),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(failed, loss)) if failed.iter().any(|f| matches!(f.condition, Condition::NumberFree)) => {
                // The number was drawn for this call alone: an attempt whose answer was lost has written all of this.
                if loss == Loss::Before {
                    return Ok(Ok(()));
                }
                Err(Fault::corrupt("drafting a release", "the number is in use"))
            }
            Err(NotDone::Conditions(..)) => Ok(Err(Exists)),
        }
    }

    /// The release with this number.
    pub async fn release(&self, account: AccountId, product: ProductId, id: ReleaseId) -> Result<Option<Release>, Fault> {
        self.get(keys::release(account, product, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// The release that has this version of a product.
    pub async fn release_of_version(&self, product: &Product, version: &Version) -> Result<Option<Release>, Fault> {
        let holder = self.get(keys::version(product.account, product.id, version), Freshness::Strong).await?;
        let number = holder.as_ref().and_then(|holder| holder.get("release")).and_then(|n| n.as_n().ok());
        match number.and_then(|number| ReleaseId::parse(number)) {
            Some(id) => self.release(product.account, product.id, id).await,
            None => Ok(None),
        }
    }

    /// All releases of a product.
    pub async fn releases(&self, account: AccountId, product: ProductId) -> Result<Vec<Release>, Fault> {
        let items = self.query_all(&keys::releases(account, product)).await?;
        items.into_iter().map(value).collect()
    }

    /// Writes a release that was `before`, and its product's current release, together, if neither has changed. What it is given as
    /// its number of changes is the next.
    pub async fn change_release(
        &self,
        before: &Release,
        after: &Release,
        product: &Product,
        current: CurrentChange,
    ) -> Result<Result<(), NotChanged>, Fault> {
        let after = &Release { revision: before.revision.saturating_add(1), ..after.clone() };
        let mut transaction = Transaction::new("changing a release");
        let stored = |release: &Release| item(keys::release(after.account, after.product, after.id), release);
        let state = attribute(&before.state)?;
        transaction.change(self, Condition::StateUnchanged, &stored(before)?, stored(after)?, |update| {
            update
                .condition_expression(UNCHANGED)
                .expression_attribute_names("#state", "state")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":before", state)
                .expression_attribute_values(":seen", number(before.revision))
                .expression_attribute_values(":none", number(0))
        })?;
        let update = aws_sdk_dynamodb::types::Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::product(product.account, product.id).attributes()))
            .condition_expression("attribute_exists(#pk) AND #revision = :seen")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(product.revision))
            .expression_attribute_values(":next", number(product.revision.saturating_add(1)));
        let update = match current {
            CurrentChange::Keep => update.update_expression("SET #revision = :next"),
            CurrentChange::Set(current) => {
                let update = update.expression_attribute_names("#current", "current");
                match *current {
                    Some(current) => update
                        .update_expression("SET #revision = :next, #current = :current")
                        .expression_attribute_values(":current", attribute(&current)?),
                    None => update.update_expression("SET #revision = :next REMOVE #current"),
                }
            }
        };
        transaction.update(Condition::ProductUnchanged, update)?;
        if before.version != after.version {
            transaction.create(self, Condition::VersionFree, version_holder(after)?)?;
            let former = keys::version(before.account, before.product, &before.version);
            let former = aws_sdk_dynamodb::types::Delete::builder().table_name(&self.name).set_key(Some(former.attributes()));
            transaction.delete_if(Condition::ProductUnchanged, former)?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(Ok(())),
            Err(NotDone::Conditions(failed, _)) => {
                let is_taken = failed.iter().all(|failed| matches!(failed.condition, Condition::VersionFree));
                Ok(Err(if is_taken { NotChanged::VersionTaken } else { NotChanged::Stale }))
            }
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }

    /// Deletes a release as it was read, and frees its version.
    pub async fn delete_release(&self, release: &Release) -> Result<Result<(), NotChanged>, Fault> {
        let delete = |key: keys::Key| aws_sdk_dynamodb::types::Delete::builder().table_name(&self.name).set_key(Some(key.attributes()));
        let Release { id, account, product, .. } = *release;
        let mut transaction = Transaction::new("deleting a release");
        let unchanged = delete(keys::release(account, product, id))
            .condition_expression(UNCHANGED)
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":before", attribute(&release.state)?)
            .expression_attribute_values(":seen", number(release.revision))
            .expression_attribute_values(":none", number(0));
        transaction.delete_where(Condition::StateUnchanged, unchanged)?;
        transaction.delete_if(Condition::VersionFree, delete(keys::version(account, product, &release.version)))?;
        match transaction.run(self).await {
            Ok(()) => Ok(Ok(())),
            Err(NotDone::Fault(fault)) => Err(fault),
            // Gone after an attempt whose answer was lost: by that attempt, or by somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(Ok(())),
            Err(NotDone::Conditions(..)) => Ok(Err(NotChanged::Stale)),
        }
    }

    /// Deletes all that there is of a product's releases, fifty items at once. What is done stays done where it breaks off.
    pub async fn clear_releases(&self, account: AccountId, product: ProductId) -> Result<(), Fault> {
        let range = keys::of_product(account, product);
        loop {
            let (items, more) = self.query(&range, None, AT_ONCE, Freshness::Strong).await?;
            if !items.is_empty() {
                let mut transaction = Transaction::new("deleting a product's releases");
                for key in items.iter().filter_map(keys::Key::of) {
                    let delete = aws_sdk_dynamodb::types::Delete::builder().table_name(&self.name).set_key(Some(key.attributes()));
                    transaction.delete_if((), delete)?;
                }
                match transaction.run(self).await {
                    Ok(()) => {}
                    Err(NotDone::Fault(fault)) => return Err(fault),
                    Err(NotDone::Conditions(..)) => return Err(Fault::corrupt("deleting a product's releases", PK)),
                }
            }
            if more.is_none() {
                return Ok(());
            }
        }
    }
}

/// The item that holds a release's version for it.
fn version_holder(release: &Release) -> Result<Item, Fault> {
    let holder = std::collections::BTreeMap::from([("release", release.id.get())]);
    item(keys::version(release.account, release.product, &release.version), &holder)
}
