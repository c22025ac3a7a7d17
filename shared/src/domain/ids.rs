//! Every identifier that this crate hands out, in alphabetical order.
//!
//! Numbers are positive 32-bit integers, counted per account and kind (accounts: per deployment), because the management
//! APIs that they are served through have `int32` ids. Gaps are normal.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::log_entry::Told;

macro_rules! numeric_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The id with this number, or nothing where it is 0 or above `i32::MAX`.
            pub const fn new(number: u32) -> Option<Self> {
                if number == 0 || number > i32::MAX as u32 { None } else { Some(Self(number)) }
            }

            /// Parses decimal digits.
            pub fn parse(text: &str) -> Option<Self> {
                if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok().and_then(Self::new) } else { None }
            }

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::parse(text).ok_or(NotAnId)
            }
        }

        impl Told for $name {
            fn told(self) -> serde_json::Value {
                self.0.into()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = u32::deserialize(deserializer)?;
                Self::new(number).ok_or_else(|| serde::de::Error::custom("an id is a positive int32"))
            }
        }
    )+};
}

numeric_ids! {
    /// A vendor.
    AccountId;
    /// A file of a program, as a protection tool knows it, within an account.
    AssemblyId;
    /// Whom to speak to at a customer's, within an account.
    ContactId;
    /// An API key, within an account.
    ApiKeyId;
    /// Someone who bought a licence, within an account.
    CustomerId;
    /// A licence, within an account.
    LicenseId;
    /// An entry of the log, within an account.
    LogEntryId;
    /// An e-mail that is to be sent, within an account.
    MailId;
    /// An order, within an account.
    OrderId;
    /// A file of a release, within an account.
    PackageId;
    /// A product, within an account.
    ProductId;
    /// A release, within an account.
    ReleaseId;
    /// What a program reported, within an account.
    ReportId;
    /// Something that a vendor keeps with us and that others refer to, such as a signature key; within an account.
    ResourceId;
    /// A seat as a token, within a licence.
    SeatTokenId;
    /// What licences are made from, within an account.
    TemplateId;
    /// A trace, within an account.
    TraceId;
    /// A user's setting, within an account.
    UserSettingId;
    /// A vendor's endpoint that events are sent to, within an account.
    WebhookId;
}

/// The text is not a positive 32-bit integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is a whole number from 1 to 2147483647")]
pub struct NotAnId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_positive_int32() {
        assert_eq!(LicenseId::parse("17").map(LicenseId::get), Some(17));
        assert_eq!(LicenseId::parse("2147483647").map(LicenseId::get), Some(i32::MAX as u32));
        for text in ["0", "-1", "+1", "2147483648", "1.0", "", " 1", "99999999999999999999"] {
            assert_eq!(LicenseId::parse(text), None, "{text:?}");
        }
    }
}
