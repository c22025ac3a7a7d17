//! Random lives of a licence, written as the table writes them and noted beside: what is derived is what was noted, each once.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::seat::Device;
use crate::domain::testing::grant;
use crate::domain::version::Version;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn device(number: u8) -> Device {
    Device::parse(&format!("shop-{number}.example.com")).unwrap()
}

fn seat(number: u8, now: Timestamp) -> Seat {
    Seat { device: device(number), since: now, seen: now, label: None, client: None }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Take(u8),
    GiveUp(u8),
    TakeFree(u8),
    GiveUpFree(u8),
    Assign(u8),
    Seen(u8),
    ToItems,
    ToMap,
    Suspend,
    Resume,
    Revoke,
    End(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let shop = 0..5_u8;
    prop_oneof![
        4 => shop.clone().prop_map(Step::Take),
        4 => shop.clone().prop_map(Step::GiveUp),
        1 => shop.clone().prop_map(Step::TakeFree),
        1 => shop.clone().prop_map(Step::GiveUpFree),
        1 => shop.clone().prop_map(Step::Assign),
        1 => shop.prop_map(Step::Seen),
        2 => Just(Step::ToItems),
        2 => Just(Step::ToMap),
        1 => Just(Step::Suspend),
        1 => Just(Step::Resume),
        1 => Just(Step::Revoke),
        1 => (-5..50_i64).prop_map(Step::End),
    ]
}

/// What is noted: the kind, whose seat, and whether it was counted.
type Noted = (EventKind, Option<(String, bool)>);

struct Life {
    grant: Grant,
    items: BTreeMap<SeatDigest, KeptSeat>,
    went: BTreeSet<Stay>,
    changes: Vec<(String, Timestamp, Change)>,
    noted: Vec<Noted>,
    ends_noted: BTreeSet<i64>,
    now: i64,
}

impl Life {
    fn begun() -> Self {
        let born = grant();
        let issued = Change::Grant { before: None, after: Some(Box::new(born.clone())) };
        let noted = vec![(EventKind::LicenseIssued, None)];
        let changes = vec![("0".to_owned(), at(0), issued)];
        Self { grant: born, items: BTreeMap::new(), went: BTreeSet::new(), changes, noted, ends_noted: BTreeSet::new(), now: 0 }
    }

    fn push(&mut self, change: Change) {
        let id = self.changes.len().to_string();
        self.changes.push((id, at(self.now), change));
    }

    fn write(&mut self, after: Grant) {
        let before = std::mem::replace(&mut self.grant, after.clone());
        self.push(Change::Grant { before: Some(Box::new(before)), after: Some(Box::new(after)) });
    }

    fn put(&mut self, kept: KeptSeat) {
        let digest = kept.seat.device.digest();
        let before = self.items.insert(digest, kept.clone()).map(Box::new);
        self.push(Change::Seat { key: self.grant.key, before, after: Some(Box::new(kept)) });
    }

    fn remove(&mut self, digest: SeatDigest) {
        let before = self.items.remove(&digest).map(Box::new);
        self.push(Change::Seat { key: self.grant.key, before, after: None });
    }

    fn note(&mut self, kind: EventKind, seat: Option<(u8, bool)>) {
        self.noted.push((kind, seat.map(|(number, is_counted)| (device(number).to_string(), is_counted))));
    }

    fn count(&mut self, by: i64) {
        let mut after = self.grant.clone();
        if let Seats::Items { taken } = &mut after.seats {
            *taken = u32::try_from(i64::from(*taken) + by).unwrap();
        }
        self.write(after);
    }

    fn step(&mut self, step: Step) {
        self.now += 1;
        let (now, mut after) = (at(self.now), self.grant.clone());
        match step {
            Step::Take(number) | Step::Assign(number) => match &mut after.seats {
                Seats::Map(seats) => {
                    let is_new = seats.insert(device(number).digest(), seat(number, now)).is_none();
                    self.write(after);
                    if is_new {
                        self.note(EventKind::LicenseActivated, Some((number, true)));
                    }
                }
                Seats::Items { .. } if !self.items.contains_key(&device(number).digest()) => {
                    self.put(KeptSeat { seat: seat(number, now), moved: None });
                    self.count(1);
                    self.note(EventKind::LicenseActivated, Some((number, true)));
                }
                Seats::Items { .. } => {}
            },
            Step::GiveUp(number) => match &mut after.seats {
                Seats::Map(seats) => {
                    if seats.remove(&device(number).digest()).is_some() {
                        self.write(after);
                        self.note(EventKind::LicenseDeactivated, Some((number, true)));
                    }
                }
                Seats::Items { .. } if self.items.contains_key(&device(number).digest()) => {
                    self.remove(device(number).digest());
                    self.count(-1);
                    self.note(EventKind::LicenseDeactivated, Some((number, true)));
                }
                Seats::Items { .. } => {}
            },
            Step::TakeFree(number) => {
                if after.free.insert(device(number).digest(), seat(number, now)).is_none() {
                    self.write(after);
                    self.note(EventKind::LicenseActivated, Some((number, false)));
                }
            }
            Step::GiveUpFree(number) => {
                if after.free.remove(&device(number).digest()).is_some() {
                    self.write(after);
                    self.note(EventKind::LicenseDeactivated, Some((number, false)));
                }
            }
            Step::Seen(number) => {
                if let Some(mut kept) = self.items.get(&device(number).digest()).cloned() {
                    kept.seat.seen = now;
                    self.put(kept);
                }
            }
            Step::ToItems => {
                if let Seats::Map(seats) = after.seats.clone() {
                    after.seats = Seats::Items { taken: after.seats.taken() };
                    self.write(after);
                    let mark = format!("mark{}", self.now);
                    for seat in seats.into_values() {
                        self.put(KeptSeat { seat, moved: Some(mark.clone()) });
                    }
                }
            }
            Step::ToMap => {
                if let Seats::Items { .. } = after.seats {
                    after.seats = Seats::Map(self.items.iter().map(|(digest, kept)| (*digest, kept.seat.clone())).collect());
                    self.went.extend(self.items.values().map(KeptSeat::stay));
                    self.write(after);
                    for digest in self.items.keys().copied().collect::<Vec<_>>() {
                        self.remove(digest);
                    }
                }
            }
            Step::Suspend => self.stand(Standing::Suspended),
            Step::Resume => self.stand(Standing::Active),
            Step::Revoke => self.stand(Standing::Revoked),
            Step::End(offset) => {
                let until = Some(at(self.now + offset));
                let passed = after.validity.until.filter(|was| *was <= now && Some(*was) != until && can_expire(after.standing));
                after.validity.until = until;
                self.write(after);
                if let Some(passed) = passed
                    && self.ends_noted.insert(passed.as_seconds())
                {
                    self.note(EventKind::LicenseExpired, None);
                }
            }
        }
    }

    fn stand(&mut self, standing: Standing) {
        let was = self.grant.standing;
        if was == standing || was == Standing::Revoked {
            return;
        }
        self.write(Grant { standing, ..self.grant.clone() });
        match standing {
            Standing::Suspended => self.note(EventKind::LicenseSuspended, None),
            Standing::Revoked | Standing::Refunded | Standing::Deleted => self.note(EventKind::LicenseRevoked, None),
            Standing::Active => {}
        }
    }

    /// What a worker makes of the changes in this order, by the events' names: once each.
    fn told(&self, order: impl IntoIterator<Item = usize>) -> BTreeMap<EventId, Noted> {
        let mut told = BTreeMap::new();
        for number in order {
            let (id, at, change) = &self.changes[number];
            for happened in derive(change, *at) {
                if happened.may_have_moved().is_some_and(|stay| self.went.contains(stay)) {
                    continue;
                }
                let seat = match &happened.subject {
                    Subject::Seat { seat, place, .. } => Some((seat.device.to_string(), *place == Place::Counted)),
                    Subject::License(_) | Subject::Release(_) | Subject::Notification(_) => None,
                };
                told.insert(EventId::of(id, *at, &happened), (happened.kind, seat));
            }
        }
        told
    }
}

fn sorted(noted: impl IntoIterator<Item = Noted>) -> Vec<Noted> {
    let mut noted: Vec<_> = noted.into_iter().collect();
    noted.sort();
    noted
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_derived_is_what_was_done_none_lost_and_none_invented(steps in prop::collection::vec(step(), 0..60), shuffle: u64) {
        let mut life = Life::begun();
        for step in steps {
            life.step(step);
        }
        let count = life.changes.len();
        let told = life.told(0..count);
        prop_assert_eq!(sorted(told.values().cloned()), sorted(life.noted.clone()));
        // Twice, and in another order: the same events under the same names.
        let mut order: Vec<usize> = (0..count).chain(0..count).collect();
        order.sort_by_key(|number| (*number as u64 + 1).wrapping_mul(shuffle | 1));
        prop_assert_eq!(life.told(order), told);
    }
}

fn kinds(change: &Change) -> Vec<&'static str> {
    derive(change, at(0)).into_iter().map(|happened| happened.kind.name()).collect()
}

