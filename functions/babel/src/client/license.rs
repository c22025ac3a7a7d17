//! The signed licence, as a licensed program is given it.

use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::license::License;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::ops::signing_key::signing_key;
use latchkey_core::signing::verify;
use serde::Serialize;

use super::program::Stamp;
use crate::code::Code;
use crate::error::Error;
use crate::licensing::signed::signed_as_stored;
use crate::wire::{mode_number, shown};
use crate::{Service, Signing};

/// A licence, and what a program believes of it without a server.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicenseBody {
    /// `lic` and eight hexadecimal digits; nothing where another dialect issued the license.
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
    if let Some(has) = has {
        check(signing, &license, has).await?;
    }
    let license_key = signed_as_stored(signing, &license).await?.into_bytes();
    Ok(LicenseBody {
        license_id: public_id(&license),
        licensing_mode: mode_number(license.mode),
        expire_at: license.validity.until.map(Stamp::from),
        support_expire_at: license.terms.support_until.map(Stamp::from),
        license_key,
    })
}

/// The public id of the licence that was met.
pub(super) async fn license_id(service: &Service, grant: &Grant) -> Result<String, Error> {
    Ok(public_id(&record(service, grant).await?))
}

/// As staff see it and as it stands in the signed licence: nothing where another dialect issued the licence.
fn public_id(license: &License) -> String {
    shown(license.terms.name.clone())
}

/// The vendor's record of a licence. One that was deleted since it was met is none.
async fn record(service: &Service, grant: &Grant) -> Result<License, Error> {
    let license = service.core.table.license(grant.account, grant.license).await?;
    license.ok_or_else(|| Refusal::UnknownKey.into())
}

/// Whether what a program has is a licence that was signed with the licence's key, of this one.
async fn check(signing: &Signing, license: &License, has: &[u8]) -> Result<(), Error> {
    let signer = license.terms.signer.ok_or_else(tampered)?;
    let key = signing_key(&signing.service.core, &signing.keys, license.account, signer).await?;
    let believed = verify(has, &key.public()).map_err(|_| tampered())?;
    if believed.id.as_str() == public_id(license) { Ok(()) } else { Err(tampered()) }
}

fn tampered() -> Error {
    Error::new(Code::LicenseTampered, "The signed license is not as it was signed, or is not this one.")
}
