//! Releases, and those who are told of them.

use std::io::Write as _;

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Tool, plugin, publish, rejected, stack};

#[tokio::test(flavor = "multi_thread")]
async fn publishing_can_be_run_again_after_whatever_came_of_it() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let wrong = plugin(folder.path(), "wrong.zip", "0.9.0");
    let right = plugin(folder.path(), "right.zip", "1.0.0");
    let (status, error) = tool.error(&publish("1.0.0", &wrong));
    assert_eq!((status, &error["code"]), (Some(1), &json!("version_differs")));
    assert_eq!(error["message"], "the package says that it is version 0.9.0, and the release is 1.0.0");
    let broken = folder.path().join("broken.zip");
    std::fs::write(&broken, "no zip").unwrap();
    assert_eq!(tool.code(&publish("1.0.0", &broken)), rejected("package_rejected"));
    assert_eq!(tool.json("release list --account 1 --product 1")["releases"][0]["state"], "draft");

    let published = tool.json(&format!("{} --changelog first", publish("1.0.0", &right)));
    assert_eq!(published["state"], "published");
    assert_eq!(tool.json(&publish("1.0.0", &right)), published);
    assert_eq!(tool.code(&publish("1.0.0", &wrong)), rejected("version_in_use"));

    let newer = tool.json(&publish("1.1.0", &plugin(folder.path(), "newer.zip", "1.1.0")));
    assert_eq!(newer["current"], true);
    let versions = |list: &Value| list["releases"].as_array().unwrap().iter().map(|release| release["version"].clone()).collect::<Vec<_>>();
    assert_eq!(versions(&tool.json("release list --account 1 --product 1")), ["1.1.0", "1.0.0"]);
    let yanked = tool.json("release yank --account 1 --product 1 --version 1.1.0 --why broken");
    assert_eq!((&yanked["state"], &yanked["current"], &yanked["why"]), (&json!("yanked"), &json!(false), &json!("broken")));
    assert_eq!(tool.json("product show --account 1 --product 1")["current_version"], "1.0.0");
    assert_eq!(tool.code("release yank --account 1 --product 1 --version 9.9"), rejected("no_release"));
    assert_eq!(tool.code(&publish("2.0.0", &folder.path().join("none.zip"))), (Some(2), "usage".to_owned()));
    stack.shutdown().await;
}

/// A shop on this machine that takes one push; gives its address, and what it was sent.
fn shop() -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let site = format!("http://{}/shop", listener.local_addr().unwrap());
    let taken = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut bytes = [0; 4_096];
        while !request.ends_with(b"}") {
            let count = std::io::Read::read(&mut stream, &mut bytes).unwrap();
            request.extend_from_slice(&bytes[..count]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        String::from_utf8(request).unwrap()
    });
    (site, taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_published_and_its_sites_are_told() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let (site, taken) = shop();
    let issued = tool.json("license issue --account 1 --product 1 --key PUSH-KEY-0001");
    let key = LicenseKey::parse(issued["key"].as_str().unwrap()).unwrap();
    let device = Device::parse(&site).unwrap();
    activate(stack.core(), Activate { key: &key, product: ProductClaim::Any, device: &device, label: None }).await.unwrap();

    let package = plugin(folder.path(), "a.zip", "1.0.0");
    let of = "--account 1 --slug acme-tools --version 1.0.0";
    assert_eq!(tool.code(&format!("notification show {of}")), rejected("no_release"));
    tool.json(&publish("1.0.0", &package));
    assert_eq!(tool.code(&format!("notification show {of}")), rejected("no_notification"));
    assert_eq!(tool.code(&format!("notification cancel {of}")), rejected("no_notification"));
    tool.json(&format!("{} --notify", publish("1.0.0", &package)));
    let shown = tool.json(&format!("notification show {of} --watch"));
    let members = ["state", "sites", "sent", "failed", "pending"].map(|name| shown[name].clone());
    assert_eq!(members, [json!("finished"), json!(1), json!(1), json!(0), json!(0)]);
    let request = taken.join().unwrap();
    assert!(request.starts_with("POST /shop/wp-json/acme-tools/v1/software/update HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-license-key: PUSH-KEY-0001\r\n"), "{request}");
    assert!(request.contains(r#""version":"1.0.0""#) && request.contains(r#""file":"acme-tools.zip""#), "{request}");

    assert_eq!(tool.json(&format!("release notify {of} --watch"))["sent"], 1, "nobody is told twice");
    assert_eq!(tool.code(&format!("notification cancel {of}")), rejected("finished"));
    assert_eq!(tool.json("notification list --account 1 --slug acme-tools")["notifications"][0]["version"], "1.0.0");
    assert!(tool.text("notification list --account 1 --slug acme-tools").contains("finished"));
    tool.json(&publish("2.0.0", &plugin(folder.path(), "b.zip", "2.0.0")));
    assert_eq!(tool.code(&format!("release notify {of}")), rejected("not_current"));
    stack.shutdown().await;
}
