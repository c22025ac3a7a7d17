//! The tool against the local stack, as an operator runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use latchkey_core::clock::Clock;
use latchkey_core::domain::api_key::ApiKeySecret;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::authenticate::{Presented, authenticate};
use latchkey_core::random::Random;
use latchkey_local::{Options, Stack, Storage};
use serde_json::{Value, json};
use tempfile::TempDir;

async fn stack() -> Stack {
    let options = Options { port: 0, storage: Storage::Ephemeral, clock: Clock::System, random: Random::System, reach: Reach::Local };
    Stack::start(options).await.unwrap()
}

/// The tool, pointed at one address.
struct Tool {
    local: String,
}

impl Tool {
    fn at(url: &str) -> Self {
        Self { local: format!("--local={url}") }
    }

    /// Runs the tool with `words`, in an environment that would lead it elsewhere if it looked there.
    fn run(&self, words: &[&str], input: &str) -> Output {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        tool.arg(&self.local).args(words).env("LATCHKEY_TABLE", "elsewhere").env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let mut tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        tool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        tool.wait_with_output().unwrap()
    }

    /// The JSON that a command answers that is done.
    fn json(&self, words: &str) -> Value {
        self.json_given(words, "")
    }

    fn json_given(&self, words: &str, input: &str) -> Value {
        let output = self.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), input);
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The exit code and the error of a command that is not done.
    fn error(&self, words: &str) -> (Option<i32>, Value) {
        let output = self.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{words}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        (output.status.code(), error["error"].clone())
    }

    fn code(&self, words: &str) -> (Option<i32>, String) {
        let (status, error) = self.error(words);
        (status, error["code"].as_str().unwrap().to_owned())
    }

    /// What people read of a command that is done.
    fn text(&self, words: &str) -> String {
        let output = self.run(&words.split(' ').collect::<Vec<_>>(), "");
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// An account with a plugin for `acme-tools`.
    fn vendor(&self) {
        assert_eq!(self.json("account create --name Acme")["account"], 1);
        let product = self.json("product create --account 1 --slug acme-tools --name Tools --author Acme --code acme --seats 2");
        assert_eq!(product["product"], 1);
    }
}

fn rejected(code: &str) -> (Option<i32>, String) {
    (Some(1), code.to_owned())
}

/// A plugin's zip in `folder`, of `version`.
fn plugin(folder: &Path, file: &str, version: &str) -> PathBuf {
    let path = folder.join(file);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.add_directory("acme-tools/", options).unwrap();
    zip.start_file("acme-tools/acme-tools.php", options).unwrap();
    write!(zip, "<?php\n/**\n * Plugin Name: Acme Tools\n * Version: {version}\n * Requires PHP: 8.1\n */\n").unwrap();
    zip.start_file("acme-tools/readme.txt", options).unwrap();
    write!(zip, "=== Acme Tools ===\nStable tag: {version}\n").unwrap();
    zip.finish().unwrap();
    path
}

