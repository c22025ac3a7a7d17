//! What the functions are asked: each its most frequent request, in API Gateway's HTTP format, version 2.0.

use hyper::body::Bytes;
use std::path::Path;

const GET_VERSION: &[u8] = include_bytes!("../events/get_version.json");
const LICENSE_INFO: &[u8] = include_bytes!("../events/license_info.json");
const SOFTWARE_INFO: &[u8] = include_bytes!("../events/software_info.json");

/// The event for the binary at `path`, by its file name; any other than the known ones gets a licence check.
pub(crate) fn usual(path: &Path) -> Bytes {
    Bytes::from_static(match path.file_name().and_then(|name| name.to_str()) {
        Some("sellcodes") => GET_VERSION,
        Some("woosa-software") => SOFTWARE_INFO,
        _ => LICENSE_INFO,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_asked(function: &str) -> String {
        let event: serde_json::Value = serde_json::from_slice(&usual(Path::new(function))).unwrap();
        assert_eq!(event["rawPath"], event["requestContext"]["http"]["path"]);
        assert_eq!(event["version"], "2.0");
        event["rawPath"].as_str().unwrap().to_owned()
    }

    #[test]
    fn each_function_is_asked_what_it_serves() {
        assert_eq!(path_asked("release/woosa-license"), "/wp-json/lmn/v1/license/info");
        assert_eq!(path_asked("release/woosa-software"), "/wp-json/lmn/v1/software/info");
        assert_eq!(path_asked("release/sellcodes"), "/v2/licenses/get_version");
        assert_eq!(path_asked("bench-empty"), "/wp-json/lmn/v1/license/info");
    }
}
