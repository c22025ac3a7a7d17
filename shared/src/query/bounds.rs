//! Which part of a list is wanted, and other values of parameters that are no expressions.

use super::problem::{Parameter, Problem, QueryError};

/// The most rows that are answered at once.
pub const MOST_TAKEN: u32 = 1_000;
/// How many rows are answered where nothing is said, or 0, which is what a client sends that has nothing to say.
pub const TAKEN: u32 = 100;
/// The most rows that may be left out.
pub const MOST_SKIPPED: u32 = 100_000;
/// The most roles that may be named.
pub const MOST_ROLES: usize = 20;

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many rows are left out first.
    pub skip: u32,
    /// How many are answered at most; from 1.
    pub take: u32,
}

impl Window {
    /// Parses both numbers.
    pub fn parse(take: Option<&str>, skip: Option<&str>) -> Result<Self, QueryError> {
        let take = number(take, Parameter::Take, MOST_TAKEN, "a whole number up to 1000; 0 means 100")?;
        let skip = number(skip, Parameter::Skip, MOST_SKIPPED, "a whole number from 0 to 100000")?;
        Ok(Self { skip: skip.unwrap_or(0), take: take.filter(|take| *take > 0).unwrap_or(TAKEN) })
    }
}

/// A whole number from 0 to `most`; nothing where nothing is said.
pub(super) fn number(text: Option<&str>, parameter: Parameter, most: u32, expected: &'static str) -> Result<Option<u32>, QueryError> {
    let Some(text) = said(text) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| *number <= most);
    number.map(Some).ok_or_else(|| QueryError::whole(parameter, Problem::OutOfRange(expected)))
}

/// Parses whether the count alone is wanted.
pub fn count_only(text: Option<&str>) -> Result<bool, QueryError> {
    match said(text).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(QueryError::whole(Parameter::CountOnly, Problem::OutOfRange("true or false"))),
    }
}

/// Parses names with commas between them, such as `Sales, Customer`; none where nothing is said.
pub fn roles(text: Option<&str>) -> Result<Vec<String>, QueryError> {
    const MOST_CHARACTERS: usize = 100;
    let problem = |problem| QueryError::whole(Parameter::Roles, problem);
    let Some(text) = said(text) else { return Ok(Vec::new()) };
    let mut roles: Vec<String> = Vec::new();
    for role in text.split(',').map(str::trim) {
        if role.is_empty() || role.chars().nth(MOST_CHARACTERS).is_some() {
            return Err(problem(Problem::OutOfRange("names of roles with commas between them")));
        }
        if roles.len() == MOST_ROLES {
            return Err(problem(Problem::TooMany { most: MOST_ROLES, what: "roles" }));
        }
        if !roles.iter().any(|other| other == role) {
            roles.push(role.to_owned());
        }
    }
    Ok(roles)
}

/// A parameter's text without white space around it; nothing where it is empty, as clients send what they leave open.
pub(super) fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_a_default_and_a_bound() {
        let window = |take, skip| Window::parse(take, skip);
        assert_eq!(window(None, None), Ok(Window { skip: 0, take: TAKEN }));
        assert_eq!(window(Some("0"), Some("")), Ok(Window { skip: 0, take: TAKEN }));
        assert_eq!(window(Some(" 1000 "), Some("100000")), Ok(Window { skip: 100_000, take: 1000 }));
        for (take, skip, expected) in [
            (Some("1001"), None, "take: this has to be a whole number up to 1000; 0 means 100."),
            (Some("-1"), None, "take: this has to be a whole number up to 1000; 0 means 100."),
            (Some("ten"), None, "take: this has to be a whole number up to 1000; 0 means 100."),
            (None, Some("100001"), "skip: this has to be a whole number from 0 to 100000."),
            (None, Some("99999999999"), "skip: this has to be a whole number from 0 to 100000."),
        ] {
            assert_eq!(window(take, skip).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn counting_only_is_true_or_false() {
        assert_eq!([None, Some(""), Some("False"), Some("TRUE")].map(|text| count_only(text).unwrap()), [false, false, false, true]);
        assert_eq!(count_only(Some("1")).unwrap_err().to_string(), "countOnly: this has to be true or false.");
    }

    #[test]
    fn roles_are_names_each_once() {
        assert_eq!(roles(Some("Sales, License Manager,Sales")).unwrap(), ["Sales", "License Manager"]);
        assert_eq!(roles(None).unwrap(), Vec::<String>::new());
        assert_eq!(roles(Some("Sales,,")).unwrap_err().to_string(), "roles: this has to be names of roles with commas between them.");
        let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
        assert_eq!(roles(Some(&many.join(","))).unwrap_err().to_string(), "roles: there are more than 20 roles here.");
    }
}
