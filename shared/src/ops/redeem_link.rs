//! Redeeming a link: it opens the package for a minute, to a client that sends nothing beside it.

use super::open_package::{Redeemed, Right, open_package};
use crate::core::{Core, Downloads};
use crate::failure::Failure;
use crate::tokens::LinkToken;

/// A presigned address of the release's package, after the licence and the seat were checked again.
pub async fn redeem_link(core: &Core, downloads: &Downloads, token: &str) -> Result<Redeemed, Failure> {
    let LinkToken { key, product, release, seat, .. } = LinkToken::open(token, &downloads.tokens, core.now())?;
    open_package(core, downloads, Right { key, product, release, seat }).await
}
