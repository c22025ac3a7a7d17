//! What is called what in the exports of other licence managers. infra/cli/README.md says where each was taken from.

use clap::ValueEnum;
use latchkey_core::domain::license::Standing;

/// What an export says of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Member {
    /// The key
    Key,
    /// What it is a licence for
    Product,
    /// Whether it may be used
    Status,
    /// How many seats it has
    Limit,
    /// The first moment at which it no longer holds
    Until,
    /// When it was issued
    Created,
    /// The sites or machines that it is used on
    Activations,
    /// How many those are, where they are not listed
    Count,
    /// The exporter's number of the customer
    Customer,
    /// The customer's own code
    Code,
    /// The customer's name
    Name,
    /// The given name, where names are in two parts
    GivenName,
    /// The family name, where names are in two parts
    FamilyName,
    /// The e-mail address
    Email,
    /// The company
    Company,
    /// The country, in two or three letters
    Country,
    /// The exporter's number of the licence
    Id,
    /// The exporter's number of the order
    Order,
    /// How seats are taken: file, activation or floating, or 0, 1 or 2
    Mode,
    /// What sort of licence it is
    Kind,
    /// Its public name
    PublicName,
    /// The day of issue that it states
    Issued,
    /// Until when support is included
    Support,
    /// Whether what clients do is kept
    Trace,
}

/// Which exporter wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "the words are the help's")]
pub(crate) enum Preset {
    /// Easy Digital Downloads, Software Licensing: Tools, Export License Keys
    Edd,
    /// License Manager for WooCommerce: Export CSV
    Lmfwc,
    /// WooCommerce API Manager: its table wc_am_api_resource
    WcApiManager,
    /// WooCommerce Software Add-on: its table woocommerce_software_licenses
    WcSoftwareAddon,
    /// CS-Cart Marketplace: the answer of /api/4.0/licenses
    Cscart,
    /// Sellcodes: the members of its licensing API
    Sellcodes,
    /// Babel licensing: the answer of GET /v1/licenses
    Babel,
    /// None of these: members have the names that --map lists
    Plain,
}

/// What a preset knows.
pub(super) struct Known {
    /// For each member, the names that it may have, the best first. A dot leads into an object. Case and all but letters and digits do
    /// not count.
    pub(super) names: &'static [(Member, &'static [&'static str])],
    /// What every export has: where it is missing it is called otherwise.
    pub(super) has: &'static [Member],
    /// What statuses mean here, in lower case, beside [`WORDS`].
    pub(super) statuses: &'static [(&'static str, Status)],
    /// What stands for a licence without a limit.
    pub(super) unlimited: &'static [&'static str],
    /// Whether a number in the product's place is one of ours.
    pub(super) has_our_numbers: bool,
}

/// What an export has and nothing becomes of.
pub(super) struct NotKept {
    /// The column. It says something where it is neither empty nor 0.
    pub(super) column: &'static str,
    /// The code of the warning.
    pub(super) code: &'static str,
    /// The warning.
    pub(super) message: &'static str,
}

/// What an exporter's status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It is in this state.
    Is(Standing),
    /// Its time is over.
    Expired,
}

/// What statuses mean everywhere.
pub(super) const WORDS: &[(&str, Status)] = &[
    ("active", Status::Is(Standing::Active)),
    ("enabled", Status::Is(Standing::Active)),
    ("valid", Status::Is(Standing::Active)),
    ("suspended", Status::Is(Standing::Suspended)),
    ("disabled", Status::Is(Standing::Suspended)),
    ("blocked", Status::Is(Standing::Suspended)),
    ("revoked", Status::Is(Standing::Revoked)),
    ("refunded", Status::Is(Standing::Refunded)),
    ("expired", Status::Expired),
];

const ACTIVE: Status = Status::Is(Standing::Active);
const SUSPENDED: Status = Status::Is(Standing::Suspended);

use Member as M;

const ALL: [Member; 4] = [M::Status, M::Limit, M::Until, M::Activations];

const EDD: Known = Known {
    names: &[
        (M::Key, &["License Key"]),
        (M::Product, &["Product Name"]),
        (M::Status, &["License Status"]),
        (M::Limit, &["Activation Limit"]),
        (M::Until, &["Expiration Date"]),
        (M::Created, &["Purchase Date"]),
        (M::Activations, &["Activated URLs"]),
        (M::Count, &["Activation Count"]),
        (M::Customer, &["Customer ID"]),
        (M::Name, &["Customer Name"]),
        (M::Email, &["Customer Email", "Email"]),
        (M::Id, &["License ID"]),
    ],
    has: &ALL,
    // Inactive is what a key is until it is activated for the first time.
    statuses: &[("inactive", ACTIVE)],
    unlimited: &["0", "unlimited"],
    has_our_numbers: false,
};

