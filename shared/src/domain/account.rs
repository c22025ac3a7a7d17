//! The account: a vendor, the owner of everything else.

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::text::Line;
use super::time::Timestamp;

/// A vendor who sells through this deployment. No object is ever seen from another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number, unique in the deployment.
    pub id: AccountId,
    /// What staff call it.
    pub name: Line<120>,
    /// When it was made.
    pub created: Timestamp,
}
