//! `DELETE /v1/products/{productId}/releases/{releaseId}/notification` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::ops::notification_progress::cancel_notification;

use super::{NotificationAnswer, progress, subject};
use crate::Service;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;

/// Stops telling sites, but for those that are being told just now. It is begun again as it was begun.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
) -> Result<Answer<NotificationAnswer>, Error> {
    let subject = subject(caller.account(), product, of)?;
    cancel_notification(&service.core, subject).await?;
    Ok(Answer::new(&caller, (&progress(&service.core, subject).await?).into()))
}
