//! The contact: whom to speak to at a customer's.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, ContactId, CustomerId};
use super::text::{Email, Line, Prose};

/// A person at a customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its number within the account.
    pub id: ContactId,
    /// The account.
    pub account: AccountId,
    /// Whose contact it is.
    pub customer: CustomerId,
    /// What is known of the person.
    pub person: ContactPerson,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What is known of a contact. None of it is interpreted here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPerson {
    /// How the person is addressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Line<64>>,
    /// The given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Line<120>>,
    /// The family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Line<120>>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Line<64>>,
    /// The mobile telephone's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Line<64>>,
    /// The fax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<Line<64>>,
    /// What the staff noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Prose<2000>>,
    /// Whether the person is told what concerns the customer's licences.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notify: bool,
    /// Whatever the vendor's programs keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Prose<2000>>,
}
