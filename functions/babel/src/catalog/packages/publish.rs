//! `POST /v1/products/{productId}/releases/{releaseId}/packages/{packageId}/publish` (seed 004 has none: ours).

use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use latchkey_core::domain::ids::PackageId;
use latchkey_core::http::Params;
use latchkey_core::ops::announce_package::publish_package;
use latchkey_core::ops::notify_sites::{NotNotified, Subject, notify_sites};
use latchkey_core::ops::rejected::Thing;
use serde::Serialize;

use super::super::releases::release;
use crate::Catalog;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::{Path, id};

/// `notify`: whether the sites are to be told.
pub(crate) struct Notify(bool);

/// A release that is public now.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct PublishPackageAnswer {
    /// Whether its sites are being told. Where they were to be and are not, `message` says why; the release is public all the same.
    notified: bool,
}

/// Publishes a package that was uploaded: from now on it can be fetched, and is offered where its version is the newest. With `notify`
/// the sites are told of it.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path((product, of, package)): Path<(i32, i32, i32)>,
    Notify(is_to_notify): Notify,
) -> Result<Answer<PublishPackageAnswer>, Error> {
    let (of, package) = (release(product, of)?, id(package, PackageId::new, Thing::Package)?);
    let (core, account) = (&catalog.signing.service.core, caller.account());
    publish_package(core, &catalog.packages, account, of, package).await?;
    if !is_to_notify {
        return Ok(Answer::new(&caller, PublishPackageAnswer { notified: false }));
    }
    let subject = Subject { account, product: of.product, release: of.release };
    // It was published: what comes now must not read as if it was not.
    let (notified, why) = match notify_sites(core, &catalog.notices.pushes, subject).await {
        Ok(_) => (true, String::new()),
        Err(NotNotified::Fault(fault)) => {
            tracing::error!(%fault, "a release is public, and its sites are not told");
            (false, "The release is public. Its sites are not being told: begin that by a POST to its notification.".to_owned())
        }
        Err(not) => (false, format!("The release is public. Its sites are not told: {not}.")),
    };
    Ok(Answer::new(&caller, PublishPackageAnswer { notified }).saying(why))
}

impl<S: Sync> FromRequestParts<S> for Notify {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        match Params::of_query(&parts.uri).ignoring_case().get("notify").map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(Self(false)),
            Some("true") => Ok(Self(true)),
            Some(_) => Err(Error::parameter("notify", "it is true or false")),
        }
    }
}
