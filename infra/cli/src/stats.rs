//! `latchkey stats`: an account's figures, and what waits in the deployment's queues.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::summary::Figures;
use latchkey_core::ops::count_licenses::count_licenses;
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::queues::{self, Seen, Watched};
use crate::say::Answer;
use crate::session::Session;
use crate::text::{columns, fields, or_dash};

/// Whose figures are wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number; without it, the queues alone are looked at
    #[arg(long)]
    account: Option<AccountId>,
}

const MEMBERS: [Member; 14] = [
    ("account", "the vendor's number"),
    ("products", "how many products there are"),
    ("licenses", "how many licences"),
    ("revoked", "of these, how many were revoked"),
    ("traced", "of these, how many are traced"),
    ("file", "of these, how many need no seat"),
    ("activation", "of these, how many have seats that are taken for good"),
    ("floating", "of these, how many have seats that are taken for a while"),
    ("unlimited", "of these, how many have no limit"),
    ("activated_seats", "how many seats are taken for good, development sites included"),
    ("floating_seats", "how many floating seats are held"),
    ("expired_seats", "how many floating seats are over, and were needed by nobody since"),
    ("most_seats", "how many seats there are, of the licences that have a limit"),
    ("behind_seconds", "by how many seconds the figures may be behind"),
];

const QUEUE: [Member; 6] = [
    ("queue", "notifications, webhooks or mail"),
    ("visible", "about how many messages wait to be worked off"),
    ("in_flight", "about how many are being worked off"),
    ("delayed", "about how many wait for their moment, as another attempt does"),
    ("given_up", "how many were told too often, and wait for somebody"),
    ("why", "why the four before are null, where they are: such as that the queue's address was not given"),
];

/// What is said beside the options, and what the JSON holds.
pub(crate) fn help() -> String {
    format!(
        "Queues are known by --push-queue, --webhook-queue and --mail-queue. SQS tells how many messages there are and not how old: that is \
         watched by the alarms whose names end with TooOld. The local stack's queues are in its memory, and empty when it begins. Without \
         --account there is nothing but `queues` in the answer.\n\n{}",
        members::list_help("queues", &QUEUE, &MEMBERS)
    )
}

/// The table's stream keeps the figures up to date: seconds, unless its worker is stopped.
const BEHIND: u32 = 5;

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    figures: Option<Counts>,
    queues: Vec<Depth>,
}

#[derive(Serialize)]
struct Depth {
    queue: &'static str,
    visible: Option<u64>,
    in_flight: Option<u64>,
    delayed: Option<u64>,
    given_up: Option<u64>,
    why: Option<String>,
}

#[derive(Serialize)]
struct Counts {
    account: AccountId,
    products: usize,
    licenses: u64,
    revoked: u64,
    traced: u64,
    file: u64,
    activation: u64,
    floating: u64,
    unlimited: u64,
    activated_seats: u64,
    floating_seats: u64,
    expired_seats: u64,
    most_seats: u64,
    behind_seconds: u32,
}

impl Args {
    /// Counts.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let figures = match self.account {
            Some(account) => {
                session.require_account(account).await?;
                let products = session.core.table.products(account).await?.len();
                Some(Counts::of(account, products, count_licenses(&session.core, account).await?))
            }
            None => None,
        };
        let view = View { figures, queues: queues::all(session).await.into_iter().map(Depth::of).collect() };
        Answer::new(&view, view.text())
    }
}

impl View {
    fn text(&self) -> String {
        let rows: Vec<_> = self.queues.iter().map(Depth::row).collect();
        let queues = columns(["queue", "visible", "in flight", "delayed", "given up", ""], &rows);
        match &self.figures {
            Some(figures) => format!("{}\n\n{queues}", figures.text()),
            None => queues,
        }
    }
}

impl Depth {
    fn of(watched: Watched) -> Self {
        let Watched { name: queue, found, .. } = watched;
        let unknown = |why: String| Self { queue, visible: None, in_flight: None, delayed: None, given_up: None, why: Some(why) };
        match found {
            Seen::Counted(found) => Self {
                visible: Some(found.visible),
                in_flight: Some(found.in_flight),
                delayed: Some(found.delayed),
                given_up: found.given_up,
                why: found.given_up.is_none().then(|| "it has no queue of dead letters".to_owned()),
                queue,
            },
            Seen::NotGiven(how) => unknown(format!("its address was not given: {how}")),
            Seen::Unsaid => unknown("the store does not say".to_owned()),
            Seen::Failed(message, hint) => unknown(hint.map_or_else(|| message.clone(), |hint| format!("{message}: {hint}"))),
        }
    }

    fn row(&self) -> [String; 6] {
        let Self { queue, visible, in_flight, delayed, given_up, why } = self;
        let [visible, in_flight, delayed, given_up] = [visible, in_flight, delayed, given_up].map(|count| or_dash(*count));
        [(*queue).to_owned(), visible, in_flight, delayed, given_up, why.clone().unwrap_or_default()]
    }
}

impl Counts {
    fn of(account: AccountId, products: usize, figures: Figures) -> Self {
        let Figures {
            licenses,
            revoked,
            traced,
            file,
            activation,
            floating,
            activated_seats,
            floating_seats,
            expired_seats,
            most_seats,
            unlimited,
        } = figures;
        Self {
            account,
            products,
            licenses,
            revoked,
            traced,
            file,
            activation,
            floating,
            unlimited,
            activated_seats,
            floating_seats,
            expired_seats,
            most_seats,
            behind_seconds: BEHIND,
        }
    }

    fn text(&self) -> String {
        let said = |what: &'static str, count: u64| (what, count.to_string());
        fields(&[
            ("account", self.account.to_string()),
            ("products", self.products.to_string()),
            said("licences", self.licenses),
            said("  revoked", self.revoked),
            said("  traced", self.traced),
            said("  file", self.file),
            said("  activation", self.activation),
            said("  floating", self.floating),
            said("  unlimited", self.unlimited),
            said("seats taken", self.activated_seats),
            said("floating seats", self.floating_seats),
            said("  over", self.expired_seats),
            said("seats there are", self.most_seats),
        ])
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::queue::inspect::Inspection;

    use super::*;

    fn depth(found: Seen) -> Depth {
        Depth::of(Watched { name: "mail", check: "queue_of_mail", found })
    }

    #[test]
    fn the_help_tells_the_members() {
        let queues = vec![depth(Seen::Unsaid)];
        assert_eq!(members::names_in(&queues[0]), members::names_of(&QUEUE));
        let figures = Some(Counts::of(AccountId::new(1).unwrap(), 0, Figures::default()));
        let mut names = members::names_in(&View { figures, queues });
        assert!(names.remove("queues"));
        assert_eq!(names, members::names_of(&MEMBERS));
    }

    #[test]
    fn what_is_not_known_of_a_queue_says_why() {
        let counted = depth(Seen::Counted(Inspection { visible: 1, in_flight: 2, delayed: 3, given_up: Some(4) }));
        assert_eq!(counted.row(), ["mail", "1", "2", "3", "4", ""]);
        let view = View { figures: None, queues: vec![depth(Seen::NotGiven("give --mail-queue".to_owned()))] };
        assert!(view.text().ends_with("its address was not given: give --mail-queue"), "{}", view.text());
        assert_eq!(members::names_in(&view).len(), 1, "no account, no figures");
        let denied = depth(Seen::Failed("the permission is missing".to_owned(), Some("allow it".to_owned())));
        assert_eq!((denied.visible, denied.why.as_deref()), (None, Some("the permission is missing: allow it")));
    }
}
