//! A seat as a vendor's staff see it, whatever it was taken through: a token with a number and a text of its own.
//!
//! Nothing is stored for either: both follow from the licence, the seat, and since when it is held. A seat that is given up and taken
//! again is another token. Neither proves anything; a program proves itself with its licence key.

use std::collections::BTreeSet;
use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use super::grant::Grant;
use super::ids::{AccountId, LicenseId, SeatTokenId};
use super::key::KeyDigest;
use super::lease::Lease;
use super::seat::{Device, Seat, SeatDigest};
use super::text::Line;
use super::time::Timestamp;

/// How long the random-looking part of a token's text is.
const TEXT_LENGTH: usize = 12;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A seat that is taken, as a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatToken {
    /// Its number, unique in its licence.
    pub id: SeatTokenId,
    /// Its text.
    pub text: String,
    /// The account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// The digest of the licence's key.
    pub key: KeyDigest,
    /// The seat.
    pub seat: SeatDigest,
    /// Who holds it.
    pub holder: Holder,
    /// Since when.
    pub since: Timestamp,
    /// When the licence ends, where it does.
    pub until: Option<Timestamp>,
}

/// Who holds a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A site or machine, for good.
    Activated {
        /// The seat.
        seat: Seat,
        /// Whether it counts: development sites do not.
        is_counted: bool,
    },
    /// A program, for a while.
    Floating(Lease),
}

impl SeatToken {
    /// The tokens of a licence from all its seats.
    pub fn all(grant: &Grant, holders: Vec<Holder>) -> Vec<Self> {
        let mut holders: Vec<_> = holders.into_iter().map(|holder| (holder.since(), holder.seat(), holder)).collect();
        holders.sort_by_key(|(since, seat, _)| (*since, *seat));
        let mut used = BTreeSet::new();
        let tokens = holders.into_iter().map(|(since, seat, holder)| {
            let (account, license, key) = (grant.account, grant.license, grant.key);
            let id = number(key, seat, since, &mut used);
            let until = grant.validity.until;
            Self { id, text: text(key, seat, since, &holder), account, license, key, seat, holder, since, until }
        });
        tokens.collect()
    }

    /// When the seat is free unless its holder is heard; nothing where it is held for good.
    pub fn expires(&self) -> Option<Timestamp> {
        match &self.holder {
            Holder::Activated { .. } => None,
            Holder::Floating(lease) => Some(lease.expires),
        }
    }

    /// When the holder was last heard; an activated one at most a week behind.
    pub fn heard(&self) -> Timestamp {
        match &self.holder {
            Holder::Activated { seat, .. } => seat.seen,
            Holder::Floating(lease) => lease.heartbeat(),
        }
    }

    /// The network address that a floating seat was asked for from. Of activations none is kept.
    pub fn address(&self) -> Option<IpAddr> {
        match &self.holder {
            Holder::Activated { .. } => None,
            Holder::Floating(lease) => lease.address,
        }
    }

    /// The site, as it is compared; nothing of machines.
    pub fn site(&self) -> Option<&str> {
        match &self.holder {
            Holder::Activated { seat: Seat { device: Device::Site(site), .. }, .. } => Some(site.as_str()),
            Holder::Activated { .. } | Holder::Floating(_) => None,
        }
    }

    /// The site's address, with its scheme; nothing of machines.
    pub fn site_url(&self) -> Option<String> {
        match &self.holder {
            Holder::Activated { seat: Seat { device: Device::Site(site), .. }, .. } => Some(site.url_https()),
            Holder::Activated { .. } | Holder::Floating(_) => None,
        }
    }

    /// The machine; nothing of sites.
    pub fn machine(&self) -> Option<&Line<200>> {
        match &self.holder {
            Holder::Activated { seat: Seat { device: Device::Machine(machine), .. }, .. } => Some(machine),
            Holder::Activated { .. } => None,
            Holder::Floating(lease) => Some(lease.client.machine()),
        }
    }

    /// The program's own identifier, where it said one.
    pub fn client(&self) -> Option<&Line<100>> {
        match &self.holder {
            Holder::Activated { seat, .. } => seat.client.as_ref(),
            Holder::Floating(lease) => Some(lease.client.id()),
        }
    }

