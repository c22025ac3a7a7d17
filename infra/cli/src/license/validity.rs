//! `latchkey license validity`.

use latchkey_core::core::Core;
use latchkey_core::domain::license::{License, Validity};
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::rejected::{Rejected, Thing};

use super::LicenseArgs;
use crate::moment::Moment;

/// A licence and what is new about its validity.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    license: LicenseArgs,
    #[command(flatten)]
    ends: Ends,
}

/// What is not given stays as it is.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Ends {
    /// The first moment at which it holds; never: from its issue on
    #[arg(long, value_name = "DATE")]
    from: Option<Moment>,
    /// The first moment after, so a day is not part of it any more; never: without end
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,
}

impl Args {
    /// Changes the validity of the licence as it is read now, and not as somebody else may change it in between.
    pub(super) async fn run(self, core: &Core) -> Result<License, Rejected> {
        let LicenseArgs { account, license } = self.license;
        let before = core.table.license(account, license).await?.ok_or(Rejected::NotFound(Thing::License))?;
        let edit = Edit { seen: Some(before.revision), ..self.license.into() };
        change_validity(core, edit, self.ends.over(before.validity)).await
    }
}

impl Ends {
    fn over(&self, before: Validity) -> Validity {
        let new = |said: Option<Moment>, before| said.map_or(before, |moment| moment.0);
        Validity { from: new(self.from, before.from), until: new(self.until, before.until) }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::time::Timestamp;

    use super::*;

    #[test]
    fn what_is_not_given_stays_and_never_takes_it_away() {
        let day = |text| Timestamp::parse(text);
        let before = Validity { from: day("2026-01-01"), until: day("2027-01-01") };
        let over = |from: Option<&str>, until: Option<&str>| {
            let moment = |text: Option<&str>| text.map(|text| text.parse().unwrap());
            Ends { from: moment(from), until: moment(until) }.over(before)
        };
        assert_eq!(over(None, Some("2028-01-01")), Validity { from: before.from, until: day("2028-01-01") });
        assert_eq!(over(Some("never"), None), Validity { from: None, until: before.until });
        assert_eq!(over(Some("never"), Some("never")), Validity::ALWAYS);
    }
}
