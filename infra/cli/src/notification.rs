//! `latchkey notification`: how sites are told of a release.

mod failed;
mod follow;
mod view;

use clap::Subcommand;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::seat::SeatDigest;
use latchkey_core::domain::version::Version;
use latchkey_core::ops::notification_progress::{
    MOST_FAILED, NotCancelled, Progress, cancel_notification, failed_sites, notification_progress, notifications_of,
};
use latchkey_core::ops::notify_sites::{NotNotified, Subject};
use latchkey_core::ops::rejected::{Rejected, Thing};
use serde::Serialize;

use self::failed::{FAILED, FailedView};
pub(crate) use self::follow::follow;
pub(crate) use self::view::{MEMBERS, View};
use crate::members;
use crate::problem::{Exit, Failed, Problem};
use crate::product::ProductChoice;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with notifications.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show how far telling the sites of a release is
    #[command(after_long_help = members::help(&MEMBERS))]
    Show {
        #[command(flatten)]
        of: Of,
        /// Stay, and show a bar, until every site was told or given up; what cannot be reached is tried for a day
        #[arg(long)]
        watch: bool,
    },
    /// Stop telling sites; `latchkey release notify` goes on with it
    #[command(after_long_help = members::help(&MEMBERS))]
    Cancel {
        #[command(flatten)]
        of: Of,
    },
    /// List the sites that could not be told of a release, and why
    #[command(after_long_help = members::list_help("sites", &FAILED, &[("next", "what to give as --after to go on, or null")]))]
    Failed {
        #[command(flatten)]
        of: Of,
        /// Begin after this site, by its id
        #[arg(long, value_name = "ID", value_parser = site_id)]
        after: Option<SeatDigest>,
        /// The most sites to list, up to 500
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_FAILED)))]
        limit: u16,
    },
    /// List the notifications of a product's releases
    #[command(after_long_help = members::list_help("notifications", &MEMBERS, &[]))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        #[command(flatten)]
        product: ProductChoice,
    },
}

/// Which release is meant.
#[derive(clap::Args)]
pub(crate) struct Of {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    product: ProductChoice,
    /// The release's version
    #[arg(long, value_parser = Version::parse)]
    version: Version,
}

#[derive(Serialize)]
struct List {
    notifications: Vec<View>,
}

#[derive(Serialize)]
struct Failures {
    sites: Vec<FailedView>,
    next: Option<SeatDigest>,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    match command {
        Command::Show { of, watch } => {
            let (_, subject) = of.find(session).await?;
            let progress = if watch { follow(session, subject).await? } else { progress(session, subject).await? };
            answer(&progress)
        }
        Command::Cancel { of } => {
            let (_, subject) = of.find(session).await?;
            cancel_notification(&session.core, subject).await.map_err(of_not_cancelled)?;
            answer(&progress(session, subject).await?)
        }
        Command::Failed { of, after, limit } => {
            let (_, subject) = of.find(session).await?;
            progress(session, subject).await?;
            let page = failed_sites(&session.core, subject, after, limit).await?;
            let sites: Vec<FailedView> = page.items.iter().map(FailedView::of).collect();
            let listed = text::columns(FailedView::HEADINGS, &sites.iter().map(FailedView::row).collect::<Vec<_>>());
            let more = page.next.map(|next| format!("\nMore: --after {next}\n")).unwrap_or_default();
            let text = listed + &more;
            Answer::new(&Failures { sites, next: page.next }, text)
        }
        Command::List { account, product } => {
            let product = product.find(account, session).await?;
            let notifications: Vec<View> = notifications_of(&session.core, account, product.id).await?.iter().map(View::of).collect();
            let text = text::columns(View::HEADINGS, &notifications.iter().map(View::row).collect::<Vec<_>>());
            Answer::new(&List { notifications }, text)
        }
    }
}

impl Of {
    /// Looks for the release.
    pub(crate) async fn find(&self, session: &Session) -> Result<(Product, Subject), Failed> {
        let product = self.product.find(self.account, session).await?;
        let release = session.core.table.release_of_version(&product, &self.version).await?;
        let release = release.ok_or(Rejected::NotFound(Thing::Release))?.id;
        let subject = Subject { account: product.account, product: product.id, release };
        Ok((product, subject))
    }
}

/// How far a notification is that has to be there.
pub(crate) async fn progress(session: &Session, subject: Subject) -> Result<Progress, Failed> {
    notification_progress(&session.core, subject).await?.ok_or_else(|| of_not_cancelled(NotCancelled::NoNotification))
}

/// A notification as an answer.
pub(crate) fn answer(progress: &Progress) -> Result<Answer, Failed> {
    let view = View::of(progress);
    Answer::new(&view, view.text())
}

fn site_id(text: &str) -> Result<SeatDigest, String> {
    SeatDigest::parse(text).ok_or_else(|| "a site's id is 16 characters, as the list has it".to_owned())
}

fn of_not_cancelled(not: NotCancelled) -> Failed {
    let message = not.to_string();
    let (code, hint) = match not {
        NotCancelled::NoNotification => ("no_notification", "`latchkey release notify` begins one"),
        NotCancelled::Finished => ("finished", "every site was told, or given up"),
        NotCancelled::Fault(fault) => return fault.into(),
    };
    Problem { code, message, hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}

/// Why sites are not notified, in words.
pub(crate) fn of_not_notified(not: NotNotified) -> Failed {
    let message = not.to_string();
    let (code, hint) = match not {
        NotNotified::NoProduct => return Rejected::NotFound(Thing::Product).into(),
        NotNotified::NoRelease => return Rejected::NotFound(Thing::Release).into(),
        NotNotified::ReleaseState(state) => return Rejected::ReleaseState(state).into(),
        NotNotified::Fault(fault) => return fault.into(),
        NotNotified::NoSites => ("no_sites", "programs look for updates by themselves"),
        NotNotified::NotCurrent => ("not_current", "notify the sites of the current release: `latchkey release list` tells which it is"),
    };
    Problem { code, message, hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}
