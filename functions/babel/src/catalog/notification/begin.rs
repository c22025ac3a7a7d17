//! `POST /v1/products/{productId}/releases/{releaseId}/notification` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::notify_sites::notify_sites;

use super::{NotificationAnswer, progress, subject};
use crate::Catalog;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;

/// Begins to tell every active site of the product that there is this release, which has to be the current one. Asked for again, it goes
/// on, or finds sites that came since: no site is told twice.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
) -> Result<Answer<NotificationAnswer>, Error> {
    let (core, subject) = (&catalog.signing.service.core, subject(caller.account(), product, of)?);
    notify_sites(core, &catalog.notices.pushes, subject).await?;
    Ok(Answer::new(&caller, (&progress(core, subject).await?).into()))
}
