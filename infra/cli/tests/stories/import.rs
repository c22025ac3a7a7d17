//! Licences that were sold through something else.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::table::{Freshness, Selection};
use latchkey_local::Stack;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Tool, rejected, stack};

const EDD: &str = "\u{feff}\"License ID\",\"License Key\",\"License Status\",\"Customer ID\",\"Customer Email\",\"Customer Name\",\"User ID\",\"Product Name\",\
\"Price ID\",\"Purchase Date\",\"Expiration Date\",\"Activation Limit\",\"Activation Count\",\"Activated URLs\"\r\n\
12,EDD-KEY-0001,active,7,Erika@Example.com,Erika Mustermann,3,Tools,0,2024-01-02 03:04:05,4070908800,2,1,\"https://a.example.com/, http://shop.test\"\r\n\
13,EDD-KEY-0002,inactive,7,erika@example.com,Erika Mustermann,3,Tools,0,2024-01-02 03:04:05,lifetime,0,0,\r\n\
14,EDD-KEY-0003,expired,8,max@example.com,Max Mustermann,4,Tools,0,2020-01-02 03:04:05,1609459200,1,0,\r\n\
15,EDD-KEY-0004,disabled,8,max@example.com,Max Mustermann,4,Tools,0,2020-01-02 03:04:05,4070908800,1,2,\"a.example.com, b.example.com\"\r\n";

/// Writes a file, and gives the words that import it.
fn import(folder: &Path, name: &str, text: &str, rest: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    format!("license import {} --account 1 {rest}", path.display())
}

fn counts(answer: &Value) -> [u64; 5] {
    ["imported", "skipped", "failed", "customers", "seats"].map(|name| answer[name].as_u64().unwrap())
}

/// What people and programs are shown of the licence with a key.
fn shown(tool: &Tool, key: &str) -> Value {
    tool.json(&format!("license show --key {key}"))
}

