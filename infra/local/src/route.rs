//! Which function a request belongs to: API Gateway's choice among the routes of an HTTP API
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
//!
//! Of the routes that match, one without `{proxy+}` comes before one with it, then the more specific path, from its beginning
//! on, and last a method's own route before `ANY`.

use http::Method;

/// Routes that no API Gateway would take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadRoute {
    /// Not `METHOD /path`.
    #[error("{0:?} is not a route: it must be a method or ANY, a space, and a path")]
    Form(String),
    /// Two functions claim it.
    #[error("{0:?} is declared twice")]
    Twice(String),
}

/// Routes and what each leads to.
#[derive(Debug)]
pub(crate) struct Routes<T>(Vec<(Route, T)>);

#[derive(Debug, PartialEq, Eq)]
struct Route {
    /// Nothing is `ANY`.
    method: Option<Method>,
    segments: Vec<Segment>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// `{id}`: one segment.
    Variable,
    /// `{proxy+}`: all that remains, and at least something.
    Greedy,
}

/// How specific a route is; the greatest of those that match is chosen.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_exact: bool,
    kinds: Vec<u8>,
    has_method: bool,
}

impl<T: Copy> Routes<T> {
    /// Parses `METHOD /path/{variable}/{proxy+}`.
    pub(crate) fn new<'a>(declared: impl IntoIterator<Item = (&'a str, T)>) -> Result<Self, BadRoute> {
        let mut routes: Vec<(Route, T)> = Vec::new();
        for (text, target) in declared {
            let route = Route::parse(text).ok_or_else(|| BadRoute::Form(text.to_owned()))?;
            if routes.iter().any(|(other, _)| *other == route) {
                return Err(BadRoute::Twice(text.to_owned()));
            }
            routes.push((route, target));
        }
        Ok(Self(routes))
    }

    /// Where a request goes, if any route matches it.
    pub(crate) fn choose(&self, method: &Method, path: &str) -> Option<T> {
        let matching = self.0.iter().filter(|(route, _)| route.matches(method, path));
        matching.max_by_key(|(route, _)| route.rank()).map(|(_, target)| *target)
    }
}

