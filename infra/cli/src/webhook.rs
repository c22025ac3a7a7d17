//! `latchkey webhook`: vendors' own systems that are told what happened.

mod view;

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::event::{EventId, EventKind};
use latchkey_core::domain::ids::{AccountId, WebhookId};
use latchkey_core::domain::text::Line;
use latchkey_core::ops::webhook_log::{MOST_DELIVERIES, NotSentAgain, deliveries, redeliver, resume_deliveries};
use latchkey_core::ops::webhooks::{
    WebhookError, WebhookFields, change_webhook, create_webhook, delete_webhook, disable_webhook, enable_webhook, find_webhook,
    list_webhooks, rotate_webhook,
};
use serde::Serialize;

use self::view::{DELIVERY, DeliveryView, GONE, Gone, OTHERS, RESUMED, Resumed, SECRET, View, WEBHOOK, WithSecret};
use crate::members;
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// What can be done with webhooks.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Have an address be told what happens. Shows the secret, this once, that what is sent is signed with
    #[command(after_long_help = members::help(&SECRET))]
    Create {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Where events are sent: https, at a public host
        #[arg(long)]
        url: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// List a vendor's webhooks
    #[command(after_long_help = members::list_help("webhooks", &WEBHOOK, &[]))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
    },
    /// Change a webhook; what is not given is taken from it
    #[command(after_long_help = members::help(&WEBHOOK))]
    Change {
        #[command(flatten)]
        of: Of,
        /// Where events are sent; as before where it is not given
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// Give a webhook another secret, which is shown this once. For a day what is sent is signed with the former one as well
    #[command(after_long_help = members::help(&SECRET))]
    Rotate {
        #[command(flatten)]
        of: Of,
    },
    /// Tell a webhook again, from now on; what happened meanwhile is not made up for
    #[command(after_long_help = members::help(&WEBHOOK))]
    Enable {
        #[command(flatten)]
        of: Of,
    },
    /// Tell a webhook nothing more
    #[command(after_long_help = members::help(&WEBHOOK))]
    Disable {
        #[command(flatten)]
        of: Of,
    },
    /// Delete a webhook
    #[command(after_long_help = members::help(&GONE))]
    Delete {
        #[command(flatten)]
        of: Of,
    },
    /// Show what was sent in the last 30 days, the latest event first
    #[command(after_long_help = members::list_help("deliveries", &DELIVERY, &OTHERS))]
    Log {
        #[command(flatten)]
        of: Of,
        /// The event before which the page begins
        #[arg(long, value_parser = event_id)]
        before: Option<EventId>,
        /// How many at most
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_DELIVERIES)))]
        limit: u16,
    },
    /// Send an event again, under the same id, whatever became of it
    #[command(after_long_help = members::help(&DELIVERY))]
    Redeliver {
        #[command(flatten)]
        of: Of,
        /// The event's id, as `latchkey webhook log` shows it
        #[arg(long, value_parser = event_id)]
        event: EventId,
    },
    /// Put what is on its way into the queue once more, after the queue was lost or put messages aside
    #[command(after_long_help = members::help(&RESUMED))]
    Resume {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
    },
}

/// Which webhook is meant.
#[derive(Args)]
pub(crate) struct Of {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The webhook's number
    #[arg(long)]
    webhook: WebhookId,
}

/// What can be said of a webhook beside its address.
#[derive(Args)]
pub(crate) struct Fields {
    /// What it is called
    #[arg(long, value_parser = Line::<100>::parse)]
    label: Option<Line<100>>,
    /// The events that are wanted, separated by commas; `all` for all there are and will be
    #[arg(long, value_delimiter = ',', value_parser = wanted, help = events_help())]
    events: Option<Vec<Wanted>>,
}

/// An event that is wanted, or all.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    One(EventKind),
}

#[derive(Serialize)]
struct List {
    webhooks: Vec<View>,
}

