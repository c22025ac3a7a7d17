//! Creating a licence as a vendor's staff do it: from a template, or whole.

use super::issue_license::{NewLicense, issue_license};
use super::rejected::{Rejected, Thing};
use super::templates::{Named, copy_of, find_template, named};
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, OrderId, ProductId, ResourceId, TemplateId};
use crate::domain::key::LicenseKey;
use crate::domain::key::format::{KeyFormat, KeyPattern};
use crate::domain::license::{License, LicenseMode, LicenseState, Licensee, Since, Validity};
use crate::domain::product::Product;
use crate::domain::resource::{Resource, ResourceContent};
use crate::domain::seat::SeatLimit;
use crate::domain::template::Template;
use crate::domain::terms::{Content, Format, Kept, ProductCopy, Terms, Wording, draw_name, usual_key_pattern};
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::table::Freshness;

/// How the PEM text of every public Ed25519 key begins (RFC 8410), and of no other.
const ED25519_PEM: &str = "MCowBQYDK2VwAyEA";

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// What staff say about a new licence.
#[derive(Clone, Debug, Default)]
pub struct CreateLicense {
    /// What it is made from. It says the product, and all that is not said here.
    pub template: Option<TemplateId>,
    /// What it is a licence for, where there is no template.
    pub product: Option<ProductId>,
    /// The key, where it is brought along.
    pub key: Option<LicenseKey>,
    /// How the key looks, where none is brought along.
    pub key_format: Option<KeyFormat>,
    /// Who bought it; the order's customer where nothing is said.
    pub customer: Option<CustomerId>,
    /// The order that it is for: it takes the next free line.
    pub order: Option<OrderId>,
    /// Who is named on it; the customer, or the order's, where nothing is said.
    pub licensee: Option<Licensee>,
    /// The first moment at which it no longer holds.
    pub until: Option<Timestamp>,
    /// How many seats it has; the product's number where nothing is said.
    pub seat_limit: Option<SeatLimit>,
    /// How they are taken.
    pub mode: Option<LicenseMode>,
    /// The form of the signed licence.
    pub format: Option<Format>,
    /// Whether what clients do with it is to be kept.
    pub trace: bool,
    /// Whether it is revoked from the beginning.
    pub is_revoked: bool,
    /// What it says beside. Its template, its format and where its content lies are not said here.
    pub terms: Terms,
    /// What stands in the signed licence.
    pub content: ContentChange,
}

/// What is said of a content; where nothing is said, it stays as it was.
#[derive(Clone, Debug, Default)]
pub struct ContentChange {
    /// The product as the licence states it.
    pub product: Option<ProductChange>,
    /// All else.
    pub rest: Content,
    /// The parts of `rest` that are said, though they may be empty.
    pub said: Said,
}

/// What is said of a product as a licence states it; where nothing is said, it stays as it was.
#[derive(Clone, Debug, Default)]
pub struct ProductChange {
    /// Its public name.
    pub id: Option<Wording>,
    /// What it is called.
    pub name: Option<Wording>,
    /// Which version.
    pub version: Option<Wording>,
    /// Whose it is.
    pub copyright: Option<Wording>,
    /// Its page.
    pub url: Option<Wording>,
    /// What it does.
    pub description: Option<Wording>,
}

/// Which parts of a content are said.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one member of a content")]
pub struct Said {
    /// How to reach the licensee.
    pub contact_info: bool,
    /// Where their site is.
    pub licensee_url: bool,
    /// The components.
    pub components: bool,
    /// The assemblies.
    pub assemblies: bool,
    /// The fields.
    pub fields: bool,
    /// The features.
    pub features: bool,
    /// The restrictions.
    pub restrictions: bool,
}

