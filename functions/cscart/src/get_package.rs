//! `GET /index.php` (seed 000, `url`): `?dispatch=product_packages.get_package&package_id=…&product_id=…&license_number=…`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use http::{StatusCode, Uri};
use latchkey_core::domain::ids::{PackageId, ProductId};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::http::{Note, Params};
use latchkey_core::ops::download_package::{DownloadPackage, download_package};

use crate::Api;
use crate::error::Error;
use crate::packages::DISPATCH;

/// Redirects whoever has a licence's key to one of its product's packages, for a minute.
pub(crate) async fn handle(State(api): State<Api>, uri: Uri) -> Result<Response, Error> {
    let params = Params::of_query(&uri);
    if params.get("dispatch") != Some(DISPATCH) {
        return Err(Error::NotFound(Some("dispatch names no page")));
    }
    let [package, product, key] = params
        .require(["package_id", "product_id", "license_number"])
        .map_err(|missing| Error::bad(format!("Missing parameters: {}", missing.join(", "))))?;
    let key = LicenseKey::parse(key).map_err(|_| Error::Refused(Refusal::UnknownKey))?;
    let package = PackageId::parse(package).ok_or_else(|| Error::bad("package_id must be a number"))?;
    let product = ProductId::parse(product).ok_or_else(|| Error::bad("product_id must be a number"))?;
    let ask = DownloadPackage { key: &key, product, package };
    let redeemed = download_package(&api.core, &api.downloads, ask).await?;
    // The address holds the key: it is neither kept nor told on.
    let headers = [(LOCATION, redeemed.url), (CACHE_CONTROL, "no-store".to_owned()), (REFERRER_POLICY, "no-referrer".to_owned())];
    let mut response = (StatusCode::FOUND, headers).into_response();
    response.extensions_mut().insert(Note { account: Some(redeemed.account), outcome: "ok", fault: None });
    Ok(response)
}
