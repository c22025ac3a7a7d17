//! A licence key on the command line.

use std::convert::Infallible;
use std::io::BufRead;
use std::str::FromStr;

use latchkey_core::domain::key::LicenseKey;

use crate::problem::{Exit, Problem};

/// More than any key: a key has at most 255 characters.
const MOST_BYTES: u64 = 4_096;

/// Where a key is: it is parsed later than the other words, so that no message about wrong usage repeats it.
#[derive(Clone)]
pub(super) enum KeyArg {
    /// It is the first line of standard input, where neither a shell's history nor a list of processes shows it.
    Input,
    /// It is this.
    Given(String),
}

impl KeyArg {
    /// The key.
    pub(super) fn read(&self) -> Result<LicenseKey, Problem> {
        match self {
            Self::Input => read_from(std::io::stdin().lock()),
            Self::Given(text) => parse(text),
        }
    }
}

impl FromStr for KeyArg {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Input } else { Self::Given(text.to_owned()) })
    }
}

fn read_from(input: impl BufRead) -> Result<LicenseKey, Problem> {
    let mut line = String::new();
    let read = input.take(MOST_BYTES).read_line(&mut line);
    read.map_err(|error| wrong(format!("no licence key can be read from standard input: {error}")))?;
    parse(&line)
}

fn parse(text: &str) -> Result<LicenseKey, Problem> {
    LicenseKey::parse(text).map_err(|error| wrong(error.to_string()))
}

fn wrong(message: String) -> Problem {
    Problem {
        code: "usage",
        message,
        hint: Some("give the key with --key, or --key - and the key on standard input".to_owned()),
        exit: Exit::Usage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_means_the_first_line_of_standard_input() {
        assert!(matches!("-".parse(), Ok(KeyArg::Input)));
        assert_eq!(read_from(&b"  ABC-DEF \nmore\n"[..]).unwrap().expose(), "ABC-DEF");
    }

    #[test]
    fn what_is_not_a_key_is_wrong_usage_and_not_repeated() {
        for text in ["", "\n", "tab\tinside", &"x".repeat(300)] {
            let problem = read_from(text.as_bytes()).unwrap_err();
            assert_eq!(problem.exit, Exit::Usage);
            assert!(!problem.message.contains("inside") && !problem.message.contains("xxx"), "{}", problem.message);
        }
        assert!(read_from(&[0xff, 0xfe][..]).is_err());
    }
}
