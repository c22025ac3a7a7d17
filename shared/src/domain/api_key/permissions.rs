//! What an API key may be used for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// One thing that a key may allow. The bits are those of the original (contracts §5: "API key permissions are bits").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Looking at things: bit 1.
    Read,
    /// Changing what is there: bit 2.
    Write,
    /// Deleting what is there: bit 4.
    Delete,
    /// Making what is new: bit 8.
    Create,
}

/// A set of permissions: at least one. Written as names with commas, such as `read,write`; stored as the sum of the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Permissions(u8);

/// The text or number is not a set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("permissions are one or more of read, write, delete and create, with commas between them")]
pub struct NotPermissions;

impl Permission {
    /// All of them, by rising bits.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Delete, Self::Create];

    /// Its bit.
    pub const fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Delete => 4,
            Self::Create => 8,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Create => "create",
        }
    }
}

impl Permissions {
    /// Everything.
    pub const ALL: Self = Self(15);

    /// The set of these bits, or nothing where it is empty or has a bit that means nothing.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits != 0 && bits & !Self::ALL.0 == 0).then_some(Self(bits))
    }

    /// The sum of the bits.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether `permission` is in the set.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// The set with `permission`.
    #[must_use]
    pub fn and(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// The permissions in the set, by rising bits.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }
}

impl From<Permission> for Permissions {
    fn from(permission: Permission) -> Self {
        Self(permission.bit())
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Permission::name).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Permissions {
    type Err = NotPermissions;

    fn from_str(text: &str) -> Result<Self, NotPermissions> {
        let mut bits = 0;
        for name in text.split(',') {
            let permission = Permission::ALL.into_iter().find(|permission| permission.name() == name.trim());
            bits |= permission.ok_or(NotPermissions)?.bit();
        }
        Self::from_bits(bits).ok_or(NotPermissions)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_bits(u8::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom(NotPermissions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_bits_and_numbers_are_the_same_set() {
        let set = Permissions::from(Permission::Read).and(Permission::Create);
        assert_eq!((set.bits(), set.to_string().as_str()), (9, "read,create"));
        assert_eq!("create, read".parse(), Ok(set));
        assert_eq!(serde_json::from_str::<Permissions>("9").unwrap(), set);
        assert_eq!(serde_json::to_string(&set).unwrap(), "9");
        assert_eq!(Permissions::ALL.iter().collect::<Vec<_>>(), Permission::ALL);
        assert_eq!("read,write,delete,create".parse(), Ok(Permissions::ALL));
    }

    #[test]
    fn no_set_is_empty_or_has_unknown_bits() {
        for bits in [0, 16, 255] {
            assert_eq!(Permissions::from_bits(bits), None);
            assert!(serde_json::from_str::<Permissions>(&bits.to_string()).is_err());
        }
        for text in ["", ",", "read,", "all", "Read", "read;write"] {
            assert_eq!(text.parse::<Permissions>(), Err(NotPermissions), "{text:?}");
        }
    }
}
