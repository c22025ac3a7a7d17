//! The customer: who bought.

use serde::{Deserialize, Serialize};

use super::country::Country;
use super::fixed_point::FixedPoint;
use super::ids::{AccountId, CustomerId};
use super::text::{Email, Line, Prose, TextError};
use super::time::Timestamp;
use crate::random::Random;

/// The most characters of a person's name.
const MOST_OF_A_NAME: usize = 120;

/// Someone who bought licences from an account.
///
/// Who a licence or an order is made out to is a copy of the day: a new name or address here changes none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its number within the account.
    pub id: CustomerId,
    /// The account.
    pub account: AccountId,
    /// The vendor's own code for the customer, unique in the account.
    pub code: Line<64>,
    /// The name as the customer gave it.
    pub name: Line<120>,
    /// Where the customer is written to. Several customers may have one address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    /// What else the vendor knows.
    #[serde(default)]
    pub profile: CustomerProfile,
    /// When it was recorded.
    pub created: Timestamp,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What a vendor's staff keep about a customer, beyond what licences need. None of it is interpreted here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerProfile {
    /// How the customer is addressed: `Dr.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Line<64>>,
    /// The company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Line<120>>,
    /// The number under which value added tax is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_code: Option<Line<64>>,
    /// Where electronic invoices are sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_code: Option<Line<64>>,
    /// How the vendor rates the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<i32>,
    /// The postal address.
    #[serde(default)]
    pub address: PostalAddress,
    /// Where that is on a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_coordinates: Option<Line<120>>,
    /// How near the map is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_zoom: Option<FixedPoint>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Line<64>>,
    /// The mobile telephone's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Line<64>>,
    /// The fax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<Line<64>>,
    /// The customer's site, as it was given: never called from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Line<500>>,
    /// What the staff noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Prose<4000>>,
    /// Whether the customer sells on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_reseller: bool,
    /// A picture, by its name or address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Line<2000>>,
    /// Whatever the vendor's programs keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Prose<4000>>,
}

/// A postal address, in the parts that the vendor gave it in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Its lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line<200>>,
    /// The next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<Line<200>>,
    /// And the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<Line<200>>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Line<32>>,
    /// The town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<Line<120>>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Line<120>>,
    /// The country's name as the vendor writes it, beside its code in [`Customer::country`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_name: Option<Line<120>>,
}

impl Customer {
    /// When it was changed last; when it was recorded, where it never was.
    pub fn last_change(&self) -> Timestamp {
        self.updated.unwrap_or(self.created)
    }
}

/// What somebody is called who gave no name in one piece: by given and family name, or else by the company.
pub fn called(given: Option<&Line<120>>, family: Option<&Line<120>>, company: Option<&Line<120>>) -> Option<Line<120>> {
    let parts: Vec<&str> = [given, family].into_iter().flatten().map(Line::as_str).collect();
    let person = if parts.is_empty() { company?.as_str().to_owned() } else { parts.join(" ") };
    Line::parse(&person.chars().take(MOST_OF_A_NAME).collect::<String>()).ok()
}

/// A code for a customer who came without one: 41 random bits behind `C-`, so another one is drawn where it is in use.
pub fn draw_code(random: &Random) -> Result<Line<64>, TextError> {
    Line::parse(&format!("C-{}", random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line<120> {
        Line::parse(text).unwrap()
    }

    #[test]
    fn who_gave_no_name_in_one_piece_is_called_by_its_parts_or_by_the_company() {
        let (given, family, company) = (line("Erika"), line("Mustermann"), line("Muster GmbH"));
        assert_eq!(called(Some(&given), Some(&family), Some(&company)), Some(line("Erika Mustermann")));
        assert_eq!(called(None, Some(&family), None), Some(family.clone()));
        assert_eq!(called(None, None, Some(&company)), Some(company));
        assert_eq!(called(None, None, None), None);
        let long = line(&"x".repeat(120));
        assert_eq!(called(Some(&long), Some(&family), None), Some(long.clone()));
    }

    #[test]
    fn a_drawn_code_has_eight_capital_letters_or_digits() {
        let code = draw_code(&Random::seeded(1)).unwrap();
        let drawn = code.as_str().strip_prefix("C-").unwrap();
        assert!(drawn.len() == 8 && drawn.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{drawn}");
        assert_ne!(draw_code(&Random::seeded(2)).unwrap(), code);
    }
}
