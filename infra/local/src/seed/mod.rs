//! A demo vendor with something of everything, so that there is something to try.
//!
//! Architecture Invariant: everything is made by the operations that a vendor's own calls end in, and packages are uploaded
//! as a vendor uploads them. Nothing is written into the table or the bucket by hand.

mod api_key;
mod licenses;
mod package;
mod products;
mod releases;
mod user;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::text::{Line, TextError};
use latchkey_core::domain::version::VersionError;
use latchkey_core::fault::Fault;
use latchkey_core::ops::rejected::Rejected;
use serde::{Deserialize, Serialize};
use zip::result::ZipError;

pub use self::api_key::DemoApiKey;
pub use self::licenses::Variant;
pub use self::package::zip_of;
pub(crate) use self::releases::sha256;
pub use self::user::DemoUser;
use crate::client::HttpError;
use crate::stack::{Stack, StackError};

/// The product that has releases.
pub const PLUGIN: &str = "test-plugin";
/// Its version that sites may still run.
pub const OLD_VERSION: &str = "1.0.0";
/// Its current version.
pub const NEW_VERSION: &str = "1.1.0";

/// Where the demo vendor's keys are kept.
const FILE: &str = "demo.json";

/// What the demo vendor has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Demo {
    /// The host that addressed keys name: the stack's, when they were made.
    pub host: String,
    /// The vendor's account.
    pub account: AccountId,
    /// The vendor's API key; none in a data folder of before there were any.
    #[serde(default)]
    pub api_key: Option<DemoApiKey>,
    /// The vendor's administrator; none in a data folder of before there were users.
    #[serde(default)]
    pub user: Option<DemoUser>,
    /// One product for each format of keys.
    pub products: Vec<DemoProduct>,
}

/// A product and its licences.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoProduct {
    /// Its slug.
    pub slug: String,
    /// Its public code; empty in a data folder of before it was kept here.
    #[serde(default)]
    pub code: String,
    /// The format of its keys.
    pub key_format: String,
    /// One licence of each sort.
    pub licenses: Vec<DemoLicense>,
}

/// A licence.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoLicense {
    /// What it is an example of.
    pub variant: Variant,
    /// Its key.
    pub key: String,
}

/// Why the demo vendor could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// An operation refused.
    #[error("the demo vendor: {0}")]
    Rejected(#[from] Rejected),
    /// The table failed.
    #[error("the demo vendor: {0}")]
    Fault(#[from] Fault),
    /// A text is too long or has the wrong characters.
    #[error("the demo vendor's texts: {0}")]
    Text(#[from] TextError),
    /// A version is none.
    #[error("the demo vendor's versions: {0}")]
    Version(#[from] VersionError),
    /// The demo package could not be made.
    #[error("the demo package: {0}")]
    Package(#[from] ZipError),
    /// The demo package could not be uploaded.
    #[error("uploading the demo package: {0}")]
    Http(#[from] HttpError),
    /// The S3 server refused the demo package.
    #[error("uploading the demo package: {0}")]
    Refused(String),
    /// The keys could not be kept.
    #[error(transparent)]
    File(#[from] StackError),
}

/// The demo vendor: the one that was made at the first start from this data folder, or a new one.
///
/// A start that was killed in the middle leaves part of a vendor behind, and the next makes a whole one beside it.
pub async fn seed(stack: &Stack) -> Result<Demo, SeedError> {
    let Some(folder) = stack.folder() else { return make(stack).await };
    if let Some(demo) = folder.load(FILE)? {
        return Ok(demo);
    }
    let demo = make(stack).await?;
    folder.save(FILE, &demo)?;
    Ok(demo)
}

async fn make(stack: &Stack) -> Result<Demo, SeedError> {
    let core: &Core = stack.core();
    let account = core.table.create_account(Line::parse("Demo Vendor")?, core.now()).await?.id;
    let mut demo = Demo { host: core.public_url.host().to_owned(), account, api_key: None, user: None, products: Vec::new() };
    let (administrator, user) = Box::pin(user::make(core, account)).await?;
    demo.user = Some(user);
    demo.api_key = Some(Box::pin(api_key::make(stack, &administrator)).await?);
    for product in products::make(core, account).await? {
        if product.slug.as_str() == PLUGIN {
            for version in [OLD_VERSION, NEW_VERSION] {
                releases::publish(stack, &product, version).await?;
            }
        }
        let licenses = licenses::issue(core, &product).await?;
        demo.products.push(DemoProduct {
            slug: product.slug.to_string(),
            code: product.code.to_string(),
            key_format: product.key_format.to_string(),
            licenses,
        });
    }
    Ok(demo)
}

impl Demo {
    /// The plugin's public code.
    pub fn plugin_code(&self) -> Option<&str> {
        self.plugin().map(|plugin| plugin.code.as_str()).filter(|code| !code.is_empty())
    }

    fn plugin(&self) -> Option<&DemoProduct> {
        self.products.iter().find(|product| product.slug == PLUGIN)
    }

    /// The key of the plugin's licence of this sort.
    pub fn plugin_key(&self, variant: Variant) -> Option<&str> {
        self.plugin()?.licenses.iter().find(|license| license.variant == variant).map(|license| license.key.as_str())
    }
}

/// A key never reaches a log line by way of a debug print.
impl std::fmt::Debug for DemoLicense {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoLicense").field("variant", &self.variant).finish_non_exhaustive()
    }
}
