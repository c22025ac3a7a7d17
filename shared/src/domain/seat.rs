//! The seat: one activation of a licence, on a site or a machine.

use std::cmp::Ordering;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::site::Site;
use super::text::{Line, TextError};
use super::time::Timestamp;

/// Up to this many seats lie in a map inside the grant; above it, or without a limit, each is an item of its own.
pub const MAP_LIMIT: u32 = 50;

/// How many local, development and staging sites a licence takes beside its counted seats.
pub const DEVELOPMENT_LIMIT: usize = 20;

/// How long after it was last noted a seat's use is noted again, in seconds: a week. A write costs ten times a read, and
/// sites check twice a day.
pub const SEEN_EVERY_SECONDS: i64 = 7 * 24 * 60 * 60;

/// How many seats a licence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatLimit {
    /// As many as are asked for.
    Unlimited,
    /// At most this many: 1 to 1,000,000.
    Limited(u32),
}

/// How the seats of a licence are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In a map inside the grant.
    Map,
    /// One item a seat, and a counter in the grant.
    Items,
}

/// What holds a seat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// A web site.
    Site(Site),
    /// A machine, by the fingerprint that the program sends.
    Machine(Line<200>),
}

/// Which seat of a licence is meant: 96 bits of a SHA-256 of the device, 16 characters as text.
///
/// A collision would let two devices share a seat of one licence; finding a pair takes 2⁴⁸ hashes and wins one seat.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatDigest([u8; 12]);

/// A seat that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// What holds it.
    pub device: Device,
    /// Since when, in whole seconds: repeating an activation does not change it.
    pub since: Timestamp,
    /// When it was last seen in use, at most a week behind.
    pub seen: Timestamp,
    /// What the client calls it.
    pub label: Option<Line<64>>,
    /// The identifier of the program that asked, where it said one.
    pub client: Option<Line<100>>,
}

impl Seat {
    /// The order in which seats are shown: the oldest first, and of two of one second the lesser device.
    pub fn by_age(&self, other: &Self) -> Ordering {
        (self.since, &self.device).cmp(&(other.since, &other.device))
    }
}

impl SeatLimit {
    /// The largest limit that is not "unlimited".
    pub const MAX: u32 = 1_000_000;

    /// A limit of `seats`, or nothing where that is 0 or more than [`Self::MAX`].
    pub fn limited(seats: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&seats).then_some(Self::Limited(seats))
    }

    /// Where the seats lie under this limit.
    pub fn layout(self) -> Layout {
        match self {
            Self::Limited(seats) if seats <= MAP_LIMIT => Layout::Map,
            Self::Limited(_) | Self::Unlimited => Layout::Items,
        }
    }

    /// Whether a seat is left where `taken` are taken.
    pub fn has_room(self, taken: u32) -> bool {
        match self {
            Self::Unlimited => true,
            Self::Limited(seats) => taken < seats,
        }
    }

    /// The number, or nothing where there is no limit.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Unlimited => None,
            Self::Limited(seats) => Some(seats),
        }
    }
}

impl Device {
    /// The seat that this device takes.
    pub fn digest(&self) -> SeatDigest {
        let mut hash = Sha256::new();
        hash.update(b"latchkey:seat:v1\0");
        hash.update(self.to_string());
        let mut digest = [0; 12];
        digest.copy_from_slice(&hash.finalize()[..12]);
        SeatDigest(digest)
    }

    /// Parses the text form.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        match text.strip_prefix('#') {
            Some(machine) => Line::parse(machine).map(Self::Machine),
            None => Site::parse(text).map(Self::Site).map_err(|_| TextError::Form("must be a site's address")),
        }
    }
}

/// The stored form: a site as it is, a machine behind `#`, which no site's address begins with.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(site) => f.write_str(site.as_str()),
            Self::Machine(machine) => write!(f, "#{}", machine.as_str()),
        }
    }
}

impl SeatDigest {
    /// The digest with these bytes, as a token carries them.
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }

    /// Parses the 16 characters that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for SeatDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for SeatDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeatDigest({self})")
    }
}

impl Seat {
    /// Whether its use should be noted again at `now`.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.as_seconds().saturating_sub(self.seen.as_seconds()) >= SEEN_EVERY_SECONDS
    }
}

impl Serialize for Device {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for SeatDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SeatDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("not a seat's digest"))
    }
}

/// Stored as the number, or null where there is no limit.
impl Serialize for SeatLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SeatLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Option::<u32>::deserialize(deserializer)? {
            None => Ok(Self::Unlimited),
            Some(seats) => Self::limited(seats).ok_or_else(|| serde::de::Error::custom("a seat limit is 1 to 1000000")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_never_takes_the_seat_of_a_site() {
        let site = Device::parse("machine:8080").unwrap();
        let machine = Device::parse("#machine:8080").unwrap();
        assert!(matches!(site, Device::Site(_)) && matches!(machine, Device::Machine(_)));
        assert_ne!(site.digest(), machine.digest());
        assert_eq!(Device::parse(&machine.to_string()), Ok(machine));
    }

    #[test]
    fn a_digest_is_sixteen_characters_that_parse_back() {
        let digest = Device::parse("example.com").unwrap().digest();
        assert_eq!(digest.to_string().len(), 16);
        assert_eq!(SeatDigest::parse(&digest.to_string()), Some(digest));
        assert_eq!(SeatDigest::parse("too short"), None);
    }

    #[test]
    fn the_layout_changes_above_fifty_seats() {
        assert_eq!(SeatLimit::Limited(50).layout(), Layout::Map);
        assert_eq!(SeatLimit::Limited(51).layout(), Layout::Items);
        assert_eq!(SeatLimit::Unlimited.layout(), Layout::Items);
        assert_eq!(SeatLimit::limited(0), None);
    }
}
