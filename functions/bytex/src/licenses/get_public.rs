//! `GET /API/Public/v1/Licenses/r1/GetPublic` (seed 001, "/API/Public/v1/Licenses/r1/GetPublic").

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::ladder::entitled;
use latchkey_core::ops::authenticate::authenticate;
use latchkey_core::ops::look_up_key::look_up_key;
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::{Call, allowed};
use crate::error::Error;
use crate::fields::SentKey;

/// What may be told about a key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicBody {
    /// Whether the account has a licence with this key.
    exists: bool,
    /// The key as it was sent.
    key: String,
    /// Whether the licence is valid now.
    is_valid: bool,
    product_sku: Option<String>,
    /// The version of the current release, where there is one.
    latest_public_version_name: Option<String>,
}

/// Tells whether there is such a key, and whether it is valid. What no account, and what another account has, does not exist.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<PublicBody>, Error> {
    let Call { fields, presented } = call;
    let asked = fields.and_then(|fields| fields.license_key());
    let SentKey { text, key } = vendor.understood(&presented, Permission::Read, asked).await?;
    let Vendor { core, credentials, .. } = &vendor;
    let look_up = async {
        match &key {
            Some(key) => look_up_key(core, key).await.map(Some),
            None => Ok(None),
        }
    };
    let (principal, looked_up) = tokio::join!(Box::pin(authenticate(core, credentials, &presented)), Box::pin(look_up));
    let account = allowed(principal, Permission::Read)?.account;
    let grant = looked_up?.and_then(|looked_up| looked_up.seen_by(core, account));
    let response = match grant {
        Some(grant) => of_grant(&vendor, text, &grant).await?,
        None => PublicBody { exists: false, key: text, is_valid: false, product_sku: None, latest_public_version_name: None },
    };
    Ok(Answer { account, response })
}

async fn of_grant(vendor: &Vendor, key: String, grant: &Grant) -> Result<PublicBody, Error> {
    let product = vendor.core.product_of_license(grant.account, grant.product).await?;
    Ok(PublicBody {
        exists: true,
        key,
        is_valid: entitled(grant, vendor.core.now()).is_ok(),
        product_sku: Some(grant.code.to_string()),
        latest_public_version_name: product.current.as_ref().map(|current| current.version.to_string()),
    })
}
