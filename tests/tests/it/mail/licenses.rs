//! Licences' mails: in the words of a resource, to whom the licence is made out to, with what was asked for.

use latchkey_core::domain::mail::MailState;
use mail_parser::MimeHeaders as _;
use serde_json::{Value, json};

use super::{ADDRESS, Stage, parsed};

/// A licence of a template that is signed; its number and its key.
async fn license(stage: &Stage) -> (i64, String) {
    let post = async |path: &str, body: Value| stage.staff.post(path, &body).send(&stage.world).await.done();
    let product = post("/v1/products", json!({"product": {"name": "Acme Tool", "code": "ACME", "url": "https://example.com/tool"}})).await;
    let signer = post("/v1/resources", json!({"resource": {"name": "Keys", "type": "Ed25519"}})).await["resourceId"].clone();
    let template = json!({
        "name": "Professional", "productId": product["productId"], "licenseType": "Professional", "licensingMode": 1, "expireDays": 365,
        "licenseFileName": "acme.lic", "fields": [{"name": "Region", "value": "EU"}], "features": [{"id": "export", "name": "Export <all>"}],
        "signatureKeysId": signer,
    });
    let template = post("/v1/license-templates", json!({"licenseTemplate": template})).await["templateId"].clone();
    let customer =
        post("/v1/customers", json!({"customer": {"company": "Muster & Söhne", "firstName": "Erika", "lastName": "Mustermann"}})).await;
    let order = post("/v1/orders", json!({"order": {"orderNumber": "O-17", "customerId": customer["customerId"]}})).await;
    let body = json!({"license": {
        "templateId": template, "licenseeName": "Erika <Mustermann>", "licenseeCompany": "Muster & Söhne", "licenseeEmail": ADDRESS,
        "maxAllowedSites": 3, "orderId": order["orderId"],
    }});
    let made = post("/v1/licenses", body).await;
    let key = made["userKey"].as_str().unwrap().to_owned();
    stage.world.keep_secret(&key);
    (made["licenseId"].as_i64().unwrap(), key)
}

async fn words(stage: &Stage, data: &str, form: &str) -> i64 {
    let body = json!({"resource": {"name": "Words", "type": "email", "data": data, "dataFormat": form}});
    stage.staff.post("/v1/resources", &body).send(&stage.world).await.done()["resourceId"].as_i64().unwrap()
}

async fn mail(stage: &mut Stage, license: i64, resource: i64) {
    let body = json!({"licenseId": license, "resourceId": resource});
    stage.staff.post("/v1/email/license", &body).send(&stage.world).await.done();
    stage.queue().await;
    stage.deliver().await;
}

const ALL: &str = "---
subject: {{ product.name }} for {{ licensee.company }}
attach: license
---
<p>{{ licensee.name }}|{{ licensee.company }}|{{ licensee.email }}|{{ product.name }}|{{ product.code }}|{{ product.version }}|{{ product.url }}</p>
<p>{{ key }}|{{ expires }}|{{ download_url }}|{{ license.type }}|{{ license.mode }}|{{ license.state }}|{{ license.seats }}|{{ license.issued }}</p>
<p>{% for feature in features %}{{ feature.name }}{% endfor %}|{{ fields.Region }}|{{ order.number }}|{{ order.date }}|{{ customer.company }}</p>
{% if sender.name %}<p>{{ sender.name }}</p>{% endif %}
";

#[tokio::test]
async fn a_licence_goes_out_in_the_words_of_a_resource_with_its_file() {
    let mut stage = Box::pin(Stage::begin()).await;
    let (license, key) = license(&stage).await;
    let resource = words(&stage, ALL, "HTML").await;
    mail(&mut stage, license, resource).await;
    let taken = stage.taken();
    assert_eq!((taken.len(), &taken[0].to[..]), (1, &[ADDRESS.to_owned()][..]));
    let shown = parsed(&taken[0].bytes);
    assert_eq!(shown.subject(), Some("Acme Tool for Muster & Söhne"));
    assert_eq!(shown.to().unwrap().first().unwrap().name(), Some("Erika <Mustermann>"));
    let body = shown.body_html(0).unwrap().replace("\r\n", "\n");
    let lines: Vec<&str> = body.lines().collect();
    let first =
        "<p>Erika &lt;Mustermann&gt;|Muster &amp; Söhne|erika@example.com|Acme Tool|ACME||https:&#x2f;&#x2f;example.com&#x2f;tool</p>";
    assert_eq!(lines[0], first);
    assert_eq!(lines[1], format!("<p>{key}|2027-11-22||Professional|activation|active|3|2026-11-22</p>"));
    assert_eq!(lines[2], "<p>Export &lt;all&gt;|EU|O-17|2026-11-22|Muster &amp; Söhne</p>");
    let attached = shown.attachments().next().unwrap();
    assert_eq!(attached.attachment_name(), Some("acme.lic"));
    let list = stage.staff.get("/v1/licenses", &[("select", "licenseKey"), ("filter", &format!("Id = {license}"))]);
    let signed = list.send(&stage.world).await.done()["licenses"][0]["licenseKey"].as_str().unwrap().to_owned();
    assert_eq!(attached.contents(), signed.as_bytes(), "the file is what is signed anyway");
    assert_eq!(stage.log().await[0], "Mail 1 was sent");
    assert!(!stage.log().await.concat().contains(&key));
}

