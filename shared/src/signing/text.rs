//! The forms "ASCII" and "BASE32": a signed licence as text that survives mail, forms and paper.
//!
//! Both hold the same bytes:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 1 | how it is signed: 1 Ed25519, 2 RSASSA-PKCS1-v1_5 over SHA-256 |
//! | 8 | the key's name: the first 8 bytes of the SHA-256 of its DER `SubjectPublicKeyInfo` |
//! | 4 | the payload's length, big-endian |
//! | … | the payload (`payload.rs`) |
//! | … | the signature of all bytes before it |
//!
//! - ASCII: their base64 in lines of 64 characters, between `-----BEGIN LATCHKEY LICENSE-----` and `-----END LATCHKEY LICENSE-----`.
//! - BASE32: their base 32 with Crockford's alphabet (no I, L, O, U; read without regard to case, `O` as 0, `I` and `L` as 1),
//!   in groups of 5 with hyphens between, ten groups a line. White space and hyphens do not matter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::content::Content;
use super::keys::{Scheme, SigningKey};
use super::problem::{SigningError, VerifyError};
use super::public::{KeyId, PublicKey};
use super::{bounded, payload, signature};
use crate::random::Random;

const VERSION: u8 = 1;
pub(super) const BEGIN: &str = "-----BEGIN LATCHKEY LICENSE-----";
const END: &str = "-----END LATCHKEY LICENSE-----";
const LINE: usize = 64;
const HEAD: usize = 14;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 5;
const GROUPS: usize = 10;

/// `content` in the form ASCII, signed with `key`.
pub(super) fn sign_ascii(content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    let base64 = STANDARD.encode(write(content, key, random)?);
    let lines = base64.as_bytes().chunks(LINE).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
    bounded(content, format!("{BEGIN}\n{lines}\n{END}\n"))
}

/// `content` in the form BASE32, signed with `key`.
pub(super) fn sign_base32(content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    let digits = to_base32(&write(content, key, random)?);
    let groups: Vec<_> = digits.as_bytes().chunks(GROUP).map(String::from_utf8_lossy).collect();
    let lines: Vec<_> = groups.chunks(GROUPS).map(|groups| groups.join("-")).collect();
    bounded(content, lines.join("\n") + "\n")
}

/// The content of `text` in the form ASCII, if it is signed with `key`.
pub(super) fn verify_ascii(text: &str, key: &PublicKey) -> Result<Content, VerifyError> {
    verify(&of_ascii(text)?, key)
}

/// The content of `text` in the form BASE32, if it is signed with `key`.
pub(super) fn verify_base32(text: &str, key: &PublicKey) -> Result<Content, VerifyError> {
    verify(&of_base32(text)?, key)
}

/// The content of `text` and the name of the key that it says it is signed with, whoever signed it.
pub(super) fn read_ascii(text: &str) -> Result<(Content, KeyId), VerifyError> {
    read(&of_ascii(text)?)
}

/// The same in the form BASE32.
pub(super) fn read_base32(text: &str) -> Result<(Content, KeyId), VerifyError> {
    read(&of_base32(text)?)
}

/// Whether `text` could be in the form BASE32.
pub(super) fn is_base32(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| is_between(c) || digit(c).is_some())
}

fn write(content: &Content, key: &SigningKey, random: &Random) -> Result<Vec<u8>, SigningError> {
    let payload = payload::write(content)?;
    let scheme = key.usual_scheme();
    let length = u32::try_from(payload.len()).map_err(|_| SigningError::TooLarge)?;
    let mut bytes = vec![VERSION, if scheme == Scheme::Ed25519 { 1 } else { 2 }];
    bytes.extend(key.public().id().0);
    bytes.extend(length.to_be_bytes());
    bytes.extend(payload);
    let signature = key.sign(scheme, &bytes, random)?;
    bytes.extend(signature);
    Ok(bytes)
}

fn verify(bytes: &[u8], key: &PublicKey) -> Result<Content, VerifyError> {
    let Parts { signed, scheme, payload, signature, .. } = parts(bytes)?;
    key.verify(scheme, signed, signature)?;
    payload::read(payload)
}

fn read(bytes: &[u8]) -> Result<(Content, KeyId), VerifyError> {
    let Parts { payload, key, .. } = parts(bytes)?;
    Ok((payload::read(payload)?, key))
}

