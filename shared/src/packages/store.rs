//! The bucket.

use std::fmt::{self, Write as _};
use std::io::{Seek, SeekFrom, Write as _};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::package::Package;
use crate::domain::release::Upload;
use crate::fault::{Fault, FaultKind};

/// How long a presigned download lives, in seconds.
pub const DOWNLOAD_SECONDS: u64 = 60;

/// How long a presigned upload may be begun, in seconds.
pub const UPLOAD_SECONDS: u64 = 900;

/// The packages of a deployment.
#[derive(Clone)]
pub struct Packages {
    client: Arc<LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>>,
    bucket: String,
}

/// An address that one file may be uploaded to, with the headers that must be sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedUpload {
    /// Where to send a PUT.
    pub url: String,
    /// What to send with it; other headers are the sender's own business.
    pub headers: Vec<(String, String)>,
}

/// A file that was fetched whole, on local disk.
#[derive(Debug)]
pub struct Fetched {
    /// The file, at its beginning; it vanishes when it is closed.
    pub file: std::fs::File,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Packages {
    /// The packages in `bucket`.
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self::when_needed(move || client, bucket)
    }

    /// The packages in `bucket`, whose client is made by `client` when it is first needed.
    pub fn when_needed(client: impl FnOnce() -> Client + Send + 'static, bucket: impl Into<String>) -> Self {
        Self { client: Arc::new(LazyLock::new(Box::new(client))), bucket: bucket.into() }
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Where an upload of `account` lies, `unique` being used once.
    pub fn upload_key(account: AccountId, unique: ulid::Ulid) -> String {
        format!("uploads/{account}/{unique}")
    }

    /// Where a package lies once it is published, `unique` being used once.
    pub fn package_key(account: AccountId, product: ProductId, release: ReleaseId, unique: ulid::Ulid) -> String {
        format!("packages/{account}/{product}/{release}/{unique}")
    }

    /// An address for uploading just the announced bytes. Signed here, without a call.
    pub async fn presign_upload(&self, upload: &Upload) -> Result<PresignedUpload, Fault> {
        const WHAT: &str = "signing an upload";
        let digest = bytes_of(&upload.sha256).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
        let signed = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&upload.object_key)
            .content_length(i64::try_from(upload.size).unwrap_or(i64::MAX))
            .checksum_sha256(STANDARD.encode(digest))
            .presigned(lifetime(UPLOAD_SECONDS)?)
            .await
            .map_err(|error| Fault::caused(FaultKind::Denied, WHAT, error))?;
        // Every client states the length by itself; it is signed all the same.
        let headers = signed.headers().filter(|(name, _)| *name != "content-length");
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(PresignedUpload { url: signed.uri().to_owned(), headers })
    }

    /// An address for downloading a package once or a few times within [`DOWNLOAD_SECONDS`], under `file_name`. Signed here,
    /// without a call.
    pub async fn presign_download(&self, package: &Package, file_name: &str) -> Result<String, Fault> {
        const WHAT: &str = "signing a download";
        let signed = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(&package.object_key)
            .response_content_type("application/octet-stream")
            .response_content_disposition(attachment(file_name))
            .presigned(lifetime(DOWNLOAD_SECONDS)?)
            .await
            .map_err(|error| Fault::caused(FaultKind::Denied, WHAT, error))?;
        Ok(signed.uri().to_owned())
    }

    /// Copies an upload to where packages lie; nothing where there is no such upload.
    pub async fn copy(&self, from: &str, to: &str) -> Result<Option<()>, Fault> {
        let copied = self.client.copy_object().bucket(&self.bucket).key(to).copy_source(format!("{}/{from}", self.bucket)).send();
        found(copied.await, "copying an upload").map(|copied| copied.map(|_| ()))
    }

