//! What credentials are stored as: digests under a named secret, of which two are accepted during a rotation.
//!
//! A key of ours has 103 random bits, and no digest of it could be turned back. A key that a vendor brought along may be short:
//! under a secret that does not lie in the table, its digest cannot be guessed at by whoever reads the table.
//!
//! A key has two digests that tell nothing of one another. One is its item's name, by which the store finds it; how long the
//! store takes to compare names, and where names turn up (access logs, reports of hot items), is not ours to say. The other
//! lies in the item and is compared here, in a time that does not depend on where it differs: it alone decides. Which user a
//! key belongs to is compared afterwards, as it is: only who has the key could learn anything from the time that takes.

mod digest;
pub mod password;

use std::net::IpAddr;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

pub use self::digest::{ApiKeyCheck, ApiKeyDigest, AskerDigest, ClientSecretDigest, SecretId};
use crate::config::CredentialSecrets;
use crate::domain::api_key::ApiKeySecret;
use crate::domain::text::Email;
use crate::tokens::mac::{feed, key};

const NAME: &str = "latchkey:api-key:name:v1";
const CHECK: &str = "latchkey:api-key:check:v1";
const SECRET_ID: &str = "latchkey:credential-secret:id:v1";
const ASKER: &str = "latchkey:api-key:asker:v1";
const LOG_IN: &str = "latchkey:log-in:asker:v1";

/// The keys that credentials are digested under.
#[derive(Clone, Debug)]
pub struct CredentialKeys {
    current: Hmac<Sha256>,
    previous: Option<Hmac<Sha256>>,
}

/// The two digests of an API key, under one secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyDigests {
    /// What it is found by.
    pub name: ApiKeyDigest,
    /// What it is compared with.
    pub check: ApiKeyCheck,
    /// The secret.
    pub secret: SecretId,
}

/// Who failed: where from, and as whom, for counting. None of it has to be believed: a guess at a key can only succeed as the
/// one that it claims to be, and is counted as that one's.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The user that it names.
    pub email: Option<&'a Email>,
    /// The key that it presents.
    pub secret: &'a ApiKeySecret,
}

/// Who tries to log in, as three counts see it.
#[derive(Clone, Copy, Debug)]
pub struct LoginAskers {
    /// As this user from this network.
    pub both: AskerDigest,
    /// As this user from anywhere.
    pub name: AskerDigest,
    /// As anybody from this network; nothing where it is not known where from.
    pub network: Option<AskerDigest>,
}

impl CredentialKeys {
    /// The keys for these secrets.
    pub fn new(secrets: &CredentialSecrets) -> Self {
        Self { current: key(&secrets.current), previous: secrets.previous.as_ref().map(key) }
    }

    /// What an API key is stored as.
    pub fn digests(&self, secret: &ApiKeySecret) -> ApiKeyDigests {
        digests(&self.current, secret)
    }

    /// What an API key was stored as under the secret before the last rotation, while that is accepted.
    pub fn previous_digests(&self, secret: &ApiKeySecret) -> Option<ApiKeyDigests> {
        self.previous.as_ref().map(|key| digests(key, secret))
    }

    /// Which secret new digests are made under.
    pub fn secret_id(&self) -> SecretId {
        secret_id(&self.current)
    }

    /// Which secret digests were made under before the last rotation, while that is accepted.
    pub fn previous_secret_id(&self) -> Option<SecretId> {
        self.previous.as_ref().map(secret_id)
    }

    /// The name that failures are counted under.
    ///
    /// Where from and as whom count together. By the address alone, one script with a wrong key would stop all others behind
    /// the same address, which on shared hosting are strangers; by the user alone, anybody who knows an e-mail address could
    /// stop its owner from anywhere. Of an IPv6 address the first 64 bits count: one customer has all the rest.
    pub fn asker(&self, asker: Asker<'_>) -> AskerDigest {
        let Asker { address, email, secret } = asker;
        let network = network(address);
        let claim = match (email, secret.account_hint()) {
            (Some(email), _) => format!("email:{}", email.as_str()),
            (None, Some(account)) => format!("account:{account}"),
            (None, None) => String::new(),
        };
        AskerDigest::of(&tag(&self.current, ASKER, &[&network, claim.as_bytes()]))
    }

    /// The names that failed logins are counted under: `name` is whatever was typed, in one case.
    ///
    /// A password can be guessed, unlike a key. So what is counted for one user from one network is few, for the same reasons
    /// as [`Self::asker`] says; and beside it more is counted for the user alone, which bounds those who guess from many
    /// networks, and for the network alone, which bounds those who try one password on many users.
    pub fn log_in_askers(&self, address: Option<IpAddr>, name: &str) -> LoginAskers {
        let network = network(address);
        let under = |parts: &[&[u8]]| AskerDigest::of(&tag(&self.current, LOG_IN, parts));
        LoginAskers {
            both: under(&[b"both", &network, name.as_bytes()]),
            name: under(&[b"name", name.as_bytes()]),
            network: address.is_some().then(|| under(&[b"network", &network])),
        }
    }
}

