//! Paths as published clients write them: an older one posts to `/v2/licenses//activate` (contracts §4).

use http::Request;
use latchkey_core::http::at_path;

/// The older names of two verbs.
const ALIASES: [(&str, &str); 2] =
    [("/v2/licenses/activate", "/v2/licenses/activate_license"), ("/v2/licenses/deactivate", "/v2/licenses/deactivate_license")];

/// The same request with one slash where there are several, none at the end, and the newer name of its verb.
pub(crate) fn tidy<B>(request: Request<B>) -> Request<B> {
    let tidied = tidy_path(request.uri().path());
    if tidied == request.uri().path() { request } else { at_path(request, &tidied) }
}

fn tidy_path(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let path = format!("/{}", segments.join("/"));
    ALIASES.into_iter().find(|(alias, _)| *alias == path).map_or(path, |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(target: &str) -> String {
        tidy(Request::post(target).body(()).unwrap()).uri().to_string()
    }

    #[test]
    fn a_doubled_slash_and_an_older_name_lead_to_the_verb() {
        for target in ["/v2/licenses//activate", "/v2/licenses/activate", "/v2//licenses///activate/", "/v2/licenses/activate_license"] {
            assert_eq!(tidied(target), "/v2/licenses/activate_license", "{target}");
        }
        assert_eq!(tidied("/v2/licenses//deactivate?a=b//c"), "/v2/licenses/deactivate_license?a=b//c");
        assert_eq!(tidied("/v2/licenses//check_license"), "/v2/licenses/check_license");
    }

    #[test]
    fn other_paths_stay_what_they_are() {
        for target in ["/v2/licenses/check_license?a=%2F%2F", "/push-file?file=a/b//c", "/v2/licenses/activated", "/"] {
            assert_eq!(tidied(target), target);
        }
        assert_eq!(tidied("http://example.com/v2//x?y"), "http://example.com/v2/x?y");
    }
}
