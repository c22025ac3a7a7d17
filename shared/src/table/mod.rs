//! The one table. The only code that knows DynamoDB.
//!
//! | item | pk | sk | holds |
//! |---|---|---|---|
//! | counter | `COUNTERS`, `COUNTERS#account` | kind | the last number given out |
//! | account | `ACCOUNT#account` | `ACCOUNT` | [`Account`](crate::domain::account::Account) |
//! | product | `ACCOUNT#account` | `PRODUCT#product` | [`Product`](crate::domain::product::Product), with a copy of its current release |
//! | product's record | `ACCOUNT#account` | `PRODUCT_RECORD#product` | [`ProductRecord`](crate::domain::product_record::ProductRecord): what only its vendor reads |
//! | slug | `ACCOUNT#account` | `SLUG#slug` | which product has it: unique per account |
//! | code | `CODE#code` | `CODE` | which product has it: unique per deployment |
//! | release | `PRODUCT#account#product` | `RELEASE#release` | [`Release`](crate::domain::release::Release) |
//! | version | `PRODUCT#account#product` | `VERSION#version` | which release has it: unique per product |
//! | readme | `PRODUCT#account#product` | `README#package` | [`Readme`](crate::packages::readme::Readme): what the package of a release says of itself |
//! | notification | `PRODUCT#account#product` | `NOTIFICATION#release` | [`Notification`](crate::domain::notification::Notification): how far telling the sites is |
//! | push | `NOTIFICATION#account#release` | `SITE#digest of the site` | [`Push`](crate::domain::notification::Push): a site that is told, once; gone after a year |
//! | site that was not told | `NOTIFICATION#account#release` | `FAILED#digest of the site` | [`FailedPush`](crate::domain::notification::FailedPush): why; written with the push |
//! | counts of pushes | `NOTIFICATION#account#release` | `COUNT#part` | how many sites there are, and what became of them |
//! | customer | `ACCOUNT#account` | `CUSTOMER#customer` | [`Customer`](crate::domain::customer::Customer); in the index by e-mail address |
//! | licence | `ACCOUNT#account` | `LICENSE#license` | [`License`](crate::domain::license::License): the vendor's record; in the indexes |
//! | number of a deleted licence | `ACCOUNT#account` | `DELETED_LICENSE#license` | that it is nobody's any more: an order's line may lead to it |
//! | order | `ACCOUNT#account` | `ORDER#order` | [`Order`](crate::domain::order::Order); in the index by customer |
//! | lines of an order | `ACCOUNT#account` | `ORDER_LINES#order` | [`OrderLines`](crate::domain::order_lines::OrderLines): how many were taken, and the numbers reserved for them |
//! | licence that came to an order | `ACCOUNT#account` | `ORDER_LICENSE#order#license` | that it is the order's, though issued for none or for another |
//! | product of an order | `ACCOUNT#account` | `ORDER_PRODUCT#order#product` | [`OrderProduct`](crate::domain::order_product::OrderProduct); in the index by product |
//! | contact | `ACCOUNT#account` | `CONTACT#contact` | [`Contact`](crate::domain::contact::Contact); in the index by customer |
//! | assembly | `ACCOUNT#account` | `ASSEMBLY#assembly` | [`Assembly`](crate::domain::assembly::Assembly); in the indexes by release and by resource |
//! | resource | `ACCOUNT#account` | `RESOURCE#resource` | [`Resource`](crate::domain::resource::Resource) |
//! | resource's body | `ACCOUNT#account` | `RESOURCE_BODY#resource` | [`ResourceBody`](crate::domain::resource::ResourceBody): its data, or its private key, sealed |
//! | unique text | `ACCOUNT#account` | `UNIQUE#kind#name#digest` | which record of its kind has the text: a customer's code, an order's number |
//! | template | `ACCOUNT#account` | `TEMPLATE#template` | [`Template`](crate::domain::template::Template); in the index by product |
//! | templates of a product | `ACCOUNT#account` | `PRODUCT_TEMPLATES#product` | which templates have licences of it, in partitions of their own |
//! | content | `ACCOUNT#account` | `TERMS#digest` | [`Content`](crate::domain::terms::Content) of licences that is too long to lie with them; never changed |
//! | discount | `ACCOUNT#account` | `DISCOUNT#code` | [`Discount`](crate::domain::discount::Discount) |
//! | discount's use | `DISCOUNT#account#code` | `USE#digest` | when it was redeemed under a reference of the vendor's: once for each |
//! | login | `LOGIN#nonce` | `LOGIN` | that a login token was used; gone some time after the token is too old |
//! | API key | `ACCOUNT#account` | `APIKEY#number` | [`ApiKey`](crate::domain::api_key::ApiKey), and which digest its admission is under |
//! | admission | `APIKEY#digest of the key` | `APIKEY` | [`Admission`](crate::domain::api_key::Admission): what authentication needs |
//! | user | `ACCOUNT#account` | `USER#user` | [`User`](crate::domain::user::User) |
//! | user's name | `USERNAME#digest` | `USERNAME` | which user has it: unique per deployment |
//! | user's address | `ACCOUNT#account` | `USEREMAIL#digest` | which user has it: unique per account |
//! | password | `USER#account#user` | `PASSWORD` | [`PasswordHash`](crate::credentials::password::PasswordHash): read by logins alone |
//! | user's setting | `USER#account#user` | `SETTING#number` | [`UserSetting`](crate::domain::user_setting::UserSetting) |
//! | session | `SESSION#name` | `SESSION` | [`Session`]: a login that goes on, and a digest of the token by which |
//! | failures | `FAILURES#digest of who` | `WINDOW#number` | how often authentication failed within five minutes |
//! | attempts | `FAILURES#digest of who` | `ATTEMPTS` | passwords tried as one user from one network, until five minutes after the last |
//! | grant | `LICENSE#digest of the key` | `GRANT` | [`Grant`](crate::domain::grant::Grant): what a copy in the field needs, and up to 50 seats |
//! | seat | `LICENSE#digest of the key` | `SEAT#digest of the device` | one seat, where the limit is above 50 or none |
//! | floating seat | `LICENSE#digest of the key` | `FLOAT#digest of the client` | [`Lease`](crate::domain::lease::Lease) |
//! | trace | `LICENSE#digest of the key` | `TRACE#trace` | [`Trace`](crate::domain::trace::Trace), with a time to live; in an index by account |
//! | seats that went into the grant | `LICENSE#digest of the key` | `WENT#mark` | which stays of seats among the items ended so: for three days |
//! | webhook | `ACCOUNT#account` | `WEBHOOK#webhook` | [`Webhook`](crate::domain::webhook::Webhook): an endpoint that events are sent to |
//! | webhooks | `ACCOUNT#account` | `WEBHOOKS` | how many endpoints there are |
//! | delivery | `WEBHOOK#account#webhook` | `DELIVERY#event` | [`Delivery`](crate::domain::delivery::Delivery): an event on its way, and the log of it for 30 days |
//! | end of a licence | `ENDING#hour` | `LICENSE#digest of the key#moment` | [`Ending`](crate::domain::ending::Ending), until it has come |
//! | hour of ends | `ENDINGS` | `HOUR` | from which hour on ends are looked for |
//! | licence in short | `SUMMARY#account` | `LICENSE#license` | [`Summary`](crate::domain::summary::Summary): behind by seconds |
//! | log entry | `LOG#account` | `ENTRY#entry` | [`LogEntry`](crate::domain::log_entry::LogEntry), with a time to live |
//! | head of a log entry | `LOG#account` | `AT#moment#entry#level` | nothing else; with a time to live |
//! | report | `ACCOUNT#account` | `REPORT#report` | [`Report`](crate::domain::report::Report), with a time to live |
//! | what is heavy in it | `REPORT#account#report` | `BODY` | [`ReportBody`](crate::domain::report::ReportBody): not read by lists |
//! | mail in the outbox | `ACCOUNT#account` | `MAIL#mail` | [`Mail`](crate::domain::mail::Mail), with a time to live |
//! | part of a letter | `MAIL#account#mail` | `PART#part` | bytes of what a [`Letter`](crate::domain::mail::Letter) is as JSON |
//! | settings | `ACCOUNT#account` | `SETTINGS` | [`Settings`](crate::domain::setting::Settings) |
//! | site entry | `SITE#account#host` | `LICENSE#license#digest of the device` | which licence has a seat on that host; behind by seconds |
//! | site memory | `LICENSE#digest of the key` | `SITE#COUNTED#` or `SITE#FREE#`, digest of the device | [`Entry`](crate::domain::site_index::Entry): which site entry the seat has |
//! | table's version | `TABLE` | `VERSION` | [`TableVersion`]: which version all items are of at least, and how far a migration is |
//! | restore | `TABLE` | `RESTORE#restore` | [`Restore`](crate::domain::restore::Restore): when new items are a restore's; with a time to live once it is over |
//!
//! | access | how |
//! |---|---|
//! | check, prepare, redeem | get the grant by the key's digest; the seat, where seats are items, and the grant beside it where it is not remembered |
//! | activate, deactivate | one conditional update of the grant; where seats are items a transaction of seat and grant, and beside it the query of the next line |
//! | request a floating seat | a transaction of seat and grant, the grant beside it; where all are taken, a query of the floating seats first |
//! | heartbeat | one update of the seat; the grant beside it where it is not remembered |
//! | info with its sites | query the licence's partition from `GRANT` to the last `SEAT#` |
//! | product by code | get who has the code, then the product |
//! | what is said of a release | get the readme of its package, eventually consistent: it never changes |
//! | licence by number | get it, strongly consistent |
//! | licences of an account | query `ACCOUNT#account` from `LICENSE#`; their sites: batches of grants |
//! | licences of a product, of a customer, of an e-mail address | query [`keys::BY_PRODUCT`], [`keys::BY_CUSTOMER`], [`keys::BY_EMAIL`] |
//! | licences of a template | query [`keys::BY_PRODUCT`] in the partition of product and template |
//! | licences of a product that has templates | get which, and query one partition each and that of licences without a template |
//! | delete a licence | a transaction of record and grant, of which the remains stay, as does its number; then its partition is swept |
//! | take a line of an order | one update of its lines, which counts it; the line has its licence's number by its place |
//! | licences of an order | get the order and its lines, query `ACCOUNT#account` from the first to the last number of each block, and what came to the order beside it |
//! | products of an order | query `ACCOUNT#account` from `ORDER_PRODUCT#order#` |
//! | product by the vendor's code | get who has it, then the product's record |
//! | assemblies of a release; what refers to a resource | query the indexes, each kind in partitions of its own |
//! | orders of a product, of a customer; contacts of a customer; customers with an e-mail address | query the index, each kind in partitions of its own |
//! | sign with a key | get the resource's body; one update of it, the first time |
//! | customer by code, order by number | get who has the text, then the record |
//! | licences of a customer for a product | get the code's holder, and query [`keys::BY_CUSTOMER`] beside it |
//! | redeem a login token | get the customer, put the login where there is none |
//! | discounts of an account | query `ACCOUNT#account` from `DISCOUNT#` |
//! | redeem a discount | get it, a transaction of its use and its count |
//! | authenticate | get the admission by the key's digest, and the window's failures beside it; a failure is one update |
//! | log in | count the attempt; get who has the name, then user and password; put the session, note it in the user, and take the attempt back |
//! | refresh a login | get the session, then the user, and one conditional update of the session |
//! | users of an account | query `ACCOUNT#account` from `USER#` |
//! | settings of a user | query `USER#account#user` from `SETTING#` |
//! | API keys of an account | query `ACCOUNT#account` from `APIKEY#` |
//! | traces of a licence, of an account | query the licence's partition from `TRACE#`; query [`keys::BY_PRODUCT`] under the account's own key |
//! | write to a log | one update for the numbers, and a batch of entries and heads |
//! | a log by time, newest or oldest first | query `LOG#account` from `AT#first` to `AT#last`, then a batch of the entries that are shown |
//! | a log's levels over time, its length | the same query alone |
//! | all seats of an account | query `SUMMARY#account`, then the grants (and seats) of those that have any |
//! | licences used on a host | query `SITE#account#host`, then the grants (and seats), which have the last word |
//! | whether what is new was restored | query `TABLE` from `RESTORE#`, once for a batch of changes with anything new |
//! | tell endpoints | query `ACCOUNT#account` from `WEBHOOK#`, put a delivery each; then get both, one update that takes the delivery, one put |
//! | deliveries of a webhook | query `WEBHOOK#account#webhook` from its end |
//! | licences that have ended | query `ENDING#hour` for the hours since the last look, then each grant |
//! | releases of a product | query `PRODUCT#account#product` from `RELEASE#` |
//! | packages of a product | query the same range from its end, as far as a list shows |
//! | products of a page of licences, records that others lead to | a batch |
//! | import licences | a batch of grants, one update for the numbers, and transactions of records, grants and seats, as many as fit |
//! | import customers | a batch of who has the codes, a page of customers, one update for the numbers, and transactions of records and codes, as many as fit |
//! | export, restore | a scan in parts; a put each, where there is nothing, and batches to compare ([`StoredItem`]) |
//! | how long a list is | the list's query, counted where it is; not for a minute afterwards ([`Counts`]) |
//! | whom to tell of a release | a page of [`keys::BY_PRODUCT`], its grants and what is noted of their sites in two batches; transactions of pushes and count |
//! | tell a site | get the push; one conditional update takes it, a transaction of push and count ends it |
//! | progress of a notification | get it, query its counts |
//! | sites that were not told | query `NOTIFICATION#account#release` from `FAILED#` |
//!
//! A licence is two items. The grant is what a key opens: small, so that activating is one write unit up to ten seats, and
//! without the key itself. The record is what the vendor works with: found by number with one strongly consistent read, and
//! whole in the indexes, which an activation therefore never touches. Every change of what they share is one transaction.
//!
//! Architecture Invariant: no operation reads, decides and then writes without stating in the write what it decided from.

