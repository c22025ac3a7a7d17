//! Accounts, their customers and orders.

use super::call::Loss;
use super::item::{item, value};
use super::keys::{self, Kind};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::account::Account;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId, OrderId};
use crate::domain::order::Order;
use crate::domain::text::{Email, Line};
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

    /// Records a customer of an account.
    pub async fn create_customer(
        &self,
        account: AccountId,
        name: Line<120>,
        email: Option<Email>,
        now: Timestamp,
    ) -> Result<Customer, Fault> {
        let id = self.next(Some(account), Kind::Customer, CustomerId::new).await?;
        let customer = Customer { id, account, name, email, created: now };
        let mut transaction = Transaction::new("recording a customer");
        transaction.create(self, (), item(keys::customer(account, id), &customer)?)?;
        number_is_new(transaction.run(self).await)?;
        Ok(customer)
    }

    /// The customer with this number.
    pub async fn customer(&self, account: AccountId, id: CustomerId) -> Result<Option<Customer>, Fault> {
        self.get(keys::customer(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Records an order of an account.
    pub async fn create_order(
        &self,
        account: AccountId,
        customer: Option<CustomerId>,
        reference: Option<Line<64>>,
        now: Timestamp,
    ) -> Result<Order, Fault> {
        let id = self.next(Some(account), Kind::Order, OrderId::new).await?;
        let order = Order { id, account, customer, reference, placed: now };
        let mut transaction = Transaction::new("recording an order");
        transaction.create(self, (), item(keys::order(account, id), &order)?)?;
        number_is_new(transaction.run(self).await)?;
        Ok(order)
    }

    /// The order with this number.
    pub async fn order(&self, account: AccountId, id: OrderId) -> Result<Option<Order>, Fault> {
        self.get(keys::order(account, id), Freshness::Strong).await?.map(value).transpose()
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
