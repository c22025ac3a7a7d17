//! Announcing the ends of licences, as the clock calls.

use latchkey_core::core::Core;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::expire_licenses::expire_licenses;
use latchkey_core::queue::Queue;

/// The function that announces the ends of licences.
pub const ENDINGS: &str = "worker-endings";

/// Announces the ends that have come. What failed is looked at again at the next call.
pub async fn announce_endings(core: Core, queue: Queue<WebhookJob>) -> Result<(), Fault> {
    let done = expire_licenses(&core, &queue).await.inspect_err(|fault| tracing::error!(function = ENDINGS, %fault))?;
    tracing::info!(function = ENDINGS, ends = done.looked_at, announced = done.announced, failed = done.failed);
    if done.failed > 0 { Err(Fault::new(FaultKind::Unavailable, "not all ends of licences were announced")) } else { Ok(()) }
}
