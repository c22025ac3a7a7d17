//! Meeting a licence by its key: what has to be known of it before anything is asked of it.

use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::key::LicenseKey;
use crate::domain::refusal::Refusal;
use crate::failure::Failure;
use crate::table::Freshness;

/// The licence that the key opens, as of a moment ago, whether or not it may be used: whose it is, which one, and how its seats are taken.
///
/// Half a read unit; that there is none is confirmed by a strongly consistent read, for it may have been issued a moment ago (reliability
/// F10). Where seats are items it is remembered for a while. What is asked next finds the seats where they are, without a guess.
pub async fn meet_license(core: &Core, key: &LicenseKey) -> Result<Grant, Failure> {
    let key = key.digest();
    if let Some(grant) = core.table.meet(key, core.now()).await? {
        return Ok(grant);
    }
    let grant = core.table.grant(key, Freshness::Strong).await?;
    grant.ok_or(Failure::Refused(Refusal::UnknownKey))
}
