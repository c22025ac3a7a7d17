//! Packages: the files that releases carry. The only code that knows S3.
//!
//! | object | written by | read by |
//! |---|---|---|
//! | `uploads/{account}/{ulid}` | the vendor, through a presigned PUT that fixes length and SHA-256 | publishing |
//! | `packages/{account}/{product}/{release}/{ulid}` | publishing, as a copy of an upload, never twice under one name | customers' software, through a presigned GET |
//!
//! Nobody outside can write below `packages/`, so what was verified there stays as it was (reliability I9). Bytes never pass
//! through a function on their way to a customer.

pub mod archive;
pub mod inspect;
pub mod readme;
mod store;

pub use self::store::{DOWNLOAD_SECONDS, Fetched, Packages, PresignedUpload, UPLOAD_SECONDS, hex, is_digest};
