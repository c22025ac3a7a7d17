//! The path's letters: the original's routes match in any case, ours are registered in the seed's.

use axum::Router;
use axum::extract::Request;
use http::Uri;
use http::uri::PathAndQuery;
use tower::ServiceExt as _;

/// The words of all paths, as the seed spells them.
const WORDS: [&str; 16] = [
    "API",
    "Public",
    "v1",
    "r1",
    "Accounts",
    "GetProductLicenses",
    "Authentication",
    "GetTokenValidity",
    "CreateToken",
    "Licenses",
    "GetPublic",
    "Get",
    "Discounts",
    "Create",
    "List",
    "Redeem",
];

/// `router`, with paths spelled as it has them.
pub(crate) fn in_any_case(router: Router) -> Router {
    Router::new().fallback(move |request: Request| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(spelled(request)).await;
            response
        }
    })
}

fn spelled(mut request: Request) -> Request {
    let uri = request.uri();
    let words = uri.path().split('/').map(|part| WORDS.into_iter().find(|word| word.eq_ignore_ascii_case(part)).unwrap_or(part));
    let path = words.collect::<Vec<_>>().join("/");
    if path == uri.path() {
        return request;
    }
    let target = uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    // Only letters' case changed: what was a target before is one now.
    if let Ok(target) = target.parse::<PathAndQuery>() {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn after(target: &str) -> String {
        spelled(Request::builder().uri(target).body(Body::empty()).unwrap()).uri().to_string()
    }

    #[test]
    fn the_words_of_a_path_are_spelled_as_in_the_seed_and_nothing_else_changes() {
        assert_eq!(
            after("/api/PUBLIC/V1/licenses/R1/getpublic?LicenseKey=aPi%2f"),
            "/API/Public/v1/Licenses/r1/GetPublic?LicenseKey=aPi%2f"
        );
        assert_eq!(after("http://host:80/api/x//GET"), "http://host:80/API/x//Get");
        assert_eq!(after("/wp-json/%41pi"), "/wp-json/%41pi");
    }
}