fn digests(key: &Hmac<Sha256>, secret: &ApiKeySecret) -> ApiKeyDigests {
    let under = |purpose| tag(key, purpose, &[secret.expose().as_bytes()]);
    ApiKeyDigests { name: ApiKeyDigest::of(&under(NAME)), check: ApiKeyCheck::of(under(CHECK)), secret: secret_id(key) }
}

fn secret_id(key: &Hmac<Sha256>) -> SecretId {
    SecretId::of(&tag(key, SECRET_ID, &[]))
}

fn tag(key: &Hmac<Sha256>, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
    feed(key.clone(), purpose, parts).finalize().into_bytes().into()
}

/// The part of an address that stands for one customer of a network.
fn network(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn keys(current: char, previous: Option<char>) -> CredentialKeys {
        let secret = |letter: char| Secret::parse("LATCHKEY_CREDENTIAL_SECRET", &letter.to_string().repeat(32)).unwrap();
        CredentialKeys::new(&CredentialSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn secret(text: &str) -> ApiKeySecret {
        ApiKeySecret::parse(text).unwrap()
    }

    #[test]
    fn a_key_is_known_by_its_secret_and_found_by_the_one_before() {
        let key = secret("some-api-key");
        assert_eq!(keys('a', None).digests(&key), keys('a', Some('b')).digests(&key));
        assert_eq!(keys('b', Some('a')).previous_digests(&key), Some(keys('a', None).digests(&key)));
        assert_eq!(keys('b', None).previous_digests(&key), None);
        assert_eq!(keys('a', None).digests(&key).secret, keys('a', Some('b')).secret_id());
        assert_ne!(keys('a', None).secret_id(), keys('b', Some('a')).secret_id());
        let (one, other) = (keys('a', None).digests(&key), keys('b', None).digests(&key));
        assert!(one.name != other.name && one.check != other.check);
        let (one, other) = (keys('a', None).digests(&key), keys('a', None).digests(&secret("some-api-keY")));
        assert!(one.name != other.name && one.check != other.check);
    }

    #[test]
    fn the_name_does_not_tell_the_check() {
        let ApiKeyDigests { name, check, .. } = keys('a', None).digests(&secret("some-api-key"));
        assert!(!String::from(check).contains(&name.to_text()[..8]));
    }

    #[test]
    fn failures_are_counted_by_network_and_by_claim() {
        let keys = keys('a', None);
        let (erika, max) = (Email::parse("erika@example.com").unwrap(), Email::parse("max@example.com").unwrap());
        let (one, other) = (secret("api_0001aaaaaaaaaaaaaaaaaaaa"), secret("api_0002aaaaaaaaaaaaaaaaaaaa"));
        let brought = secret("brought-along");
        let asker = |address: &str, email, secret| keys.asker(Asker { address: address.parse().ok(), email, secret });
        let same = asker("203.0.113.7", Some(&erika), &one);
        assert_eq!(asker("203.0.113.7", Some(&erika), &other), same, "whatever key is tried");
        assert_eq!(asker("::ffff:203.0.113.7", Some(&erika), &one), same);
        for different in [
            asker("203.0.113.8", Some(&erika), &one),
            asker("203.0.113.7", Some(&max), &one),
            asker("203.0.113.7", None, &one),
            asker("203.0.113.7", None, &other),
            asker("203.0.113.7", None, &brought),
            asker("", Some(&erika), &one),
        ] {
            assert_ne!(different, same);
        }
        assert_ne!(asker("203.0.113.7", None, &one), asker("203.0.113.7", None, &other));
        assert_eq!(asker("2001:db8:1:2::1", None, &one), asker("2001:db8:1:2:ffff::9", None, &one));
        assert_ne!(asker("2001:db8:1:2::1", None, &one), asker("2001:db8:1:3::1", None, &one));
    }

    #[test]
    fn logins_are_counted_by_user_and_network_by_user_and_by_network() {
        let keys = keys('a', None);
        let [one, moved, other] = [("203.0.113.7", "erika"), ("203.0.113.8", "erika"), ("203.0.113.7", "max")]
            .map(|(address, name)| keys.log_in_askers(address.parse().ok(), name));
        assert!(one.both != moved.both && one.both != other.both);
        assert!(one.name == moved.name && one.name != other.name && one.name != one.both);
        assert!(one.network == other.network && one.network != moved.network);
        assert_eq!(keys.log_in_askers(None, "erika").network, None);
    }

    #[test]
    fn no_key_is_shown() {
        let shown = format!("{:?}", keys('s', Some('t')));
        assert!(!shown.contains("sss") && !shown.contains("ttt") && !shown.contains("115"), "{shown}");
    }
}
