//! What stands in licenses and is read only where it is asked for.

use std::collections::HashMap;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::domain::license::License as Stored;
use latchkey_core::domain::terms::{Content, Kept};
use latchkey_core::fault::Fault;
use latchkey_core::ops::templates::copy_of_product;
use latchkey_core::table::Freshness;

use crate::error::Error;
use crate::wire::{License, Licensee};

/// Licenses with what stands in them, by their numbers; those that are not there any more are left out.
pub(super) async fn contents(core: &Core, account: AccountId, rows: &[License]) -> Result<HashMap<i32, (Stored, Content)>, Fault> {
    let ids: Vec<LicenseId> = rows.iter().filter_map(|row| u32::try_from(row.id).ok().and_then(LicenseId::new)).collect();
    let licenses = core.table.licenses_by_number(account, &ids, Freshness::Strong).await?;
    let kept: Vec<&Kept> = licenses.iter().map(|license| &license.terms.content).collect();
    let contents = core.table.contents(account, &kept).await?;
    Ok(licenses.into_iter().zip(contents).map(|(license, content)| (crate::wire::number(license.id.get()), (license, content))).collect())
}

/// Fills what licenses state of their product, and of who they are made out to.
pub(crate) async fn fill_contents(core: &Core, account: AccountId, rows: &mut [License]) -> Result<(), Error> {
    let contents = contents(core, account, rows).await?;
    // What was made through another interface states none: it is for the product that it is for.
    let silent = contents.values().filter(|(_, content)| content.product.is_none()).map(|(license, _)| license.product);
    let products = core.shown_products(account, &silent.collect()).await?;
    for row in rows {
        let Some((license, content)) = contents.get(&row.id) else { continue };
        let product = content.product.clone().or_else(|| products.get(&license.product).map(|product| copy_of_product(product)));
        row.product = product.as_ref().map(|product| Box::new(product.into()));
        let said = |wording: &Option<latchkey_core::domain::terms::Wording>| wording.as_ref().map(|wording| wording.as_str().to_owned());
        row.licensee = Some(Box::new(Licensee {
            name: row.licensee_name.clone(),
            company: row.licensee_company.clone(),
            contact_info: said(&content.contact_info).unwrap_or_else(|| row.licensee_email.clone()),
            url: said(&content.licensee_url).unwrap_or_default(),
        }));
    }
    Ok(())
}
