//! `latchkey mail`: what waits in vendors' outboxes, and what became of it.

use clap::{Args, Subcommand};
use latchkey_core::domain::ids::{AccountId, MailId};
use latchkey_core::domain::mail::{Mail, Post};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::send_mail::{NotResent, resend_mail};
use latchkey_core::table::Freshness;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// The members of a mail.
const MAIL: [Member; 10] = [
    ("mail", "its number"),
    ("account", "the vendor's number"),
    ("what", "letter, or license where it is a licence in the words of a resource"),
    ("recipients", "how many it goes to; null where the licence tells"),
    ("license", "the licence's number, or null"),
    ("state", "queued, sent or given up"),
    ("attempts", "how often it was tried since it was handed in, or was last to be sent again"),
    ("why", "what the last attempt came to, where it was not sent, or null"),
    ("due", "when it is tried next, where that is known, or null"),
    ("created", "when it was handed in"),
];

/// What stands beside a list of mails.
const OTHERS: [Member; 1] = [("next", "what to give as --after for the next page; null where this was the last")];

/// What can be done with mail.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List a vendor's mail of the last 30 days, the oldest first. Addresses are not shown
    #[command(after_long_help = members::list_help("mails", &MAIL, &OTHERS))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Continue after this mail's number
        #[arg(long)]
        after: Option<MailId>,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
    /// Show a mail, but not what it says or to whom
    #[command(after_long_help = members::help(&MAIL))]
    Show {
        #[command(flatten)]
        of: Of,
    },
    /// Send a mail again that was given up, or was sent and lost, as the same mail
    #[command(after_long_help = members::help(&MAIL))]
    Again {
        #[command(flatten)]
        of: Of,
    },
}

/// Which mail is meant.
#[derive(Args)]
pub(crate) struct Of {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The mail's number
    #[arg(long)]
    mail: MailId,
}

#[derive(Serialize)]
struct View {
    mail: MailId,
    account: AccountId,
    what: &'static str,
    recipients: Option<usize>,
    license: Option<u32>,
    state: &'static str,
    attempts: u32,
    why: Option<String>,
    due: Option<Timestamp>,
    created: Timestamp,
}

#[derive(Serialize)]
struct List {
    mails: Vec<View>,
    next: Option<u32>,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    match command {
        Command::List { account, after, limit } => {
            session.require_account(account).await?;
            let page = core.table.records::<Mail>(account, None, after.map(MailId::get), limit).await?;
            let mails: Vec<View> = page.items.iter().map(View::of).collect();
            let listed =
                text::columns(["MAIL", "WHAT", "STATE", "ATTEMPTS", "WHY", "CREATED"], &mails.iter().map(View::row).collect::<Vec<_>>());
            let more = page.next.map(|next| format!("\nMore: --after {next}\n")).unwrap_or_default();
            Answer::new(&List { mails, next: page.next }, listed + &more)
        }
        Command::Show { of } => {
            let found = core.table.record::<Mail>(of.account, of.mail.get(), Freshness::Strong).await?;
            answer(&View::of(&found.ok_or_else(|| of_not_resent(NotResent::NotFound))?))
        }
        Command::Again { of } => answer(&View::of(&resend_mail(core, of.account, of.mail).await.map_err(of_not_resent)?)),
    }
}

fn answer(view: &View) -> Result<Answer, Failed> {
    Answer::new(view, view.text())
}

fn of_not_resent(error: NotResent) -> Failed {
    let message = error.to_string();
    let (code, hint) = match error {
        NotResent::NotFound => ("no_mail", "`latchkey mail list` lists the vendor's"),
        NotResent::Pending => ("pending", "it is tried for a day; `latchkey mail show` shows how it fares"),
        NotResent::Fault(fault) => return fault.into(),
    };
    Problem { code, message, hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}

impl View {
    fn of(mail: &Mail) -> Self {
        let (what, recipients, license) = match &mail.what {
            Post::Letter(envelope) => ("letter", Some(envelope.to.len()), None),
            Post::License { license, .. } => ("license", None, Some(license.get())),
        };
        Self {
            mail: mail.id,
            account: mail.account,
            what,
            recipients,
            license,
            state: mail.state.name(),
            attempts: mail.attempts,
            why: mail.why.as_ref().map(|why| why.as_str().to_owned()),
            due: mail.due,
            created: mail.created,
        }
    }

    fn row(&self) -> [String; 6] {
        let why = text::or_dash(self.why.as_deref());
        [self.mail.to_string(), self.what.to_owned(), self.state.to_owned(), self.attempts.to_string(), why, self.created.to_string()]
    }

    fn text(&self) -> String {
        text::fields(&[
            ("Mail", self.mail.to_string()),
            ("Account", self.account.to_string()),
            ("What", self.what.to_owned()),
            ("Recipients", text::or_dash(self.recipients)),
            ("License", text::or_dash(self.license)),
            ("State", self.state.to_owned()),
            ("Attempts", self.attempts.to_string()),
            ("Why", text::or_dash(self.why.as_deref())),
            ("Due", text::or_dash(self.due)),
            ("Created", self.created.to_string()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::{names_in, names_of};

    #[test]
    fn the_help_tells_the_members_of_the_answers() {
        let mail = r#"{"id":3,"account":1,"state":"queued","attempts":0,"created":"2027-01-15T08:00:00.000000Z",
            "what":{"is":"license","license":5,"resource":7},"revision":1}"#;
        let view = View::of(&serde_json::from_str(mail).unwrap());
        assert_eq!(names_in(&view), names_of(&MAIL));
        let mut others = names_of(&OTHERS);
        others.insert("mails".to_owned());
        assert_eq!(names_in(&List { mails: vec![view], next: None }), others);
    }
}
