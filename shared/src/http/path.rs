//! Paths that clients write otherwise than the contract does.

use http::{Request, Uri};

/// The same request at another path; the query stays.
#[must_use]
pub fn at_path<B>(mut request: Request<B>, path: &str) -> Request<B> {
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    // Made of what was an address already.
    if let Ok(target) = target.parse() {
        parts.path_and_query = Some(target);
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_and_the_host_stay() {
        let at = |target: &str| at_path(Request::get(target).body(()).unwrap(), "/new").uri().to_string();
        assert_eq!(at("/old?a=%2F&b"), "/new?a=%2F&b");
        assert_eq!(at("http://example.com/old"), "http://example.com/new");
    }
}
