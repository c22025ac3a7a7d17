//! What a licence is and when it is valid: pure types and decisions.
//!
//! | word | here | meaning |
//! |---|---|---|
//! | account | [`account`] | a vendor: everything else belongs to exactly one |
//! | product | [`product`] | what is sold: a plugin, a theme or a program |
//! | release | [`release`] | one version of a product |
//! | resource | [`resource`] | what a vendor keeps with us and others refer to: signature keys, texts of mails |
//! | package | [`package`] | the file that a release carries |
//! | licence | [`license`] | what a vendor issued, as the vendor sees it |
//! | grant | [`grant`] | the same licence as its key opens it: what a copy in the field needs, and the seats |
//! | terms | [`terms`] | what a licence says beyond who may use it, and until when |
//! | template | [`template`] | what licences of one sort have in common |
//! | discount | [`discount`] | a code that makes a purchase cheaper |
//! | API key | [`api_key`] | what a vendor's script proves itself with |
//! | user | [`user`] | a person or a program that works with an account, in one or more [`role`]s |
//! | notification | [`notification`] | telling every site of a product that a release is there |
//! | seat | [`seat`] | one activation: a site or a machine that a licence is used on |
//! | log entry | [`log_entry`] | what was done in an account's name, or went wrong |
//! | lease | [`lease`] | a floating seat: a program holds it as long as it says that it is there |
//!
//! Architecture Invariant: nothing here is async, reads a clock, draws a random number by itself or knows the AWS SDK.

pub mod account;
pub mod address;
pub mod api_key;
pub mod assembly;
pub mod assignment;
pub mod contact;
pub mod country;
pub mod customer;
pub mod delivery;
pub mod destination;
pub mod development;
pub mod discount;
pub mod ending;
pub mod event;
pub mod failure_window;
pub mod fixed_point;
pub mod grant;
pub mod ids;
pub mod key;
pub mod ladder;
pub mod lease;
pub mod license;
pub mod log_entry;
pub mod mail;
pub mod money;
pub mod notification;
pub mod order;
pub mod order_lines;
pub mod order_product;
pub mod package;
pub mod password;
pub mod product;
pub mod product_record;
pub mod refusal;
pub mod release;
pub mod report;
pub mod resource;
pub mod restore;
pub mod retry;
pub mod role;
pub mod seat;
pub mod seat_token;
pub mod seating;
pub mod setting;
pub mod shelf;
pub mod site;
pub mod site_index;
pub mod summary;
pub mod template;
pub mod terms;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod time;
pub mod trace;
pub mod user;
pub mod user_setting;
pub mod version;
pub mod webhook;
