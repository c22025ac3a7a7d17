//! Who may ask as a licensed program: whoever has a licence's user key, and an application's key beside where the account asks for one.

use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::role::Role;
use latchkey_core::ops::meet_license::meet_license;
use latchkey_core::ops::settings::settings;

use super::program::Program;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;

/// The licence that a program names, where it may ask for it: as of a moment ago, and whether or not it may be used.
pub(crate) async fn meet(service: &Service, caller: Option<&Caller>, program: &Program) -> Result<Grant, Error> {
    let grant = meet_license(&service.core, &program.key).await?;
    permit(service, caller, &grant).await?;
    Ok(grant)
}

/// Whether who asks may ask for this licence. With a credential: an application's, or that of somebody who manages licences, and of the
/// licence's account; to all others the licence is none. Without one: where the account does not ask for it.
pub(crate) async fn permit(service: &Service, caller: Option<&Caller>, grant: &Grant) -> Result<(), Error> {
    match caller {
        Some(caller) if caller.account() != grant.account => Err(Refusal::UnknownKey.into()),
        Some(caller) if MAY_ASK.iter().any(|role| caller.is(*role)) => Ok(()),
        Some(_) => Err(Error::forbidden("None of your roles may ask as a licensed program.")),
        None if settings(&service.core, grant.account).await?.require_application_key => Err(Error::unauthenticated()),
        None => Ok(()),
    }
}

const MAY_ASK: [Role; 3] = [Role::Application, Role::LicenseManager, Role::Administrator];