const LMFWC: Known = Known {
    names: &[
        (M::Key, &["license_key"]),
        (M::Product, &["product_id", "product_name"]),
        (M::Status, &["status"]),
        (M::Limit, &["times_activated_max"]),
        (M::Until, &["expires_at"]),
        (M::Created, &["created_at"]),
        (M::Activations, &["activations"]),
        (M::Count, &["times_activated"]),
        (M::Customer, &["user_id"]),
        (M::Name, &["user_name"]),
        (M::Email, &["user_email"]),
        (M::Id, &["id"]),
        (M::Order, &["order_id", "order_num"]),
    ],
    has: &[M::Status, M::Limit, M::Until],
    // Active and inactive are stock that is, or is not, for sale.
    statuses: &[
        ("sold", ACTIVE),
        ("delivered", ACTIVE),
        ("inactive", SUSPENDED),
        ("1", ACTIVE),
        ("2", ACTIVE),
        ("3", ACTIVE),
        ("4", SUSPENDED),
    ],
    unlimited: &["", "0"],
    has_our_numbers: false,
};

const WC_API_MANAGER: Known = Known {
    names: &[
        (M::Key, &["product_order_api_key"]),
        (M::Product, &["product_id", "product_title"]),
        (M::Status, &["active"]),
        (M::Limit, &["activations_purchased_total", "activations_purchased"]),
        (M::Until, &["access_expires"]),
        (M::Created, &["access_granted"]),
        (M::Activations, &["activations", "object"]),
        (M::Count, &["activations_total"]),
        (M::Customer, &["user_id"]),
        (M::Name, &["display_name"]),
        (M::Email, &["user_email"]),
        (M::Id, &["api_resource_id"]),
        (M::Order, &["order_id"]),
    ],
    has: &ALL,
    statuses: &[("1", ACTIVE), ("0", SUSPENDED)],
    unlimited: &["unlimited"],
    has_our_numbers: false,
};

const WC_SOFTWARE_ADDON: Known = Known {
    names: &[
        (M::Key, &["license_key", "licence_key"]),
        (M::Product, &["software_product_id"]),
        (M::Limit, &["activations_limit"]),
        (M::Created, &["created"]),
        (M::Activations, &["activations", "instances"]),
        (M::Count, &["activations_count"]),
        (M::Email, &["activation_email"]),
        (M::Id, &["key_id"]),
        (M::Order, &["order_id"]),
    ],
    has: &[M::Limit, M::Activations],
    statuses: &[],
    unlimited: &["", "0", "unlimited"],
    has_our_numbers: false,
};

const CSCART: Known = Known {
    names: &[
        (M::Key, &["license_number"]),
        (M::Product, &["product_id"]),
        (M::Until, &["expires_at"]),
        (M::Created, &["created_at"]),
        (M::Activations, &["domain_names", "domain_name"]),
        (M::Customer, &["user_id"]),
        (M::Email, &["email"]),
        (M::Id, &["purchase_id"]),
        (M::Order, &["order_id"]),
    ],
    has: &[M::Until, M::Activations],
    statuses: &[],
    unlimited: &[],
    has_our_numbers: false,
};

const SELLCODES: Known = Known {
    names: &[
        (M::Key, &["license_key"]),
        (M::Product, &["product_id", "Product_name"]),
        (M::Status, &["Refunded"]),
        (M::Limit, &["Maximum_activations"]),
        (M::Until, &["Expiry_date"]),
        (M::Created, &["Purchase_date"]),
        (M::Activations, &["activations", "baseurl"]),
        (M::Count, &["Activation_count"]),
        (M::Name, &["Username"]),
        (M::Email, &["email"]),
    ],
    has: &ALL,
    statuses: &[("true", Status::Is(Standing::Refunded)), ("1", Status::Is(Standing::Refunded)), ("false", ACTIVE), ("0", ACTIVE)],
    unlimited: &["unlimited", "0"],
    has_our_numbers: false,
};

