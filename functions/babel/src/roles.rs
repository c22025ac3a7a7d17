//! Who may do what: the one table (contracts §5 for what is documented; where it says nothing, the narrowest that makes sense).
//!
//! An operation is allowed to who is in one of its roles: for `all` of the account, or for what is their `own`. An API key needs the
//! operation's permission beside; a user who logged in has every permission. The README explains the rows that are ours.

use http::Method;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::role::Role;
use latchkey_core::ops::stand::Caller;

use crate::caller::Scope;
use crate::error::Error;

/// An operation, and who may.
#[derive(Debug)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, such as `/v1/api-keys/{apiKeyId}`.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
}

/// Who may do something.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    /// Whoever asks: what they send proves enough, or is about to.
    Anybody,
    /// Who is in one of these roles.
    Roles {
        /// For all of the account.
        all: &'static [Role],
        /// For what is the caller's own.
        own: &'static [Role],
    },
}

use Role::{Administrator as A, Customer as C, LicenseManager as L, Sales as S};

const fn row(method: Method, path: &'static str, all: &'static [Role]) -> Operation {
    own(method, path, all, &[])
}

const fn own(method: Method, path: &'static str, all: &'static [Role], own: &'static [Role]) -> Operation {
    Operation { method, path, who: Who::Roles { all, own } }
}

