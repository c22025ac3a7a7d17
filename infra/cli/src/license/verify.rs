//! `latchkey license verify`: works on a file alone, without a deployment.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use latchkey_core::domain::time::Timestamp;
use latchkey_core::signing::content::{Licensee, Mode, Product};
use latchkey_core::signing::{Content, KeyError, Looked, MAX_FILE, PublicKey, VerifyError, look, verify};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::text::{fields, or_dash};

/// What is verified, and with which key.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The signed licence, in whichever form
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The vendor's public key: PEM, base64 of DER, or .NET's XML; without it, nothing can be verified
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
}

const MEMBERS: [Member; 5] = [
    ("valid", "true: of what is not, the answer is an error"),
    ("form", "xml, xml-dsig, ascii, base32 or file"),
    ("key", "what names the key that it is signed with"),
    ("key_kind", "what that is, such as RSA 2048 or Ed25519"),
    ("content", "what the licence says, as shared/src/signing/README.md describes it"),
];

/// What the JSON holds, and how it ends.
pub(super) fn help() -> String {
    members::help(&MEMBERS)
        + "\nA licence that is not valid is answered with exit code 1 and one of the codes expired, forged (it was changed, or signed with \
another key), wrong_key_kind, malformed, not_a_signed_license and unverified (no key was given)."
}

#[derive(Debug, Serialize)]
struct Shown {
    valid: bool,
    form: &'static str,
    key: String,
    key_kind: String,
    content: Content,
}

impl Args {
    /// Verifies the file. `now` is what its end is compared with.
    pub(crate) fn run(&self, now: Timestamp) -> Result<Answer, Failed> {
        let license = read(&self.file)?;
        let looked = look(&license);
        let Some(path) = &self.public_key else {
            return Err(self.unverified(&looked.map_err(|error| self.refused(error, None))?).into());
        };
        let key = PublicKey::parse(&read(path)?).map_err(|error| no_key(path, error))?;
        // The signature has the first word: what was changed is forged, be it understood or not.
        let content = verify(&license, &key).map_err(|error| self.refused(error, looked.as_ref().ok().map(|looked| (looked, &key))))?;
        let looked = looked.map_err(|error| self.refused(error, None))?;
        if content.is_expired(now) {
            return Err(self.expired(&content).into());
        }
        let shown = Shown { valid: true, form: looked.form.name(), key: key.id().to_string(), key_kind: key.kind(), content };
        Answer::new(&shown, shown.text())
    }

    fn refused(&self, error: VerifyError, of: Option<(&Looked, &PublicKey)>) -> Problem {
        let code = match error {
            VerifyError::TooLarge | VerifyError::Unrecognised => "not_a_signed_license",
            VerifyError::Malformed(_) => "malformed",
            VerifyError::WrongKind => "wrong_key_kind",
            VerifyError::Forged => "forged",
        };
        let hint = of.and_then(|(looked, key)| {
            let said = looked.key.filter(|said| *said != key.id())?;
            Some(format!("it says that it is signed with the key {said}; the one given is {} ({})", key.id(), key.kind()))
        });
        self.no(code, &error.to_string(), hint)
    }

    fn unverified(&self, looked: &Looked) -> Problem {
        let Looked { form, content, key } = looked;
        let key = key.map_or_else(String::new, |key| format!(", signed with the key {key}"));
        // Nobody vouches for this text: a line feed in it would make a line of its own.
        let (id, form) = (content.id.as_str().replace('\n', " "), form.name());
        let message = format!("it says that it is licence {id} in the form {form}{key}; whether that is true was not verified");
        let hint = "give the vendor's public key with --public-key: what a file says of its own key proves nothing";
        self.no("unverified", &message, Some(hint.to_owned()))
    }

    fn expired(&self, content: &Content) -> Problem {
        let message = format!("its signature is the vendor's, but licence {} expired on {}", content.id, or_dash(content.expire_date));
        self.no("expired", &message, None)
    }

    fn no(&self, code: &'static str, message: &str, hint: Option<String>) -> Problem {
        Problem { code, message: format!("{}: {message}", self.file.display()), hint, exit: Exit::Rejected }
    }
}

/// A file's bytes: at most one more than any signed licence has.
fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(usage(format!("{} cannot be read: {error}", path.display()))),
    }
}

fn no_key(path: &Path, error: KeyError) -> Problem {
    usage(format!("{} is not the public key of a vendor: {error}", path.display()))
}

fn usage(message: String) -> Problem {
    Problem { code: "usage", message, hint: None, exit: Exit::Usage }
}

impl Shown {
    fn text(&self) -> String {
        let Content { id, issue_date, expire_date, support_expire_date, kind, mode, max_sites, licensee, product, .. } = &self.content;
        let Licensee { company, contact_info, name, url: _ } = licensee.clone().unwrap_or_default();
        let mut rows = vec![
            ("valid", "yes".to_owned()),
            ("form", self.form.to_owned()),
            ("key", format!("{} ({})", self.key, self.key_kind)),
            ("licence", id.to_string()),
            ("type", kind.to_string()),
            ("issued", issue_date.to_string()),
            ("expires", expire_date.map_or_else(|| "never".to_owned(), |moment| moment.to_string())),
            ("support until", or_dash(*support_expire_date)),
            ("mode", or_dash(mode.map(Mode::name))),
            ("sites", or_dash(*max_sites)),
            ("company", or_dash(company)),
            ("name", or_dash(name)),
            ("contact", or_dash(contact_info)),
            ("product", product.as_ref().map_or_else(|| "-".to_owned(), product_text)),
        ];
        let Content { components, features, fields: others, restrictions, .. } = &self.content;
        rows.extend(components.iter().map(|component| ("component", component.to_string())));
        rows.extend(features.iter().map(|feature| ("feature", feature.id.to_string())));
        rows.extend(others.iter().map(|field| ("field", format!("{}: {}", field.name, field.value))));
        rows.extend(restrictions.iter().map(|restriction| ("restriction", restriction.id.to_string())));
        // A line feed in a text would look like a row.
        let rows: Vec<_> = rows.into_iter().map(|(label, value)| (label, value.replace('\n', " "))).collect();
        fields(&rows)
    }
}

