//! What stands in a signed license, as licenses and templates have it on the wire (seed 004, "GET /v1/licenses").

use std::collections::BTreeMap;

use latchkey_core::domain::terms::{self, Content, Wording};
use latchkey_core::ops::create_license::ProductChange;
use serde::Serialize;

use super::{Moment, entity, given, number};
use crate::body::Given;
use crate::error::Error;

entity! {
    /// A product, as a license states it.
    LicenseProduct, LICENSE_PRODUCT: "Product", key "id", list "products";
    members {
        /// Its public name.
        "id" id: String,
        /// What it is called.
        "name" name: String,
        /// Which version.
        "version" version: String,
        /// Whose it is.
        "copyright" copyright: String,
        /// Its page.
        "url" url: String,
        /// What it does.
        "description" description: String,
    }
    one {}
    many {}
    indexes []
}

entity! {
    /// Who a license is made out to.
    Licensee, LICENSEE: "Licensee", key "name", list "licensees";
    members {
        /// The person.
        "name" name: String,
        /// The company.
        "company" company: String,
        /// How to reach them.
        "contactInfo" contact_info: String,
        /// Their site.
        "url" url: String,
    }
    one {}
    many {}
    indexes []
}

given! {
    /// What a request says of a product that a license states.
    LicenseProductGiven {
        /// Its public name.
        "id" id: String,
        /// What it is called.
        "name" name: String,
        /// Which version.
        "version" version: String,
        /// Whose it is.
        "copyright" copyright: String,
        /// Its page.
        "url" url: String,
        /// What it does.
        "description" description: String,
    }
}

given! {
    /// What a request says of who a license is made out to.
    LicenseeGiven {
        /// The person; `licenseeName` goes before it.
        "name" name: String,
        /// The company; `licenseeCompany` goes before it.
        "company" company: String,
        /// How to reach them.
        "contactInfo" contact_info: String,
        /// Their site.
        "url" url: String,
    }
}

/// An assembly, as a license states it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseAssembly {
    id: i32,
    name: String,
    version: String,
    culture: String,
    public_key_token: String,
    mapping_file_id: i32,
    debug_symbols_key: String,
}

given! {
    /// What a request says of an assembly.
    LicenseAssemblyGiven {
        /// Its number.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
        /// Which version.
        "version" version: String,
        /// For which language it is.
        "culture" culture: String,
        /// The token of the key that it is signed with.
        "publicKeyToken" public_key_token: String,
        /// The resource that tells its names before they were made unreadable.
        "mappingFileId" mapping_file_id: i32,
        /// By what its debug symbols are found.
        "debugSymbolsKey" debug_symbols_key: String,
    }
}

/// A name and its value.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicenseField {
    name: String,
    value: String,
}

given! {
    /// What a request says of a field.
    LicenseFieldGiven {
        /// Its name.
        "name" name: String,
        /// Its value.
        "value" value: String,
    }
}

/// Something that a license unlocks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseFeature {
    id: String,
    name: String,
    description: String,
    expire_date: Option<Moment>,
    key: String,
    data: String,
}

given! {
    /// What a request says of a feature.
    LicenseFeatureGiven {
        /// What the program asks for it by.
        "id" id: String,
        /// What it is called.
        "name" name: String,
        /// What it does.
        "description" description: String,
        /// The first moment at which it is locked again.
        "expireDate" expire_date: Moment,
        /// A key that the program needs for it.
        "key" key: String,
        /// Whatever else it needs.
        "data" data: String,
    }
}

/// Where or how a license may not be used.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseRestriction {
    id: String,
    name: String,
    expire_date: Option<Moment>,
    properties: BTreeMap<String, String>,
    custom_xml_content: String,
}

given! {
    /// What a request says of a restriction.
    LicenseRestrictionGiven {
        /// What the program knows it by.
        "id" id: String,
        /// What it is called.
        "name" name: String,
        /// The first moment at which it no longer restricts.
        "expireDate" expire_date: Moment,
        /// Its particulars.
        "properties" properties: BTreeMap<String, Option<String>>,
        /// Its particulars where they are not names and values.
        "customXmlContent" custom_xml_content: String,
    }
}

/// What of a content is a list, as it is answered.
pub(crate) struct Lists {
    pub(crate) components: Vec<String>,
    pub(crate) assemblies: Vec<LicenseAssembly>,
    pub(crate) fields: Vec<LicenseField>,
    pub(crate) features: Vec<LicenseFeature>,
    pub(crate) restrictions: Vec<LicenseRestriction>,
}

impl From<&Content> for Lists {
    fn from(content: &Content) -> Self {
        let Content { components, assemblies, fields, features, restrictions, .. } = content;
        Self {
            components: components.iter().map(shown).collect(),
            assemblies: assemblies.iter().map(LicenseAssembly::from).collect(),
            fields: fields.iter().map(|field| LicenseField { name: shown(&field.name), value: shown(&field.value) }).collect(),
            features: features.iter().map(LicenseFeature::from).collect(),
            restrictions: restrictions.iter().map(LicenseRestriction::from).collect(),
        }
    }
}

