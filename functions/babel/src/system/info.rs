//! `GET /v1/info` (seed 004, "GET /v1/info").

use axum::extract::State;
use latchkey_core::ops::count_licenses::count_licenses;
use serde::Serialize;

use crate::Service;
use crate::address::Address;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::Moment;

/// What the server is, and the account's figures.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InfoAnswer {
    /// What the product is called.
    product: &'static str,
    /// Which edition: there is one, and it is 0.
    edition: i32,
    /// The product's version.
    version: &'static str,
    /// What the product itself is licensed under.
    license: &'static str,
    /// The host that customers' software calls.
    server_host: String,
    /// Now.
    server_time: Moment,
    /// The network address that the request came from.
    client_address: String,
    /// Seats that are held: for good, and floating ones.
    active_tokens: i32,
    /// Seats that there are, of the licences that have a limit.
    max_tokens: i32,
    /// Seats that are held for good.
    activation_tokens: i32,
    /// Floating seats that are held.
    floating_tokens: i32,
    /// Floating seats whose time is over.
    expired_tokens: i32,
    /// All licences.
    total_licenses: i32,
    /// Those that were revoked.
    revoked_licenses: i32,
    /// Those whose uses are traced.
    traced_licenses: i32,
    /// Those whose seats are taken for good.
    activation_licenses: i32,
    /// Those whose seats are taken for a while.
    floating_licenses: i32,
    /// Those without seats.
    file_licenses: i32,
}

/// Tells what the server is, and the account's figures as of a minute ago at most.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Address(address): Address) -> Result<Answer<InfoAnswer>, Error> {
    let core = &service.core;
    let figures = count_licenses(core, caller.account()).await?;
    let count = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    let body = InfoAnswer {
        product: "Latchkey",
        edition: 0,
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        server_host: core.public_url.host().to_owned(),
        server_time: core.now().into(),
        client_address: address.map(|address| address.to_string()).unwrap_or_default(),
        active_tokens: count(figures.activated_seats + figures.floating_seats),
        max_tokens: count(figures.most_seats),
        activation_tokens: count(figures.activated_seats),
        floating_tokens: count(figures.floating_seats),
        expired_tokens: count(figures.expired_seats),
        total_licenses: count(figures.licenses),
        revoked_licenses: count(figures.revoked),
        traced_licenses: count(figures.traced),
        activation_licenses: count(figures.activation),
        floating_licenses: count(figures.floating),
        file_licenses: count(figures.file),
    };
    Ok(Answer::new(&caller, body))
}
