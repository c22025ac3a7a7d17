//! A deployment's data as a file, and back.

use std::fs;

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::restore::{LEASE_SECONDS, Skew};
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::restores::Restoring;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Tool, rejected, stack};

fn counts<const N: usize>(answer: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| answer[name].as_u64().unwrap_or_else(|| panic!("{name} in {answer}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_exported_and_restored_into_another_one_item_by_item() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    for number in 0..30 {
        tool.json(&format!("license issue --account 1 --product 1 --key KEY-{number:04} --name Someone --email a@example.com"));
    }
    let (key, device) = (LicenseKey::parse("KEY-0003").unwrap(), Device::parse("https://a.example.com").unwrap());
    activate(stack.core(), Activate { key: &key, product: ProductClaim::Any, device: &device, label: None }).await.unwrap();
    let file = folder.path().join("all.jsonl.gz");
    let export = format!("export {} --parts 3", file.display());
    let written = tool.json(&export);
    assert_eq!(
        (&written["table"], &written["kinds"]["LICENSE GRANT"], &written["kinds"]["ACCOUNT LICENSE"]),
        (&json!("latchkey"), &json!(30), &json!(30))
    );
    let manifest: Value = serde_json::from_slice(&fs::read(folder.path().join("all.jsonl.gz.manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest, written);
    assert_eq!(tool.code(&export), (Some(2), "file".to_owned()), "nothing is written over unasked");
    // The indexes may have come to know more meanwhile.
    let written = tool.json(&format!("{export} --force"));
    assert_eq!(written["items_sha256"].as_str().map(str::len), Some(64));

    let restore = format!("restore {} --table other", file.display());
    assert_eq!(tool.code(&restore), (Some(3), "no_table".to_owned()));
    tool.json("table create --table other");
    let items = written["items"].as_u64().unwrap();
    let restored = tool.json(&restore);
    assert_eq!(counts(&restored, ["items", "written", "same", "different", "missing", "others"]), [items, items, items, 0, 0, 0]);
    let shown = |table: &str| tool.json(&format!("license show --key KEY-0003 --table {table}"));
    assert_eq!((shown("other"), shown("other")["seats_taken"].clone()), (shown("latchkey"), json!(1)));
    assert_eq!(tool.json("license issue --account 1 --product 1 --table other")["license"].as_u64(), Some(31), "numbers go on");

    assert_eq!(tool.code(&restore), rejected("not_empty"));
    let into_use = format!("restore {} --table latchkey --resume", file.display());
    assert_eq!(tool.code(&into_use), rejected("not_begun"), "a table in use is not gone on with");
    assert_eq!(
        tool.code(&format!("restore {} ", file.display()).trim().replace("restore", "restore --table latchkey")),
        rejected("not_empty")
    );
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_goes_on_overwrites_nothing_and_tells_what_differs() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("license issue --account 1 --product 1 --key KEY-0001");
    let file = folder.path().join("all.jsonl.gz");
    let items = tool.json(&format!("export {}", file.display()))["items"].as_u64().unwrap();
    tool.json("table create --table other");
    tool.json(&format!("restore {} --table other", file.display()));
    let resume = format!("restore {} --table other --resume", file.display());
    assert_eq!(counts(&tool.json(&resume), ["written", "before", "same"]), [0, items, items]);

    tool.json("license suspend --account 1 --license 1 --table other");
    tool.json("account create --name More --table other");
    let run = |words: &str| {
        let output = tool.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    for words in [&resume, &resume.replace("--resume", "--verify-only")] {
        let (status, told) = run(words);
        // The licence's record and grant, and the count of accounts; and the new account.
        assert_eq!((status, counts(&told, ["written", "different", "missing", "others"])), (Some(1), [0, 3, 0, 1]), "{words}");
    }
    assert_eq!(tool.json("license show --key KEY-0001 --table other")["state"], "suspended", "nothing is written over");
    let cut = folder.path().join("cut.gz");
    let bytes = fs::read(&file).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    tool.json("table create --table third");
    let words = format!("restore {} --table third", cut.display());
    assert_eq!(tool.code(&words), (Some(2), "file".to_owned()));
    assert_eq!(tool.code("account show 1 --table third"), rejected("no_account"), "nothing of a file that is cut off is written");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_accounts_items_are_exported_alone_and_work_alone() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("account create --name Other");
    tool.json("product create --account 2 --slug other --name Other --author Other --code other --seats unlimited");
    tool.json("license issue --account 1 --product 1 --key OURS-0001");
    tool.json("license issue --account 2 --slug other --key THEIRS-0001");
    let (key, device) = (LicenseKey::parse("THEIRS-0001").unwrap(), Device::parse("https://a.example.com").unwrap());
    activate(stack.core(), Activate { key: &key, product: ProductClaim::Any, device: &device, label: None }).await.unwrap();
    tool.json("api-key create --account 2 --email a@example.com --name Shop");
    let file = folder.path().join("two.jsonl.gz");
    assert_eq!(tool.code(&format!("export {} --account 3", file.display())), rejected("no_account"));
    let written = tool.json(&format!("export {} --account 2", file.display()));
    for (kind, count) in [("LICENSE GRANT", 1), ("LICENSE SEAT", 1), ("APIKEY", 1), ("CODE", 1)] {
        assert_eq!(written["kinds"][kind], json!(count), "{kind}: {written}");
    }
    tool.json("table create --table other");
    tool.json(&format!("restore {} --table other", file.display()));
    assert_eq!(tool.json("license show --key THEIRS-0001 --table other")["seats_taken"], 1);
    assert_eq!(tool.code("license show --key OURS-0001 --table other"), rejected("no_license"));
    assert_eq!(tool.code("account show 1 --table other"), rejected("no_account"));
    assert_eq!(tool.json("account create --name Third --table other")["account"], 3, "no number is given twice");
    stack.shutdown().await;
}

/// What the doctor says of restores.
fn restores(tool: &Tool) -> String {
    let output = tool.run(&["doctor", "--read-only", "--json"], "");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let check = found["checks"].as_array().unwrap().iter().find(|check| check["check"] == "restores").unwrap();
    check["state"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_broke_off_goes_on_and_tells_no_webhook_and_what_happens_the_next_moment_is_told() {
    let (from, stack, folder) = (stack().await, stack().await, TempDir::new().unwrap());
    let (old, tool) = (Tool::at(&from.url()), Tool::at(&stack.url()));
    old.vendor();
    old.json("license issue --account 1 --product 1 --key KEY-0001");
    old.json("license issue --account 1 --product 1 --key KEY-0002");
    old.json("webhook create --account 1 --url https://hooks.example.com/in");
    let file = folder.path().join("all.jsonl.gz");
    old.json(&format!("export {}", file.display()));
    // One that was killed before it wrote anything, long ago; and one just now.
    let broken_off = |behind: i64| {
        let core = stack.core().clone();
        async move { Restoring::begin(&core, Skew { ahead: -behind, doubt: 0, lag: 0 }).await.unwrap() }
    };
    broken_off(LEASE_SECONDS + 60).await;
    assert_eq!(restores(&tool), "failed");
    broken_off(0).await;
    assert_eq!(restores(&tool), "warning");

    let restore = format!("restore {} --resume", file.display());
    let output = tool.run(&[&restore.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
    let restored: Value = serde_json::from_slice(&output.stdout).unwrap();
    // What the stack has noted of its table itself stays as it is.
    assert!(restored["written"].as_u64() > Some(10) && restored["missing"] == 0, "{restored}");
    tool.json("license issue --account 1 --product 1 --key KEY-0003");
    let told = |tool: &Tool| {
        let log = tool.json("webhook log --account 1 --webhook 1");
        log["deliveries"].as_array().unwrap().iter().map(|delivery| delivery["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..100 {
        if !told(&tool).is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(told(&tool), ["license.issued"], "the new one alone");
    assert_eq!(restores(&tool), "ok");
    // What the table says of restores is in no export of it.
    let again = tool.json(&format!("export {}", folder.path().join("again.jsonl.gz").display()));
    assert!(again["kinds"].get("TABLE RESTORE").is_none() && again["kinds"]["TABLE VERSION"] == 1, "{again}");
    from.shutdown().await;
    stack.shutdown().await;
}
