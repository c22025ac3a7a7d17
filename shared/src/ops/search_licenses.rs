//! Searching an account's licences: by any of their attributes, alone or together, a page at a time.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId};
use crate::domain::key::LicenseKey;
use crate::domain::license::License;
use crate::domain::text::Email;
use crate::fault::{Fault, FaultKind};
use crate::table::Selection;
use crate::table::seats::Snapshot;

/// The most calls that one page may take to be found. A page deep in a list, or one of a search that hardly anything fits, is
/// asked for in narrower terms.
const MOST_CALLS: u32 = 300;

/// How many licences are read at once where each has to be looked at.
const LOOKED_AT: u16 = 500;

/// What licences have to be like: all that is said here at once. With nothing said, all are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search {
    /// The one with this key.
    pub key: Option<LicenseKey>,
    /// Of this order.
    pub order: Option<OrderId>,
    /// Made out to this address.
    pub email: Option<Email>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// For this product.
    pub product: Option<ProductId>,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOf {
    /// The page, from 0.
    pub page: u32,
    /// How many licences a page has.
    pub size: u16,
}

/// A licence and how it is used.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The vendor's record.
    pub license: License,
    /// Its seats.
    pub snapshot: Snapshot,
}

/// A page of the licences that `search` describes, in the order of their numbers; an empty one after the last. What was written
/// a moment ago may be missing.
///
/// The most selective index is asked (key, order, e-mail address, customer, product, in this order), and what is said beyond it
/// is compared with each licence. With one attribute a page is one query, two for an order, and what it costs is what the page
/// holds. Pages are passed over without being sent, from where this process has been before.
pub async fn search_licenses(core: &Core, account: AccountId, search: &Search, page: PageOf) -> Result<Vec<License>, Rejected> {
    let Some(selection) = selection(core, account, search).await? else { return Ok(Vec::new()) };
    let selection = match selection {
        Chosen::List(selection) => selection,
        Chosen::One(license) => {
            let is_here = page.page == 0 && page.size > 0 && fits(&license, search);
            return Ok(if is_here { vec![*license] } else { Vec::new() });
        }
    };
    let mut walk = Walk { core, account, search, selection, calls: 0 };
    walk.page(page).await
}

/// The licences with their seats: a batch for all that have few of them, and a query for each that may have many.
pub async fn with_seats(core: &Core, licenses: Vec<License>) -> Result<Vec<Listed>, Fault> {
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let snapshots = core.table.snapshots(&digests).await?;
    let listed = licenses.into_iter().zip(snapshots).map(|(license, snapshot)| {
        let snapshot = snapshot.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        Ok(Listed { license, snapshot })
    });
    listed.collect()
}

/// What is read for a search.
enum Chosen {
    One(Box<License>),
    List(Selection),
}

/// Nothing where nothing can fit.
async fn selection(core: &Core, account: AccountId, search: &Search) -> Result<Option<Chosen>, Rejected> {
    let Search { key, order, email, customer, product } = search;
    if let Some(key) = key {
        let license = core.table.license_of(key.digest()).await?.filter(|license| license.account == account);
        return Ok(license.map(|license| Chosen::One(Box::new(license))));
    }
    if let Some(order) = order {
        let Some(order) = core.table.order(account, *order).await? else { return Ok(None) };
        let numbers = order.last_license().map(|last| Selection::Numbers(order.first_license, last));
        return Ok(numbers.map(Chosen::List));
    }
    let list = match (email, customer, product) {
        (Some(email), _, _) => Selection::Email(email.clone()),
        (None, Some(customer), _) => Selection::Customer(*customer),
        (None, None, Some(product)) => Selection::Product(*product),
        (None, None, None) => Selection::All,
    };
    Ok(Some(Chosen::List(list)))
}

/// Whether all that is said fits, whatever index the licence was found by.
fn fits(license: &License, search: &Search) -> bool {
    let Search { key, order, email, customer, product } = search;
    let address = license.licensee.as_ref().and_then(|licensee| licensee.email.as_ref());
    key.as_ref().is_none_or(|key| *key == license.key)
        && order.is_none_or(|order| license.order_line.is_some_and(|line| line.order == order))
        && email.as_ref().is_none_or(|email| Some(email) == address)
        && customer.is_none_or(|customer| license.customer == Some(customer))
        && product.is_none_or(|product| license.product == product)
}

