//! What the package of a release says of itself: an item of its own, for it may be two hundred kilobytes.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::call;
use super::item::{item, value};
use super::keys;
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, PackageId, ProductId};
use crate::fault::{Fault, FaultKind};
use crate::packages::readme::Readme;

impl Table {
    /// Keeps what a package's `readme.txt` says, under the package's number, before the release that carries it is public. The
    /// number is fresh from [`Self::next_package`]: writing it again writes the same.
    pub async fn keep_readme(&self, account: AccountId, product: ProductId, package: PackageId, readme: &Readme) -> Result<(), Fault> {
        let item = item(keys::readme(account, product, package), readme)?;
        let sent = call(self.patience, &self.random, "keeping a readme", || {
            self.client
                .put_item()
                .table_name(&self.name)
                .set_item(Some(item.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        sent.await.map(|_| ()).map_err(unconditional)
    }

    /// What the `readme.txt` of a published package says, which must be there. It never changes, so an eventually consistent
    /// read is as good as any, unless it is too early to find it.
    pub async fn readme(&self, account: AccountId, product: ProductId, package: PackageId) -> Result<Readme, Fault> {
        for freshness in [Freshness::Eventual, Freshness::Strong] {
            if let Some(item) = self.get(keys::readme(account, product, package), freshness).await? {
                return value(item);
            }
        }
        Err(Fault::new(FaultKind::Corrupt, "a release's readme is not there"))
    }
}
