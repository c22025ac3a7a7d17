//! Tokens that open one thing for a while: authenticated, never stored, never encrypted.

mod base62;
mod frame;
mod link;
mod login;
pub(crate) mod mac;
mod update;

pub use self::link::{LINK_TOKEN_SECONDS, LinkToken};
pub use self::login::{LOGIN_TOKEN_SECONDS, LoginNonce, LoginToken};
pub use self::mac::TokenKeys;
pub use self::update::{UPDATE_TOKEN_SECONDS, UpdateToken};
