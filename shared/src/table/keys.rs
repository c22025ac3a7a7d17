//! Every key of the table is built here, and nowhere else.
//!
//! Ids cannot contain `#`, numbers are padded to ten digits, so that the order of texts is the order of numbers.

mod licenses;
mod log;
mod notifications;
mod owners;
mod restores;
mod users;
mod webhooks;
mod whole;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

pub use self::licenses::touched;
pub(super) use self::licenses::{
    GRANT, SITE_ENTRY_PREFIX, after_lease, after_license, after_seat, after_site_entry, deleted_license, grant, grant_and_seats, lease,
    leases, remembered, remembered_at, remembered_between, remembered_seat, seat, seats, site_entries, site_entry, summaries, summary,
    trace, traces, traces_between,
};
pub(super) use self::log::{log_entry, log_head, log_head_in, log_heads, log_whole};
pub(super) use self::notifications::{notification, notifications, push, push_count, push_counts, push_failure, push_failures};
pub(super) use self::owners::{Owner, owner};
pub(super) use self::restores::{restore, restores, stays};
pub(super) use self::users::{password, session, user, user_email, user_name, user_setting, user_settings, users};
pub use self::webhooks::{Told, told};
pub(super) use self::webhooks::{all_went, deliveries, delivery, ending, ending_hour, endings, webhook, webhook_count, webhooks, went};
pub(super) use self::whole::{around_account, beside_account, records, whole};
use super::read::Range;
use crate::credentials::{ApiKeyDigest, AskerDigest};
use crate::domain::api_key::ApiKeyId;
use crate::domain::discount::DiscountCode;
use crate::domain::failure_window::FailureWindow;
use crate::domain::ids::{
    AccountId, CustomerId, LicenseId, MailId, OrderId, PackageId, ProductId, ReleaseId, ReportId, ResourceId, TemplateId,
};
use crate::domain::terms::ContentDigest;
use crate::domain::text::{Email, Line, ProductCode, Slug};
use crate::domain::version::Version;
use crate::tokens::LoginNonce;

/// The partition key's name.
pub const PK: &str = "pk";
/// The sort key's name.
pub const SK: &str = "sk";
/// The attribute by which DynamoDB tidies up, in epoch seconds. Never asked whether something has expired.
pub const TTL: &str = "ttl";

/// The index of licences by product.
pub const BY_PRODUCT: &str = "by_product";
/// The partition key of [`BY_PRODUCT`].
pub const PRODUCT_KEY: &str = "product_key";
/// The index of licences by customer.
pub const BY_CUSTOMER: &str = "by_customer";
/// The partition key of [`BY_CUSTOMER`].
pub const CUSTOMER_KEY: &str = "customer_key";
/// The index of licences by the e-mail address of who is named on them.
pub const BY_EMAIL: &str = "by_email";
/// The partition key of [`BY_EMAIL`].
pub const EMAIL_KEY: &str = "email_key";
/// The sort key of all three indexes.
pub const LICENSE_NUMBER: &str = "license_number";

/// The two parts of an item's key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

/// What has numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Accounts, per deployment.
    Account,
    /// Assemblies of releases.
    Assembly,
    /// Contacts of customers.
    Contact,
    /// API keys.
    ApiKey,
    /// Customers.
    Customer,
    /// Licences.
    License,
    /// Entries of logs.
    LogEntry,
    /// Mail in the outbox.
    Mail,
    /// Orders.
    Order,
    /// Packages.
    Package,
    /// Products.
    Product,
    /// What vendors keep of their products. Numbered as the products are.
    ProductRecord,
    /// Releases.
    Release,
    /// Reports of programs.
    Report,
    /// Resources.
    Resource,
    /// Licence templates.
    Template,
    /// Traces.
    Trace,
    /// Users' settings.
    UserSetting,
    /// Vendors' endpoints.
    Webhook,
}

impl Kind {
    /// As it stands in keys.
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Assembly => "ASSEMBLY",
            Self::Contact => "CONTACT",
            Self::ApiKey => "APIKEY",
            Self::Customer => "CUSTOMER",
            Self::License => "LICENSE",
            Self::LogEntry => "LOGENTRY",
            Self::Mail => "MAIL",
            Self::Order => "ORDER",
            Self::Package => "PACKAGE",
            Self::Product => "PRODUCT",
            Self::ProductRecord => "PRODUCT_RECORD",
            Self::Release => "RELEASE",
            Self::Report => "REPORT",
            Self::Resource => "RESOURCE",
            Self::Template => "TEMPLATE",
            Self::Trace => "TRACE",
            Self::UserSetting => "USERSETTING",
            Self::Webhook => "WEBHOOK",
        }
    }
}