impl From<&terms::ProductCopy> for LicenseProduct {
    fn from(product: &terms::ProductCopy) -> Self {
        let terms::ProductCopy { id, name, version, copyright, url, description } = product;
        let [id, name, version, copyright, url, description] = [id, name, version, copyright, url, description].map(shown);
        Self { id, name, version, copyright, url, description }
    }
}

impl From<&terms::AssemblyCopy> for LicenseAssembly {
    fn from(assembly: &terms::AssemblyCopy) -> Self {
        Self {
            id: number(assembly.id),
            name: shown(&assembly.name),
            version: shown(&assembly.version),
            culture: shown(&assembly.culture),
            public_key_token: shown(&assembly.public_key_token),
            mapping_file_id: number(assembly.mapping_file),
            debug_symbols_key: shown(&assembly.debug_symbols_key),
        }
    }
}

impl From<&terms::Feature> for LicenseFeature {
    fn from(feature: &terms::Feature) -> Self {
        Self {
            id: shown(&feature.id),
            name: shown(&feature.name),
            description: shown(&feature.description),
            expire_date: feature.until.map(Moment),
            key: shown(&feature.key),
            data: shown(&feature.data),
        }
    }
}

impl From<&terms::Restriction> for LicenseRestriction {
    fn from(restriction: &terms::Restriction) -> Self {
        Self {
            id: shown(&restriction.id),
            name: shown(&restriction.name),
            expire_date: restriction.until.map(Moment),
            properties: restriction.properties.iter().map(|(name, value)| (shown(name), shown(value))).collect(),
            custom_xml_content: shown(&restriction.content),
        }
    }
}

impl LicenseProductGiven {
    /// Takes empty texts for ones that are left out: of what is new, they say nothing.
    pub(crate) fn forget_empty(&mut self) {
        let Self { id, name, version, copyright, url, description } = self;
        for member in [id, name, version, copyright, url, description] {
            if matches!(member, Given::Null) || matches!(member, Given::Value(text) if text.trim().is_empty()) {
                *member = Given::Missing;
            }
        }
    }

    /// What it says; `path` is the member's, for errors.
    pub(crate) fn parse(self, path: &str) -> Result<ProductChange, Error> {
        let said = |member: &str, text: Given<String>| text.said().map(|text| wording(&format!("{path}.{member}"), Some(text))).transpose();
        Ok(ProductChange {
            id: said("id", self.id)?,
            name: said("name", self.name)?,
            version: said("version", self.version)?,
            copyright: said("copyright", self.copyright)?,
            url: said("url", self.url)?,
            description: said("description", self.description)?,
        })
    }
}

impl LicenseAssemblyGiven {
    /// The assembly that it stands for.
    pub(crate) fn parse(self, path: &str) -> Result<terms::AssemblyCopy, Error> {
        let said = |member: &str, text: Given<String>| wording(&format!("{path}.{member}"), text.value());
        let held = |number: Given<i32>| number.value().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        Ok(terms::AssemblyCopy {
            id: held(self.id),
            name: said("name", self.name)?,
            version: said("version", self.version)?,
            culture: said("culture", self.culture)?,
            public_key_token: said("publicKeyToken", self.public_key_token)?,
            mapping_file: held(self.mapping_file_id),
            debug_symbols_key: said("debugSymbolsKey", self.debug_symbols_key)?,
        })
    }
}

impl LicenseFieldGiven {
    /// The field that it stands for.
    pub(crate) fn parse(self, path: &str) -> Result<terms::Field, Error> {
        let said = |member: &str, text: Given<String>| wording(&format!("{path}.{member}"), text.value());
        Ok(terms::Field { name: said("name", self.name)?, value: said("value", self.value)? })
    }
}

impl LicenseFeatureGiven {
    /// The feature that it stands for.
    pub(crate) fn parse(self, path: &str) -> Result<terms::Feature, Error> {
        let said = |member: &str, text: Given<String>| wording(&format!("{path}.{member}"), text.value());
        Ok(terms::Feature {
            id: said("id", self.id)?,
            name: said("name", self.name)?,
            description: said("description", self.description)?,
            until: self.expire_date.value().map(|date| date.0),
            key: said("key", self.key)?,
            data: said("data", self.data)?,
        })
    }
}

impl LicenseRestrictionGiven {
    /// The restriction that it stands for.
    pub(crate) fn parse(self, path: &str) -> Result<terms::Restriction, Error> {
        let said = |member: &str, text: Given<String>| wording(&format!("{path}.{member}"), text.value());
        let property = |text: Option<String>| wording(&format!("{path}.properties"), text);
        let properties = self.properties.value().unwrap_or_default().into_iter();
        let properties = properties.map(|(name, value)| Ok((property(Some(name))?, property(value)?)));
        Ok(terms::Restriction {
            id: said("id", self.id)?,
            name: said("name", self.name)?,
            until: self.expire_date.value().map(|date| date.0),
            properties: properties.collect::<Result<_, Error>>()?,
            content: said("customXmlContent", self.custom_xml_content)?,
        })
    }
}

/// A text as it is to be signed. Line ends are those of any platform.
pub(crate) fn wording(path: &str, text: Option<String>) -> Result<Wording, Error> {
    let text = text.unwrap_or_default().replace('\r', "");
    Wording::parse(&text).map_err(|error| Error::invalid(path, error))
}

fn shown(wording: &Wording) -> String {
    wording.as_str().to_owned()
}
