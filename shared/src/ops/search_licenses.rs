//! Searching an account's licences: by any of their attributes, alone or together, a page at a time.

use super::find_by_site::{Host, licenses_at};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId};
use crate::domain::key::LicenseKey;
use crate::domain::license::License;
use crate::domain::order::Block;
use crate::domain::text::Email;
use crate::fault::Fault;
use crate::table::seats::Snapshot;
use crate::table::{Freshness, Selection};

/// The most calls that one page may take to be found. A page deep in a list, or one of a search that hardly anything fits, is
/// asked for in narrower terms.
const MOST_CALLS: u32 = 300;

/// How many licences are read at once where each has to be looked at.
const LOOKED_AT: u16 = 500;

/// How many licences of one host are read at once.
const AT_ONE_HOST: usize = 100;

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
    /// With a seat on a site of this host.
    pub host: Option<Host>,
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
/// The most selective index is asked (host, key, order, e-mail address, customer, product, in this order: what is said of a
/// licence's sites is in no record to compare with), and what is said beyond it is compared with each licence. With one attribute
/// a page is one query, two for an order, three reads for a host, and what it costs is what the page holds. Pages are passed over
/// without being sent, from where this process has been before.
pub async fn search_licenses(core: &Core, account: AccountId, search: &Search, page: PageOf) -> Result<Vec<License>, Rejected> {
    let Some(chosen) = choose(core, account, search).await? else { return Ok(Vec::new()) };
    let source = match chosen {
        Chosen::List(source) => source,
        Chosen::One(license) => {
            let is_here = page.page == 0 && page.size > 0 && fits(&license, search);
            return Ok(if is_here { vec![*license] } else { Vec::new() });
        }
    };
    let mut walk = Walk { core, account, search, source, calls: 0 };
    walk.page(page).await
}

/// The licences with their seats: a batch for all that have few of them, and a query for each that may have many.
pub async fn with_seats(core: &Core, licenses: Vec<License>) -> Result<Vec<Listed>, Fault> {
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let snapshots = core.table.snapshots(&digests).await?;
    let mut listed = Vec::with_capacity(licenses.len());
    for (license, snapshot) in licenses.into_iter().zip(snapshots) {
        let snapshot = match snapshot {
            Some(snapshot) => Some(snapshot),
            // Issued a moment ago: the list has its record, and where its grant was read had not yet got that.
            None => core.table.snapshot(license.key.digest(), Freshness::Strong).await?,
        };
        // Deleted a moment ago, where the list has it still.
        let Some(snapshot) = snapshot else { continue };
        listed.push(Listed { license, snapshot });
    }
    Ok(listed)
}

/// What is read for a search.
enum Chosen {
    One(Box<License>),
    List(Source),
}

/// A list of licences.
enum Source {
    Selection(Selection),
    Order(OrderId, Vec<Block>),
    Host(Host),
}

/// Nothing where nothing can fit.
async fn choose(core: &Core, account: AccountId, search: &Search) -> Result<Option<Chosen>, Rejected> {
    let Search { key, order, email, customer, product, host } = search;
    if let Some(host) = host {
        return Ok(Some(Chosen::List(Source::Host(host.clone()))));
    }
    if let Some(key) = key {
        let license = core.table.license_of(key.digest()).await?.filter(|license| license.account == account);
        return Ok(license.map(|license| Chosen::One(Box::new(license))));
    }
    if let Some(order) = order {
        let numbers = core.table.numbers_of_order(account, *order).await?;
        return Ok(numbers.map(|numbers| Chosen::List(Source::Order(*order, numbers))));
    }
    let list = match (email, customer, product) {
        (Some(email), _, _) => Selection::Email(email.clone()),
        (None, Some(customer), _) => Selection::Customer(*customer),
        (None, None, Some(product)) => Selection::Product(*product),
        (None, None, None) => Selection::All,
    };
    Ok(Some(Chosen::List(Source::Selection(list))))
}

/// Whether all that is said of the record fits, whatever index the licence was found by.
fn fits(license: &License, search: &Search) -> bool {
    let Search { key, order, email, customer, product, host: _ } = search;
    let address = license.licensee.as_ref().and_then(|licensee| licensee.email.as_ref());
    key.as_ref().is_none_or(|key| *key == license.key)
        && order.is_none_or(|order| license.is_for(order))
        && email.as_ref().is_none_or(|email| Some(email) == address)
        && customer.is_none_or(|customer| license.customer == Some(customer))
        && product.is_none_or(|product| license.product == product)
}

/// A way through a list.
struct Walk<'a> {
    core: &'a Core,
    account: AccountId,
    search: &'a Search,
    source: Source,
    calls: u32,
}

