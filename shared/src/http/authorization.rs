//! The credential that a request presents.
//!
//! What cannot be a credential is none: it is not looked up and not counted, and a dialect answers it as it answers a missing
//! one. A header that is there twice is none either, for nobody could say which of the two is meant.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::header::{AUTHORIZATION, AsHeaderName};
use http::{Extensions, HeaderMap};

use super::ClientAddress;
use crate::domain::api_key::ApiKeySecret;
use crate::domain::text::Email;
use crate::ops::authenticate::Presented;

/// The longest header that is looked at, in bytes: an e-mail address of 254 characters and a key of 128 in base 64 are shorter.
const MOST_BYTES: usize = 2_048;

/// Some clients leave the padding out.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// HTTP Basic (RFC 7617): the user is an e-mail address, the password an API key.
pub fn basic(headers: &HeaderMap, extensions: &Extensions) -> Option<Presented> {
    let (scheme, encoded) = only(headers, AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let (email, secret) = (Email::parse(user).ok()?, ApiKeySecret::parse(password).ok()?);
    Some(Presented { secret, email: Some(email), address: ClientAddress::of(extensions) })
}

/// An API key that stands in the header `name` alone, without a scheme.
pub fn in_header(headers: &HeaderMap, extensions: &Extensions, name: impl AsHeaderName) -> Option<Presented> {
    let secret = ApiKeySecret::parse(only(headers, name)?.trim()).ok()?;
    Some(Presented { secret, email: None, address: ClientAddress::of(extensions) })
}

/// The text of a Bearer (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, text) = only(headers, AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim())
}

fn only(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().filter(|value| value.len() <= MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD as ENCODE;
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (AUTHORIZATION, HeaderValue::from_bytes(value).unwrap())).collect()
    }

    fn encoded(text: &[u8]) -> String {
        format!("Basic {}", ENCODE.encode(text))
    }

    /// The user and the key that were understood.
    fn understood(value: &str) -> Option<(String, String)> {
        let presented = basic(&headers(&[value.as_bytes()]), &Extensions::new())?;
        Some((presented.email?.as_str().to_owned(), presented.secret.expose().to_owned()))
    }

    #[test]
    fn basic_is_an_address_and_a_key() {
        let expected = Some(("admin@example.com".to_owned(), "aB3:dE5fG7h".to_owned()));
        let value = encoded(b"Admin@example.com:aB3:dE5fG7h");
        assert_eq!(understood(&value), expected);
        assert_eq!(understood(&value.replace("Basic ", "bASIC  ")), expected);
        assert_eq!(understood(value.trim_end_matches('=')), expected);
    }

    #[test]
    fn what_cannot_be_a_credential_is_none() {
        for value in [
            String::new(),
            "Basic".to_owned(),
            "Basic ".to_owned(),
            "Basic %%%".to_owned(),
            encoded(b"").replace("Basic", "Bearer"),
            encoded(b"admin@example.com"),
            encoded(b"admin@example.com:"),
            encoded(b":some-api-key"),
            encoded(b"admin:some-api-key"),
            encoded(b"admin@example.com:short"),
            encoded(b"admin@example.com:some api key"),
            encoded(b"admin@example.com:some\0api-key"),
            encoded(b"admin@example.com:\xff\xff\xff\xff\xff\xff\xff\xff"),
            encoded(&[b'a'; 4_000]),
            encoded(b"admin@example.com:some-api-key").replace("Basic", "Digest"),
        ] {
            assert_eq!(understood(&value), None, "{value}");
        }
    }

    #[test]
    fn two_headers_are_none() {
        let one = encoded(b"admin@example.com:some-api-key");
        assert!(basic(&headers(&[one.as_bytes()]), &Extensions::new()).is_some());
        assert!(basic(&headers(&[one.as_bytes(), one.as_bytes()]), &Extensions::new()).is_none());
        assert!(in_header(&headers(&[b"some-api-key", b"some-api-key"]), &Extensions::new(), AUTHORIZATION).is_none());
    }

    #[test]
    fn a_key_may_stand_alone_in_any_header() {
        let mut extensions = Extensions::new();
        extensions.insert(ClientAddress([203, 0, 113, 7].into()));
        let guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
        let presented = in_header(&headers(&[guid.as_bytes()]), &extensions, AUTHORIZATION).unwrap();
        assert_eq!((presented.secret.expose(), presented.email, presented.address), (guid, None, Some([203, 0, 113, 7].into())));
        let headers_of = |name, value| HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        let other = headers_of(http::HeaderName::from_static("x-api-key"), "some-api-key");
        assert!(in_header(&other, &extensions, "x-api-key").is_some());
        assert!(in_header(&other, &extensions, AUTHORIZATION).is_none());
        assert!(in_header(&headers_of(AUTHORIZATION, "Bearer some-api-key"), &extensions, AUTHORIZATION).is_none());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(value: Vec<u8>, text in ".*") {
            for value in [value, encoded(text.as_bytes()).into_bytes()] {
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
                    let _ = (basic(&headers, &Extensions::new()), in_header(&headers, &Extensions::new(), AUTHORIZATION));
                }
            }
        }
    }
}
