//! Parameters, wherever a client puts them: query, form body of either kind, or JSON body.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Uri};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

/// The longest body that is read: 64 KiB.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Why parameters could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamError {
    /// The body is longer than [`MAX_BODY_BYTES`].
    TooLong,
    /// The body did not arrive whole.
    Interrupted,
    /// The body says it is JSON and is no JSON object.
    NotJson,
    /// A parameter is neither a text nor a number nor true or false.
    WrongType(String),
}

/// A request's parameters by name. A name's last value counts; the body's beat the query's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// The query's parameters. What is not percent-encoded UTF-8 is read as well as it can be.
    pub fn of_query(uri: &Uri) -> Self {
        Self(url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The query's and the body's parameters. A body is a form unless it says that it is JSON or begins like it.
    pub async fn of_request(uri: &Uri, headers: &HeaderMap, body: Body) -> Result<Self, ParamError> {
        let mut params = Self::of_query(uri);
        let body = read(body).await?;
        let says_json = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(is_json);
        let looks_like_json = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(params);
        }
        if says_json || looks_like_json {
            params.add_json(&body)?;
        } else if let Some(boundary) = headers.get(CONTENT_TYPE).and_then(|kind| multer::parse_boundary(kind.to_str().ok()?).ok()) {
            params.add_multipart(body, boundary).await;
        } else {
            params.0.extend(url::form_urlencoded::parse(&body).into_owned());
        }
        Ok(params)
    }

    /// The same with names in lower case, for dialects in which the case of a name says nothing. Of names that differ in case
    /// alone, the one that is last in the order of bytes counts.
    #[must_use]
    pub fn ignoring_case(self) -> Self {
        Self(self.0.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
    }

    /// The value of `name`, trimmed, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// All names, in their alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The values of `names`, or the names of those that are missing.
    pub fn require<const N: usize>(&self, names: [&'static str; N]) -> Result<[&str; N], Vec<&'static str>> {
        let missing: Vec<_> = names.into_iter().filter(|name| self.get(name).is_none()).collect();
        if missing.is_empty() { Ok(names.map(|name| self.get(name).unwrap_or_default())) } else { Err(missing) }
    }

    /// Adds the fields of a multipart form as far as they can be read; files are none.
    async fn add_multipart(&mut self, body: Bytes, boundary: String) {
        let mut form = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
        while let Ok(Some(field)) = form.next_field().await {
            let Some(name) = field.name().filter(|_| field.file_name().is_none()).map(str::to_owned) else { continue };
            let Ok(text) = field.text().await else { return };
            self.0.insert(name, text);
        }
    }

    fn add_json(&mut self, body: &[u8]) -> Result<(), ParamError> {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return Err(ParamError::NotJson) };
        for (name, value) in members {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                Value::Null => continue,
                // What no parameter of ours is called is not ours to judge.
                Value::Array(_) | Value::Object(_) => {
                    self.0.insert(name, NOT_A_SCALAR.to_owned());
                    continue;
                }
            };
            self.0.insert(name, text);
        }
        Ok(())
    }

    /// The first of `names` whose value was an array or an object.
    pub fn check_scalars(&self, names: &[&str]) -> Result<(), ParamError> {
        match names.iter().find(|name| self.0.get(**name).is_some_and(|value| value == NOT_A_SCALAR)) {
            Some(name) => Err(ParamError::WrongType((*name).to_owned())),
            None => Ok(()),
        }
    }
}

/// Stands for a value that is no scalar. A client that sends just this is told that its value has the wrong type.
const NOT_A_SCALAR: &str = "\0not a scalar";

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

async fn read(body: Body) -> Result<Bytes, ParamError> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ParamError::TooLong),
        Err(_) => Err(ParamError::Interrupted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn params(query: &str, kind: &str, body: &str) -> Result<Params, ParamError> {
        let uri: Uri = format!("/path?{query}").parse().unwrap();
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
        Params::of_request(&uri, &headers, Body::from(body.to_owned())).await
    }

    const MULTIPART: &str = "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nA B\r\n\
        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: text/plain\r\n\r\nkey=no\r\n\
        --x\r\nContent-Disposition: form-data; name=\"package\"\r\n\r\np\r\n--x--\r\n";

    #[tokio::test]
    async fn a_multipart_form_is_read_as_far_as_it_goes() {
        for (body, key) in [(&MULTIPART[..54], None), (&MULTIPART[..90], Some("A B")), ("", None), ("--x--", None), ("key=a", None)] {
            let params = params("", "multipart/form-data; boundary=\"x\"", body).await.unwrap();
            assert_eq!(params.get("key"), key, "{body:?}");
        }
    }

    #[tokio::test]
    async fn a_form_a_json_body_and_a_query_are_alike() {
        for (query, kind, body) in [
            ("key=A%20B&package=p", "", ""),
            ("", "application/x-www-form-urlencoded", "key=A+B&package=p"),
            ("", "application/json; charset=utf-8", r#"{"key":"A B","package":"p"}"#),
            ("key=other", "application/json", r#"{"key":"A B","package":"p","unknown":[1,{"a":2}]}"#),
            ("", "text/plain", r#" {"key":"A B","package":"p"}"#),
            ("", "multipart/form-data; boundary=x", MULTIPART),
        ] {
            let params = params(query, kind, body).await.unwrap();
            assert_eq!(params.require(["key", "package"]), Ok(["A B", "p"]), "{query} {kind} {body}");
        }
    }

    #[tokio::test]
    async fn escaped_slashes_are_slashes() {
        let params = params("", "application/json", r#"{"site_url":"https:\/\/example.com\/shop"}"#).await.unwrap();
        assert_eq!(params.get("site_url"), Some("https://example.com/shop"));
    }

    #[tokio::test]
    async fn the_case_of_names_can_be_ignored() {
        let params = params("KEY=a&Package=b&package=c", "", "").await.unwrap().ignoring_case();
        assert_eq!(params.require(["key", "package"]), Ok(["a", "c"]));
    }

    #[tokio::test]
    async fn what_is_missing_is_named_in_order() {
        let params = params("key=%20", "", "").await.unwrap();
        assert_eq!(params.require(["key", "package"]), Err(vec!["key", "package"]));
    }

    #[tokio::test]
    async fn rubbish_is_told_apart() {
        assert_eq!(params("", "application/json", "{").await, Err(ParamError::NotJson));
        assert_eq!(params("", "application/json", "[1]").await, Err(ParamError::NotJson));
        assert_eq!(params("", "application/json", &"[".repeat(9_000)).await, Err(ParamError::NotJson));
        assert_eq!(params("", "application/json", &" ".repeat(MAX_BODY_BYTES + 1)).await, Err(ParamError::TooLong));
        let nested = params("", "application/json", r#"{"key":["a"]}"#).await.unwrap();
        assert_eq!(nested.check_scalars(&["package", "key"]), Err(ParamError::WrongType("key".to_owned())));
    }
}
