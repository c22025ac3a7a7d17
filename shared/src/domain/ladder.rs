//! The one ladder of validation. Every dialect's answer about a licence is decided here, in this order:
//!
//! 1. unknown key
//! 2. wrong product
//! 3. revoked
//! 4. refunded
//! 5. suspended
//! 6. not yet valid
//! 7. expired
//! 8. not activated here, or activated for a while that is over (where a seat is needed)
//! 9. seats of another kind than is wanted (where a seat is wanted)
//! 10. no seats left (where a seat is wanted)
//!
//! The first rung that does not hold is the answer, so a licence that is revoked and expired is "revoked", and a key of
//! another product tells nothing about that product's licence.
//!
//! Architecture Invariant: a write that takes or gives up a seat states these rungs again as the condition of the write.
//! This file explains a refusal; the condition makes it. `table::seats` is tested against this ladder.

use super::grant::Grant;
use super::ids::ProductId;
use super::license::{LicenseMode, Standing, Validity};
use super::refusal::Refusal;
use super::time::Timestamp;

/// Which product a client says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductClaim<'a> {
    /// By its folder name.
    Slug(&'a str),
    /// By its public code.
    Code(&'a str),
    /// By its number, from a token of ours.
    Id(ProductId),
    /// Not at all: the key alone tells.
    Any,
}

/// What about seats is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatClaim {
    /// Nothing: the licence alone is meant.
    None,
    /// The device must hold a seat.
    Needed(Occupancy),
    /// The device wants a seat, and there is room or not.
    Wanted(Occupancy, Room),
}

/// Whether the device in question holds a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupancy {
    /// It does.
    Held,
    /// It does not.
    NotHeld,
}

/// Whether there is a seat left for one more device of the kind in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// There is.
    Left,
    /// There is none.
    Full,
}

/// Climbs the ladder: the grant, or the first rung that does not hold.
pub fn judge<'g>(grant: Option<&'g Grant>, product: ProductClaim<'_>, seat: SeatClaim, now: Timestamp) -> Result<&'g Grant, Refusal> {
    let grant = known(grant, product)?;
    entitled(grant, now)?;
    if matches!(seat, SeatClaim::Wanted(..)) {
        takes(grant, LicenseMode::Activation)?;
    }
    match seat {
        SeatClaim::None
        | SeatClaim::Needed(Occupancy::Held)
        | SeatClaim::Wanted(Occupancy::Held, _)
        | SeatClaim::Wanted(Occupancy::NotHeld, Room::Left) => Ok(grant),
        SeatClaim::Needed(Occupancy::NotHeld) => Err(Refusal::NotActivatedHere),
        SeatClaim::Wanted(Occupancy::NotHeld, Room::Full) => Err(Refusal::NoSeatsLeft),
    }
}

/// Rungs 1 and 2 alone: enough to give a seat back, which a stopped or expired licence must allow too.
pub fn known<'g>(grant: Option<&'g Grant>, product: ProductClaim<'_>) -> Result<&'g Grant, Refusal> {
    let grant = grant.filter(|grant| grant.standing != Standing::Deleted).ok_or(Refusal::UnknownKey)?;
    let is_the_product = match product {
        ProductClaim::Slug(slug) => grant.slug.as_str() == slug,
        ProductClaim::Code(code) => grant.code.as_str() == code,
        ProductClaim::Id(id) => grant.product == id,
        ProductClaim::Any => true,
    };
    if is_the_product { Ok(grant) } else { Err(Refusal::WrongProduct) }
}

/// Rung 9: whether the licence's seats are taken in this way.
pub fn takes(grant: &Grant, mode: LicenseMode) -> Result<(), Refusal> {
    if grant.mode == mode { Ok(()) } else { Err(Refusal::OtherMode) }
}

/// Rungs 3 to 7: whether the licence as such may be used at `now`.
pub fn entitled(grant: &Grant, now: Timestamp) -> Result<(), Refusal> {
    holds(grant.standing, &grant.validity, now)
}

/// The same of a licence's record.
pub fn holds(standing: Standing, validity: &Validity, now: Timestamp) -> Result<(), Refusal> {
    match standing {
        Standing::Revoked => return Err(Refusal::Revoked),
        Standing::Refunded => return Err(Refusal::Refunded),
        Standing::Suspended => return Err(Refusal::Suspended),
        Standing::Deleted => return Err(Refusal::UnknownKey),
        Standing::Active => {}
    }
    if validity.from.is_some_and(|from| now < from) {
        return Err(Refusal::NotYetValid);
    }
    if validity.until.is_some_and(|until| now >= until) {
        return Err(Refusal::Expired);
    }
    Ok(())
}

/// How a licence stands for one device: rungs 3 to 10 but for the ninth, where a device that holds no seat is told whether it could have one.
pub fn standing(grant: &Grant, seat: Occupancy, room: Room, now: Timestamp) -> Result<(), Refusal> {
    entitled(grant, now)?;
    match (seat, room) {
        (Occupancy::Held, Room::Left | Room::Full) => Ok(()),
        (Occupancy::NotHeld, Room::Left) => Err(Refusal::NotActivatedHere),
        (Occupancy::NotHeld, Room::Full) => Err(Refusal::NoSeatsLeft),
    }
}

