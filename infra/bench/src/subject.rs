//! One function to measure, as it is named on the command line.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A binary with the variables that are set for it alone, so that two settings of one binary can be compared in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The binary that is executed: what the deployed package calls `bootstrap`.
    pub(crate) path: PathBuf,
    /// Variables beside Lambda's own; they win over those.
    pub(crate) variables: Vec<(String, String)>,
}

impl Subject {
    /// The name in the report: the variables, then the file name without its folders.
    pub(crate) fn label(&self) -> String {
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy();
        let words = self.variables.iter().map(|(name, value)| format!("{name}={value}")).chain([file.into_owned()]);
        words.collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for Subject {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut variables = Vec::new();
        let mut rest = text.trim();
        while let Some((word, after)) = rest.split_once(' ') {
            let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_variable_name(name)) else { break };
            variables.push((name.to_owned(), value.to_owned()));
            rest = after.trim_start();
        }
        Ok(Self { path: Path::new(rest).to_owned(), variables })
    }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_hold_spaces_and_equals_signs() {
        let subject: Subject = "/a folder/x=1/bootstrap".parse().unwrap();
        assert_eq!(subject, Subject { path: "/a folder/x=1/bootstrap".into(), variables: vec![] });
        assert_eq!(subject.label(), "bootstrap");
    }

    #[test]
    fn variables_stand_before_the_path_and_show_in_the_name() {
        let subject: Subject = "LEVEL=off  MODE=a=b ./target/bootstrap".parse().unwrap();
        assert_eq!(subject.path, Path::new("./target/bootstrap"));
        assert_eq!(subject.variables, [("LEVEL".to_owned(), "off".to_owned()), ("MODE".to_owned(), "a=b".to_owned())]);
        assert_eq!(subject.label(), "LEVEL=off MODE=a=b bootstrap");
    }
}
