//! Every endpoint that is served: the files of `functions/*/src` with a `handle`, and the method and path on their first line.

use super::sources::sources;

/// A file that serves an endpoint.
pub(super) struct Endpoint {
    /// The file.
    pub(super) file: String,
    /// The package's folder, such as `functions/woosa`.
    pub(super) package: String,
    /// The handler in the package, such as `license::info::handle`.
    pub(super) handler: String,
    pub(super) method: String,
    pub(super) path: String,
}

/// All of them.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let files = sources("functions", &[".rs"]).into_iter().filter(|source| source.text.contains("fn handle("));
    let endpoints: Vec<Endpoint> = files.map(|source| endpoint(source.path, &source.text)).collect();
    assert!(!endpoints.is_empty(), "no file below functions/ has a `handle`");
    endpoints
}

fn endpoint(file: String, text: &str) -> Endpoint {
    let first = text.lines().next().unwrap_or_default();
    let Some((method, path)) = head(first) else {
        panic!("{file} serves an endpoint: begin it with a line such as ``//! `GET /path` (seed 002, \"GET /path\").``, not {first:?}");
    };
    let (package, inside) = file.split_once("/src/").unwrap();
    let handler = format!("{}::handle", inside.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::"));
    Endpoint { package: package.to_owned(), handler, method: method.to_owned(), path: path.to_owned(), file }
}

fn head(line: &str) -> Option<(&str, &str)> {
    let (head, source) = line.strip_prefix("//! `")?.split_once("` (seed ")?;
    let (method, path) = head.split_once(' ')?;
    let is_method = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].contains(&method);
    let is_path = path.starts_with('/') && !path.contains(char::is_whitespace);
    let is_cited = source.starts_with(|c: char| c.is_ascii_digit()) && source.contains(')');
    (is_method && is_path && is_cited).then_some((method, path))
}

#[test]
fn a_first_line_is_method_path_and_source_and_nothing_else_will_do() {
    assert_eq!(head("//! `GET /a/b` (seed 002, \"GET /b\")."), Some(("GET", "/a/b")));
    for bad in ["//! GET /a (seed 002)", "//! `GET /a`", "//! `GET a` (seed 002)", "//! `FETCH /a` (seed 002)", "//! `GET /a` (seed )", ""]
    {
        assert_eq!(head(bad), None, "{bad:?}");
    }
}
