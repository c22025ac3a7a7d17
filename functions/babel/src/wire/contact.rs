//! The contact on the wire (seed 004, "GET /v1/contacts").

use latchkey_core::domain::contact::Contact as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{entity, given, number, shown};
use crate::list::Fill;

entity! {
    /// A person at a customer's.
    Contact, CONTACT: "Contact", key "id", list "contacts";
    members {
        /// Its number.
        "id" id: i32,
        /// How the person is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name.
        "lastName" last_name: String,
        /// The e-mail address.
        "email" email: String,
        /// The telephone number.
        "phone" phone: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// The fax number.
        "fax" fax: String,
        /// What the staff noted.
        "details" details: String,
        /// Whether the person is told what concerns the customer's licences.
        "notify" notify: bool,
        /// Whose contact it is.
        "customerId" customer_id: i32,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
    one {}
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["customerId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
    ]
}

given! {
    /// What may be said of a contact.
    ContactGiven {
        /// Its number: which contact is to be changed.
        "id" id: i32,
        /// How the person is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name.
        "lastName" last_name: String,
        /// The e-mail address.
        "email" email: String,
        /// The telephone number.
        "phone" phone: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// The fax number.
        "fax" fax: String,
        /// What the staff noted.
        "details" details: String,
        /// Whether the person is told what concerns the customer's licences.
        "notify" notify: bool,
        /// Whose contact it is.
        "customerId" customer_id: i32,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
}

impl From<Stored> for Contact {
    fn from(contact: Stored) -> Self {
        let person = contact.person;
        Self {
            id: number(contact.id.get()),
            title: shown(person.title),
            first_name: shown(person.given_name),
            last_name: shown(person.family_name),
            email: shown(person.email),
            phone: shown(person.phone),
            mobile: shown(person.mobile),
            fax: shown(person.fax),
            details: shown(person.details),
            notify: person.notify,
            customer_id: number(contact.customer.get()),
            meta: shown(person.meta),
        }
    }
}

impl Fill for Contact {}
