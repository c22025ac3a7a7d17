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
    /// What it does, in a sentence (seed 004).
    pub summary: &'static str,
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

const fn row(method: Method, path: &'static str, all: &'static [Role], summary: &'static str) -> Operation {
    own(method, path, all, &[], summary)
}

const fn own(method: Method, path: &'static str, all: &'static [Role], own: &'static [Role], summary: &'static str) -> Operation {
    Operation { method, path, who: Who::Roles { all, own }, summary }
}

const fn anybody(method: Method, path: &'static str, summary: &'static str) -> Operation {
    Operation { method, path, who: Who::Anybody, summary }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every operation.
pub static OPERATIONS: &[Operation] = &[
    // Access. A user sees and changes themselves, but for their roles, and keeps settings.
    row(GET, "/v1/api-keys", &[A], "Gets the API keys."),
    row(POST, "/v1/api-keys", &[A], "Inserts a new API key."),
    row(PUT, "/v1/api-keys", &[A], "Updates the API key."),
    row(DELETE, "/v1/api-keys/{apiKeyId}", &[A], "Deletes the API key."),
    own(GET, "/v1/users", &[A], &[L, S, C], "Gets the users."),
    row(POST, "/v1/users", &[A], "Inserts a new user."),
    own(PUT, "/v1/users", &[A], &[L, S, C], "Updates a user."),
    row(DELETE, "/v1/users/{userId}", &[A], "Deletes a user."),
    own(GET, "/v1/users/{userId}/settings", &[A], &[L, S, C], "Retrieves the user settings."),
    own(POST, "/v1/users/{userId}/settings", &[A], &[L, S, C], "Inserts new user settings."),
    own(PUT, "/v1/users/{userId}/settings", &[A], &[L, S, C], "Updates user settings."),
    own(DELETE, "/v1/users/{userId}/settings/{settingId}", &[A], &[L, S, C], "Deletes user settings."),
    row(GET, "/v1/roles", &[A], "Retrieves roles."),
    own(GET, "/v1/users/{userId}/roles", &[A], &[L, S, C], "Retrieves the roles of a specific user."),
    row(POST, "/v1/users/{userId}/roles", &[A], "Adds a user to the specified roles."),
    row(DELETE, "/v1/users/{userId}/roles", &[A], "Removes a user from the specified roles."),
    anybody(POST, "/v1/login", "Logs a user in."),
    anybody(POST, "/v1/login/refresh", "Goes on with a login."),
    anybody(POST, "/v1/logout", "Ends a login."),
    // Licensing. A customer sees their own licences.
    own(GET, "/v1/licenses", &[A, L, S], &[C], "Retrieves licenses."),
    row(POST, "/v1/licenses", &[A, L, S], "Inserts a new license."),
    row(PUT, "/v1/licenses", &[A, L, S], "Updates an existing license."),
    row(DELETE, "/v1/licenses/{licenseId}", &[A, L], "Deletes an existing license."),
    row(GET, "/v1/license-tokens", &[A, L], "Retrieves license tokens."),
    row(GET, "/v1/licenses/{licenseId}/tokens", &[A, L], "Retrieves license tokens."),
    row(POST, "/v1/licenses/{licenseId}/tokens", &[A, L], "Inserts a new license token."),
    row(DELETE, "/v1/licenses/{licenseId}/tokens/{tokenId}", &[A, L], "Deletes a license token."),
    row(GET, "/v1/license-traces", &[A, L], "Retrieves license traces."),
    row(DELETE, "/v1/license-traces", &[A, L], "Deletes a license trace."),
    row(GET, "/v1/license-templates", &[A, L], "Retrieves license templates."),
    row(POST, "/v1/license-templates", &[A, L], "Inserts a new license template."),
    row(PUT, "/v1/license-templates", &[A, L], "Updates an existing license template."),
    row(GET, "/v1/license-templates/{templateId}/licenses", &[A, L], "Retrieves licenses for a specific license template."),
    row(DELETE, "/v1/license-templates/{templateId}", &[A, L], "Deletes an existing license template."),
    // Sales. A customer sees their own orders, and what is in them.
    row(GET, "/v1/customers", &[A, S], "Retrieves a list of customers."),
    row(POST, "/v1/customers", &[A, S], "Inserts a new customer."),
    row(PUT, "/v1/customers", &[A, S], "Updates an existing customer."),
    row(GET, "/v1/customers/{customerId}/contacts", &[A, S], "Retrieves a list of customer contacts."),
    own(GET, "/v1/customers/{customerId}/orders", &[A, S], &[C], "Retrieves a list of customer orders."),
    own(GET, "/v1/customers/{customerId}/licenses", &[A, L, S], &[C], "Retrieves a list of customer licenses."),
    row(DELETE, "/v1/customers/{customerId}", &[A, S], "Deletes an existing customer."),
    row(GET, "/v1/contacts", &[A, S], "Retrieves a list of contacts."),
    row(POST, "/v1/contacts", &[A, S], "Inserts a new contact."),
    row(PUT, "/v1/contacts", &[A, S], "Updates an existing contact."),
    row(DELETE, "/v1/contacts/{contactId}", &[A, S], "Deletes an existing contact."),
    own(GET, "/v1/orders", &[A, S], &[C], "Gets the orders."),
    row(POST, "/v1/orders", &[A, S], "Inserts a new order."),
    row(PUT, "/v1/orders", &[A, S], "Updates an existing order."),
    row(DELETE, "/v1/orders/{orderId}", &[A, S], "Deletes an existing order."),
    own(GET, "/v1/orders/{orderId}/products", &[A, S], &[C], "Gets the products for a specific order."),
    row(POST, "/v1/orders/{orderId}/products/{productId}", &[A, S], "Inserts a new product order."),
    row(PUT, "/v1/orders/{orderId}/products/{productId}", &[A, S], "Updates an existing product order."),
    row(DELETE, "/v1/orders/{orderId}/products/{productId}", &[A, S], "Deletes a specific product order."),
    own(GET, "/v1/orders/{orderId}/licenses", &[A, L, S], &[C], "Gets the licenses for a specific order."),
    // Catalog.
    row(GET, "/v1/products", &[A, L, S], "Gets the products."),
    row(POST, "/v1/products", &[A, L], "Inserts a new product."),
    row(PUT, "/v1/products", &[A, L], "Updates an existing product."),
    row(DELETE, "/v1/products/{productId}", &[A, L], "Deletes an existing product."),
    row(GET, "/v1/products/{productId}/orders", &[A, S], "Gets the product orders."),
    row(GET, "/v1/products/{productId}/releases", &[A, L, S], "Gets the product releases."),
    row(POST, "/v1/products/{productId}/releases", &[A, L], "Inserts a new product release."),
    row(PUT, "/v1/products/{productId}/releases", &[A, L], "Updates an existing product release."),
    row(DELETE, "/v1/products/{productId}/releases/{releaseId}", &[A, L], "Deletes an existing product release."),
    row(GET, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L], "Gets the assemblies of a product release."),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L], "Inserts a new assembly for a product release."),
    row(PUT, "/v1/products/{productId}/releases/{releaseId}/assemblies", &[A, L], "Updates an existing assembly for a product release."),
    row(
        DELETE,
        "/v1/products/{productId}/releases/{releaseId}/assemblies/{assemblyId}",
        &[A, L],
        "Deletes an existing assembly for a product release.",
    ),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/packages", &[A, L], "Drafts a package of a product release."),
    row(
        POST,
        "/v1/products/{productId}/releases/{releaseId}/packages/{packageId}/publish",
        &[A, L],
        "Publishes a package of a product release.",
    ),
    row(POST, "/v1/products/{productId}/releases/{releaseId}/notification", &[A, L], "Tells the sites of a product of a release."),
    row(GET, "/v1/products/{productId}/releases/{releaseId}/notification", &[A, L, S], "Gets how far telling the sites is."),
    row(DELETE, "/v1/products/{productId}/releases/{releaseId}/notification", &[A, L], "Stops telling the sites."),
    row(
        GET,
        "/v1/products/{productId}/releases/{releaseId}/notification/failed-sites",
        &[A, L, S],
        "Gets the sites that could not be told, and why.",
    ),
    row(
        GET,
        "/v1/products/{productId}/releases/{releaseId}/license-templates",
        &[A, L],
        "Gets the license templates of a product release.",
    ),
    row(GET, "/v1/assemblies", &[A, L], "Retrieves the assemblies."),
    row(POST, "/v1/assemblies", &[A, L], "Inserts a new assembly."),
    row(PUT, "/v1/assemblies", &[A, L], "Updates an existing assembly."),
    row(DELETE, "/v1/assemblies/{assemblyId}", &[A, L], "Deletes an existing assembly."),
    row(GET, "/v1/resources", &[A, L, S], "Gets a list of resources."),
    row(POST, "/v1/resources", &[A, L, S], "Inserts a new resource."),
    row(PUT, "/v1/resources", &[A, L], "Updates an existing resource."),
    row(DELETE, "/v1/resources/{resourceId}", &[A, L], "Deletes a resource."),
    // Vendors' own systems: who has a webhook's secret, or says where it leads, learns everything.
    row(GET, "/v1/webhooks", &[A], "Gets the webhooks."),
    row(POST, "/v1/webhooks", &[A], "Inserts a new webhook."),
    row(PUT, "/v1/webhooks", &[A], "Updates a webhook."),
    row(DELETE, "/v1/webhooks/{webhookId}", &[A], "Deletes a webhook."),
    row(POST, "/v1/webhooks/{webhookId}/secret", &[A], "Gives a webhook another secret."),
    row(GET, "/v1/webhooks/{webhookId}/deliveries", &[A], "Gets what was sent to a webhook."),
    row(POST, "/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver", &[A], "Sends an event to a webhook again."),
    // System.
    row(GET, "/v1/reports", &[A, L], "Gets reports."),
    row(DELETE, "/v1/reports/{reportId}", &[A], "Deletes a report."),
    row(GET, "/v1/log/levels", &[A, L, S], "Gets the log levels for the specified date range."),
    row(GET, "/v1/log", &[A, L, S], "Gets the log entries."),
    row(DELETE, "/v1/log", &[A], "Deletes a log."),
    row(GET, "/v1/settings", &[A], "Gets the application settings."),
    row(PUT, "/v1/settings", &[A], "Updates the application settings."),
    row(GET, "/v1/info", &[A, L, S], "Gets the server information."),
    row(POST, "/v1/email/send", &[A, S], "Sends an email using the configured email service."),
    row(POST, "/v1/email/license", &[A, L, S], "Sends an email to a licensee based on a license and email resource."),
    // Licensed programs: a user key proves enough.
    anybody(POST, "/v1/license/activate", "Activates a license on a machine."),
    anybody(POST, "/v1/license/deactivate", "Gives an activation back."),
    anybody(POST, "/v1/license/validate", "Tells whether a license is good on a machine."),
    anybody(POST, "/v1/license/floating/request", "Requests a floating seat."),
    anybody(POST, "/v1/license/floating/heartbeat", "Keeps a floating seat."),
    anybody(POST, "/v1/license/floating/release", "Gives a floating seat back."),
    anybody(POST, "/v1/license/report", "Takes an exception report or a license report."),
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
