//! Writing a licence's mail: from the licence as it is now, in the words of a resource.
//!
//! What the words may name, where nothing is said with nothing behind it:
//!
//! | name | what |
//! |---|---|
//! | `licensee.name`, `.company`, `.email` | who it is made out to |
//! | `product.name`, `.code`, `.version`, `.url`, `.docs_url` | what for, by its name on the licence; the version is the one that is offered now |
//! | `key` | what opens it |
//! | `expires` | the day after the last one, such as `2027-01-31`; nothing where it never ends |
//! | `download_url` | where the product's package can be fetched as long as the licence holds; nothing where there is none |
//! | `license.id`, `.number`, `.type`, `.mode`, `.state` | its public name, its number, its sort; `activation`, `floating` or `file`; `active` and so on |
//! | `license.seats`, `.issued`, `.support_expires` | how many may use it (nothing: any number), two days |
//! | `features` | a list of `id`, `name`, `description`, `expires` |
//! | `fields` | values by their names |
//! | `order.number`, `.date`, `.purchase_order` | `order` is nothing where there is none |
//! | `customer.name`, `.company`, `.code` | `customer` is nothing where there is none |
//! | `sender.name` | the account's setting |

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::rejected::Rejected;
use super::sign_license::{form_of, sign_license};
use super::signing_key::{SignatureKeys, signing_key};
use crate::config::PublicUrl;
use crate::core::Core;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, LicenseId, PackageId, ResourceId};
use crate::domain::license::{License, Licensee};
use crate::domain::mail::{Attachment, FileName, Letter, MediaType, Recipient};
use crate::domain::order::Order;
use crate::domain::product::Product;
use crate::domain::resource::{Resource, ResourceBody};
use crate::domain::seat::SeatLimit;
use crate::domain::setting::Settings;
use crate::domain::template::Template;
use crate::domain::terms::{Content, Wording};
use crate::domain::text::{Line, WebUrl};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::post::{Spoilt, Words};
use crate::signing::Form;
use crate::table::Freshness;

/// Where a package can be fetched by a licence's key: some dialect's address.
pub type PackageLink = fn(&PublicUrl, &License, PackageId) -> String;

/// A licence's mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// To whom.
    pub to: Recipient,
    /// What it is about.
    pub subject: Line<255>,
    /// What it says.
    pub letter: Letter,
}

/// Why there is no such mail.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// The resource is not the words of a mail.
    #[error(transparent)]
    Words(#[from] Spoilt),
    /// Something that it needs is not there any more, or was not made so that it could be: a word of ours.
    #[error("no mail for want of: {0}")]
    Wanting(&'static str),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[derive(Serialize)]
struct Variables<'a> {
    licensee: LicenseeOf<'a>,
    product: ProductOf<'a>,
    key: &'a str,
    expires: Option<String>,
    download_url: Option<String>,
    license: LicenseOf<'a>,
    features: Vec<FeatureOf<'a>>,
    fields: BTreeMap<&'a str, &'a str>,
    order: Option<OrderOf<'a>>,
    customer: Option<CustomerOf<'a>>,
    sender: SenderOf<'a>,
}

#[derive(Serialize)]
struct LicenseeOf<'a> {
    name: Option<&'a str>,
    company: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct ProductOf<'a> {
    name: &'a str,
    code: &'a str,
    version: Option<&'a str>,
    url: Option<&'a str>,
    docs_url: Option<&'a str>,
}

#[derive(Serialize)]
struct LicenseOf<'a> {
    id: Option<&'a str>,
    number: u32,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    mode: &'static str,
    state: &'static str,
    seats: Option<u32>,
    issued: String,
    support_expires: Option<String>,
}

#[derive(Serialize)]
struct FeatureOf<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    expires: Option<String>,
}

#[derive(Serialize)]
struct OrderOf<'a> {
    number: &'a str,
    date: String,
    purchase_order: Option<&'a str>,
}

#[derive(Serialize)]
struct CustomerOf<'a> {
    name: &'a str,
    company: Option<&'a str>,
    code: &'a str,
}

#[derive(Serialize)]
struct SenderOf<'a> {
    name: Option<&'a str>,
}

/// Writes it.
pub async fn write_license_mail(
    core: &Core,
    keys: &SignatureKeys,
    link: PackageLink,
    settings: &Settings,
    account: AccountId,
    license: LicenseId,
    resource: ResourceId,
) -> Result<Written, Unwritten> {
    let table = &core.table;
    let (license, resource_found, data) = tokio::join!(
        Box::pin(table.license(account, license)),
        Box::pin(table.record::<Resource>(account, resource.get(), Freshness::Strong)),
        Box::pin(table.resource_body(account, resource)),
    );
    let license = license?.ok_or(Unwritten::Wanting("license"))?;
    let resource = resource_found?.ok_or(Unwritten::Wanting("resource"))?;
    let Some(ResourceBody::Data { data }) = data? else { return Err(Unwritten::Wanting("text")) };
    let to = addressee(&license).ok_or(Unwritten::Wanting("address"))?;
    let words = Words::parse(&data, is_html(&resource))?;

    let (product, content, order, customer) = tokio::join!(
        Box::pin(table.product(account, license.product, Freshness::Strong)),
        Box::pin(table.content(account, &license.terms.content)),
        Box::pin(async {
            match license.order_line {
                Some(of) => table.order(account, of.order).await,
                None => Ok(None),
            }
        }),
        Box::pin(async {
            match license.customer {
                Some(customer) => table.customer(account, customer).await,
                None => Ok(None),
            }
        }),
    );
    let product = product?.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence leads to no product"))?;
    let (content, order, customer) = (content?, order?, customer?);
    let link = product.current.as_ref().map(|current| link(&core.public_url, &license, current.published.package.id));
    let rendered = words.render(&variables(&license, &product, &content, order.as_ref(), customer.as_ref(), settings, link))?;
    let attachments = if words.attach_license { vec![signed(core, keys, &license, &content).await?] } else { Vec::new() };
    let letter = Letter { body: rendered.body, is_html: is_html(&resource), attachments };
    Ok(Written { to, subject: rendered.subject, letter })
}

