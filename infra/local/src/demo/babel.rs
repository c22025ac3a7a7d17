//! The Babel part of the story: a vendor's staff make licences from a template, and a program is licensed by one.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::webhook::System;
use super::{DemoError, Story, json_of, same};
use crate::seed::{Demo, DemoApiKey, PLUGIN, SeedError};
use crate::stack::Stack;

/// The words of the demo's mail.
const WORDS: &str = "---\nsubject: Your license for {{ product.name }}\nattach: license\n---\n<p>Dear {{ licensee.name }}, your key is <b>{{ key }}</b>.</p>\n";

/// How often it is looked whether the mail was sent, and how long that waits in between: ten seconds altogether.
const LOOKS: u32 = 200;
const LOOK: Duration = Duration::from_millis(50);

/// Plays this part with a licence that it makes, and gives the story's back.
pub(super) async fn play(story: &mut Story<'_>, stack: &Stack, demo: &Demo, api_key: &DemoApiKey) -> Result<(), DemoError> {
    let before = story.key.clone();
    let played = Box::pin(manage(story, stack, demo, api_key)).await;
    story.key = before;
    played
}

async fn manage(story: &mut Story<'_>, stack: &Stack, demo: &Demo, DemoApiKey { key, .. }: &DemoApiKey) -> Result<(), DemoError> {
    writeln!(story.out, "\nThe vendor's staff manage licences over the Babel API, and a program is licensed by one.")?;
    let staff = Staff { url: format!("{}/v1", stack.url()), key: key.clone() };
    let products = stack.core().table.products(demo.account).await.map_err(SeedError::from)?;
    let product = products.iter().find(|product| product.slug.as_str() == PLUGIN).map(|product| product.id.get());

    let resource = json!({"resource": {"name": "The demo's signature key", "type": "Ed25519"}});
    let made = staff.post(story, "They have a signature key made", "resources", &resource).await?;
    let template = json!({"licenseTemplate": {
        "name": "A year", "productId": product, "signatureKeysId": made["resourceId"], "licensingMode": 1, "expireDays": 365,
    }});
    let made = staff.post(story, "And a template", "license-templates", &template).await?;
    let template_id = made["templateId"].clone();
    let system = System::open(story, &staff.url, key).await?;
    let license = json!({"license": {"templateId": made["templateId"], "licenseeName": "Erika Mustermann", "licenseeEmail": "erika@example.com", "maxAllowedSites": 1}});
    let made = staff.post(story, "From it they make a licence for one machine", "licenses", &license).await?;
    same("that the licence is signed", made["licenseKey"].as_str().is_some_and(|signed| !signed.is_empty()), true)?;

    system.told(story, &made["licenseId"]).await?;

    let program =
        |machine: &str| json!({"userKey": made["userKey"], "machineId": machine, "clientId": "editor", "clientName": "Editor 1.0"});
    let activated = staff.post(story, "The program is activated on a machine", "license/activate", &program("one")).await?;
    same("the seats taken", &activated["activeClientCount"], &json!(1))?;
    let refused = staff.ask(story, "A second machine finds no seat", "license/activate", &program("two"), StatusCode::FORBIDDEN).await?;
    same("the refusal", &refused["error"], &json!("ServerReachedMaxTokenAllowed"))?;
    let tokens = format!("licenses/{}/tokens", made["licenseId"]);
    let listed = staff.get(story, "They see the first one's token", &tokens).await?;
    same("the token", &listed["licenseTokens"][0]["token"], &activated["licenseToken"])?;
    let found = format!("licenses?filter=TemplateId={template_id}%20and%20LicenseeName.StartsWith(%22Erika%22)");
    let found = staff.get(story, "And look for licences by a condition", &found).await?;
    same("how many there are", &found["totalLicensesCount"], &json!(1))?;
    mail(story, stack, demo, &staff, &made["licenseId"]).await
}

/// The licence is mailed, and the mail is a file here.
async fn mail(story: &mut Story<'_>, stack: &Stack, demo: &Demo, staff: &Staff, license: &Value) -> Result<(), DemoError> {
    let words = json!({"resource": {"name": "The demo's mail", "type": "email", "data": WORDS}});
    let words = staff.post(story, "They write the words of a mail", "resources", &words).await?;
    let body = json!({"licenseId": license, "resourceId": words["resourceId"]});
    staff.post(story, "And have the licence sent in them, with its file", "email/license", &body).await?;
    let file = stack.mail_folder().join(format!("{}-1.eml", demo.account));
    let mut sent = None;
    for _ in 0..LOOKS {
        sent = std::fs::read_to_string(&file).ok();
        if sent.is_some() {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    let sent = sent.unwrap_or_default();
    story.title("The mail lies in the folder of sent mail", &file.display().to_string())?;
    for line in sent.lines().take_while(|line| !line.is_empty()) {
        writeln!(story.out, "   > {line}")?;
    }
    for (what, part) in [
        ("to whom it goes", "To: \"Erika Mustermann\" <erika@example.com>"),
        ("what it is about", "Subject: Your license for "),
        ("the file with it", "Content-Disposition: attachment"),
    ] {
        same(what, sent.contains(part), true)?;
    }
    Ok(())
}

/// The staff's script: where it asks, and its API key, which is not shown.
struct Staff {
    url: String,
    key: String,
}

impl Staff {
    async fn get(&self, story: &mut Story<'_>, title: &str, path: &str) -> Result<Value, DemoError> {
        let url = format!("{}/{path}", self.url);
        story.title(title, &format!("GET {url}"))?;
        let answer = story.http.get_with(&url, &[("x-api-key".to_owned(), self.key.clone())]).await?;
        story.show(&answer)?;
        same("the status", answer.status, StatusCode::OK)?;
        Ok(json_of(&answer))
    }

    async fn post(&self, story: &mut Story<'_>, title: &str, path: &str, body: &Value) -> Result<Value, DemoError> {
        self.ask(story, title, path, body, StatusCode::OK).await
    }

    async fn ask(&self, story: &mut Story<'_>, title: &str, path: &str, body: &Value, status: StatusCode) -> Result<Value, DemoError> {
        let url = format!("{}/{path}", self.url);
        story.title(title, &format!("POST {url} {body}"))?;
        let answer = story.http.post_with(&url, &[("x-api-key".to_owned(), self.key.clone())], body).await?;
        let json = json_of(&answer);
        // A key that was made just now is no more to be shown than the others.
        if let Some(key) = json["userKey"].as_str() {
            key.clone_into(&mut story.key);
        }
        story.show(&answer)?;
        same("the status", answer.status, status)?;
        Ok(json)
    }
}