impl Walk<'_> {
    async fn page(&mut self, page: PageOf) -> Result<Vec<License>, Rejected> {
        let offset = u64::from(page.page) * u64::from(page.size);
        let known = self.core.places.before(self.account, self.search, offset, self.core.now());
        let (begun, after) = known.map_or((0, None), |(begun, after)| (begun, Some(after)));
        let ahead = u32::try_from(offset - begun).unwrap_or(u32::MAX);
        let licenses = match self.exact_selection() {
            Some(selection) => self.exact(&selection, offset, after, ahead, page.size).await?,
            None => self.compared(offset, after, ahead, page.size).await?,
        };
        if let Some(last) = licenses.last().filter(|_| licenses.len() == usize::from(page.size)) {
            self.learn(offset + u64::from(page.size), last.id);
        }
        Ok(licenses)
    }

    /// Remembers that the entry `offset` follows `license`. On the way to a page deep in a list too: who has to stop before it is
    /// reached, for the time that a request may take is over, goes on from there when it is asked again.
    fn learn(&self, offset: u64, license: LicenseId) {
        self.core.places.learn(self.account, self.search, offset, license, self.core.now());
    }

    /// The selection of which everything fits.
    fn exact_selection(&self) -> Option<Selection> {
        let Source::Selection(selection) = &self.source else { return None };
        let mut said = self.search.clone();
        match selection {
            Selection::All | Selection::Numbers(..) | Selection::Made(..) => {}
            Selection::Email(_) => said.email = None,
            Selection::Customer(_) => said.customer = None,
            Selection::Product(_) => said.product = None,
        }
        (said == Search::default()).then(|| selection.clone())
    }

    /// A page of a list in which everything fits.
    async fn exact(
        &mut self,
        selection: &Selection,
        offset: u64,
        mut after: Option<LicenseId>,
        mut ahead: u32,
        size: u16,
    ) -> Result<Vec<License>, Rejected> {
        while ahead > 0 {
            self.count_call()?;
            let (passed, last) = self.core.table.pass_licenses(self.account, selection, after, ahead).await?;
            let Some(last) = last else { return Ok(Vec::new()) };
            ahead -= passed.min(ahead);
            after = Some(last);
            self.learn(offset - u64::from(ahead), last);
        }
        let mut licenses = Vec::new();
        loop {
            self.count_call()?;
            let wanted = usize::from(size).saturating_sub(licenses.len());
            let wanted = u16::try_from(wanted).unwrap_or(u16::MAX);
            let read = self.core.table.licenses(self.account, selection, after, wanted).await?;
            licenses.extend(read.items);
            if read.next.is_none() || licenses.len() >= usize::from(size) {
                return Ok(licenses);
            }
            after = read.next;
        }
    }

    /// A page of a list in which each licence is compared.
    async fn compared(&mut self, offset: u64, mut after: Option<LicenseId>, mut ahead: u32, size: u16) -> Result<Vec<License>, Rejected> {
        let mut licenses = Vec::new();
        loop {
            self.count_call()?;
            let lacking = u64::from(ahead) + u64::from(size) - licenses.len() as u64;
            let (read, next) = self.read(after, lacking).await?;
            for license in read.into_iter().filter(|license| fits(license, self.search)) {
                if ahead > 0 {
                    ahead -= 1;
                } else if licenses.len() < usize::from(size) {
                    licenses.push(license);
                }
            }
            if next.is_none() || licenses.len() >= usize::from(size) {
                return Ok(licenses);
            }
            if let Some(next) = next.filter(|_| ahead > 0) {
                self.learn(offset - u64::from(ahead), next);
            }
            after = next;
        }
    }

    /// Some licences after `after`, of which `lacking` are still wanted, and after which to go on.
    async fn read(&self, after: Option<LicenseId>, lacking: u64) -> Result<(Vec<License>, Option<LicenseId>), Rejected> {
        match &self.source {
            Source::Selection(selection) => {
                let page = self.core.table.licenses(self.account, selection, after, LOOKED_AT).await?;
                Ok((page.items, page.next))
            }
            Source::Order(order, numbers) => {
                // Where nothing is said beyond the order, all that is read is wanted.
                let is_exact = Search { order: None, ..self.search.clone() } == Search::default();
                let limit = if is_exact { u16::try_from(lacking).unwrap_or(u16::MAX).clamp(1, LOOKED_AT) } else { LOOKED_AT };
                let page = self.core.table.licenses_of_order(self.account, *order, numbers, after, limit).await?;
                Ok((page.items, page.next))
            }
            Source::Host(host) => {
                // Where nothing is said beyond the host, all that is read is wanted.
                let is_exact = Search { host: None, ..self.search.clone() } == Search::default();
                let limit = if is_exact { usize::try_from(lacking).unwrap_or(usize::MAX).min(AT_ONE_HOST) } else { AT_ONE_HOST };
                let found = licenses_at(self.core, self.account, host, after, limit).await?;
                Ok((found.licenses, found.next))
            }
        }
    }

    fn count_call(&mut self) -> Result<(), Rejected> {
        self.calls += 1;
        if self.calls > MOST_CALLS { Err(Rejected::SearchTooBroad) } else { Ok(()) }
    }
}
