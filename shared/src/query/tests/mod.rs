//! A small shop to ask about, and the language's meaning by examples; what holds for every query is in [`properties`].

mod generated;
mod language;
mod lists;
mod mistakes;
mod plans;
mod properties;

use std::sync::Mutex;

use super::*;
use crate::domain::time::Timestamp;

/// Order of a shop.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Order {
    pub(super) id: i32,
    pub(super) status: Option<String>,
    pub(super) total: Decimal,
    pub(super) paid: Option<bool>,
    pub(super) shipped: bool,
    pub(super) created_at: Timestamp,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) seats: Option<i64>,
    pub(super) customer: Option<Customer>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Customer {
    pub(super) id: i32,
    pub(super) company: Option<String>,
    pub(super) city: String,
}

const fn plain(name: &'static str, kind: Type, presence: Presence) -> Field {
    Field { name, kind: Kind::Plain(kind, presence) }
}

pub(super) static ORDER: Entity = Entity {
    name: "Order",
    key: "id",
    fields: &[
        plain("id", Type::Int32, Presence::Required),
        plain("status", Type::Text, Presence::Nullable),
        plain("total", Type::Decimal, Presence::Required),
        plain("paid", Type::Bool, Presence::Nullable),
        plain("shipped", Type::Bool, Presence::Required),
        plain("createdAt", Type::Moment, Presence::Required),
        plain("paidAt", Type::Moment, Presence::Nullable),
        plain("seats", Type::Int64, Presence::Nullable),
        Field { name: "customer", kind: Kind::One(&CUSTOMER) },
        Field { name: "address", kind: Kind::Embedded(&ADDRESS) },
        Field { name: "lines", kind: Kind::Many(&CUSTOMER) },
        Field { name: "tags", kind: Kind::List },
    ],
    indexes: &[
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["customer", "id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["status"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 2 },
        Index { path: &["createdAt"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 3 },
    ],
};

pub(super) static CUSTOMER: Entity = Entity {
    name: "Customer",
    key: "id",
    fields: &[
        plain("id", Type::Int32, Presence::Required),
        plain("company", Type::Text, Presence::Nullable),
        plain("city", Type::Text, Presence::Required),
        Field { name: "orders", kind: Kind::Many(&ORDER) },
    ],
    indexes: &[],
};

pub(super) static ADDRESS: Entity =
    Entity { name: "Address", key: "city", fields: &[plain("city", Type::Text, Presence::Required)], indexes: &[] };

impl Row for Order {
    fn field(&self, path: &[&str]) -> Value<'_> {
        match path {
            ["id"] => self.id.into(),
            ["status"] => self.status.as_deref().into(),
            ["total"] => self.total.into(),
            ["paid"] => self.paid.into(),
            ["shipped"] => self.shipped.into(),
            ["createdAt"] => self.created_at.into(),
            ["paidAt"] => self.paid_at.into(),
            ["seats"] => self.seats.into(),
            ["customer", rest @ ..] => self.customer.as_ref().map_or(Value::Null, |customer| customer.field(rest)),
            ["address"] => Value::Object,
            ["address", "city"] => "Köln".into(),
            _ => Value::Null,
        }
    }
}

impl Row for Customer {
    fn field(&self, path: &[&str]) -> Value<'_> {
        match path {
            [] => Value::Object,
            ["id"] => self.id.into(),
            ["company"] => self.company.as_deref().into(),
            ["city"] => self.city.as_str().into(),
            _ => Value::Null,
        }
    }
}

/// An order of which all that may be null is.
pub(super) fn bare(id: i32) -> Order {
    Order {
        id,
        status: None,
        total: Decimal::from(0),
        paid: None,
        shipped: false,
        created_at: Timestamp::parse("2024-03-01T12:00:00Z").unwrap(),
        paid_at: None,
        seats: None,
        customer: None,
    }
}

