//! The ladder of [`domain::ladder`](crate::domain::ladder), as the condition of a write.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::hints::Hint;
use crate::domain::ladder::ProductClaim;
use crate::domain::license::LicenseMode;
use crate::domain::seat::{Device, SeatDigest};
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::table::grants::{names, stored_development};
use crate::table::item::{NEWEST, VERSION, attribute, number, text};
use crate::table::keys::PK;

/// An expression's parts as they come together.
pub(super) struct Condition {
    terms: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Condition {
    /// Rungs 1 and 2: the grant is there, and of the product.
    pub(super) fn known(product: ProductClaim<'_>) -> Self {
        let mut condition = Self { terms: Vec::new(), names: HashMap::new(), values: HashMap::new() };
        condition
            .name("#pk", PK)
            .name("#v", VERSION)
            .value(":newest", number(NEWEST))
            .term("attribute_exists(#pk)")
            // Where nothing is read first, what cannot be read must not be written either.
            .term("(attribute_not_exists(#v) OR #v <= :newest)");
        match product {
            ProductClaim::Any => return condition,
            ProductClaim::Slug(slug) => condition.name("#product", names::SLUG).value(":product", text(slug)),
            ProductClaim::Code(code) => condition.name("#product", names::CODE).value(":product", text(code)),
            ProductClaim::Id(id) => condition.name("#product", names::PRODUCT).value(":product", number(id)),
        };
        condition.term("#product = :product");
        condition
    }

    /// Rungs 1 to 7.
    pub(super) fn entitled(product: ProductClaim<'_>, now: Timestamp) -> Self {
        let mut condition = Self::known(product);
        condition
            .name("#standing", names::STANDING)
            .name("#starts", names::STARTS)
            .name("#ends", names::ENDS)
            .value(":active", text("active"))
            .value(":now", number(now.as_micros()))
            .term("#standing = :active")
            .term("(attribute_not_exists(#starts) OR #starts <= :now)")
            .term("(attribute_not_exists(#ends) OR #ends > :now)");
        condition
    }

    /// Rung 9: the licence's seats are taken in this way.
    pub(super) fn taking(&mut self, mode: LicenseMode) -> &mut Self {
        self.name("#mode", names::MODE);
        // As it is stored: nothing for the usual one.
        if mode.is_usual() {
            self.term("attribute_not_exists(#mode)")
        } else {
            self.value(":mode", text(mode.name())).term("#mode = :mode")
        }
    }

    /// The rule for development sites is the one that `device` was sorted by.
    pub(super) fn sorted_by(&mut self, device: &Device, hint: &Hint) -> Result<&mut Self, Fault> {
        // A machine is never sorted.
        if let Device::Site(_) = device {
            self.name("#dev", names::DEVELOPMENT);
            match stored_development(&hint.development) {
                None => self.term("attribute_not_exists(#dev)"),
                Some(rule) => self.value(":dev", attribute(&rule)?).term("#dev = :dev"),
            };
        }
        Ok(self)
    }

    pub(super) fn term(&mut self, term: &str) -> &mut Self {
        self.terms.push(term.to_owned());
        self
    }

    pub(super) fn name(&mut self, placeholder: &str, name: &str) -> &mut Self {
        self.names.insert(placeholder.to_owned(), name.to_owned());
        self
    }

    pub(super) fn value(&mut self, placeholder: &str, value: AttributeValue) -> &mut Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// Names the seat as `#seat`, for paths such as `#seats.#seat`.
    pub(super) fn seat(&mut self, digest: SeatDigest) -> &mut Self {
        self.name("#seat", &digest.to_string())
    }

    pub(super) fn expression(&self) -> String {
        self.terms.join(" AND ")
    }

    pub(super) fn names(&self) -> HashMap<String, String> {
        self.names.clone()
    }

    pub(super) fn values(&self) -> HashMap<String, AttributeValue> {
        self.values.clone()
    }
}
