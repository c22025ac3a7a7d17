//! A request's body: JSON, bounded, with members that say what is wrong with them.

use std::str::FromStr;

use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use latchkey_core::domain::text::TextError;
use latchkey_core::http::MAX_BODY_BYTES;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::code::Code;
use crate::error::Error;

/// What a request carries, of at most `MOST` bytes. Members that are not known are ignored (seed 004).
pub(crate) struct Body<T, const MOST: usize = MAX_BODY_BYTES>(pub(crate) T);

/// A member that may be left out: whoever changes something says what is to be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Given<T> {
    /// It is not there: what it is about stays.
    #[default]
    Missing,
    /// It is `null`: what it is about is to be nothing.
    Null,
    /// It is this.
    Value(T),
}

impl<T> Given<T> {
    /// It, where it is there and not null.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null => None,
        }
    }

    /// What it is to be, where anything is said: `null` is the type's nothing, an empty text or 0.
    pub(crate) fn said(self) -> Option<T>
    where
        T: Default,
    {
        match self {
            Self::Missing => None,
            Self::Null => Some(T::default()),
            Self::Value(value) => Some(value),
        }
    }

    /// The same for what may be nothing, such as a date.
    #[expect(clippy::option_option, reason = "nothing is said, or it is said to be nothing")]
    pub(crate) fn nullable(self) -> Option<Option<T>> {
        match self {
            Self::Missing => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

/// A text of the core's, such as a [`Line`](latchkey_core::domain::text::Line), of what a member says; the member's path is for the
/// error.
pub(crate) fn text<T: FromStr<Err = TextError>>(member: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|error| Error::invalid(member, error))
}

/// The same where an empty text means nothing.
pub(crate) fn optional<T: FromStr<Err = TextError>>(member: &str, said: &str) -> Result<Option<T>, Error> {
    if said.trim().is_empty() { Ok(None) } else { text(member, said).map(Some) }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: DeserializeOwned, S: Sync, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::new(Code::UnsupportedMediaType, "The body has to be application/json or application/json-patch+json."));
        }
        let body = match Limited::new(request.into_body(), MOST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Error::new(Code::TooLarge, format!("The body is longer than {} KiB.", MOST / 1024)));
            }
            Err(_) => return Err(Error::new(Code::InvalidBody, "The body did not arrive whole.")),
        };
        parse(&body).map(Self)
    }
}

/// Both content types carry plain JSON (contracts §5).
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/json-patch+json"].iter().any(|json| kind.eq_ignore_ascii_case(json))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // Serde would take an object's members from an array as well, by their places.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(no_object());
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| told(&error));
    parsed.and_then(|value| json.end().map(|()| value).map_err(|_| no_object()))
}

/// What is wrong, without what was sent: that may be a password.
fn told(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let text = error.inner().to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let path = error.path().to_string();
    if !error.inner().is_data() {
        return no_object();
    }
    let inside = |member: &str| if path == "." { member.to_owned() } else { format!("{path}.{member}") };
    let named = |what: &str| text.strip_prefix(what).and_then(|rest| rest.strip_suffix('`')).map(inside);
    if let Some(member) = named("missing field `") {
        return Error::missing(&member);
    }
    if let Some(member) = named("duplicate field `") {
        return Error::invalid(&member, "it is there more than once");
    }
    match text.rsplit_once(", expected ") {
        _ if path == "." => no_object(),
        Some((_, expected)) => Error::invalid(&path, format_args!("expected {}", words(expected))),
        None => Error::invalid(&path, "it has another form than it must have"),
    }
}

/// What serde expects, in the words of who sends JSON. What is not serde's own is in them already.
fn words(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" => "a whole number of 32 bits",
        "i64" => "a whole number of 64 bits",
        "u8" => "a whole number from 0 to 255",
        "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        "a map" => "an object",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected,
    }
}

