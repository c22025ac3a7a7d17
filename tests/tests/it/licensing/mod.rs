//! Licences and their templates, as a vendor's staff manage them.

mod changes;
mod deleting;
mod made;
mod signed;
mod templates;

use latchkey_core::domain::ids::TemplateId;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::license::License;
use latchkey_core::domain::seat::Device;
use latchkey_core::domain::template::{Template, TemplateDetails};
use latchkey_core::domain::terms::{Content, Feature, Field, Wording};
use latchkey_core::failure::Failure;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::create_license::{CreateLicense, create_license};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::templates::{EditTemplate, TemplateFields, create_template};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

const EMAIL: &str = "erika.mustermann@customer-site.com";

fn wording(text: &str) -> Wording {
    Wording::parse(text).unwrap()
}

/// A content of about 300 bytes.
fn content() -> Content {
    let feature = |id: &str| Feature { id: wording(id), name: wording("What it unlocks"), ..Feature::default() };
    Content {
        components: vec![wording("Designer"), wording("Runtime")],
        features: vec![feature("export"), feature("import")],
        fields: vec![Field { name: wording("Region"), value: wording("EU") }],
        ..Content::default()
    }
}

/// A content of more than a kilobyte.
fn long_content() -> Content {
    Content { fields: vec![Field { name: wording("Text"), value: wording(&"long ".repeat(180)) }; 2], ..content() }
}

fn fields(vendor: &Vendor) -> TemplateFields {
    TemplateFields {
        name: "Professional".parse().unwrap(),
        code: None,
        product: Some(vendor.product.id),
        release: None,
        details: TemplateDetails {
            kind: "Professional".parse().ok(),
            expire_days: Some(365),
            support_days: Some(90),
            states_issue: true,
            ..TemplateDetails::default()
        },
        content: content(),
    }
}

async fn template(world: &World, vendor: &Vendor) -> Template {
    create_template(&world.core, vendor.account, fields(vendor)).await.unwrap()
}

fn edit_template(template: &Template) -> EditTemplate {
    EditTemplate { account: template.account, template: template.id, seen: None }
}

/// A licence from a template, with what `change` makes of the usual one.
async fn from_template(world: &World, template: &Template, change: impl FnOnce(&mut CreateLicense)) -> License {
    from(world, template, template.id, change).await
}

async fn from(world: &World, template: &Template, id: TemplateId, change: impl FnOnce(&mut CreateLicense)) -> License {
    let mut create = CreateLicense { template: Some(id), ..CreateLicense::default() };
    change(&mut create);
    let license = create_license(&world.core, template.account, create).await.unwrap();
    world.keep_secret(license.key.expose());
    license
}

fn edit(license: &License) -> Edit {
    Edit { account: license.account, license: license.id, seen: None }
}

/// Takes a seat with a key, whatever its product.
async fn take(world: &World, key: &LicenseKey, site: &str) -> Result<(), Failure> {
    let device = Device::parse(site).unwrap();
    let ask = Activate { key, product: ProductClaim::Any, device: &device, label: None };
    activate(&world.core, ask).await.map(|_| ())
}
