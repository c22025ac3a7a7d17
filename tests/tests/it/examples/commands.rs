//! The lines to paste of the READMEs: every one is answered with a yes.

use std::io::Write as _;

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::text::Email;
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_tests::exchange::post_form;
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;

use super::documents::blocks;
use super::{Folder, Front, root, run, world};
use crate::bytex::CREATE_TOKEN;

const KEY: &str = "TEST-0001";

/// What stands in the READMEs for what everybody has of their own, and what it is here. Longer ones come before what is in them.
async fn own(world: &World, front: &Front) -> Vec<(&'static str, String)> {
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, KEY, None).await;
    world.publish(&vendor, "1.1.0").await;
    let email = Email::parse("vendor@example.com").unwrap();
    let new = NewApiKey { email, roles: Some(Role::Administrator.into()), ..new_api_key(Permissions::ALL) };
    let api_key = world.create_api_key(&vendor, new).await.secret.expose().to_owned();
    let name = "Erika Mustermann".parse().unwrap();
    let customer = world.core.table.create_customer(vendor.account, name, None, world.core.now()).await.unwrap();
    let user = format!("K{:09}", customer.id.get());
    let sku = vendor.product.code.to_string();
    let token = post_form(CREATE_TOKEN, &[("InternalUserIdentifier", &user), ("ProductSku", &sku)]).header("authorization", &api_key);
    let token = token.send(world).await.json()["response"]["token"].as_str().unwrap().to_owned();
    world.keep_secret(&token);
    vec![
        ("https://licenses.example.com", front.url()),
        ("http://127.0.0.1:8080", front.url()),
        ("API_KEY", api_key),
        ("LicenseKey=KEY", format!("LicenseKey={KEY}")),
        ("Key\":\"KEY", format!("Key\":\"{KEY}")),
        ("key=KEY", format!("key={KEY}")),
        ("license_number=KEY", format!("license_number={KEY}")),
        ("Token=TOKEN", format!("Token={token}")),
        ("K109025530", user),
        ("ProductSku=SKU", format!("ProductSku={sku}")),
        ("product_id=ID", format!("product_id={sku}")),
        ("package=my-plugin", format!("package={}", vendor.product.slug)),
        ("$api/3", format!("$api/{}", license.id)),
        ("\"productId\":1", format!("\"productId\":{}", vendor.product.id)),
        // The first of a new account.
        ("RESOURCE", "1".to_owned()),
        ("TEMPLATE", "1".to_owned()),
    ]
}

#[tokio::test]
async fn every_line_to_paste_is_answered_with_a_yes() {
    for document in ["README.md", "functions/babel/README.md", "functions/bytex/README.md", "functions/cscart/README.md"]
        .into_iter()
        .chain(["functions/sellcodes/README.md", "functions/woosa/README.md"])
    {
        let world = world().await;
        let front = Front::open(&world).await;
        let (own, folder) = (own(&world, &front).await, Folder::new());
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        // Downloads go where they are swept up. What is answered with a no ends the script.
        let mut script =
            format!("set -euo pipefail\ncd '{}'\ncurl() {{ command curl --fail-with-body -S \"$@\"; }}\n", folder.file("").display());
        let mut lines = 0;
        for (_, block) in blocks(&text).into_iter().filter(|(language, block)| *language == "sh" && block.contains("curl ")) {
            for line in block.lines().filter(|line| !line.starts_with("cargo ")) {
                let line = own.iter().fold(line.to_owned(), |line, (theirs, ours)| line.replace(theirs, ours));
                lines += usize::from(line.contains("curl "));
                script.push_str(&line);
                script.push('\n');
            }
        }
        assert!(lines > 3, "{document} has no lines to paste");
        let Some(output) = run("bash", &["-xc", &script], &[]).await else { return };
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.code() == Some(127) {
            // It is named on the last line: curl or python3 is not there.
            let missing = stderr.lines().last().unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "skipped: every_line_to_paste_is_answered_with_a_yes ({missing})");
            return;
        }
        assert!(output.status.success(), "{document}: {stderr}\n{stdout}");
        assert!(!["\"success\":false", "Activation_ok\":false"].iter().any(|no| stdout.contains(no)), "{document}: {stdout}");
    }
}
