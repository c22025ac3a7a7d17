//! Changing a licence as a vendor's staff do it: all that can be said of one at once.

use std::sync::Arc;

use super::create_license::{ContentChange, format_for};
use super::edit_license::{Edit, ROUNDS, edit_license, load};
use super::move_license::line_for;
use super::rejected::{Rejected, Thing};
use super::templates::{copy_of_product, find_template, named};
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, OrderId, TemplateId};
use crate::domain::license::{License, LicenseMode, LicenseState, Licensee, Since, Validity, WrongState};
use crate::domain::seat::SeatLimit;
use crate::domain::terms::{Kept, Terms};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// What is done to who is named on a licence and to what it says beside.
pub type Restate = Arc<dyn Fn(&mut Option<Licensee>, &mut Terms) + Send + Sync>;

/// What staff say about a licence that there is. What is nothing stays as it is.
#[derive(Clone, Default)]
pub struct ChangeLicense {
    /// Who bought it, or nobody.
    pub customer: Option<Option<CustomerId>>,
    /// The order that it is for, or none.
    pub order: Option<Option<OrderId>>,
    /// What it was made from, or nothing: another template of the same product.
    pub template: Option<Option<TemplateId>>,
    /// Who is named on it, or nobody.
    pub licensee: Option<Option<Licensee>>,
    /// The first moment at which it no longer holds, or never.
    pub until: Option<Option<Timestamp>>,
    /// How many seats it has.
    pub seat_limit: Option<SeatLimit>,
    /// How they are taken.
    pub mode: Option<LicenseMode>,
    /// Whether what clients do with it is kept.
    pub trace: Option<bool>,
    /// Whether it is stopped: once revoked it stays so, and one that was suspended goes on.
    pub is_stopped: Option<bool>,
    /// What it says beside. Its template and where its content lies are not said here.
    pub terms: Option<Terms>,
    /// What becomes of who is named on it, and of what it says beside, as they are then.
    pub restate: Option<Restate>,
    /// What stands in the signed licence.
    pub content: ContentChange,
}

/// Changes a licence; its seats stay, and lie where the new limit has them.
pub async fn change_license(core: &Core, edit: Edit, change: &ChangeLicense) -> Result<License, Rejected> {
    for _ in 0..ROUNDS {
        match change_once(core, edit, change).await {
            // What it was made of was read before, and somebody else was faster.
            Err(Rejected::Changed) if edit.seen.is_none() => {}
            other => return other,
        }
    }
    Err(Fault::new(FaultKind::Contended, "changing a licence").into())
}

async fn change_once(core: &Core, edit: Edit, change: &ChangeLicense) -> Result<License, Rejected> {
    let before = load(core, edit).await?;
    let account = edit.account;
    require_customer(core, account, &before, change.customer.flatten()).await?;
    require_template(core, account, &before, change.template.flatten()).await?;
    let content = if change.content.is_empty() {
        before.terms.content.clone()
    } else {
        let mut base = core.table.content(account, &before.terms.content).await?;
        if base.product.is_none() && change.content.product.is_some() {
            // As it is shown meanwhile.
            base.product = Some(copy_of_product(&named(core, account, before.product).await?.product));
        }
        Kept::from(change.content.clone().applied(base).bounded()?)
    };
    // The last that is taken: a line that is taken for nothing stays empty.
    let order_line = match change.order {
        Some(order) => line_for(core, account, &before, order).await?,
        None => before.order_line,
    };
    let now = core.now();
    let stated = |license: &License| {
        let mut licensee = change.licensee.clone().unwrap_or_else(|| license.licensee.clone());
        let mut terms = change.terms.clone().unwrap_or_else(|| license.terms.clone());
        if let Some(restate) = &change.restate {
            restate(&mut licensee, &mut terms);
        }
        terms.template = change.template.unwrap_or(license.terms.template);
        terms.content = content.clone();
        (licensee, terms)
    };
    let (_, stating) = stated(&before);
    let format = match stating.signer {
        Some(signer) if (before.terms.signer, before.terms.format) != (stating.signer, stating.format) => {
            format_for(core, account, signer, stating.format).await?
        }
        Some(_) | None => stating.format,
    };
    edit_license(core, Edit { seen: Some(before.revision), ..edit }, |license| {
        let (licensee, terms) = stated(&license);
        let terms = Terms { format, ..terms };
        Ok(License {
            customer: change.customer.unwrap_or(license.customer),
            order_line,
            licensee,
            validity: Validity { until: change.until.unwrap_or(license.validity.until), ..license.validity },
            seat_limit: change.seat_limit.unwrap_or(license.seat_limit),
            mode: change.mode.unwrap_or(license.mode),
            trace: change.trace.unwrap_or(license.trace),
            state: stopped(license.state.clone(), change.is_stopped, now)?,
            terms,
            ..license
        })
    })
    .await
}

/// The state in which a licence is stopped, or not.
fn stopped(state: LicenseState, is_stopped: Option<bool>, now: Timestamp) -> Result<LicenseState, WrongState> {
    match (state, is_stopped) {
        (state, None)
        | (state @ LicenseState::Active, Some(false))
        | (state @ (LicenseState::Suspended(_) | LicenseState::Revoked(_) | LicenseState::Refunded(_)), Some(true)) => Ok(state),
        (state @ LicenseState::Active, Some(true)) => state.revoke(Since { at: now, why: None }),
        (state @ (LicenseState::Suspended(_) | LicenseState::Revoked(_) | LicenseState::Refunded(_)), Some(false)) => state.resume(),
    }
}

async fn require_customer(core: &Core, account: AccountId, before: &License, customer: Option<CustomerId>) -> Result<(), Rejected> {
    match customer.filter(|customer| before.customer != Some(*customer)) {
        Some(customer) => core.table.customer(account, customer).await?.map(|_| ()).ok_or(Rejected::NotFound(Thing::Customer)),
        None => Ok(()),
    }
}

async fn require_template(core: &Core, account: AccountId, before: &License, template: Option<TemplateId>) -> Result<(), Rejected> {
    match template.filter(|template| before.terms.template != Some(*template)) {
        Some(template) => {
            let template = find_template(core, account, template).await?;
            if template.product == Some(before.product) { Ok(()) } else { Err(Rejected::OtherProduct) }
        }
        None => Ok(()),
    }
}
