//! Why an operation did not do what a copy in the field asked.

use crate::domain::refusal::Refusal;
use crate::fault::Fault;

/// A definite no, or a fault of ours. The two never mix (reliability I7).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A fact about the licence.
    #[error("refused: {}", .0.name())]
    Refused(Refusal),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
