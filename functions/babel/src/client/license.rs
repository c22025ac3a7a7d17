//! The signed licence, as a licensed program is given it.

use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::ops::sign_license::sign_license;
use latchkey_core::ops::signing_key::signing_key;
use latchkey_core::signing::verify;
use serde::Serialize;

use super::program::Stamp;
use crate::code::Code;
use crate::error::Error;
use crate::{Service, Signing};

/// A licence, and what a program believes of it without a server.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicenseBody {
    /// `lic` and eight hexadecimal digits.
    license_id: String,
    /// 0 file, 1 activation, 2 floating.
    licensing_mode: i32,
    /// When it ends; nothing where it does not.
    expire_at: Option<Stamp>,
    /// When support ends; nothing where that is not said.
    support_expire_at: Option<Stamp>,
    /// The bytes of the signed licence. None where its vendor has given it no key to be signed with.
    license_key: Vec<u8>,
}

/// The licence that was met. What the program `has` of it, where it says so, must be signed with the licence's key and be of its id; it
/// may be of before the licence was changed.
pub(super) async fn signed(signing: &Signing, grant: &Grant, has: Option<&[u8]>) -> Result<LicenseBody, Error> {
    let license = record(&signing.service, grant).await?;
    let license_key = signed_bytes(signing, &license, has).await?;
    Ok(LicenseBody {
        license_id: public_id(&license),
        licensing_mode: match license.mode {
            LicenseMode::File => 0,
            LicenseMode::Activation => 1,
            LicenseMode::Floating => 2,
        },
        expire_at: license.validity.until.map(Stamp::from),
        support_expire_at: license.terms.support_until.map(Stamp::from),
        license_key,
    })
}

/// The public id of the licence that was met.
pub(super) async fn license_id(service: &Service, grant: &Grant) -> Result<String, Error> {
    Ok(public_id(&record(service, grant).await?))
}

/// A licence that other dialects issued has no public id: it goes by its number.
fn public_id(license: &License) -> String {
    license.terms.name.as_ref().map_or_else(|| license.id.to_string(), |name| name.as_str().to_owned())
}

/// The vendor's record of a licence. One that was deleted since it was met is none.
async fn record(service: &Service, grant: &Grant) -> Result<License, Error> {
    let license = service.core.table.license(grant.account, grant.license).await?;
    license.ok_or_else(|| Refusal::UnknownKey.into())
}

async fn signed_bytes(signing: &Signing, license: &License, has: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let Signing { service, keys, .. } = signing;
    let core = &service.core;
    let Some(signer) = license.terms.signer else { return if has.is_none() { Ok(Vec::new()) } else { Err(tampered()) } };
    let (key, content) =
        tokio::join!(signing_key(core, keys, license.account, signer), core.table.content(license.account, &license.terms.content));
    let key = key?;
    if let Some(has) = has {
        let believed = verify(has, &key.public()).map_err(|_| tampered())?;
        if believed.id.as_str() != public_id(license) {
            return Err(tampered());
        }
    }
    Ok(sign_license(license, &content?, &key, &core.random)?.into_bytes())
}

fn tampered() -> Error {
    Error::new(Code::LicenseTampered, "The signed license is not as it was signed, or is not this one.")
}