fn devices(license: &Value, list: &str) -> Vec<String> {
    let mut devices: Vec<_> = license[list].as_array().unwrap().iter().map(|seat| seat["device"].as_str().unwrap().to_owned()).collect();
    devices.sort();
    devices
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_taken_over_with_keys_limits_ends_sites_and_customers_and_nothing_twice() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let report = folder.path().join("report.jsonl");
    let words = import(folder.path(), "edd.csv", EDD, &format!("--from edd --report {}", report.display()));

    let planned = tool.json(&format!("{words} --dry-run"));
    assert_eq!((counts(&planned), &planned["dry_run"], &planned["events"]), ([4, 0, 0, 2, 3], &json!(true), &json!(0)));
    assert_eq!((&planned["reasons"], &planned["changed"]), (&json!({"no_seat_left": 1}), &json!(1)));
    assert_eq!(tool.json("license list --account 1")["licenses"], json!([]));
    assert_eq!(tool.json("customer list --account 1")["customers"], json!([]));

    let done = tool.json(&words);
    assert_eq!(counts(&done), [4, 0, 0, 2, 3]);
    assert_eq!((&done["reasons"], &done["events"]), (&json!({"no_seat_left": 1}), &Value::Null));
    let first = shown(&tool, "EDD-KEY-0001");
    assert_eq!((&first["state"], &first["refusal"], &first["seat_limit"]), (&json!("active"), &Value::Null, &json!(2)));
    assert_eq!((&first["until"], &first["created"]), (&json!("2099-01-01T00:00:00.000000Z"), &json!("2024-01-02T03:04:05.000000Z")));
    assert_eq!((&first["name"], &first["email"]), (&json!("Erika Mustermann"), &json!("erika@example.com")));
    assert_eq!(
        (devices(&first, "seats"), devices(&first, "development_sites")),
        (vec!["a.example.com".to_owned()], vec!["shop.test".to_owned()])
    );
    let second = shown(&tool, "EDD-KEY-0002");
    assert_eq!((&second["seat_limit"], &second["until"], &second["customer"]), (&Value::Null, &Value::Null, &first["customer"]));
    assert_eq!(shown(&tool, "EDD-KEY-0003")["refusal"], "expired");
    let fourth = shown(&tool, "EDD-KEY-0004");
    assert_eq!((&fourth["state"], devices(&fourth, "seats")), (&json!("suspended"), vec!["a.example.com".to_owned()]));
    let customers = tool.json("customer list --account 1");
    let code = |one: &Value| one["code"].as_str().unwrap().to_owned();
    let codes: BTreeSet<_> = customers["customers"].as_array().unwrap().iter().map(code).collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["edd-7", "edd-8"]);
    let lines = fs::read_to_string(&report).unwrap();
    assert!(lines.contains(r#""line":5"#) && !lines.contains("EDD-KEY"), "{lines}");

    let more = format!("{EDD}16,EDD-KEY-0005,active,9,e@example.com,E,5,Tools,0,2024-01-02 03:04:05,,1,0,\r\n");
    let again = tool.json(&import(folder.path(), "edd.csv", &more, "--from edd"));
    assert_eq!(counts(&again), [1, 4, 0, 1, 0]);
    assert_eq!(tool.json("license list --account 1")["licenses"].as_array().unwrap().len(), 5);
    assert_eq!(tool.json("customer list --account 1")["customers"].as_array().unwrap().len(), 3);
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_over_is_told_with_its_line_and_the_rest_is() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("account create --name Other");
    tool.json("product create --account 2 --slug other --name Other --author Other");
    tool.json("license issue --account 2 --slug other --key PLAIN-0001");
    let text = "key;product;status;until;seats\nPLAIN-0001;acme-tools;;;\nPLAIN-0002;acme;odd;;\nPLAIN-0003;1;;soon;\nPLAIN-0004;acme-tools;;;many\n\
PLAIN-0005;none;;;\n;acme-tools;;;\nPLAIN-0007;Tools;paused;2099-01-01;7\nPLAIN-0007;acme-tools;;;\nshort\n";
    let words = import(folder.path(), "plain.csv", text, "--from plain --without activations --status paused=suspended");
    let output = tool.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counts(&done), [1, 0, 8, 0, 0]);
    assert_eq!(done["unknown_products"], json!({"none": 1}));
    let told: Vec<_> = done["told"].as_array().unwrap().iter().map(|entry| (entry["line"].as_u64(), entry["code"].clone())).collect();
    for (line, code) in
        [(2, "key_in_use"), (3, "status"), (4, "moment"), (5, "limit"), (6, "no_product"), (7, "key"), (9, "twice"), (10, "unreadable")]
    {
        assert!(told.contains(&(Some(line), json!(code))), "line {line}: {told:?}");
    }
    assert!(!String::from_utf8_lossy(&output.stdout).contains("PLAIN-000"), "a key is told");
    let license = shown(&tool, "PLAIN-0007");
    assert_eq!((&license["state"], &license["seat_limit"], &license["customer"]), (&json!("suspended"), &json!(7), &Value::Null));
    assert_eq!(tool.code(&format!("{words} --product none=nothing")), rejected("no_product"));
    let broken = import(
        folder.path(),
        "broken.json",
        "[{\"key\":\"PLAIN-0009\",\"product\":\"acme\"},{",
        "--from plain --without status,limit,until,activations",
    );
    assert_eq!(tool.code(&broken), (Some(2), "file".to_owned()));
    assert_eq!(shown(&tool, "PLAIN-0009")["state"], "active", "what stands before the break is there");
    assert_eq!(tool.code(&broken.replace("broken", "missing")), (Some(2), "file".to_owned()));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_preset_reads_what_its_exporter_writes() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let taken = |name: &str, text: &str, rest: &str| tool.json(&import(folder.path(), name, text, rest));
    let lmfwc = "id,order_id,product_id,user_id,license_key,expires_at,valid_for,status,times_activated,times_activated_max,created_at,created_by,updated_at,updated_by\n\
5,1001,77,3,WOO-0001,\"2099-01-01 00:00:00\",,SOLD,2,3,\"2024-01-02 03:04:05\",1,,\n6,,77,,WOO-0002,,,INACTIVE,,,\"2024-01-02 03:04:05\",1,,\n";
    let done = taken("lmfwc.csv", lmfwc, "--from lmfwc --product 77=acme-tools");
    assert_eq!((counts(&done), &done["reasons"]), ([2, 0, 0, 1, 0], &json!({"unnamed_activations": 1})));
    let license = shown(&tool, "WOO-0001");
    assert_eq!((&license["seat_limit"], &license["until"]), (&json!(3), &json!("2099-01-01T00:00:00.000000Z")));
    assert_eq!((&shown(&tool, "WOO-0002")["seat_limit"], &shown(&tool, "WOO-0002")["state"]), (&Value::Null, &json!("suspended")));

    let manager = "api_resource_id\tproduct_order_api_key\tproduct_id\tproduct_title\tactivations_purchased_total\taccess_granted\taccess_expires\tactive\tuser_id\tuser_email\tactivations\n\
1\tAM-0001\t12\tTools\t2\t1595321424\t4070908800\t1\t3\te@example.com\ta.example.com,b.example.com\n";
    assert_eq!(counts(&taken("am.tsv", manager, "--from wc-api-manager --product acme-tools")), [1, 0, 0, 1, 2]);
    assert_eq!(devices(&shown(&tool, "AM-0001"), "seats"), ["a.example.com", "b.example.com"]);

    let addon = "key_id,order_id,activation_email,license_key,software_product_id,software_version,activations_limit,created,activations\n\
1,9,e@example.com,SA-0001,acme-tools,1.0,,2024-01-02 03:04:05,\"M-1,M-2\"\n";
    assert_eq!(counts(&taken("sa.csv", addon, "--from wc-software-addon")), [1, 0, 0, 1, 2]);
    let license = shown(&tool, "SA-0001");
    assert_eq!((&license["seat_limit"], devices(&license, "seats")), (&Value::Null, vec!["#M-1".to_owned(), "#M-2".to_owned()]));

    let cscart = r#"[{"purchase_id":3,"order_id":5517,"product_id":2652,"created_at":1595321424,"expires_at":0,"file_id":874,
"license_number":"CSC-12A4","domain_names":["a.example.com","b.example.com","c.example.com"],"email":"developer@example.com","user_id":2947},
{"purchase_id":4,"order_id":5518,"product_id":2652,"created_at":1595321424,"expires_at":1919710900,"license_number":"CSC-12A5","domain_names":"","email":"","user_id":2947}]"#;
    assert_eq!(counts(&taken("cscart.json", cscart, "--from cscart --product 2652=acme-tools")), [2, 0, 0, 1, 3]);
    let license = shown(&tool, "CSC-12A4");
    assert_eq!(
        (&license["seat_limit"], &license["until"], &license["created"]),
        (&json!(3), &Value::Null, &json!("2020-07-21T08:50:24.000000Z"))
    );
    assert_eq!((&shown(&tool, "CSC-12A5")["seat_limit"], &shown(&tool, "CSC-12A5")["customer"]), (&json!(2), &license["customer"]));

    let sellcodes = r#"{"license_key":"SC-0001","product_id":"acme","Activation_count":"1","Maximum_activations":"1","Username":"Sam","Purchase_date":1511782193,"Expiry_date":"Unlimited","Refunded":false,"activations":"a.example.com"}
{"license_key":"SC-0002","product_id":"acme","Maximum_activations":"1","Username":"Sam","Purchase_date":1511782193,"Expiry_date":"Unlimited","Refunded":true}"#;
    assert_eq!(counts(&taken("sellcodes.jsonl", sellcodes, "--from sellcodes")), [2, 0, 0, 0, 1]);
    assert_eq!((&shown(&tool, "SC-0001")["name"], &shown(&tool, "SC-0002")["state"]), (&json!("Sam"), &json!("refunded")));

    let babel = r#"{"success":true,"code":0,"licenses":[{"id":4,"licenseId":"lic1A2B3C4D","licenseType":"Pro","issueDate":"2024-01-02T03:04:05Z","createdAt":"2024-01-02T03:04:05Z",