fn no_object() -> Error {
    Error::new(Code::InvalidBody, "The body has to be one JSON object.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::body::Body as HttpBody;

    use super::*;
    use crate::wire::from_object;

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", remote = "Self")]
    struct Thing {
        #[serde(default)]
        id: Given<i32>,
        #[serde(default)]
        name: Given<String>,
        #[serde(default)]
        bytes: Given<Vec<u8>>,
        #[serde(default)]
        size: Given<u64>,
        #[serde(default)]
        price: Given<f64>,
        #[serde(default)]
        ends: Given<bool>,
        #[serde(default)]
        map: Given<BTreeMap<String, i64>>,
    }

    from_object! { Thing }

    #[derive(Debug, Deserialize)]
    struct Request1 {
        thing: Thing,
    }

    async fn read(kind: &str, body: impl Into<HttpBody>) -> Result<Request1, Error> {
        let request = Request::builder().header(CONTENT_TYPE, kind).body(body.into()).unwrap();
        Body::<Request1>::from_request(request, &()).await.map(|Body(body)| body)
    }

    fn shown(outcome: Result<Request1, Error>) -> (Code, String) {
        let error = outcome.unwrap_err();
        (error.code(), format!("{error:?}"))
    }

    #[tokio::test]
    async fn what_is_missing_null_and_there_is_told_apart() {
        let read = async |text: &'static str| read("application/json-patch+json; charset=utf-8", text).await.unwrap().thing;
        let thing = read(r#"{"thing":{"id":7,"name":null,"unknown":[{}]},"more":1}"#).await;
        assert_eq!((thing.id, thing.name.clone()), (Given::Value(7), Given::Null));
        assert_eq!((thing.name.clone().value(), thing.name.clone().said(), thing.name.nullable()), (None, Some(String::new()), Some(None)));
        let thing = read(r#"{"thing":{}}"#).await;
        assert_eq!((thing.id.said(), thing.name.nullable()), (None, None));
    }

    #[tokio::test]
    async fn what_is_wrong_is_named_and_no_value_is_repeated() {
        for (text, code, told) in [
            (r#"{"thing":{"id":"secret"}}"#, Code::InvalidMember, "The member thing.id is not valid: expected a whole number of 32 bits."),
            (
                r#"{"thing":{"id":2147483648}}"#,
                Code::InvalidMember,
                "The member thing.id is not valid: expected a whole number of 32 bits.",
            ),
            (r#"{"thing":{"name":["secret"]}}"#, Code::InvalidMember, "The member thing.name is not valid: expected a string."),
            (r#"{"thing":"secret"}"#, Code::InvalidMember, "The member thing is not valid: expected an object."),
            (r#"{"thing":["secret"]}"#, Code::InvalidMember, "The member thing is not valid: expected an object."),
            (
                r#"{"thing":{"bytes":[1,256]}}"#,
                Code::InvalidMember,
                "The member thing.bytes[1] is not valid: expected a whole number from 0 to 255.",
            ),
            (r#"{"thing":{"bytes":"secret"}}"#, Code::InvalidMember, "The member thing.bytes is not valid: expected an array."),
            (r#"{"thing":{"size":-1}}"#, Code::InvalidMember, "The member thing.size is not valid: expected a whole number from 0 on."),
            (r#"{"thing":{"price":"secret"}}"#, Code::InvalidMember, "The member thing.price is not valid: expected a number."),
            (r#"{"thing":{"ends":5}}"#, Code::InvalidMember, "The member thing.ends is not valid: expected true or false."),
            (r#"{"thing":{"map":"secret"}}"#, Code::InvalidMember, "The member thing.map is not valid: expected an object."),
            (r#"{"thing":{"id":1,"id":2}}"#, Code::InvalidMember, "The member thing.id is not valid: it is there more than once."),
            (r#"{"thing":{},"thing":{}}"#, Code::InvalidMember, "The member thing is not valid: it is there more than once."),
            ("{}", Code::InvalidMember, "The member thing is missing."),
            ("", Code::InvalidBody, "The body has to be one JSON object."),
            (r#"[{"id":1}]"#, Code::InvalidBody, "The body has to be one JSON object."),
            (r#"{"thing":{}} {}"#, Code::InvalidBody, "The body has to be one JSON object."),
            (r#"{"thing":{"name":"\ud800"}}"#, Code::InvalidBody, "The body has to be one JSON object."),
        ] {
            let (found, shown) = shown(read("application/json", text).await);
            assert_eq!(found, code, "{text}");
            assert!(shown.contains(told) && !shown.contains("secret"), "{text}: {shown}");
        }
        let deep = "[".repeat(9_000);
        assert_eq!(shown(read("application/json", deep).await).0, Code::InvalidBody);
    }

    #[tokio::test]
    async fn other_types_and_long_bodies_are_refused() {
        for kind in ["", "text/plain", "application/xml", "application/jsonx"] {
            assert_eq!(shown(read(kind, "{}").await).0, Code::UnsupportedMediaType, "{kind}");
        }
        assert_eq!(shown(read("application/json", " ".repeat(MAX_BODY_BYTES + 1)).await).0, Code::TooLarge);
    }
}
