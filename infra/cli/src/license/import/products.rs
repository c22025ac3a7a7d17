//! Which of the account's products an export's is.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::product::Product;

use crate::problem::{Exit, Failed, Problem};

/// `name=slug`, or a slug alone for all that nothing else says anything of.
#[derive(Clone, Debug)]
pub(crate) struct ProductArg {
    name: Option<String>,
    slug: String,
}

/// The account's products by what an export may call them.
pub(super) struct Products {
    by_name: HashMap<String, Option<Arc<Product>>>,
    fallback: Option<Arc<Product>>,
    /// Names that are no product's, and how many licences are of it.
    unknown: BTreeMap<String, u64>,
}

/// The most names that are told.
const MOST_UNKNOWN: usize = 100;

impl Products {
    /// Reads the account's products. `has_our_numbers` says that a number is a product's own here.
    pub(super) async fn read(core: &Core, account: AccountId, args: &[ProductArg], has_our_numbers: bool) -> Result<Self, Failed> {
        let products: Vec<_> = core.table.products(account).await?.into_iter().map(Arc::new).collect();
        let mut codes = HashMap::new();
        for product in &products {
            if let Some(record) = core.table.product_record(account, product.id).await? {
                codes.insert(product.id, record.code.as_str().to_owned());
            }
        }
        let mut by_name = HashMap::new();
        // The surer names last, for they replace others; a name of two is nobody's.
        for product in &products {
            let is_free = by_name.insert(plain(product.name.as_str()), Some(Arc::clone(product))).is_none();
            if !is_free {
                by_name.insert(plain(product.name.as_str()), None);
            }
        }
        for product in &products {
            let own = codes.get(&product.id).cloned();
            let numbers = has_our_numbers.then(|| product.id.to_string());
            let names = [own, Some(product.code.as_str().to_owned()), Some(product.slug.as_str().to_owned()), numbers];
            by_name.extend(names.into_iter().flatten().map(|name| (plain(&name), Some(Arc::clone(product)))));
        }
        let mut fallback = None;
        for ProductArg { name, slug } in args {
            let found = products.iter().find(|product| product.slug.as_str() == slug || product.id.to_string() == *slug);
            let product = Arc::clone(found.ok_or_else(|| no_product(slug))?);
            match name {
                Some(name) => drop(by_name.insert(plain(name), Some(product))),
                None => fallback = Some(product),
            }
        }
        Ok(Self { by_name, fallback, unknown: BTreeMap::new() })
    }

    /// The product that is called so.
    pub(super) fn find(&mut self, name: Option<&str>) -> Result<Arc<Product>, String> {
        let known = name.and_then(|name| self.by_name.get(&plain(name)).cloned());
        match (known, &self.fallback, name) {
            (Some(Some(product)), _, _) => Ok(product),
            (None, Some(product), _) => Ok(Arc::clone(product)),
            (None, None, None) => Err("it names no product: say which with --product SLUG".to_owned()),
            (Some(None), _, Some(name)) => Err(format!("two products are called {name:?}: say which with --product {name:?}=SLUG")),
            (_, _, name) => {
                let name = shortened(name.unwrap_or_default());
                if self.unknown.len() < MOST_UNKNOWN || self.unknown.contains_key(&name) {
                    *self.unknown.entry(name.clone()).or_default() += 1;
                }
                Err(format!("no product is {name:?}: say which with --product {name:?}=SLUG"))
            }
        }
    }

    /// What was called by a name that is no product's.
    pub(super) fn unknown(self) -> BTreeMap<String, u64> {
        self.unknown
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

fn shortened(name: &str) -> String {
    name.chars().take(100).collect()
}

fn no_product(slug: &str) -> Problem {
    Problem {
        code: "no_product",
        message: format!("the account has no product {slug:?}"),
        hint: Some("`latchkey product list` tells the slugs; `latchkey product create` makes one".to_owned()),
        exit: Exit::Rejected,
    }
}

impl FromStr for ProductArg {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        // A name may have the sign in it, a slug never has.
        let (name, slug) = match text.rsplit_once('=') {
            Some((name, slug)) => (Some(name.to_owned()), slug.to_owned()),
            None => (None, text.to_owned()),
        };
        if slug.is_empty() { Err("write a slug, or NAME=SLUG") } else { Ok(Self { name, slug }) }
    }
}