/// An order of which nothing is null.
pub(super) fn full(id: i32) -> Order {
    Order {
        status: Some("Shipped".into()),
        total: Decimal::parse("19.90").unwrap(),
        paid: Some(true),
        shipped: true,
        paid_at: Timestamp::parse("2024-03-02"),
        seats: Some(5),
        customer: Some(Customer { id: 7, company: Some("Straße & Söhne".into()), city: "Köln".into() }),
        ..bare(id)
    }
}

/// Orders in memory, served in short pages, with the accesses that were asked for.
#[derive(Default)]
pub(super) struct Shop {
    pub(super) orders: Vec<Order>,
    /// How many rows a page has at most, from 1.
    pub(super) page: usize,
    /// Whether totals are known without counting.
    pub(super) knows_totals: bool,
    pub(super) calls: Mutex<Vec<String>>,
}

impl Shop {
    /// Over these orders, in pages of three.
    pub(super) fn of(orders: Vec<Order>) -> Self {
        Self { orders, page: 3, ..Self::default() }
    }

    /// The orders that come of an access, as [`Source`] wants them: one that gives others as well, or no order, does.
    fn selected(&self, access: &Access, direction: Direction) -> Vec<Order> {
        let mut orders: Vec<_> = self.orders.iter().filter(|order| Self::is_given(order, access)).cloned().collect();
        orders.sort_by_key(|order| order.id);
        if matches!(access, Access::Between(index, _) if index.path != ["id"]) {
            orders.sort_by_key(|order| (order.id * 7919) % 101);
        } else if direction == Direction::Descending {
            orders.reverse();
        }
        orders
    }

    fn is_given(order: &Order, access: &Access) -> bool {
        match access {
            Access::All => true,
            // As an index of states in lower case would.
            Access::Equal(index, value) if index.path == ["status"] => {
                order.status.as_ref().map(|status| status.to_lowercase()) == value.as_text().map(str::to_lowercase)
            }
            Access::Equal(index, value) => order.field(index.path) == *value,
            Access::Between(index, Limits { from, to }) => {
                let value = order.field(index.path);
                let from = from.as_ref().map(Value::clone);
                let to = to.as_ref().map(Value::clone);
                !value.is_null() && std::ops::RangeBounds::contains(&(from, to), &value.into_owned())
            }
        }
    }

    fn note(&self, call: &str) {
        self.calls.lock().unwrap().push(call.to_owned());
    }
}

impl Source for Shop {
    type Row = Order;
    type Cursor = usize;
    type Error = std::convert::Infallible;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<usize>,
        limit: u32,
    ) -> Result<Page<Order, usize>, Self::Error> {
        self.note("page");
        let all = self.selected(access, direction);
        let begin = after.unwrap_or(0);
        let end = all.len().min(begin + self.page.min(limit as usize));
        Ok(Page { rows: all[begin..end].to_vec(), next: (end < all.len()).then_some(end) })
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Self::Error> {
        let total = self.selected(access, Direction::Ascending).len() as u64;
        Ok(self.knows_totals.then_some(total))
    }

    async fn pass(&self, access: &Access, direction: Direction, after: Option<usize>, limit: u32) -> Result<Passed<usize>, Self::Error> {
        self.note("pass");
        let all = self.selected(access, direction);
        let begin = after.unwrap_or(0);
        let end = all.len().min(begin + (self.page * 2).min(limit as usize));
        Ok(Passed { count: u32::try_from(end - begin).unwrap(), next: (end < all.len()).then_some(end) })
    }
}

/// The list that a source gives.
pub(super) fn run<S: Source>(query: &Query, source: &S) -> Result<Answer<S::Row>, RunError<S::Error>> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(query.run(source))
}

/// A query with this filter.
pub(super) fn filtered(filter: &str) -> Query {
    parsed(&Parameters { filter: Some(filter.into()), ..Parameters::default() })
}

/// A query of orders that has nothing wrong with it.
pub(super) fn parsed(parameters: &Parameters) -> Query {
    Query::parse(&ORDER, parameters).unwrap_or_else(|error| panic!("{parameters:?}: {error}"))
}
