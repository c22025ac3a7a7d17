//! Keys, contents and foreign verifiers for the tests of signed licences.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::content::{Content, Feature, Field, Licensee, Mode, Product, Restriction, Text};
use super::keys::SigningKey;
use super::moment::Moment;
use super::public::PublicKey;
use crate::random::Random;

/// The vendor's file (`vectors/README.md`).
pub(super) const VENDOR: &[u8] = include_bytes!("vectors/vendor.licenses");

/// The vendor's file as text, and the vendor's key.
pub(super) fn vendor() -> (String, PublicKey) {
    let units: Vec<u16> = VENDOR[2..].as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    (String::from_utf16(&units).unwrap(), PublicKey::parse(include_bytes!("vectors/vendor.pub.b64")).unwrap())
}

pub(super) fn rsa() -> SigningKey {
    SigningKey::from_pem(include_str!("vectors/rsa.pem")).unwrap()
}

pub(super) fn other_rsa() -> SigningKey {
    SigningKey::from_pem(include_str!("vectors/other-rsa.pem")).unwrap()
}

pub(super) fn ed25519() -> SigningKey {
    SigningKey::from_pem(include_str!("vectors/ed25519.pem")).unwrap()
}

pub(super) fn other_ed25519() -> SigningKey {
    SigningKey::from_pem(include_str!("vectors/other-ed25519.pem")).unwrap()
}

pub(super) fn random() -> Random {
    Random::seeded(1)
}

/// A content that says no more than it must.
pub(super) fn small() -> Content {
    Content {
        id: text("licE719B"),
        issue_date: moment("2026-11-22T04:47:26Z"),
        expire_date: None,
        support_expire_date: None,
        kind: text("Enterprise"),
        mode: None,
        max_sites: None,
        licensee: None,
        product: None,
        components: Vec::new(),
        features: Vec::new(),
        fields: Vec::new(),
        restrictions: Vec::new(),
    }
}

/// A content that says everything, with whatever has to be escaped.
pub(super) fn content() -> Content {
    Content {
        issue_date: moment("2026-11-22T04:47:26.2883132Z"),
        expire_date: Some(moment("2027-11-22T00:00:00Z")),
        support_expire_date: Some(moment("2027-05-22T12:00:00.5Z")),
        mode: Some(Mode::Floating),
        max_sites: Some(5),
        licensee: Some(Licensee {
            company: Some(text("Müller & Söhne <GmbH>")),
            contact_info: Some(text("erika@example.com")),
            name: Some(text("Erika \"Eri\" O'Mustermann")),
            url: Some(text("https://example.com/?a=1&b=2")),
        }),
        product: Some(Product {
            id: text("P01"),
            name: Some(text("ACME Product 🔑")),
            version: Some(text("1.2.3")),
            copyright: Some(text("")),
            url: None,
            description: Some(text(" two\nlines ")),
        }),
        components: vec![text("core"), text("ui")],
        features: vec![Feature {
            id: text("export"),
            name: Some(text("Export")),
            description: None,
            expire_date: Some(moment("2027-01-01T00:00:00Z")),
            key: Some(text("k=1")),
            data: Some(text("</Feature>]]>")),
        }],
        fields: vec![Field { name: text("serial"), value: text("0815") }, Field { name: text("serial"), value: text("") }],
        restrictions: vec![Restriction {
            id: text("machine"),
            name: None,
            expire_date: None,
            properties: vec![Field { name: text("cpu"), value: text("x86") }],
            content: Some(text("<only on=\"x\"/>")),
        }],
        ..small()
    }
}

/// What a recipe says of a licence under a key: whether it is valid, and its answer. Nothing, told on standard error, where
/// `php` with sodium is not installed.
pub(super) fn php(recipe: &str, license: &str, key: &str) -> Option<(bool, String)> {
    recipe_with("php", &["-r", "exit(extension_loaded('sodium') ? 0 : 1);"], recipe, license, key)
}

/// The same for `python3` with its package `cryptography`.
pub(super) fn python(recipe: &str, license: &str, key: &str) -> Option<(bool, String)> {
    recipe_with("python3", &["-c", "import cryptography"], recipe, license, key)
}

fn recipe_with(program: &str, probe: &[&str], recipe: &str, license: &str, key: &str) -> Option<(bool, String)> {
    let is_there =
        Command::new(program).args(probe).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !is_there {
        // The macro's text would be held back while the test passes.
        let _ = writeln!(std::io::stderr(), "skipped: {recipe} ({program}, or what it needs, is not installed)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let [license_file, key_file] = [("license", license), ("key.pem", key)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let path = format!("{}/src/signing/recipes/{recipe}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(program).arg(path).args([license_file, key_file]).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), said))
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}
