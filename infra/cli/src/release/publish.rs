//! `latchkey release publish`.

use std::path::PathBuf;

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::product::{Product, ProductKind};
use latchkey_core::domain::release::{Notes, Release, ReleaseState};
use latchkey_core::domain::version::Version;
use latchkey_core::ops::draft_release::{NewRelease, draft_release};
use latchkey_core::ops::notify_sites::{NotNotified, PushJob, Subject, notify_sites};
use latchkey_core::ops::publish_release::publish_release;
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::queue::Queue;
use latchkey_core::table::Freshness;

use super::notes;
use super::package::PackageFile;
use super::upload::upload;
use super::view::{MEMBERS, View};
use crate::members;
use crate::notification::of_not_notified;
use crate::problem::Failed;
use crate::product::ProductChoice;
use crate::progress;
use crate::say::Answer;
use crate::session::Session;

/// What is published.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    product: ProductChoice,
    /// The version; a plugin's or theme's header has to say the same
    #[arg(long, value_parser = Version::parse)]
    version: Version,
    /// The package: a plugin's or theme's zip, or a program's file
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// What changed, or @FILE
    #[arg(long, value_name = "TEXT|@FILE")]
    changelog: Option<String>,
    /// The product in a sentence or two, or @FILE
    #[arg(long, value_name = "TEXT|@FILE")]
    description: Option<String>,
    /// Tell the sites that it is there, as `latchkey release notify` does
    #[arg(long)]
    notify: bool,
}

/// What the JSON holds.
pub(super) fn help() -> String {
    members::help(&MEMBERS) + "\nPublishing the same package under the same version again changes nothing and is answered in the same way."
}

impl Args {
    /// Announces, uploads and publishes the package.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let packages = session.packages()?;
        // Before the upload: what is missing is better known then.
        let queue = if self.notify { Some(session.pushes()?) } else { None };
        let notes = Notes {
            changelog: notes::read("--changelog", self.changelog.as_deref())?,
            description: notes::read("--description", self.description.as_deref())?,
        };
        let package = PackageFile::open(&self.file)?;
        let product = self.product.find(self.account, session).await?;
        if self.notify && product.kind == ProductKind::Program {
            return Err(of_not_notified(NotNotified::NoSites));
        }
        let new = NewRelease {
            product: product.id,
            version: self.version.clone(),
            notes,
            size: package.size,
            sha256: package.sha256.clone(),
            file_name: package.name.clone(),
        };
        let drafted = match draft_release(&session.core, &packages, product.account, new).await {
            Ok(drafted) => drafted,
            Err(Rejected::InUse(Unique::Version)) => {
                let before = published_before(session, &product, &self.version, &package).await?;
                return answer(session, &before.ok_or(Rejected::InUse(Unique::Version))?, queue).await;
            }
            Err(rejected) => return Err(rejected.into()),
        };
        upload(&package, &drafted.upload, session).await?;
        let spinner = progress::spinner("verifying the package", session.is_watched);
        let published = publish_release(&session.core, &packages, product.account, product.id, drafted.release.id, &package.sha256).await;
        spinner.finish_and_clear();
        answer(session, &published?, queue).await
    }
}

/// The release that has the version, where its package is this one: an earlier run may have been cut off after its last step.
async fn published_before(
    session: &Session,
    product: &Product,
    version: &Version,
    package: &PackageFile,
) -> Result<Option<Release>, Failed> {
    let release = session.core.table.release_of_version(product, version).await?;
    Ok(release.filter(|release| match &release.state {
        ReleaseState::Published(published) => published.package.sha256 == package.sha256,
        ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => false,
    }))
}

async fn answer(session: &Session, release: &Release, queue: Option<Queue<PushJob>>) -> Result<Answer, Failed> {
    if let Some(queue) = queue {
        notify_sites(&session.core, &queue, Subject::release(release)).await.map_err(of_not_notified)?;
    }
    // Read again, for it says whether the release is the current one now.
    let product = session.core.table.product(release.account, release.product, Freshness::Strong).await?;
    let view = View::of(release, &product.ok_or(Rejected::NotFound(Thing::Product))?);
    Answer::new(&view, view.text())
}