#[tokio::test]
async fn a_text_is_text_and_leads_to_the_package_where_there_is_one() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.world.publish(&stage.vendor, "1.0.0").await;
    let name = "Erika <Mustermann>".parse().unwrap();
    let licensee = Some(latchkey_core::domain::license::Licensee { name, email: Some(ADDRESS.parse().unwrap()) });
    let license = stage.world.license(&stage.vendor, |new| new.licensee = licensee).await;
    let resource = words(
        &stage,
        "Dear {{ licensee.name }},\n{{ download_url }}\n{{ product.version }}\n{{ order.number if order else 'none' }}\n",
        "text",
    )
    .await;
    mail(&mut stage, i64::from(license.id.get()), resource).await;
    let taken = stage.taken();
    let shown = parsed(&taken[0].bytes);
    assert_eq!(shown.subject(), Some(format!("Your license for {}", stage.vendor.product.name.as_str()).as_str()));
    let body = shown.body_text(0).unwrap().replace("\r\n", "\n");
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!((lines[0], lines[2], lines[3]), ("Dear Erika <Mustermann>,", "1.0.0", "none"));
    assert_eq!(shown.attachment_count(), 0);
    let url = url::Url::parse(lines[1]).unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let redirect = latchkey_tests::exchange::get(url.path(), &query).send(&stage.world).await;
    assert_eq!(redirect.status, 302, "the link leads to the package");
}

#[tokio::test]
async fn words_that_are_none_are_given_up_at_once_and_the_line_is_said() {
    for (data, why, said) in [
        ("<p>\n{{ licensee.nme }}", "unknown name", "line 2: unknown name"),
        ("---\nsubject: x\nbcc: y\n---\n", "setting", "line 3: setting"),
        ("a\n\n{% for x in %}", "syntax", "line 3: syntax"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "too much", "line 1: too much"),
        ("{% for a in range(100000000) %}{% endfor %}", "operation", "line 1: operation"),
        ("{% for f in features recursive %}{{ loop(features) }}{% endfor %}", "", "line 1: "),
        ("{{ 'x' * 3000000000 }}", "too much", "line 1: too much"),
        ("{% include 'secret' %}", "syntax", "line 1: syntax"),
    ] {
        let mut stage = Box::pin(Stage::begin()).await;
        let (license, _) = license(&stage).await;
        let resource = words(&stage, data, "HTML").await;
        mail(&mut stage, license, resource).await;
        let (fate, attempts, reason) = stage.fate().await;
        assert_eq!((fate, attempts), (MailState::GivenUp, 1), "{data}");
        assert!(reason.unwrap().contains(why), "{data}");
        let log = stage.log().await;
        assert!(log[0].starts_with(&format!("Mail 1 was given up: resource {resource} is wrong in {said}")), "{data}: {}", log[0]);
        assert!(stage.taken().is_empty() && stage.tape.mail.is_empty(), "{data}");
    }
}

#[tokio::test]
async fn what_is_gone_or_cannot_be_signed_is_given_up() {
    let mut stage = Box::pin(Stage::begin()).await;
    let name = "Erika".parse().unwrap();
    let licensee = Some(latchkey_core::domain::license::Licensee { name, email: Some(ADDRESS.parse().unwrap()) });
    let unsigned = stage.world.license(&stage.vendor, |new| new.licensee = licensee).await;
    let number = i64::from(unsigned.id.get());
    let signing = words(&stage, "---\nattach: license\n---\nx", "HTML").await;
    mail(&mut stage, number, signing).await;
    let plain = words(&stage, "x", "HTML").await;
    let body = json!({"licenseId": number, "resourceId": plain});
    stage.staff.post("/v1/email/license", &body).send(&stage.world).await.done();
    stage.staff.delete(&format!("/v1/resources/{plain}")).send(&stage.world).await.done();
    stage.queue().await;
    stage.deliver().await;
    let empty = words(&stage, "", "HTML").await;
    mail(&mut stage, number, empty).await;
    let last = words(&stage, "x", "HTML").await;
    stage.staff.post("/v1/email/license", &json!({"licenseId": number, "resourceId": last})).send(&stage.world).await.done();
    stage.staff.delete(&format!("/v1/licenses/{number}")).send(&stage.world).await.done();
    stage.queue().await;
    stage.deliver().await;
    let fates: Vec<_> = stage.mails().await.into_iter().map(|mail| (mail.state, mail.why.unwrap().as_str().to_owned())).collect();
    let given_up = |why: &str| (MailState::GivenUp, why.to_owned());
    assert_eq!(fates, [given_up("signature key"), given_up("resource"), given_up("text"), given_up("license")]);
    assert!(stage.taken().is_empty());
}
