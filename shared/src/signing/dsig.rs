//! The form "XML DSig": the same `Licenses` element with an enveloped XML signature of the W3C
//! (<https://www.w3.org/TR/xmldsig-core1/>), which the libraries of most platforms verify.
//!
//! One sort of signature is written and accepted: exclusive canonicalisation 1.0, RSASSA-PKCS1-v1_5 over SHA-256, one
//! reference, to the whole document (`URI=""`) without the signature. The `SignedInfo` that must stand there follows from the
//! document's digest, so it is made anew and compared: no choice in a file is ever followed. A `KeyInfo` is passed over.
//!
//! Why not a crate: those that sign (`xml-sec`, `bergshamra`) bring 190 and 260 others, most for what must not be accepted
//! here. What is left without them is the sorting of attributes and the escaping of nine characters (`tree.rs`), which a test
//! holds against an independent verifier.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::content::Content;
use super::elements;
use super::keys::{Scheme, SigningKey};
use super::problem::{SigningError, VerifyError};
use super::public::PublicKey;
use super::tree::{Element, Style};
use super::{bounded, signature};
use crate::random::Random;

pub(super) const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// `content`, signed with the RSA key `key`. The text is to be saved as UTF-8.
pub(super) fn sign(content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    let root = Element::new("Licenses").holding(elements::write(content));
    let info = signed_info(&root);
    let value = key.sign(Scheme::RsaSha256, info.clone().with("xmlns", NAMESPACE).write(Style::Canonical).as_bytes(), random)?;
    let value = Element::new("SignatureValue").saying(STANDARD.encode(value));
    let signature = Element::new("Signature").with("xmlns", NAMESPACE).holding(info).holding(value);
    let text = root.holding(signature).write(Style::Canonical);
    bounded(content, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n"))
}

/// The content of `text`, if it is signed with `key`.
pub(super) fn verify(text: &str, key: &PublicKey) -> Result<Content, VerifyError> {
    let (root, info, value) = parts(text)?;
    let expected = signed_info(&root).with("xmlns", NAMESPACE).write(Style::Canonical);
    if info.with("xmlns", NAMESPACE).write(Style::Canonical) != expected {
        return Err(VerifyError::Forged);
    }
    key.verify(Scheme::RsaSha256, expected.as_bytes(), &value)?;
    content(&root)
}

/// The content of `text`, whoever signed it.
pub(super) fn read(text: &str) -> Result<Content, VerifyError> {
    content(&parts(text)?.0)
}

/// The root without its signature, the signature's `SignedInfo` and its value.
fn parts(text: &str) -> Result<(Element, Element, Vec<u8>), VerifyError> {
    const PARTS: VerifyError = VerifyError::Malformed("its signature has not the parts that it should have");
    let mut root = Element::parse(text)?;
    // White space is signed in this form, so the tree keeps it; only the place of the signature does not matter.
    let signature = root.take_signature()?;
    if signature.attributes.iter().any(|(name, value)| name == "xmlns" && value != NAMESPACE || name != "xmlns" && name != "Id") {
        return Err(PARTS);
    }
    let (info, value) = match signature.elements()?.as_slice() {
        [info, value] => ((*info).clone(), *value),
        [info, value, key] if key.name == "KeyInfo" => ((*info).clone(), *value),
        _ => return Err(PARTS),
    };
    if info.name != "SignedInfo" || !info.attributes.is_empty() || value.name != "SignatureValue" {
        return Err(PARTS);
    }
    let value = signature::value(value.text()?)?;
    Ok((root, info, value))
}

fn content(root: &Element) -> Result<Content, VerifyError> {
    match root.elements()?.as_slice() {
        [license] if root.name == "Licenses" && root.attributes.is_empty() => elements::read(license),
        _ => Err(VerifyError::Malformed("it does not hold exactly one licence")),
    }
}

/// The `SignedInfo` for a root without its signature, as it stands inside of a `Signature`.
fn signed_info(root: &Element) -> Element {
    let algorithm = |name: &str, algorithm: &str| Element::new(name).with("Algorithm", algorithm);
    let transforms = Element::new("Transforms").holding(algorithm("Transform", ENVELOPED)).holding(algorithm("Transform", EXCLUSIVE));
    let digest = STANDARD.encode(Sha256::digest(root.write(Style::Canonical)));
    let reference = Element::new("Reference")
        .with("URI", "")
        .holding(transforms)
        .holding(algorithm("DigestMethod", SHA256))
        .holding(Element::new("DigestValue").saying(digest));
    Element::new("SignedInfo")
        .holding(algorithm("CanonicalizationMethod", EXCLUSIVE))
        .holding(algorithm("SignatureMethod", RSA_SHA256))
        .holding(reference)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::testing::{content, ed25519, other_rsa, python, random, rsa, small};

    fn signed() -> String {
        sign(&content(), &rsa(), &random()).unwrap()
    }

    #[test]
    fn what_was_signed_is_read_back() {
        for content in [content(), small()] {
            let text = sign(&content, &rsa(), &random()).unwrap();
            assert_eq!(verify(&text, &rsa().public()), Ok(content), "{text}");
        }
        assert_eq!(verify(&signed(), &other_rsa().public()), Err(VerifyError::Forged));
        assert_eq!(verify(&signed(), &ed25519().public()), Err(VerifyError::WrongKind));
        assert_eq!(sign(&content(), &ed25519(), &random()), Err(SigningError::WrongKind("an RSA key")));
    }

    /// Python's own canonicalisation and OpenSSL's RSA, as `recipes/verify_dsig.py` puts them together.
    #[test]
    fn an_independent_verifier_agrees() {
        let changed = signed().replace("Enterprise", "Ultimate");
        for (text, is_valid) in [(signed(), true), (sign(&small(), &rsa(), &random()).unwrap(), true), (changed, false)] {
            let Some(status) = python("verify_dsig.py", &text, include_str!("vectors/rsa.pub.pem")) else { return };
            assert_eq!(status.0, is_valid, "{}\n{text}", status.1);
        }
    }

    #[test]
    fn every_flipped_bit_of_what_is_signed_is_noticed() {
        let text = sign(&small(), &rsa(), &random()).unwrap();
        let key = rsa().public();
        // Before the root, there is only the declaration.
        for position in text.find("<Licenses>").unwrap()..text.trim_end().len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(verify(&changed, &key).is_err(), "bit {bit} of byte {position}: {changed}");
            }
        }
    }

    #[test]
    fn white_space_is_signed() {
        let text = signed().replace("<License ", "\n<License ");
        assert_eq!(verify(&text, &rsa().public()), Err(VerifyError::Forged));
        assert_eq!(read(&text), Ok(content()));
    }

    #[test]
    fn a_key_that_a_file_brings_along_is_passed_over() {
        let info = format!("</SignatureValue><KeyInfo><KeyName>a</KeyName>{}</KeyInfo>", other_rsa().public().to_xml().unwrap());
        assert_eq!(verify(&signed().replace("</SignatureValue>", &info), &rsa().public()), Ok(content()));
    }

    #[test]
    fn no_other_way_of_signing_is_accepted() {
        let text = signed();
        let license = &text[text.find("<License ").unwrap()..text.find("<Signature ").unwrap()];
        let object = format!("</SignatureValue><Object>{license}</Object>");
        for changed in [
            text.replace("URI=\"\"", "URI=\"#a\""),
            text.replace(SHA256, "http://www.w3.org/2000/09/xmldsig#sha1"),
            text.replace(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
            text.replace(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
            text.replace(&format!("<Transform Algorithm=\"{ENVELOPED}\"></Transform>"), ""),
            text.replace(NAMESPACE, "urn:other"),
            text.replace("</SignatureValue>", &object),
            text.replace(license, &format!("{license}{license}")),
            text.replace("<Licenses>", "<Licenses a=\"b\">"),
        ] {
            assert_ne!(changed, text);
            assert!(verify(&changed, &rsa().public()).is_err(), "{changed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_verifying_panic(text in "\\PC{0,200}", at in 0..3_000_usize) {
            let _ = verify(&text, &rsa().public());
            let mut changed = signed();
            if changed.is_char_boundary(at) {
                changed.insert_str(at.min(changed.len()), &text);
                let _ = verify(&changed, &rsa().public());
            }
        }
    }
}