impl Route {
    fn parse(text: &str) -> Option<Self> {
        let (method, path) = text.split_once(' ')?;
        let method = match method {
            "ANY" => None,
            "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => Some(Method::from_bytes(method.as_bytes()).ok()?),
            _ => return None,
        };
        let segments: Vec<_> = path.strip_prefix('/')?.split('/').map(Segment::parse).collect::<Option<_>>()?;
        let is_greedy_last = segments.iter().rev().skip(1).all(|segment| *segment != Segment::Greedy);
        is_greedy_last.then_some(Self { method, segments })
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|own| own != method) {
            return false;
        }
        let Some(mut rest) = path.strip_prefix('/').map(Some) else { return false };
        for segment in &self.segments {
            let Some(path) = rest else { return false };
            let (first, behind) = path.split_once('/').map_or((path, None), |(first, behind)| (first, Some(behind)));
            match segment {
                Segment::Greedy => return !path.is_empty(),
                Segment::Literal(literal) if literal == first => rest = behind,
                Segment::Variable if !first.is_empty() => rest = behind,
                Segment::Literal(_) | Segment::Variable => return false,
            }
        }
        rest.is_none()
    }

    fn rank(&self) -> Rank {
        let kinds = self.segments.iter().map(|segment| match segment {
            Segment::Greedy => 0,
            Segment::Variable => 1,
            Segment::Literal(_) => 2,
        });
        let is_exact = !self.segments.contains(&Segment::Greedy);
        Rank { is_exact, kinds: kinds.collect(), has_method: self.method.is_some() }
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('{') {
            None if text.contains(['{', '}']) => None,
            None => Some(Self::Literal(text.to_owned())),
            Some(variable) => {
                let name = variable.strip_suffix('}')?;
                let (name, segment) = name.strip_suffix('+').map_or((name, Self::Variable), |name| (name, Self::Greedy));
                let is_name = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
                is_name.then_some(segment)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of API Gateway's documentation, with two routes of ours.
    const ROUTES: [&str; 7] = [
        "GET /pets/dog/1",
        "GET /pets/dog/{id}",
        "GET /pets/{proxy+}",
        "ANY /{proxy+}",
        "ANY /pets/dog/1",
        "ANY /v2/licenses/{proxy+}",
        "POST /v2/licenses/{proxy+}",
    ];

    fn chosen(method: &Method, path: &str) -> Option<&'static str> {
        for order in [ROUTES.to_vec(), ROUTES.iter().rev().copied().collect()] {
            let routes = Routes::new(order.iter().map(|route| (*route, *route))).unwrap();
            let of_reversed = Routes::new(ROUTES.map(|route| (route, route))).unwrap().choose(method, path);
            assert_eq!(routes.choose(method, path), of_reversed, "the order of declaration counts for nothing");
        }
        Routes::new(ROUTES.map(|route| (route, route))).unwrap().choose(method, path)
    }

    #[test]
    fn the_documentations_example_goes_as_documented() {
        assert_eq!(chosen(&Method::GET, "/pets/dog/1"), Some("GET /pets/dog/1"));
        assert_eq!(chosen(&Method::GET, "/pets/dog/2"), Some("GET /pets/dog/{id}"));
        assert_eq!(chosen(&Method::GET, "/pets/cat/1"), Some("GET /pets/{proxy+}"));
        assert_eq!(chosen(&Method::POST, "/test/5"), Some("ANY /{proxy+}"));
    }

    #[test]
    fn a_methods_own_route_comes_before_any() {
        assert_eq!(chosen(&Method::DELETE, "/pets/dog/1"), Some("ANY /pets/dog/1"));
        assert_eq!(chosen(&Method::POST, "/v2/licenses/check"), Some("POST /v2/licenses/{proxy+}"));
        assert_eq!(chosen(&Method::GET, "/v2/licenses/check"), Some("ANY /v2/licenses/{proxy+}"));
    }

    #[test]
    fn a_longer_path_comes_before_a_shorter_one() {
        let routes = Routes::new([("ANY /wp-json/{proxy+}", 1), ("ANY /wp-json/lmn/v1/license/{proxy+}", 2)]).unwrap();
        assert_eq!(routes.choose(&Method::GET, "/wp-json/lmn/v1/license/info"), Some(2));
        assert_eq!(routes.choose(&Method::GET, "/wp-json/lmn/v1/licenses"), Some(1));
        assert_eq!(routes.choose(&Method::GET, "/wp-json"), None);
    }

    #[test]
    fn a_greedy_variable_takes_anything_but_nothing() {
        let routes = Routes::new([("ANY /v2/licenses/{proxy+}", ())]).unwrap();
        for path in ["/v2/licenses/a", "/v2/licenses/a/b/", "/v2/licenses//activate"] {
            assert!(routes.choose(&Method::GET, path).is_some(), "{path}");
        }
        for path in ["/v2/licenses", "/v2/licenses/", "/v2/licensesX/a", "*", ""] {
            assert!(routes.choose(&Method::GET, path).is_none(), "{path}");
        }
    }

    #[test]
    fn a_variable_takes_one_segment_that_is_not_empty() {
        let routes = Routes::new([("GET /orders/{id}/lines", ())]).unwrap();
        assert!(routes.choose(&Method::GET, "/orders/5/lines").is_some());
        for path in ["/orders//lines", "/orders/5/6/lines", "/orders/5/lines/", "/orders/5"] {
            assert!(routes.choose(&Method::GET, path).is_none(), "{path}");
        }
    }

    #[test]
    fn what_is_no_route_is_refused_and_so_is_a_second_claim() {
        for text in ["", "ANY", "FETCH /a", "GET a", "GET /{a", "GET /a}b", "GET /{}", "GET /{a+}/b", "GET /{a-b}"] {
            assert_eq!(Routes::new([(text, ())]).err(), Some(BadRoute::Form(text.to_owned())));
        }
        let twice = Routes::new([("GET /{one}", 1), ("GET /{other}", 2)]);
        assert_eq!(twice.err(), Some(BadRoute::Twice("GET /{other}".to_owned())));
    }
}