mod accounts;
mod api_key_changes;
mod api_keys;
mod assemblies;
mod backup;
mod batch;
mod batch_write;
mod call;
mod catalog;
mod change;
mod contacts;
mod counts;
mod customer_imports;
mod customers;
mod delete_license;
#[cfg_attr(not(feature = "sealing"), expect(dead_code, reason = "only what keeps or uses secrets has to do with webhooks"))]
mod deliveries;
mod discounts;
mod endings;
mod failures;
mod grants;
pub(crate) mod images;
mod imports;
mod inspect;
mod item;
pub mod keys;
mod licenses;
mod lists;
mod log_entries;
mod logins;
mod mail;
pub mod migration;
mod notifications;
mod numbers;
mod once;
mod order_licenses;
mod order_lines;
mod order_products;
mod orders;
mod probe;
mod product_licenses;
mod product_records;
mod pushes;
mod read;
mod readmes;
pub mod records;
mod releases;
mod reports;
mod resources;
mod restores;
pub mod schema;
pub mod seats;
mod sessions;
mod settings;
mod shelf;
mod sites;
mod span;
mod summaries;
mod templates;
mod terms;
mod together;
mod traces;
mod transact;
mod update;
mod user_settings;
mod users;
#[cfg_attr(not(feature = "sealing"), expect(dead_code, reason = "only what keeps or uses secrets has to do with webhooks"))]
mod webhooks;
mod work;

