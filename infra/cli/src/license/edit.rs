//! `latchkey license suspend`, `resume`, `revoke`, `refund`, `seats` and `move`.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::OrderId;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::Line;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::move_license::move_license;
use latchkey_core::ops::refund_license::refund_license;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::resume_license::resume_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;

use super::LicenseArgs;
use crate::seats;

/// A licence to be stopped.
#[derive(clap::Args)]
pub(crate) struct StopArgs {
    #[command(flatten)]
    license: LicenseArgs,
    /// The reason, for the vendor's staff
    #[arg(long, value_name = "TEXT")]
    why: Option<Line<500>>,
}

/// A licence and its new seat limit.
#[derive(clap::Args)]
pub(crate) struct SeatsArgs {
    #[command(flatten)]
    license: LicenseArgs,
    /// How many seats it has from now on: a number or unlimited
    #[arg(long, value_name = "SEATS", value_parser = seats::parse)]
    limit: SeatLimit,
}

/// A licence and the order that it is to be of.
#[derive(clap::Args)]
pub(crate) struct MoveArgs {
    #[command(flatten)]
    license: LicenseArgs,
    #[command(flatten)]
    to: To,
}

/// Where to.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct To {
    /// The order: the licence takes a further line of it, after all that were promised or taken
    #[arg(long)]
    order: Option<OrderId>,
    /// No order
    #[arg(long)]
    no_order: bool,
}

impl StopArgs {
    /// Stops the licence for now.
    pub(super) async fn suspend(self, core: &Core) -> Result<License, Rejected> {
        suspend_license(core, self.license.into(), self.why).await
    }

    /// Takes the licence back.
    pub(super) async fn revoke(self, core: &Core) -> Result<License, Rejected> {
        revoke_license(core, self.license.into(), self.why).await
    }

    /// Marks the licence as refunded.
    pub(super) async fn refund(self, core: &Core) -> Result<License, Rejected> {
        refund_license(core, self.license.into(), self.why).await
    }
}

impl SeatsArgs {
    /// Changes the limit.
    pub(super) async fn run(self, core: &Core) -> Result<License, Rejected> {
        change_seat_limit(core, self.license.into(), self.limit).await
    }
}

impl MoveArgs {
    /// Moves the licence.
    pub(super) async fn run(self, core: &Core) -> Result<License, Rejected> {
        move_license(core, self.license.into(), self.to.order).await
    }
}

/// Makes the licence active again.
pub(super) async fn resume(core: &Core, license: LicenseArgs) -> Result<License, Rejected> {
    resume_license(core, license.into()).await
}
