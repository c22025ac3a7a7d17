//! The contract as the seed's machine-readable form states it: operations, each with an example of its body and of its answer.

use serde::Deserialize;
use serde_json::Value;

/// An operation.
#[derive(Clone, Debug, Deserialize)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub parameters: Vec<Parameter>,
    #[serde(default)]
    pub body_example: Option<Value>,
    #[serde(default)]
    pub response_example: Option<Value>,
}

/// What an operation takes.
#[derive(Clone, Debug, Deserialize)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "in")]
    pub place: String,
}

impl Operation {
    /// Such as `GET /v1/orders`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it takes a parameter of this name in its query.
    pub fn takes(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.place == "query" && parameter.name == name)
    }
}

/// All 83 operations, in the order of the seed.
pub fn operations() -> Vec<Operation> {
    let operations: Vec<Operation> = serde_json::from_str(include_str!("../../../../contracts/babel-management.json")).unwrap();
    assert_eq!(operations.len(), 83);
    operations
}