use std::fmt;

use aws_sdk_dynamodb::Client;

pub use self::api_key_changes::ChangeApiKeyError;
pub use self::api_keys::{CreateApiKeyError, Found, ListedApiKey};
pub use self::backup::{Belongings, Bookmark, Compared, MOST_COMPARED, MOST_PARTS, NoItem, Part, Restored, StoredItem};
pub use self::call::Patience;
#[cfg(feature = "queue")]
pub(crate) use self::call::backoff;
pub use self::catalog::CreateProductError;
pub use self::counts::{Counted, Counts, Since};
pub use self::customers::NewCustomer;
#[cfg(feature = "sealing")]
pub(crate) use self::deliveries::TakenDelivery;
pub use self::discounts::{DiscountPage, NotRedeemed, Redemption};
pub(crate) use self::imports::{Met, NewImport, Written};
pub use self::inspect::{Inspection as TableInspection, inspect as inspect_table};
pub use self::keys::Kind;
pub use self::licenses::{EditError, IssueError, Issued, Numbered, Page};
pub use self::lists::Selection;
pub use self::log_entries::{LogHead, LogSpan};
pub use self::logins::Redeemed;
pub(crate) use self::mail::Parts as MailParts;
pub use self::migration::TableVersion;
use self::numbers::Ahead;
pub use self::order_lines::{NotTaken, Taken};
pub use self::order_products::{ByProduct, OrderProductError};
pub use self::orders::{CreateOrderError, NewOrder};
pub use self::product_records::ProductRecordError;
pub(crate) use self::pushes::{Attempted, MOST_NOTED, PushName, TakenPush};
pub use self::releases::{CurrentChange, NotChanged};
pub use self::resources::{BodyChange, ResourceError};
use self::seats::Hints;
pub use self::sessions::{Rotated, Session};
pub use self::sites::{After, SiteEntry};
pub use self::span::Span;
pub use self::templates::{MOST_TEMPLATES, NotNoted};
pub use self::traces::StoredTrace;
pub use self::users::UserError;
use crate::random::Random;

