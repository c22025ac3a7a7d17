//! Products.

use serde::{Deserialize, Serialize};

use super::call::Loss;
use super::item::{item, value};
use super::keys::{self, Kind};
use super::records::{self, stored};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::product::Product;
use crate::domain::product_record::ProductRecord;
use crate::domain::text::ProductCode;
use crate::fault::Fault;

/// Why a product was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateProductError {
    /// Another product of the account has the slug.
    #[error("another product has this slug")]
    SlugTaken,
    /// Another product of the deployment has the public code.
    #[error("another product has this code")]
    CodeTaken,
    /// Another product of the account has the vendor's code.
    #[error("another product of the account has this code")]
    OwnCodeTaken,
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What holds a slug or a code.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Holder {
    account: AccountId,
    product: ProductId,
}

/// The conditions of making a product.
#[derive(Clone, Copy)]
enum Condition {
    AccountExists,
    NumberFree,
    SlugFree,
    CodeFree,
    RecordFree,
    OwnCodeFree,
}

impl Table {
    /// The number for a new product.
    pub async fn next_product(&self, account: AccountId) -> Result<ProductId, Fault> {
        self.next(Some(account), Kind::Product, ProductId::new).await
    }

    /// Makes a product, whose number is fresh from [`Self::next_product`], and its record.
    pub async fn create_product(&self, product: &Product, record: &ProductRecord) -> Result<(), CreateProductError> {
        let Product { id, account, .. } = *product;
        let holder = Holder { account, product: id };
        let _counts = self.relisting(account);
        let mut transaction = Transaction::new("making a product");
        transaction.require(self, Condition::AccountExists, keys::account(account))?;
        transaction.create(self, Condition::NumberFree, item(keys::product(account, id), product)?)?;
        transaction.create(self, Condition::SlugFree, item(keys::slug(account, &product.slug), &holder)?)?;
        transaction.create(self, Condition::CodeFree, item(keys::code(&product.code), &holder)?)?;
        transaction.create(self, Condition::RecordFree, stored(record)?)?;
        transaction.create(self, Condition::OwnCodeFree, records::holder(record, ProductRecord::CODE, record.code.as_str())?)?;
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        // The number was drawn for this call alone: an attempt whose answer was lost has written all of this.
        if loss == Loss::Before && failed.iter().any(|failed| matches!(failed.condition, Condition::NumberFree)) {
            return Ok(());
        }
        Err(match failed[0].condition {
            Condition::AccountExists => CreateProductError::NoAccount,
            Condition::SlugFree => CreateProductError::SlugTaken,
            Condition::CodeFree => CreateProductError::CodeTaken,
            Condition::OwnCodeFree => CreateProductError::OwnCodeTaken,
            Condition::NumberFree | Condition::RecordFree => Fault::corrupt("making a product", "the number is in use").into(),
        })
    }

    /// The product with this number.
    pub async fn product(&self, account: AccountId, id: ProductId, freshness: Freshness) -> Result<Option<Product>, Fault> {
        self.get(keys::product(account, id), freshness).await?.map(value).transpose()
    }

    /// Which product has this code.
    pub async fn product_with_code(&self, code: &ProductCode, freshness: Freshness) -> Result<Option<(AccountId, ProductId)>, Fault> {
        let Some(item) = self.get(keys::code(code), freshness).await? else { return Ok(None) };
        let Holder { account, product } = value(item)?;
        Ok(Some((account, product)))
    }

    /// These products of an account, as far as there are such; in one round trip for each hundred. May lag a moment behind what
    /// was written.
    pub async fn products_with(&self, account: AccountId, ids: &[ProductId]) -> Result<Vec<Product>, Fault> {
        let mut found = self.get_many(ids.iter().map(|id| keys::product(account, *id)).collect(), Freshness::Eventual).await?;
        ids.iter().filter_map(|id| found.take(&keys::product(account, *id))).map(value).collect()
    }

    /// All products of an account.
    pub async fn products(&self, account: AccountId) -> Result<Vec<Product>, Fault> {
        let items = self.query_all(&keys::products(account)).await?;
        items.into_iter().map(value).collect()
    }
}
