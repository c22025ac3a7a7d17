//! A product's own patterns for hosts that take no seat.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Host;

use super::{before_a_domain, is_under};
use crate::domain::site::canonical_host;

/// The most patterns of one product.
pub const MAX_PATTERNS: usize = 10;
/// The most characters of a pattern, also of its punycode.
pub const MAX_PATTERN_CHARS: usize = 64;

/// One pattern, in the spelling of a site's normal form:
///
/// - `demo.example.com` is that host;
/// - `*.staging.example.com` is every host under that one, at any depth, and not the host itself;
/// - `preview.*` is every host whose first label is that one and is followed by a whole domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Host(String),
    /// With its leading dot.
    Under(String),
    FirstLabel(String),
}

/// At most [`MAX_PATTERNS`] patterns of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Patterns(Vec<Pattern>);

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There are too many of them.
    #[error("a product has at most {MAX_PATTERNS} patterns for development sites")]
    TooMany,
    /// It is too long.
    #[error("a pattern for development sites has at most {MAX_PATTERN_CHARS} characters")]
    TooLong,
    /// It is not in one of the three forms.
    #[error("'{0}' is not a pattern for development sites: write a host, *.host or label.*")]
    Malformed(String),
    /// It would make every site below a top-level domain a development site.
    #[error("'{0}' is too wide for a pattern for development sites: at least two labels must follow the *")]
    TooWide(String),
}

impl Pattern {
    /// Parses a pattern; white space around it and the case of its letters do not matter.
    pub fn parse(input: &str) -> Result<Self, PatternError> {
        let input = input.trim();
        if input.chars().count() > MAX_PATTERN_CHARS {
            return Err(PatternError::TooLong);
        }
        let rule = if let Some(rest) = input.strip_prefix("*.") {
            let Host::Domain(host) = host(rest, input)? else { return Err(PatternError::Malformed(input.to_owned())) };
            if !host.contains('.') {
                return Err(PatternError::TooWide(input.to_owned()));
            }
            Rule::Under(format!(".{host}"))
        } else if let Some(label) = input.strip_suffix(".*") {
            match host(label, input)? {
                Host::Domain(label) if !label.contains('.') => Rule::FirstLabel(label),
                Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => return Err(PatternError::Malformed(input.to_owned())),
            }
        } else {
            Rule::Host(host(input, input)?.to_string())
        };
        let text = match &rule {
            Rule::Host(host) => host.clone(),
            Rule::Under(suffix) => format!("*{suffix}"),
            Rule::FirstLabel(label) => format!("{label}.*"),
        };
        if text.len() > MAX_PATTERN_CHARS { Err(PatternError::TooLong) } else { Ok(Self { text, rule }) }
    }

    /// The pattern in its normal spelling.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the host of a [`Site`](crate::domain::site::Site) matches.
    pub(super) fn matches(&self, site_host: &str) -> bool {
        match &self.rule {
            Rule::Host(host) => site_host == host,
            Rule::Under(suffix) => is_under(site_host, suffix),
            Rule::FirstLabel(label) => before_a_domain(site_host) == Some(label),
        }
    }
}

impl Patterns {
    /// Parses patterns, in the order in which they are given.
    pub fn parse<T: AsRef<str>>(inputs: impl IntoIterator<Item = T>) -> Result<Self, PatternError> {
        let mut patterns = Vec::new();
        for input in inputs {
            if patterns.len() == MAX_PATTERNS {
                return Err(PatternError::TooMany);
            }
            patterns.push(Pattern::parse(input.as_ref())?);
        }
        Ok(Self(patterns))
    }

    /// The patterns, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter()
    }
}

fn host(text: &str, pattern: &str) -> Result<Host<String>, PatternError> {
    let malformed = || PatternError::Malformed(pattern.to_owned());
    let host = Host::parse(text).map_err(|_| malformed())?;
    let name = canonical_host(&host).map_err(|_| malformed())?;
    match host {
        Host::Domain(_) => Ok(Host::Domain(name)),
        Host::Ipv4(_) | Host::Ipv6(_) => Ok(host),
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl TryFrom<Vec<String>> for Patterns {
    type Error = PatternError;

    fn try_from(texts: Vec<String>) -> Result<Self, PatternError> {
        Self::parse(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_spelled_like_a_normal_form() {
        for (input, text) in [
            (" *.Staging.Example.com ", "*.staging.example.com"),
            ("Preview.*", "preview.*"),
            ("www.demo.example.com.", "demo.example.com"),
            ("*.bücher.example", "*.xn--bcher-kva.example"),
            ("203.0.113.7", "203.0.113.7"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
        ] {
            let pattern = Pattern::parse(input).unwrap();
            assert_eq!(pattern.as_str(), text);
            assert_eq!(Pattern::parse(text), Ok(pattern));
        }
    }

    #[test]
    fn what_is_not_a_pattern_is_refused_with_its_reason() {
        let malformed = |text: &str| PatternError::Malformed(text.to_owned());
        for (input, error) in [
            ("", malformed("")),
            ("*", malformed("*")),
            ("*.*", malformed("*.*")),
            ("a.*.example.com", malformed("a.*.example.com")),
            ("*.*.example.com", malformed("*.*.example.com")),
            ("*x.example.com", malformed("*x.example.com")),
            ("a.b.*", malformed("a.b.*")),
            ("https://example.com", malformed("https://example.com")),
            ("example.com/shop", malformed("example.com/shop")),
            ("example.com:80", malformed("example.com:80")),
            ("*.10.0.0.1", malformed("*.10.0.0.1")),
            ("*.com", PatternError::TooWide("*.com".to_owned())),
        ] {
            assert_eq!(Pattern::parse(input), Err(error));
        }
        assert_eq!(
            Pattern::parse("*.com").unwrap_err().to_string(),
            "'*.com' is too wide for a pattern for development sites: at least two labels must follow the *"
        );
    }

    #[test]
    fn number_and_length_are_bounded() {
        assert_eq!(Patterns::parse(["preview.*"; MAX_PATTERNS]).unwrap().iter().count(), MAX_PATTERNS);
        assert_eq!(Patterns::parse(["preview.*"; MAX_PATTERNS + 1]), Err(PatternError::TooMany));
        let longest = format!("{}.example", "a".repeat(MAX_PATTERN_CHARS - 8));
        assert!(Pattern::parse(&longest).is_ok());
        assert_eq!(Pattern::parse(&format!("a{longest}")), Err(PatternError::TooLong));
        // Short as it is typed, too long as it is stored.
        assert_eq!(Pattern::parse(&format!("{}.example.com", "例え".repeat(9))).map(|_| ()), Ok(()));
        assert_eq!(Pattern::parse(&format!("{0}.{0}.{0}.example", "例え".repeat(4))), Err(PatternError::TooLong));
    }

    #[test]
    fn json_carries_a_list_of_texts() {
        let patterns: Patterns = serde_json::from_str(r#"["*.Staging.example.com","preview.*"]"#).unwrap();
        let text = serde_json::to_string(&patterns).unwrap();
        assert_eq!(text, r#"["*.staging.example.com","preview.*"]"#);
        assert_eq!(serde_json::from_str::<Patterns>(&text).unwrap(), patterns);
        assert!(serde_json::from_str::<Patterns>(r#"["*"]"#).is_err());
    }
}
