//! The Bearer: what a user has for half an hour after logging in. A JWT (RFC 7519) under HMAC-SHA-256.
//!
//! It says who it is and since when, so that no read is needed to believe it. That the user is still there, in the same roles,
//! is asked beside whatever else is read ([`ops::stand`](crate::ops::stand)).
//!
//! The algorithm is not the token's to choose: HS256 is all that is accepted, and all that this process could compute.

mod hs256;

use std::fmt;

use hmac::Mac as _;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::mac::{feed, key};
use crate::config::{BearerSecrets, PublicUrl, Secret};
use crate::domain::ids::AccountId;
use crate::domain::role::{Role, Roles};
use crate::domain::time::Timestamp;
use crate::domain::user::UserId;
use crate::fault::Fault;
use crate::random::Random;

/// How long a Bearer lives, in seconds (contracts §5: "Bearer lives 30 minutes").
pub const BEARER_SECONDS: i64 = 30 * 60;

/// What it is for, so that no other token of a deployment passes as one.
const AUDIENCE: &str = "management";

/// The longest text that is looked at; one of ours has some 400 characters.
const MOST_BYTES: usize = 2_048;

const PURPOSE: &str = "latchkey:bearer:key:v1";

/// The keys that Bearers are signed under.
#[derive(Clone)]
pub struct BearerKeys {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

/// Who it is that a Bearer stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The user's roles when it was issued.
    pub roles: Roles,
    /// The user's era when it was issued: it ends with it.
    pub era: u32,
    /// When it was issued.
    pub issued: Timestamp,
    /// The first moment at which it is too old.
    pub expires: Timestamp,
}

/// A Bearer as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedBearer(String);

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    account: AccountId,
    roles: Vec<String>,
    era: u32,
    iat: i64,
    exp: i64,
    jti: String,
}

impl BearerKeys {
    /// The keys for these secrets.
    pub fn new(secrets: &BearerSecrets) -> Self {
        hs256::install();
        let derived = |secret: &Secret| feed(key(secret), PURPOSE, &[]).finalize().into_bytes().into();
        Self { current: derived(&secrets.current), previous: secrets.previous.as_ref().map(derived) }
    }
}

impl Bearer {
    /// A Bearer for half an hour from `now`.
    pub fn new(account: AccountId, user: UserId, roles: Roles, era: u32, now: Timestamp) -> Self {
        Self { account, user, roles, era, issued: now, expires: now.plus_seconds(BEARER_SECONDS) }
    }

    /// The Bearer as it is sent, from the deployment at `issuer`.
    pub fn seal(&self, keys: &BearerKeys, issuer: &PublicUrl, random: &Random) -> Result<SealedBearer, Fault> {
        let claims = Claims {
            iss: issuer.origin().to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: self.user,
            account: self.account,
            roles: self.roles.iter().map(|role| role.name().to_owned()).collect(),
            era: self.era,
            iat: self.issued.as_seconds(),
            exp: self.expires.as_seconds(),
            jti: random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 24),
        };
        let sealed = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&keys.current));
        sealed.map(SealedBearer).map_err(|error| Fault::corrupt("a Bearer could not be made", error))
    }

    /// Opens what was sent; nothing where it is no Bearer of this deployment or too old at `now`.
    pub fn open(text: &str, keys: &BearerKeys, issuer: &PublicUrl, now: Timestamp) -> Option<Self> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let mut validation = Validation::new(Algorithm::HS256);
        // Its own clock would be a second one.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer.origin()]);
        validation.set_audience(&[AUDIENCE]);
        let under = |key: &[u8; 32]| decode::<Claims>(text, &DecodingKey::from_secret(key), &validation).ok();
        let claims = under(&keys.current).or_else(|| keys.previous.as_ref().and_then(under))?.claims;
        let (since, expires) = (Timestamp::from_seconds(claims.iat)?, Timestamp::from_seconds(claims.exp)?);
        let roles = claims.roles.iter().map(|name| Role::parse(name)).collect::<Option<Roles>>()?;
        let Claims { account, sub: user, era, .. } = claims;
        (now < expires).then_some(Self { account, user, roles, era, issued: since, expires })
    }
}

