//! Trying a deployment out: a licence in a throw-away account is issued, used and taken away again.

use super::activate::{Activate, activate};
use super::check_license::{Check, check_license};
use super::create_product::{NewProduct, create_product};
use super::deactivate::{Deactivate, deactivate};
use super::issue_license::{NewLicense, issue_license};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::domain::key::LicenseKey;
use crate::domain::key::format::KeyFormat;
use crate::domain::ladder::ProductClaim;
use crate::domain::product::{DevelopmentSites, ProductKind, Requirements};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Device, SeatLimit};
use crate::domain::text::{Line, ProductCode, Slug};
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};

/// The host that the licence is used on: nobody's, by its name.
const HOST: &str = "doctor.example.com";

/// What a step is that went wrong, and why.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {fault}")]
pub struct ProbeError {
    /// What was being tried.
    pub step: &'static str,
    /// What came of it.
    pub fault: Fault,
}

/// How a probe has ended.
#[derive(Debug)]
pub struct Probed {
    /// Whether it went as it should; nothing while another probe is at work.
    pub outcome: Option<Result<(), ProbeError>>,
    /// Whether all of it is gone again.
    pub swept: Result<(), Fault>,
}

/// A licence of the probe, while it is active on a site.
#[derive(Clone, Debug)]
pub struct Active {
    /// The throw-away account: whatever is made in it meanwhile goes with it, API keys and customers included.
    pub account: AccountId,
    /// Its key.
    pub key: LicenseKey,
    /// The product's slug.
    pub slug: Slug,
    /// The product's public code.
    pub code: ProductCode,
}

/// Issues a licence, activates it, checks it, gives the seat up and takes everything away, whatever went wrong in between. `while_active`
/// is asked once while it is in use, for whoever can look at it from outside.
pub async fn probe(core: &Core, while_active: impl AsyncFnOnce(&Active) -> Result<(), ProbeError>) -> Probed {
    let name = Line::parse("latchkey doctor").map_err(|_| odd("naming the account"));
    let account = match name {
        Ok(name) => {
            Box::pin(core.table.claim_probe(name, HOST, core.now())).await.map_err(|fault| ProbeError { step: "making an account", fault })
        }
        Err(error) => Err(error),
    };
    let account = match account {
        Ok(Some(account)) => account,
        Ok(None) => return Probed { outcome: None, swept: Ok(()) },
        Err(error) => return Probed { outcome: Some(Err(error)), swept: Ok(()) },
    };
    // Boxed, for it holds many calls: a large future otherwise, within everything that tries.
    let outcome = Box::pin(live(core, account, while_active)).await;
    core.sink.settle().await;
    Probed { outcome: Some(outcome), swept: Box::pin(core.table.sweep_probe(account, HOST)).await }
}

async fn live(
    core: &Core,
    account: AccountId,
    while_active: impl AsyncFnOnce(&Active) -> Result<(), ProbeError>,
) -> Result<(), ProbeError> {
    let slug = format!("doctor-{}", core.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 16));
    let slug = Slug::parse(&slug).map_err(|_| odd("naming the product"))?;
    let new = NewProduct {
        slug: slug.clone(),
        code: None,
        name: Line::parse("latchkey doctor").map_err(|_| odd("naming the product"))?,
        author: Line::parse("latchkey doctor").map_err(|_| odd("naming the product"))?,
        url: None,
        docs_url: None,
        requirements: Requirements::default(),
        kind: ProductKind::Plugin,
        key_format: KeyFormat::Groups,
        seat_limit: SeatLimit::Limited(1),
        development_sites: DevelopmentSites::Counted,
    };
    let product = create_product(core, account, new).await.map_err(|rejected| of_rejected("making a product", rejected))?;
    let license = issue_license(core, account, NewLicense::of(product.id)).await;
    let license = license.map_err(|rejected| of_rejected("issuing a licence", rejected))?;
    let device = &Device::parse(&format!("https://{HOST}")).map_err(|_| odd("naming the site"))?;
    let (key, claim) = (&license.key, ProductClaim::Slug(slug.as_str()));
    expect("checking a licence that is not activated", check(core, key, claim, device).await?, Some(Refusal::NotActivatedHere))?;
    activate(core, Activate { key, product: claim, device, label: None }).await.map_err(|failure| of_failure("activating", failure))?;
    expect("checking an activated licence", check(core, key, claim, device).await?, None)?;
    while_active(&Active { account, key: key.clone(), slug: slug.clone(), code: product.code.clone() }).await?;
    deactivate(core, Deactivate { key, product: claim, device }).await.map_err(|failure| of_failure("deactivating", failure))?;
    expect("checking a deactivated licence", check(core, key, claim, device).await?, Some(Refusal::NotActivatedHere))
}

async fn check(core: &Core, key: &LicenseKey, product: ProductClaim<'_>, device: &Device) -> Result<Option<Refusal>, ProbeError> {
    let described = check_license(core, Check { key, product, device }).await;
    Ok(described.map_err(|failure| of_failure("checking", failure))?.verdict.err())
}

fn expect(step: &'static str, refusal: Option<Refusal>, expected: Option<Refusal>) -> Result<(), ProbeError> {
    if refusal == expected { Ok(()) } else { Err(odd(step)) }
}

fn odd(step: &'static str) -> ProbeError {
    ProbeError { step, fault: Fault::new(FaultKind::Corrupt, "the answer is not what it has to be") }
}

fn of_rejected(step: &'static str, rejected: Rejected) -> ProbeError {
    if let Rejected::Fault(fault) = rejected {
        return ProbeError { step, fault };
    }
    ProbeError { step, fault: Fault::caused(FaultKind::Corrupt, step, rejected.to_string()) }
}

fn of_failure(step: &'static str, failure: Failure) -> ProbeError {
    match failure {
        Failure::Fault(fault) => ProbeError { step, fault },
        Failure::Refused(refusal) => ProbeError { step, fault: Fault::caused(FaultKind::Corrupt, step, format!("{refusal:?}")) },
    }
}