fn publish(version: &str, file: &Path) -> String {
    format!("release publish --account 1 --slug acme-tools --version {version} --file {}", file.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sells_a_plugin_and_stops_a_license() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("account show 1")["name"], "Acme");
    let release = tool.json(&publish("1.0.0", &plugin(folder.path(), "a.zip", "1.0.0")));
    assert_eq!((&release["state"], &release["current"], &release["requires_php"]), (&json!("published"), &json!(true), &json!("8.1")));
    assert_eq!(tool.json("product show --account 1 --slug acme-tools")["current_version"], "1.0.0");

    let issued = tool.json("license issue --account 1 --product 1 --name Someone --email Someone@example.com --until 2099-01-01");
    let key = issued["key"].as_str().unwrap();
    assert_eq!((&issued["license"], &issued["until"]), (&json!(1), &json!("2099-01-01T00:00:00.000000Z")));
    assert_eq!((&issued["seat_limit"], &issued["email"]), (&json!(2), &json!("someone@example.com")));

    let shown = tool.json("license show --account 1 --license 1");
    assert_eq!((&shown["state"], &shown["refusal"], &shown["key"]), (&json!("active"), &Value::Null, &json!(key)));
    assert_eq!(tool.json(&format!("license show --key {key}")), shown);
    assert_eq!(tool.json_given("license show --key -", &format!("{key}\n")), shown);

    let suspended = tool.json("license suspend --account 1 --license 1 --why overdue");
    assert_eq!((&suspended["state"], &suspended["why"], &suspended["revision"]), (&json!("suspended"), &json!("overdue"), &json!(2)));
    let shown = tool.json("license show --account 1 --license 1");
    assert_eq!((&shown["state"], &shown["refusal"]), (&json!("suspended"), &json!("suspended")));
    assert_eq!(tool.code("license suspend --account 1 --license 1"), rejected("wrong_state"));
    assert_eq!(tool.json("license resume --account 1 --license 1")["state"], "active");
    assert_eq!(tool.json("license revoke --account 1 --license 1")["state"], "revoked");
    assert_eq!(tool.code("license refund --account 1 --license 1"), rejected("wrong_state"));
    stack.shutdown().await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn seats_and_development_sites_are_shown_and_counted() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let issued = tool.json("license issue --account 1 --slug acme-tools");
    let key = LicenseKey::parse(issued["key"].as_str().unwrap()).unwrap();
    for site in ["https://b.example.com", "https://a.example.com/shop", "http://acme.test"] {
        let device = &Device::parse(site).unwrap();
        activate(stack.core(), Activate { key: &key, product: ProductClaim::Slug("acme-tools"), device, label: None }).await.unwrap();
    }
    let shown = tool.json("license show --account 1 --license 1");
    let mut devices: Vec<_> = shown["seats"].as_array().unwrap().iter().map(|seat| seat["device"].as_str().unwrap()).collect();
    devices.sort_unstable();
    assert_eq!((&shown["seats_taken"], devices), (&json!(2), vec!["a.example.com/shop", "b.example.com"]));
    assert_eq!(shown["development_sites"][0]["device"], "acme.test");

    let (status, error) = tool.error("license seats --account 1 --license 1 --limit 1");
    assert_eq!((status, &error["code"]), (Some(1), &json!("seats_in_use")));
    assert_eq!(tool.json("license seats --account 1 --license 1 --limit unlimited")["seat_limit"], Value::Null);
    assert_eq!(tool.json("license show --account 1 --license 1")["seats"], shown["seats"]);
    let text = tool.text("license show --account 1 --license 1");
    assert!(text.contains("\nusable now   yes\nseats taken  2\n\nSeats\n") && text.contains("\nacme.test  "), "{text}");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_and_orders_are_shown_and_changed_and_what_is_used_is_not_deleted() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("customer create --account 1 --name Someone --email someone@example.com")["customer"], 1);
    assert_eq!(tool.json("order create --account 1 --customer 1")["order"], 1);
    let next = tool.json("license issue --account 1 --product 1 --order 1");
    assert_eq!((&next["order"], &next["line"], &next["name"]), (&json!(1), &json!(1), &json!("Someone")));
    assert_eq!(tool.json("order list --account 1 --customer 1")["orders"][0], tool.json("order show --account 1 --order 1"));
    assert_eq!(tool.code("customer delete --account 1 --customer 1"), rejected("referenced"));
    let other = tool.json("customer create --account 1 --name Other --code A-1");
    assert_eq!(tool.code("customer create --account 1 --name Third --code A-1"), rejected("customer_code_in_use"));
    let changed = tool.json("customer change --account 1 --customer 2 --company Acme");
    assert_eq!((&changed["name"], &changed["company"], &changed["revision"]), (&other["name"], &json!("Acme"), &json!(2)));
    assert_eq!(tool.json("customer list --account 1 --after 1")["customers"][0], tool.json("customer show --account 1 --customer 2"));
    assert_eq!(tool.json("customer delete --account 1 --customer 2")["deleted"], 2);
    assert_eq!(tool.code("customer show --account 1 --customer 2"), rejected("no_customer"));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_line_gets_one_license_and_its_customer_is_named() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("customer create --account 1 --name Someone --email someone@example.com")["customer"], 1);
    assert_eq!(tool.json("order create --account 1 --customer 1 --reference 1001")["order"], 1);
    let issue = "license issue --account 1 --product 1 --order 1 --line 0";
    let issued = tool.json(issue);
    assert_eq!((&issued["name"], &issued["customer"], &issued["line"]), (&json!("Someone"), &json!(1), &json!(0)));
    assert_eq!(tool.json(issue), issued);
    assert_eq!(tool.code("license issue --account 1 --product 1 --order 1 --line 1"), rejected("no_order_line"));
    assert_eq!(tool.json("order create --account 1 --reference 1001 --lines 5")["order"], 1);
    assert_eq!(tool.code("order create --account 1 --lines 0"), rejected("line_count"));
    let brought = tool.json_given("license issue --account 1 --product 1 --key - --seats unlimited", "MY-OWN-KEY\n");
    assert_eq!((&brought["key"], &brought["seat_limit"]), (&json!("MY-OWN-KEY"), &Value::Null));
    assert_eq!(tool.code("license issue --account 1 --product 1 --key MY-OWN-KEY"), rejected("key_in_use"));

    let page = tool.json("license list --account 1 --limit 1");
    assert_eq!((&page["licenses"][0]["license"], &page["next"]), (&issued["license"], &issued["license"]));
    assert_eq!(page["licenses"][0].get("key"), None);
    let rest = tool.json(&format!("license list --account 1 --after {}", page["next"]));
    assert_eq!((&rest["licenses"][0]["license"], &rest["next"]), (&brought["license"], &Value::Null));

    let part = tool.json("license reindex --account 1 --limit 1");
    assert_eq!(part["licenses"], 1);
    let end = tool.json(&format!("license reindex --account 1 --after {}", part["next"]));
    assert_eq!(end["next"], Value::Null);

    let validity = format!("license validity --account 1 --license {}", issued["license"]);
    assert_eq!(tool.json(&format!("{validity} --from 2020-01-01 --until 2021-01-01"))["until"], "2021-01-01T00:00:00.000000Z");
    assert_eq!(tool.json(&format!("license show --account 1 --license {}", issued["license"]))["refusal"], "expired");
    assert_eq!(tool.code(&format!("{validity} --until 2019-01-01")), rejected("ends_before_it_begins"));
    let renewed = tool.json(&format!("{validity} --until never"));
    assert_eq!((&renewed["from"], &renewed["until"]), (&json!("2020-01-01T00:00:00.000000Z"), &Value::Null));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_are_shown_once_and_open_until_they_are_revoked() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let opens = async |key: &str| {
        let secret = ApiKeySecret::parse(key).unwrap();
        let presented = Presented { secret, email: "vendor@example.com".parse().ok(), address: None };
        authenticate(stack.core(), stack.credentials(), &presented).await.is_ok()
    };
    let made = tool.json("api-key create --account 1 --email Vendor@Example.com --name Shop");
    assert_eq!((&made["email"], &made["state"]), (&json!("vendor@example.com"), &json!("active")));
    assert_eq!(made["permissions"], json!(["read", "write", "delete", "create"]));
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("api_0001") && opens(key).await);

    let bring = "api-key create --account 1 --email vendor@example.com --name Old --permissions read --expires 2100-01-01 --key-stdin";
    let guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
    let brought = tool.json_given(bring, &format!("{guid}\n"));
    assert_eq!((&brought["key"], &brought["expires"]), (&json!(guid), &json!("2100-01-01T00:00:00.000000Z")));
    assert!(opens(guid).await);
    assert_eq!(tool.run(&bring.split(' ').collect::<Vec<_>>(), guid).status.code(), Some(1));
    assert_eq!(tool.run(&bring.split(' ').collect::<Vec<_>>(), "short").status.code(), Some(2));
    assert_eq!(tool.code("api-key create --account 1 --email a@b.c --name N --expires 2020-01-01"), rejected("already_expired"));

    let list = tool.json("api-key list --account 1");
    let ids: Vec<_> = list["api_keys"].as_array().unwrap().iter().map(|key| key["api_key"].clone()).collect();
    assert_eq!(ids, [made["api_key"].clone(), brought["api_key"].clone()]);
    assert_eq!((list["api_keys"][0].get("key"), &list["api_keys"][0]["former_secret"]), (None, &json!(false)));

    let id = made["api_key"].as_u64().unwrap();
    assert_eq!(tool.json(&format!("api-key revoke --account 1 --api-key {id} --why lost"))["state"], "revoked");
    assert!(!opens(key).await);
    let shown = tool.json(&format!("api-key show --account 1 --api-key {id}"));
    assert_eq!((&shown["why"], shown.get("key")), (&json!("lost"), None));
    assert!(!tool.text(&format!("api-key show --account 1 --api-key {id}")).contains(key));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_administrator_is_made_and_kept_in_order() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let create = "user create --account 1 --user-name Erika --email Erika@example.com --roles administrator --password-stdin";
    let made = tool.json_given(create, "correct horse\n");
    assert_eq!((&made["user_name"], &made["email"]), (&json!("Erika"), &json!("erika@example.com")));
    assert_eq!((&made["roles"], &made["last_log_in"]), (&json!(["Administrator"]), &Value::Null));
    assert_eq!(tool.run(&create.split(' ').collect::<Vec<_>>(), "short").status.code(), Some(2));
    assert_eq!(tool.code("user create --account 1 --user-name eRIKA"), rejected("user_name_in_use"));

    let user = format!("--account 1 --user {}", made["user"].as_str().unwrap());
    let roles = tool.json(&format!("user roles {user} --roles Sales,Customer"));
    assert_eq!(roles["roles"], json!(["Sales", "Customer"]));
    tool.json_given(&format!("user set-password {user}"), "another good one\n");
    assert_eq!(tool.json("user list --account 1")["users"], json!([tool.json(&format!("user show {user}"))]));
    let owner = made["user"].as_str().unwrap();
    let key = tool.json(&format!("api-key create --account 1 --email erika@example.com --name Own --owner {owner} --roles sales"));
    assert_eq!((&key["owner"], &key["roles"]), (&made["user"], &json!(["Sales"])));
    let beyond = format!("api-key create --account 1 --email erika@example.com --name Own --owner {owner} --roles Administrator");
    assert_eq!(tool.code(&beyond), rejected("roles_beyond_owner"));

    assert_eq!(tool.json(&format!("user delete {user}"))["deleted"], true);
    assert_eq!(tool.code(&format!("user show {user}")), rejected("no_user"));
    assert_eq!(tool.json(&format!("api-key show --account 1 --api-key {}", key["api_key"]))["state"], "revoked");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_a_definite_no() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    for (words, code) in [
        ("license show --account 1 --license 99", "no_license"),
        ("license show --key NO-SUCH-KEY", "no_license"),
        ("license suspend --account 2 --license 1", "no_license"),
        ("account show 2", "no_account"),
        ("api-key create --account 2 --email a@example.com --name Shop", "no_account"),
        ("api-key list --account 2", "no_account"),
        ("api-key show --account 1 --api-key 99", "no_api_key"),
        ("api-key revoke --account 1 --api-key 99", "no_api_key"),
        ("user create --account 2 --user-name erika", "no_account"),
        ("user show --account 1 --user 0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e", "no_user"),
        ("customer create --account 2 --name Someone", "no_account"),
        ("order create --account 1 --customer 9", "no_customer"),
        ("product create --account 2 --slug a --name A --author A", "no_account"),
        ("product create --account 1 --slug acme-tools --name A --author A", "slug_in_use"),
        ("product create --account 1 --slug other --code acme --name A --author A", "code_in_use"),
        ("product show --account 1 --slug none", "no_product"),
        ("product list --account 2", "no_account"),
        ("license list --account 2", "no_account"),
        ("license issue --account 1 --product 1 --order 9 --line 0", "no_order"),
        ("license issue --account 1 --product 9", "no_product"),
    ] {
        assert_eq!(tool.code(words), rejected(code), "{words}");
    }
    let output = tool.run(&["license", "show", "--key", "NO-SUCH-KEY"], "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: there is no such licence\nhint: ") && !text.contains("NO-SUCH-KEY"), "{text}");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_there_already_and_another_one_is_made_or_missed() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    assert_eq!(tool.json("table create"), json!({"table": "latchkey", "created": false}));
    assert_eq!(tool.code("account show 1 --table other"), (Some(3), "no_table".to_owned()));
    assert_eq!(tool.json("table create --table other"), json!({"table": "other", "created": true}));
    assert_eq!(tool.json("account create --name Other --table other")["account"], 1);
    assert_eq!(tool.text("table create"), "The table `latchkey` exists already.\n");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_carry_the_address_carry_the_one_that_is_given() {
    use latchkey_core::domain::key::addressed::server_host;

    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("product create --account 1 --slug woosa --name W --author W --key-format addressed");
    let host = |words: &str| server_host(&LicenseKey::parse(tool.json(words)["key"].as_str().unwrap()).unwrap());
    let issue = "license issue --account 1 --slug woosa";
    assert_eq!(host(issue).map(|host| format!("http://{host}")), Some(stack.url()));
    assert_eq!(host(&format!("{issue} --public-url https://licenses.example.com")).as_deref(), Some("licenses.example.com"));
    stack.shutdown().await;
}

#[test]
fn where_no_stack_runs_the_hint_says_so() {
    // A port that was free a moment ago and that nobody listens at.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tool = Tool::at(&format!("http://127.0.0.1:{port}"));
    let output = tool.run(&["account", "show", "1"], "");
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(&format!("error: nothing listens at http://127.0.0.1:{port}\nhint: is the local stack running?")), "{text}");
    let (status, error) = tool.error("account show 1");
    assert_eq!((status, &error["code"]), (Some(3), &json!("no_connection")));
}

#[test]
fn wrong_usage_ends_with_two() {
    let tool = Tool::at("http://127.0.0.1:9");
    assert_eq!(tool.code("account show none"), (Some(2), "usage".to_owned()));
    assert_eq!(tool.run(&["account"], "").status.code(), Some(2));
    assert_eq!(tool.run(&["--help"], "").status.code(), Some(0));
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
