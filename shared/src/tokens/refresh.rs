//! The refresh token: what a login goes on as when its Bearer is over.
//!
//! Its text is the session's name and 256 random bits, joined by a dot. What is stored under the name is a digest of those
//! bits, which anew are drawn at each use ([`ops::refresh`](crate::ops::refresh)).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::random::Random;

/// How long a refresh token lives that is not used, in seconds: 14 days. Ours.
pub const REFRESH_SECONDS: i64 = 14 * 24 * 60 * 60;

/// How long a login goes on however often it is refreshed, in seconds: 90 days. Ours.
pub const SESSION_SECONDS: i64 = 90 * 24 * 60 * 60;

/// A login's name: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId([u8; 16]);

/// A refresh token.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    session: SessionId,
    secret: [u8; 32],
}

/// What a refresh token is stored as: 43 characters of base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefreshDigest(String);

impl SessionId {
    /// A new name.
    pub fn draw(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// 22 characters of base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl RefreshToken {
    /// A new token of a session.
    pub fn draw(session: SessionId, random: &Random) -> Self {
        Self { session, secret: random.bytes() }
    }

    /// Takes a token as it was sent; nothing where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 22 + 1 + 43 {
            return None;
        }
        let (session, secret) = text.split_once('.')?;
        let session = SessionId(URL_SAFE_NO_PAD.decode(session).ok()?.try_into().ok()?);
        Some(Self { session, secret: URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()? })
    }

    /// The token's session. Anybody can write such a token: never trust it.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// What it is stored as. Its bits are random, so nobody can turn this back.
    pub fn digest(&self) -> RefreshDigest {
        let digest = Sha256::new().chain_update("latchkey:refresh:v1\0").chain_update(self.session.0).chain_update(self.secret).finalize();
        RefreshDigest(URL_SAFE_NO_PAD.encode(digest))
    }

    /// The text. Call it only to hand it to whom it was made for.
    pub fn expose(&self) -> String {
        format!("{}.{}", self.session.to_text(), URL_SAFE_NO_PAD.encode(self.secret))
    }
}

impl RefreshDigest {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

impl fmt::Debug for RefreshDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_read_back_and_its_digest_tells_nothing_of_it() {
        let random = Random::seeded(1);
        let session = SessionId::draw(&random);
        let (one, other) = (RefreshToken::draw(session, &random), RefreshToken::draw(session, &random));
        assert_eq!(RefreshToken::parse(&one.expose()), Some(one.clone()));
        assert_ne!(one.digest(), other.digest());
        assert!(!one.expose().contains(&one.digest().as_str()[..8]));
        assert_eq!(format!("{one:?} {:?} {:?}", one.digest(), one.session()), "RefreshToken(..) RefreshDigest(..) SessionId(..)");
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(text in "[A-Za-z0-9_.-]{60,70}|\\PC{0,80}") {
            if let Some(token) = RefreshToken::parse(&text) {
                prop_assert_eq!(token.expose(), text);
            }
        }
    }
}
