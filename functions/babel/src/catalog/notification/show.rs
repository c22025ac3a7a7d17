//! `GET /v1/products/{productId}/releases/{releaseId}/notification` (seed 004 has none: ours).

use axum::extract::State;

use super::{NotificationAnswer, progress, subject};
use crate::Service;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;

/// Says how far telling the sites of a release is.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
) -> Result<Answer<NotificationAnswer>, Error> {
    let progress = progress(&service.core, subject(caller.account(), product, of)?).await?;
    Ok(Answer::new(&caller, (&progress).into()))
}
