//! An event on its way to a webhook, on the wire: ours.

use latchkey_core::domain::delivery::{Delivery as Stored, DeliveryState};
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, number};

entity! {
    /// An event that was sent to a webhook, or is going to be.
    Delivery, DELIVERY: "Delivery", key "id", list "deliveries";
    members {
        /// The event's id, which is its `webhook-id` however often it is sent.
        "id" id: String,
        /// What happened, such as `license.issued`.
        "event" event: String,
        /// When it happened.
        "date" date: Moment,
        /// `pending`, `delivered`, `refused`, `unreached`, `not_called` or `left_out`.
        "state" state: String,
        /// How many attempts were made.
        "attempts" attempts: i32,
        /// When the next one is due.
        "nextDate" next_date: Option<Moment>,
        /// When the last one was made.
        "lastDate" last_date: Option<Moment>,
        /// What was answered last: an HTTP status; 0 where nothing was.
        "status" status: i32,
        /// Why nothing was answered last.
        "error" error: String,
        /// What is sent, byte for byte.
        "content" content: String,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 }]
}

impl From<&Stored> for Delivery {
    fn from(delivery: &Stored) -> Self {
        let is_pending = delivery.state == DeliveryState::Pending;
        let last = delivery.last.as_ref();
        // The attempt that is pending was not made.
        let made = if is_pending { delivery.attempt.saturating_sub(1) } else { delivery.attempt };
        Self {
            id: delivery.event.to_string(),
            event: delivery.kind.name().to_owned(),
            date: delivery.happened.into(),
            state: delivery.state.name().to_owned(),
            attempts: number(made),
            next_date: is_pending.then(|| delivery.due.into()),
            last_date: last.map(|last| last.at.into()),
            status: last.and_then(|last| last.status).map_or(0, i32::from),
            error: last.and_then(|last| last.error.clone()).unwrap_or_default(),
            content: delivery.body.clone(),
        }
    }
}
