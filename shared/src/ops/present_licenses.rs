//! Presenting licences to their vendor: with their sites, the current release, and the packages that can be fetched.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::assign_sites::Assigned;
use super::rejected::{Rejected, Thing};
use super::search_licenses::{Listed, with_seats};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, ProductId};
use crate::domain::license::License;
use crate::domain::product::Product;
use crate::domain::seat::{Device, Seat};
use crate::domain::shelf::Shelf;
use crate::domain::site::Site;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::Freshness;
use crate::table::seats::Snapshot;

/// How many products' packages are read side by side.
const AT_ONCE: usize = 8;

/// A licence, and what a vendor is shown beside it.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The vendor's record.
    pub license: License,
    /// The sites that hold a seat, development sites included, the oldest first: all of them up to 50 seats, the first
    /// [`SEATS_SHOWN`](crate::table::seats::SEATS_SHOWN) otherwise.
    pub sites: Vec<Site>,
    /// The product, at most a minute old.
    pub product: Arc<Product>,
    /// The product's packages, at most a minute old, where they were asked for.
    pub shelf: Option<Arc<Shelf>>,
}

/// Whether packages are shown too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packages {
    /// They are.
    Shown,
    /// They are not.
    LeftOut,
}

/// One licence's record, as it is now.
pub async fn find_license(core: &Core, account: AccountId, id: LicenseId) -> Result<License, Rejected> {
    core.table.license(account, id).await?.ok_or(Rejected::NotFound(Thing::License))
}

/// One of the account's licences. The sites are as they are now. One round trip where the product is remembered.
pub async fn present_license(core: &Core, license: License, packages: Packages) -> Result<Presented, Fault> {
    let digest = license.key.digest();
    let product = core.shown_product(license.account, license.product);
    let (snapshot, product, shelf) =
        tokio::join!(core.table.snapshot(digest, Freshness::Strong), product, shelf_of(core, &license, packages));
    let snapshot = snapshot?.ok_or_else(|| Fault::new(FaultKind::Contended, "a licence was deleted while it was shown"))?;
    Ok(Presented { license, sites: sites_of(&snapshot), product: product?, shelf: shelf? })
}

/// A licence that was just edited: its sites are the ones that were written, where any were.
pub async fn present_assigned(core: &Core, assigned: Assigned) -> Result<Presented, Fault> {
    let Assigned { license, sites } = assigned;
    let Some(mut sites) = sites else { return Box::pin(present_license(core, license, Packages::LeftOut)).await };
    sites.sort_by(Seat::by_age);
    let product = core.shown_product(license.account, license.product).await?;
    Ok(Presented { license, sites: sites.iter().filter_map(site_of).collect(), product, shelf: None })
}

/// A page of an account's licences, in its order: a batch of grants beside a batch of products, and a query for each product whose
/// packages are not remembered. What was written a moment ago may be missing.
pub async fn present_licenses(
    core: &Core,
    account: AccountId,
    licenses: Vec<License>,
    packages: Packages,
) -> Result<Vec<Presented>, Fault> {
    if licenses.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<ProductId> = licenses.iter().map(|license| license.product).collect();
    let (listed, products, shelves) =
        tokio::join!(with_seats(core, licenses), core.shown_products(account, &ids), shelves(core, account, &ids, packages));
    let (products, shelves) = (products?, shelves?);
    let presented = listed?.into_iter().map(|Listed { license, snapshot }| {
        let product = products.get(&license.product).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence leads to no product"))?;
        let shelf = shelves.get(&license.product).map(Arc::clone);
        Ok(Presented { license, sites: sites_of(&snapshot), product: Arc::clone(product), shelf })
    });
    presented.collect()
}

async fn shelf_of(core: &Core, license: &License, packages: Packages) -> Result<Option<Arc<Shelf>>, Fault> {
    match packages {
        Packages::Shown => core.shelf(license.account, license.product).await.map(Some),
        Packages::LeftOut => Ok(None),
    }
}

async fn shelves(
    core: &Core,
    account: AccountId,
    products: &BTreeSet<ProductId>,
    packages: Packages,
) -> Result<HashMap<ProductId, Arc<Shelf>>, Fault> {
    let mut waiting = match packages {
        Packages::Shown => products.iter().copied().collect(),
        Packages::LeftOut => Vec::new(),
    };
    let (mut reading, mut shelves) = (JoinSet::new(), HashMap::new());
    loop {
        while reading.len() < AT_ONCE
            && let Some(product) = waiting.pop()
        {
            let core = core.clone();
            reading.spawn(along(async move { (product, core.shelf(account, product).await) }));
        }
        match reading.join_next().await {
            Some(Ok((product, shelf))) => shelves.insert(product, shelf?),
            Some(Err(error)) => return Err(Fault::caused(FaultKind::Unavailable, "reading packages side by side", error)),
            None => return Ok(shelves),
        };
    }
}

fn sites_of(snapshot: &Snapshot) -> Vec<Site> {
    let mut seats: Vec<&Seat> = snapshot.seats.iter().chain(snapshot.grant.free.values()).collect();
    seats.sort_by(|a, b| a.by_age(b));
    seats.into_iter().filter_map(site_of).collect()
}

/// A machine has no address to show.
fn site_of(seat: &Seat) -> Option<Site> {
    match &seat.device {
        Device::Site(site) => Some(site.clone()),
        Device::Machine(_) => None,
    }
}
