//! The user: a person, or a licensed program, that works with an account.
//!
//! Architecture Invariant: a user's password is not in the user. What it is stored as lies in an item of its own, which no list
//! reads.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ulid::Ulid;

use super::ids::{AccountId, CustomerId};
use super::role::{Role, Roles};
use super::text::{Email, Line, Prose, TextError};
use super::time::Timestamp;

/// A user's id: 128 bits in the form of a GUID (contracts §5), of which the first 48 are the moment, so that the order of ids
/// is the order in which users were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(u128);

/// The text is not a user's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a user is 32 hexadecimal digits in five groups")]
pub struct NotAUserId;

/// What a user logs in as: 1 to 254 characters without spaces, perhaps an e-mail address. Unique in a deployment, whatever its
/// case.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UserName(String);

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The account.
    pub account: AccountId,
    /// Counts the changes, from 1.
    pub revision: u32,
    /// Counts what ends every login: a new password, or another set of roles.
    pub era: u32,
    /// What it is to the account.
    pub roles: Roles,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// When it logged in last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_log_in: Option<Timestamp>,
    /// What is said about it.
    #[serde(flatten)]
    pub profile: Profile,
}

/// What staff say about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What the user logs in as.
    pub user_name: UserName,
    /// Where the user is written to: unique in the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The customer that a user in the role of one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// How the user is addressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Line<50>>,
    /// The given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Line<120>>,
    /// The family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Line<120>>,
    /// Where in the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Line<120>>,
    /// The telephone's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Line<50>>,
    /// The mobile telephone's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Line<50>>,
    /// When the user was born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Timestamp>,
    /// Up to when messages were put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_dismissed_messages: Option<Timestamp>,
    /// Whatever the vendor counts.
    #[serde(default)]
    pub rank: i32,
    /// The address of a picture, or a small picture itself as a `data:` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Line<8_192>>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Line<250>>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Line<20>>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Line<120>>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<Line<120>>,
    /// The country's name, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Line<120>>,
    /// The country's code, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<Line<10>>,
    /// For staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Prose<2_000>>,
}

/// What who asks for a user may do: small, and remembered for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The user's roles.
    pub roles: Roles,
    /// The customer that it is.
    pub customer: Option<CustomerId>,
    /// What ends every login counted so far.
    pub era: u32,
}

impl UserId {
    /// The id with these bits.
    pub fn new(ulid: Ulid) -> Self {
        Self(ulid.0)
    }

    /// Parses `8-4-4-4-12` hexadecimal digits of either case.
    pub fn parse(text: &str) -> Result<Self, NotAUserId> {
        let groups: Vec<&str> = if text.len() == 36 { text.split('-').collect() } else { Vec::new() };
        let is_formed = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
        if !is_formed || !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
            return Err(NotAUserId);
        }
        u128::from_str_radix(&groups.concat(), 16).map(Self).map_err(|_| NotAUserId)
    }
}

impl UserName {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let line = Line::<254>::parse(text)?;
        match line.as_str().chars().find(|c| c.is_whitespace()) {
            Some(c) => Err(TextError::Character(c)),
            None => Ok(Self(line.as_str().to_owned())),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names that differ in case alone share.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl User {
    /// What who asks for it may do.
    pub fn standing(&self) -> Standing {
        Standing { roles: self.roles, customer: self.profile.customer, era: self.era }
    }

    /// The same user in other roles, with another profile, as of `now`. Other roles end every login.
    #[must_use]
    pub fn changed(&self, roles: Roles, profile: Profile, now: Timestamp) -> Self {
        let is_same = roles == self.roles && profile.customer == self.profile.customer;
        let era = if is_same { self.era } else { self.era.saturating_add(1) };
        Self { roles, profile, era, revision: self.revision.saturating_add(1), updated: Some(now), ..self.clone() }
    }

    /// Whether it is in this role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(role)
    }
}

impl Profile {
    /// A profile with a name and nothing else.
    pub fn named(user_name: UserName) -> Self {
        Self {
            user_name,
            email: None,
            customer: None,
            title: None,
            first_name: None,
            last_name: None,
            department: None,
            phone: None,
            mobile: None,
            birth_date: None,
            last_dismissed_messages: None,
            rank: 0,
            image: None,
            address: None,
            postal_code: None,
            region: None,
            city: None,
            country: None,
            country_code: None,
            notes: None,
        }
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        write!(f, "{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
    }
}

impl std::str::FromStr for UserId {
    type Err = NotAUserId;

    fn from_str(text: &str) -> Result<Self, NotAUserId> {
        Self::parse(text)
    }
}

impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for UserName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for UserName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A name may be an e-mail address: it never reaches a log line by way of a debug print.
impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserName(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user() -> User {
        User {
            id: UserId::parse("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e").unwrap(),
            account: AccountId::new(1).unwrap(),
            revision: 1,
            era: 1,
            roles: Role::Sales.into(),
            created: Timestamp::MIN,
            updated: None,
            last_log_in: None,
            profile: Profile::named("Erika".parse().unwrap()),
        }
    }

    #[test]
    fn an_id_has_the_form_of_a_guid() {
        let id = user().id;
        assert_eq!(id.to_string(), "0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e");
        assert_eq!(UserId::parse(&id.to_string().to_uppercase()), Ok(id));
        for text in ["", "0193a1b2c3d4e5f60718293a4b5c6d7e", "0193a1b2-c3d4-e5f6-0718-293a4b5c6d7g", "0193a1b2-c3d4-e5f6-07182-93a4b5c6d7e"]
        {
            assert_eq!(UserId::parse(text), Err(NotAUserId), "{text}");
        }
    }

    #[test]
    fn other_roles_end_every_login_and_another_name_does_not() {
        let before = user();
        let renamed = before.changed(before.roles, Profile::named("Max".parse().unwrap()), Timestamp::MAX);
        assert_eq!((renamed.revision, renamed.era, renamed.updated), (2, 1, Some(Timestamp::MAX)));
        let promoted = before.changed(Role::Administrator.into(), before.profile.clone(), Timestamp::MAX);
        assert_eq!((promoted.era, promoted.is(Role::Administrator), promoted.is(Role::Sales)), (2, true, false));
    }

    #[test]
    fn a_name_has_no_space_and_is_not_shown() {
        let name = UserName::parse(" Erika.Mustermann ").unwrap();
        assert_eq!((name.as_str(), name.folded().as_str()), ("Erika.Mustermann", "erika.mustermann"));
        assert_eq!(format!("{name:?}"), "UserName(…)");
        for text in ["", " ", "erika mustermann", "a\nb", &"x".repeat(255)] {
            assert!(UserName::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn ids_parse_back_and_sort_as_their_numbers(a: u128, b: u128) {
            let (a, b) = (UserId(a), UserId(b));
            prop_assert_eq!(UserId::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn no_text_makes_a_parser_stumble(text in "\\PC{0,300}") {
            let _ = UserId::parse(&text);
            if let Ok(name) = UserName::parse(&text) {
                prop_assert!(!name.as_str().chars().any(char::is_whitespace));
            }
        }
    }
}