const fn anybody(method: Method, path: &'static str) -> Operation {
    Operation { method, path, who: Who::Anybody }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every operation.
pub static OPERATIONS: &[Operation] = &[
    // Access. A user sees and changes themselves, but for their roles, and keeps settings.
    row(GET, "/v1/api-keys", &[A]),
    row(POST, "/v1/api-keys", &[A]),
    row(PUT, "/v1/api-keys", &[A]),
    row(DELETE, "/v1/api-keys/{apiKeyId}", &[A]),
    own(GET, "/v1/users", &[A], &[L, S, C]),
    row(POST, "/v1/users", &[A]),
    own(PUT, "/v1/users", &[A], &[L, S, C]),
    row(DELETE, "/v1/users/{userId}", &[A]),
    own(GET, "/v1/users/{userId}/settings", &[A], &[L, S, C]),
    own(POST, "/v1/users/{userId}/settings", &[A], &[L, S, C]),
    own(PUT, "/v1/users/{userId}/settings", &[A], &[L, S, C]),
    own(DELETE, "/v1/users/{userId}/settings/{settingId}", &[A], &[L, S, C]),
    row(GET, "/v1/roles", &[A]),
    own(GET, "/v1/users/{userId}/roles", &[A], &[L, S, C]),
    row(POST, "/v1/users/{userId}/roles", &[A]),
    row(DELETE, "/v1/users/{userId}/roles", &[A]),
    anybody(POST, "/v1/login"),
    anybody(POST, "/v1/login/refresh"),
    anybody(POST, "/v1/logout"),
    // Licensing. A customer sees their own licences.
    own(GET, "/v1/licenses", &[A, L, S], &[C]),
    row(POST, "/v1/licenses", &[A, L, S]),
    row(PUT, "/v1/licenses", &[A, L, S]),
    row(DELETE, "/v1/licenses/{licenseId}", &[A, L]),
    row(GET, "/v1/license-tokens", &[A, L]),
    row(GET, "/v1/licenses/{licenseId}/tokens", &[A, L]),
    row(POST, "/v1/licenses/{licenseId}/tokens", &[A, L]),
    row(DELETE, "/v1/licenses/{licenseId}/tokens/{tokenId}", &[A, L]),
    row(GET, "/v1/license-traces", &[A, L]),
    row(DELETE, "/v1/license-traces", &[A, L]),
    row(GET, "/v1/license-templates", &[A, L]),
    row(POST, "/v1/license-templates", &[A, L]),
    row(PUT, "/v1/license-templates", &[A, L]),
    row(GET, "/v1/license-templates/{templateId}/licenses", &[A, L]),
    row(DELETE, "/v1/license-templates/{templateId}", &[A, L]),
    // Sales. A customer sees their own orders, and what is in them.
    row(GET, "/v1/customers", &[A, S]),
    row(POST, "/v1/customers", &[A, S]),
    row(PUT, "/v1/customers", &[A, S]),
    row(GET, "/v1/customers/{customerId}/contacts", &[A, S]),
    own(GET, "/v1/customers/{customerId}/orders", &[A, S], &[C]),
    own(GET, "/v1/customers/{customerId}/licenses", &[A, L, S], &[C]),
    row(DELETE, "/v1/customers/{customerId}", &[A, S]),
    row(GET, "/v1/contacts", &[A, S]),
    row(POST, "/v1/contacts", &[A, S]),
    row(PUT, "/v1/contacts", &[A, S]),
    row(DELETE, "/v1/contacts/{contactId}", &[A, S]),
    own(GET, "/v1/orders", &[A, S], &[C]),
    row(POST, "/v1/orders", &[A, S]),
    row(PUT, "/v1/orders", &[A, S]),
    row(DELETE, "/v1/orders/{orderId}", &[A, S]),
    own(GET, "/v1/orders/{orderId}/products", &[A, S], &[C]),
    row(POST, "/v1/orders/{orderId}/products/{productId}", &[A, S]),
    row(PUT, "/v1/orders/{orderId}/products/{productId}", &[A, S]),
    row(DELETE, "/v1/orders/{orderId}/products/{productId}", &[A, S]),
    own(GET, "/v1/orders/{orderId}/licenses", &[A, L, S], &[C]),
    // Catalog.
    row(GET, "/v1/products", &[A, L, S]),
    row(POST, "/v1/products", &[A, L]),
    row(PUT, "/v1/products", &[A, L]),
    row(DELETE, "/v1/products/{productId}", &[A, L]),
    row(GET, "/v1/products/{productId}/orders", &[A, S]),
    row(GET, "/v1/products/{productId}/releases", &[A, L, S]),
    row(POST, "/v1/products/{productId}/releases", &[A, L]),
    row(PUT, "/v1/products/{productId}/releases", &[A, L]),
    row(DELETE, "/v1/products/{productId}/releases/{releaseId}", &[A, L]),
    row(GET, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L]),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L]),
    row(PUT, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L]),
    row(DELETE, "/v1/products/{productId}/releases/{releaseId}/assemblies/{assemblyId}", &[A, L]),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/packages", &[A, L]),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/packages/{packageId}/publish", &[A, L]),
    row(GET, "/v1/products/{productId}/releases/{releaseId}/license-templates", &[A, L]),
    row(GET, "/v1/assemblies", &[A, L]),
    row(POST, "/v1/assemblies", &[A, L]),
    row(PUT, "/v1/assemblies", &[A, L]),
    row(DELETE, "/v1/assemblies/{assemblyId}", &[A, L]),
    row(GET, "/v1/resources", &[A, L, S]),
    row(POST, "/v1/resources", &[A, L, S]),
    row(PUT, "/v1/resources", &[A, L]),
    row(DELETE, "/v1/resources/{resourceId}", &[A, L]),
    // System.
    row(GET, "/v1/reports", &[A, L]),
    row(DELETE, "/v1/reports/{reportId}", &[A]),
    row(GET, "/v1/log/levels", &[A, L, S]),
    row(GET, "/v1/log", &[A, L, S]),
    row(DELETE, "/v1/log", &[A]),
    row(GET, "/v1/settings", &[A]),
    row(PUT, "/v1/settings", &[A]),
    row(GET, "/v1/info", &[A, L, S]),
    row(POST, "/v1/email/send", &[A, S]),
    row(POST, "/v1/email/license", &[A, L, S]),
    // Licensed programs: a user key proves enough.
    anybody(POST, "/v1/license/activate"),
    anybody(POST, "/v1/license/deactivate"),
    anybody(POST, "/v1/license/validate"),
    anybody(POST, "/v1/license/floating/request"),
    anybody(POST, "/v1/license/floating/heartbeat"),
    anybody(POST, "/v1/license/floating/release"),
    anybody(POST, "/v1/license/report"),
];

impl Operation {
    /// The operation of a route. What answers a GET answers a HEAD.
    pub fn find(method: &Method, path: &str) -> Option<&'static Self> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        OPERATIONS.iter().find(|operation| operation.method == *method && operation.path == path)
    }

    /// The permission that an API key needs: a method is a permission.
    pub fn permission(&self) -> Permission {
        match self.method {
            Method::POST => Permission::Create,
            Method::PUT => Permission::Write,
            Method::DELETE => Permission::Delete,
            _ => Permission::Read,
        }
    }

    /// What of the account it is about for who asks.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<Scope, Error> {
        let Who::Roles { all, own } = self.who else { return Ok(Scope::Own) };
        let is_any = |roles: &[Role]| roles.iter().any(|role| caller.is(*role));
        let scope = match (is_any(all), is_any(own)) {
            (true, _) => Scope::Account,
            (false, true) => Scope::Own,
            (false, false) => return Err(Error::forbidden("None of your roles may do this.")),
        };
        let permission = self.permission();
        if caller.may(permission) {
            Ok(scope)
        } else {
            Err(Error::forbidden(format!("The API key has no permission to {}.", permission.name())))
        }
    }
}
