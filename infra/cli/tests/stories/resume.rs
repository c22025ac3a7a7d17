//! An export that breaks off, and goes on.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use latchkey_core::table::{Restored, StoredItem};
use latchkey_local::Stack;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Tool, rejected, stack};

/// How many items are of some size, and how many characters each has beside its key.
const BULKY: u64 = 100;
const CHARACTERS: usize = 200_000;

/// Stands between the tool and the stack, and lets so many bytes of answers through.
struct Gate {
    url: String,
    left: Arc<AtomicI64>,
}

impl Gate {
    fn before(stack: &Stack) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (address, left) = (stack.url().trim_start_matches("http://").to_owned(), Arc::new(AtomicI64::new(0)));
        let shared = Arc::clone(&left);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&address).unwrap());
                let (from, to, free) = (client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::new(AtomicI64::new(i64::MAX)));
                thread::spawn(move || pass(from, to, &free));
                let left = Arc::clone(&shared);
                thread::spawn(move || pass(server, client, &left));
            }
        });
        Self { url, left }
    }
}

/// Carries bytes on as long as some may pass.
fn pass(mut from: TcpStream, mut to: TcpStream, left: &AtomicI64) {
    let mut buffer = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        while left.load(Ordering::SeqCst) <= 0 {
            thread::sleep(Duration::from_millis(5));
        }
        left.fetch_sub(i64::try_from(count).unwrap(), Ordering::SeqCst);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

fn line(number: u64) -> String {
    // Other in each item, so that an item that is lost or comes twice is not taken for another one.
    let text: String =
        (0..CHARACTERS).map(|at| char::from(b'a' + u8::try_from((at as u64 * (number + 7) + number) % 26).unwrap())).collect();
    format!(r#"{{"pk":{{"S":"BULK#{number}"}},"sk":{{"S":"BULK"}},"text":{{"S":"{text}"}},"v":{{"N":"1"}}}}"#)
}

async fn fill(stack: &Stack) {
    for number in 0..BULKY {
        let item = StoredItem::parse(line(number).as_bytes()).unwrap();
        assert_eq!(stack.core().table.restore(&item).await.unwrap(), Restored::New);
    }
}

fn begin(url: &str, words: &str) -> Child {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    tool.arg(format!("--local={url}")).args(words.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How many items the journal says that there are; nothing where there is no journal.
fn kept(journal: &Path) -> Option<u64> {
    let journal: Value = serde_json::from_slice(&fs::read(journal).ok()?).unwrap();
    journal["written"]["items"].as_u64()
}

fn until<T>(mut seen: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = seen() {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "it does not come");
        thread::sleep(Duration::from_millis(10));
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_killed_goes_on_and_is_whole() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let (direct, gate) = (Tool::at(&stack.url()), Gate::before(&stack));
    let tool = Tool::at(&gate.url);
    direct.vendor();
    for number in 0..5 {
        direct.json(&format!("license issue --account 1 --product 1 --key KEY-{number:04}"));
    }
    fill(&stack).await;
    let file = folder.path().join("all.jsonl.gz");
    let (export, journal) = (format!("export {} --parts 3", file.display()), beside(&file, ".part.journal"));
    let resume = format!("{export} --resume");

    // Before anything was read.
    let mut killed = begin(&gate.url, &resume);
    until(|| kept(&journal));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(kept(&journal), Some(0));
    // In the midst of reading, three times, each time a little further.
    let mut before = 0;
    for _ in 0..3 {
        gate.left.store(2_000_000, Ordering::SeqCst);
        let mut killed = begin(&gate.url, &resume);
        let now = until(|| {
            if gate.left.load(Ordering::SeqCst) <= 0 {
                gate.left.store(200_000, Ordering::SeqCst);
            }
            kept(&journal).filter(|now| *now > before)
        });
        killed.kill().unwrap();
        killed.wait().unwrap();
        gate.left.store(0, Ordering::SeqCst);
        assert!(now < BULKY && !file.exists(), "{now} of {BULKY}: it was to be killed before its end");
        before = kept(&journal).unwrap();
    }
    gate.left.store(i64::MAX / 2, Ordering::SeqCst);
    assert_eq!(tool.code(&export), rejected("broken_off"), "nothing is thrown away unasked");
    assert_eq!(direct.code(&resume), rejected("other_export"), "the table of another place");
    assert_eq!(tool.code(&format!("{resume} --account 1")), rejected("other_export"));
    let written = tool.json(&resume);
    assert_eq!((written["before"].as_u64(), &written["kinds"]["BULK"]), (Some(before), &json!(BULKY)), "{written}");
    assert!(!journal.exists() && !beside(&file, ".part").exists() && beside(&file, ".manifest.json").exists());
    assert_eq!(tool.code(&resume), (Some(2), "file".to_owned()), "what is whole is not written over");

    direct.json("table create --table other");
    let restored = direct.json(&format!("restore {} --table other", file.display()));
    let items = written["items"].as_u64();
    assert_eq!((restored["same"].as_u64(), restored["written"].as_u64(), &restored["others"]), (items, items, &json!(0)), "{restored}");
    assert_eq!(direct.json("license show --key KEY-0004 --table other"), direct.json("license show --key KEY-0004"));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_use_is_begun_anew_when_that_is_asked_for() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let file = folder.path().join("all.jsonl.gz");
    let export = format!("export {}", file.display());
    fs::write(beside(&file, ".part"), "rubbish").unwrap();
    fs::write(beside(&file, ".part.journal"), "rubbish").unwrap();
    assert_eq!(tool.code(&export), rejected("broken_off"));
    let (status, error) = tool.error(&format!("{export} --resume"));
    assert_eq!((status, &error["code"]), (Some(2), &json!("file")));
    assert!(error["hint"].as_str().unwrap().contains("--force"), "{error}");
    let written = tool.json(&format!("{export} --force"));
    assert_eq!(written["before"], 0);
    // One that is whole stays until another one is.
    let bytes = fs::read(&file).unwrap();
    tool.json("account create --name More");
    assert_eq!(tool.code(&export), (Some(2), "file".to_owned()));
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_ne!(tool.json(&format!("{export} --force --resume"))["items"], written["items"]);
    assert_eq!(tool.code("export /nowhere/at/all.gz"), (Some(2), "file".to_owned()));
    stack.shutdown().await;
}
