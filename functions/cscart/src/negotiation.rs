//! What a request says it sends and takes (contracts §1, "Negotiation").

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::error::Error;

/// What is read and written.
const KINDS: [&str; 2] = ["application/json", "text/plain"];

/// That the body is one that can be read; what stands after `;` does not matter.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if KINDS.iter().any(|kind| essence.eq_ignore_ascii_case(kind)) { Ok(()) } else { Err(Error::UnsupportedMediaType) }
}

/// That the answer is one that the client takes: where it says nothing, it takes everything.
pub(crate) fn check_accept(headers: &HeaderMap) -> Result<(), Error> {
    let mut ranges = headers.get_all(ACCEPT).iter().flat_map(|value| value.to_str().unwrap_or("?").split(','));
    let mut ranges = ranges.by_ref().map(str::trim).filter(|range| !range.is_empty()).peekable();
    if ranges.peek().is_none() || ranges.any(admits) { Ok(()) } else { Err(Error::NotAcceptable) }
}

/// Whether a range such as `application/*;q=0.8` admits something of [`KINDS`].
fn admits(range: &str) -> bool {
    let mut pieces = range.split(';').map(str::trim);
    let essence = pieces.next().unwrap_or_default();
    let is_excluded = pieces.any(|piece| {
        let weight = piece.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        weight.is_some_and(|(_, weight)| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
    });
    let is_ours = |kind: &str| {
        let (main, _) = kind.split_once('/').unwrap_or((kind, ""));
        essence.eq_ignore_ascii_case(kind) || essence.eq_ignore_ascii_case(&format!("{main}/*"))
    };
    !is_excluded && (essence == "*/*" || KINDS.into_iter().any(is_ours))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn takes(accept: &[&'static str]) -> bool {
        let headers = accept.iter().map(|value| (ACCEPT, HeaderValue::from_static(value)));
        check_accept(&headers.collect()).is_ok()
    }

    #[test]
    fn an_accept_admits_json_text_or_everything() {
        assert!(takes(&[]));
        for accept in
            ["", "*/*", "application/json", "text/plain; q=0.5", "text/html, application/JSON;q=0.1", "application/*", "text/html,*/*"]
        {
            assert!(takes(&[accept]), "{accept}");
        }
        assert!(takes(&["text/html", "*/*;q=0.1"]), "the header may be there twice");
        for accept in ["text/html", "application/xml", "application/json;q=0", "image/*", "json", "*"] {
            assert!(!takes(&[accept]), "{accept}");
        }
    }

    #[test]
    fn a_body_is_json_or_plain_text() {
        let sent = |kind| check_content_type(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))])).is_ok();
        assert!(sent("application/json") && sent("Application/JSON; charset=utf-8") && sent("text/plain"));
        assert!(!sent("text/html") && !sent("application/x-www-form-urlencoded") && !sent("") && !sent("application/jsonp"));
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}
