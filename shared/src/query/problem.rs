//! What is wrong with a list's parameters, in words that say where.

use std::fmt;

/// Which parameter is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The condition.
    Filter,
    /// The order.
    Sort,
    /// The members that are answered.
    Select,
    /// The navigations that are filled.
    Include,
    /// The most rows that are answered.
    Take,
    /// The rows that are left out first.
    Skip,
    /// Whether the count alone is asked for.
    CountOnly,
    /// The names of roles.
    Roles,
    /// Where a period begins.
    StartDate,
    /// Where a period ends.
    EndDate,
    /// How many parts a period has.
    Intervals,
}

impl Parameter {
    /// Its name in a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Sort => "sort",
            Self::Select => "select",
            Self::Include => "include",
            Self::Take => "take",
            Self::Skip => "skip",
            Self::CountOnly => "countOnly",
            Self::Roles => "roles",
            Self::StartDate => "startDate",
            Self::EndDate => "endDate",
            Self::Intervals => "intervals",
        }
    }
}

/// What is wrong, and where: the caller's mistake, always. Its text is one plain sentence for the caller, and repeats of the
/// request nothing but names: a value may be somebody's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The parameter that it is in.
    pub parameter: Parameter,
    /// The character that it begins at, from 1; nothing where the parameter as a whole is meant.
    pub position: Option<usize>,
    /// What it is.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// More characters than are read.
    #[error("this is longer than {most} characters")]
    TooLong {
        /// The most that are read.
        most: usize,
    },
    /// Deeper than is read.
    #[error("this is nested more than {most} levels deep")]
    TooDeep {
        /// The most levels.
        most: usize,
    },
    /// More items than are read.
    #[error("there are more than {most} {what} here")]
    TooMany {
        /// The most that are read.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What should.
        expected: String,
        /// What does.
        found: String,
    },
    /// A literal that says nothing.
    #[error("{0}")]
    Malformed(&'static str),
    /// A name that means nothing here.
    #[error("{name} is no property of {entity}")]
    UnknownName {
        /// The name.
        name: String,
        /// What it was looked for in.
        entity: &'static str,
    },
    /// A method that there is not.
    #[error("{name} is no method of {of}")]
    UnknownMethod {
        /// The name.
        name: String,
        /// What it was called on.
        of: &'static str,
    },
    /// Of another type than it has to be.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What type it has to be.
        expected: String,
        /// What type it is.
        found: String,
    },
    /// A parameter's value that is not one of those it may have.
    #[error("this has to be {0}")]
    OutOfRange(&'static str),
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.parameter.name())?;
        if let Some(position) = self.position {
            write!(f, ", position {position}")?;
        }
        write!(f, ": {}.", self.problem)
    }
}

impl std::error::Error for QueryError {}

impl QueryError {
    /// A mistake in a parameter that is a value and nothing more.
    pub(super) fn whole(parameter: Parameter, problem: Problem) -> Self {
        Self { parameter, position: None, problem }
    }
}

/// A problem at a byte of a text that its finder does not have at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// From the text's beginning, in bytes.
    pub(super) at: usize,
    pub(super) problem: Problem,
}

impl Located {
    /// The error, with the position that a person counts.
    pub(super) fn within(self, parameter: Parameter, text: &str) -> QueryError {
        let position = text.char_indices().take_while(|(index, _)| *index < self.at).count() + 1;
        QueryError { parameter, position: Some(position), problem: self.problem }
    }
}

/// A name as it is repeated in an error: no longer than a line.
pub(super) fn shown(name: &str) -> String {
    const MOST: usize = 40;
    let begun: String = name.chars().take(MOST).collect();
    if begun.len() < name.len() { format!("'{begun}…'") } else { format!("'{begun}'") }
}