    /// What the client calls it.
    pub fn name(&self) -> Option<&Line<64>> {
        match &self.holder {
            Holder::Activated { seat, .. } => seat.label.as_ref(),
            Holder::Floating(lease) => lease.name.as_ref(),
        }
    }

    /// Whether it may be used at `now`, as far as its own time says.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires().is_some_and(|expires| expires <= now)
    }
}

impl Holder {
    fn since(&self) -> Timestamp {
        match self {
            Self::Activated { seat, .. } => seat.since,
            Self::Floating(lease) => lease.since,
        }
    }

    fn seat(&self) -> SeatDigest {
        match self {
            Self::Activated { seat, .. } => seat.device.digest(),
            Self::Floating(lease) => lease.client.digest(),
        }
    }
}

/// The text of the seat that a client was just given.
pub fn text_of(grant: &Grant, holder: &Holder) -> String {
    text(grant.key, holder.seat(), holder.since(), holder)
}

fn text(key: KeyDigest, seat: SeatDigest, since: Timestamp, holder: &Holder) -> String {
    let hash = hash(key, seat, since, 0);
    let mut rest = hash[16..].iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    let mut text = match holder {
        Holder::Activated { .. } => "actk_".to_owned(),
        Holder::Floating(_) => "fltk_".to_owned(),
    };
    for _ in 0..TEXT_LENGTH {
        let letter = usize::try_from(rest % 36).unwrap_or(0);
        text.push(char::from(ALPHABET[letter]));
        rest /= 36;
    }
    text
}

/// A number from the first bytes of a hash. Two seats of one licence come to the same one once in thousands of licences of a thousand
/// seats: then the younger one has the next number that its seat leads to, as long as the older one is there.
fn number(key: KeyDigest, seat: SeatDigest, since: Timestamp, used: &mut BTreeSet<SeatTokenId>) -> SeatTokenId {
    let mut salt = 0;
    loop {
        let hash = hash(key, seat, since, salt);
        let number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 1;
        if let Some(id) = SeatTokenId::new(number).filter(|id| used.insert(*id)) {
            return id;
        }
        salt += 1;
    }
}

fn hash(key: KeyDigest, seat: SeatDigest, since: Timestamp, salt: u32) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"latchkey:seat-token:v1\0").chain_update(key.to_text()).chain_update(seat.as_bytes());
    hash.chain_update(since.as_seconds().to_be_bytes()).chain_update(salt.to_be_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::grant;

    fn site(number: u32, since: i64) -> Holder {
        let since = Timestamp::from_seconds(since).unwrap();
        let device = Device::parse(&format!("site-{number}.example.com")).unwrap();
        Holder::Activated { seat: Seat { device, since, seen: since, label: None, client: None }, is_counted: true }
    }

    #[test]
    fn a_token_is_the_same_as_long_as_the_seat_is_held_and_another_one_afterwards() {
        let tokens = |since| SeatToken::all(&grant(), vec![site(1, since), site(2, since)]);
        let (first, again, later) = (tokens(100), tokens(100), tokens(101));
        assert_eq!(first, again);
        for token in &later {
            assert!(!first.iter().any(|other| other.id == token.id || other.text == token.text));
        }
        assert_eq!(first[0].text, text_of(&grant(), &first[0].holder));
    }

    #[test]
    fn texts_have_the_documented_form_and_numbers_are_ids_of_their_own() {
        let tokens = SeatToken::all(&grant(), (0..2_000).map(|number| site(number, 100)).collect());
        let ids: BTreeSet<_> = tokens.iter().map(|token| token.id).collect();
        let texts: BTreeSet<_> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!((ids.len(), texts.len()), (2_000, 2_000));
        for text in texts {
            let rest = text.strip_prefix("actk_").unwrap();
            assert!(rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{text}");
        }
    }

    #[test]
    fn the_younger_of_two_that_clash_gives_way() {
        let (key, at) = (grant().key, Timestamp::from_seconds(100).unwrap());
        let seat = Device::parse("example.com").unwrap().digest();
        let mut used = BTreeSet::new();
        let first = number(key, seat, at, &mut used);
        let second = number(key, seat, at, &mut used);
        assert_ne!(first, second);
        assert_eq!(used.len(), 2);
    }
}