"expireDate":"2099-01-01T00:00:00Z","revoked":true,"trace":true,"maxAllowedSites":-1,"userKey":"BAB-0001","licensingMode":1,"licenseeName":"Erika Mustermann","licenseeEmail":"erika@example.com",
"customerId":9,"customer":{"code":"C-77","firstName":"Erika","lastName":"Mustermann","countryCode":"DEU"},"product":{"id":"acme"},"licenseTokens":[{"machineId":"M-9","issueDate":"2024-02-02T00:00:00Z"}]}],"totalLicensesCount":1}"#;
    assert_eq!(counts(&taken("babel.json", babel, "--from babel")), [1, 0, 0, 1, 1]);
    let license = shown(&tool, "BAB-0001");
    assert_eq!((&license["state"], &license["seats"][0]["since"]), (&json!("revoked"), &json!("2024-02-02T00:00:00.000000Z")));
    let customer = tool.json(&format!("customer show --account 1 --customer {}", license["customer"]));
    assert_eq!((&customer["code"], &customer["country"], &customer["given_name"]), (&json!("C-77"), &json!("DEU"), &json!("Erika")));
    stack.shutdown().await;
}

/// An EDD export of so many licences: three customers for five of them, an end each, and none to three activations.
fn export(licenses: usize) -> String {
    let mut text = EDD.lines().next().unwrap().to_owned() + "\r\n";
    for number in 0..licenses {
        let customer = number / 5 * 3 + (number % 5).min(2);
        let sites: Vec<_> = (0..number % 4).map(|site| format!("https://site-{number}-{site}.example.com")).collect();
        let person = format!("{customer},customer-{customer}@example.com,Customer {customer}");
        let (until, sites) = (4_070_908_800_u64 + number as u64, sites.join(", "));
        let _ = write!(text, "{number},LONG-KEY-{number:05},active,{person},3,Tools,0,2024-01-02 03:04:05,{until},5,0,\"{sites}\"\r\n");
    }
    text
}