/// To whoever it is made out to.
fn addressee(license: &License) -> Option<Recipient> {
    let Licensee { name, email } = license.licensee.as_ref()?;
    let name = Some(name.clone()).filter(|_| !license.terms.is_unnamed);
    Some(Recipient { name, email: email.clone()? })
}

/// A resource of the type `email` is HTML (contracts §5); one whose `dataFormat` is text is text.
fn is_html(resource: &Resource) -> bool {
    let form = resource.data_format.as_ref().map_or("", |form| form.as_str());
    !["text", "txt", "text/plain", "plain"].iter().any(|text| form.eq_ignore_ascii_case(text))
}

fn variables<'a>(
    license: &'a License,
    product: &'a Product,
    content: &'a Content,
    order: Option<&'a Order>,
    customer: Option<&'a Customer>,
    settings: &'a Settings,
    download_url: Option<String>,
) -> Variables<'a> {
    let terms = &license.terms;
    let named = license.licensee.as_ref().filter(|_| !terms.is_unnamed);
    let stated = content.product.as_ref().map(|product| product.name.as_str()).filter(|name| !name.is_empty());
    let day = |moment: Option<Timestamp>| moment.map(Timestamp::date);
    Variables {
        licensee: LicenseeOf {
            name: named.map(|licensee| licensee.name.as_str()),
            company: terms.company.as_ref().map(Line::as_str),
            email: license.licensee.as_ref().and_then(|licensee| Some(licensee.email.as_ref()?.as_str())),
        },
        product: ProductOf {
            name: stated.unwrap_or(product.name.as_str()),
            code: product.code.as_str(),
            version: product.current.as_ref().map(|current| current.version.as_str()),
            url: product.url.as_ref().map(WebUrl::as_str),
            docs_url: product.docs_url.as_ref().map(WebUrl::as_str),
        },
        key: license.key.expose(),
        expires: day(license.validity.until),
        download_url,
        license: LicenseOf {
            id: terms.name.as_ref().map(Line::as_str),
            number: license.id.get(),
            kind: terms.kind.as_ref().map(Line::as_str),
            mode: license.mode.name(),
            state: license.state.standing().name(),
            seats: match license.seat_limit {
                SeatLimit::Limited(seats) => Some(seats),
                SeatLimit::Unlimited => None,
            },
            issued: terms.issued.unwrap_or(license.created).date(),
            support_expires: day(terms.support_until),
        },
        features: content
            .features
            .iter()
            .map(|feature| FeatureOf {
                id: feature.id.as_str(),
                name: feature.name.as_str(),
                description: feature.description.as_str(),
                expires: day(feature.until),
            })
            .collect(),
        fields: content.fields.iter().map(|field| (Wording::as_str(&field.name), Wording::as_str(&field.value))).collect(),
        order: order.map(|order| OrderOf {
            number: order.reference.as_str(),
            date: order.placed.date(),
            purchase_order: order.details.purchase_order.as_ref().map(Line::as_str),
        }),
        customer: customer.map(|customer| CustomerOf {
            name: customer.name.as_str(),
            company: customer.profile.company.as_ref().map(Line::as_str),
            code: customer.code.as_str(),
        }),
        sender: SenderOf { name: settings.sender_name.as_ref().map(Line::as_str) },
    }
}

/// The licence as a file: under the name that its template has for it.
async fn signed(core: &Core, keys: &SignatureKeys, license: &License, content: &Content) -> Result<Attachment, Unwritten> {
    let signer = license.terms.signer.ok_or(Unwritten::Wanting("signature key"))?;
    let template = async {
        match license.terms.template {
            Some(template) => core.table.record::<Template>(license.account, template.get(), Freshness::Eventual).await,
            None => Ok(None),
        }
    };
    let (key, template) = tokio::join!(Box::pin(signing_key(core, keys, license.account, signer)), Box::pin(template));
    let key = key.map_err(unsigned)?;
    let text = sign_license(license, content, &key, &core.random).map_err(unsigned)?;
    let (ending, kind) = match form_of(license.terms.format, &key) {
        Form::Xml | Form::XmlDsig => ("xml", "application/xml"),
        Form::Ascii | Form::Base32 => ("lic", "text/plain"),
        Form::File => ("lic", "application/json"),
    };
    let given = template?.and_then(|template| FileName::parse(template.details.file_name?.as_str()).ok());
    let own = license.terms.name.as_ref().and_then(|name| FileName::parse(&format!("{}.{ending}", name.as_str())).ok());
    let usual = || FileName::parse(&format!("license.{ending}")).ok();
    let file_name = given.or(own).or_else(usual).ok_or(Unwritten::Wanting("file name"))?;
    let content_type = MediaType::parse(kind).unwrap_or_else(|_| MediaType::unknown());
    Ok(Attachment { file_name, content_type, content: STANDARD.encode(text) })
}

fn unsigned(rejected: Rejected) -> Unwritten {
    // All else is that it is no key, one of another kind, or that what it would sign is too long.
    if let Rejected::Fault(fault) = rejected { Unwritten::Fault(fault) } else { Unwritten::Wanting("signature key") }
}
