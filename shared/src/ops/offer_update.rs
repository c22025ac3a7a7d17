//! Offering the current release: what it is to everybody who has a licence, and a link to whoever has a right to it.

use std::sync::Arc;

use super::check_license::{Check, check};
use super::described::Described;
use crate::core::{Core, Downloads};
use crate::domain::refusal::Refusal;
use crate::domain::release::CurrentRelease;
use crate::domain::trace::Act;
use crate::failure::Failure;
use crate::packages::readme::Readme;
use crate::tokens::{LINK_TOKEN_SECONDS, LinkToken};

/// The current release, for one site of a licence.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The licence, its product, and why it has no right to the package where it has none.
    pub described: Described,
    /// The current release.
    pub release: CurrentRelease,
    /// What the release's package says of itself.
    pub readme: Option<Arc<Readme>>,
    /// The token of a link to the package, good for 48 hours; nothing where there is no right to it.
    pub link: Option<String>,
}

/// Looks the current release up. One read where product and readme are remembered, three where neither is.
pub async fn offer_update(core: &Core, downloads: &Downloads, ask: Check<'_>) -> Result<Offer, Failure> {
    let checked = check(core, ask, Act::LookUpUpdate).await?;
    let product = core.product_of_license(checked.grant.account, checked.grant.product).await?;
    let release = product.current.clone().ok_or(Refusal::NoRelease)?;
    let readme = core.readme(&product, &release).await?;
    let link = checked.verdict.is_ok().then(|| {
        let token = LinkToken {
            key: ask.key.digest(),
            product: product.id,
            release: release.id,
            seat: ask.device.digest(),
            expires: core.now().plus_seconds(LINK_TOKEN_SECONDS),
        };
        token.seal(&downloads.tokens)
    });
    let described = Described { grant: checked.grant.clone(), product, verdict: checked.verdict };
    checked.note_use(core).await;
    Ok(Offer { described, release, readme, link })
}
