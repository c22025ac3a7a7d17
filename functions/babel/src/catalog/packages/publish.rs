//! `POST /v1/products/{productId}/releases/{releaseId}/packages/{packageId}/publish` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::domain::ids::PackageId;
use latchkey_core::ops::announce_package::publish_package;
use latchkey_core::ops::rejected::Thing;

use super::super::releases::release;
use crate::Catalog;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Publishes a package that was uploaded: from now on it can be fetched, and is offered where its version is the newest.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path((product, of, package)): Path<(i32, i32, i32)>,
) -> Result<Answer<Done>, Error> {
    let (of, package) = (release(product, of)?, id(package, PackageId::new, Thing::Package)?);
    publish_package(&catalog.signing.service.core, &catalog.packages, caller.account(), of, package).await?;
    Ok(Answer::done(&caller))
}
