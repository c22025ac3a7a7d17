//! The version of a release, ordered as `WordPress` orders it.
//!
//! `WordPress` decides with PHP's `version_compare` whether an offered version is newer than the installed one, so "newer" has to
//! mean the same here. No crate was found that follows PHP to the letter (its words match by their beginnings, and its end of
//! a version ranks above `rc` but below every number), and the rules are short:
//!
//! - `.`, `-`, `_`, `+` and every change between digits and letters separate parts. `~` separates too, but right after a digit it
//!   begins a part of its own, as in PHP;
//! - two parts that are numbers compare as numbers (PHP's `strtol` holds them at 2^63-1);
//! - otherwise the kinds compare: any other word < `dev` < `alpha` = `a` < `beta` = `b` < `RC` = `rc` < the end of the
//!   version < a number < `pl` = `p`. A word is of a kind when it begins with that kind's name, so `build` is a beta and
//!   `release` is below `dev`. Case counts: `Beta` is just another word.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The most characters of a version.
pub const MAX_CHARS: usize = 64;

/// A version as its vendor wrote it: 1 to [`MAX_CHARS`] characters of `[0-9A-Za-z.+_~-]`, beginning with a letter or digit.
///
/// Its order is total and agrees with equality: versions that PHP finds equal but that are written differently (`1.0rc1` and
/// `1.0-RC1`) are ordered by their text. [`Version::precedence`] is PHP's own answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Version(String);

/// A text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version has 1 to {MAX_CHARS} characters of 0-9 A-Z a-z . + _ ~ - and begins with a letter or a digit")]
pub struct VersionError;

impl Version {
    /// Takes a version as it is; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".+_~-".contains(&byte);
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && text.len() <= MAX_CHARS && text.bytes().all(known) { Ok(Self(text.to_owned())) } else { Err(VersionError) }
    }

    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What PHP's `version_compare` answers for the two.
    ///
    /// One thing differs: PHP calls a version that ends in a separator (`1.`) smaller than itself; here it equals itself.
    pub fn precedence(&self, other: &Self) -> Ordering {
        parts(&self.0).cmp(&parts(&other.0))
    }

    /// Whether a `WordPress` site that runs `installed` would take this version as an update.
    pub fn is_newer_than(&self, installed: &Self) -> bool {
        self.precedence(installed) == Ordering::Greater
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence(other).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        Self::parse(&text)
    }
}

/// One part of a version; the order of the variants is PHP's order of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What follows a separator at the very end.
    Nothing,
    OtherWord,
    Dev,
    Alpha,
    Beta,
    Candidate,
    /// The end of the version: PHP compares a missing part as `#`, which it ranks just below a number's place.
    End,
    Number(u64),
    Patch,
}

/// Kinds of words by their beginnings. `alpha`, `beta` and `pl` begin with the letter that stands for them.
const WORDS: [(&str, Part); 6] =
    [("dev", Part::Dev), ("a", Part::Alpha), ("b", Part::Beta), ("RC", Part::Candidate), ("rc", Part::Candidate), ("p", Part::Patch)];

impl Part {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            let most = u64::try_from(i64::MAX).unwrap_or(u64::MAX);
            return Self::Number(text.parse().unwrap_or(most).min(most));
        }
        WORDS.iter().find(|(word, _)| text.starts_with(word)).map_or(Self::OtherWord, |(_, part)| *part)
    }
}

/// The parts of a version, with [`Part::End`] behind them, so that comparing lists part by part is PHP's comparison.
fn parts(version: &str) -> Vec<Part> {
    canonical(version).split('.').map(Part::of).chain([Part::End]).collect()
}

