//! What API Gateway does before a function: it picks the function, bounds the body, and names the request.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use latchkey_core::clock::Clock;
use latchkey_core::http::{ClientAddress, Function, REQUEST_ID};
use latchkey_core::random::Random;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::route::Routes;
use crate::server::Server;

/// The longest body that API Gateway passes on: 10 MB
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>, "Payload size").
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// All functions behind their routes. Clones share them.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    functions: Vec<(Function, Router)>,
    routes: Routes<usize>,
    clock: Clock,
    random: Random,
}

impl Gateway {
    /// A gateway before `functions`.
    ///
    /// # Panics
    /// Where API Gateway would not take their routes, which are constants.
    pub fn new(functions: Vec<(Function, Router)>) -> Self {
        Self::with_ids(functions, Clock::System, Random::System)
    }

    /// The same, with the sources that request ids are made from.
    pub(crate) fn with_ids(functions: Vec<(Function, Router)>, clock: Clock, random: Random) -> Self {
        let declared = functions.iter().enumerate();
        let declared = declared.flat_map(|(place, (function, _))| function.routes.iter().map(move |route| (*route, place)));
        let routes = Routes::new(declared).unwrap_or_else(|error| panic!("{error}"));
        Self(Arc::new(Inner { functions, routes, clock, random }))
    }

    /// Answers a request in process.
    pub async fn call(&self, request: Request<Body>) -> Response {
        let Some(router) = self.router(&request) else { return message(StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#) };
        let (mut parts, body) = request.into_parts();
        let body = match read(&parts.headers, body).await {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        // Whatever a client put there is not the gateway's.
        parts.headers.remove(REQUEST_ID);
        let id = self.0.random.ulid(self.0.clock.now()).to_string();
        if let Ok(id) = HeaderValue::try_from(id) {
            parts.headers.insert(REQUEST_ID, id);
        }
        if let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            let address = ClientAddress(peer.ip());
            parts.extensions.insert(address);
        }
        match router.oneshot(Request::from_parts(parts, body)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Serves what arrives at `listener`, until the server is shut down or dropped.
    ///
    /// # Errors
    /// Where the listener does not know its own address.
    pub fn serve(&self, listener: TcpListener) -> io::Result<Server> {
        let gateway = self.clone();
        Server::start(listener, move |request| {
            let gateway = gateway.clone();
            async move { gateway.call(request).await }
        })
    }

    fn router(&self, request: &Request<Body>) -> Option<Router> {
        let place = self.0.routes.choose(request.method(), request.uri().path())?;
        self.0.functions.get(place).map(|(_, router)| router.clone())
    }
}

/// The body, whole, as Lambda hands it over; or what API Gateway says of one that is too long.
async fn read(headers: &HeaderMap, body: Body) -> Result<Body, Response> {
    let too_large = || message(StatusCode::PAYLOAD_TOO_LARGE, r#"{"message":"Request Entity Too Large"}"#);
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(too_large());
    }
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(Body::from(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(message(StatusCode::BAD_REQUEST, r#"{"message":"Bad Request"}"#)),
    }
}

fn message(status: StatusCode, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.functions.iter().map(|(function, _)| function.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::any;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const ONE: Function = Function { name: "one", routes: &["ANY /one/{proxy+}"] };
    const REST: Function = Function { name: "rest", routes: &["ANY /{proxy+}"] };

    /// Two functions that answer with their name, the request's id and the length of its body.
    fn gateway() -> Gateway {
        let router = |name: &'static str| {
            Router::new().fallback(any(move |headers: HeaderMap, body: Body| async move {
                let length = body.collect().await.unwrap().to_bytes().len();
                let ids: Vec<_> = headers.get_all(REQUEST_ID).iter().map(|id| id.to_str().unwrap()).collect();
                format!("{name} {} {length}", ids.join(","))
            }))
        };
        Gateway::new(vec![(REST, router("rest")), (ONE, router("one"))])
    }

    #[tokio::test]
    async fn a_function_is_told_where_a_request_came_from_and_no_header_can_say_otherwise() {
        let router =
            Router::new().fallback(any(|extensions: http::Extensions| async move { format!("{:?}", ClientAddress::of(&extensions)) }));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = Gateway::new(vec![(REST, router)]).serve(listener).unwrap();
        let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(b"GET /x HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 203.0.113.7\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("Some(127.0.0.1)"), "{answer}");
    }

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_most_specific_function_answers() {
        let ask = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        assert!(text(gateway().call(ask("/one/x?y=/two")).await).await.starts_with("one "));
        assert!(text(gateway().call(ask("/two/x")).await).await.starts_with("rest "));
    }

    #[tokio::test]
    async fn what_no_route_matches_is_answered_as_api_gateway_does() {
        let response = gateway().call(Request::get("/").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(text(response).await, r#"{"message":"Not Found"}"#);
    }

    #[tokio::test]
    async fn a_clients_request_id_is_replaced_by_one_of_the_gateways() {
        let request = Request::get("/one/x").header(REQUEST_ID, "forged").header(REQUEST_ID, "twice").body(Body::empty()).unwrap();
        let answer = text(gateway().call(request).await).await;
        let id = answer.split(' ').nth(1).unwrap();
        assert!(id.len() == 26 && id.bytes().all(|c| c.is_ascii_alphanumeric()), "{answer}");
    }

    #[tokio::test]
    async fn a_body_may_have_ten_megabytes_and_not_a_byte_more() {
        for announce in [true, false] {
            let request = |length: usize| {
                let request = Request::post("/one/x");
                let request = if announce { request.header(CONTENT_LENGTH, length) } else { request };
                request.body(Body::from(vec![0; length])).unwrap()
            };
            assert!(text(gateway().call(request(MAX_BODY_BYTES)).await).await.ends_with(" 10485760"));
            let response = gateway().call(request(MAX_BODY_BYTES + 1)).await;
            assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(text(response).await, r#"{"message":"Request Entity Too Large"}"#);
        }
    }

    #[tokio::test]
    async fn a_gateway_is_served_on_a_port_until_it_is_shut_down() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = gateway().serve(listener).unwrap();
        assert_eq!(server.url(), format!("http://{address}"));
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /one/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        server.shutdown().await;
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}
