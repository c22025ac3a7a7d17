//! What a receiver is told: `type`, `timestamp` and `data`, as Standard Webhooks has them
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure>).
//!
//! Numbers, names and times; no key, and no address of a person: whoever may know those asks for them by the licence's number.

use serde_json::{Value, json};

use super::{EventKind, Subject};
use crate::domain::grant::Grant;
use crate::domain::notification::Notification;
use crate::domain::release::{Release, ReleaseState};
use crate::domain::seat::{Device, Seat};
use crate::domain::site_index::Place;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// The text that is sent, and signed as it is. `grant` is the licence of a seat whose own change does not say it.
pub fn payload(kind: EventKind, subject: &Subject, grant: Option<&Grant>, at: Timestamp) -> String {
    let data = match subject {
        Subject::License(grant) => json!({ "license": license(grant) }),
        Subject::Seat { of, seat: held, place, .. } => {
            let owner = match of {
                super::Owner::License(grant) => Some(&**grant),
                super::Owner::Key(_) => grant,
            };
            json!({ "license": owner.map(license), "seat": seat(held, *place) })
        }
        Subject::Release(published) => json!({ "release": release(published) }),
        Subject::Notification(finished) => json!({ "notification": notification(finished) }),
    };
    json!({ "type": kind.name(), "timestamp": at, "data": data }).to_string()
}

fn license(grant: &Grant) -> Value {
    json!({
        "id": grant.license,
        "product": { "id": grant.product, "slug": grant.slug.as_str() },
        "standing": grant.standing,
        "mode": grant.mode.name(),
        "seat_limit": grant.seat_limit,
        "created": grant.created,
        "starts": grant.validity.from,
        "ends": grant.validity.until,
    })
}

fn seat(seat: &Seat, place: Place) -> Value {
    let (site, machine) = match &seat.device {
        Device::Site(site) => (Some(format!("https://{}", site.as_str())), None),
        Device::Machine(machine) => (None, Some(machine.as_str())),
    };
    json!({
        "site": site,
        "machine": machine,
        "label": seat.label.as_ref().map(Line::as_str),
        "since": seat.since,
        "development": place == Place::Free,
    })
}

fn release(release: &Release) -> Value {
    let published = match &release.state {
        ReleaseState::Published(published) => Some(published.at),
        ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => None,
    };
    json!({ "id": release.id, "product": { "id": release.product }, "version": release.version.as_str(), "published": published })
}

fn notification(notification: &Notification) -> Value {
    json!({
        "product": { "id": notification.product },
        "release": { "id": notification.release, "version": notification.version.as_str() },
        "state": notification.state.name(),
        "created": notification.created,
    })
}