struct Parts<'a> {
    signed: &'a [u8],
    scheme: Scheme,
    key: KeyId,
    payload: &'a [u8],
    signature: &'a [u8],
}

fn parts(bytes: &[u8]) -> Result<Parts<'_>, VerifyError> {
    const SHORT: VerifyError = VerifyError::Malformed("it is not whole");
    let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or(SHORT)?;
    let [version, scheme, key @ .., l0, l1, l2, l3] = *head;
    let scheme = match (version, scheme) {
        (VERSION, 1) => Scheme::Ed25519,
        (VERSION, 2) => Scheme::RsaSha256,
        _ => return Err(VerifyError::Malformed("it is of another version, or signed otherwise, than is understood here")),
    };
    let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).map_err(|_| SHORT)?;
    let (payload, signature) = rest.split_at_checked(length).ok_or(SHORT)?;
    Ok(Parts { signed: &bytes[..HEAD + length], scheme, key: KeyId(key), payload, signature })
}

fn of_ascii(text: &str) -> Result<Vec<u8>, VerifyError> {
    let inside = text.trim().strip_prefix(BEGIN).and_then(|text| text.strip_suffix(END));
    signature::value(inside.ok_or(VerifyError::Malformed("its first or its last line is missing"))?)
}

fn to_base32(bytes: &[u8]) -> String {
    let groups = bytes.chunks(5).flat_map(|chunk| {
        let mut padded = [0; 8];
        padded[3..3 + chunk.len()].copy_from_slice(chunk);
        let number = u64::from_be_bytes(padded);
        let digits = (chunk.len() * 8).div_ceil(5);
        (0..digits).map(move |position| char::from(DIGITS[usize::try_from(number >> (35 - 5 * position) & 31).unwrap_or(0)]))
    });
    groups.collect()
}

fn of_base32(text: &str) -> Result<Vec<u8>, VerifyError> {
    const FORM: VerifyError = VerifyError::Malformed("it holds a character that has no place in this form");
    let digits: Vec<u8> = text.chars().filter(|c| !is_between(*c)).map(digit).collect::<Option<_>>().ok_or(FORM)?;
    let mut bytes = Vec::with_capacity(digits.len() * 5 / 8);
    for chunk in digits.chunks(8) {
        let number = chunk.iter().enumerate().fold(0, |number, (position, digit)| number | u64::from(*digit) << (35 - 5 * position));
        let padded = number.to_be_bytes();
        let length = chunk.len() * 5 / 8;
        // What is left over of the last digit is 0, and less than a digit: each byte string has one text.
        if padded[3 + length..].iter().any(|byte| *byte != 0) || (length * 8).div_ceil(5) != chunk.len() {
            return Err(VerifyError::Malformed("it is not whole"));
        }
        bytes.extend(&padded[3..3 + length]);
    }
    Ok(bytes)
}

fn is_between(c: char) -> bool {
    c == '-' || c.is_ascii_whitespace()
}