/// For how long something that was read is remembered at most, in seconds: a product with its current release, and a grant whose
/// seats are items.
pub const REMEMBERED_SECONDS: i64 = 60;

/// The table of a deployment.
#[derive(Clone)]
pub struct Table {
    client: Client,
    name: String,
    random: Random,
    patience: Patience,
    hints: Hints,
    ahead: Ahead,
    traces_ahead: Ahead,
    counts: Counts,
}

/// What was to be changed was changed by somebody else in the meantime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed;

/// How fresh a read must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As of a moment ago: half the price.
    Eventual,
    /// With every write that was acknowledged.
    Strong,
}

/// Whether a new item found its place free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it exists already")]
pub struct Exists;

impl Table {
    /// The table called `name`.
    pub fn new(client: Client, name: impl Into<String>, random: Random, patience: Patience) -> Self {
        let (ahead, traces_ahead) = (Ahead::default(), Ahead::default());
        let (hints, counts) = (Hints::default(), Counts::default());
        Self { client, name: name.into(), random, patience, hints, ahead, traces_ahead, counts }
    }

    /// The same table with nothing remembered, as another process has it.
    #[must_use]
    pub fn forgetful(&self) -> Self {
        let (ahead, traces_ahead) = (Ahead::default(), Ahead::default());
        Self { hints: Hints::default(), ahead, traces_ahead, counts: Counts::default(), ..self.clone() }
    }

    /// How long lists are, as far as this process remembers.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Freshness {
    fn is_strong(self) -> bool {
        matches!(self, Self::Strong)
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).finish_non_exhaustive()
    }
}
