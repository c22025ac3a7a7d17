//! The WordPress site that sells access to a service, over the BYTEX vendor API.

use std::ffi::OsStr;

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_tests::proxy::{Fault, Rule};
use serde_json::Value;

use super::super::{Folder, Front, run, world};
use crate::bytex::{KEY, Shop};

/// The site. It knows the vendor's API key.
struct Service {
    folder: Folder,
    api_key: String,
    server: String,
}

impl Service {
    /// Lets the site do something (`tests/php/service.php` knows what), so many seconds after what it did last.
    async fn does(&self, later: u32, what: &str, more: &str) -> Option<Value> {
        let (state, later) = (self.folder.file("site"), later.to_string());
        let variables = [
            ("SITE_PLUGINS", OsStr::new("")),
            ("SITE_STATE", state.as_os_str()),
            ("SITE_HOME", OsStr::new("https://service.example.com")),
            ("SITE_SERVER", OsStr::new(&self.server)),
            ("SITE_API_KEY", OsStr::new(&self.api_key)),
            ("SITE_LATER", OsStr::new(&later)),
        ];
        let output = run("php", &["tests/php/service.php", what, more], &variables).await?;
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{what}: {stdout}{stderr}");
        Some(serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{what}: {error}: {stdout}{stderr}")))
    }
}

#[tokio::test]
async fn a_customer_of_the_market_is_let_in_for_as_long_as_a_licence_is_valid() {
    let world = world().await;
    let market = Shop::new(&world).await;
    let front = Front::open(&world).await;
    let service = Service { folder: Folder::new(), api_key: market.api_key.clone(), server: front.url() };
    let license = market.license(&world, |new| new.key = LicenseKey::parse(KEY).ok()).await;

    let token = market.token(&world).await;
    world.table.inject(Rule::every(Fault::Status(503)));
    let Some(during) = service.does(0, "arrive", &token).await else { return };
    assert!(during["result"].as_str().unwrap().starts_with("503 We cannot log you in just now."), "{during}");
    world.table.clear();
    let arrived = service.does(0, "arrive", &token).await.unwrap();
    assert_eq!(
        (&arrived["result"], &arrived["user"], &arrived["users"]),
        (&"/service?view=all".into(), &1.into(), &serde_json::json!(["Erika Mustermann"]))
    );
    let again = service.does(0, "arrive", &token).await.unwrap();
    assert!(again["result"].as_str().unwrap().starts_with("403 This link has been used"), "{again}");
    let returned = service.does(0, "arrive", &market.token(&world).await).await.unwrap();
    assert_eq!((&returned["user"], returned["users"].as_array().unwrap().len()), (&1.into(), 1), "the same customer is the same user");

    let told = |answer: &Value| (answer["result"].as_bool().unwrap(), answer["requests"].as_u64().unwrap());
    assert_eq!(told(&service.does(0, "ask", "0").await.unwrap()), (false, 0), "whoever is not logged in");
    assert_eq!(told(&service.does(0, "ask", "1").await.unwrap()), (true, 1));
    assert_eq!(told(&service.does(60, "ask", "1").await.unwrap()), (true, 0), "an answer counts for an hour");

    world.table.inject(Rule::every(Fault::Status(503)));
    assert_eq!(told(&service.does(3_600, "ask", "1").await.unwrap()), (true, 1), "a fault changes nothing");
    assert_eq!(told(&service.does(60, "ask", "1").await.unwrap()), (true, 0), "and is not asked again at once");
    assert_eq!(told(&service.does(3 * 86_400, "ask", "1").await.unwrap()), (false, 1), "for three days");
    world.table.clear();
    assert_eq!(told(&service.does(3_600, "ask", "1").await.unwrap()), (true, 1));

    assert_eq!(service.does(0, "key", KEY).await.unwrap()["result"], true);
    assert_eq!(service.does(0, "key", "no-such-key").await.unwrap()["result"], false);
    revoke_license(&world.core, Edit { account: license.account, license: license.id, seen: None }, None).await.unwrap();
    assert_eq!(told(&service.does(3_600, "ask", "1").await.unwrap()), (false, 1));
    assert_eq!(service.does(0, "key", KEY).await.unwrap()["result"], false);

    let stranger = Service { api_key: "not-the-key".to_owned(), ..service };
    assert_eq!(stranger.does(0, "key", KEY).await.unwrap()["result"], "my_service_no_answer");
}