impl Key {
    fn new(pk: String, sk: String) -> Self {
        Self { pk, sk }
    }

    /// The key of an item.
    pub(super) fn of(item: &HashMap<String, AttributeValue>) -> Option<Self> {
        let part = |name| item.get(name).and_then(|part| part.as_s().ok()).cloned();
        Some(Self::new(part(PK)?, part(SK)?))
    }

    /// As the SDK takes it.
    pub(super) fn attributes(self) -> HashMap<String, AttributeValue> {
        HashMap::from([(PK.to_owned(), AttributeValue::S(self.pk)), (SK.to_owned(), AttributeValue::S(self.sk))])
    }
}

/// Stands for a text that may hold anything, or that must not be in a key: 128 bits as 22 characters.
fn digest_of(what: &str, text: &str) -> String {
    let hash = Sha256::new().chain_update("latchkey:").chain_update(what).chain_update(":v1\0").chain_update(text).finalize();
    URL_SAFE_NO_PAD.encode(&hash[..16])
}

fn account_partition(account: AccountId) -> String {
    format!("ACCOUNT#{:010}", account.get())
}

pub(super) fn product_partition(account: AccountId, product: ProductId) -> String {
    format!("PRODUCT#{:010}#{:010}", account.get(), product.get())
}

/// A template's licences for a product.
pub(super) fn template_partition(account: AccountId, product: ProductId, template: TemplateId) -> String {
    format!("{}#TEMPLATE#{:010}", product_partition(account, product), template.get())
}

pub(super) fn customer_partition(account: AccountId, customer: CustomerId) -> String {
    format!("CUSTOMER#{:010}#{:010}", account.get(), customer.get())
}

/// The address itself is in no key: keys show up in access logs and hot-key reports.
pub(super) fn email_partition(account: AccountId, email: &Email) -> String {
    format!("EMAIL#{:010}#{}", account.get(), digest_of("email", email.as_str()))
}

/// What of a release's is listed lies apart from what is a customer's by its words.
pub(super) fn release_partition(account: AccountId, release: ReleaseId) -> String {
    format!("RELEASE#{:010}#{:010}", account.get(), release.get())
}

pub(super) fn resource_partition(account: AccountId, resource: ResourceId) -> String {
    format!("RESOURCE#{:010}#{:010}", account.get(), resource.get())
}

/// A counter: `account` is nothing for what is counted per deployment.
pub(super) fn counter(account: Option<AccountId>, kind: Kind) -> Key {
    let pk = account.map_or_else(|| "COUNTERS".to_owned(), |account| format!("COUNTERS#{:010}", account.get()));
    Key::new(pk, kind.name().to_owned())
}

/// A record that staff manage, by its number.
pub(super) fn record(account: AccountId, kind: Kind, number: u32) -> Key {
    Key::new(account_partition(account), format!("{}#{number:010}", kind.name()))
}

/// What of a resource is heavy.
pub(super) fn resource_body(account: AccountId, resource: ResourceId) -> Key {
    Key::new(account_partition(account), format!("RESOURCE_BODY#{:010}", resource.get()))
}

/// Holds a text for one record of its kind in the account.
pub(super) fn unique(account: AccountId, kind: Kind, name: &str, text: &str) -> Key {
    Key::new(account_partition(account), format!("UNIQUE#{}#{name}#{}", kind.name(), digest_of("unique", text)))
}

/// The partition of an index that lists records of one kind, of what `of` stands for.
pub(super) fn list_partition(kind: Kind, of: &str) -> String {
    format!("{}#{of}", kind.name())
}

/// Where nothing is ever written.
pub(super) fn warm_up() -> Key {
    Key::new("WARMUP".to_owned(), "WARMUP".to_owned())
}

/// What the table says of itself.
pub(super) fn table_version() -> Key {
    Key::new("TABLE".to_owned(), "VERSION".to_owned())
}

pub(super) fn account(account: AccountId) -> Key {
    Key::new(account_partition(account), "ACCOUNT".to_owned())
}

