//! What a customer owns.

pub(crate) mod get_product_licenses;