const BABEL: Known = Known {
    names: &[
        (M::Key, &["userKey"]),
        (M::Product, &["product.id"]),
        (M::Status, &["revoked"]),
        (M::Limit, &["maxAllowedSites"]),
        (M::Until, &["expireDate"]),
        (M::Created, &["createdAt", "issueDate"]),
        (M::Activations, &["licenseTokens", "tokens"]),
        (M::Customer, &["customerId"]),
        (M::Code, &["customer.code"]),
        (M::Name, &["licenseeName", "licensee.name"]),
        (M::GivenName, &["customer.firstName"]),
        (M::FamilyName, &["customer.lastName"]),
        (M::Email, &["licenseeEmail", "customer.email"]),
        (M::Company, &["licenseeCompany", "licensee.company", "customer.company"]),
        (M::Country, &["customer.countryCode"]),
        (M::Id, &["id"]),
        (M::Order, &["order.orderNumber", "orderId"]),
        (M::Mode, &["licensingMode"]),
        (M::Kind, &["licenseType"]),
        (M::PublicName, &["licenseId"]),
        (M::Issued, &["issueDate"]),
        (M::Support, &["supportExpireDate"]),
        (M::Trace, &["trace"]),
    ],
    has: &[M::Status, M::Limit, M::Until],
    statuses: &[("true", Status::Is(Standing::Revoked)), ("false", ACTIVE)],
    unlimited: &["-1"],
    has_our_numbers: false,
};

const PLAIN: Known = Known {
    names: &[
        (M::Key, &["key", "license_key"]),
        (M::Product, &["product", "slug"]),
        (M::Status, &["status", "state"]),
        (M::Limit, &["limit", "seats", "seat_limit"]),
        (M::Until, &["until", "expires"]),
        (M::Created, &["created"]),
        (M::Activations, &["activations", "sites"]),
        (M::Count, &["count"]),
        (M::Customer, &["customer"]),
        (M::Code, &["code"]),
        (M::Name, &["name"]),
        (M::GivenName, &["given_name"]),
        (M::FamilyName, &["family_name"]),
        (M::Email, &["email"]),
        (M::Company, &["company"]),
        (M::Country, &["country"]),
        (M::Id, &["id"]),
        (M::Order, &["order"]),
        (M::Mode, &["mode"]),
        (M::Kind, &["kind"]),
        (M::PublicName, &["public_name"]),
        (M::Issued, &["issued"]),
        (M::Support, &["support"]),
        (M::Trace, &["trace"]),
    ],
    has: &ALL,
    statuses: &[],
    unlimited: &["unlimited", "-1"],
    has_our_numbers: true,
};

impl Preset {
    /// A stable name, as it begins customers' codes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Edd => "edd",
            Self::Lmfwc => "lmfwc",
            Self::WcApiManager => "wc-api-manager",
            Self::WcSoftwareAddon => "wc-software-addon",
            Self::Cscart => "cscart",
            Self::Sellcodes => "sellcodes",
            Self::Babel => "babel",
            Self::Plain => "plain",
        }
    }

    /// What it has that is told and not kept.
    pub(super) fn not_kept(self) -> Option<NotKept> {
        (self == Self::WcApiManager).then_some(NotKept {
            column: "master_api_key",
            code: "master_key",
            message: "its customer's master API key opens nothing here: only the key of the order does",
        })
    }

    /// What it knows.
    pub(super) fn known(self) -> &'static Known {
        match self {
            Self::Edd => &EDD,
            Self::Lmfwc => &LMFWC,
            Self::WcApiManager => &WC_API_MANAGER,
            Self::WcSoftwareAddon => &WC_SOFTWARE_ADDON,
            Self::Cscart => &CSCART,
            Self::Sellcodes => &SELLCODES,
            Self::Babel => &BABEL,
            Self::Plain => &PLAIN,
        }
    }
}

impl Member {
    /// The name under which it can be mapped.
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Status {
    /// The name under which it can be given.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let status = match text {
            "active" => Self::Is(Standing::Active),
            "suspended" => Self::Is(Standing::Suspended),
            "revoked" => Self::Is(Standing::Revoked),
            "refunded" => Self::Is(Standing::Refunded),
            "expired" => Self::Expired,
            _ => return None,
        };
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_preset_knows_where_the_key_and_the_product_are_and_nothing_twice() {
        for preset in Preset::value_variants() {
            let members: Vec<_> = preset.known().names.iter().map(|(member, _)| *member).collect();
            assert!(members.contains(&M::Key) && members.contains(&M::Product), "{}", preset.name());
            assert!(preset.known().has.iter().all(|member| members.contains(member)), "{}", preset.name());
            assert_eq!(members.iter().collect::<BTreeSet<_>>().len(), members.len(), "{}", preset.name());
            assert_eq!(preset.to_possible_value().unwrap().get_name(), preset.name());
        }
        assert_eq!(Preset::Plain.known().names.len(), Member::value_variants().len());
    }
}
