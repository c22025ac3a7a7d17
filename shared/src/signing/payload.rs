//! The content of a signed licence as JSON: what the forms of ours sign.
//!
//! `{"version":1,"license":{…}}`, without white space, UTF-8. Who verifies takes the bytes as they stand: there is no
//! canonical form to agree on.

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::problem::{SigningError, VerifyError};
use super::{MAX_BYTES, bounded_content};

/// The version of this form.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    license: &'a Content,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    version: u32,
    license: Content,
}

/// The bytes for `content`.
pub(super) fn write(content: &Content) -> Result<Vec<u8>, SigningError> {
    bounded_content(content)?;
    serde_json::to_vec(&Written { version: VERSION, license: content }).map_err(|_| SigningError::TooLarge)
}

/// The content that `bytes` stand for. A member that is not known is refused: it might restrict the licence.
pub(super) fn read(bytes: &[u8]) -> Result<Content, VerifyError> {
    if bytes.len() > MAX_BYTES {
        return Err(VerifyError::TooLarge);
    }
    let Read { version, license } =
        serde_json::from_slice(bytes).map_err(|_| VerifyError::Malformed("what it says is not understood here"))?;
    if version != VERSION {
        return Err(VerifyError::Malformed("it is of a later version than is understood here"));
    }
    if license.is_bounded() { Ok(license) } else { Err(VerifyError::TooLarge) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::testing::{content, small};

    #[test]
    fn the_form_is_the_documented_one() {
        let text = String::from_utf8(write(&small()).unwrap()).unwrap();
        assert_eq!(text, r#"{"version":1,"license":{"id":"licE719B","issueDate":"2026-11-22T04:47:26Z","type":"Enterprise"}}"#);
        let readme = include_str!("README.md");
        assert!(readme.contains(&text), "README.md shows another form than {text}");
        let text = String::from_utf8(write(&content()).unwrap()).unwrap();
        for member in ["expireDate", "supportExpireDate", "mode", "maxSites", "contactInfo", "components", "features", "restrictions"] {
            assert!(text.contains(&format!("\"{member}\":")) && readme.contains(&format!("`{member}`")), "{member}");
        }
    }

    #[test]
    fn what_is_written_is_read_and_what_is_not_known_is_refused() {
        for content in [content(), small()] {
            assert_eq!(read(&write(&content).unwrap()), Ok(content));
        }
        let text = String::from_utf8(write(&small()).unwrap()).unwrap();
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("\"version\":1,", ""),
            ("{\"version\"", "{\"color\":1,\"version\""),
            ("\"type\"", "\"color\":1,\"type\""),
            ("\"type\"", "\"id\":\"twice\",\"type\""),
            ("Enterprise", "Enter\\tprise"),
            ("}}", "}} x"),
        ] {
            assert!(read(text.replacen(from, to, 1).as_bytes()).is_err(), "{from} {to}");
        }
        assert_eq!(read(&vec![b' '; MAX_BYTES + 1]), Err(VerifyError::TooLarge));
    }
}
