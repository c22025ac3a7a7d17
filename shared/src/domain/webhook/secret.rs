//! The secret of a webhook, and signing with it, in the form of Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme>, symmetric).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::time::Timestamp;
use crate::random::Random;

const PREFIX: &str = "whsec_";

/// A secret that only its vendor and we know: 24 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// A new one, of 32 random bytes.
    pub fn draw(random: &Random) -> Self {
        Self(random.bytes::<32>().to_vec())
    }

    /// The secret with these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (24..=64).contains(&bytes.len()).then(|| Self(bytes.to_vec()))
    }

    /// Parses [`Self::to_text`]'s form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(&STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?)
    }

    /// The bytes, for sealing.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// `whsec_` and base64, as the libraries of Standard Webhooks take it: shown once to its vendor.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// Whether a header that [`sign`] wrote has this secret's signature.
    pub fn verifies(&self, header: &str, id: &str, at: Timestamp, body: &str) -> bool {
        let tag = |signature: &str| STANDARD.decode(signature.strip_prefix("v1,")?).ok();
        header.split(' ').filter_map(tag).any(|tag| self.mac(id, at, body).verify_slice(&tag).is_ok())
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    fn mac(&self, id: &str, at: Timestamp, body: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(format!("{id}.{}.", at.as_seconds()).as_bytes());
        mac.update(body.as_bytes());
        mac
    }
}

/// The `webhook-signature` of a message that is sent at `at`: one signature for each secret, so that a receiver that knows either accepts it.
pub fn sign(secrets: &[WebhookSecret], id: &str, at: Timestamp, body: &str) -> String {
    let one = |secret: &WebhookSecret| format!("v1,{}", STANDARD.encode(secret.mac(id, at, body).finalize().into_bytes()));
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// A secret never reaches a log line by way of a debug print.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of Standard Webhooks are tested with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &str = r#"{"test": 2432232314}"#;

    fn at() -> Timestamp {
        Timestamp::from_seconds(1_614_265_330).unwrap()
    }

    #[test]
    fn the_standards_own_example_is_signed_so() {
        let secret = WebhookSecret::parse(SECRET).unwrap();
        let signature = sign(std::slice::from_ref(&secret), ID, at(), BODY);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(secret.verifies(&signature, ID, at(), BODY));
        assert_eq!(secret.to_text(), SECRET);
    }

    #[test]
    fn during_a_rotation_either_secret_verifies_and_no_other_does() {
        let random = Random::seeded(1);
        let secrets = [WebhookSecret::draw(&random), WebhookSecret::draw(&random)];
        let signature = sign(&secrets, ID, at(), BODY);
        assert!(secrets.iter().all(|secret| secret.verifies(&signature, ID, at(), BODY)));
        assert!(!WebhookSecret::draw(&random).verifies(&signature, ID, at(), BODY));
        for (id, now, body) in [("msg_x", at(), BODY), (ID, at().plus_seconds(1), BODY), (ID, at(), "{}")] {
            assert!(!secrets[0].verifies(&signature, id, now, body));
        }
    }

    #[test]
    fn a_secret_is_not_shown_and_short_ones_are_none() {
        let secret = WebhookSecret::draw(&Random::seeded(1));
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        assert_eq!(WebhookSecret::parse(&secret.to_text()), Some(secret));
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***"] {
            assert_eq!(WebhookSecret::parse(text), None, "{text}");
        }
    }
}
