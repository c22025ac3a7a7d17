//! What passwords are stored as: Argon2id, in the form of a PHC string, which names its own parameters.
//!
//! 19 MiB, 2 passes and 1 lane are what OWASP names as the least for Argon2id, and they fit into the smallest function: some
//! 50 ms and a sixth of 128 MB. A function answers one request at a time; a process that answers many, as the local stack's,
//! hashes [`AT_ONCE`] passwords side by side and lets the others wait, so that a crowd costs time and not memory.

use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::domain::password::Password;
use crate::fault::{Fault, FaultKind};
use crate::random::Random;

/// How many passwords are hashed side by side in a process, of 19 MiB each.
pub const AT_ONCE: usize = 4;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// KiB.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What a password is stored as.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// What is compared where there is no user, so that it takes as long: no password has this hash, for its bytes are all zero.
static NOBODYS: LazyLock<PasswordHash> = LazyLock::new(|| {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    PasswordHash(format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${hash}"))
});

impl PasswordHash {
    /// The hash of `password` with a salt of its own. Takes a turn, and does not keep the thread from other requests.
    pub async fn of(password: &Password, random: &Random) -> Result<Self, Fault> {
        let (password, salt) = (password.clone(), random.bytes::<16>());
        let hashed = apart(move || hasher().and_then(|hasher| hasher.hash_password_with_salt(password.expose(), &salt)));
        let hash = hashed.await?.map_err(|error| Fault::corrupt("hashing a password", error))?;
        Ok(Self(hash.to_string()))
    }

    /// Whether `password` is the one. Takes as long where there is no hash, or no password that could be one, and then is never.
    pub async fn admits(hash: Option<&Self>, password: Option<&Password>) -> Result<bool, Fault> {
        let may_be = hash.is_some() && password.is_some();
        let hash = hash.unwrap_or(&NOBODYS).clone();
        let password = password.map(|password| password.expose().to_vec()).unwrap_or_default();
        let compared = apart(move || hasher().and_then(|hasher| hasher.verify_password(&password, hash.0.as_str())));
        match compared.await? {
            Ok(()) => Ok(may_be),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Fault::corrupt("comparing a password", error)),
        }
    }
}

fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Does `work` on a thread where it keeps nothing waiting, when it is its turn.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let stopped = || Fault::new(FaultKind::Corrupt, "hashing a password was stopped");
    let _turn = TURNS.acquire().await.map_err(|_| stopped())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| stopped())
}

/// What decides whether a password is accepted stays out of debug prints.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_no_other_is() {
        let random = Random::seeded(1);
        let hash = PasswordHash::of(&password("correct horse"), &random).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && hash.0.len() < 128, "its parameters are in it");
        assert!(PasswordHash::admits(Some(&hash), Some(&password("correct horse"))).await.unwrap());
        assert!(!PasswordHash::admits(Some(&hash), Some(&password("Correct horse"))).await.unwrap());
        assert!(!PasswordHash::admits(Some(&hash), None).await.unwrap());
        assert_ne!(PasswordHash::of(&password("correct horse"), &random).await.unwrap(), hash, "each has a salt of its own");
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    }

    #[tokio::test]
    async fn nobody_has_no_password_and_is_compared_all_the_same() {
        assert!(!PasswordHash::admits(None, Some(&password("correct horse"))).await.unwrap());
        let parameters = |hash: &PasswordHash| hash.0.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        let hash = PasswordHash::of(&password("correct horse"), &Random::seeded(1)).await.unwrap();
        assert_eq!(parameters(&hash), parameters(&NOBODYS));
    }

    #[tokio::test]
    async fn a_broken_hash_is_a_fault_and_no_refusal() {
        let broken = PasswordHash("$argon2id$broken".to_owned());
        assert!(PasswordHash::admits(Some(&broken), Some(&password("correct horse"))).await.is_err());
    }
}
