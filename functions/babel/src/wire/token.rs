//! The license token on the wire: a seat as staff see it (seed 004, "GET /v1/license-tokens").

use latchkey_core::domain::seat_token::SeatToken;
use latchkey_core::domain::text::Line;
use latchkey_core::query::{Answers, Gives, Index};

use super::license::{LICENSE, License};
use super::{Moment, entity, given, number};
use crate::list::Named;

entity! {
    /// A seat that is taken, whatever it was taken through. Lists are by license and age: ids are unique in their license.
    LicenseToken, LICENSE_TOKEN: "LicenseToken", key "licenseId", list "licenseTokens";
    members {
        /// Its number, in its license.
        "id" id: i32,
        /// `actk_` or `fltk_`, and twelve letters and digits.
        "token" token: String,
        /// The network address that a floating token was asked for from.
        "address" address: String,
        /// The program's own identifier.
        "clientId" client_id: String,
        /// What the program calls itself.
        "clientName" client_name: String,
        /// The machine, or the address of the site.
        "machineId" machine_id: String,
        /// Since when it is held.
        "issueDate" issue_date: Option<Moment>,
        /// When its time is over: a floating token's unless the program is heard, an activation's with its license.
        "expireDate" expire_date: Option<Moment>,
        /// When the holder was last heard; an activated one at most a week behind.
        "lastHeartbeat" last_heartbeat: Option<Moment>,
        /// A digest of who holds it: the same holder has the same in every license.
        "hash" hash: String,
        /// Its license.
        "licenseId" license_id: i32,
        /// Always 0: no token here locks a license of its own.
        "nodeLockedLicenseId" node_locked_license_id: i32,
    }
    one {
        /// Its license, where it is included.
        "license" license: License = LICENSE,
        /// Always nothing.
        "nodeLockedLicense" node_locked_license: License = LICENSE,
    }
    many {}
    indexes [Index { path: &["licenseId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 }]
}

given! {
    /// What may be said of a token that is to be made. All else follows.
    LicenseTokenGiven {
        /// The network address that it is for, kept with floating tokens.
        "address" address: String,
        /// The program's own identifier: a floating token needs one.
        "clientId" client_id: String,
        /// What the program calls itself.
        "clientName" client_name: String,
        /// The machine.
        "machineId" machine_id: String,
    }
}

/// What a list of tokens is called: it tells how many are shown, too.
pub(crate) struct LicenseTokens;

impl Named for LicenseTokens {
    const NAME: &'static str = "licenseTokens";
    const SHOWN: Option<&'static str> = Some("licenseTokensCount");
}

impl From<&SeatToken> for LicenseToken {
    fn from(token: &SeatToken) -> Self {
        let text = |line: Option<&str>| line.unwrap_or_default().to_owned();
        let machine = token.machine().map(|machine| machine.as_str().to_owned());
        Self {
            id: number(token.id.get()),
            token: token.text.clone(),
            address: token.address().map(|address| address.to_string()).unwrap_or_default(),
            client_id: text(token.client().map(Line::as_str)),
            client_name: text(token.name().map(Line::as_str)),
            machine_id: machine.or_else(|| token.site_url()).unwrap_or_default(),
            issue_date: Some(token.since.into()),
            expire_date: token.expires().or(token.until).map(Moment),
            last_heartbeat: Some(token.heard().into()),
            hash: token.seat.to_string(),
            license_id: number(token.license.get()),
            node_locked_license_id: 0,
            license: None,
            node_locked_license: None,
        }
    }
}
