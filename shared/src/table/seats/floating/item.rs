//! A floating seat's stored form: small, for its update must be one write unit.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::domain::lease::{Client, Lease};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::table::item::{Item, value};

/// The names of the attributes that writes mention.
pub(super) mod names {
    pub(in crate::table::seats::floating) const NAME: &str = "n";
    pub(in crate::table::seats::floating) const ADDRESS: &str = "a";
    pub(in crate::table::seats::floating) const EXPIRES: &str = "e";
}

#[derive(Serialize, Deserialize)]
pub(super) struct LeaseItem {
    /// Machine.
    m: Line<200>,
    /// Client.
    c: Line<100>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<Line<64>>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    a: Option<IpAddr>,
    /// Taken at, in seconds.
    t: i64,
    /// Over at, in seconds.
    e: i64,
}

impl From<&Lease> for LeaseItem {
    fn from(lease: &Lease) -> Self {
        Self {
            m: lease.client.machine().clone(),
            c: lease.client.id().clone(),
            n: lease.name.clone(),
            a: lease.address,
            t: lease.since.as_seconds(),
            e: lease.expires.as_seconds(),
        }
    }
}

/// The lease in an item.
pub(super) fn lease(item: Item) -> Result<Lease, Fault> {
    let wrong = || Fault::new(FaultKind::Corrupt, "a floating seat could not be read");
    let LeaseItem { m, c, n, a, t, e } = value(item)?;
    let seconds = |seconds| Timestamp::from_seconds(seconds).ok_or_else(wrong);
    Ok(Lease { client: Client::new(m, c).map_err(|_| wrong())?, name: n, address: a, since: seconds(t)?, expires: seconds(e)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::LicenseKey;
    use crate::domain::lease::expiry;
    use crate::table::item::item;
    use crate::table::keys;

    #[test]
    fn the_largest_lease_comes_back_and_fits_into_one_write_unit() {
        let now = Timestamp::from_seconds(1_700_000_000).unwrap();
        let client = Client::new("ü".repeat(200).parse().unwrap(), "c".repeat(80).parse().unwrap()).unwrap();
        let name = "€".repeat(64).parse().ok();
        let address = "2001:db8:1111:2222:3333:4444:5555:6666".parse().ok();
        let before = Lease { client, name, address, since: now, expires: expiry(now) };
        let key = keys::lease(LicenseKey::parse("TEST-KEY-0001").unwrap().digest(), before.client.digest());
        let stored = item(key, &LeaseItem::from(&before)).unwrap();
        let size = |value: &aws_sdk_dynamodb::types::AttributeValue| value.as_s().map_or(21, String::len);
        let bytes: usize = stored.iter().map(|(name, value)| name.len() + size(value)).sum();
        assert!(bytes <= 1_024, "{bytes} bytes");
        assert_eq!(lease(stored).unwrap(), before);
    }
}
