//! `latchkey license show`.

use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::domain::ladder::entitled;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::Seat;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::table::Freshness;
use latchkey_core::table::seats::Snapshot;
use serde::Serialize;

use super::key::KeyArg;
use super::view::{KEY, MEMBERS, View};
use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text::{columns, fields, or_dash};

/// Which licence is wanted: by its number, or by its key.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long, required_unless_present = "key", conflicts_with = "key")]
    account: Option<AccountId>,
    /// The licence's number
    #[arg(long, required_unless_present = "key", conflicts_with = "key")]
    license: Option<LicenseId>,
    /// The licence key, or - to read it from standard input
    #[arg(long)]
    key: Option<KeyArg>,
}

const OTHERS: [Member; 4] = [
    ("refusal", "why it may not be used at this moment, such as expired; null where it may"),
    ("seats_taken", "how many seats are taken"),
    (
        "seats",
        "the seats, the oldest first: device, since, seen (at most a week behind), label; at most 100 where there may be more than 50",
    ),
    ("development_sites", "the sites that take no seat, in the same form"),
];

/// What the JSON holds.
pub(super) fn help() -> String {
    members::help(&members())
}

fn members() -> Vec<Member> {
    [&[KEY], &MEMBERS[..], &OTHERS].concat()
}

#[derive(Serialize)]
struct Shown {
    key: String,
    #[serde(flatten)]
    license: View,
    refusal: Option<&'static str>,
    seats_taken: u32,
    seats: Vec<SeatView>,
    development_sites: Vec<SeatView>,
}

#[derive(Serialize)]
struct SeatView {
    device: String,
    since: Timestamp,
    seen: Timestamp,
    label: Option<String>,
}

impl Args {
    /// Shows the licence.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let core = &session.core;
        let license = match (&self.key, self.account, self.license) {
            (Some(key), _, _) => core.table.license_of(key.read()?.digest()).await?,
            (None, Some(account), Some(license)) => core.table.license(account, license).await?,
            (None, None, _) | (None, _, None) => None,
        };
        let license = license.ok_or(Rejected::NotFound(Thing::License))?;
        let snapshot = core.table.snapshot(license.key.digest(), Freshness::Strong).await?;
        let snapshot = snapshot.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence has no grant"))?;
        let shown = Shown::of(&license, &snapshot, core.now());
        Answer::new(&shown, shown.text())
    }
}

impl Shown {
    fn of(license: &License, snapshot: &Snapshot, now: Timestamp) -> Self {
        Self {
            key: license.key.expose().to_owned(),
            license: View::of(license),
            refusal: entitled(&snapshot.grant, now).err().map(latchkey_core::domain::refusal::Refusal::name),
            seats_taken: snapshot.grant.seats.taken(),
            seats: snapshot.seats.iter().map(SeatView::of).collect(),
            development_sites: snapshot.development_sites().into_iter().map(SeatView::of).collect(),
        }
    }

    fn text(&self) -> String {
        let mut rows = vec![("key", self.key.clone())];
        rows.extend(self.license.rows());
        rows.push(("usable now", self.refusal.map_or_else(|| "yes".to_owned(), |refusal| format!("no: {}", refusal.replace('_', " ")))));
        rows.push(("seats taken", self.seats_taken.to_string()));
        let mut parts = vec![fields(&rows)];
        for (title, seats) in [("Seats", &self.seats), ("Development sites", &self.development_sites)] {
            if !seats.is_empty() {
                let rows: Vec<_> = seats.iter().map(SeatView::row).collect();
                parts.push(format!("{title}\n{}", columns(SeatView::HEADINGS, &rows)));
            }
        }
        let hidden = usize::try_from(self.seats_taken).unwrap_or(usize::MAX).saturating_sub(self.seats.len());
        if hidden > 0 {
            parts.push(format!("{hidden} more seats are not shown."));
        }
        parts.join("\n\n")
    }
}

impl SeatView {
    const HEADINGS: [&'static str; 4] = ["device", "since", "seen", "label"];

    fn of(seat: &Seat) -> Self {
        let Seat { device, since, seen, label, client: _ } = seat;
        Self {
            device: device.to_string(),
            since: *since,
            seen: *seen,
            label: label.as_ref().map(|label: &Line<64>| label.as_str().to_owned()),
        }
    }

    fn row(&self) -> [String; 4] {
        [self.device.clone(), self.since.to_string(), self.seen.to_string(), or_dash(self.label.as_ref())]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use latchkey_core::domain::grant::{Grant, Seats};
    use latchkey_core::domain::license::{Standing, Validity};
    use latchkey_core::domain::seat::Device;
    use latchkey_core::domain::text::{ProductCode, Slug};

    use super::*;
    use crate::license::view::example;
    use crate::members::{names_in, names_of};

    fn seat(device: &str) -> Seat {
        let day = Timestamp::parse("2026-02-03").unwrap();
        Seat { device: Device::parse(device).unwrap(), since: day, seen: day, label: None, client: None }
    }

    fn shown(standing: Standing, taken: u32) -> Shown {
        let license = example();
        let free = seat("shop.test");
        let grant = Grant {
            key: license.key.digest(),
            account: license.account,
            license: license.id,
            product: license.product,
            slug: Slug::parse("acme-tools").unwrap(),
            code: ProductCode::parse("acme").unwrap(),
            standing,
            validity: Validity::ALWAYS,
            created: license.created,
            licensee: None,
            seat_limit: license.seat_limit,
            mode: license.mode,
            trace: license.trace,
            development_sites: license.development_sites.clone(),
            seats: Seats::Items { taken },
            free: BTreeMap::from([(free.device.digest(), free)]),
        };
        Shown::of(&license, &Snapshot { grant, seats: vec![seat("example.com")] }, Timestamp::parse("2026-05-06").unwrap())
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&shown(Standing::Active, 1)), names_of(&members()));
    }

    #[test]
    fn people_read_whether_it_can_be_used_and_where_it_is() {
        let text = shown(Standing::Active, 1).text();
        assert!(text.starts_with("key          SECRET-KEY\n"), "{text}");
        assert!(text.contains("\nusable now   yes\nseats taken  1\n\nSeats\ndevice       since"), "{text}");
        assert!(text.contains("\n\nDevelopment sites\ndevice     since"), "{text}");
        assert!(!text.contains("not shown"), "{text}");
        let text = shown(Standing::Suspended, 120).text();
        assert!(text.contains("\nusable now   no: suspended\n"), "{text}");
        assert!(text.ends_with("\n\n119 more seats are not shown."), "{text}");
    }
}
