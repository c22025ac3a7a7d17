//! The customer on the wire (seed 004, "GET /v1/customers").

use latchkey_core::core::Core;
use latchkey_core::domain::customer::Customer as Stored;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Amount, CONTACT, Contact, Moment, entity, given, number, shown};
use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::sales::include;

entity! {
    /// Somebody who bought.
    Customer, CUSTOMER: "Customer", key "id", list "customers";
    members {
        /// Its number.
        "id" id: i32,
        /// How the customer is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name. Of somebody who gave a name in one piece, that, unless it is the company's.
        "lastName" last_name: String,
        /// The company.
        "company" company: String,
        /// The vendor's own code for the customer.
        "code" code: String,
        /// The number under which value added tax is paid.
        "vatCode" vat_code: String,
        /// Where electronic invoices are sent to.
        "invoiceCode" invoice_code: String,
        /// How the vendor rates the customer.
        "rating" rating: i32,
        /// When it was recorded.
        "createdAt" created_at: Option<Moment>,
        /// When it was changed last.
        "updatedAt" updated_at: Option<Moment>,
        /// The postal address: its first line.
        "address" address: String,
        /// The next.
        "address1" address1: String,
        /// And the last.
        "address2" address2: String,
        /// The postal code.
        "postalCode" postal_code: String,
        /// The region.
        "region" region: String,
        /// The town.
        "city" city: String,
        /// The country's name, as the vendor writes it.
        "country" country: String,
        /// The country's code of two letters (ISO 3166-1).
        "countryCode" country_code: String,
        /// Where that is on a map.
        "mapCoordinates" map_coordinates: String,
        /// How near the map is to be shown.
        "mapZoomLevel" map_zoom_level: Amount,
        /// Where the customer is written to.
        "email" email: String,
        /// The telephone number.
        "phone" phone: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// The fax number.
        "fax" fax: String,
        /// The customer's site.
        "website" website: String,
        /// What the staff noted.
        "notes" notes: String,
        /// Whether the customer sells on.
        "isReseller" is_reseller: bool,
        /// A picture, by its name or address.
        "image" image: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
    one {}
    many {
        /// Whom to speak to.
        "contacts" contacts: Contact = CONTACT,
    }
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["code"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["email"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 2 },
    ]
}

given! {
    /// What may be said of a customer.
    CustomerGiven {
        /// Its number: which customer is to be changed.
        "id" id: i32,
        /// How the customer is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name.
        "lastName" last_name: String,
        /// The company.
        "company" company: String,
        /// The vendor's own code for the customer; without, one is drawn for a new one.
        "code" code: String,
        /// The number under which value added tax is paid.
        "vatCode" vat_code: String,
        /// Where electronic invoices are sent to.
        "invoiceCode" invoice_code: String,
        /// How the vendor rates the customer.
        "rating" rating: i32,
        /// The postal address: its first line.
        "address" address: String,
        /// The next.
        "address1" address1: String,
        /// And the last.
        "address2" address2: String,
        /// The postal code.
        "postalCode" postal_code: String,
        /// The region.
        "region" region: String,
        /// The town.
        "city" city: String,
        /// The country's name, as the vendor writes it.
        "country" country: String,
        /// The country's code of two or three letters (ISO 3166-1).
        "countryCode" country_code: String,
        /// Where that is on a map.
        "mapCoordinates" map_coordinates: String,
        /// How near the map is to be shown.
        "mapZoomLevel" map_zoom_level: Amount,
        /// Where the customer is written to.
        "email" email: String,
        /// The telephone number.
        "phone" phone: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// The fax number.
        "fax" fax: String,
        /// The customer's site.
        "website" website: String,
        /// What the staff noted.
        "notes" notes: String,
        /// Whether the customer sells on.
        "isReseller" is_reseller: bool,
        /// A picture, by its name or address.
        "image" image: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
}

impl From<Stored> for Customer {
    fn from(customer: Stored) -> Self {
        let Stored { id, account: _, code, name, email, email_verified: _, given_name, family_name, country, profile, .. } = customer;
        let is_whole = given_name.is_none() && family_name.is_none() && profile.company.as_ref() != Some(&name);
        Self {
            id: number(id.get()),
            title: shown(profile.title),
            first_name: shown(given_name),
            last_name: shown(if is_whole { Some(name) } else { family_name }),
            company: shown(profile.company),
            code: shown(Some(code)),
            vat_code: shown(profile.vat_code),
            invoice_code: shown(profile.invoice_code),
            rating: profile.rating.unwrap_or_default(),
            created_at: Some(Moment(customer.created)),
            updated_at: customer.updated.map(Moment),
            address: shown(profile.address.line),
            address1: shown(profile.address.line1),
            address2: shown(profile.address.line2),
            postal_code: shown(profile.address.postal_code),
            region: shown(profile.address.region),
            city: shown(profile.address.city),
            country: shown(profile.address.country_name),
            country_code: country.map(|country| country.alpha2().to_owned()).unwrap_or_default(),
            map_coordinates: shown(profile.map_coordinates),
            map_zoom_level: Amount(profile.map_zoom.unwrap_or_default()),
            email: shown(email),
            phone: shown(profile.phone),
            mobile: shown(profile.mobile),
            fax: shown(profile.fax),
            website: shown(profile.website),
            notes: shown(profile.notes),
            is_reseller: profile.is_reseller,
            image: shown(profile.image),
            meta: shown(profile.meta),
            contacts: Vec::new(),
        }
    }
}

impl Fill for Customer {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("contacts") {
            let mut contacts = include::contacts(core, account, rows.iter().map(|row| row.id)).await?;
            for row in rows {
                row.contacts = contacts.remove(&row.id).unwrap_or_default();
            }
        }
        Ok(())
    }
}
