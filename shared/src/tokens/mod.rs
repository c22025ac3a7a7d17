//! Tokens that open one thing for a while: authenticated, never stored, never encrypted; and those by which a
//! login goes on, of which a digest is stored.

mod base62;
mod bearer;
mod frame;
mod link;
mod login;
pub(crate) mod mac;
mod refresh;
mod update;

pub use self::bearer::{BEARER_SECONDS, Bearer, BearerKeys, SealedBearer};
pub use self::link::{LINK_TOKEN_SECONDS, LinkToken};
pub use self::login::{LOGIN_TOKEN_SECONDS, LoginNonce, LoginToken};
pub use self::mac::TokenKeys;
pub use self::refresh::{REFRESH_SECONDS, RefreshDigest, RefreshToken, SESSION_SECONDS, SessionId};
pub use self::update::{UPDATE_TOKEN_SECONDS, UpdateToken};