/// Creates a licence and signs nothing. Its cost is that of [`issue_license`]; a content that is neither short nor its template's is
/// written beside, one write unit a kilobyte.
///
/// The key, where none is given: by the template's pattern; or in the product's format, where that is not the usual one (a plugin that
/// finds its server by its key needs such a key); or by the pattern of the existing tools.
pub async fn create_license(core: &Core, account: AccountId, create: CreateLicense) -> Result<License, Rejected> {
    let template = match create.template {
        Some(id) => Some(find_template(core, account, id).await?),
        None => None,
    };
    let product = match &template {
        Some(template) => template.product.ok_or(Rejected::TemplateWithoutProduct)?,
        None => create.product.ok_or(Rejected::NotFound(Thing::Product))?,
    };
    let product = named(core, account, product).await?;
    let now = core.now();
    let details = template.as_ref().map(|template| &template.details);
    let mut terms = create.terms;
    terms.template = create.template;
    if terms.name.is_none() {
        terms.name = Some(draw_name(&core.random).map_err(|error| Fault::corrupt("naming a licence", error))?);
    }
    terms.kind = terms.kind.or_else(|| details.and_then(|details| details.kind.clone()));
    let usual_signer = product.record.as_ref().and_then(|record| record.signature_keys);
    terms.signer = terms.signer.or(details.and_then(|details| details.signer)).or(usual_signer);
    terms.format = create.format.or(details.map(|details| details.format)).unwrap_or_default();
    if let Some(signer) = terms.signer {
        terms.format = format_for(core, account, signer, terms.format).await?;
    }
    terms.description = terms.description.or_else(|| details.and_then(|details| details.description.clone()));
    let issued = terms.issued.unwrap_or(now);
    let after = |days: Option<u32>| days.map(|days| issued.plus_seconds(i64::from(days) * DAY));
    terms.support_until = terms.support_until.or(after(details.and_then(|details| details.support_days)));
    let until = create.until.or(after(details.and_then(|details| details.expire_days)));
    let content = create.content.applied(base(template.as_ref(), &product));
    terms.content = Kept::from(content.bounded()?);
    let key_format = create.key_format.or_else(|| details.and_then(|details| details.key_format.clone()));
    let new = NewLicense {
        key: create.key,
        key_format: Some(key_format.unwrap_or_else(|| usual_key_format(&product.product))),
        customer: create.customer,
        order: create.order,
        licensee: create.licensee,
        validity: Validity { from: None, until },
        seat_limit: create.seat_limit,
        mode: create.mode.or(details.map(|details| details.mode)).unwrap_or_default(),
        trace: create.trace,
        state: if create.is_revoked { LicenseState::Revoked(Since { at: now, why: None }) } else { LicenseState::Active },
        written: template.as_ref().map(|template| template.content.digest()),
        terms,
        ..NewLicense::of(product.product.id)
    };
    issue_license(core, account, new).await
}

/// The format in which a key signs what is to be in `format`: an Ed25519 key signs no XML, so there it is the form of new programs.
/// An RSA key signs nothing in that one.
pub(super) async fn format_for(core: &Core, account: AccountId, signer: ResourceId, format: Format) -> Result<Format, Rejected> {
    let resource: Option<Resource> = core.table.record(account, signer.get(), Freshness::Strong).await?;
    let resource = resource.ok_or(Rejected::NotFound(Thing::Resource))?;
    let ResourceContent::SignatureKey { public } = &resource.content else { return Err(Rejected::NoSignatureKey) };
    match (format, public.contains(ED25519_PEM)) {
        (Format::Xml | Format::XmlDsig, true) => Ok(Format::File),
        (Format::File, false) => Err(Rejected::SignatureKey { wanted: "an Ed25519 key" }),
        (format, _) => Ok(format),
    }
}

/// The content that a licence has of which nothing else is said.
fn base(template: Option<&Template>, product: &Named) -> Content {
    let mut content = template.map(|template| template.content.clone()).unwrap_or_default();
    if content.product.is_none() {
        content.product = Some(copy_of(product));
    }
    content
}

/// What is known of a product, for a licence that does not state it otherwise.
pub async fn stated_product(core: &Core, account: AccountId, product: ProductId) -> Result<ProductCopy, Rejected> {
    Ok(copy_of(&named(core, account, product).await?))
}

fn usual_key_format(product: &Product) -> KeyFormat {
    match &product.key_format {
        // What a product has of which nothing else was said.
        KeyFormat::Groups => KeyPattern::parse(usual_key_pattern().as_str()).map_or(KeyFormat::Groups, KeyFormat::Pattern),
        other @ (KeyFormat::Guid | KeyFormat::Pattern(_) | KeyFormat::Addressed) => other.clone(),
    }
}

impl ContentChange {
    /// `base` with what is said.
    pub fn applied(self, base: Content) -> Content {
        let Self { product, rest, said } = self;
        let Content { product: _, contact_info, licensee_url, components, assemblies, fields, features, restrictions } = rest;
        Content {
            product: match (product, base.product) {
                (Some(product), base) => Some(product.applied(base.unwrap_or_default())),
                (None, base) => base,
            },
            contact_info: if said.contact_info { contact_info } else { base.contact_info },
            licensee_url: if said.licensee_url { licensee_url } else { base.licensee_url },
            components: if said.components { components } else { base.components },
            assemblies: if said.assemblies { assemblies } else { base.assemblies },
            fields: if said.fields { fields } else { base.fields },
            features: if said.features { features } else { base.features },
            restrictions: if said.restrictions { restrictions } else { base.restrictions },
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        let Said { contact_info, licensee_url, components, assemblies, fields, features, restrictions } = self.said;
        let rest = [contact_info, licensee_url, components, assemblies, fields, features, restrictions];
        self.product.is_none() && !rest.contains(&true)
    }
}

impl ProductChange {
    /// `base` with what is said.
    pub fn applied(self, base: ProductCopy) -> ProductCopy {
        let Self { id, name, version, copyright, url, description } = self;
        ProductCopy {
            id: id.unwrap_or(base.id),
            name: name.unwrap_or(base.name),
            version: version.unwrap_or(base.version),
            copyright: copyright.unwrap_or(base.copyright),
            url: url.unwrap_or(base.url),
            description: description.unwrap_or(base.description),
        }
    }
}
