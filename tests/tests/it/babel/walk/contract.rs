//! The contract as the seed's machine-readable form states it: operations, each with an example of its body and of its answer.

use serde::Deserialize;
use serde_json::Value;

/// An operation.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) parameters: Vec<Parameter>,
    #[serde(default)]
    pub(super) body_example: Option<Value>,
    #[serde(default)]
    pub(super) response_example: Option<Value>,
}

/// What an operation takes.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
}

impl Operation {
    /// Such as `GET /v1/orders`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it takes a parameter of this name in its query.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.place == "query" && parameter.name == name)
    }
}

/// All 83 operations, in the order of the seed.
pub(super) fn operations() -> Vec<Operation> {
    let operations: Vec<Operation> = serde_json::from_str(include_str!("../../../../contracts/babel-management.json")).unwrap();
    assert_eq!(operations.len(), 83);
    operations
}
