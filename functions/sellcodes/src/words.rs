//! What is said for each refusal: the word of `license`, and the sentence of `message`.

use latchkey_core::domain::refusal::Refusal;

/// Seed 003, "LICENSE KEY ACTIVATION" (c), with its space.
pub(crate) const NO_KEY_TO_ACTIVATE: &str = "Invalid or missing license key ";
/// Seed 003, "LICENSE KEY CHECK" (d), with its spaces.
pub(crate) const NO_KEY: &str = " Invalid or missing License Key, ";
/// Seed 003, "LICENSE KEY CHECK" (e), with its space.
pub(crate) const NO_PRODUCT: &str = "Invalid or missing Product Id, ";
/// Ours, in the style of the two above.
pub(crate) const NO_SITE: &str = "Invalid or missing Base Url, ";

/// What clients compare with, and what their users read.
pub(crate) struct Words {
    pub(crate) license: &'static str,
    pub(crate) message: &'static str,
}

/// The words for a refusal. The seed has `invalid`, `site_inactive` and `no_activations_left` with their sentences; `revoked` is
/// what published clients know, `expired` the word of the API that this one is modelled on, and `inactive` too (contracts §4).
pub(crate) fn words(refusal: Refusal) -> Words {
    let (license, message) = match refusal {
        Refusal::UnknownKey | Refusal::WrongProduct => ("invalid", NO_KEY),
        Refusal::UnknownProduct => ("invalid", NO_PRODUCT),
        Refusal::Revoked => ("revoked", "License has been revoked by the seller"),
        Refusal::Refunded => ("revoked", "License has been refunded and can no longer be used"),
        Refusal::Suspended => ("revoked", "License is suspended, please contact the seller"),
        Refusal::NotYetValid => ("inactive", "License is not valid yet"),
        Refusal::Expired => ("expired", "License has expired, please renew it"),
        Refusal::NotActivatedHere => ("site_inactive", "License is not active for the given site"),
        Refusal::NoSeatsLeft => ("no_activations_left", "License activation counts reached to max activation counts"),
        Refusal::SeatExpired => ("site_inactive", "License activation has expired for the given site"),
        Refusal::OtherMode => ("invalid", "License is not one that sites are activated with"),
        Refusal::NoRelease => ("valid", "There is no version of this product to download"),
        Refusal::LinkInvalid => ("invalid", "The download link is not valid"),
        Refusal::LinkExpired => ("invalid", "The download link has expired, please check for updates again"),
    };
    Words { license, message }
}