#[test]
fn a_refund_stops_for_good_and_once() {
    let with = |standing| Some(Box::new(Grant { standing, ..grant() }));
    let change = |before, after| Change::Grant { before: with(before), after: with(after) };
    assert_eq!(kinds(&change(Standing::Active, Standing::Refunded)), ["license.revoked"]);
    assert_eq!(kinds(&change(Standing::Revoked, Standing::Refunded)), [""; 0]);
    assert_eq!(kinds(&change(Standing::Suspended, Standing::Active)), [""; 0]);
}

#[test]
fn a_notification_is_finished_once_whatever_its_end() {
    use crate::domain::notification::Cancelled;
    let version = Version::parse("1.0").unwrap();
    let begun = Notification::new(AccountId::new(1).unwrap(), ProductId::new(2).unwrap(), ReleaseId::new(3).unwrap(), version, at(0));
    let finished = begun.become_state(NotificationState::Finished { at: at(9) });
    let cancelled = begun.become_state(NotificationState::Cancelled { at: at(9), why: Cancelled::Asked });
    let change = |before: Option<&Notification>, after: &Notification| Change::Notification {
        before: before.cloned().map(Box::new),
        after: Some(Box::new(after.clone())),
    };
    assert_eq!(kinds(&change(None, &begun)), [""; 0]);
    assert_eq!(kinds(&change(Some(&begun), &finished)), ["notification.finished"]);
    assert_eq!(kinds(&change(Some(&begun), &cancelled)), ["notification.finished"]);
    assert_eq!(kinds(&change(Some(&finished), &finished)), [""; 0]);
    assert_eq!(kinds(&change(Some(&finished), &finished.again())), [""; 0]);
}

