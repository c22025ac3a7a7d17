//! How a product's new keys look, and making them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::pattern::{Pattern, PatternError};
use super::{KeyError, LicenseKey, addressed};
use crate::domain::time::Timestamp;
use crate::random::Random;

/// The fewest random bits of a key whose pattern the vendor gave.
pub const MIN_RANDOM_BITS: u32 = 64;

/// The form of a product's new keys. Every form but an explicit [`KeyFormat::Pattern`] pattern has at least 128 random bits.
///
/// Its text form, in JSON as well, is `groups`, `guid`, `addressed` or `pattern:` and the pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyFormat {
    /// Six groups of five characters of Crockford's base 32, which has no I, L, O and U to misread: 150 bits.
    #[default]
    Groups,
    /// A lower-case GUID. All 128 bits are random: a version 4 UUID would spend six of them on saying so.
    Guid,
    /// A pattern in the language of [`super::pattern`].
    Pattern(KeyPattern),
    /// A key that names the server it was made for ([`super::addressed`]).
    Addressed,
}

/// A pattern that is good for keys: one with at least [`MIN_RANDOM_BITS`] random bits.
///
/// The default is ours: five groups of `{TOKEN:5}` (129 bits). The original's default has four (103 bits); it is accepted where
/// the vendor asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern(Pattern);

/// Why a text is not a format of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFormatError {
    /// It names no format.
    #[error("a key format is groups, guid, addressed or pattern:PATTERN")]
    Unknown,
    /// Its pattern is not one.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

/// Makes a key for a licence that is issued at `now` by the deployment at `host`, which may have a port.
///
/// Fails only for [`KeyFormat::Addressed`], where the host cannot stand in a key.
pub fn generate(format: &KeyFormat, host: &str, now: Timestamp, random: &Random) -> Result<LicenseKey, KeyError> {
    match format {
        KeyFormat::Groups => Ok(LicenseKey(groups(random))),
        KeyFormat::Guid => Ok(LicenseKey(guid(random))),
        KeyFormat::Pattern(pattern) => Ok(LicenseKey(pattern.0.generate(random))),
        KeyFormat::Addressed => addressed::encode(host, now, random),
    }
}

fn groups(random: &Random) -> String {
    let group = || random.text(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 5);
    [group(), group(), group(), group(), group(), group()].join("-")
}

fn guid(random: &Random) -> String {
    let hex = format!("{:032x}", u128::from_be_bytes(random.bytes()));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

impl KeyPattern {
    /// Parses a pattern and refuses one whose keys could be found by trying.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let pattern = Pattern::parse(text)?;
        let bits = pattern.random_bits();
        if bits < MIN_RANDOM_BITS { Err(PatternError::TooWeak(bits, MIN_RANDOM_BITS)) } else { Ok(Self(pattern)) }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Default for KeyPattern {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a constant, and a test makes keys from it")]
        Self::parse("{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}").expect("the default is a pattern")
    }
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Groups => f.write_str("groups"),
            Self::Guid => f.write_str("guid"),
            Self::Pattern(pattern) => write!(f, "pattern:{}", pattern.as_str()),
            Self::Addressed => f.write_str("addressed"),
        }
    }
}

impl FromStr for KeyFormat {
    type Err = KeyFormatError;

    fn from_str(text: &str) -> Result<Self, KeyFormatError> {
        match text {
            "groups" => Ok(Self::Groups),
            "guid" => Ok(Self::Guid),
            "addressed" => Ok(Self::Addressed),
            _ => {
                let pattern = text.strip_prefix("pattern:").ok_or(KeyFormatError::Unknown)?;
                Ok(Self::Pattern(KeyPattern::parse(pattern)?))
            }
        }
    }
}

impl TryFrom<String> for KeyFormat {
    type Error = KeyFormatError;

    fn try_from(text: String) -> Result<Self, KeyFormatError> {
        text.parse()
    }
}

impl From<KeyFormat> for String {
    fn from(format: KeyFormat) -> Self {
        format.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "licenses.example.com";

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_780_000_000).unwrap()
    }

    fn made(format: &KeyFormat, random: &Random) -> LicenseKey {
        generate(format, HOST, now(), random).unwrap()
    }

    fn every_format() -> [KeyFormat; 4] {
        [KeyFormat::Groups, KeyFormat::Guid, KeyFormat::Pattern(KeyPattern::default()), KeyFormat::Addressed]
    }

    #[test]
    fn groups_are_six_times_five_letters_without_lookalikes() {
        let random = Random::seeded(1);
        for _ in 0..200 {
            let key = made(&KeyFormat::Groups, &random);
            let groups: Vec<_> = key.expose().split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5; 6]);
            assert!(groups.concat().chars().all(|c| (c.is_ascii_digit() || c.is_ascii_uppercase()) && !"ILOU".contains(c)));
        }
    }

    #[test]
    fn a_guid_is_random_in_every_digit() {
        let random = Random::seeded(2);
        let keys: Vec<_> = (0..200).map(|_| made(&KeyFormat::Guid, &random).expose().to_owned()).collect();
        for key in &keys {
            assert_eq!(key.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(key.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)));
        }
        for place in (0..36).filter(|place| ![8, 13, 18, 23].contains(place)) {
            let first = keys[0].as_bytes()[place];
            assert!(keys.iter().any(|key| key.as_bytes()[place] != first), "digit {place} never changes");
        }
    }

    #[test]
    fn our_pattern_has_at_least_128_random_bits() {
        let pattern = KeyPattern::default();
        assert!(pattern.0.random_bits() >= 128);
        assert_eq!(made(&KeyFormat::Pattern(pattern), &Random::seeded(3)).expose().len(), 29);
    }

    #[test]
    fn a_vendors_pattern_is_honoured_unless_it_is_weak() {
        let format: KeyFormat = "pattern:PRO-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}".parse().unwrap();
        assert!(made(&format, &Random::seeded(4)).expose().starts_with("PRO-"));
        assert!(KeyPattern::parse("{HEX:16}").is_ok());
        assert_eq!(KeyPattern::parse("{HEX:15}"), Err(PatternError::TooWeak(60, 64)));
        assert_eq!(KeyPattern::parse("always-the-same"), Err(PatternError::TooWeak(0, 64)));
    }

    #[test]
    fn a_made_key_is_a_key_and_no_two_are_the_same() {
        for format in every_format() {
            let random = Random::seeded(5);
            let (one, other) = (made(&format, &random), made(&format, &random));
            assert_ne!(one, other, "{format}");
            assert_eq!(LicenseKey::parse(one.expose()), Ok(one), "{format}");
        }
    }

    #[test]
    fn the_text_form_parses_back_and_json_carries_it() {
        for format in every_format() {
            assert_eq!(format.to_string().parse(), Ok(format.clone()));
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(json, format!("\"{format}\""));
            assert_eq!(serde_json::from_str::<KeyFormat>(&json).unwrap(), format);
        }
        for bad in ["", "Groups", "words", "uuid"] {
            assert_eq!(bad.parse::<KeyFormat>(), Err(KeyFormatError::Unknown), "{bad:?}");
        }
        assert_eq!("pattern:".parse::<KeyFormat>(), Err(KeyFormatError::Pattern(PatternError::Empty)));
    }
}
