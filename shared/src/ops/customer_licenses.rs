//! All licences that a customer has for one product.

use super::find_product::find_product;
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, ProductId};
use crate::domain::license::License;
use crate::fault::Fault;
use crate::table::{Page, Selection};

/// The most licences of one customer for one product that are given at once.
pub const MOST_LICENSES: usize = 1_000;

/// The most calls for a customer's list: some ten thousand licences of all products.
const MOST_CALLS: u32 = 20;

/// How many licences the first call asks for, which goes out before it is known who asks: most customers have fewer, and nobody can
/// make us read more.
const FIRST: u16 = 25;

/// How many licences each further call asks for.
const AT_ONCE: u16 = 500;

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum CustomerLicensesError {
    /// The account has no product with that code.
    #[error("there is no such product")]
    NoProduct,
    /// The account has no customer with that number.
    #[error("there is no such customer")]
    NoCustomer,
    /// There are more than are given at once.
    #[error("there are too many licences")]
    TooMany,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The beginning of a list.
#[derive(Debug)]
pub struct Begun {
    account: AccountId,
    customer: CustomerId,
    product: Option<ProductId>,
    first: Page<License>,
}

/// Begins the list: the product's code and the customer's first licences are read side by side. Needs no more than the account, so
/// it can go out beside authentication.
pub async fn begin_customer_licenses(core: &Core, account: AccountId, customer: CustomerId, product_code: &str) -> Result<Begun, Fault> {
    let selection = Selection::Customer(customer);
    let first = core.table.licenses(account, &selection, None, FIRST);
    let (product, first) = tokio::join!(Box::pin(find_product(core, account, product_code)), Box::pin(first));
    Ok(Begun { account, customer, product: product?, first: first? })
}

/// The licences, valid or not, in the order of their numbers: all of them, or a rejection, and never a part. What was written a
/// moment ago may be missing.
///
/// Whether there is such a customer is asked only where the list is empty.
pub async fn customer_licenses(core: &Core, begun: Begun) -> Result<Vec<License>, CustomerLicensesError> {
    let Begun { account, customer, product, first: mut page } = begun;
    let product = product.ok_or(CustomerLicensesError::NoProduct)?;
    let mut licenses: Vec<License> = Vec::new();
    let mut calls = 1;
    loop {
        licenses.extend(page.items.into_iter().filter(|license| license.product == product));
        if licenses.len() > MOST_LICENSES {
            return Err(CustomerLicensesError::TooMany);
        }
        let Some(last) = page.next else { break };
        calls += 1;
        if calls > MOST_CALLS {
            return Err(CustomerLicensesError::TooMany);
        }
        page = core.table.licenses(account, &Selection::Customer(customer), Some(last), AT_ONCE).await?;
    }
    if licenses.is_empty() && core.table.customer(account, customer).await?.is_none() {
        return Err(CustomerLicensesError::NoCustomer);
    }
    Ok(licenses)
}