pub(super) fn product(account: AccountId, product: ProductId) -> Key {
    Key::new(account_partition(account), format!("PRODUCT#{:010}", product.get()))
}

/// Holds a slug for one product of the account.
pub(super) fn slug(account: AccountId, slug: &Slug) -> Key {
    Key::new(account_partition(account), format!("SLUG#{slug}"))
}

/// Holds a code for one product of the deployment.
pub(super) fn code(code: &ProductCode) -> Key {
    Key::new(format!("CODE#{code}"), "CODE".to_owned())
}

pub(super) fn release(account: AccountId, product: ProductId, release: ReleaseId) -> Key {
    Key::new(product_partition(account, product), format!("RELEASE#{:010}", release.get()))
}

/// Holds a version for one release of the product.
pub(super) fn version(account: AccountId, product: ProductId, version: &Version) -> Key {
    Key::new(product_partition(account, product), format!("VERSION#{version}"))
}

/// What the `readme.txt` of a release's package says. A package's number is drawn for one attempt of publishing, so nothing is
/// ever written here twice.
pub(super) fn readme(account: AccountId, product: ProductId, package: PackageId) -> Key {
    Key::new(product_partition(account, product), format!("README#{:010}", package.get()))
}

pub(super) fn customer(account: AccountId, customer: CustomerId) -> Key {
    Key::new(account_partition(account), format!("CUSTOMER#{:010}", customer.get()))
}

pub(super) fn license(account: AccountId, license: LicenseId) -> Key {
    Key::new(account_partition(account), format!("LICENSE#{:010}", license.get()))
}

/// A key in its account's list.
pub(super) fn api_key(account: AccountId, key: ApiKeyId) -> Key {
    Key::new(account_partition(account), format!("APIKEY#{:010}", key.get()))
}

/// A key by its text.
pub(super) fn admission(name: ApiKeyDigest) -> Key {
    Key::new(format!("APIKEY#{}", name.to_text()), "APIKEY".to_owned())
}

/// How often somebody failed to authenticate within a window.
pub(super) fn failures(asker: AskerDigest, window: FailureWindow) -> Key {
    Key::new(format!("FAILURES#{}", asker.to_text()), format!("WINDOW#{:010}", window.number()))
}

/// How often somebody tried a password of late.
pub(super) fn attempts(asker: AskerDigest) -> Key {
    Key::new(format!("FAILURES#{}", asker.to_text()), "ATTEMPTS".to_owned())
}

pub(super) fn order(account: AccountId, order: OrderId) -> Key {
    Key::new(account_partition(account), format!("ORDER#{:010}", order.get()))
}

/// How many lines of an order were taken, and the numbers for them.
pub(super) fn order_lines(account: AccountId, order: OrderId) -> Key {
    Key::new(account_partition(account), format!("ORDER_LINES#{:010}", order.get()))
}

/// That a licence came to an order which it was not issued for.
pub(super) fn order_license(account: AccountId, order: OrderId, license: LicenseId) -> Key {
    Key::new(account_partition(account), format!("ORDER_LICENSE#{:010}#{:010}", order.get(), license.get()))
}

/// Which templates a product has.
pub(super) fn product_templates(account: AccountId, product: ProductId) -> Key {
    Key::new(account_partition(account), format!("PRODUCT_TEMPLATES#{:010}", product.get()))
}

/// A content that lies on its own.
pub(super) fn terms(account: AccountId, content: &ContentDigest) -> Key {
    Key::new(account_partition(account), format!("TERMS#{}", content.as_str()))
}

/// What is heavy in a report.
pub(super) fn report_body(account: AccountId, report: ReportId) -> Key {
    Key::new(format!("REPORT#{:010}#{:010}", account.get(), report.get()), "BODY".to_owned())
}

/// A part of a letter, by its place from 0.
pub(super) fn mail_part(account: AccountId, mail: MailId, place: usize) -> Key {
    Key::new(format!("MAIL#{:010}#{:010}", account.get(), mail.get()), format!("PART#{place:04}"))
}

/// What an account has set.
pub(super) fn settings(account: AccountId) -> Key {
    Key::new(account_partition(account), "SETTINGS".to_owned())
}

