//! Licences and their templates.

mod across;
mod budgets;
mod changing;
mod isolation;
mod listing;
mod making;
mod rubbish;
mod signing;
mod templates;

use latchkey_tests::exchange::{Ask, post_json};
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

const LICENSES: &str = "/v1/licenses";
const TEMPLATES: &str = "/v1/license-templates";
const EMAIL: &str = "erika.mustermann@customer-site.com";

/// Makes a product with this code.
async fn product(world: &World, staff: &Staff, code: &str) -> i64 {
    let product = json!({"product": {"name": "Acme Tool", "code": code, "url": "https://example.com/tool", "slug": code.to_lowercase(), "kind": "plugin"}});
    staff.post("/v1/products", &product).send(world).await.done()["productId"].as_i64().unwrap()
}

/// Makes a signature key of this type.
async fn key(world: &World, staff: &Staff, sort: &str) -> i64 {
    let resource = json!({"resource": {"name": "Keys", "type": sort}});
    staff.post("/v1/resources", &resource).send(world).await.done()["resourceId"].as_i64().unwrap()
}

/// Makes a template with these members beside the usual ones.
async fn template(world: &World, staff: &Staff, product: i64, more: Value) -> i64 {
    let mut template = json!({
        "name": "Professional", "productId": product, "licenseType": "Professional", "licensingMode": 1, "expireDays": 365,
        "supportDays": 90, "issueDate": true, "components": ["Designer"], "fields": [{"name": "Region", "value": "EU"}],
        "features": [{"id": "export", "name": "Export"}],
    });
    template.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = staff.post(TEMPLATES, &json!({"licenseTemplate": template})).send(world).await.done();
    made["templateId"].as_i64().unwrap()
}

/// Makes a licence; its answer.
async fn license(world: &World, staff: &Staff, license: Value) -> Value {
    let made = staff.post(LICENSES, &json!({"license": license})).send(world).await.done();
    world.keep_secret(made["userKey"].as_str().unwrap());
    made
}

/// What a plugin of Woosa's asks to activate a site.
fn activate(package: &str, user_key: &str, site: &str) -> Ask {
    post_json("/wp-json/lmn/v1/license/activate", &json!({"key": user_key, "package": package, "site_url": site}))
}

/// The rows of a list of licences, and how many fit.
async fn listed(world: &World, staff: &Staff, path: &str, query: &[(&str, &str)]) -> (Vec<Value>, i64) {
    let answer = staff.get(path, query).send(world).await.done();
    (answer["licenses"].as_array().unwrap().clone(), answer["totalLicensesCount"].as_i64().unwrap())
}

/// The numbers of the licences that a filter gives.
async fn found(world: &World, staff: &Staff, filter: &str) -> Vec<i64> {
    let (rows, total) = listed(world, staff, LICENSES, &[("filter", filter)]).await;
    assert_eq!(i64::try_from(rows.len()).unwrap(), total, "{filter}");
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// A licence by its number.
async fn one(world: &World, staff: &Staff, id: i64, query: &[(&str, &str)]) -> Value {
    let filter = format!("Id = {id}");
    let (mut rows, total) = listed(world, staff, LICENSES, &[&[("filter", filter.as_str())], query].concat()).await;
    assert_eq!((rows.len(), total), (1, 1));
    rows.remove(0)
}

/// Asks for everything that licences and templates can be asked for, so that whoever watches sees all that it does.
pub(crate) async fn ask_everything(world: &World) {
    let staff = world.administrator().await;
    let product = product(world, &staff, "WATCHED").await;
    let signer = key(world, &staff, "Ed25519").await;
    let fields: Vec<Value> = (0..3).map(|_| json!({"name": "n", "value": "long ".repeat(150)})).collect();
    let long = template(world, &staff, product, json!({"signatureKeysId": signer, "fields": fields})).await;
    let short = template(world, &staff, product, json!({})).await;
    staff.put(TEMPLATES, &json!({"licenseTemplate": {"id": short, "name": "Changed", "code": "W-1"}})).send(world).await.done();
    let (customer, order) = sold(world, &staff).await;
    let said = json!({"templateId": long, "customerId": customer, "maxAllowedSites": -1, "trace": true});
    let made = license(world, &staff, said).await;
    let (id, user_key) = (made["licenseId"].as_i64().unwrap(), made["userKey"].as_str().unwrap());
    assert_eq!(activate("watched", user_key, "https://example.com").send(world).await.status, 200);
    license(world, &staff, json!({"product": {"id": "WATCHED"}, "orderId": order, "fields": fields})).await;
    for limit in [5, 60] {
        let change = json!({"license": {"id": id, "maxAllowedSites": limit, "orderId": order, "licenseeEmail": EMAIL}});
        staff.put(LICENSES, &change).send(world).await.done();
    }
    let all = [("include", "Product, Licensee, Customer.Contacts, Order, Template"), ("select", "Id, LicenseKey, Features"), ("take", "1")];
    for filter in [
        "true".to_owned(),
        format!("OrderId = {order}"),
        format!("CustomerId = {customer}"),
        format!("TemplateId = {long}"),
        format!("LicenseeEmail = \"{EMAIL}\""),
        format!("UserKey = \"{user_key}\""),
        format!("Template.ProductId = {product}"),
        "Product.Name = \"Acme Tool\"".to_owned(),
    ] {
        listed(world, &staff, LICENSES, &[&[("filter", filter.as_str())], &all[..]].concat()).await;
    }
    listed(world, &staff, &format!("{TEMPLATES}/{long}/licenses"), &[("countOnly", "true")]).await;
    for filter in ["Code = \"W-1\"", "Id > 0", "ProductId = 1"] {
        staff.get(TEMPLATES, &[("filter", filter), ("include", "Product")]).send(world).await.done();
    }
    staff.delete(&format!("{TEMPLATES}/{long}")).send(world).await.refused();
    staff.delete(&format!("{TEMPLATES}/{short}")).send(world).await.done();
    staff.delete(&format!("{LICENSES}/{id}")).send(world).await.done();
}

/// Makes a customer and an order of theirs.
async fn sold(world: &World, staff: &Staff) -> (i64, i64) {
    world.keep_secret(EMAIL);
    let customer = json!({"customer": {"firstName": "Erika", "lastName": "Mustermann", "email": EMAIL}});
    let customer = staff.post("/v1/customers", &customer).send(world).await.done()["customerId"].as_i64().unwrap();
    let order = staff.post("/v1/orders", &json!({"order": {"customerId": customer}})).send(world).await.done();
    (customer, order["orderId"].as_i64().unwrap())
}
