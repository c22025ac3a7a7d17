//! `latchkey api-key create`.

use std::io::BufRead;

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::create_api_key::{CreatedApiKey, NewApiKey, create_api_key};
use serde::Serialize;

use super::view::{MEMBERS, View};
use crate::members::{self, Member};
use crate::moment::Moment;
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// More than any key: a key has at most 128 characters.
const MOST_BYTES: u64 = 4_096;

/// What is said about a new key.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The user that it belongs to; scripts that name a user have to name this one
    #[arg(long)]
    email: Email,
    /// What staff call it
    #[arg(long)]
    name: Line<120>,
    /// What it is for, for staff
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: Prose<1_000>,
    /// The user of the account that it belongs to: it has this user's roles
    #[arg(long, value_name = "ID")]
    owner: Option<UserId>,
    /// The roles that it is bounded to, with commas between them; without an owner, those that it has
    #[arg(long, value_name = "LIST")]
    roles: Option<Roles>,
    /// What it may be used for: one or more of read, write, delete and create, with commas between them
    #[arg(long, value_name = "LIST", default_value_t = Permissions::ALL)]
    permissions: Permissions,
    /// The first moment at which it is too old, or never
    #[arg(long, value_name = "DATE", default_value = "never")]
    expires: Moment,
    /// Take the first line of standard input for the key, so that scripts keep the one that they have
    #[arg(long)]
    key_stdin: bool,
}

const SECRETS: [Member; 2] = [
    ("key", "the key itself, which cannot be shown again"),
    ("client_secret", "a second secret beside it, for programs that want one; cannot be shown again either"),
];

/// What the JSON holds.
pub(super) fn help() -> String {
    members::help(&members())
}

fn members() -> Vec<Member> {
    [&SECRETS[..], &MEMBERS].concat()
}

#[derive(Serialize)]
struct Created {
    key: String,
    client_secret: String,
    #[serde(flatten)]
    record: View,
}

impl Args {
    /// Makes the key.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { account, email, name, description, owner, roles, permissions, expires, key_stdin } = self;
        let credentials = session.credentials()?;
        let secret = if key_stdin { Some(read_from(std::io::stdin().lock())?) } else { None };
        let new = NewApiKey { name, description, email, owner, roles, permissions, expires: expires.0, secret };
        let created = create_api_key(&session.core, &credentials, account, new).await?;
        let created = Created::of(&created, session.core.now());
        Answer::new(&created, created.text())
    }
}

impl Created {
    fn of(created: &CreatedApiKey, now: Timestamp) -> Self {
        let [key, client_secret] = [&created.secret, &created.client_secret].map(|secret| secret.expose().to_owned());
        Self { key, client_secret, record: View::of(&created.key, now) }
    }

    fn text(&self) -> String {
        let mut rows = vec![("key", self.key.clone())];
        rows.extend(self.record.rows());
        format!("{}\n\nKeep the key: it cannot be shown again.", text::fields(&rows))
    }
}

fn read_from(input: impl BufRead) -> Result<ApiKeySecret, Problem> {
    let mut line = String::new();
    let read = input.take(MOST_BYTES).read_line(&mut line);
    read.map_err(|error| wrong(format!("no API key can be read from standard input: {error}")))?;
    ApiKeySecret::parse(line.trim()).map_err(|error| wrong(error.to_string()))
}

fn wrong(message: String) -> Problem {
    Problem { code: "usage", message, hint: Some("--key-stdin takes the key from standard input".to_owned()), exit: Exit::Usage }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_key::view::example;
    use crate::members::{names_in, names_of};

    #[test]
    fn the_help_tells_the_members_and_people_are_told_to_keep_the_key() {
        let secret = ApiKeySecret::parse("api_0001aaaaaaaaaaaaaaaaaaaa").unwrap();
        let client_secret = ApiKeySecret::parse("sec_0000000000000000000000000000000000000000").unwrap();
        let created = Created::of(&CreatedApiKey { key: example(), secret, client_secret }, Timestamp::MIN);
        assert_eq!(names_in(&created), names_of(&members()));
        let text = created.text();
        assert!(text.starts_with("key          api_0001aaaaaaaaaaaaaaaaaaaa\nnumber       3\n"), "{text}");
        assert!(text.ends_with("\n\nKeep the key: it cannot be shown again."), "{text}");
    }

    #[test]
    fn the_first_line_of_standard_input_is_the_key_and_nothing_else_is_repeated() {
        assert_eq!(read_from(&b" some-api-key \nmore\n"[..]).unwrap().expose(), "some-api-key");
        for text in ["", "\n", "short", "with inner space", &"x".repeat(300)] {
            let problem = read_from(text.as_bytes()).unwrap_err();
            assert_eq!(problem.exit, Exit::Usage);
            assert!(!problem.message.contains("inner") && !problem.message.contains("xxx"), "{}", problem.message);
        }
    }
}
