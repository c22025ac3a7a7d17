//! The license template on the wire (seed 004, "GET /v1/license-templates").

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::template::Template;
use latchkey_core::query::{Answers, Gives, Index};

use super::license::mode_number;
use super::license_content::{
    LICENSE_PRODUCT, LicenseAssembly, LicenseAssemblyGiven, LicenseFeature, LicenseFeatureGiven, LicenseField, LicenseFieldGiven,
    LicenseProduct, LicenseProductGiven, LicenseRestriction, LicenseRestrictionGiven, Lists,
};
use super::{entity, given, number, shown};
use crate::error::Error;
use crate::list::{Fill, Wanted};

entity! {
    /// What licenses are made from.
    LicenseTemplate, LICENSE_TEMPLATE: "LicenseTemplate", key "id", list "licenseTemplates";
    members {
        /// Its number.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// The vendor's own code for it, unique in the account.
        "code" code: String,
        /// What sort of license it is, in the vendor's words.
        "licenseType" license_type: String,
        /// The form of the signed license: 0 XML, 1 XML with a signature of the W3C, 2 ASCII, 3 BASE32, 4 (ours) a license file signed with Ed25519.
        "format" format: i32,
        /// 0 file, 1 activation, 2 floating.
        "licensingMode" licensing_mode: i32,
        /// What a program calls the file with the signed license.
        "licenseFileName" license_file_name: String,
        /// Whether its licenses state a day of issue.
        "issueDate" issue_date: bool,
        /// After how many days a license ends; 0 for never.
        "expireDays" expire_days: i32,
        /// After how many days support ends; 0 for never.
        "supportDays" support_days: i32,
        /// Whether the vendor's programs expect the public key in the signature. Kept, and not done.
        "generateKeyInfo" generate_key_info: bool,
        /// The pattern of its licenses' user keys.
        "userKey" user_key: String,
        /// What the staff noted.
        "description" description: String,
        /// A text of the vendor's own tools. Kept, and not interpreted.
        "template" template: String,
        /// The product of its licenses; 0 where none is named.
        "productId" product_id: i32,
        /// The signature key of its licenses; 0 where none is named.
        "signatureKeysId" signature_keys_id: i32,
        /// The release that it was made for; 0 where none is named.
        "releaseId" release_id: i32,
        /// The components that its licenses cover.
        "components" components: Vec<String>,
        /// The assemblies.
        "assemblies" assemblies: Vec<LicenseAssembly>,
        /// What else programs are to know.
        "fields" fields: Vec<LicenseField>,
        /// What its licenses unlock.
        "features" features: Vec<LicenseFeature>,
        /// Where or how they may not be used.
        "restrictions" restrictions: Vec<LicenseRestriction>,
    }
    one {
        /// The product as its licenses state it.
        "product" product: LicenseProduct = LICENSE_PRODUCT,
    }
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["code"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["releaseId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 2 },
        Index { path: &["signatureKeysId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 3 },
        Index { path: &["productId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 4 },
    ]
}

given! {
    /// What may be said of a license template.
    LicenseTemplateGiven {
        /// Its number: which template is to be changed.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// The vendor's own code for it; without, one is drawn for a new one.
        "code" code: String,
        /// What sort of license it is.
        "licenseType" license_type: String,
        /// The form of the signed license.
        "format" format: i32,
        /// 0 file, 1 activation, 2 floating; activation where nothing is said.
        "licensingMode" licensing_mode: i32,
        /// What a program calls the file with the signed license.
        "licenseFileName" license_file_name: String,
        /// Whether its licenses state a day of issue.
        "issueDate" issue_date: bool,
        /// After how many days a license ends; 0 for never.
        "expireDays" expire_days: i32,
        /// After how many days support ends; 0 for never.
        "supportDays" support_days: i32,
        /// Whether the vendor's programs expect the public key in the signature.
        "generateKeyInfo" generate_key_info: bool,
        /// The pattern of its licenses' user keys: at least 64 random bits.
        "userKey" user_key: String,
        /// What the staff noted.
        "description" description: String,
        /// A text of the vendor's own tools.
        "template" template: String,
        /// The product of its licenses.
        "productId" product_id: i32,
        /// The signature key of its licenses.
        "signatureKeysId" signature_keys_id: i32,
        /// The release that it is made for.
        "releaseId" release_id: i32,
        /// The product as its licenses are to state it; what is known of it, where nothing is said.
        "product" product: LicenseProductGiven,
        /// The components that its licenses cover.
        "components" components: Vec<String>,
        /// The assemblies.
        "assemblies" assemblies: Vec<LicenseAssemblyGiven>,
        /// What else programs are to know.
        "fields" fields: Vec<LicenseFieldGiven>,
        /// What its licenses unlock.
        "features" features: Vec<LicenseFeatureGiven>,
        /// Where or how they may not be used.
        "restrictions" restrictions: Vec<LicenseRestrictionGiven>,
    }
}

impl From<Template> for LicenseTemplate {
    fn from(template: Template) -> Self {
        let Template { id, name, code, product, release, details, content, .. } = template;
        let Lists { components, assemblies, fields, features, restrictions } = Lists::from(&content);
        let days = |days: Option<u32>| days.map(number).unwrap_or_default();
        Self {
            id: number(id.get()),
            name: shown(Some(name)),
            code: shown(Some(code)),
            license_type: shown(details.kind),
            format: details.format.number().into(),
            licensing_mode: mode_number(details.mode),
            license_file_name: shown(details.file_name),
            issue_date: details.states_issue,
            expire_days: days(details.expire_days),
            support_days: days(details.support_days),
            generate_key_info: details.key_info,
            user_key: details.key_format.map(|format| pattern(&format)).unwrap_or_default(),
            description: shown(details.description),
            template: shown(details.text),
            product_id: product.map(|id| number(id.get())).unwrap_or_default(),
            signature_keys_id: details.signer.map(|id| number(id.get())).unwrap_or_default(),
            release_id: release.map(|id| number(id.get())).unwrap_or_default(),
            components,
            assemblies,
            fields,
            features,
            restrictions,
            product: content.product.as_ref().map(|product| Box::new(product.into())),
        }
    }
}

/// A template has its product with it.
impl Fill for LicenseTemplate {
    async fn fill(_: &Core, _: AccountId, _: &mut [Self], _: &Wanted) -> Result<(), Error> {
        Ok(())
    }
}

/// The pattern as it was written.
fn pattern(format: &KeyFormat) -> String {
    match format {
        KeyFormat::Pattern(pattern) => pattern.as_str().to_owned(),
        KeyFormat::Groups | KeyFormat::Guid | KeyFormat::Addressed => String::new(),
    }
}
