//! `GET /API/Public/v1/Accounts/r1/GetProductLicenses` (seed 001, "/API/Public/v1/Accounts/r1/GetProductLicenses").

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::ladder::holds;
use latchkey_core::domain::license::License;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::authenticate::authenticate_and_read;
use latchkey_core::ops::customer_licenses::{begin_customer_licenses, customer_licenses};
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::{Call, allowed};
use crate::error::Error;
use crate::wire;

/// All licences that a user has for a product.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicensesBody {
    licenses: Vec<LicenseBody>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", schema(as = ProductLicense))]
struct LicenseBody {
    internal_user_identifier: Option<String>,
    from: String,
    until: String,
    /// Whether the licence is valid now.
    is_active: bool,
    /// Nothing where it was issued without an order.
    order_identifier: Option<String>,
    license_identifier: String,
    license_key: String,
}

/// Lists the licences, valid or not.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<LicensesBody>, Error> {
    let Call { fields, presented } = call;
    let asked = fields.and_then(|fields| fields.user_and_sku());
    let (user, sku) = vendor.understood(&presented, Permission::Read, asked).await?;
    let Vendor { core, credentials, .. } = &vendor;
    let read = |account| begin_customer_licenses(core, account, user, &sku);
    let (principal, begun) = authenticate_and_read(core, credentials, &presented, read).await?;
    let principal = allowed(Ok(principal), Permission::Read)?;
    let licenses = customer_licenses(core, begun?).await?;
    let now = core.now();
    let licenses = licenses.iter().map(|license| LicenseBody::new(license, now)).collect();
    Ok(Answer { account: principal.account, response: LicensesBody { licenses } })
}

impl LicenseBody {
    fn new(license: &License, now: Timestamp) -> Self {
        Self {
            internal_user_identifier: license.customer.map(wire::user),
            from: wire::beginning(license),
            until: wire::end(license.validity.until),
            is_active: holds(license.state.standing(), &license.validity, now).is_ok(),
            order_identifier: license.order_line.map(|line| wire::order(line.order)),
            license_identifier: wire::license(license.id),
            license_key: license.key.expose().to_owned(),
        }
    }
}