/// Licences, seats, distinct customers of licences, and customers, as they are stored.
async fn counted(stack: &Stack) -> [usize; 4] {
    let (table, account) = (&stack.core().table, AccountId::new(1).unwrap());
    let (mut licenses, mut seats, mut owners, mut after) = (0, 0, BTreeSet::new(), None);
    loop {
        let page = table.licenses(account, &Selection::All, after, 100).await.unwrap();
        let keys: Vec<_> = page.items.iter().map(|license| license.key.digest()).collect();
        let grants = table.grants(&keys, Freshness::Strong).await.unwrap();
        seats += grants.iter().map(|grant| grant.as_ref().unwrap().seats.taken() as usize).sum::<usize>();
        licenses += page.items.len();
        owners.extend(page.items.iter().map(|license| license.customer.unwrap()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let (mut customers, mut last) = (0, None);
    loop {
        let page = table.records::<Customer>(account, None, last, 1_000).await.unwrap();
        customers += page.items.len();
        last = page.next;
        if last.is_none() {
            return [licenses, seats, owners.len(), customers];
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_import_that_is_killed_and_begun_again_leaves_everything_there_once() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let words = import(folder.path(), "long.csv", &export(1_000), "--from edd");
    let mut killed = tool.begin(&words);
    let some = async || stack.core().table.licenses(AccountId::new(1).unwrap(), &Selection::All, None, 1).await.unwrap();
    while some().await.items.is_empty() && killed.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();

    let done = tool.json(&words);
    let [imported, skipped, failed, customers, _] = counts(&done);
    assert_eq!((imported + skipped, failed), (1_000, 0));
    assert!(customers <= 600, "those of what was left: {customers}");
    assert!(skipped > 0, "what had been written before is passed over");
    assert_eq!(counted(&stack).await, [1_000, 1_500, 600, 600]);
    assert_eq!(counts(&tool.json(&words)), [0, 1_000, 0, 0, 0]);
    assert_eq!(counted(&stack).await, [1_000, 1_500, 600, 600]);
    stack.shutdown().await;
}

/// The codes that a report's lines have for a line of the file.
fn noted(report: &Path, line: u64) -> Vec<String> {
    let text = fs::read_to_string(report).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    entries.filter(|entry| entry["line"] == line).map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_called_otherwise_is_asked_for_before_anything_is_written() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let german = "Lizenzschlüssel;Lizenzstatus;Ablaufdatum;Aktivierungslimit;Produktname;Kunde\n\
DE-0001;expired;1609459200;1;Tools;1\nDE-0002;disabled;4070908800;1;Tools;2\n";
    let words = import(folder.path(), "de.csv", german, "--from edd --product acme-tools");
    let (code, error) = tool.error(&words);
    assert_eq!((code, &error["code"]), (Some(2), &json!("columns")));
    assert!(error["message"].as_str().unwrap().contains("\"lizenzschlüssel\", \"lizenzstatus\", \"ablaufdatum\""), "{error}");
    let (_, error) = tool.error(&format!("{words} --map key=Lizenzschlüssel"));
    assert!(error["hint"].as_str().unwrap().contains("--map status=COLUMN"), "{error}");
    let mapped = format!("{words} --map key=Lizenzschlüssel --map status=Lizenzstatus --map limit=Aktivierungslimit --without activations");
    assert_eq!(tool.code(&format!("{mapped} --map until=Ablaufdatum_TYPO")), (Some(2), "columns".to_owned()));
    assert_eq!(tool.json("license list --account 1")["licenses"], json!([]));
    assert_eq!(counts(&tool.json(&format!("{mapped} --map until=Ablaufdatum"))), [2, 0, 0, 0, 0]);
    assert_eq!((&shown(&tool, "DE-0001")["refusal"], &shown(&tool, "DE-0002")["state"]), (&json!("expired"), &json!("suspended")));

    let lines =
        "{\"license_number\":\"CS-1\"}\n".repeat(300) + "{\"license_number\":\"CS-2\",\"ends\":\"2099-01-01\",\"domain_names\":[]}\n";
    let words = import(folder.path(), "cs.jsonl", &lines, "--from cscart --product acme-tools");
    assert_eq!(tool.code(&words), (Some(2), "columns".to_owned()));
    let output = tool.run(&[&format!("{words} --map until=ends").split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((counts(&done)[0], &done["reasons"]), (2, &json!({"twice": 299})));
    assert_eq!(shown(&tool, "CS-2")["until"], "2099-01-01T00:00:00.000000Z");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_prints_makes_no_seats_and_what_it_cut_off_is_not_imported() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let sites: Vec<_> = (0..19).map(|number| format!("https://customer-site-number-{number:03}.example.com/wordpress")).collect();
    let cut = &sites.join(",")[..1_024];
    let text = "api_resource_id\tproduct_order_api_key\tmaster_api_key\tactivations_purchased_total\taccess_expires\tactive\tuser_id\tactivations_total\tactivations\n"
        .to_owned()
        + "1\tAM-0001\tmmmm\t5\t0\t1\tNULL\t0\tNULL\n"
        + &format!("2\tAM-0002\t0\t50\t0\t1\t3\t40\t{cut}\n")
        + "3\tAM-0003\t\t5\t0\t1\t3\t3\ta.example.com,b.example.com\n";
    let words = import(folder.path(), "am.tsv", &text, "--from wc-api-manager --product acme-tools");
    let output = tool.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    let done: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counts(&done), [2, 0, 1, 1, 2]);
    assert_eq!(done["reasons"], json!({"cut_off": 1, "master_key": 1, "missing_activations": 1}));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("mmmm"), "a key is told");
    let first = shown(&tool, "AM-0001");
    assert_eq!((&first["seats"], &first["customer"]), (&json!([]), &Value::Null));

    let addon = "license_key\tsoftware_product_id\tactivation_email\tactivations_limit\tactivations_count\tactivations\n\
SA-0001\tacme-tools\te@example.com\tNULL\t1\t\\N\n";
    let done = tool.json(&import(folder.path(), "sa.tsv", addon, "--from wc-software-addon"));
    assert_eq!((counts(&done), &done["reasons"]), ([1, 0, 0, 1, 0], &json!({"unnamed_activations": 1})));
    assert_eq!(shown(&tool, "SA-0001")["seat_limit"], Value::Null);
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_kept_is_in_the_report_again_where_the_licence_is_there_already() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let report = folder.path().join("report.jsonl");
    let text = EDD.replace("max@example.com", "nobody");
    let words = import(folder.path(), "edd.csv", &text, &format!("--from edd --report {}", report.display()));
    assert_eq!(tool.json(&words)["reasons"], json!({"email": 2, "no_seat_left": 1}));
    assert_eq!((noted(&report, 4), noted(&report, 5)), (vec!["email".to_owned()], vec!["email".to_owned(), "no_seat_left".to_owned()]));
    for rest in ["", " --dry-run"] {
        let again = tool.json(&format!("{words}{rest}"));
        assert_eq!((counts(&again), &again["changed"], &again["told"]), ([0, 4, 0, 0, 0], &json!(0), &json!([])));
        assert_eq!(noted(&report, 2), ["exists"]);
        assert_eq!(noted(&report, 5), ["exists", "email", "no_seat_held"]);
    }
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_an_import_that_is_killed_has_what_was_done() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let report = folder.path().join("report.jsonl");
    let text = export(3_000).replace("@example.com,", "-at-example,");
    let words = import(folder.path(), "long.csv", &text, &format!("--from edd --report {}", report.display()));
    let mut killed = tool.begin(&words);
    while fs::metadata(&report).map_or(0, |file| file.len()) == 0 && killed.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    killed.kill().unwrap();
    assert!(!killed.wait().unwrap().success(), "it was killed on its way");
    let before = fs::read_to_string(&report).unwrap().lines().count();
    assert!((100..3_000).contains(&before), "{before}");
    assert_eq!(counts(&tool.json(&words))[2], 0);
    let text = fs::read_to_string(&report).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("\"email\"")).count(), 3_000, "each is told, whoever imported it");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_recorded_for_licences_that_are_written_alone_and_counted_as_they_are() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let same = EDD.replace("15,EDD-KEY-0004,disabled,8,", "15,EDD-KEY-0004,disabled,9,");
    let words = import(folder.path(), "edd.csv", &same, "--from edd");
    assert_eq!(counts(&tool.json(&format!("{words} --dry-run")))[3], 2, "two numbers with one address are one customer");
    assert_eq!(counts(&tool.json(&words))[3], 2);
    tool.json("account create --name Other");
    tool.json("product create --account 2 --slug other --name Tools --author Other");
    let wrong = words.replace("--account 1", "--account 2");
    let output = tool.run(&wrong.split(' ').collect::<Vec<_>>(), "");
    assert_eq!(output.status.code(), Some(1), "the keys are another account's");
    assert_eq!(tool.json("customer list --account 2")["customers"], json!([]));
    assert_eq!(tool.json("customer list --account 1")["customers"].as_array().unwrap().len(), 2);
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_how_many_events_the_webhooks_would_be_sent() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("webhook create --account 1 --url http://127.0.0.1:9/hook");
    tool.json("webhook create --account 1 --url http://127.0.0.1:9/stops --events license.suspended");
    let words = import(folder.path(), "edd.csv", EDD, "--from edd");
    // Four issued, and one suspended of which both are told; what expired did so before there were webhooks.
    assert_eq!(tool.json(&format!("{words} --dry-run"))["events"], 6);
    tool.json(&words);
    assert_eq!(tool.json(&format!("{words} --dry-run"))["events"], 0);
    stack.shutdown().await;
}
