//! Creating a product.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::domain::key::format::KeyFormat;
use crate::domain::product::{DevelopmentSites, Product, ProductKind, Requirements};
use crate::domain::product_record::ProductRecord;
use crate::domain::seat::SeatLimit;
use crate::domain::text::{Line, ProductCode, Slug, WebUrl};
use crate::table::CreateProductError;

/// What a vendor says about a new product.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// The folder name.
    pub slug: Slug,
    /// The public code; drawn where it is not given.
    pub code: Option<ProductCode>,
    /// What people call it.
    pub name: Line<120>,
    /// Who made it.
    pub author: Line<120>,
    /// Its page.
    pub url: Option<WebUrl>,
    /// Its documentation.
    pub docs_url: Option<WebUrl>,
    /// What it needs.
    pub requirements: Requirements,
    /// What sort of thing it is.
    pub kind: ProductKind,
    /// How its licence keys look.
    pub key_format: KeyFormat,
    /// How many seats a new licence has.
    pub seat_limit: SeatLimit,
    /// Whether development sites take seats.
    pub development_sites: DevelopmentSites,
}

/// The letters of a drawn code: those of the original's, without the ones that are read wrong.
const CODE_LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Makes a product. Its slug must be new in the account, its code in the deployment.
pub async fn create_product(core: &Core, account: AccountId, new: NewProduct) -> Result<Product, Rejected> {
    let NewProduct { slug, code, name, author, url, docs_url, requirements, kind, key_format, seat_limit, development_sites } = new;
    let id = core.table.next_product(account).await?;
    let mut product = Product {
        id,
        account,
        slug,
        code: code.clone().map_or_else(|| draw_code(core), Ok)?,
        name,
        author,
        url,
        docs_url,
        requirements,
        kind,
        key_format,
        seat_limit,
        development_sites,
        current: None,
        created: core.now(),
        revision: 1,
    };
    // A drawn code that is in use by chance is drawn again, once: twice in a row is no chance.
    for is_last in [code.is_some(), true] {
        match core.table.create_product(&product, &ProductRecord::of(&product)).await {
            Ok(()) => return Ok(product),
            Err(CreateProductError::CodeTaken | CreateProductError::OwnCodeTaken) if !is_last => product.code = draw_code(core)?,
            Err(CreateProductError::CodeTaken | CreateProductError::OwnCodeTaken) => return Err(Rejected::InUse(Unique::Code)),
            Err(CreateProductError::SlugTaken) => return Err(Rejected::InUse(Unique::Slug)),
            Err(CreateProductError::NoAccount) => return Err(Rejected::NotFound(Thing::Account)),
            Err(CreateProductError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Rejected::InUse(Unique::Code))
}

pub(super) fn draw_code(core: &Core) -> Result<ProductCode, Rejected> {
    ProductCode::parse(&core.random.text(CODE_LETTERS, 8)).map_err(|error| crate::fault::Fault::corrupt("drawing a code", error).into())
}
