//! Issuing a licence.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, CustomerId, ProductId};
use crate::domain::key::LicenseKey;
use crate::domain::key::format::generate;
use crate::domain::license::{License, LicenseState, Licensee, Validity};
use crate::domain::order::OrderLine;
use crate::domain::product::Product;
use crate::domain::seat::SeatLimit;
use crate::table::{Freshness, IssueError, Issued};

/// What a vendor says about a new licence.
#[derive(Clone, Debug)]
pub struct NewLicense {
    /// What it is a licence for.
    pub product: ProductId,
    /// The key, where it is brought along; made in the product's format otherwise.
    pub key: Option<LicenseKey>,
    /// Who bought it.
    pub customer: Option<CustomerId>,
    /// The order line that it is for.
    pub order_line: Option<OrderLine>,
    /// Who is named on it; the customer where nothing is said.
    pub licensee: Option<Licensee>,
    /// From when until when it holds.
    pub validity: Validity,
    /// How many seats it has; the product's number where nothing is said.
    pub seat_limit: Option<SeatLimit>,
}

impl NewLicense {
    /// A licence for `product` with everything as usual.
    pub fn of(product: ProductId) -> Self {
        Self { product, key: None, customer: None, order_line: None, licensee: None, validity: Validity::ALWAYS, seat_limit: None }
    }
}

/// Issues a licence. For an order line that has one already, that one is the answer (reliability I4), unless something else
/// was asked for: another product, or another key.
pub async fn issue_license(core: &Core, account: AccountId, new: NewLicense) -> Result<License, Rejected> {
    if !new.validity.is_ordered() {
        return Err(Rejected::EndsBeforeItBegins);
    }
    let product = core.table.product(account, new.product, Freshness::Eventual).await?;
    let product = match product {
        Some(product) => product,
        None => core.table.product(account, new.product, Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Product))?,
    };
    let licensee = licensee(core, account, &new).await?;
    let id = core.table.next_license(account).await?;
    for is_last in [new.key.is_some(), true] {
        let license = license(core, &product, &new, licensee.clone(), id)?;
        match core.table.issue_license(&license, &Grant::of(&license, &product)).await {
            Ok(Issued::New) => return Ok(license),
            Ok(Issued::Before(before)) => {
                let is_the_same = before.product == license.product && new.key.as_ref().is_none_or(|key| *key == before.key);
                return if is_the_same { Ok(*before) } else { Err(Rejected::InUse(Unique::OrderLine)) };
            }
            // A drawn key that is in use by chance is drawn again, once.
            Err(IssueError::KeyTaken) if !is_last => {}
            Err(IssueError::KeyTaken) => break,
            Err(IssueError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Rejected::InUse(Unique::LicenseKey))
}

async fn licensee(core: &Core, account: AccountId, new: &NewLicense) -> Result<Option<Licensee>, Rejected> {
    let Some(customer) = new.customer else { return Ok(new.licensee.clone()) };
    let customer = core.table.customer(account, customer).await?.ok_or(Rejected::NotFound(Thing::Customer))?;
    Ok(new.licensee.clone().or_else(|| Some(Licensee::from(&customer))))
}

fn license(
    core: &Core,
    product: &Product,
    new: &NewLicense,
    licensee: Option<Licensee>,
    id: crate::domain::ids::LicenseId,
) -> Result<License, Rejected> {
    let NewLicense { product: _, key, customer, order_line, licensee: _, validity, seat_limit } = new.clone();
    let now = core.now();
    let key = match key {
        Some(key) => key,
        None => generate(&product.key_format, core.public_url.host(), now, &core.random)?,
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
        development_sites: product.development_sites.clone(),
        state: LicenseState::Active,
        revision: 1,
    })
}
