//! The trace: what a client did with a licence, kept for a while where the vendor asks for it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, LicenseId, TraceId};
use super::lease::Client;
use super::refusal::Refusal;
use super::seat::Device;
use super::text::Line;
use super::time::Timestamp;

/// For how long a trace is kept, in seconds: 90 days.
pub const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

/// One use of a licence, kept only for licences whose vendor asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Its number within the account. Numbers are taken ahead, so their order is nearly that of time.
    pub id: TraceId,
    /// The licence's account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a client did, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What was asked.
    pub act: Act,
    /// The network address that it was asked from, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The site or machine, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The program's own identifier, where it said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Line<100>>,
    /// What the client calls itself, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<64>>,
    /// Why it was refused, or nothing where it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// What a client can do with a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Take a seat.
    Activate,
    /// Give a seat back.
    Deactivate,
    /// Ask whether the licence is valid, by itself or for a device.
    Check,
    /// Ask for the current release, or for a package of it.
    LookUpUpdate,
    /// Take a floating seat.
    Request,
    /// Keep a floating seat.
    Heartbeat,
    /// Give a floating seat back.
    Release,
}

impl Event {
    /// What a device asked at `at`.
    pub fn of_device(at: Timestamp, act: Act, device: Option<&Device>) -> Self {
        Self { at, act, address: None, device: device.cloned(), client: None, name: None, refusal: None }
    }

    /// What the holder of a floating seat asked at `at`, or who wants to be one.
    pub fn of_client(at: Timestamp, act: Act, client: &Client) -> Self {
        let device = Some(Device::Machine(client.machine().clone()));
        Self { at, act, address: None, device, client: Some(client.id().clone()), name: None, refusal: None }
    }

    /// When it is kept no longer.
    pub fn ends(&self) -> Timestamp {
        self.at.plus_seconds(KEPT_SECONDS)
    }
}
