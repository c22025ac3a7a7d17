//! The use cases: one file each, each existing once, however many dialects call it.
//!
//! What a copy in the field asks: [`activate`], [`deactivate`], [`inspect_license`], [`look_up_update`],
//! [`prepare_download`], [`redeem_download`]; of floating seats [`request_floating`], [`heartbeat`], [`release_floating`]; of either, [`meet_license`], [`validate_license`]; where it is shown the licence whatever the answer is, [`try_activate`],
//! [`try_deactivate`], [`check_license`], [`offer_update`]; without a licence, [`redeem_link`], [`look_up_changelog`]; with
//! the licence alone, [`download_package`]. These end in
//! an answer or a [`Failure`](crate::failure::Failure).
//!
//! What a vendor asks: [`create_product`], [`change_mode`], [`seat_tokens`], [`count_licenses`], [`traces`], [`issue_license`], [`edit_license`] and the changes built on it, [`assign_sites`], [`find_by_site`],
//! [`search_licenses`], [`present_licenses`], [`draft_release`], [`publish_release`], [`yank_release`]. These end in an answer or a [`Rejected`](rejected::Rejected).
//!
//! What a vendor's own shop and service ask: [`look_up_key`], [`customer_licenses`], [`issue_login_token`], [`redeem_login_token`],
//! [`create_discount`], [`redeem_discount`], [`list_discounts`]. Each names the few ways in which it can end.
//!
//! What a vendor's staff manage: [`customers`], [`contacts`], [`products`], [`releases`], [`assemblies`], [`announce_package`], `resources` and what they sign with, `signing_key` (feature `signing`), [`orders`], [`order_products`], [`order_licenses`], [`move_license`],
//! [`templates`], [`create_license`], [`change_license`], [`delete_license`]. What is
//! changed by a revision that was seen is changed only while it is at that revision. These end in an answer or a
//! [`Rejected`](rejected::Rejected), too.
//!
//! Who is asking: [`authenticate`]; and the keys for it: [`create_api_key`], [`change_api_key`], [`revoke_api_key`]. Who works with the
//! account: [`users`], [`user_settings`], [`set_password`], [`log_in`], [`refresh`], [`stand`].
//! What was done: [`account_log`].
//!
//! What follows afterwards, told by the table's stream: [`index_sites`]. Who is told of a release: [`notify_sites`],
//! [`notification_progress`]; and what does it, told by a queue: [`spread_notification`], [`tell_site`].
//!
//! Vendors' own systems: [`announce`] notes for them what happened, [`expire_licenses`] what only the clock knows, `deliver_event` sends it,
//! [`webhook_log`] shows what was sent, and `webhooks` has their endpoints.
//!
//! What an operator does after a rotation: `reseal`; and before, whether a secret is the right one: `sealed_under`.
//!
//! Architecture Invariant: an operation loads, decides by a pure function of [`domain`](crate::domain), and writes once, and
//! the write states as its condition what was decided from.

pub mod account_log;
pub mod activate;
pub mod announce;
pub mod announce_package;
pub mod assemblies;
pub mod assign_sites;
mod attempts;
pub mod authenticate;
pub mod change_api_key;
pub mod change_license;
pub mod change_mode;
mod change_record;
pub mod change_seat_limit;
pub mod change_validity;
pub mod check_license;
mod claimed;
pub mod contacts;
pub mod count_licenses;
pub mod create_api_key;
pub mod create_discount;
pub mod create_license;
pub mod create_product;
pub mod customer_licenses;
pub mod customers;
pub mod deactivate;
pub mod delete_license;
#[cfg(feature = "signing")]
pub mod delete_resource;
#[cfg(feature = "sealing")]
pub mod deliver_event;
#[cfg(feature = "post")]
pub mod deliver_mail;
pub mod described;
pub mod download_package;
pub mod draft_release;
pub mod edit_license;
pub mod expire_licenses;
pub mod find_by_site;
mod find_product;
pub mod heartbeat;
pub mod import_customers;
#[cfg(feature = "signing")]
mod import_key;
pub mod import_licenses;
pub mod index_sites;
mod index_summaries;
pub mod inspect_license;
pub mod issue_license;
pub mod issue_login_token;
pub mod list_discounts;
pub mod log_in;
pub mod look_up_changelog;
pub mod look_up_key;
pub mod look_up_update;
pub mod meet_license;
pub mod move_license;
mod next_line;
pub mod notification_progress;
pub mod notify_sites;
pub mod offer_update;
pub mod open_package;
pub mod order_licenses;
pub mod order_products;
pub mod orders;
pub mod place_order;
pub mod prepare_download;
pub mod present_licenses;
pub mod probe;
pub mod products;
pub mod publish_release;
pub mod redeem_discount;
pub mod redeem_download;
pub mod redeem_link;
pub mod redeem_login_token;
pub mod refresh;
pub mod refund_license;
pub mod rejected;
pub mod release_floating;
pub mod releases;
pub mod reports;
pub mod request_floating;
#[cfg(feature = "signing")]
pub mod reseal;
#[cfg(feature = "signing")]
pub mod resources;
pub mod restores;
pub mod resume_license;
pub mod revoke_api_key;
pub mod revoke_license;
#[cfg(feature = "signing")]
pub mod sealed_under;
pub mod search_licenses;
pub mod seat_tokens;
mod seated;
pub mod send_mail;
pub mod set_password;
pub mod settings;
#[cfg(feature = "signing")]
pub mod sign_license;
#[cfg(feature = "signing")]
pub mod signing_key;
pub mod spread_notification;
pub mod stand;
pub mod suspend_license;
pub mod tell_site;
pub mod templates;
pub mod traces;
pub mod try_activate;
pub mod try_deactivate;
pub mod user_settings;
pub mod users;
pub mod validate_license;
pub mod webhook_log;
#[cfg(feature = "sealing")]
pub mod webhooks;
#[cfg(feature = "post")]
pub mod write_license_mail;
pub mod yank_release;
