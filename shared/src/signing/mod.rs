//! Signed licences: what says offline, without asking anybody, that a vendor issued a licence.
//!
//! `README.md` beside this file has the forms and the recipes for verifying them.
//!
//! Architecture Invariant: nothing here reads the table, the clock or the environment; what is signed and with which key, the
//! caller says.
//!
//! Architecture Invariant: what is not understood is refused, never passed over: it might be a restriction.

pub mod content;
mod dsig;
mod elements;
mod file;
mod form;
mod import;
mod keys;
mod moment;
mod payload;
mod problem;
mod public;
pub mod seal;
mod signature;
#[cfg(test)]
mod testing;
mod text;
mod tree;
mod xml;

pub use self::content::Content;
pub use self::form::{Form, Looked, MAX_FILE, look, sign, verify};
pub use self::import::MAX_KEY_FILE;
pub use self::keys::{KeyKind, SigningKey};
pub use self::moment::Moment;
pub use self::problem::{KeyError, SigningError, VerifyError};
pub use self::public::{KeyId, PublicKey};

/// The longest signed licence, in bytes of UTF-8.
pub const MAX_BYTES: usize = 256 * 1_024;

/// `text`, where it and what it says are no longer than they may be.
fn bounded(content: &Content, text: String) -> Result<String, SigningError> {
    bounded_content(content)?;
    if text.len() > MAX_BYTES { Err(SigningError::TooLarge) } else { Ok(text) }
}

fn bounded_content(content: &Content) -> Result<(), SigningError> {
    if content.is_bounded() { Ok(()) } else { Err(SigningError::TooLarge) }
}
