//! The license on the wire (seed 004, "GET /v1/licenses").
//!
//! What is in its own item is always there. What costs more is there where it is asked for by name: navigations with `include`, and
//! with `select` the signed license and the lists that stand in it (the original's list does not expand them either, contracts §5).

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::license::{License as Stored, LicenseMode, LicenseState};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::template::Template;
use latchkey_core::query::{Answers, Gives, Index};

use super::license_content::{
    LICENSE_PRODUCT, LICENSEE, LicenseAssembly, LicenseAssemblyGiven, LicenseFeature, LicenseFeatureGiven, LicenseField, LicenseFieldGiven,
    LicenseProduct, LicenseProductGiven, LicenseRestriction, LicenseRestrictionGiven, Licensee, LicenseeGiven,
};
use super::{CUSTOMER, Customer, LICENSE_TEMPLATE, LicenseTemplate, Moment, ORDER, Order, entity, given, number, shown};
use crate::error::Error;
use crate::licensing::contents::fill_contents;
use crate::list::{Fill, Wanted};
use crate::sales::include;

/// What `maxAllowedSites` says of a license without a limit.
pub(crate) const UNLIMITED: i32 = -1;

entity! {
    /// A license.
    License, LICENSE: "License", key "id", list "licenses";
    members {
        /// Its number.
        "id" id: i32,
        /// Its public name.
        "licenseId" license_id: String,
        /// What sort of license it is, in the vendor's words.
        "licenseType" license_type: String,
        /// The form of the signed license: 0 XML, 1 XML with a signature of the W3C, 2 ASCII, 3 BASE32, 4 (ours) a license file signed with Ed25519.
        "format" format: i32,
        /// What the staff noted.
        "description" description: String,
        /// When it was made.
        "createdAt" created_at: Option<Moment>,
        /// When it was changed last.
        "updatedAt" updated_at: Option<Moment>,
        /// The day of issue that it states.
        "issueDate" issue_date: Option<Moment>,
        /// The first moment at which it no longer holds; null where it never ends.
        "expireDate" expire_date: Option<Moment>,
        /// The first moment at which support is no longer included; null where it always is.
        "supportExpireDate" support_expire_date: Option<Moment>,
        /// Whether it may not be used: revoked, refunded, or suspended through another interface.
        "revoked" revoked: bool,
        /// Whether what clients do with it is kept.
        "trace" trace: bool,
        /// The signed license, where `select` names it.
        "licenseKey" license_key: String,
        /// How many seats it has; -1 for as many as are asked for.
        "maxAllowedSites" max_allowed_sites: i32,
        /// The key that opens it.
        "userKey" user_key: String,
        /// 0 file, 1 activation, 2 floating.
        "licensingMode" licensing_mode: i32,
        /// Who it is made out to.
        "licenseeName" licensee_name: String,
        /// The company that it is made out to.
        "licenseeCompany" licensee_company: String,
        /// Where they are written to.
        "licenseeEmail" licensee_email: String,
        /// A name for what it says: another one after each change.
        "hash" hash: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
        /// What it was made from; 0 where that is nothing.
        "templateId" template_id: i32,
        /// The key that it is signed with; 0 where there is none.
        "signatureKeysId" signature_keys_id: i32,
        /// Who bought it; 0 where nobody is known to have.
        "customerId" customer_id: i32,
        /// The order that it is for; 0 where that is none.
        "orderId" order_id: i32,
        /// The components that it covers, where `select` names them.
        "components" components: Vec<String>,
        /// The assemblies, where `select` names them.
        "assemblies" assemblies: Vec<LicenseAssembly>,
        /// What else programs are to know, where `select` names it.
        "fields" fields: Vec<LicenseField>,
        /// What it unlocks, where `select` names it.
        "features" features: Vec<LicenseFeature>,
        /// Where or how it may not be used, where `select` names it.
        "restrictions" restrictions: Vec<LicenseRestriction>,
    }
    one {
        /// The product as it states it.
        "product" product: LicenseProduct = LICENSE_PRODUCT,
        /// The order that it is for.
        "order" order: Order = ORDER,
        /// Who bought it.
        "customer" customer: Customer = CUSTOMER,
        /// What it was made from.
        "template" template: LicenseTemplate = LICENSE_TEMPLATE,
        /// Who it is made out to, as it states it.
        "licensee" licensee: Licensee = LICENSEE,
    }
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["userKey"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 1 },
        Index { path: &["orderId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 2 },
        Index { path: &["licenseeEmail"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 3 },
        Index { path: &["customerId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 4 },
        Index { path: &["templateId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 5 },
        Index { path: &["template", "productId"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 6 },
    ]
}

given! {
    /// What may be said of a license.
    LicenseGiven {
        /// Its number: which license is to be changed.
        "id" id: i32,
        /// Its public name; drawn for a new one where nothing is said.
        "licenseId" license_id: String,
        /// What sort of license it is.
        "licenseType" license_type: String,
        /// The form of the signed license; 0 is the template's, for a new one that has a template.
        "format" format: i32,
        /// What the staff noted.
        "description" description: String,
        /// The day of issue that it states.
        "issueDate" issue_date: Moment,
        /// The first moment at which it no longer holds.
        "expireDate" expire_date: Moment,
        /// The first moment at which support is no longer included.
        "supportExpireDate" support_expire_date: Moment,
        /// Whether it may not be used. What was revoked stays so.
        "revoked" revoked: bool,
        /// Whether what clients do with it is kept.
        "trace" trace: bool,
        /// How many seats it has; -1 for as many as are asked for, 0 for the product's number or as many as it had.
        "maxAllowedSites" max_allowed_sites: i32,
        /// The key that opens it; made for a new one where nothing is said, and never changed.
        "userKey" user_key: String,
        /// 0 file, 1 activation, 2 floating; the template's, or activation, where nothing is said.
        "licensingMode" licensing_mode: i32,
        /// Who it is made out to; the customer, where nothing is said of a new one.
        "licenseeName" licensee_name: String,
        /// The company that it is made out to.
        "licenseeCompany" licensee_company: String,
        /// Where they are written to.
        "licenseeEmail" licensee_email: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
        /// What it is made from.
        "templateId" template_id: i32,
        /// The key that it is signed with; the template's or the product's, where nothing is said of a new one.
        "signatureKeysId" signature_keys_id: i32,
        /// Who bought it.
        "customerId" customer_id: i32,
        /// The order that it is for.
        "orderId" order_id: i32,
        /// The product as it is to state it. Of a new license without a template, `id` is the code of the product that it is for.
        "product" product: LicenseProductGiven,
        /// Who it is made out to, as it is to state it.
        "licensee" licensee: LicenseeGiven,
        /// The components that it covers. An empty list changes nothing, for lists are answered empty; `null` clears it. So the next four.
        "components" components: Vec<String>,
        /// The assemblies.
        "assemblies" assemblies: Vec<LicenseAssemblyGiven>,
        /// What else programs are to know.
        "fields" fields: Vec<LicenseFieldGiven>,
        /// What it unlocks.
        "features" features: Vec<LicenseFeatureGiven>,
        /// Where or how it may not be used.
        "restrictions" restrictions: Vec<LicenseRestrictionGiven>,
    }
}

impl From<&Stored> for License {
    fn from(license: &Stored) -> Self {
        let terms = &license.terms;
        let licensee = license.licensee.as_ref();
        Self {
            id: number(license.id.get()),
            license_id: shown(terms.name.clone()),
            license_type: shown(terms.kind.clone()),
            format: terms.format.number().into(),
            description: shown(terms.description.clone()),
            created_at: Some(Moment(license.created)),
            updated_at: license.updated.map(Moment),
            issue_date: Some(Moment(terms.issued.unwrap_or(license.created))),
            expire_date: license.validity.until.map(Moment),
            support_expire_date: terms.support_until.map(Moment),
            revoked: license.state != LicenseState::Active,
            trace: license.trace,
            license_key: String::new(),
            max_allowed_sites: match license.seat_limit {
                SeatLimit::Unlimited => UNLIMITED,
                SeatLimit::Limited(seats) => number(seats),
            },
            user_key: license.key.expose().to_owned(),
            licensing_mode: mode_number(license.mode),
            licensee_name: shown(licensee.filter(|_| !terms.is_unnamed).map(|licensee| licensee.name.clone())),
            licensee_company: shown(terms.company.clone()),
            licensee_email: shown(licensee.and_then(|licensee| licensee.email.clone())),
            hash: license.fingerprint(),
            meta: shown(terms.meta.clone()),
            template_id: terms.template.map(|id| number(id.get())).unwrap_or_default(),
            signature_keys_id: terms.signer.map(|id| number(id.get())).unwrap_or_default(),
            customer_id: license.customer.map(|id| number(id.get())).unwrap_or_default(),
            order_id: license.order_line.map(|line| number(line.order.get())).unwrap_or_default(),
            components: Vec::new(),
            assemblies: Vec::new(),
            fields: Vec::new(),
            features: Vec::new(),
            restrictions: Vec::new(),
            product: None,
            order: None,
            customer: None,
            template: None,
            licensee: None,
        }
    }
}

impl Fill for License {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("customer") {
            let customers = include::customers(core, account, rows.iter().map(|row| row.customer_id), &wanted.below("customer")).await?;
            for row in rows.iter_mut() {
                row.customer = customers.get(&row.customer_id).cloned().map(Box::new);
            }
        }
        if wanted.has("order") {
            let orders = include::orders(core, account, rows.iter().map(|row| row.order_id), &wanted.below("order")).await?;
            for row in rows.iter_mut() {
                row.order = orders.get(&row.order_id).cloned().map(Box::new);
            }
        }
        if wanted.has("template") {
            let (ids, below) = (rows.iter().map(|row| row.template_id), wanted.below("template"));
            let templates = include::records::<Template, LicenseTemplate>(core, account, ids, &below, |template| template.id).await?;
            for row in rows.iter_mut() {
                row.template = templates.get(&row.template_id).cloned().map(Box::new);
            }
        }
        if wanted.has("product") || wanted.has("licensee") {
            fill_contents(core, account, rows).await?;
        }
        Ok(())
    }
}

/// `licensingMode` (contracts §5).
pub(crate) fn mode_number(mode: LicenseMode) -> i32 {
    match mode {
        LicenseMode::File => 0,
        LicenseMode::Activation => 1,
        LicenseMode::Floating => 2,
    }
}
