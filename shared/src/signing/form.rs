//! The forms together: signing in one of them, and telling which one a file is in.

use super::content::Content;
use super::keys::SigningKey;
use super::problem::{SigningError, VerifyError};
use super::public::{KeyId, PublicKey};
use super::{MAX_BYTES, dsig, file, text, xml};
use crate::random::Random;

/// The longest file that is looked at, in bytes: [`MAX_BYTES`] in UTF-16.
pub const MAX_FILE: usize = 2 * MAX_BYTES + 2;

/// A form of signed licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// XML, signed with RSA over SHA-1 (`xml.rs`).
    Xml,
    /// XML with an enveloped signature of the W3C, RSA over SHA-256 (`dsig.rs`).
    XmlDsig,
    /// Base64 between two lines (`text.rs`).
    Ascii,
    /// Groups of letters and digits, to be typed (`text.rs`).
    Base32,
    /// JSON, signed with Ed25519 (`file.rs`).
    File,
}

/// What a file says, whoever signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The form it is in.
    pub form: Form,
    /// What it says. Nothing of it is to be believed before [`verify`].
    pub content: Content,
    /// The key that it says it is signed with, in the forms that say so.
    pub key: Option<KeyId>,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Xml, Self::XmlDsig, Self::Ascii, Self::Base32, Self::File];

    /// Its name, for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::XmlDsig => "xml-dsig",
            Self::Ascii => "ascii",
            Self::Base32 => "base32",
            Self::File => "file",
        }
    }

    /// The form that `text` is in, by its first characters.
    fn of(text: &str) -> Result<Self, VerifyError> {
        let text = text.trim();
        if text.starts_with('<') {
            Ok(if text.contains(dsig::NAMESPACE) { Self::XmlDsig } else { Self::Xml })
        } else if text.starts_with('{') {
            Ok(Self::File)
        } else if text.starts_with(text::BEGIN) {
            Ok(Self::Ascii)
        } else if text::is_base32(text) {
            Ok(Self::Base32)
        } else {
            Err(VerifyError::Unrecognised)
        }
    }
}

/// `content` in the form `form`, signed with `key`.
pub fn sign(form: Form, content: &Content, key: &SigningKey, random: &Random) -> Result<String, SigningError> {
    match form {
        Form::Xml => xml::sign(content, key, random),
        Form::XmlDsig => dsig::sign(content, key, random),
        Form::Ascii => text::sign_ascii(content, key, random),
        Form::Base32 => text::sign_base32(content, key, random),
        Form::File => file::sign(content, key, random),
    }
}

/// The content of a file in whichever form, if it is signed with `key`. Whether it has expired is for the caller to ask.
pub fn verify(bytes: &[u8], key: &PublicKey) -> Result<Content, VerifyError> {
    let text = decode(bytes)?;
    match Form::of(&text)? {
        Form::Xml => xml::verify(&text, key),
        Form::XmlDsig => dsig::verify(&text, key),
        Form::Ascii => text::verify_ascii(&text, key),
        Form::Base32 => text::verify_base32(&text, key),
        Form::File => file::verify(&text, key),
    }
}

/// What a file says, whoever signed it.
pub fn look(bytes: &[u8]) -> Result<Looked, VerifyError> {
    let text = decode(bytes)?;
    let form = Form::of(&text)?;
    let (content, key) = match form {
        Form::Xml => (xml::read(&text)?, None),
        Form::XmlDsig => (dsig::read(&text)?, None),
        Form::Ascii => text::read_ascii(&text).map(|(content, key)| (content, Some(key)))?,
        Form::Base32 => text::read_base32(&text).map(|(content, key)| (content, Some(key)))?,
        Form::File => file::read(&text).map(|(content, key)| (content, Some(key)))?,
    };
    Ok(Looked { form, content, key })
}