/// The version with a dot, and never two, wherever a part ends.
fn canonical(version: &str) -> String {
    let mut dotted = String::with_capacity(version.len() * 2);
    let mut last = '.';
    for c in version.chars() {
        let changes = (last.is_ascii_digit() && !c.is_ascii_digit()) || (c.is_ascii_digit() && !last.is_ascii_digit());
        let is_separator = matches!(c, '.' | '-' | '_' | '+') || (c == '~' && !last.is_ascii_digit());
        if (changes || is_separator) && !dotted.is_empty() && !dotted.ends_with('.') {
            dotted.push('.');
        }
        if !is_separator {
            dotted.push(c);
        }
        last = c;
    }
    dotted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    fn compare(a: &str, b: &str) -> Ordering {
        let answer = version(a).precedence(&version(b));
        assert_eq!(version(b).precedence(&version(a)), answer.reverse(), "{a} and {b}");
        answer
    }

    #[test]
    fn a_version_is_bounded_and_plain() {
        for good in ["1", "1.0", "2.0.0-beta.1+build_5", "20240101", "v1.2", "1~rc1", &"1".repeat(64)] {
            assert_eq!(version(good).to_string(), good);
        }
        for bad in ["", " 1", "1 ", ".1", "-1", "~1", "1/2", "1é", "1\n", "1#2", &"1".repeat(65)] {
            assert_eq!(Version::parse(bad), Err(VersionError), "{bad:?}");
        }
    }

    #[test]
    fn the_table_of_phps_manual_holds() {
        let ladder = ["1.0foo", "1.0-dev", "1.0alpha", "1.0beta", "1.0RC1", "1.0", "1.0.0", "1.0pl1"];
        for (index, lower) in ladder.iter().enumerate() {
            for higher in &ladder[index + 1..] {
                assert_eq!(compare(lower, higher), Ordering::Less, "{lower} < {higher}");
            }
        }
        for (a, b) in [("1.0alpha1", "1.0a1"), ("1.0beta2", "1.0-b2"), ("1.0RC1", "1.0rc1"), ("1.0pl1", "1.0p1"), ("1.0-1", "1_0+1")] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} = {b}");
        }
    }

    /// Each answer was computed by a transcription, in C, of the function behind `version_compare`.
    #[test]
    fn versions_compare_as_php_compares_them() {
        let table = [
            ("1", '<', "2"),
            ("10", '>', "2"),
            ("1.0", '<', "1.1"),
            ("1.2", '>', "1.0.1"),
            ("5.2", '<', "5.10"),
            ("1.0", '<', "1.0.0"),
            ("1.0.0", '>', "1"),
            ("1.0-dev", '<', "1.0a1"),
            ("1.0a1", '<', "1.0b1"),
            ("1.0b1", '<', "1.0RC1"),
            ("1.0RC1", '=', "1.0rc1"),
            ("1.0rc1", '<', "1.0"),
            ("1.0", '<', "1.0pl1"),
            ("1.0.1", '<', "1.0pl1"),
            ("1.0-1", '>', "1.0"),
            ("1.0.1", '=', "1.0-1"),
            ("1.0+20240101", '>', "1.0"),
            ("1.0build", '=', "1.0beta"),
            ("1.0release", '<', "1.0dev"),
            ("1.0patch", '=', "1.0pl"),
            ("1.0Beta", '<', "1.0dev"),
            ("1.0x", '=', "1.0y"),
            ("1.0~rc1", '<', "1.0rc1"),
            ("1.0~rc1", '<', "1.0"),
            ("1~2", '<', "1.2"),
            ("1..2", '=', "1.2"),
            ("1.-_2", '=', "1.2"),
            ("1.", '<', "1"),
            ("1.", '<', "1.0"),
            ("1.", '<', "1.dev"),
            ("01.002", '=', "1.2"),
            ("9223372036854775808", '=', "9223372036854775807"),
            ("9223372036854775806", '<', "9223372036854775807"),
            ("v1.0", '<', "1.0"),
            ("v2.0", '>', "v1.0"),
            ("2.0.0-beta.11", '>', "2.0.0-beta.2"),
            ("6.5-alpha-56966", '<', "6.5"),
            ("6.5-RC2-57000", '<', "6.5-RC10"),
        ];
        for (a, answer, b) in table {
            let expected = match answer {
                '<' => Ordering::Less,
                '>' => Ordering::Greater,
                _ => Ordering::Equal,
            };
            assert_eq!(compare(a, b), expected, "{a} {answer} {b}");
        }
    }

    #[test]
    fn only_what_wordpress_would_take_is_newer() {
        assert!(version("1.10.0").is_newer_than(&version("1.9.9")));
        assert!(version("2.0").is_newer_than(&version("2.0-rc2")));
        assert!(!version("2.0").is_newer_than(&version("2.0")));
        assert!(!version("2.0-RC1").is_newer_than(&version("2.0rc1")));
        assert!(!version("2.0").is_newer_than(&version("2.0.0")));
    }

    #[test]
    fn equal_precedence_falls_back_to_the_text() {
        let (upper, lower) = (version("1.0RC1"), version("1.0rc1"));
        assert_eq!(upper.precedence(&lower), Ordering::Equal);
        assert_ne!(upper, lower);
        assert_eq!(upper.cmp(&lower), Ordering::Less);
        assert_eq!(version("1.").cmp(&version("1.")), Ordering::Equal);
    }

    #[test]
    fn json_carries_the_text() {
        assert_eq!(serde_json::to_string(&version("1.0-RC1")).unwrap(), "\"1.0-RC1\"");
        assert_eq!(serde_json::from_str::<Version>("\"1.0-RC1\"").unwrap(), version("1.0-RC1"));
        assert!(serde_json::from_str::<Version>("\"\"").is_err());
    }

    /// Few pieces, so that equal and nearly equal versions are common.
    fn versions() -> impl Strategy<Value = Version> {
        "[01a]([.~+-]|0|1|10|9223372036854775808|dev|alpha|a|b|RC|rc|pl|x){0,3}".prop_map(|text| version(&text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn the_order_is_total(a in versions(), b in versions(), c in versions()) {
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
            let mut sorted = [a, b, c];
            sorted.sort();
            let [low, middle, high] = sorted;
            prop_assert!(low <= middle && middle <= high && low <= high);
            prop_assert!(low.precedence(&high) != Ordering::Greater);
        }
    }
}