/// A product of an order.
pub(super) fn order_product(account: AccountId, order: OrderId, product: ProductId) -> Key {
    Key::new(account_partition(account), format!("ORDER_PRODUCT#{:010}#{:010}", order.get(), product.get()))
}

pub(super) fn discount(account: AccountId, code: &DiscountCode) -> Key {
    Key::new(account_partition(account), format!("DISCOUNT#{code}"))
}

/// A use of a discount, by what the vendor calls it.
pub(super) fn discount_use(account: AccountId, code: &DiscountCode, reference: &Line<64>) -> Key {
    let reference = digest_of("discount-use", reference.as_str());
    Key::new(format!("DISCOUNT#{:010}#{code}", account.get()), format!("USE#{reference}"))
}

/// That a login token was used.
pub(super) fn login(nonce: LoginNonce) -> Key {
    Key::new(format!("LOGIN#{}", URL_SAFE_NO_PAD.encode(nonce.as_bytes())), "LOGIN".to_owned())
}

/// All products of an account.
pub(super) fn products(account: AccountId) -> Range {
    Range::prefixed(account_partition(account), "PRODUCT#")
}

/// All discounts of an account.
pub(super) fn discounts(account: AccountId) -> Range {
    Range::prefixed(account_partition(account), "DISCOUNT#")
}

/// All API keys of an account after one, in the order in which they were made.
pub(super) fn api_keys(account: AccountId, after: Option<ApiKeyId>) -> Range {
    Range::prefixed(account_partition(account), "APIKEY#").after(after.map(|after| api_key(account, after)))
}

/// All that there is of a product's releases.
pub(super) fn of_product(account: AccountId, product: ProductId) -> Range {
    Range { pk: product_partition(account, product), from: "A".to_owned(), to: "Z".to_owned() }
}

/// All releases of a product.
pub(super) fn releases(account: AccountId, product: ProductId) -> Range {
    Range::prefixed(product_partition(account, product), "RELEASE#")
}

/// The licences that came to an order, with numbers after `after`. Nothing where there can be none.
pub(super) fn order_licenses(account: AccountId, order: OrderId, after: Option<LicenseId>) -> Option<Range> {
    let first = LicenseId::new(after.map_or(0, LicenseId::get) + 1)?;
    let last = LicenseId::new(i32::MAX.unsigned_abs())?;
    let (from, to) = (order_license(account, order, first), order_license(account, order, last));
    Some(Range { pk: from.pk, from: from.sk, to: to.sk })
}

/// The products of an order with the numbers from `first` to `last`.
pub(super) fn order_products(account: AccountId, order: OrderId, first: u32, last: u32) -> Range {
    let key = |product: u32| Key::new(account_partition(account), format!("ORDER_PRODUCT#{:010}#{product:010}", order.get()));
    let (from, to) = (key(first), key(last));
    Range { pk: from.pk, from: from.sk, to: to.sk }
}

