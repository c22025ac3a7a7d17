//! Signature keys as vendors hand them in: made here where nothing is given, else read from a file's text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::resource::KeyType;
use crate::fault::{Fault, FaultKind};
use crate::signing::{KeyKind, MAX_KEY_FILE, SigningKey};

/// A signature key as it is handed in.
#[derive(Clone, Copy)]
pub(super) struct KeyFile<'a> {
    /// Of which type it has to be.
    pub(super) of: KeyType,
    /// The file: a PEM text, or the base64 of a file. Where it is empty, a key is made.
    pub(super) data: &'a str,
    /// The form that it is said to be in, in any case; where nothing is said it is told from the file.
    pub(super) format: Option<&'a str>,
    /// What opens a PFX.
    pub(super) password: &'a str,
}

/// Makes or reads a signature key, off the async threads: making one takes from half a second to some seconds, and a PFX is
/// opened by a derivation that is slow on purpose.
pub(super) async fn signature_key(core: &Core, file: KeyFile<'_>) -> Result<SigningKey, Rejected> {
    let KeyFile { of, data, format, password } = file;
    let (data, format, password) = (data.trim().to_owned(), format.map(str::to_owned), password.to_owned());
    let random = core.random.clone();
    let work = move || {
        if data.is_empty() {
            let kind = match of {
                KeyType::Rsa => KeyKind::Rsa2048,
                KeyType::Ed25519 => KeyKind::Ed25519,
            };
            return SigningKey::generate(kind, &random).map_err(|error| Fault::corrupt("making a signature key", error).into());
        }
        read(of, &data, format.as_deref(), &password)
    };
    let key = tokio::task::spawn_blocking(work).await;
    key.map_err(|error| Fault::caused(FaultKind::Unavailable, "making a signature key", error))?
}

fn read(of: KeyType, data: &str, format: Option<&str>, password: &str) -> Result<SigningKey, Rejected> {
    let refused = |problem: &'static str| Rejected::KeyFile(problem.to_owned());
    // In base64 a file is a third longer; line breaks may be in it.
    if data.len() > 2 * MAX_KEY_FILE {
        return Err(refused("it is too large to be a key"));
    }
    let file = if data.starts_with("-----BEGIN ") {
        data.as_bytes().to_vec()
    } else {
        let base64: String = data.split_ascii_whitespace().collect();
        STANDARD.decode(base64).map_err(|_| refused("it is neither PEM nor the base64 of a file"))?
    };
    let told = match file.as_slice() {
        [b'-', ..] => "PEM",
        [0x30, ..] => "PFX",
        _ => "SNK",
    };
    let format = format.filter(|format| !format.is_empty()).unwrap_or(told);
    let key = if format.eq_ignore_ascii_case("PEM") {
        let text = String::from_utf8(file).map_err(|_| refused("it is not a key in this form"))?;
        SigningKey::from_pem(&text)
    } else if format.eq_ignore_ascii_case("PFX") {
        SigningKey::from_pfx(&file, password)
    } else if format.eq_ignore_ascii_case("SNK") {
        SigningKey::from_snk(&file)
    } else {
        return Err(refused("keys are read from PEM, PFX and SNK"));
    };
    let key = key.map_err(|error| Rejected::KeyFile(error.to_string()))?;
    let is_rsa = key.public().to_xml().is_some();
    match (of, is_rsa) {
        (KeyType::Rsa, true) | (KeyType::Ed25519, false) => Ok(key),
        (KeyType::Rsa, false) => Err(refused("it is an Ed25519 key, and the resource's type is RSA")),
        (KeyType::Ed25519, true) => Err(refused("it is an RSA key, and the resource's type is Ed25519")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../signing/vectors/rsa-pkcs1.pem");
    const PFX: &[u8] = include_bytes!("../signing/vectors/rsa.pfx");
    const SNK: &[u8] = include_bytes!("../signing/vectors/rsa.snk");

    fn problem(read: Result<SigningKey, Rejected>) -> String {
        read.unwrap_err().to_string()
    }

    #[test]
    fn a_key_is_the_same_from_pem_pfx_and_snk_whether_its_form_is_named_or_not() {
        let (pfx, snk) = (STANDARD.encode(PFX), STANDARD.encode(SNK));
        let public = read(KeyType::Rsa, PEM, None, "").unwrap().public();
        for (data, format) in [(PEM, "pem"), (&pfx, "PFX"), (&snk, "snk"), (&pfx, ""), (&snk, ""), (&STANDARD.encode(PEM), "PEM")] {
            for format in [Some(format), None] {
                assert_eq!(read(KeyType::Rsa, data, format, "a-password").unwrap().public(), public, "{format:?}");
            }
        }
    }

    #[test]
    fn what_is_no_such_key_says_why_and_nothing_of_the_file() {
        let pfx = STANDARD.encode(PFX);
        assert!(problem(read(KeyType::Rsa, &pfx, Some("PFX"), "another")).contains("does not open with this password"));
        assert!(problem(read(KeyType::Rsa, "not base64!", None, "")).contains("neither PEM nor the base64"));
        assert!(problem(read(KeyType::Rsa, PEM, Some("DOC"), "")).contains("PEM, PFX and SNK"));
        assert!(problem(read(KeyType::Ed25519, PEM, None, "")).contains("the resource's type is Ed25519"));
        assert!(problem(read(KeyType::Rsa, &"A".repeat(2 * MAX_KEY_FILE + 1), None, "")).contains("too large"));
        assert!(problem(read(KeyType::Rsa, "AAAA", None, "")).contains("not a key in this form"));
    }
}
