//! Staying with a notification until it has ended, with a bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use latchkey_core::ops::notification_progress::Progress;
use latchkey_core::ops::notify_sites::Subject;

use super::progress;
use crate::problem::Failed;
use crate::session::Session;

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Shows how far a notification is until it has ended. It goes on without whoever leaves before.
pub(crate) async fn follow(session: &Session, subject: Subject) -> Result<Progress, Failed> {
    let bar = bar(session.is_watched);
    loop {
        let progress = progress(session, subject).await?;
        show(&bar, &progress);
        if !progress.notification.is_running() {
            bar.finish_and_clear();
            return Ok(progress);
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// A bar; hidden unless somebody may be watching.
fn bar(is_watched: bool) -> ProgressBar {
    let target = if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("telling sites {bar:30} {pos}/{len} {msg}");
    ProgressBar::with_draw_target(Some(0), target).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let counts = &progress.counts;
    bar.set_length(u64::from(counts.sites));
    bar.set_position(u64::from(counts.ended()));
    bar.set_message(format!("{} sent, {} failed, {} pending", counts.sent, counts.failed, counts.pending()));
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::ids::{AccountId, ProductId, ReleaseId};
    use latchkey_core::domain::notification::{Counts, Notification};
    use latchkey_core::domain::time::Timestamp;
    use latchkey_core::domain::version::Version;

    use super::*;

    #[test]
    fn the_bar_shows_what_has_ended_of_all() {
        let (account, product) = (AccountId::new(1).unwrap(), ProductId::new(2).unwrap());
        let version = Version::parse("1.2.3").unwrap();
        let notification = Notification::new(account, product, ReleaseId::new(3).unwrap(), version, Timestamp::MIN);
        let bar = bar(false);
        show(&bar, &Progress { notification, counts: Counts { sites: 9, sent: 4, failed: 2, left_out: 1 } });
        assert_eq!((bar.length(), bar.position(), bar.message().as_str()), (Some(9), 7, "4 sent, 2 failed, 2 pending"));
        assert!(bar.is_hidden(), "nothing is drawn for programs");
    }
}
