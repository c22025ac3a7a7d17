//! The signed licence.
//!
//! It is stored nowhere: it is made when it is asked for, from the licence's own terms and its key, neither of which changes by itself.
//! RSA with PKCS#1 v1.5 and Ed25519 give one signature for one content, so the text is the same, byte for byte, whenever it is made,
//! until the licence is changed.

use super::rejected::Rejected;
use crate::domain::license::{License, LicenseMode};
use crate::domain::seat::SeatLimit;
use crate::domain::terms::{self, Content, Format, Wording};
use crate::domain::text::{Email, Line};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::random::Random;
use crate::signing::content as signed;
use crate::signing::{Form, Moment, SigningError, SigningKey, sign};

const WHAT: &str = "signing a licence";

/// A licence signed with `key`, in its own form. An Ed25519 key signs no XML: there the form is that of new programs.
///
/// `content` is the licence's, from [`Table::content`](crate::table::Table::content).
pub fn sign_license(license: &License, content: &Content, key: &SigningKey, random: &Random) -> Result<String, Rejected> {
    let content = content_of(license, content)?;
    let form = form_of(license.terms.format, key);
    sign(form, &content, key, random).map_err(|error| match error {
        SigningError::WrongKind(wanted) => Rejected::SignatureKey { wanted },
        SigningError::TooLarge => Rejected::SignedTooLong,
        SigningError::Broken => Fault::new(FaultKind::Corrupt, WHAT).into(),
    })
}

/// The form in which a key signs what is to be in `format`.
pub fn form_of(format: Format, key: &SigningKey) -> Form {
    match format {
        Format::Xml | Format::XmlDsig | Format::File if key.is_ed25519() => Form::File,
        Format::Xml => Form::Xml,
        Format::XmlDsig => Form::XmlDsig,
        Format::Ascii => Form::Ascii,
        Format::Base32 => Form::Base32,
        Format::File => Form::File,
    }
}

/// What a licence says where it is signed.
pub fn content_of(license: &License, content: &Content) -> Result<signed::Content, Rejected> {
    let License { terms, licensee, .. } = license;
    let named = licensee.as_ref().filter(|_| !terms.is_unnamed);
    let email = licensee.as_ref().and_then(|licensee| licensee.email.as_ref());
    let who = signed::Licensee {
        company: optional(terms.company.as_ref().map(Line::as_str))?,
        contact_info: match &content.contact_info {
            Some(info) => said(info)?,
            None => optional(email.map(Email::as_str))?,
        },
        name: optional(named.map(|licensee| licensee.name.as_str()))?,
        url: content.licensee_url.as_ref().map(said).transpose()?.flatten(),
    };
    Ok(signed::Content {
        id: text(terms.name.as_ref().map_or("", |name| name.as_str()))?,
        issue_date: moment(terms.issued.unwrap_or(license.created)),
        expire_date: license.validity.until.map(moment),
        support_expire_date: terms.support_until.map(moment),
        kind: text(terms.kind.as_ref().map_or("", |kind| kind.as_str()))?,
        mode: Some(match license.mode {
            LicenseMode::File => signed::Mode::File,
            LicenseMode::Activation => signed::Mode::Activation,
            LicenseMode::Floating => signed::Mode::Floating,
        }),
        max_sites: match (license.mode, license.seat_limit) {
            (LicenseMode::File, _) | (_, SeatLimit::Unlimited) => None,
            (LicenseMode::Activation | LicenseMode::Floating, SeatLimit::Limited(seats)) => Some(seats),
        },
        licensee: (who != signed::Licensee::default()).then_some(who),
        product: content.product.as_ref().map(product).transpose()?,
        components: content.components.iter().map(|component| text(component.as_str())).collect::<Result<_, _>>()?,
        features: content.features.iter().map(feature).collect::<Result<_, _>>()?,
        fields: content.fields.iter().map(|field| pair(&field.name, &field.value)).collect::<Result<_, _>>()?,
        restrictions: content.restrictions.iter().map(restriction).collect::<Result<_, _>>()?,
    })
}

fn product(product: &terms::ProductCopy) -> Result<signed::Product, Fault> {
    Ok(signed::Product {
        id: text(product.id.as_str())?,
        name: said(&product.name)?,
        version: said(&product.version)?,
        copyright: said(&product.copyright)?,
        url: said(&product.url)?,
        description: said(&product.description)?,
    })
}

fn feature(feature: &terms::Feature) -> Result<signed::Feature, Fault> {
    Ok(signed::Feature {
        id: text(feature.id.as_str())?,
        name: said(&feature.name)?,
        description: said(&feature.description)?,
        expire_date: feature.until.map(moment),
        key: said(&feature.key)?,
        data: said(&feature.data)?,
    })
}

fn restriction(restriction: &terms::Restriction) -> Result<signed::Restriction, Fault> {
    Ok(signed::Restriction {
        id: text(restriction.id.as_str())?,
        name: said(&restriction.name)?,
        expire_date: restriction.until.map(moment),
        properties: restriction.properties.iter().map(|(name, value)| pair(name, value)).collect::<Result<_, _>>()?,
        content: said(&restriction.content)?,
    })
}

fn pair(name: &Wording, value: &Wording) -> Result<signed::Field, Fault> {
    Ok(signed::Field { name: text(name.as_str())?, value: text(value.as_str())? })
}

/// A text, where it says anything.
fn said(wording: &Wording) -> Result<Option<signed::Text>, Fault> {
    optional(Some(wording.as_str()).filter(|text| !text.is_empty()))
}

fn optional(what: Option<&str>) -> Result<Option<signed::Text>, Fault> {
    what.map(text).transpose()
}

/// What was taken in is what can be signed.
fn text(text: &str) -> Result<signed::Text, Fault> {
    signed::Text::parse(text).map_err(|error| Fault::corrupt(WHAT, error))
}

fn moment(timestamp: Timestamp) -> Moment {
    Moment::from(timestamp)
}
