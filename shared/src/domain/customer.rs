//! The customer: who bought.

use serde::{Deserialize, Serialize};

use super::country::Country;
use super::ids::{AccountId, CustomerId};
use super::text::{Email, Line};
use super::time::Timestamp;

/// Someone who bought licences from an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its number within the account.
    pub id: CustomerId,
    /// The account.
    pub account: AccountId,
    /// The name as the customer gave it.
    pub name: Line<120>,
    /// Where the customer is written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Whether it is known that the address is the customer's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub email_verified: bool,
    /// The given name, where the vendor keeps names in two parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Line<120>>,
    /// The family name, where the vendor keeps names in two parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Line<120>>,
    /// Where the customer is at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// When it was recorded.
    pub created: Timestamp,
}