/// A way through a list.
struct Walk<'a> {
    core: &'a Core,
    account: AccountId,
    search: &'a Search,
    selection: Selection,
    calls: u32,
}

impl Walk<'_> {
    async fn page(&mut self, page: PageOf) -> Result<Vec<License>, Rejected> {
        let offset = u64::from(page.page) * u64::from(page.size);
        let known = self.core.places.before(self.account, self.search, offset, self.core.now());
        let (begun, after) = known.map_or((0, None), |(begun, after)| (begun, Some(after)));
        let ahead = u32::try_from(offset - begun).unwrap_or(u32::MAX);
        let licenses =
            if self.is_exact() { self.exact(after, ahead, page.size).await? } else { self.compared(after, ahead, page.size).await? };
        if let Some(last) = licenses.last().filter(|_| licenses.len() == usize::from(page.size)) {
            self.core.places.learn(self.account, self.search, offset + u64::from(page.size), last.id, self.core.now());
        }
        Ok(licenses)
    }

    /// Whether everything that the index gives fits.
    fn is_exact(&self) -> bool {
        let said = Search {
            key: None,
            order: self.search.order.filter(|_| matches!(self.selection, Selection::Numbers(..))),
            email: self.search.email.clone().filter(|_| matches!(self.selection, Selection::Email(_))),
            customer: self.search.customer.filter(|_| matches!(self.selection, Selection::Customer(_))),
            product: self.search.product.filter(|_| matches!(self.selection, Selection::Product(_))),
        };
        said == *self.search
    }

    /// A page of a list in which everything fits.
    async fn exact(&mut self, mut after: Option<LicenseId>, mut ahead: u32, size: u16) -> Result<Vec<License>, Rejected> {
        while ahead > 0 {
            self.count_call()?;
            let (passed, last) = self.core.table.pass_licenses(self.account, &self.selection, after, ahead).await?;
            let Some(last) = last else { return Ok(Vec::new()) };
            ahead -= passed.min(ahead);
            after = Some(last);
        }
        let mut licenses = Vec::new();
        loop {
            self.count_call()?;
            let wanted = usize::from(size).saturating_sub(licenses.len());
            let wanted = u16::try_from(wanted).unwrap_or(u16::MAX);
            let read = self.core.table.licenses(self.account, &self.selection, after, wanted).await?;
            licenses.extend(read.items);
            if read.next.is_none() || licenses.len() >= usize::from(size) {
                return Ok(licenses);
            }
            after = read.next;
        }
    }

    /// A page of a list in which each licence is compared.
    async fn compared(&mut self, mut after: Option<LicenseId>, mut ahead: u32, size: u16) -> Result<Vec<License>, Rejected> {
        let mut licenses = Vec::new();
        loop {
            self.count_call()?;
            let read = self.core.table.licenses(self.account, &self.selection, after, LOOKED_AT).await?;
            for license in read.items.into_iter().filter(|license| fits(license, self.search)) {
                if ahead > 0 {
                    ahead -= 1;
                } else if licenses.len() < usize::from(size) {
                    licenses.push(license);
                }
            }
            if read.next.is_none() || licenses.len() >= usize::from(size) {
                return Ok(licenses);
            }
            after = read.next;
        }
    }

    fn count_call(&mut self) -> Result<(), Rejected> {
        self.calls += 1;
        if self.calls > MOST_CALLS { Err(Rejected::SearchTooBroad) } else { Ok(()) }
    }
}

/// One licence of the account, with its seats.
pub async fn show_license(core: &Core, account: AccountId, id: LicenseId) -> Result<Listed, Rejected> {
    let license = core.table.license(account, id).await?.ok_or(Rejected::NotFound(Thing::License))?;
    let snapshot = core.table.snapshot(license.key.digest(), crate::table::Freshness::Strong).await?;
    let snapshot = snapshot.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
    Ok(Listed { license, snapshot })
}
