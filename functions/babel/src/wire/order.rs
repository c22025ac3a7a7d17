//! The order on the wire (seed 004, "GET /v1/orders").

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::order::Order as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Amount, CUSTOMER, Customer, Moment, entity, given, number, shown};
use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::sales::include;

entity! {
    /// What was bought at once.
    Order, ORDER: "Order", key "id", list "orders";
    members {
        /// Its number in our count.
        "id" id: i32,
        /// The vendor's number for it.
        "orderNumber" order_number: String,
        /// How far it is.
        "status" status: String,
        /// Who processed it.
        "processedBy" processed_by: String,
        /// The customer's own number for it.
        "purchaseOrder" purchase_order: String,
        /// What it costs altogether, as the vendor says: nothing is computed from its products.
        "total" total: Amount,
        /// In which currency.
        "currency" currency: String,
        /// When it was placed.
        "createdAt" created_at: Option<Moment>,
        /// When it was changed last.
        "updatedAt" updated_at: Option<Moment>,
        /// The invoice's number.
        "invoiceNumber" invoice_number: String,
        /// How it is paid.
        "paymentType" payment_type: String,
        /// The payment's number.
        "paymentNumber" payment_number: String,
        /// How far the payment is.
        "paymentStatus" payment_status: String,
        /// When it was paid.
        "paymentDate" payment_date: Option<Moment>,
        /// What the staff noted.
        "description" description: String,
        /// Who bought; 0 where nobody is known to have.
        "customerId" customer_id: i32,
        /// Through whom it was sold; 0 where through nobody.
        "resellerId" reseller_id: i32,
    }
    one {
        /// Who bought.
        "customer" customer: Customer = CUSTOMER,
    }
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["orderNumber"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["customerId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 2 },
    ]
}

given! {
    /// What may be said of an order.
    OrderGiven {
        /// Its number in our count: which order is to be changed.
        "id" id: i32,
        /// The vendor's number for it; without, one is drawn for a new one.
        "orderNumber" order_number: String,
        /// How far it is.
        "status" status: String,
        /// Who processed it.
        "processedBy" processed_by: String,
        /// The customer's own number for it.
        "purchaseOrder" purchase_order: String,
        /// What it costs altogether.
        "total" total: Amount,
        /// In which currency.
        "currency" currency: String,
        /// The invoice's number.
        "invoiceNumber" invoice_number: String,
        /// How it is paid.
        "paymentType" payment_type: String,
        /// The payment's number.
        "paymentNumber" payment_number: String,
        /// How far the payment is.
        "paymentStatus" payment_status: String,
        /// When it was paid.
        "paymentDate" payment_date: Moment,
        /// What the staff noted.
        "description" description: String,
        /// Who bought; 0 for nobody.
        "customerId" customer_id: i32,
        /// Through whom it was sold; 0 for nobody.
        "resellerId" reseller_id: i32,
    }
}

impl From<Stored> for Order {
    fn from(order: Stored) -> Self {
        let details = order.details;
        let id = |customer: Option<CustomerId>| customer.map(|customer| number(customer.get())).unwrap_or_default();
        Self {
            id: number(order.id.get()),
            order_number: shown(Some(order.reference)),
            status: shown(details.status),
            processed_by: shown(details.processed_by),
            purchase_order: shown(details.purchase_order),
            total: Amount(details.total.unwrap_or_default()),
            currency: details.currency.map(|currency| currency.code().to_owned()).unwrap_or_default(),
            created_at: Some(Moment(order.placed)),
            updated_at: order.updated.map(Moment),
            invoice_number: shown(details.invoice_number),
            payment_type: shown(details.payment_type),
            payment_number: shown(details.payment_number),
            payment_status: shown(details.payment_status),
            payment_date: details.paid.map(Moment),
            description: shown(details.description),
            customer_id: id(order.customer),
            reseller_id: id(details.reseller),
            customer: None,
        }
    }
}

impl Fill for Order {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("customer") {
            let customers = include::customers(core, account, rows.iter().map(|row| row.customer_id), &wanted.below("customer")).await?;
            for row in rows {
                row.customer = customers.get(&row.customer_id).cloned().map(Box::new);
            }
        }
        Ok(())
    }
}
