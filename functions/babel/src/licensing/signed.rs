//! The signed license of a license.

use latchkey_core::domain::license::License;
use latchkey_core::domain::terms::Content;
use latchkey_core::ops::sign_license::sign_license;
use latchkey_core::ops::signing_key::signing_key;

use crate::Signing;
use crate::error::Error;

/// A license, signed with its key; nothing where it has none.
pub(crate) async fn signed(signing: &Signing, license: &License, content: &Content) -> Result<String, Error> {
    let core = &signing.service.core;
    let Some(signer) = license.terms.signer else { return Ok(String::new()) };
    let key = signing_key(core, &signing.keys, license.account, signer).await?;
    Ok(sign_license(license, content, &key, &core.random)?)
}

/// The same, of a license whose content is still to be read.
pub(crate) async fn signed_as_stored(signing: &Signing, license: &License) -> Result<String, Error> {
    let content = signing.service.core.table.content(license.account, &license.terms.content).await?;
    signed(signing, license, &content).await
}
