//! Why a signed licence was not made, or is not believed.

/// Why a licence was not signed, or a key not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The form needs a key of another kind.
    #[error("this form is signed with {0}")]
    WrongKind(&'static str),
    /// The content has too many entries, or the signed licence is longer than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("the licence says more than a signed licence may")]
    TooLarge,
    /// The key refused to sign: its numbers do not fit each other.
    #[error("the signature key does not work")]
    Broken,
}

/// Why a signed licence is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It is longer than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("it is too large to be a signed licence")]
    TooLarge,
    /// It is none of the forms.
    #[error("it is none of the forms that signed licences have")]
    Unrecognised,
    /// It is one of the forms, with something in it that has no place there.
    #[error("{0}")]
    Malformed(&'static str),
    /// The key is not of the kind that it is signed with.
    #[error("it is signed with a key of another kind")]
    WrongKind,
    /// The signature is not that of this content under this key.
    #[error("the signature does not match: the licence was changed, or signed with another key")]
    Forged,
}

/// Why a key was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is longer than any key.
    #[error("it is too large to be a key")]
    TooLarge,
    /// It is not in the form that it was said to be in, or its numbers do not fit each other.
    #[error("it is not a key in this form")]
    Malformed,
    /// It is encrypted where it should not be.
    #[error("it is encrypted: decrypt it first, or give it as PFX with its password")]
    Encrypted,
    /// A PFX does not open: the password is another, or the file is damaged.
    #[error("it does not open with this password")]
    Password,
    /// A PFX holds no private key, or several.
    #[error("it does not hold exactly one private key")]
    NotOne,
    /// It is neither RSA nor Ed25519.
    #[error("it is neither an RSA key nor an Ed25519 key")]
    Algorithm,
    /// An RSA key shorter than 1024 bits or longer than 4096.
    #[error("an RSA key has 1024 to 4096 bits")]
    Size,
}
