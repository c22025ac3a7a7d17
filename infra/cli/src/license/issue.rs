//! `latchkey license issue`.

use latchkey_core::config::ConfigError;
use latchkey_core::domain::ids::{AccountId, CustomerId, OrderId};
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::license::{License, Licensee, Validity};
use latchkey_core::domain::order::OrderLine;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use serde::Serialize;

use super::key::KeyArg;
use super::view::{KEY, MEMBERS, View};
use crate::members;
use crate::moment::Moment;
use crate::problem::Failed;
use crate::product::ProductChoice;
use crate::say::Answer;
use crate::seats;
use crate::session::Session;
use crate::target::misconfigured;
use crate::text;

/// What is said about a new licence.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    product: ProductChoice,
    /// The key, where it is brought along, or - to read it from standard input; made in the product's format otherwise
    #[arg(long)]
    key: Option<KeyArg>,
    /// Who bought it; the order's customer where nothing is said
    #[arg(long)]
    customer: Option<CustomerId>,
    /// The order that it is for; without --line it takes a further line, after all that were promised or taken, so doing it again issues
    /// another one
    #[arg(long)]
    order: Option<OrderId>,
    /// The line of the order, from 0
    #[arg(long, requires = "order")]
    line: Option<u16>,
    /// Who is named on it; the customer where nothing is said
    #[arg(long)]
    name: Option<Line<120>>,
    /// The e-mail address of the one who is named
    #[arg(long, requires = "name")]
    email: Option<Email>,
    /// The first moment at which it holds; from its issue on where nothing is said
    #[arg(long, value_name = "DATE")]
    from: Option<Moment>,
    /// The first moment after, so a day is not part of it any more; without end where nothing is said
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,
    /// How many seats it has, a number or unlimited; the product's number where nothing is said
    #[arg(long, value_name = "SEATS", value_parser = seats::parse)]
    seats: Option<SeatLimit>,
}

/// What the JSON holds.
pub(super) fn help() -> String {
    members::help(&[&[KEY], &MEMBERS[..]].concat())
}

#[derive(Serialize)]
struct Issued {
    key: String,
    #[serde(flatten)]
    license: View,
}

impl Args {
    /// Issues the licence.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let account = self.account;
        let product = self.product.find(account, session).await?;
        if self.key.is_none() && product.key_format == KeyFormat::Addressed && session.target.public_url.is_none() {
            return Err(
                misconfigured(&ConfigError { variable: "LATCHKEY_PUBLIC_URL", problem: "is not set, and these keys carry it" }).into()
            );
        }
        let new = NewLicense {
            key: self.key.as_ref().map(KeyArg::read).transpose()?,
            customer: self.customer,
            order_line: self.order.zip(self.line).map(|(order, line)| OrderLine { order, line }),
            order: self.order,
            licensee: self.name.map(|name| Licensee { name, email: self.email }),
            validity: Validity { from: self.from.and_then(|from| from.0), until: self.until.and_then(|until| until.0) },
            seat_limit: self.seats,
            ..NewLicense::of(product.id)
        };
        answer(&issue_license(&session.core, account, new).await?)
    }
}

fn answer(license: &License) -> Result<Answer, Failed> {
    let issued = Issued { key: license.key.expose().to_owned(), license: View::of(license) };
    let mut rows = vec![("key", issued.key.clone())];
    rows.extend(issued.license.rows());
    Answer::new(&issued, text::fields(&rows))
}