fn product_text(Product { id, name, version, .. }: &Product) -> String {
    let parts = [Some(id), name.as_ref(), version.as_ref()].into_iter().flatten();
    parts.map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use latchkey_core::random::Random;
    use latchkey_core::signing::{Form, KeyKind, SigningKey, sign};
    use tempfile::TempDir;

    use super::*;
    use crate::members::{names_in, names_of};

    const NOW: &str = "2026-11-22";
    const VENDOR: &[u8] = include_bytes!("../../../../shared/src/signing/vectors/vendor.licenses");
    const VENDORS_KEY: &[u8] = include_bytes!("../../../../shared/src/signing/vectors/vendor.pub.b64");

    fn run(license: &[u8], key: Option<&[u8]>) -> Result<Answer, Problem> {
        let folder = TempDir::new().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let args = Args { file: file("a.lic", license), public_key: key.map(|key| file("key", key)) };
        args.run(Timestamp::parse(NOW).unwrap()).map_err(Failed::plain)
    }

    fn code(license: &[u8], key: Option<&[u8]>) -> (&'static str, Exit) {
        let problem = run(license, key).unwrap_err();
        (problem.code, problem.exit)
    }

    fn content() -> Content {
        looked().content
    }

    fn looked() -> Looked {
        look(VENDOR).unwrap()
    }

    fn key(seed: u64) -> SigningKey {
        SigningKey::generate(KeyKind::Ed25519, &Random::seeded(seed)).unwrap()
    }

    fn signed(content: &Content) -> String {
        sign(Form::File, content, &key(1), &Random::seeded(1)).unwrap()
    }

    #[test]
    fn the_help_tells_the_members() {
        let shown = Shown { valid: true, form: "file", key: String::new(), key_kind: String::new(), content: content() };
        assert_eq!(names_in(&shown), names_of(&MEMBERS));
    }

    #[test]
    fn a_vendors_file_is_valid_and_shown() {
        let shown = format!("{:?}", run(VENDOR, Some(VENDORS_KEY)).unwrap());
        for part in ["licE719B", "2023-05-30T06:39:07.2883132Z", "RSA 1024", "P01 ACME Product", "expires        never"] {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
    }

    #[test]
    fn what_is_not_valid_ends_with_one_and_says_why() {
        let no = |code: &'static str| (code, Exit::Rejected);
        let text = signed(&content());
        let (pem, other) = (key(1).public().to_pem(), key(2).public().to_pem());
        assert!(run(text.as_bytes(), Some(pem.as_bytes())).is_ok());
        assert_eq!(code(text.as_bytes(), None), no("unverified"));
        assert_eq!(code(text.as_bytes(), Some(other.as_bytes())), no("forged"));
        assert_eq!(code(text.as_bytes(), Some(VENDORS_KEY)), no("wrong_key_kind"));
        let mut changed = 0;
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let code = code(&bytes, Some(pem.as_bytes())).0;
            assert!(["forged", "malformed", "wrong_key_kind", "not_a_signed_license"].contains(&code), "{at}: {code}");
            changed += usize::from(code == "forged");
        }
        assert!(changed > text.len() / 3, "what is signed and was changed is forged, be it JSON still or not: {changed} of {}", text.len());
        assert_eq!(code(b"no licence!", Some(pem.as_bytes())), no("not_a_signed_license"));
        assert_eq!(code(&vec![b'A'; MAX_FILE + 10], Some(pem.as_bytes())), no("not_a_signed_license"));
        assert_eq!(code(b"{}", Some(pem.as_bytes())), no("malformed"));
        let hint = run(text.as_bytes(), Some(other.as_bytes())).unwrap_err().hint.unwrap();
        assert!(hint.contains(&key(1).public().id().to_string()) && hint.contains(&key(2).public().id().to_string()), "{hint}");
    }

    #[test]
    fn an_end_is_looked_at_once_the_signature_is_right() {
        let ending = |end: &str| Content { expire_date: latchkey_core::signing::Moment::parse(end), ..content() };
        let pem = key(1).public().to_pem();
        let past = signed(&ending("2026-11-22T00:00:00Z"));
        let problem = run(past.as_bytes(), Some(pem.as_bytes())).unwrap_err();
        assert_eq!((problem.code, problem.exit), ("expired", Exit::Rejected));
        assert!(problem.message.contains("licE719B expired on 2026-11-22T00:00:00Z"), "{}", problem.message);
        assert_eq!(code(past.as_bytes(), Some(key(2).public().to_pem().as_bytes())).0, "forged");
        assert!(run(signed(&ending("2026-11-22T00:00:00.0000001Z")).as_bytes(), Some(pem.as_bytes())).is_ok());
    }

    #[test]
    fn a_file_that_is_not_there_and_a_key_that_is_none_are_wrong_usage() {
        assert_eq!(code(VENDOR, Some(b"no key")), ("usage", Exit::Usage));
        let args = Args { file: PathBuf::from("does-not-exist.lic"), public_key: None };
        let problem = args.run(Timestamp::parse(NOW).unwrap()).map_err(Failed::plain).unwrap_err();
        assert_eq!((problem.code, problem.exit), ("usage", Exit::Usage));
    }
}
