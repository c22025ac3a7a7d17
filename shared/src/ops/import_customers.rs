//! Taking over customers from elsewhere, each once.

use tokio::task::JoinSet;

use super::customers::{find_customer_by_code, list_customers};
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::NewCustomer;
use crate::table::records::RecordError;

/// How many are looked for side by side.
const AT_ONCE: usize = 25;

const WHAT: &str = "importing customers";

/// A customer as it was elsewhere.
#[derive(Clone, Debug)]
pub struct ImportCustomer {
    /// The code that it has, and by which it is found again: of one customer elsewhere always the same.
    pub code: Line<64>,
    /// What is known of it.
    pub new: NewCustomer,
}

/// The numbers of customers, in their order. One with the code is the customer, or else one with the e-mail address; where there is
/// neither, one is recorded. No code is given to two, so whoever imports them again finds those that were recorded.
pub async fn import_customers(core: &Core, account: AccountId, customers: Vec<ImportCustomer>) -> Result<Vec<CustomerId>, Rejected> {
    let mut found = vec![None; customers.len()];
    let mut tasks = JoinSet::new();
    let mut customers = customers.into_iter().enumerate();
    loop {
        while tasks.len() < AT_ONCE
            && let Some((place, customer)) = customers.next()
        {
            let core = core.clone();
            tasks.spawn(along(async move { import(&core, account, customer).await.map(|id| (place, id)) }));
        }
        let Some(done) = tasks.join_next().await else { break };
        let (place, id) = done.map_err(|error| Fault::caused(FaultKind::Unavailable, WHAT, error))??;
        found[place] = Some(id);
    }
    found.into_iter().map(|id| id.ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT).into())).collect()
}

/// The customer that [`import_customers`] would find, where there is one.
pub async fn find_imported(core: &Core, account: AccountId, customer: &ImportCustomer) -> Result<Option<Customer>, Rejected> {
    if let Some(known) = find_customer_by_code(core, account, &customer.code).await? {
        return Ok(Some(known));
    }
    let Some(email) = &customer.new.email else { return Ok(None) };
    Ok(list_customers(core, account, Some(email.clone()), None, 1).await?.items.into_iter().next())
}

async fn import(core: &Core, account: AccountId, customer: ImportCustomer) -> Result<CustomerId, Rejected> {
    if let Some(known) = find_imported(core, account, &customer).await? {
        return Ok(known.id);
    }
    let ImportCustomer { code, new } = customer;
    match core.table.record_customer(account, NewCustomer { code: Some(code.clone()), ..new }, core.now()).await {
        Ok(recorded) => Ok(recorded.id),
        Err(RecordError::NotUnique(_) | RecordError::Changed) => {
            let known = find_customer_by_code(core, account, &code).await?;
            known.map(|known| known.id).ok_or(Rejected::NotFound(Thing::Customer))
        }
        Err(RecordError::Fault(fault)) => Err(fault.into()),
    }
}
