//! `latchkey product`: plugins, themes and programs.

mod choice;
mod create;
mod view;

use clap::Subcommand;
use latchkey_core::domain::ids::AccountId;
use serde::Serialize;

pub(crate) use self::choice::ProductChoice;
use self::view::{MEMBERS, View};
use crate::members;
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with products.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a product
    #[command(after_long_help = members::help(&MEMBERS))]
    Create(Box<create::Args>),
    /// List an account's products
    #[command(after_long_help = members::list_help("products", &MEMBERS, &[]))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
    },
    /// Show a product
    #[command(after_long_help = members::help(&MEMBERS))]
    Show {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        #[command(flatten)]
        product: ProductChoice,
    },
}

#[derive(Serialize)]
struct List {
    products: Vec<View>,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let product = match command {
        Command::Create(args) => args.run(session).await?,
        Command::List { account } => return list(account, session).await,
        Command::Show { account, product } => product.find(account, session).await?,
    };
    let view = View::of(&product);
    Answer::new(&view, view.text())
}

async fn list(account: AccountId, session: &Session) -> Result<Answer, Failed> {
    session.require_account(account).await?;
    let products: Vec<View> = session.core.table.products(account).await?.iter().map(View::of).collect();
    let text = text::columns(View::HEADINGS, &products.iter().map(View::row).collect::<Vec<_>>());
    Answer::new(&List { products }, text)
}
