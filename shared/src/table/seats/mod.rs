//! Seats, in all layouts. Nobody outside this module knows which one a licence is in.
//!
//! * Up to 50: a map inside the grant, keyed by a digest of the device, changed by one conditional update. Calls at the
//!   same time queue up inside the item, and a repeated call finds its own seat.
//! * Above 50, or without a limit: one item a seat and a counter in the grant, changed together in a transaction.
//! * `layout` moves the seats when a new limit asks for the other layout.
//!
//! * Of a licence that floats: one item a seat and the counter, whatever the limit (`floating`).
//!
//! Development sites lie in a second, bounded map of the grant in both layouts.
//!
//! A write is sent before anything is read, on the assumption that the licence is as most are (a map, the usual rule for
//! development sites) or as it was when it was last seen here. Where a condition does not hold, the item comes back with
//! the refusal, and [`ladder::judge`](crate::domain::ladder::judge) tells which rung it was: if none, the assumption was
//! wrong, and the next round uses what was learnt.
//!
//! Where seats are items, the grant is remembered for a while (`recent`), so that a check reads the seat alone.
//!
//! Architecture Invariant: whoever writes to a grant holds what [`Table::changing`](crate::table::Table) gives until the write is
//! answered, so that this process never answers from a grant of before its own change.

mod assign;
mod condition;
mod floating;
mod give_up;
mod hints;
mod items;
pub(super) mod layout;
mod listing;
mod look;
mod map;
mod mark;
mod page;
mod recent;
mod snapshot;
mod take;

pub use self::assign::{AssignError, MAX_CHANGES, MAX_SEATS_READ, Seating, SeatingError};
pub use self::floating::{Borrow, Heartbeat, Lent, Release};
pub use self::give_up::GiveUp;
pub(super) use self::hints::Hints;
pub use self::look::Look;
pub use self::snapshot::{SEATS_SHOWN, Snapshot};
pub(crate) use self::take::room;
pub use self::take::{Take, Taken};

/// How often an assumption about a licence may turn out wrong within one call before that is called contention.
const ROUNDS: usize = 6;
