//! The `OpenAPI` document of all dialects, and a page to read it on.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use latchkey_core::openapi::merged;
use serde_json::Value;
use utoipa_swagger_ui::{Config, serve};

/// Where the document is served.
pub(crate) const DOCUMENT: &str = "/openapi.json";

/// Where the page is.
pub(crate) const PAGE: &str = "/reference";

/// The document: `OpenAPI` 3.1, generated from the types of what is sent and answered.
pub fn document() -> Result<Value, serde_json::Error> {
    let dialects = vec![
        latchkey_cscart::openapi::document(),
        latchkey_bytex::openapi::document(),
        latchkey_woosa::openapi::document(),
        latchkey_sellcodes::openapi::document(),
        latchkey_babel::openapi::document(),
    ];
    merged("Latchkey", dialects)
}

/// The document as it is checked in: `cargo run -- openapi` prints it.
pub fn printed() -> Result<String, serde_json::Error> {
    Ok(format!("{:#}\n", document()?))
}

/// Answers what is asked for below [`PAGE`], or [`DOCUMENT`] itself.
pub(crate) fn answer(path: &str) -> Response {
    if path == DOCUMENT {
        return match document() {
            Ok(document) => ([(CONTENT_TYPE, "application/json")], document.to_string()).into_response(),
            Err(error) => broken(&error),
        };
    }
    let Some(file) = path.strip_prefix(PAGE).and_then(|file| file.strip_prefix('/')) else {
        // The page's files are named relative to it.
        return (StatusCode::FOUND, [(LOCATION, format!("{PAGE}/"))]).into_response();
    };
    match serve(file, Arc::new(Config::from(DOCUMENT))) {
        Ok(Some(file)) => ([(CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => broken(&*error),
    }
}

fn broken(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the reference cannot be made");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Everything in a document that refers to a schema of it.
    fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_document_is_the_one_that_is_checked_in() {
        let checked_in = include_str!("../../openapi.json");
        let printed = printed().unwrap();
        let differing = printed.lines().zip(checked_in.lines()).position(|(now, then)| now != then);
        assert!(
            printed == checked_in,
            "it differs from line {:?} on: `cargo run -- openapi > infra/openapi.json`",
            differing.map(|at| at + 1)
        );
    }

    #[test]
    fn whatever_is_referred_to_is_there_and_no_operation_is_named_twice() {
        let document = document().unwrap();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 10);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        let operations = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        let ids: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn the_page_brings_all_its_files_along() {
        let status = |path: &str| answer(path).status();
        assert_eq!([status("/reference/"), status("/reference/swagger-ui.css"), status("/openapi.json")], [StatusCode::OK; 3]);
        assert_eq!(status("/reference"), StatusCode::FOUND);
        assert_eq!(status("/reference/../Cargo.toml"), StatusCode::NOT_FOUND);
    }
}
