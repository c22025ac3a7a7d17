//! Every endpoint is reached through the gateway's routes.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use latchkey_local::Gateway;
use tower::ServiceExt as _;

use crate::agreement::endpoints::{Endpoint, endpoints};
use crate::agreement::functions;

/// The Woosa License Manager API (seed 002, "Supplier endpoints").
const WOOSA: [&str; 6] = [
    "GET /wp-json/lmn/v1/license/info",
    "POST /wp-json/lmn/v1/license/activate",
    "POST /wp-json/lmn/v1/license/deactivate",
    "GET /wp-json/lmn/v1/software/info",
    "POST /wp-json/lmn/v1/software/update/prepare",
    "GET /wp-json/lmn/v1/software/update/download",
];

/// The BYTEX vendor API (seed 001), and what it needs beside.
const BYTEX: [&str; 8] = [
    "GET /API/Public/v1/Accounts/r1/GetProductLicenses",
    "GET /API/Public/v1/Authentication/r1/GetTokenValidity",
    "GET /API/Public/v1/Licenses/r1/GetPublic",
    "GET /API/Public/v1/Licenses/r1/Get",
    "POST /API/Public/v1/Discounts/r1/Create",
    "POST /API/Public/v1/Authentication/r1/CreateToken",
    "GET /API/Public/v1/Discounts/r1/List",
    "POST /API/Public/v1/Discounts/r1/Redeem",
];

/// The CS-Cart Marketplace licences API (seed 000), in the spelling that `/api.php?_d=…` is rewritten to, and the links' page.
const CSCART: [&str; 4] = ["GET /api/4.0/licenses", "GET /api/4.0/licenses/{id}", "PUT /api/4.0/licenses/{id}", "GET /index.php"];

/// The Sellcodes Licensing API (seed 003), and what its answers lead to.
const SELLCODES: [&str; 6] = [
    "POST /v2/licenses/activate_license",
    "POST /v2/licenses/check_license",
    "POST /v2/licenses/deactivate_license",
    "POST /v2/licenses/get_version",
    "GET /v2/licenses/changelog",
    "GET /push-file",
];

/// The Babel Licensing Service (seed 004): its table of roles has every operation, and another test compares that with the contract.
fn babel() -> Vec<String> {
    latchkey_babel::roles::OPERATIONS.iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect()
}

const API_GATEWAYS_OWN: &str = r#"{"message":"Not Found"}"#;

fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

async fn read(response: axum::response::Response) -> (StatusCode, String) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn through(gateway: &Gateway, method: &str, path: &str) -> (StatusCode, String) {
    read(gateway.call(request(method, path)).await).await
}

async fn from(router: &Router, method: &str, path: &str) -> (StatusCode, String) {
    read(router.clone().oneshot(request(method, path)).await.unwrap()).await
}

/// A path that the endpoint has: its variables are 1, which is a number and a name.
fn path(endpoint: &Endpoint) -> String {
    let segments = endpoint.path.split('/').map(|segment| if segment.starts_with('{') { "1" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// A path beside it that no endpoint has.
fn beside(endpoint: &Endpoint) -> String {
    format!("{}/no-such-endpoint", path(endpoint))
}

#[tokio::test]
async fn every_endpoint_is_reached_through_the_gateway() {
    let gateway = Gateway::new(functions());
    for endpoint in endpoints() {
        let method = &endpoint.method;
        let here = through(&gateway, method, &path(&endpoint)).await;
        let nowhere = through(&gateway, method, &beside(&endpoint)).await;
        assert_ne!(here, nowhere, "{method} {} is not served: the routes lead to a function that does not have it", endpoint.path);
        assert_ne!(here.1, API_GATEWAYS_OWN, "{method} {}: no function has a route for it", endpoint.path);
    }
}

#[tokio::test]
async fn every_endpoint_is_one_functions_and_every_function_has_one() {
    let functions = functions();
    let mut serves = vec![0; functions.len()];
    for endpoint in endpoints() {
        let mut by = Vec::new();
        for (place, (function, router)) in functions.iter().enumerate() {
            let (here, nowhere) = (path(&endpoint), beside(&endpoint));
            if from(router, &endpoint.method, &here).await != from(router, &endpoint.method, &nowhere).await {
                by.push(function.name);
                serves[place] += 1;
            }
        }
        assert_eq!(by.len(), 1, "{} {} must be served by one function, not {by:?}", endpoint.method, endpoint.path);
    }
    for ((function, _), count) in functions.iter().zip(serves) {
        assert!(count > 0, "{} serves no endpoint", function.name);
    }
}

#[tokio::test]
async fn what_is_no_functions_is_answered_by_the_gateway_itself() {
    let gateway = Gateway::new(functions());
    for nowhere in ["/", "/wp-jsonx", "/no-such-dialect/license/info"] {
        let answer = through(&gateway, "GET", nowhere).await;
        assert_eq!(answer, (StatusCode::NOT_FOUND, API_GATEWAYS_OWN.to_owned()), "{nowhere}: a route leads further than it should");
    }
}

#[test]
fn the_contracts_are_whole() {
    let babel = babel();
    let babel: Vec<&str> = babel.iter().map(String::as_str).collect();
    let contracts = [
        ("functions/babel", &babel[..]),
        ("functions/bytex", &BYTEX),
        ("functions/cscart", &CSCART),
        ("functions/sellcodes", &SELLCODES),
        ("functions/woosa", &WOOSA),
    ];
    for (package, contract) in contracts {
        let ours = endpoints().into_iter().filter(|endpoint| endpoint.package == package);
        let mut ours: Vec<String> = ours.map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).collect();
        let mut contract = contract.to_vec();
        ours.sort();
        contract.sort_unstable();
        assert_eq!(ours, contract, "the endpoints of {package} (left) must be the contract's (right)");
    }
}
