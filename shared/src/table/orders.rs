//! Orders.

use aws_sdk_dynamodb::types::Delete;

use super::call::Loss;
use super::customers::DRAWS;
use super::item::{item, number, value};
use super::keys::{self, Kind};
use super::records::{List, Record, RecordError, holder, stored};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, CustomerId, OrderId};
use crate::domain::license::Licensee;
use crate::domain::order::{Block, Order, OrderDetails, draw_reference};
use crate::domain::order_lines::OrderLines;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const RECORDING: &str = "recording an order";

/// What is said about a new order.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// Who its licences are made out to.
    pub licensee: Option<Licensee>,
    /// The number that the vendor's shop gave it; one is drawn where nothing is said.
    pub reference: Option<Line<64>>,
    /// What else is known.
    pub details: OrderDetails,
    /// How many lines are promised: none where licences are issued for it one by one.
    pub lines: u16,
}

/// Why an order was not recorded.
#[derive(Debug)]
pub enum CreateOrderError {
    /// This order has the number.
    ReferenceInUse(Box<Order>),
    /// A fault of ours.
    Fault(Fault),
}

/// The conditions of recording and deleting an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Number,
    Reference,
    Lines,
}

impl Order {
    /// The name under which the shops' numbers are unique.
    pub const REFERENCE: &'static str = "reference";
}

impl Record for Order {
    const KIND: Kind = Kind::Order;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn unique(&self) -> Vec<(&'static str, String)> {
        vec![(Self::REFERENCE, self.reference.as_str().to_owned())]
    }

    fn lists(&self) -> Vec<List> {
        self.customer.into_iter().map(List::Customer).collect()
    }
}

impl Table {
    /// Records an order of an account with numbers for its licences: for each promised line, or else for the first that are issued.
    pub async fn create_order(&self, account: AccountId, new: NewOrder, now: Timestamp) -> Result<Order, CreateOrderError> {
        let NewOrder { customer, licensee, reference: given, details, lines } = new;
        let mut order_lines = OrderLines::default();
        let count = if lines == 0 { order_lines.next_block() } else { lines };
        let (id, first) =
            tokio::try_join!(Box::pin(self.next(Some(account), Kind::Order, OrderId::new)), Box::pin(self.next_licenses(account, count)))?;
        let block = Block { first, count };
        let promised = if lines == 0 {
            order_lines.blocks.push(block);
            None
        } else {
            Some(block)
        };
        let reference = match &given {
            Some(reference) => reference.clone(),
            None => self.draw_reference()?,
        };
        let mut order = Order { id, account, customer, licensee, reference, placed: now, promised, details, updated: None, revision: 1 };
        for _ in 1..DRAWS {
            match self.write_order(&order, &order_lines).await {
                Ok(()) => return Ok(order),
                Err(CreateOrderError::ReferenceInUse(_)) if given.is_none() => order.reference = self.draw_reference()?,
                Err(error @ (CreateOrderError::ReferenceInUse(_) | CreateOrderError::Fault(_))) => return Err(error),
            }
        }
        self.write_order(&order, &order_lines).await.map(|()| order)
    }

    async fn write_order(&self, order: &Order, lines: &OrderLines) -> Result<(), CreateOrderError> {
        let _counts = self.relisting(order.account);
        let mut transaction = Transaction::new(RECORDING);
        transaction.create(self, Condition::Number, stored(order)?)?;
        transaction.create(self, Condition::Reference, holder(order, Order::REFERENCE, order.reference.as_str())?)?;
        transaction.create(self, Condition::Lines, item(keys::order_lines(order.account, order.id), lines)?)?;
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        if failed.iter().any(|failed| failed.condition != Condition::Reference) {
            // The number was drawn for this call alone: an attempt whose answer was lost has written all of this.
            let in_use = || Fault::new(FaultKind::Corrupt, "recording an order: the number is in use");
            return if loss == Loss::Before { Ok(()) } else { Err(in_use().into()) };
        }
        let standing = self.record_with::<Order>(order.account, Order::REFERENCE, order.reference.as_str()).await?;
        // Between the two, it can only have been deleted or renumbered: then the number is free again, and whoever asks again gets it.
        let standing = standing.ok_or_else(|| Fault::new(FaultKind::Contended, RECORDING))?;
        Err(CreateOrderError::ReferenceInUse(Box::new(standing)))
    }

    /// The order with this number.
    pub async fn order(&self, account: AccountId, id: OrderId) -> Result<Option<Order>, Fault> {
        self.get(keys::order(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Deletes the order that was read, and its lines. Its number is not given out again.
    pub async fn delete_order(&self, order: &Order) -> Result<(), RecordError> {
        let _counts = self.relisting(order.account);
        let mut transaction = Transaction::new("deleting an order");
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::order(order.account, order.id).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(order.revision));
        transaction.delete_where(Condition::Number, delete)?;
        let reference = keys::unique(order.account, Kind::Order, Order::REFERENCE, order.reference.as_str());
        transaction.delete(self, Condition::Reference, reference)?;
        transaction.delete(self, Condition::Lines, keys::order_lines(order.account, order.id))?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Where it is gone after an attempt whose answer was lost, it was that attempt, or somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(RecordError::Changed),
        }
    }

    fn draw_reference(&self) -> Result<Line<64>, Fault> {
        draw_reference(&self.random).map_err(|error| Fault::corrupt(RECORDING, error))
    }
}

impl From<Fault> for CreateOrderError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
