//! The customer: who bought.

use serde::{Deserialize, Serialize};

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
    /// When it was recorded.
    pub created: Timestamp,
}