fn digit(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    DIGITS.iter().position(|digit| char::from(*digit) == c).and_then(|position| u8::try_from(position).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::testing::{content, ed25519, other_ed25519, other_rsa, python, random, rsa, small};

    #[test]
    fn what_was_signed_is_read_back() {
        for (key, other, wrong) in [(rsa(), other_rsa(), ed25519()), (ed25519(), other_ed25519(), rsa())] {
            for content in [content(), small()] {
                let ascii = sign_ascii(&content, &key, &random()).unwrap();
                assert_eq!(verify_ascii(&ascii, &key.public()), Ok(content.clone()), "{ascii}");
                assert_eq!(verify_ascii(&ascii.replace('\n', "\r\n"), &key.public()), Ok(content.clone()));
                assert_eq!(verify_ascii(&ascii, &other.public()), Err(VerifyError::Forged));
                assert_eq!(verify_ascii(&ascii, &wrong.public()), Err(VerifyError::WrongKind));
                assert_eq!(read_ascii(&ascii), Ok((content.clone(), key.public().id())));

                let base32 = sign_base32(&content, &key, &random()).unwrap();
                assert_eq!(verify_base32(&base32, &key.public()), Ok(content.clone()), "{base32}");
                let typed = base32.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
                assert_eq!(verify_base32(&typed, &key.public()), Ok(content.clone()), "{typed}");
                assert_eq!(verify_base32(&base32, &other.public()), Err(VerifyError::Forged));
                assert_eq!(read_base32(&base32), Ok((content, key.public().id())));
            }
        }
    }

    #[test]
    fn the_recipe_agrees() {
        for (key, pem) in [(rsa(), include_str!("vectors/rsa.pub.pem")), (ed25519(), include_str!("vectors/ed25519.pub.pem"))] {
            let other = other_rsa();
            let texts = [(&key, true), (&other, false)].into_iter().flat_map(|(key, is_valid)| {
                let signed = [sign_ascii(&content(), key, &random()), sign_base32(&content(), key, &random())];
                signed.map(|text| (text.unwrap(), is_valid))
            });
            for (text, is_valid) in texts {
                let Some((valid, said)) = python("verify_text.py", &text, pem) else { return };
                assert_eq!(valid, is_valid, "{said}\n{text}");
                assert_eq!(said.contains("\"contactInfo\":\"erika@example.com\""), is_valid, "{said}");
            }
        }
    }

    #[test]
    fn the_texts_look_as_documented() {
        let ascii = sign_ascii(&small(), &ed25519(), &random()).unwrap();
        let lines: Vec<&str> = ascii.lines().collect();
        assert_eq!((lines[0], lines[lines.len() - 1]), (BEGIN, END));
        assert!(lines[1..lines.len() - 2].iter().all(|line| line.len() == 64), "{ascii}");
        let base32 = sign_base32(&small(), &ed25519(), &random()).unwrap();
        let first = base32.lines().next().unwrap();
        assert_eq!(first.split('-').map(str::len).collect::<Vec<_>>(), [5; 10], "{base32}");
        assert!(is_base32(&base32) && !is_base32(&ascii) && !is_base32(""));
    }

    #[test]
    fn every_flipped_bit_is_noticed_or_changes_nothing() {
        for (key, of) in [(ed25519(), "Ed25519"), (rsa(), "RSA")] {
            let public = key.public();
            let bytes = write(&small(), &key, &random()).unwrap();
            for position in 0..bytes.len() {
                for bit in 0..8 {
                    let mut changed = bytes.clone();
                    changed[position] ^= 1 << bit;
                    assert!(verify(&changed, &public).is_err(), "{of}: bit {bit} of byte {position}");
                }
            }
            let ascii = sign_ascii(&small(), &key, &random()).unwrap();
            for position in 0..ascii.trim_end().len() {
                let mut changed = ascii.clone().into_bytes();
                changed[position] ^= 1;
                assert!(verify_ascii(&String::from_utf8(changed).unwrap(), &public).is_err(), "{of}: byte {position}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_added_is_noticed() {
        let bytes = write(&small(), &ed25519(), &random()).unwrap();
        for length in 0..bytes.len() {
            assert!(verify(&bytes[..length], &ed25519().public()).is_err(), "{length} bytes");
        }
        assert!(verify(&[&bytes[..], &[0]].concat(), &ed25519().public()).is_err());
        for text in [BEGIN.to_owned(), format!("{BEGIN}{END}"), format!("{BEGIN}\n!!!!\n{END}"), "-----BEGIN LATCHKEY".to_owned()] {
            assert!(matches!(verify_ascii(&text, &ed25519().public()), Err(VerifyError::Malformed(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn all_bytes_are_base32_and_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = to_base32(&bytes);
            prop_assert_eq!(text.len(), (bytes.len() * 8).div_ceil(5));
            prop_assert_eq!(of_base32(&text), Ok(bytes));
        }

        #[test]
        fn a_text_of_base32_is_the_only_one_for_its_bytes(text in "[0-9A-HJKMNP-TV-Z]{0,40}") {
            if let Ok(bytes) = of_base32(&text) {
                prop_assert_eq!(to_base32(&bytes), text);
            }
        }

        #[test]
        fn no_text_and_no_bytes_make_verifying_panic(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = verify_base32(&text, &ed25519().public());
            let _ = verify_ascii(&format!("{BEGIN}{text}{END}"), &ed25519().public());
            let _ = verify(&bytes, &ed25519().public());
            let _ = read(&[&[1, 1][..], &bytes].concat());
        }
    }
}
