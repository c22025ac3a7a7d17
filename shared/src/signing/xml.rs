//! The form "XML": `<Licenses><License …/><Signature>…</Signature></Licenses>`, signed with RSA.
//!
//! What is signed: the `Licenses` element without its `Signature`, without white space between elements and without an XML
//! declaration, empty elements as `<a />`, encoded as UTF-16LE with a byte order mark; by RSASSA-PKCS1-v1_5 over SHA-1. The
//! form and its hash are the existing tools' (`vectors/README.md` has a file of theirs, which verifies here); SHA-1 is weak
//! against an issuer who makes two licences at once, not against a holder who changes one. The other forms do without it.
//!
//! What is written has no declaration, so that the text is right in whichever encoding it is saved, and no white space, so
//! that it is signed as it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::content::Content;
use super::elements;
use super::keys::{Scheme, SigningKey};
use super::problem::{SigningError, VerifyError};
use super::public::PublicKey;
use super::tree::{Element, Style};
use super::{bounded, signature};
use crate::random::Random;

/// What the existing tools declare on the root, and sign with it.
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// `content`, signed with the RSA key `key`.
pub(super) fn sign(content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    let root = Element::new("Licenses").with("xmlns:xsi", SCHEMA_INSTANCE).holding(elements::write(content));
    let value = STANDARD.encode(key.sign(Scheme::RsaSha1, &signed_bytes(&root), random)?);
    let algorithm = Element::new("Algorithm").with("name", "RSA");
    let signature = Element::new("Signature").holding(algorithm).holding(Element::new("SignatureValue").saying(value));
    bounded(content, root.holding(signature).write(Style::Net))
}

/// The content of `text`, if it is signed with `key`.
pub(super) fn verify(text: &str, key: &PublicKey) -> Result<Content, VerifyError> {
    let (root, value) = parts(text)?;
    key.verify(Scheme::RsaSha1, &signed_bytes(&root), &value)?;
    content(&root)
}

/// The content of `text`, whoever signed it.
pub(super) fn read(text: &str) -> Result<Content, VerifyError> {
    content(&parts(text)?.0)
}

/// The root without its signature and without white space, and the signature's value.
fn parts(text: &str) -> Result<(Element, Vec<u8>), VerifyError> {
    let mut root = Element::parse(text)?.without_blanks();
    let signature = root.take_signature()?;
    let elements = signature.elements()?;
    let [algorithm, value] = elements.as_slice() else {
        return Err(VerifyError::Malformed("its signature has not the parts that it should have"));
    };
    let is_rsa =
        algorithm.name == "Algorithm" && algorithm.attributes == [("name".to_owned(), "RSA".to_owned())] && algorithm.children.is_empty();
    if !is_rsa || value.name != "SignatureValue" || !value.attributes.is_empty() || !signature.attributes.is_empty() {
        return Err(VerifyError::Malformed("its signature has not the parts that it should have"));
    }
    let value = signature::value(value.text()?)?;
    Ok((root, value))
}

fn content(root: &Element) -> Result<Content, VerifyError> {
    let declares_only = root.attributes.iter().all(|(name, _)| name.starts_with("xmlns:"));
    match root.elements()?.as_slice() {
        [license] if root.name == "Licenses" && declares_only => elements::read(license),
        _ => Err(VerifyError::Malformed("it does not hold exactly one licence")),
    }
}

/// The bytes that are signed.
fn signed_bytes(root: &Element) -> Vec<u8> {
    const BYTE_ORDER_MARK: [u8; 2] = [0xff, 0xfe];
    let units = root.write(Style::Net);
    BYTE_ORDER_MARK.into_iter().chain(units.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha1::{Digest as _, Sha1};

    use super::*;
    use crate::packages::hex;
    use crate::signing::testing::{content, ed25519, other_rsa, random, rsa, small, vendor};

    fn signed() -> String {
        sign(&content(), &rsa(), &random()).unwrap()
    }

    #[test]
    fn a_vendors_file_verifies_and_is_written_again_byte_for_byte() {
        let (text, key) = vendor();
        let content = verify(&text, &key).unwrap();
        assert_eq!(content.id.as_str(), "licE719B");
        assert_eq!(content.issue_date.to_string(), "2023-05-30T06:39:07.2883132Z");
        assert_eq!((content.kind.as_str(), content.expire_date), ("Enterprise", None));
        let (licensee, product) = (content.licensee.clone().unwrap(), content.product.clone().unwrap());
        assert_eq!(licensee.company.unwrap().as_str(), "ACME");
        assert_eq!((product.id.as_str(), product.name.unwrap().to_string()), ("P01", "ACME Product".to_owned()));

        // From the content alone, not from the text.
        let root = Element::new("Licenses").with("xmlns:xsi", SCHEMA_INSTANCE).holding(elements::write(&content));
        let bytes = signed_bytes(&root);
        assert_eq!(hex(&Sha1::digest(&bytes)), "047aae5de9a41c1c867e1f720bb21c84f0a49fe2");
        let value = text.split("<SignatureValue>").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(key.verify(Scheme::RsaSha1, &bytes, &STANDARD.decode(value).unwrap()), Ok(()));
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

    #[test]
    fn white_space_between_elements_and_a_declaration_do_not_matter() {
        let text = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n{}\n", signed().replace("><", ">\r\n  <"));
        assert_eq!(verify(&text, &rsa().public()), Ok(content()));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let text = sign(&small(), &rsa(), &random()).unwrap();
        let key = rsa().public();
        for position in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(verify(&changed, &key).is_err(), "bit {bit} of byte {position}: {changed}");
            }
        }
    }

    #[test]
    fn a_licence_beside_the_signed_one_is_refused() {
        let text = signed();
        let license = &text[text.find("<License ").unwrap()..text.find("<Signature>").unwrap()];
        let signature = &text[text.find("<Signature>").unwrap()..text.find("</Licenses>").unwrap()];
        for changed in [
            text.replace(signature, &format!("{license}{signature}")),
            text.replace(signature, &format!("{signature}{license}")),
            text.replace(signature, &format!("{signature}{signature}")),
            text.replace(signature, ""),
            text.replace(license, ""),
            text.replace("</Licenses>", "x</Licenses>"),
            text.replace("<Licenses ", "<Licenses a=\"b\" "),
            text.replace("<Licenses ", "<Licenses xmlns:p=\"urn:p\" "),
            text.replace("name=\"RSA\"", "name=\"none\""),
        ] {
            assert!(verify(&changed, &rsa().public()).is_err(), "{changed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_verifying_panic(text in "\\PC{0,200}", at in 0..2_000_usize) {
            let _ = verify(&text, &rsa().public());
            let mut changed = signed();
            if changed.is_char_boundary(at) {
                changed.insert_str(at.min(changed.len()), &text);
                let _ = read(&changed);
            }
        }
    }
}
