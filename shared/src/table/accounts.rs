//! Accounts.

use super::call::Loss;
use super::item::{item, value};
use super::keys::{self, Kind};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::account::Account;
use crate::domain::ids::AccountId;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::Fault;

impl Table {
    /// Makes an account.
    pub async fn create_account(&self, name: Line<120>, now: Timestamp) -> Result<Account, Fault> {
        let id = self.next(None, Kind::Account, AccountId::new).await?;
        let account = Account { id, name, created: now };
        let mut transaction = Transaction::new("making an account");
        transaction.create(self, (), item(keys::account(id), &account)?)?;
        number_is_new(transaction.run(self).await)?;
        Ok(account)
    }

    /// The account with this number.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        self.get(keys::account(id), Freshness::Strong).await?.map(value).transpose()
    }
}

/// The number was drawn for this call alone: where an item has it, an attempt whose answer was lost has written it.
fn number_is_new(run: Result<(), NotDone<()>>) -> Result<(), Fault> {
    match run {
        Ok(()) | Err(NotDone::Conditions(_, Loss::Before)) => Ok(()),
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Conditions(_, Loss::None)) => Err(Fault::corrupt("writing under a new number", "the number is in use")),
    }
}
