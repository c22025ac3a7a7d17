//! `latchkey api-key list`.

use latchkey_core::core::Credentials;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::table::ListedApiKey;
use serde::Serialize;

use super::view::{MEMBERS, View};
use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// Whose keys are wanted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
}

const SECRET: Member = (
    "former_secret",
    "whether it is stored under a former LATCHKEY_CREDENTIAL_SECRET, because it was not used since: it is refused once that is gone",
);

/// What the JSON holds.
pub(super) fn help() -> String {
    members::list_help("api_keys", &members(), &[])
}

fn members() -> Vec<Member> {
    [&MEMBERS[..], &[SECRET]].concat()
}

#[derive(Serialize)]
struct List {
    api_keys: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    record: View,
    former_secret: bool,
}

impl Args {
    /// Lists the keys.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let credentials = session.credentials()?;
        session.require_account(self.account).await?;
        let keys = session.core.table.api_keys(self.account).await?;
        let list = List::of(&keys, &credentials, session.core.now());
        Answer::new(&list, list.text())
    }
}

impl List {
    fn of(keys: &[ListedApiKey], credentials: &Credentials, now: Timestamp) -> Self {
        let current = credentials.keys.secret_id();
        let entry = |listed: &ListedApiKey| Entry { record: View::of(&listed.key, now), former_secret: listed.secret != current };
        Self { api_keys: keys.iter().map(entry).collect() }
    }

    fn text(&self) -> String {
        let text = text::columns(View::HEADINGS, &self.api_keys.iter().map(|entry| entry.record.row()).collect::<Vec<_>>());
        match self.api_keys.iter().filter(|entry| entry.former_secret && entry.record.is_active()).count() {
            0 => text,
            count => format!("{text}\nNot used since the secret was rotated: {count}. They are refused once the former secret is gone."),
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::config::{CredentialSecrets, Secret};
    use latchkey_core::credentials::CredentialKeys;

    use super::*;
    use crate::api_key::view::example;
    use crate::members::{names_in, names_of};

    fn credentials(letter: &str) -> Credentials {
        let current = Secret::parse("LATCHKEY_CREDENTIAL_SECRET", &letter.repeat(32)).unwrap();
        Credentials { keys: CredentialKeys::new(&CredentialSecrets { current, previous: None }) }
    }

    fn list(under: &str) -> List {
        let listed = ListedApiKey { key: example(), secret: credentials(under).keys.secret_id(), client: None };
        List::of(&[listed], &credentials("a"), Timestamp::MIN)
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&list("a").api_keys[0]), names_of(&members()));
    }

    #[test]
    fn what_a_rotation_would_lose_is_told() {
        let text = list("a").text();
        assert!(text.ends_with("vendor@example.com  Shop"), "{text}");
        let text = list("b").text();
        assert!(text.contains("\nNot used since the secret was rotated: 1."), "{text}");
    }
}
