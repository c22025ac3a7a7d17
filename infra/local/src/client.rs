//! A small HTTP client: no TLS, no redirects, no proxies, for this machine only.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A client. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct Http(Client<HttpConnector, Body>);

/// A request could not be sent, or its answer not read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HttpError(String);

/// An answer that was read whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl HttpError {
    /// An answer that should have been another.
    pub(crate) fn unexpected(status: StatusCode) -> Self {
        Self(format!("answered {status}"))
    }
}

impl Http {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Sends a GET.
    pub(crate) async fn get(&self, url: &str) -> Result<Answer, HttpError> {
        self.get_with(url, &[]).await
    }

    /// Sends a GET with `headers`.
    pub(crate) async fn get_with(&self, url: &str, headers: &[(String, String)]) -> Result<Answer, HttpError> {
        let request = headers.iter().fold(Request::get(url), |request, (name, value)| request.header(name, value));
        self.send(request.body(Body::empty()).map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a POST of JSON.
    pub(crate) async fn post(&self, url: &str, json: &serde_json::Value) -> Result<Answer, HttpError> {
        let request = Request::post(url).header(CONTENT_TYPE, "application/json").body(Body::from(json.to_string()));
        self.send(request.map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a POST of JSON with `headers`.
    pub(crate) async fn post_with(&self, url: &str, headers: &[(String, String)], json: &serde_json::Value) -> Result<Answer, HttpError> {
        let request = Request::post(url).header(CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        self.send(request.body(Body::from(json.to_string())).map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a POST of a form that is encoded already.
    pub(crate) async fn post_form(&self, url: &str, form: &str) -> Result<Answer, HttpError> {
        let request = Request::post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(form.to_owned()));
        self.send(request.map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a GET with an `Authorization`.
    pub(crate) async fn get_as(&self, url: &str, authorization: &str) -> Result<Answer, HttpError> {
        let request = Request::get(url).header(AUTHORIZATION, authorization).body(Body::empty());
        self.send(request.map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a POST of a form that is encoded already, with an `Authorization`.
    pub(crate) async fn post_form_as(&self, url: &str, authorization: &str, form: String) -> Result<Answer, HttpError> {
        let request = Request::post(url).header(AUTHORIZATION, authorization).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Sends a PUT with `headers`.
    pub(crate) async fn put(&self, url: &str, headers: &[(String, String)], body: Vec<u8>) -> Result<Answer, HttpError> {
        let request = headers.iter().fold(Request::put(url), |request, (name, value)| request.header(name, value));
        self.send(request.body(Body::from(body)).map_err(|error| HttpError(error.to_string()))?).await
    }

    /// Passes a request on to `authority`, and the answer back, both as they flow.
    pub(crate) async fn forward(&self, mut request: Request<Body>, authority: Authority) -> Result<Response<Body>, HttpError> {
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(authority);
        *request.uri_mut() = Uri::from_parts(uri).map_err(|error| HttpError(error.to_string()))?;
        // Between the client and us only.
        request.headers_mut().remove(CONNECTION);
        let mut response = self.0.request(request).await.map_err(HttpError::of)?;
        response.headers_mut().remove(CONNECTION);
        Ok(response.map(Body::new))
    }

    async fn send(&self, request: Request<Body>) -> Result<Answer, HttpError> {
        let (parts, body) = self.0.request(request).await.map_err(HttpError::of)?.into_parts();
        let body = body.collect().await.map_err(HttpError::of)?.to_bytes().to_vec();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

impl HttpError {
    /// Why something went wrong on the way.
    pub(crate) fn of(error: impl std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        Self(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
    }
}

impl Answer {
    /// A header's value, where it is there and text.
    pub(crate) fn header(&self, name: &http::header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
