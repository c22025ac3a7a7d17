//! Looking up a licence key for a vendor's service: what it opens now.

use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::ids::AccountId;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::entitled;
use crate::domain::license::License;
use crate::domain::trace::{Act, Event};
use crate::fault::{Fault, FaultKind};
use crate::table::Freshness;

/// What a key opens, before it is known who asks. Nothing of it can be seen but by its owner.
#[derive(Debug)]
pub struct LookedUp(Option<Grant>);

impl LookedUp {
    /// The grant, for the account that it belongs to: that is a use of the licence, and traced as one. A key of nobody and one of another
    /// account are alike.
    pub fn seen_by(self, core: &Core, account: AccountId) -> Option<Grant> {
        let grant = self.0.filter(|grant| grant.account == account)?;
        core.trace_grant(&grant, entitled(&grant, core.now()).err(), |at| Event::of_device(at, Act::Check, None));
        Some(grant)
    }
}

/// What the key opens. One read of half a unit, which needs no account and so can go out beside authentication; that there is
/// nothing, or that it may not be used now, is confirmed by a strongly consistent one (reliability F10).
pub async fn look_up_key(core: &Core, key: &LicenseKey) -> Result<LookedUp, Fault> {
    let grant = core.table.grant(key.digest(), Freshness::Eventual).await?;
    if grant.as_ref().is_some_and(|grant| entitled(grant, core.now()).is_ok()) {
        return Ok(LookedUp(grant));
    }
    core.table.grant(key.digest(), Freshness::Strong).await.map(LookedUp)
}

/// The vendor's record of the licence that a grant belongs to.
pub async fn record_of(core: &Core, grant: &Grant) -> Result<License, Fault> {
    let license = core.table.license(grant.account, grant.license).await?;
    license.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a grant has no licence"))
}