/// The partition of an index that lists the products of orders by product.
pub(super) fn product_orders_partition(account: AccountId, product: ProductId) -> String {
    format!("ORDER_PRODUCT#{}", product_partition(account, product))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CredentialSecrets, Secret};
    use crate::credentials::{Asker, CredentialKeys};
    use crate::domain::api_key::ApiKeySecret;
    use crate::domain::ending::{Ending, Hour};
    use crate::domain::event::EventId;
    use crate::domain::key::LicenseKey;
    use crate::domain::lease::Client;
    use crate::domain::seat::Device;
    use crate::domain::site_index::Place;
    use crate::domain::time::Timestamp;
    use crate::domain::user::UserId;
    use crate::tokens::SessionId;

    fn id<T: std::str::FromStr>(text: &str) -> T {
        text.parse().ok().unwrap()
    }

    #[test]
    fn all_keys_at_a_glance() {
        let a: AccountId = id("7");
        let digest = LicenseKey::parse("TEST-KEY-0001").unwrap().digest();
        let current = Secret::parse("LATCHKEY_CREDENTIAL_SECRET", &"x".repeat(32)).unwrap();
        let credentials = CredentialKeys::new(&CredentialSecrets { current, previous: None });
        let secret = ApiKeySecret::parse("some-api-key").unwrap();
        let asker = credentials.asker(Asker { address: None, email: None, secret: &secret });
        let moment = Timestamp::from_seconds(1_800_000_000).unwrap();
        let erika: UserId = id("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e");
        let keys = [
            table_version(),
            restore("0123456789abcdefghij"),
            counter(None, Kind::Account),
            counter(Some(a), Kind::License),
            account(a),
            product(a, id("3")),
            slug(a, &id("test-plugin")),
            code(&id("jJPUX40f")),
            release(a, id("3"), id("12")),
            version(a, id("3"), &Version::parse("1.2.0").unwrap()),
            readme(a, id("3"), id("14")),
            notification(a, id("3"), id("12")),
            push(a, id("12"), Device::parse("example.com").unwrap().digest()),
            push_count(a, id("12"), 7),
            push_failure(a, id("12"), Device::parse("example.com").unwrap().digest()),
            customer(a, id("5")),
            license(a, id("2147483647")),
            deleted_license(a, id("12")),
            order(a, id("9")),
            unique(a, Kind::Order, "reference", "Shop #1001"),
            order_lines(a, id("9")),
            order_license(a, id("9"), id("12")),
            order_product(a, id("9"), id("3")),
            record(a, Kind::Contact, 6),
            record(a, Kind::Assembly, 4),
            record(a, Kind::ProductRecord, 3),
            record(a, Kind::Resource, 8),
            record(a, Kind::Template, 10),
            product_templates(a, id("3")),
            terms(a, &crate::domain::terms::Content::default().digest()),
            resource_body(a, id("8")),
            unique(a, Kind::Customer, "code", "C-2KD83HS9"),
            discount(a, &id("PFNHX-BDFZ8-L8PEX")),
            discount_use(a, &id("PFNHX-BDFZ8-L8PEX"), &Line::parse("Shop #1001").unwrap()),
            login(LoginNonce::draw(&crate::random::Random::seeded(1))),
            api_key(a, id("12")),
            user(a, erika),
            user_name(&id("Erika")),
            user_email(a, &id("erika@example.com")),
            password(a, erika),
            user_setting(a, erika, id("3")),
            session(SessionId::draw(&crate::random::Random::seeded(1))),
            admission(ApiKeyDigest::try_from("296z10VGsNO9x1wA7bvtGp9KE3Im3ug4".to_owned()).unwrap()),
            failures(asker, FailureWindow::at(Timestamp::from_seconds(1_800_000_000).unwrap())),
            attempts(asker),
            grant(digest),
            seat(digest, Device::parse("example.com").unwrap().digest()),
            lease(digest, Client::new(id("machine"), id("client")).unwrap().digest()),
            site_entry(a, "example.com", id("12"), Device::parse("example.com").unwrap().digest()),
            summary(a, id("12")),
            trace(digest, id("15")),
            settings(a),
            report_body(a, id("17")),
            mail_part(a, id("18"), 0),
            log_entry(a, id("16")),
            log_head(a, Timestamp::from_seconds(1_800_000_000).unwrap(), id("16"), crate::domain::log_entry::Level::Warning),
            remembered_seat(digest, Place::Counted, Device::parse("example.com").unwrap().digest()),
            remembered_seat(digest, Place::Free, Device::parse("shop.test").unwrap().digest()),
            webhook(a, id("2")),
            webhook_count(a),
            delivery(a, id("2"), &EventId::parse("evt_006b49d2000123456789abcdef012345").unwrap()),
            went(digest, "mark"),
            ending(&Ending { key: digest, until: moment, hour: Hour::of(moment) }),
            ending_hour(),
        ];
        let chart: Vec<String> = keys.iter().map(|key| format!("{} / {}", key.pk, key.sk)).collect();
        insta::assert_snapshot!(chart.join("\n"));
    }

    #[test]
    fn a_search_goes_on_behind_an_entry_or_behind_a_licence() {
        let [one, other] = ["example.com", "example.com/shop"].map(|site| Device::parse(site).unwrap().digest());
        let (first, second) = if one < other { (one, other) } else { (other, one) };
        let sk = |license: &str, seat| site_entry(id("7"), "example.com", id(license), seat).sk;
        assert!(sk("3", first) < after_site_entry(id("3"), first));
        let (first, second) = if sk("3", first) < sk("3", second) { (first, second) } else { (second, first) };
        assert!(after_site_entry(id("3"), first) < sk("3", second));
        assert!(sk("3", second) < after_license(id("3")) && after_license(id("3")) < sk("4", first));
    }
}