    /// Fetches an object whole; nothing where there is none. One of more than `most` bytes is not read to its end, and comes
    /// without a digest.
    pub async fn fetch(&self, key: &str, most: u64) -> Result<Option<Fetched>, Fault> {
        const WHAT: &str = "fetching a package";
        let answer = self.client.get_object().bucket(&self.bucket).key(key).send().await;
        let Some(mut answer) = found(answer, WHAT)? else { return Ok(None) };
        let io = |error| Fault::caused(FaultKind::Unavailable, WHAT, error);
        let mut file = tempfile::tempfile().map_err(io)?;
        let mut hash = Sha256::new();
        let mut size = 0_u64;
        while let Some(chunk) = answer.body.next().await {
            let chunk = chunk.map_err(|error| Fault::caused(FaultKind::Unavailable, WHAT, error))?;
            size = size.saturating_add(chunk.len() as u64);
            if size > most {
                return Ok(Some(Fetched { file, size, sha256: String::new() }));
            }
            hash.update(&chunk);
            file.write_all(&chunk).map_err(io)?;
        }
        if answer.content_length.and_then(|length| u64::try_from(length).ok()) != Some(size) {
            return Err(Fault::new(FaultKind::Unavailable, "a package was cut short on its way"));
        }
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(Some(Fetched { file, size, sha256: hex(&hash.finalize()) }))
    }

    /// Deletes an object. What is not there is deleted already.
    pub async fn delete(&self, key: &str) -> Result<(), Fault> {
        let deleted = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
        found(deleted, "deleting an upload").map(|_| ())
    }
}

impl fmt::Debug for Packages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packages").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

/// The answer, or nothing where the store says that there is no such object.
fn found<T, E, R>(answer: Result<T, SdkError<E, R>>, what: &'static str) -> Result<Option<T>, Fault>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: fmt::Debug + Send + Sync + 'static,
{
    let error = match answer {
        Ok(value) => return Ok(Some(value)),
        Err(error) => error,
    };
    let kind = match error.as_service_error().map(|error| error.code().unwrap_or_default()) {
        Some("NoSuchKey" | "NotFound") => return Ok(None),
        Some("SlowDown" | "TooManyRequests") => FaultKind::Throttled,
        Some("AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "NoSuchBucket" | "ExpiredToken") => FaultKind::Denied,
        Some(_) | None => FaultKind::Unavailable,
    };
    Err(Fault::caused(kind, what, error))
}

fn lifetime(seconds: u64) -> Result<PresigningConfig, Fault> {
    PresigningConfig::expires_in(Duration::from_secs(seconds))
        .map_err(|error| Fault::caused(FaultKind::Corrupt, "signing an address", error))
}

/// The header that names a download (RFC 6266): in ASCII, and once more in full where that is not enough.
fn attachment(file_name: &str) -> String {
    let ascii: String =
        file_name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' { c } else { '_' }).collect();
    let mut header = format!("attachment; filename=\"{ascii}\"");
    if ascii != file_name {
        header.push_str("; filename*=UTF-8\'\'");
        for byte in file_name.bytes() {
            // Writing to a text cannot fail.
            let _ = if byte.is_ascii_alphanumeric() { write!(header, "{}", char::from(byte)) } else { write!(header, "%{byte:02X}") };
        }
    }
    header
}

/// Whether `text` is a SHA-256 in 64 lower-case hexadecimal digits.
pub fn is_digest(text: &str) -> bool {
    bytes_of(text).is_some_and(|bytes| hex(&bytes) == text)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_named_in_ascii_and_in_full() {
        assert_eq!(attachment("test-plugin.zip"), "attachment; filename=\"test-plugin.zip\"");
        assert_eq!(attachment("ü\".exe"), "attachment; filename=\"__.exe\"; filename*=UTF-8\'\'%C3%BC%22%2Eexe");
    }

    #[test]
    fn a_digest_is_sixty_four_hexadecimal_digits() {
        let bytes = [0xab; 32];
        assert_eq!(bytes_of(&hex(&bytes)), Some(bytes));
        for text in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"+f".repeat(32)] {
            assert!(!is_digest(text), "{text}");
        }
    }
}
