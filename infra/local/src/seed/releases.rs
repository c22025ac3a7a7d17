//! The demo plugin's releases: drafted, uploaded, published.

use latchkey_core::domain::product::Product;
use latchkey_core::domain::release::Notes;
use latchkey_core::domain::text::{Line, Prose};
use latchkey_core::domain::version::Version;
use latchkey_core::ops::draft_release::{NewRelease, draft_release};
use latchkey_core::ops::publish_release::publish_release;
use latchkey_core::packages::hex;
use sha2::{Digest as _, Sha256};

use super::{OLD_VERSION, SeedError, zip_of};
use crate::client::Http;
use crate::stack::Stack;

/// Publishes `version` of the demo plugin.
pub(super) async fn publish(stack: &Stack, product: &Product, version: &str) -> Result<(), SeedError> {
    let (core, packages) = (stack.core(), &stack.downloads().packages);
    let zip = zip_of(version)?;
    let changes = if version == OLD_VERSION { "The first release." } else { "A filter changes how fast readers read." };
    let digest = sha256(&zip);
    let new = NewRelease {
        product: product.id,
        version: Version::parse(version)?,
        notes: Notes { changelog: Prose::parse(changes)?, description: Prose::parse("Shows how long a post takes to read.")? },
        size: zip.len() as u64,
        sha256: digest.clone(),
        file_name: Line::parse(&format!("{}-{version}.zip", product.slug))?,
    };
    let drafted = draft_release(core, packages, product.account, new).await?;
    let answer = Http::new().put(&drafted.upload.url, &drafted.upload.headers, zip).await?;
    if !answer.status.is_success() {
        return Err(SeedError::Refused(answer.text()));
    }
    publish_release(core, packages, product.account, product.id, drafted.release.id, &digest).await?;
    Ok(())
}

/// 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
