//! The codes of all answers. Theirs are not public (contracts §5): these are ours, and stay what they are.
//!
//! A code is its status and two digits more, so a client that knows none of them can still tell what sort of answer it has. The README
//! has the same table; a test compares.

use http::StatusCode;

/// States each code once: its name here and in an answer's `error`, its number, and its name in the log.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $outcome:literal;)*) => {
        /// What became of a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them, by rising numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The number in an answer's `code`.
            pub const fn number(self) -> u32 {
                match self { $(Self::$name => $number,)* }
            }

            /// The name in an answer's `error`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The name in the log.
            pub const fn outcome(self) -> &'static str {
                match self { $(Self::$name => $outcome,)* }
            }
        }
    };
}

codes! {
    /// It was done.
    Ok = 0, "ok";
    /// The body is missing, did not arrive whole, or is no JSON object.
    InvalidBody = 40001, "invalid_body";
    /// A member of the body is missing, has another type than it must have, or a value that it cannot have.
    InvalidMember = 40002, "invalid_member";
    /// The same of a part of the address: a number in the path, a parameter that is no part of the list language.
    InvalidParameter = 40003, "invalid_parameter";
    /// A list's `filter`, `sort`, `select`, `include`, `take`, `skip` and so on: the message says where and what was expected.
    InvalidQuery = 40004, "invalid_query";
    /// More would have to be looked at for a list than is: ask in narrower terms.
    TooBroad = 40005, "too_broad";
    /// Nobody is known to ask: no API key and no Bearer, or none that counts.
    Unauthenticated = 40101, "unauthenticated";
    /// The user name or the password is not right. Which of them is nobody's business.
    LoginFailed = 40102, "login_failed";
    /// Who asks has no role that may do this, or the API key no permission to.
    Forbidden = 40301, "forbidden";
    /// The current password is not the one that was given.
    WrongPassword = 40302, "wrong_password";
    /// The licence was revoked, or refunded.
    LicenseRevoked = 40311, "license_revoked";
    /// The licence is suspended.
    LicenseSuspended = 40312, "license_suspended";
    /// The licence is not valid yet.
    LicenseNotYetValid = 40313, "license_not_yet_valid";
    /// The licence is not valid any more.
    LicenseExpired = 40314, "license_expired";
    /// The licence is for another product.
    LicenseOfOtherProduct = 40315, "license_of_other_product";
    /// The licence's mode is another one.
    LicenseOfOtherMode = 40316, "license_of_other_mode";
    /// The token's time is over.
    TokenExpired = 40321, "token_expired";
    /// Every seat of the licence is taken.
    ServerReachedMaxTokenAllowed = 40322, "no_seats_left";
    /// No operation has this address.
    NoRoute = 40401, "no_route";
    /// The account has nothing of this kind under this id.
    NotFound = 40402, "not_found";
    /// No licence has this key.
    LicenseKeyNotFound = 40411, "license_key_not_found";
    /// There is no such token.
    TokenNotFound = 40412, "token_not_found";
    /// The operation of this address has another method.
    NoMethod = 40501, "no_method";
    /// Another one has it, and it must be unique.
    InUse = 40901, "in_use";
    /// Somebody else changed it meanwhile: read it again.
    Changed = 40902, "changed";
    /// Something else refers to it.
    Referenced = 40903, "referenced";
    /// It is in a state that does not allow this.
    WrongState = 40904, "wrong_state";
    /// More seats, sites, lines or settings than there may be.
    TooMany = 40905, "too_many";
    /// The body is too long.
    TooLarge = 41301, "too_large";
    /// The body is neither `application/json` nor `application/json-patch+json`.
    UnsupportedMediaType = 41501, "unsupported_media_type";
    /// The signed licence is not as it was signed.
    LicenseTampered = 42201, "license_tampered";
    /// The token is not as it was issued.
    TokenTampered = 42202, "token_tampered";
    /// Too many failed attempts, or too many requests: wait for as long as `Retry-After` says.
    TooManyRequests = 42901, "rate_limited";
    /// A fault of ours that will not pass by itself.
    InternalError = 50001, "internal_error";
    /// A fault of ours that will pass: ask again after `Retry-After`.
    Unavailable = 50301, "unavailable";
}

impl Code {
    /// The status of an answer with this code: what the number begins with.
    pub fn status(self) -> StatusCode {
        let status = u16::try_from(self.number() / 100).ok().and_then(|status| StatusCode::from_u16(status).ok());
        status.unwrap_or(StatusCode::OK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_begin_with_their_status() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.number()));
        assert_eq!(Code::Ok.status(), StatusCode::OK);
        for code in Code::ALL.iter().skip(1) {
            assert_eq!(u32::from(code.status().as_u16()), code.number() / 100, "{code:?}");
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
        }
    }

    #[test]
    fn the_readme_has_every_code() {
        let readme = include_str!("../README.md");
        for code in Code::ALL {
            let row = format!("| {} | `{}` |", code.number(), code.name());
            assert!(readme.contains(&row), "the README has no row {row}");
        }
        let rows = readme.lines().filter(|line| line.starts_with("| 0 |") || line.starts_with("| 4") || line.starts_with("| 5")).count();
        assert_eq!(rows, Code::ALL.len(), "the README has rows for codes that are none");
    }
}