#[test]
fn names_are_stable() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::parse(kind.name()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
    let issued = Happened { kind: EventKind::LicenseIssued, subject: Subject::License(Box::new(grant())) };
    let id = EventId::of("c81e728d9d4c2f636f067f89cc14862c", at(0), &issued);
    assert_eq!(id.as_str().len(), 36);
    assert!(EventId::of("another", at(1), &issued) > id);
    assert_eq!(EventId::parse(id.as_str()), Some(id));
    for text in ["", "evt_", "evt_XYZ", "evt_0123456789abcdef0123456789abcde/"] {
        assert_eq!(EventId::parse(text), None, "{text}");
    }
}

#[test]
fn a_payload_names_the_licence_and_shows_no_key_and_no_person() {
    let mut grant = grant();
    grant.licensee =
        Some(crate::domain::license::Licensee { name: "Erika Mustermann".parse().unwrap(), email: "erika@customer-site.com".parse().ok() });
    let subject = Subject::Seat { of: Owner::Key(grant.key), seat: Box::new(seat(1, at(0))), place: Place::Counted, stay: None };
    let text = payload(EventKind::LicenseActivated, &subject, Some(&grant), at(7));
    let sent: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sent["type"], "license.activated");
    assert_eq!(sent["timestamp"], "2027-01-15T08:00:07.000000Z");
    assert_eq!(sent["data"]["license"]["id"], 1);
    assert_eq!(sent["data"]["seat"]["site"], "https://shop-1.example.com");
    assert!(!text.contains("Erika") && !text.contains("erika@") && !text.contains(&grant.key.to_text()));
}