#[derive(Serialize)]
struct Log {
    deliveries: Vec<DeliveryView>,
    next: Option<EventId>,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    match command {
        Command::Create { account, url, fields } => {
            let fields = WebhookFields { url, label: fields.label, events: events(fields.events).unwrap_or_default() };
            let made = create_webhook(core, &session.sealing()?, account, fields, reach(session)).await.map_err(of_webhook)?;
            with_secret(&WithSecret::of(&made))
        }
        Command::List { account } => {
            session.require_account(account).await?;
            let webhooks: Vec<View> = list_webhooks(core, account).await?.iter().map(View::of).collect();
            let text = text::columns(View::HEADINGS, &webhooks.iter().map(View::row).collect::<Vec<_>>());
            Answer::new(&List { webhooks }, text)
        }
        Command::Change { of, url, fields } => {
            let before = find_webhook(core, of.account, of.webhook).await.map_err(of_webhook)?;
            let fields = WebhookFields {
                url: url.unwrap_or(before.url),
                label: fields.label.or(before.label),
                events: events(fields.events).unwrap_or(before.events),
            };
            let changed = change_webhook(core, of.account, of.webhook, Some(before.revision), fields, reach(session)).await;
            answer(&View::of(&changed.map_err(of_webhook)?))
        }
        Command::Rotate { of } => {
            let rotated = rotate_webhook(core, &session.sealing()?, of.account, of.webhook).await.map_err(of_webhook)?;
            with_secret(&WithSecret::of(&rotated))
        }
        Command::Enable { of } => answer(&View::of(&enable_webhook(core, of.account, of.webhook).await.map_err(of_webhook)?)),
        Command::Disable { of } => answer(&View::of(&disable_webhook(core, of.account, of.webhook).await.map_err(of_webhook)?)),
        Command::Delete { of } => {
            delete_webhook(core, of.account, of.webhook).await.map_err(of_webhook)?;
            Answer::new(&Gone { account: of.account, webhook: of.webhook, deleted: true }, format!("Webhook {} is gone.\n", of.webhook))
        }
        Command::Log { of, before, limit } => {
            find_webhook(core, of.account, of.webhook).await.map_err(of_webhook)?;
            let page = deliveries(core, of.account, of.webhook, before.as_ref(), limit).await?;
            let deliveries: Vec<DeliveryView> = page.items.iter().map(DeliveryView::of).collect();
            let listed = text::columns(DeliveryView::HEADINGS, &deliveries.iter().map(DeliveryView::row).collect::<Vec<_>>());
            let more = page.next.as_ref().map(|next| format!("\nMore: --before {next}\n")).unwrap_or_default();
            let text = listed + &more;
            Answer::new(&Log { deliveries, next: page.next }, text)
        }
        Command::Redeliver { of, event } => {
            let sent = redeliver(core, &session.webhooks()?, of.account, of.webhook, &event).await.map_err(of_not_sent_again)?;
            let view = DeliveryView::of(&sent);
            let text = view.text();
            Answer::new(&view, text)
        }
        Command::Resume { account } => {
            session.require_account(account).await?;
            let resumed = resume_deliveries(core, &session.webhooks()?, account).await?;
            Answer::new(&Resumed { account, resumed }, format!("{resumed} on their way.\n"))
        }
    }
}

fn answer(view: &View) -> Result<Answer, Failed> {
    Answer::new(view, view.text())
}

fn with_secret(view: &WithSecret) -> Result<Answer, Failed> {
    Answer::new(view, view.text())
}

/// On the local stack an endpoint may be on this machine; whether it is called is that stack's to say.
fn reach(session: &Session) -> Reach {
    if session.target.local.is_some() { Reach::Local } else { Reach::Public }
}

fn events(given: Option<Vec<Wanted>>) -> Option<BTreeSet<EventKind>> {
    let given = given?;
    let is_all = given.iter().any(|wanted| matches!(wanted, Wanted::All));
    let kinds = given.into_iter().filter_map(|wanted| match wanted {
        Wanted::All => None,
        Wanted::One(kind) => Some(kind),
    });
    Some(if is_all { BTreeSet::new() } else { kinds.collect() })
}

fn wanted(text: &str) -> Result<Wanted, String> {
    if text == "all" {
        return Ok(Wanted::All);
    }
    EventKind::parse(text).map(Wanted::One).ok_or_else(|| format!("there are {}", names()))
}

fn names() -> String {
    EventKind::ALL.map(EventKind::name).join(", ")
}

fn events_help() -> String {
    format!("The events that are wanted, separated by commas: {}; or `all`, which is the usual", names())
}

fn event_id(text: &str) -> Result<EventId, String> {
    EventId::parse(text).ok_or_else(|| "an event's id is evt_ and 32 hexadecimal digits".to_owned())
}

fn of_webhook(error: WebhookError) -> Failed {
    let message = error.to_string();
    let (code, hint) = match error {
        WebhookError::NoAccount => ("no_account", "`latchkey account create` makes one"),
        WebhookError::NotFound => ("no_webhook", "`latchkey webhook list` lists the vendor's"),
        WebhookError::TooMany => ("too_many_webhooks", "delete one first, or have one pass on what it is told"),
        WebhookError::Address(_) => ("address", "give an https address at a public host"),
        WebhookError::Changed => ("changed", "run the command again"),
        WebhookError::Fault(fault) => return fault.into(),
    };
    Problem { code, message, hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}

fn of_not_sent_again(error: NotSentAgain) -> Failed {
    let message = error.to_string();
    let (code, hint) = match error {
        NotSentAgain::NotFound => ("no_delivery", "`latchkey webhook log` lists what was sent in the last 30 days"),
        NotSentAgain::Pending => ("pending", "it is tried for a day; `latchkey webhook log` shows how it fares"),
        NotSentAgain::Fault(fault) => return fault.into(),
    };
    Problem { code, message, hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}
