//! Issuing a licence.

use super::find_product::require_product;
use super::next_line::next_line;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::customer::Customer;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId};
use crate::domain::key::LicenseKey;
use crate::domain::key::format::{KeyFormat, generate};
use crate::domain::license::{License, LicenseMode, LicenseState, Licensee, Validity};
use crate::domain::order::{Order, OrderLine};
use crate::domain::product::Product;
use crate::domain::seat::SeatLimit;
use crate::domain::terms::{ContentDigest, Terms};
use crate::table::{IssueError, Issued, Numbered};

/// What a vendor says about a new licence.
#[derive(Clone, Debug)]
pub struct NewLicense {
    /// What it is a licence for.
    pub product: ProductId,
    /// The key, where it is brought along; made in the product's format otherwise.
    pub key: Option<LicenseKey>,
    /// Who bought it; the order's customer where nothing is said.
    pub customer: Option<CustomerId>,
    /// The order line that it is for, of those that were promised when the order was placed.
    pub order_line: Option<OrderLine>,
    /// The order that it is for, where no line is named: it takes the next free one, so whoever asks again gets another licence.
    pub order: Option<OrderId>,
    /// Who is named on it; the customer, or the order's, where nothing is said.
    pub licensee: Option<Licensee>,
    /// From when until when it holds.
    pub validity: Validity,
    /// How many seats it has; the product's number where nothing is said.
    pub seat_limit: Option<SeatLimit>,
    /// How they are taken.
    pub mode: LicenseMode,
    /// Whether what clients do with it is to be kept.
    pub trace: bool,
    /// The format of its key, where none is brought along and it is another than the product's.
    pub key_format: Option<KeyFormat>,
    /// Whether it may be used.
    pub state: LicenseState,
    /// What it says beside.
    pub terms: Terms,
    /// A content that is known to lie in an item of its own.
    pub written: Option<ContentDigest>,
}

impl NewLicense {
    /// A licence for `product` with everything as usual.
    pub fn of(product: ProductId) -> Self {
        Self {
            product,
            key: None,
            customer: None,
            order_line: None,
            order: None,
            licensee: None,
            validity: Validity::ALWAYS,
            seat_limit: None,
            mode: LicenseMode::Activation,
            trace: false,
            key_format: None,
            state: LicenseState::Active,
            terms: Terms::default(),
            written: None,
        }
    }
}

/// Issues a licence. For an order line that has one already, that one is the answer (reliability I4), unless something else
/// was asked for: another product, or another key. Nor does a line get another licence whose own was deleted: an order that comes in
/// twice brings nothing back that staff took away.
///
/// One round trip for what it is made from (product, customer, order and number side by side), and one for the write. A licence that
/// is refused after that leaves an order's line empty: gaps are normal.
pub async fn issue_license(core: &Core, account: AccountId, mut new: NewLicense) -> Result<License, Rejected> {
    if !new.validity.is_ordered() {
        return Err(Rejected::EndsBeforeItBegins);
    }
    // Boxed, for each holds a whole call: three of them side by side are a large future otherwise.
    let (product, customer, origin) = tokio::try_join!(
        Box::pin(require_product(core, account, new.product)),
        Box::pin(customer(core, account, new.customer)),
        Box::pin(origin(core, account, &new)),
    )?;
    let Origin { id, order, numbered } = origin;
    if let Some((order, line)) = order {
        new.order_line = Some(line);
        new.customer = new.customer.or(order.customer);
        new.licensee = new.licensee.or_else(|| customer.as_ref().map(Licensee::from)).or(order.licensee);
    } else {
        new.licensee = new.licensee.or_else(|| customer.as_ref().map(Licensee::from));
    }
    for is_last in [new.key.is_some(), true] {
        let mut license = license(core, &product, new.clone(), id)?;
        // Before the transaction: where that never comes, it is no matter.
        core.table.settle_content(&mut license, new.written.as_ref()).await?;
        match core.table.issue_license(&license, &Grant::of(&license, &product), numbered).await {
            Ok(Issued::New) => return Ok(license),
            Ok(Issued::Before(before)) => {
                let is_the_same = before.product == license.product && new.key.as_ref().is_none_or(|key| *key == before.key);
                return if is_the_same { Ok(*before) } else { Err(Rejected::InUse(Unique::OrderLine)) };
            }
            // A drawn key that is in use by chance is drawn again, once.
            Err(IssueError::KeyTaken) if !is_last => {}
            Err(IssueError::KeyTaken) => break,
            Err(IssueError::Deleted) => return Err(Rejected::InUse(Unique::OrderLine)),
            Err(IssueError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Rejected::InUse(Unique::LicenseKey))
}

/// Where a licence's number comes from.
struct Origin {
    id: LicenseId,
    order: Option<(Order, OrderLine)>,
    numbered: Numbered,
}

/// The number that the order's line has, or the next one.
async fn origin(core: &Core, account: AccountId, new: &NewLicense) -> Result<Origin, Rejected> {
    match (new.order_line, new.order) {
        (Some(line), _) => {
            let order = core.table.order(account, line.order).await?.ok_or(Rejected::NotFound(Thing::Order))?;
            let id = order.license_of(line.line).ok_or(Rejected::NotFound(Thing::OrderLine))?;
            Ok(Origin { id, order: Some((order, line)), numbered: Numbered::ByLine })
        }
        (None, Some(order)) => {
            let (id, order, line) = next_line(core, account, order).await?;
            Ok(Origin { id, order: Some((order, line)), numbered: Numbered::Afresh })
        }
        (None, None) => Ok(Origin { id: core.table.next_license(account).await?, order: None, numbered: Numbered::Afresh }),
    }
}

async fn customer(core: &Core, account: AccountId, id: Option<CustomerId>) -> Result<Option<Customer>, Rejected> {
    let Some(id) = id else { return Ok(None) };
    core.table.customer(account, id).await?.map(Some).ok_or(Rejected::NotFound(Thing::Customer))
}

fn license(core: &Core, product: &Product, new: NewLicense, id: LicenseId) -> Result<License, Rejected> {
    let NewLicense { key, customer, order_line, licensee, validity, seat_limit, mode, trace, key_format, state, terms, .. } = new;
    let now = core.now();
    let key = match key {
        Some(key) => key,
        None => generate(key_format.as_ref().unwrap_or(&product.key_format), core.public_url.host(), now, &core.random)?,
    };
    Ok(License {
        id,
        account: product.account,
        product: product.id,
        key,
        customer,
        order_line,
        licensee,
        created: now,
        validity,
        seat_limit: seat_limit.unwrap_or(product.seat_limit),
        mode,
        trace,
        development_sites: product.development_sites.clone(),
        state,
        terms,
        updated: None,
        revision: 1,
    })
}
