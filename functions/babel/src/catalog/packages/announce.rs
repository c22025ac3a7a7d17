//! `POST /v1/products/{productId}/releases/{releaseId}/packages` (seed 004 has none: ours).

use axum::extract::State;
use latchkey_core::domain::text::{Line, Slug};
use latchkey_core::ops::announce_package::{Announcement, announce_package};
use latchkey_core::packages::UPLOAD_SECONDS;
use serde::{Deserialize, Serialize};

use super::super::releases::release;
use crate::Catalog;
use crate::body::{Body, text};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::Path;
use crate::wire::{Moment, from_object, number};

/// The package that is going to be uploaded.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct AnnouncePackageRequest {
    package: PackageGiven,
}

/// A package as its vendor announces it.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub(crate) struct PackageGiven {
    /// The name that it is downloaded under. A plugin's or theme's is its slug's.
    file_name: String,
    /// Its length in bytes.
    size: u64,
    /// Its SHA-256: 64 hexadecimal digits.
    sha256: String,
}

from_object! { PackageGiven }

/// Where the package is to be sent.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnnouncePackageAnswer {
    /// What it is published by.
    package_id: i32,
    /// Where to PUT the bytes.
    upload_url: String,
    /// The headers that have to be sent with them, as they are.
    upload_headers: Vec<UploadHeader>,
    /// Until when that works.
    upload_expires_at: Moment,
}

/// A header.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UploadHeader {
    /// Its name.
    name: String,
    /// What it says.
    value: String,
}

/// Announces the package of a release, and says where to send it. What was announced before is no longer good.
pub(crate) async fn handle(
    State(catalog): State<Catalog>,
    caller: Caller,
    Path((product, of)): Path<(i32, i32)>,
    Body(request): Body<AnnouncePackageRequest>,
) -> Result<Answer<AnnouncePackageAnswer>, Error> {
    let of = release(product, of)?;
    let PackageGiven { file_name, size, sha256 } = request.package;
    let new = Announcement { size, sha256, file_name: plain(&file_name)? };
    let core = &catalog.signing.service.core;
    let (package, drafted) = announce_package(core, &catalog.packages, caller.account(), of, new).await?;
    let upload = drafted.upload;
    let header = |(name, value)| UploadHeader { name, value };
    Ok(Answer::new(
        &caller,
        AnnouncePackageAnswer {
            package_id: number(package.get()),
            upload_url: upload.url,
            upload_headers: upload.headers.into_iter().map(header).collect(),
            upload_expires_at: core.now().plus_seconds(i64::try_from(UPLOAD_SECONDS).unwrap_or(0)).into(),
        },
    ))
}

/// A file's name that needs no care wherever it is written: letters, digits, dots, hyphens and underscores.
fn plain(name: &str) -> Result<Line<120>, Error> {
    let name: Slug = text("package.fileName", name)?;
    text("package.fileName", name.as_str())
}
