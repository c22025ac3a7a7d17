//! A licence as it is shown: everything but its key, which only issuing and showing tell.

use latchkey_core::domain::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId};
use latchkey_core::domain::license::{License, LicenseState, Since};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::time::Timestamp;
use serde::Serialize;

use crate::members::Member;
use crate::seats;
use crate::text::or_dash;

/// The members of the JSON answer.
pub(super) const MEMBERS: [Member; 16] = [
    ("license", "its number within the account"),
    ("account", "the vendor's number"),
    ("product", "the product's number"),
    ("state", "active, suspended, revoked or refunded"),
    ("stopped", "since when it is not active, or null"),
    ("why", "the reason that was given for stopping it, or null"),
    ("seat_limit", "how many seats it has; null where there is no limit"),
    ("from", "the first moment at which it holds; null where that is its issue"),
    ("until", "the first moment after; null where it never ends"),
    ("name", "who is named on it, or null"),
    ("email", "that one's e-mail address, or null"),
    ("customer", "the customer's number, or null"),
    ("order", "the order's number, or null"),
    ("line", "the line of the order, from 0, or null"),
    ("created", "when it was issued"),
    ("revision", "counts the changes, from 1"),
];

/// The member that tells the key.
pub(super) const KEY: Member = ("key", "the licence key");

/// A licence as it is shown.
#[derive(Serialize)]
pub(super) struct View {
    license: LicenseId,
    account: AccountId,
    product: ProductId,
    state: &'static str,
    stopped: Option<Timestamp>,
    why: Option<String>,
    seat_limit: SeatLimit,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    name: Option<String>,
    email: Option<String>,
    customer: Option<CustomerId>,
    order: Option<OrderId>,
    line: Option<u16>,
    created: Timestamp,
    revision: u32,
}

impl View {
    /// The headings of [`View::row`].
    pub(super) const HEADINGS: [&'static str; 6] = ["license", "product", "state", "until", "seats", "name"];

    /// The licence's view.
    pub(super) fn of(license: &License) -> Self {
        let since = match &license.state {
            LicenseState::Active => None,
            LicenseState::Suspended(since) | LicenseState::Revoked(since) | LicenseState::Refunded(since) => Some(since),
        };
        let licensee = license.licensee.as_ref();
        Self {
            license: license.id,
            account: license.account,
            product: license.product,
            state: license.state.standing().name(),
            stopped: since.map(|since| since.at),
            why: since.and_then(|Since { why, .. }| why.as_ref()).map(|why| why.as_str().to_owned()),
            seat_limit: license.seat_limit,
            from: license.validity.from,
            until: license.validity.until,
            name: licensee.map(|licensee| licensee.name.as_str().to_owned()),
            email: licensee.and_then(|licensee| licensee.email.as_ref()).map(|email| email.as_str().to_owned()),
            customer: license.customer,
            order: license.order_line.map(|line| line.order),
            line: license.order_line.map(|line| line.line),
            created: license.created,
            revision: license.revision,
        }
    }

    /// The licence's lines for people.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![
            ("license", self.license.to_string()),
            ("account", self.account.to_string()),
            ("product", self.product.to_string()),
            ("state", self.state.to_owned()),
        ];
        if let Some(stopped) = self.stopped {
            rows.extend([("stopped", stopped.to_string()), ("why", or_dash(self.why.as_ref()))]);
        }
        rows.extend([
            ("seats", seats::text(self.seat_limit)),
            ("from", self.from.map_or_else(|| "its issue".to_owned(), |from| from.to_string())),
            ("until", self.until()),
            ("name", or_dash(self.name.as_ref())),
            ("e-mail", or_dash(self.email.as_ref())),
            ("customer", or_dash(self.customer)),
            ("order", self.order.zip(self.line).map_or_else(|| "-".to_owned(), |(order, line)| format!("{order}, line {line}"))),
            ("created", self.created.to_string()),
            ("revision", self.revision.to_string()),
        ]);
        rows
    }

    /// The licence in a list.
    pub(super) fn row(&self) -> [String; 6] {
        [
            self.license.to_string(),
            self.product.to_string(),
            self.state.to_owned(),
            self.until(),
            seats::text(self.seat_limit),
            or_dash(self.name.as_ref()),
        ]
    }

    fn until(&self) -> String {
        self.until.map_or_else(|| "never".to_owned(), |until| until.to_string())
    }
}

/// A licence for the tests of these commands.
#[cfg(test)]
pub(super) fn example() -> License {
    use latchkey_core::domain::key::LicenseKey;
    use latchkey_core::domain::license::{LicenseMode, Validity};
    use latchkey_core::domain::product::DevelopmentSites;
    use latchkey_core::domain::terms::Terms;

    License {
        id: LicenseId::new(3).unwrap(),
        account: AccountId::new(1).unwrap(),
        product: ProductId::new(2).unwrap(),
        key: LicenseKey::parse("SECRET-KEY").unwrap(),
        customer: None,
        order_line: None,
        licensee: None,
        created: Timestamp::parse("2026-01-02").unwrap(),
        validity: Validity::ALWAYS,
        seat_limit: SeatLimit::Limited(5),
        mode: LicenseMode::Activation,
        trace: false,
        development_sites: DevelopmentSites::default(),
        state: LicenseState::Active,
        terms: Terms::default(),
        updated: None,
        revision: 1,
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::order::OrderLine;
    use latchkey_core::domain::text::Line;

    use super::*;
    use crate::members::{names_in, names_of};
    use crate::text::fields;

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&example())), names_of(&MEMBERS));
    }

    #[test]
    fn a_stopped_licence_says_since_when_and_why() {
        let at = Timestamp::parse("2026-03-04").unwrap();
        let why = Some(Line::parse("chargeback").unwrap());
        let order_line = Some(OrderLine { order: OrderId::new(7).unwrap(), line: 0 });
        let text = fields(&View::of(&License { state: LicenseState::Revoked(Since { at, why }), order_line, ..example() }).rows());
        for line in
            ["state     revoked", "stopped   2026-03-04T00:00:00.000000Z", "why       chargeback", "until     never", "order     7, line 0"]
        {
            assert!(text.lines().any(|shown| shown == line), "{line:?} is not in\n{text}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        let view = View::of(&example());
        let shown = format!("{}{}{}", serde_json::to_string(&view).unwrap(), fields(&view.rows()), view.row().concat());
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}