/// The text of a file in UTF-8, or in UTF-16 with a byte order mark. What an XML declaration says of the encoding does not
/// count: the existing tools write a wrong one.
fn decode(bytes: &[u8]) -> Result<String, VerifyError> {
    if bytes.len() > MAX_FILE {
        return Err(VerifyError::TooLarge);
    }
    let text = match bytes {
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes)?,
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, text @ ..] | text => String::from_utf8(text.to_vec()).map_err(|_| VerifyError::Unrecognised)?,
    };
    if text.len() > MAX_BYTES { Err(VerifyError::TooLarge) } else { Ok(text) }
}

fn utf16(units: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, VerifyError> {
    let (pairs, rest) = units.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty());
    text.ok_or(VerifyError::Unrecognised)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::content::{Field, MAX_ENTRIES, MAX_TEXT, Text};
    use crate::signing::testing::{VENDOR, content, ed25519, random, rsa, small, vendor};

    fn key(form: Form) -> SigningKey {
        if form == Form::File { ed25519() } else { rsa() }
    }

    #[test]
    fn every_form_is_recognised_and_verified() {
        for form in Form::ALL {
            let text = sign(form, &content(), &key(form), &random()).unwrap();
            let id = matches!(form, Form::Ascii | Form::Base32 | Form::File).then(|| key(form).public().id());
            assert_eq!(look(text.as_bytes()), Ok(Looked { form, content: content(), key: id }));
            assert_eq!(verify(text.as_bytes(), &key(form).public()), Ok(content()), "{}", form.name());
        }
    }

    #[test]
    fn a_file_is_read_in_whichever_encoding() {
        assert_eq!(verify(VENDOR, &vendor().1).unwrap().id.as_str(), "licE719B");
        let text = sign(Form::Xml, &content(), &rsa(), &random()).unwrap();
        let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for bytes in [text.clone().into_bytes(), format!("\u{feff}{text}").into_bytes(), little.clone(), big] {
            assert_eq!(verify(&bytes, &rsa().public()), Ok(content()));
        }
        assert_eq!(verify(&little[..little.len() - 1], &rsa().public()), Err(VerifyError::Unrecognised));
    }

    #[test]
    fn what_is_no_signed_licence_is_told_so() {
        for bytes in [&b""[..], b"hello, world", b"\xff\xfe\x00\xd8", b"\x80", b"-----BEGIN PUBLIC KEY-----"] {
            assert_eq!(look(bytes).unwrap_err(), VerifyError::Unrecognised, "{bytes:?}");
        }
        for text in ["<a/>", "{}", "HELLO", "<Licenses/>"] {
            assert!(matches!(look(text.as_bytes()), Err(VerifyError::Malformed(_))), "{text}");
        }
        assert_eq!(look(&vec![b'A'; MAX_FILE + 1]), Err(VerifyError::TooLarge));
        assert_eq!(look(&vec![b'A'; MAX_BYTES + 1]), Err(VerifyError::TooLarge));
    }

    #[test]
    fn what_says_too_much_is_not_signed() {
        let long = Text::parse(&"x".repeat(MAX_TEXT)).unwrap();
        let field = Field { name: long.clone(), value: long };
        let several = Content { fields: vec![field.clone(); MAX_ENTRIES], ..small() };
        let many = Content { fields: vec![field; MAX_ENTRIES + 1], ..small() };
        for form in Form::ALL {
            let largest = sign(form, &several, &key(form), &random());
            // In base64 of base64 or base 32, two hundred thousand characters are more than the bound.
            if matches!(form, Form::Xml | Form::XmlDsig) {
                assert_eq!(verify(largest.unwrap().as_bytes(), &key(form).public()), Ok(several.clone()));
            } else {
                assert_eq!(largest, Err(SigningError::TooLarge), "{}", form.name());
            }
            assert_eq!(sign(form, &many, &key(form), &random()), Err(SigningError::TooLarge), "{}", form.name());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_looking_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), start in prop::sample::select(vec!["", "<", "{", "\u{feff}"])) {
            let bytes = [start.as_bytes(), &bytes].concat();
            let _ = look(&bytes);
            let _ = look(&[&[0xff, 0xfe][..], &bytes].concat());
        }
    }
}