impl Occupancy {
    /// Held where there is a seat.
    pub fn of<T>(seat: Option<&T>) -> Self {
        if seat.is_some() { Self::Held } else { Self::NotHeld }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::grant;
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn ask(grant: Option<&Grant>, product: &str, seat: SeatClaim) -> Result<(), Refusal> {
        judge(grant, ProductClaim::Slug(product), seat, at(NOW)).map(|_| ())
    }

    /// A grant on which every rung from 2 on fails at once.
    fn worst() -> Grant {
        let mut grant = grant();
        grant.standing = Standing::Revoked;
        grant.validity.from = Some(at(NOW + 10));
        grant.validity.until = Some(at(NOW - 10));
        grant
    }

    const FULL: SeatClaim = SeatClaim::Wanted(Occupancy::NotHeld, Room::Full);

    #[test]
    fn rung_1_an_unknown_key_comes_before_everything() {
        assert_eq!(ask(None, "test-plugin", FULL), Err(Refusal::UnknownKey));
    }

    #[test]
    fn rung_2_a_wrong_product_tells_nothing_about_the_licence() {
        assert_eq!(ask(Some(&worst()), "other", FULL), Err(Refusal::WrongProduct));
        let grant = grant();
        assert!(judge(Some(&grant), ProductClaim::Code("jJPUX40f"), SeatClaim::None, at(NOW)).is_ok());
        assert_eq!(judge(Some(&grant), ProductClaim::Code("other"), SeatClaim::None, at(NOW)), Err(Refusal::WrongProduct));
        assert_eq!(
            judge(Some(&grant), ProductClaim::Id(ProductId::new(99).unwrap()), SeatClaim::None, at(NOW)),
            Err(Refusal::WrongProduct)
        );
    }

    #[test]
    fn rung_3_revoked_comes_before_time() {
        assert_eq!(ask(Some(&worst()), "test-plugin", FULL), Err(Refusal::Revoked));
    }

    #[test]
    fn rung_4_refunded_comes_before_time() {
        let grant = Grant { standing: Standing::Refunded, ..worst() };
        assert_eq!(ask(Some(&grant), "test-plugin", FULL), Err(Refusal::Refunded));
    }

    #[test]
    fn rung_5_suspended_comes_before_time() {
        let grant = Grant { standing: Standing::Suspended, ..worst() };
        assert_eq!(ask(Some(&grant), "test-plugin", FULL), Err(Refusal::Suspended));
    }

    #[test]
    fn rung_6_not_yet_valid_comes_before_expired() {
        let grant = Grant { standing: Standing::Active, ..worst() };
        assert_eq!(ask(Some(&grant), "test-plugin", FULL), Err(Refusal::NotYetValid));
    }

    #[test]
    fn rung_7_the_end_itself_is_expired() {
        let mut grant = grant();
        grant.validity.until = Some(at(NOW));
        assert_eq!(ask(Some(&grant), "test-plugin", FULL), Err(Refusal::Expired));
        grant.validity.until = Some(at(NOW + 1));
        assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::None), Ok(()));
    }

    #[test]
    fn rung_8_a_needed_seat_must_be_held() {
        let grant = grant();
        assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::Needed(Occupancy::NotHeld)), Err(Refusal::NotActivatedHere));
        assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::Needed(Occupancy::Held)), Ok(()));
    }

    #[test]
    fn a_standing_tells_a_site_without_a_seat_whether_it_could_have_one() {
        let stands = |grant: &Grant, seat, room| standing(grant, seat, room, at(NOW));
        let grant = grant();
        assert_eq!(stands(&grant, Occupancy::Held, Room::Full), Ok(()));
        assert_eq!(stands(&grant, Occupancy::NotHeld, Room::Left), Err(Refusal::NotActivatedHere));
        assert_eq!(stands(&grant, Occupancy::NotHeld, Room::Full), Err(Refusal::NoSeatsLeft));
        assert_eq!(stands(&worst(), Occupancy::Held, Room::Left), Err(Refusal::Revoked));
    }

    #[test]
    fn rung_9_seats_of_another_kind_are_not_taken_however_many_are_left() {
        for mode in [LicenseMode::File, LicenseMode::Floating] {
            let grant = Grant { mode, ..grant() };
            for room in [Room::Left, Room::Full] {
                let wanted = SeatClaim::Wanted(Occupancy::NotHeld, room);
                assert_eq!(ask(Some(&grant), "test-plugin", wanted), Err(Refusal::OtherMode));
            }
            assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::None), Ok(()), "the licence as such may be used");
        }
        assert_eq!(ask(Some(&Grant { mode: LicenseMode::File, ..worst() }), "test-plugin", FULL), Err(Refusal::Revoked));
    }

    #[test]
    fn rung_10_a_wanted_seat_needs_room_unless_it_is_held() {
        let grant = grant();
        assert_eq!(ask(Some(&grant), "test-plugin", FULL), Err(Refusal::NoSeatsLeft));
        assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::Wanted(Occupancy::NotHeld, Room::Left)), Ok(()));
        assert_eq!(ask(Some(&grant), "test-plugin", SeatClaim::Wanted(Occupancy::Held, Room::Full)), Ok(()));
    }
}
