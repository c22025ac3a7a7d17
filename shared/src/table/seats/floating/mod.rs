//! Floating seats: one item a seat under a digest of who holds it, and the grant's counter.
//!
//! A heartbeat is one update of the seat, found without a read, and touches nothing else. A request counts the seat in the same
//! transaction that writes it, on the condition that one is left. Where none is, a seat whose time is over is deleted in the very
//! transaction that writes the new one, on the condition that it is over: nobody has to tidy up first, and the counter stays as it is.
//! So there are never more seats than the limit, whatever the functions' clocks say: clocks decide only whose seat is over.
//!
//! Not numbered slots: a slot that changes hands would have to be found by reading all of them at each request, and a heartbeat would
//! have to be told its number. Here they are read only when all are taken, until the first that is over: at 1,000 seats some sixty read
//! units at most, and then this process remembers when the next one can be.
//!
//! Seats whose time is over stay where they are and are counted until somebody needs them, or until [`sweep`] frees them.
//!
//! Clocks: a seat is over by the clock of the function that is asked, as it is. Where two functions' clocks differ, a seat may be lent
//! again by so much too early; its former holder is told so at its next heartbeat.

mod attempt;
mod full;
mod heartbeat;
mod item;
mod lend;
mod list;
mod release;
mod sweep;

pub(super) use self::full::Full;
pub use self::heartbeat::Heartbeat;
pub use self::lend::Borrow;
pub use self::release::Release;
use crate::domain::grant::{Grant, Seats};
use crate::domain::lease::Lease;

/// A floating seat that is held, by this call or from before.
#[derive(Clone, Debug)]
pub struct Lent {
    /// The seat.
    pub lease: Lease,
    /// The licence, as of a moment during the call. Its count includes seats whose time is over and that nobody needed yet.
    pub grant: Grant,
}

/// A grant with a count that a change made of the one that was read beside it.
fn counting(mut grant: Grant, taken: u32) -> Grant {
    let taken = grant.seat_limit.number().map_or(taken, |limit| taken.min(limit));
    grant.seats = Seats::Items { taken };
    grant
}
