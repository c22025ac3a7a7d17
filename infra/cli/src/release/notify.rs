//! `latchkey release notify`.

use latchkey_core::ops::notify_sites::notify_sites;

use crate::notification::{self, Of, of_not_notified};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// Which release the sites are told of.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: Of,
    /// Stay, and show a bar, until every site was told or given up; what cannot be reached is tried for a day
    #[arg(long)]
    watch: bool,
}

impl Args {
    /// Begins to tell them.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let queue = session.pushes()?;
        let (_, subject) = self.of.find(session).await?;
        notify_sites(&session.core, &queue, subject).await.map_err(of_not_notified)?;
        let follow = notification::follow(session, subject);
        notification::answer(&if self.watch { follow.await? } else { notification::progress(session, subject).await? })
    }
}
