//! The one home of randomness.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng, TryRngCore};
use ulid::Ulid;

use crate::domain::time::Timestamp;

/// Where random bytes come from.
#[derive(Clone)]
pub enum Random {
    /// The operating system's generator.
    System,
    /// A generator that repeats itself from its seed: for tests.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// A generator that gives the same bytes for the same `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes`. Each byte is uniform.
    ///
    /// # Panics
    /// Where the operating system has no random bytes to give: nothing that this crate makes would be safe then.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            #[expect(clippy::expect_used, reason = "without the system's random bytes no key or token may be made")]
            Self::System => rand::rngs::OsRng.try_fill_bytes(bytes).expect("the system gives random bytes"),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// `length` characters drawn uniformly from `alphabet` (ASCII, at most 256 characters).
    pub fn text(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes at or above the largest multiple of the alphabet's size would favour its first letters: they are drawn again.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            for byte in self.bytes::<32>() {
                if usize::from(byte) < fair && text.len() < length {
                    text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
                }
            }
        }
        text
    }

    /// A number in `0..below`.
    pub fn below(&self, below: u64) -> u64 {
        // 2^64 is so much larger than any bound used here that the bias cannot be seen.
        if below == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % below }
    }

    /// A ULID for the moment `now`.
    pub fn ulid(&self, now: Timestamp) -> Ulid {
        let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
        let mut random = [0; 16];
        self.fill(&mut random[..10]);
        Ulid::from_parts(millis, u128::from_le_bytes(random))
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "Random::System",
            Self::Seeded(_) => "Random::Seeded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_another_seed_does_not() {
        let draw = |seed| Random::seeded(seed).bytes::<16>();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn every_letter_of_an_alphabet_is_drawn_about_as_often() {
        let text = Random::seeded(7).text(b"abc", 30_000);
        for letter in ['a', 'b', 'c'] {
            let count = text.chars().filter(|c| *c == letter).count();
            assert!((9_500..=10_500).contains(&count), "{letter} was drawn {count} times");
        }
    }

    #[test]
    fn ulids_sort_by_their_moment() {
        let random = Random::seeded(3);
        let early = Timestamp::from_seconds(1_700_000_000).unwrap();
        assert!(random.ulid(early) < random.ulid(early.plus_seconds(1)));
    }
}
