//! Roles: what a user is to the account.
//!
//! There are five, the same in every account (contracts §5), so they are stored nowhere. Which role may do what is each
//! dialect's own table; nothing here decides it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// What a user, or a key, is to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the account.
    Administrator,
    /// Makes and manages licences.
    LicenseManager,
    /// Sells them.
    Sales,
    /// Bought some, and sees those.
    Customer,
    /// Is a licensed program, not a person.
    Application,
}

/// A set of roles, perhaps empty. Written as names with commas, such as `Administrator,Sales`; stored as a number of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Roles(u8);

/// The text or number is no set of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("roles are Administrator, LicenseManager, Sales, Customer and Application, with commas between them")]
pub struct NotRoles;

/// The longest text that is looked at: all roles by their ids, and room for spaces.
const MOST_BYTES: usize = 400;

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Administrator, Self::LicenseManager, Self::Sales, Self::Customer, Self::Application];

    /// Its name (contracts §5).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::LicenseManager => "LicenseManager",
            Self::Sales => "Sales",
            Self::Customer => "Customer",
            Self::Application => "Application",
        }
    }

    /// Its id, in the form of a GUID (contracts §5); ours, and the same for ever.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Administrator => "5d0c7d5e-6a0b-4c55-9f1e-0b8f3c6d1a01",
            Self::LicenseManager => "5d0c7d5e-6a0b-4c55-9f1e-0b8f3c6d1a02",
            Self::Sales => "5d0c7d5e-6a0b-4c55-9f1e-0b8f3c6d1a03",
            Self::Customer => "5d0c7d5e-6a0b-4c55-9f1e-0b8f3c6d1a04",
            Self::Application => "5d0c7d5e-6a0b-4c55-9f1e-0b8f3c6d1a05",
        }
    }

    /// What it is, in a sentence.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Administrator => "Runs the account, its users and its settings.",
            Self::LicenseManager => "Makes and manages licences and what they are made from.",
            Self::Sales => "Works with customers, orders and their licences.",
            Self::Customer => "Bought licences, and sees those alone.",
            Self::Application => "A licensed program.",
        }
    }

    /// The role with this name, whatever its case, or with this id.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(text) || role.id().eq_ignore_ascii_case(text))
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Administrator => 1,
            Self::LicenseManager => 2,
            Self::Sales => 4,
            Self::Customer => 8,
            Self::Application => 16,
        }
    }
}

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// Every role.
    pub const ALL: Self = Self(31);

    /// The set of these bits, or nothing where one of them means nothing.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits & !Self::ALL.0 == 0).then_some(Self(bits))
    }

    /// Whether `role` is in the set.
    pub fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there is none in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of both sets together.
    #[must_use]
    pub fn and(self, more: impl Into<Self>) -> Self {
        Self(self.0 | more.into().0)
    }

    /// Those that are not in `less`.
    #[must_use]
    pub fn without(self, less: impl Into<Self>) -> Self {
        Self(self.0 & !less.into().0)
    }

    /// Those that are in both sets.
    #[must_use]
    pub fn within(self, bounds: impl Into<Self>) -> Self {
        Self(self.0 & bounds.into().0)
    }

    /// The roles in the set, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self(role.bit())
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::and)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Role::name).collect();
        f.write_str(&names.join(","))
    }
}

/// Names or ids with commas or semicolons between them; at least one.
impl FromStr for Roles {
    type Err = NotRoles;

    fn from_str(text: &str) -> Result<Self, NotRoles> {
        if text.len() > MOST_BYTES {
            return Err(NotRoles);
        }
        text.split([',', ';']).map(|name| Role::parse(name).ok_or(NotRoles)).collect()
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_bits(u8::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom(NotRoles))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_role_is_known_by_name_and_by_id() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.id()), Some(role));
            assert_eq!(Role::parse(&format!(" {} ", role.name().to_lowercase())), Some(role));
        }
        assert_eq!(Role::ALL.map(Role::id).into_iter().collect::<BTreeSet<_>>().len(), 5);
        assert_eq!(Role::parse("Root"), None);
    }

    #[test]
    fn a_set_is_written_and_read_in_any_form() {
        let set: Roles = "sales; Administrator".parse().unwrap();
        assert_eq!(set.to_string(), "Administrator,Sales");
        assert_eq!(serde_json::from_str::<Roles>(&serde_json::to_string(&set).unwrap()).unwrap(), set);
        for text in ["", ",", "Sales,", "Sales Administrator", "Root", &"Sales,".repeat(100)] {
            assert_eq!(text.parse::<Roles>(), Err(NotRoles), "{text}");
        }
        assert!(serde_json::from_str::<Roles>("32").is_err());
    }

    #[test]
    fn sets_are_joined_reduced_and_bounded() {
        let set = Roles::from(Role::Sales).and(Role::Customer);
        assert!(set.contains(Role::Sales) && !set.contains(Role::Administrator));
        assert_eq!(set.without(Role::Sales), Role::Customer.into());
        assert_eq!(set.within(Role::Customer), Role::Customer.into());
        assert!(set.without(Roles::ALL).is_empty());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_back(text in "\\PC{0,60}", bits in 1_u8..32) {
            let set = Roles::from_bits(bits).unwrap();
            prop_assert_eq!(set.to_string().parse::<Roles>(), Ok(set));
            if let Ok(set) = text.parse::<Roles>() {
                prop_assert!(!set.is_empty());
            }
        }
    }
}
