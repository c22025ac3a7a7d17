//! `GET /API/Public/v1/Licenses/r1/Get` (seed 001, "/API/Public/v1/Licenses/r1/Get").

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::ladder::entitled;
use latchkey_core::domain::license::License;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::ops::authenticate::authenticate;
use latchkey_core::ops::look_up_key::{look_up_key, record_of};
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::{Call, allowed};
use crate::error::Error;
use crate::wire;

/// A licence that is valid now.
#[derive(Serialize)]
pub(crate) struct GetBody {
    license: LicenseBody,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseBody {
    product_sku: String,
    /// Nothing where nobody is recorded as the buyer.
    issued_to_identifier: Option<String>,
    valid_from: String,
    valid_until: String,
    is_permanent: bool,
    /// The key itself.
    key_identifier: String,
    /// Always true: a licence that is not valid now is not told.
    is_active: bool,
}

/// Tells the licence that the key opens now, or why it opens none.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<GetBody>, Error> {
    let Call { fields, presented } = call;
    let asked = fields.and_then(|fields| fields.license_key());
    let sent = vendor.understood(&presented, Permission::Read, asked).await?;
    let Vendor { core, credentials, .. } = &vendor;
    let look_up = async {
        match &sent.key {
            Some(key) => look_up_key(core, key).await.map(Some),
            None => Ok(None),
        }
    };
    let (principal, looked_up) = tokio::join!(Box::pin(authenticate(core, credentials, &presented)), Box::pin(look_up));
    let account = allowed(principal, Permission::Read)?.account;
    let grant = looked_up?.and_then(|looked_up| looked_up.seen_by(core, account)).ok_or(Error::Refused(Refusal::UnknownKey))?;
    entitled(&grant, core.now()).map_err(Error::Refused)?;
    let license = record_of(core, &grant).await?;
    Ok(Answer { account, response: GetBody { license: LicenseBody::new(&license, &grant) } })
}

impl LicenseBody {
    fn new(license: &License, grant: &Grant) -> Self {
        Self {
            product_sku: grant.code.to_string(),
            issued_to_identifier: license.customer.map(wire::user),
            valid_from: wire::beginning(license),
            valid_until: wire::end(license.validity.until),
            is_permanent: license.validity.until.is_none(),
            key_identifier: license.key.expose().to_owned(),
            is_active: true,
        }
    }
}
