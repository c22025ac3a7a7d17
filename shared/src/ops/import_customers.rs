//! Taking over customers from elsewhere, each once.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use super::customers::list_customers;
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::text::{Email, Line};
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::NewCustomer;

/// The most customers that one call imports.
pub const MOST_CUSTOMERS: usize = 100;

/// How many are looked for side by side.
const AT_ONCE: usize = 25;

/// How many customers that an account has are read by one call.
const PAGE: u16 = 1_000;

const WHAT: &str = "importing customers";

/// A customer as it was elsewhere.
#[derive(Clone, Debug)]
pub struct ImportCustomer {
    /// The code that it has, and by which it is found again: of one customer elsewhere always the same.
    pub code: Line<64>,
    /// What is known of it.
    pub new: NewCustomer,
}

/// Which customers an account has by their e-mail addresses, as far as they were read: a page further with every call of an import, so
/// that a long one asks for no address by itself, and a short one does not read an account for a few.
///
/// Of the addresses it has sixteen bytes of a digest each.
#[derive(Debug, Default)]
pub struct Addresses {
    known: HashMap<[u8; 16], CustomerId>,
    last: Option<u32>,
    is_complete: bool,
}

/// The numbers of customers, in their order. One with the code is the customer, or else one with the e-mail address; where there is
/// neither, one is recorded, and of those that share an address it is the first one. No code is given to two, so whoever imports them
/// again finds those that were recorded.
///
/// At most [`MOST_CUSTOMERS`], no two with one code: one batch for the codes, one page of what the account has, one write for their
/// numbers, and one transaction for fifty; five write units a customer with an address. Until an account was read as a whole, one query
/// more for every address that is not known. A fault leaves some of them recorded.
pub async fn import_customers(
    core: &Core,
    account: AccountId,
    addresses: &mut Addresses,
    customers: Vec<ImportCustomer>,
) -> Result<Vec<CustomerId>, Rejected> {
    let codes: Vec<_> = customers.iter().map(|customer| customer.code.clone()).collect();
    let mut known = core.table.customers_with(account, &codes).await?;
    let mut unknown: Vec<_> = customers.into_iter().filter(|customer| !known.contains_key(&customer.code)).collect();
    if unknown.iter().any(|customer| customer.new.email.is_some()) {
        addresses.read_on(core, account).await?;
        addresses.look_up(core, account, &unknown).await?;
        unknown.retain(|customer| match customer.new.email.as_ref().and_then(|email| addresses.of(email)) {
            Some(id) => {
                known.insert(customer.code.clone(), id);
                false
            }
            None => true,
        });
    }
    let recorded = record(core, account, addresses, unknown).await?;
    known.extend(recorded);
    codes.iter().map(|code| known.get(code).copied().ok_or(Rejected::NotFound(Thing::Customer))).collect()
}

/// Records customers that neither code nor address is known of: of those that share an address the first.
async fn record(
    core: &Core,
    account: AccountId,
    addresses: &mut Addresses,
    customers: Vec<ImportCustomer>,
) -> Result<HashMap<Line<64>, CustomerId>, Fault> {
    let mut first: HashMap<[u8; 16], Line<64>> = HashMap::new();
    let (mut new, mut same) = (Vec::new(), Vec::new());
    for ImportCustomer { code, new: customer } in customers {
        let email = customer.email.as_ref().map(digest);
        if let Some(before) = email.and_then(|email| first.get(&email)) {
            same.push((code, before.clone()));
            continue;
        }
        first.extend(email.map(|email| (email, code.clone())));
        new.push((code, customer));
    }
    let told: Vec<_> = new.iter().map(|(code, customer)| (code.clone(), customer.email.as_ref().map(digest))).collect();
    let recorded = core.table.import_customers(account, new, core.now()).await?;
    let (mut ids, mut taken) = (HashMap::new(), Vec::new());
    for ((code, email), id) in told.into_iter().zip(recorded) {
        match id {
            Some(id) => {
                addresses.known.extend(email.map(|email| (email, id)));
                ids.insert(code, id);
            }
            // Somebody else was faster.
            None => taken.push(code),
        }
    }
    if !taken.is_empty() {
        ids.extend(core.table.customers_with(account, &taken).await?);
    }
    for (code, before) in same {
        if let Some(id) = ids.get(&before).copied() {
            ids.insert(code, id);
        }
    }
    Ok(ids)
}

impl Addresses {
    fn of(&self, email: &Email) -> Option<CustomerId> {
        self.known.get(&digest(email)).copied()
    }

    /// Reads a page of the account's customers: those that come after what was read, among them what others record meanwhile.
    async fn read_on(&mut self, core: &Core, account: AccountId) -> Result<(), Fault> {
        let page = core.table.records::<Customer>(account, None, self.last, PAGE).await?;
        for customer in &page.items {
            if let Some(email) = &customer.email {
                self.known.entry(digest(email)).or_insert(customer.id);
            }
        }
        self.last = page.items.last().map(|customer| customer.id.get()).or(self.last);
        self.is_complete = page.next.is_none();
        Ok(())
    }

    /// Looks for those addresses by themselves that may be beyond what was read.
    async fn look_up(&mut self, core: &Core, account: AccountId, customers: &[ImportCustomer]) -> Result<(), Rejected> {
        if self.is_complete {
            return Ok(());
        }
        let emails = customers.iter().filter_map(|customer| customer.new.email.clone());
        let mut emails = emails.filter(|email| self.of(email).is_none()).collect::<Vec<_>>().into_iter();
        let mut tasks = JoinSet::new();
        loop {
            while tasks.len() < AT_ONCE
                && let Some(email) = emails.next()
            {
                let core = core.clone();
                tasks.spawn(along(async move {
                    let found = list_customers(&core, account, Some(email.clone()), None, 1).await?;
                    Ok::<_, Rejected>((digest(&email), found.items.first().map(|customer| customer.id)))
                }));
            }
            let Some(done) = tasks.join_next().await else { return Ok(()) };
            if let (email, Some(id)) = done.map_err(|error| Fault::caused(FaultKind::Unavailable, WHAT, error))?? {
                self.known.insert(email, id);
            }
        }
    }
}

fn digest(email: &Email) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(email.as_str().as_bytes())[..16]);
    short
}
