//! The licence file of ours, for new products: JSON, signed with Ed25519, verified in a few lines of any language.
//!
//! ```json
//! {"format":"latchkey-license","version":1,"algorithm":"Ed25519","keyId":"…","payload":"…","signature":"…"}
//! ```
//!
//! `payload` is the base64 of the bytes that are signed (`payload.rs`), so that nobody has to write JSON the same way as we
//! do; `signature` is the base64 of the 64 bytes of Ed25519 over them. `keyId` says which key it is said to be, to choose by,
//! not to trust. `README.md` has the recipes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::content::Content;
use super::keys::{Scheme, SigningKey};
use super::problem::{SigningError, VerifyError};
use super::public::{KeyId, PublicKey};
use super::{bounded, payload};
use crate::random::Random;

/// What `format` says.
pub(super) const FORMAT: &str = "latchkey-license";
const VERSION: u32 = 1;
const ALGORITHM: &str = "Ed25519";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    algorithm: String,
    key_id: String,
    payload: String,
    signature: String,
}

/// `content`, signed with the Ed25519 key `key`.
pub(super) fn sign(content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    let payload = payload::write(content)?;
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        algorithm: ALGORITHM.to_owned(),
        key_id: key.public().id().to_string(),
        signature: STANDARD.encode(key.sign(Scheme::Ed25519, &payload, random)?),
        payload: STANDARD.encode(payload),
    };
    bounded(content, serde_json::to_string(&file).map_err(|_| SigningError::TooLarge)? + "\n")
}

/// The content of `text`, if it is signed with `key`.
pub(super) fn verify(text: &str, key: &PublicKey) -> Result<Content, VerifyError> {
    let Parts { payload, signature, .. } = parts(text)?;
    key.verify(Scheme::Ed25519, &payload, &signature)?;
    payload::read(&payload)
}

/// The content of `text` and the name of the key that it says it is signed with, whoever signed it.
pub(super) fn read(text: &str) -> Result<(Content, KeyId), VerifyError> {
    let Parts { payload, key, .. } = parts(text)?;
    Ok((payload::read(&payload)?, key))
}

struct Parts {
    payload: Vec<u8>,
    signature: Vec<u8>,
    key: KeyId,
}

fn parts(text: &str) -> Result<Parts, VerifyError> {
    let File { format, version, algorithm, key_id, payload, signature } =
        serde_json::from_str(text).map_err(|_| VerifyError::Malformed("it is not a licence file's JSON"))?;
    if format != FORMAT || version != VERSION || algorithm != ALGORITHM {
        return Err(VerifyError::Malformed("it is of another format, version or algorithm than is understood here"));
    }
    let bytes = |base64: &str| STANDARD.decode(base64).map_err(|_| VerifyError::Malformed("a value is not base64"));
    let key = KeyId::parse(&key_id).ok_or(VerifyError::Malformed("its key's name has not the form that it should have"))?;
    Ok(Parts { payload: bytes(&payload)?, signature: bytes(&signature)?, key })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::testing::{content, ed25519, other_ed25519, php, python, random, rsa, small};

    fn signed() -> String {
        sign(&content(), &ed25519(), &random()).unwrap()
    }

    #[test]
    fn what_was_signed_is_read_back() {
        for content in [content(), small()] {
            let text = sign(&content, &ed25519(), &random()).unwrap();
            assert_eq!(verify(&text, &ed25519().public()), Ok(content.clone()), "{text}");
            assert_eq!(read(&text), Ok((content, ed25519().public().id())));
        }
        assert_eq!(verify(&signed(), &other_ed25519().public()), Err(VerifyError::Forged));
        assert_eq!(verify(&signed(), &rsa().public()), Err(VerifyError::WrongKind));
        assert_eq!(sign(&content(), &rsa(), &random()), Err(SigningError::WrongKind("an Ed25519 key")));
    }

    #[test]
    fn the_recipes_agree() {
        const KEY: &str = include_str!("vectors/ed25519.pub.pem");
        let changed = {
            let mut file: serde_json::Value = serde_json::from_str(&signed()).unwrap();
            file["payload"] = STANDARD.encode(payload::write(&small()).unwrap()).into();
            file.to_string()
        };
        let other = sign(&content(), &other_ed25519(), &random()).unwrap();
        for (text, is_valid) in [(signed(), true), (changed, false), (other, false), ("{}".to_owned(), false)] {
            for (valid, said) in [php("verify.php", &text, KEY), python("verify.py", &text, KEY)].into_iter().flatten() {
                assert_eq!(valid, is_valid, "{said}\n{text}");
                assert_eq!(said.contains("\"contactInfo\":\"erika@example.com\""), is_valid, "{said}");
            }
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed_but_in_the_name_of_the_key() {
        let text = sign(&small(), &ed25519(), &random()).unwrap();
        let name = text.find(&ed25519().public().id().to_string()).unwrap();
        for position in (0..text.trim_end().len()).filter(|position| !(name..name + 16).contains(position)) {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(verify(&changed, &ed25519().public()).is_err(), "bit {bit} of byte {position}: {changed}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let text = signed();
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("Ed25519", "none"),
            ("latchkey-license", "latchkey-token"),
            ("{\"format\"", "{\"more\":1,\"format\""),
            ("\"payload\":\"", "\"payload\":\"!"),
            ("\"keyId\":\"", "\"keyId\":\"x"),
        ] {
            assert!(matches!(verify(&text.replacen(from, to, 1), &ed25519().public()), Err(VerifyError::Malformed(_))), "{from}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_verifying_panic(text in "\\PC{0,200}", payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = verify(&text, &ed25519().public());
            let _ = payload::read(&payload);
        }
    }
}
