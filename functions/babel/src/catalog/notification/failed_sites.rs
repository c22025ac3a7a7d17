//! `GET /v1/products/{productId}/releases/{releaseId}/notification/failed-sites` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::seat::SeatDigest;
use latchkey_core::ops::notification_progress::{failed_site, failed_sites};
use latchkey_core::ops::notify_sites::Subject;
use latchkey_core::query::{Access, Page};

use super::{progress, subject};
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{BothWays, Forward, List, Listing};
use crate::path::Path;
use crate::wire::FailedSite;

/// Lists the sites that could not be told of a release, or did not want to be, and why.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    list: List,
) -> Result<Listing<FailedSite>, Error> {
    let query = list.query::<FailedSite>()?;
    let subject = subject(caller.account(), product, of)?;
    progress(&service.core, subject).await?;
    Listing::of(&caller, &query, &BothWays(Failed { core: &service.core, subject })).await
}

/// The sites of a notification that failed, found by id.
struct Failed<'c> {
    core: &'c Core,
    subject: Subject,
}

impl Forward for Failed<'_> {
    type Row = FailedSite;
    type Key = SeatDigest;

    async fn forward(&self, access: &Access, after: Option<SeatDigest>, limit: u32) -> Result<Page<FailedSite, SeatDigest>, Error> {
        if let Access::Equal(_, value) = access {
            let found = match value.as_text().and_then(SeatDigest::parse) {
                Some(site) => failed_site(self.core, self.subject, site).await?,
                None => None,
            };
            return Ok(Page { rows: found.iter().map(FailedSite::from).collect(), next: None });
        }
        let page = failed_sites(self.core, self.subject, after, u16::try_from(limit).unwrap_or(u16::MAX)).await?;
        Ok(Page { rows: page.items.iter().map(FailedSite::from).collect(), next: page.next })
    }
}
