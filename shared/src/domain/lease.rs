//! The lease: a floating seat, held by a program for as long as it says that it is there.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use super::seat::SeatDigest;
use super::text::{Line, TextError};
use super::time::Timestamp;

/// How often a program should say that it is there, in seconds.
pub const HEARTBEAT_SECONDS: i64 = 5 * 60;

/// After how many heartbeats that did not come a seat is free.
pub const MISSED_HEARTBEATS: i64 = 3;

/// For how long a seat is held after the last heartbeat, in seconds. The end itself is outside.
pub const LEASE_SECONDS: i64 = HEARTBEAT_SECONDS * MISSED_HEARTBEATS;

/// The most bytes of a machine and a client together: with all else a lease stays within one write unit.
const MOST_BYTES: usize = 480;

/// A program on a machine: what holds a floating seat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Client {
    machine: Line<200>,
    id: Line<100>,
}

/// A floating seat that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub client: Client,
    /// What the client calls itself.
    pub name: Option<Line<64>>,
    /// Where it was asked for from, as far as that is known.
    pub address: Option<IpAddr>,
    /// Since when, in whole seconds: asking again does not change it.
    pub since: Timestamp,
    /// The first moment at which it is free, in whole seconds.
    pub expires: Timestamp,
}

impl Client {
    /// The program `id` on `machine`, of at most 480 bytes together.
    pub fn new(machine: Line<200>, id: Line<100>) -> Result<Self, TextError> {
        if machine.as_str().len() + id.as_str().len() > MOST_BYTES {
            return Err(TextError::Form("the machine and the client have more than 480 bytes together"));
        }
        Ok(Self { machine, id })
    }

    /// The machine, by the fingerprint that the program sends.
    pub fn machine(&self) -> &Line<200> {
        &self.machine
    }

    /// The program's own identifier.
    pub fn id(&self) -> &Line<100> {
        &self.id
    }

    /// The seat that this client holds.
    pub fn digest(&self) -> SeatDigest {
        // No control character is in either text, so nothing else joins to the same bytes.
        let hash = Sha256::new().chain_update(b"latchkey:client:v1\0").chain_update(self.machine.as_str());
        let hash = hash.chain_update(b"\0").chain_update(self.id.as_str()).finalize();
        let mut digest = [0; 12];
        digest.copy_from_slice(&hash[..12]);
        SeatDigest::from_bytes(digest)
    }
}

impl Lease {
    /// When the client was last heard.
    pub fn heartbeat(&self) -> Timestamp {
        self.expires.plus_seconds(-LEASE_SECONDS)
    }

    /// Whether its time is over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now
    }
}

/// When a seat is free whose holder is heard at `now`: in whole seconds.
pub fn expiry(now: Timestamp) -> Timestamp {
    let second = Timestamp::from_seconds(now.as_seconds()).unwrap_or(now);
    second.plus_seconds(LEASE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::seat::Device;

    fn client(machine: &str, id: &str) -> Client {
        Client::new(machine.parse().unwrap(), id.parse().unwrap()).unwrap()
    }

    #[test]
    fn machines_programs_and_devices_never_share_a_seat() {
        let seats =
            [client("ab", "c").digest(), client("a", "bc").digest(), client("c", "ab").digest(), Device::parse("#ab").unwrap().digest()];
        let distinct: std::collections::BTreeSet<_> = seats.into_iter().collect();
        assert_eq!(distinct.len(), seats.len());
    }

    #[test]
    fn a_lease_is_over_three_heartbeats_after_the_last() {
        let now = Timestamp::from_micros(1_700_000_000_900_000).unwrap();
        let lease = Lease { client: client("m", "c"), name: None, address: None, since: now, expires: expiry(now) };
        assert_eq!(lease.heartbeat().as_seconds(), 1_700_000_000);
        assert!(!lease.is_over(now.plus_seconds(899).plus_seconds(-1)));
        assert!(lease.is_over(Timestamp::from_seconds(1_700_000_900).unwrap()));
    }

    #[test]
    fn what_would_not_fit_into_a_write_unit_is_refused() {
        let machine: Line<200> = "ü".repeat(200).parse().unwrap();
        assert!(Client::new(machine.clone(), "c".repeat(80).parse().unwrap()).is_ok());
        assert!(Client::new(machine, "c".repeat(81).parse().unwrap()).is_err());
    }
}
