//! The S3 server: files below a folder, behind signatures.

use std::path::Path;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;

use crate::stack::StackError;
use latchkey_core::local::{ACCESS_KEY, BUCKET, SECRET_KEY};

/// The S3 server. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Objects(S3Service);

impl Objects {
    /// A server over `folder`, with the bucket in it.
    pub(crate) fn open(folder: &Path) -> Result<Self, StackError> {
        let bucket = folder.join(BUCKET);
        std::fs::create_dir_all(&bucket).map_err(|source| StackError::File { path: bucket, source })?;
        let files = FileSystem::new(folder).map_err(|error| StackError::Objects(format!("{error:?}")))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        Ok(Self(service.build()))
    }

    /// Answers a request.
    pub(crate) async fn call(&self, request: Request<Body>) -> Response {
        match self.0.call(request.map(s3s::Body::http_body_unsync)).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                tracing::error!(?error, "the S3 server failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
