//! Customers on their way to a service.

pub(crate) mod create_token;
pub(crate) mod get_token_validity;