impl SealedBearer {
    /// The text. Call it only to hand it to whom it was made for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A Bearer never reaches a log line by way of a debug print.
impl fmt::Debug for SealedBearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedBearer(..)")
    }
}

impl fmt::Debug for BearerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerKeys(..)")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    fn keys(current: char, previous: Option<char>) -> BearerKeys {
        let secret = |letter: char| Secret::parse("LATCHKEY_BEARER_SECRET", &letter.to_string().repeat(32)).unwrap();
        BearerKeys::new(&BearerSecrets { current: secret(current), previous: previous.map(secret) })
    }

    fn home() -> PublicUrl {
        PublicUrl::parse("https://licenses.example.com").unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).unwrap()
    }

    fn bearer() -> Bearer {
        let user = UserId::parse("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e").unwrap();
        Bearer::new(AccountId::new(7).unwrap(), user, Roles::from(Role::Sales).and(Role::Customer), 3, now())
    }

    fn sealed(current: char) -> String {
        bearer().seal(&keys(current, None), &home(), &Random::seeded(1)).unwrap().0
    }

    fn opened(text: &str) -> Option<Bearer> {
        Bearer::open(text, &keys('a', None), &home(), now())
    }

    #[test]
    fn a_bearer_is_opened_for_half_an_hour() {
        let text = sealed('a');
        assert_eq!(opened(&text), Some(bearer()));
        let at = |seconds| Bearer::open(&text, &keys('a', None), &home(), now().plus_seconds(seconds));
        assert!(at(1_799).is_some() && at(1_800).is_none());
        assert_eq!(
            text.split('.').next().map(|header| URL_SAFE_NO_PAD.decode(header).unwrap()),
            Some(br#"{"typ":"JWT","alg":"HS256"}"#.to_vec())
        );
    }

    #[test]
    fn a_secret_is_rotated_under_bearers_that_are_in_use() {
        assert!(Bearer::open(&sealed('a'), &keys('b', Some('a')), &home(), now()).is_some());
        assert!(Bearer::open(&sealed('a'), &keys('b', None), &home(), now()).is_none());
        let elsewhere = PublicUrl::parse("https://other.example.com").unwrap();
        assert!(Bearer::open(&sealed('a'), &keys('a', None), &elsewhere, now()).is_none(), "another deployment's is none");
    }

    #[test]
    fn no_token_chooses_how_it_is_verified() {
        let text = sealed('a');
        let (header, rest) = text.split_once('.').unwrap();
        let (claims, signature) = rest.split_once('.').unwrap();
        for algorithm in ["none", "None", "HS384", "HS512", "RS256", "ES256", "EdDSA"] {
            let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"JWT","alg":"{algorithm}"}}"#));
            for signature in [signature, ""] {
                assert_eq!(opened(&format!("{header}.{claims}.{signature}")), None, "{algorithm}");
            }
        }
        assert_eq!(opened(&format!("{header}.{claims}.")), None);
        assert_eq!(opened(&format!("{header}.{claims}")), None);
    }

    #[test]
    fn other_claims_under_our_key_are_no_bearer() {
        let keys = keys('a', None);
        let key = EncodingKey::from_secret(&keys.current);
        for claims in [
            serde_json::json!({}),
            serde_json::json!({"exp": 4_000_000_000_i64, "sub": bearer().user, "account": 7, "roles": [], "era": 1, "iat": 0, "jti": "x"}),
            serde_json::json!({"iss": "https://licenses.example.com", "aud": "other", "exp": 4_000_000_000_i64, "sub": bearer().user,
                "account": 7, "roles": [], "era": 1, "iat": 0, "jti": "x"}),
        ] {
            assert_eq!(opened(&encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()), None, "{claims}");
        }
    }

    proptest! {
        #[test]
        fn no_character_can_be_changed(position: prop::sample::Index, letter in "[A-Za-z0-9_.-]") {
            let text = sealed('a');
            let position = position.index(text.len());
            let mut tampered = text.clone();
            tampered.replace_range(position..=position, &letter);
            // The last character of the signature has bits that mean nothing; the decoder refuses any but the right ones.
            prop_assert_eq!(opened(&tampered).is_some(), tampered == text);
        }

        #[test]
        fn no_text_makes_the_parser_stumble(text in "\\PC{0,300}") {
            prop_assert_eq!(opened(&text), None);
        }
    }
}
