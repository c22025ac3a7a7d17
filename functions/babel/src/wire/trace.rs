//! The license trace on the wire: what a client did with a license (seed 004, "GET /v1/license-traces").

use latchkey_core::domain::seat::Device;
use latchkey_core::domain::trace::{Act, Event, Trace};
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, number};

entity! {
    /// What a client did with a license that is traced.
    LicenseTrace, LICENSE_TRACE: "LicenseTrace", key "id", list "licenseTraces";
    members {
        /// Its number.
        "id" id: i32,
        /// The network address that it was asked from.
        "clientIp" client_ip: String,
        /// The program's own identifier.
        "clientId" client_id: String,
        /// What the program calls itself.
        "clientName" client_name: String,
        /// The machine, or the address of the site.
        "machineId" machine_id: String,
        /// When.
        "createdDate" created_date: Option<Moment>,
        /// What was asked: 0 activate, 1 deactivate, 2 validate, 3 request, 4 heartbeat, 5 release, 6 look for an update.
        "action" action: i32,
        /// Always empty: addresses are not looked up.
        "geoLocation" geo_location: String,
        /// What came of it: `ok`, or why it was refused, as the log names it.
        "meta" meta: String,
        /// The license.
        "licenseId" license_id: i32,
    }
    one {}
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["licenseId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
    ]
}

/// An act's number: ours, for theirs are not public.
fn action(act: Act) -> i32 {
    match act {
        Act::Activate => 0,
        Act::Deactivate => 1,
        Act::Check => 2,
        Act::Request => 3,
        Act::Heartbeat => 4,
        Act::Release => 5,
        Act::LookUpUpdate => 6,
    }
}

impl From<&Trace> for LicenseTrace {
    fn from(trace: &Trace) -> Self {
        let Event { at, act, address, device, client, name, refusal } = &trace.event;
        let machine = match device {
            Some(Device::Site(site)) => site.url_https(),
            Some(Device::Machine(machine)) => machine.as_str().to_owned(),
            None => String::new(),
        };
        Self {
            id: number(trace.id.get()),
            client_ip: address.map(|address| address.to_string()).unwrap_or_default(),
            client_id: client.as_ref().map(|client| client.as_str().to_owned()).unwrap_or_default(),
            client_name: name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
            machine_id: machine,
            created_date: Some((*at).into()),
            action: action(*act),
            geo_location: String::new(),
            meta: refusal.map_or("ok", |refusal| refusal.name()).to_owned(),
            license_id: number(trace.license.get()),
        }
    }
}
