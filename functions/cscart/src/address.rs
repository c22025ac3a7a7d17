//! The two spellings of an address (contracts §1): `/api.php?_d=4.0/licenses/3&…` is `/api/4.0/licenses/3?…`.

use axum::body::Body;
use http::uri::PathAndQuery;
use http::{Request, Uri};
use url::form_urlencoded;

/// The request under the address that routes are registered for: `_d` becomes the path and is taken out of the query, and slashes
/// at a path's end are dropped. What cannot be one stays as it is, which no route has.
pub(crate) fn plain(mut request: Request<Body>) -> Request<Body> {
    if let Some(target) = plain_target(request.uri()).and_then(|target| PathAndQuery::try_from(target).ok()) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The other spelling, where there is one.
fn plain_target(uri: &Uri) -> Option<String> {
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    if path != "/api.php" {
        let trimmed = path.trim_end_matches('/');
        return (path.starts_with("/api/") && trimmed.len() < path.len()).then(|| joined(trimmed, query));
    }
    let mut entity = None;
    let others = query.split('&').filter(|pair| {
        let is_entity = form_urlencoded::parse(pair.as_bytes()).find(|(name, _)| name == "_d");
        let is_other = is_entity.is_none();
        // A parameter that is there twice counts as PHP has it: the last one does.
        entity = is_entity.map(|(_, value)| value.into_owned()).or_else(|| entity.take());
        is_other
    });
    let others = others.collect::<Vec<_>>().join("&");
    let entity = entity?;
    let entity = entity.trim_matches('/');
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    (!entity.is_empty() && entity.bytes().all(is_plain)).then(|| joined(&format!("/api/{entity}"), &others))
}

fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_of(target: &str) -> String {
        plain(Request::get(target).body(Body::empty()).unwrap()).uri().to_string()
    }

    #[test]
    fn both_spellings_are_one_address() {
        for (sent, meant) in [
            ("/api.php?_d=4.0/licenses", "/api/4.0/licenses"),
            ("/api.php?_d=4.0/licenses/3&get_all_packages=1", "/api/4.0/licenses/3?get_all_packages=1"),
            ("/api.php?user_id=7&_d=4.0%2Flicenses%2F&page=2", "/api/4.0/licenses?user_id=7&page=2"),
            ("/api.php?_d=4.0/products&_d=/4.0/licenses/3/", "/api/4.0/licenses/3"),
            ("/api/4.0/licenses/", "/api/4.0/licenses"),
            ("/api/4.0/licenses/3//?_d=x", "/api/4.0/licenses/3?_d=x"),
            ("/api/4.0/licenses/3?domain_name=a%20b", "/api/4.0/licenses/3?domain_name=a%20b"),
            ("/index.php?_d=4.0/licenses", "/index.php?_d=4.0/licenses"),
        ] {
            assert_eq!(plain_of(sent), meant, "{sent}");
        }
    }

    #[test]
    fn what_names_nothing_stays_where_no_route_is() {
        for sent in
            ["/api.php", "/api.php?_d=", "/api.php?_d=/", "/api.php?_d=a%20b", "/api.php?_d=4.0/licenses%3Fx=1", "/api.php?d=x", "/"]
        {
            assert_eq!(plain_of(sent), sent);
        }
    }
}
