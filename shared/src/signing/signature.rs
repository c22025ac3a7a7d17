//! The value of a signature as text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::problem::VerifyError;

/// The bytes of `base64`, which may be broken into lines.
pub(super) fn value(base64: &str) -> Result<Vec<u8>, VerifyError> {
    let base64: String = base64.split_ascii_whitespace().collect();
    STANDARD.decode(base64).map_err(|_| VerifyError::Malformed("a value is not base64"))
}
