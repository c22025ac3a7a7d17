//! What went wrong on our side.

use std::error::Error;
use std::fmt;

/// A fault of ours: never an answer about a licence. Every dialect answers it with 5xx or 429 and `Retry-After`.
///
/// Its text is for the log. Nothing of it is ever sent to a client.
#[derive(Debug)]
pub struct Fault {
    /// What sort of fault.
    pub kind: FaultKind,
    context: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What sort of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The store asked us to slow down, to the end of our patience.
    Throttled,
    /// The store did not answer, or answered with a fault of its own, to the end of our patience.
    Unavailable,
    /// Others kept changing the same thing, to the end of our patience.
    Contended,
    /// The store refused us: credentials, permissions, a table that does not exist.
    Denied,
    /// Something stored is not as this code writes it.
    Corrupt,
}

impl Fault {
    /// A fault without a cause behind it.
    pub fn new(kind: FaultKind, context: &'static str) -> Self {
        Self { kind, context, source: None }
    }

    /// A fault with its cause.
    pub fn caused(kind: FaultKind, context: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, context, source: Some(source.into()) }
    }

    /// Something stored is not as it should be.
    pub(crate) fn corrupt(context: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::caused(FaultKind::Corrupt, context, source)
    }

    /// What sort it is and what was being done: words of ours alone, without what a store or a network said.
    pub fn in_short(&self) -> String {
        format!("{}: {}", self.kind.name(), self.context)
    }

    /// Whether asking again in a moment may help.
    pub fn is_passing(&self) -> bool {
        match self.kind {
            FaultKind::Throttled | FaultKind::Unavailable | FaultKind::Contended => true,
            FaultKind::Denied | FaultKind::Corrupt => false,
        }
    }
}

impl FaultKind {
    /// A stable name for logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Contended => "contended",
            Self::Denied => "denied",
            Self::Corrupt => "corrupt",
        }
    }
}

/// The whole chain of causes, for the log.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.context)?;
        let mut cause: Option<&(dyn Error + 'static)> = self.source.as_deref().map(|source| source as &(dyn Error + 'static));
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_text_has_the_whole_chain() {
        let inner = std::io::Error::other("connection reset");
        let fault = Fault::caused(FaultKind::Unavailable, "the table did not answer", inner);
        assert_eq!(fault.to_string(), "unavailable: the table did not answer: connection reset");
    }
}
