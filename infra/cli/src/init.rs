//! `latchkey init`: what a deployment begins with.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::ids::{AccountId, ApiKeyId};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::domain::user::{Profile, UserId, UserName};
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::users::{NewUser, create_user};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;
use crate::text::fields;
use crate::user;

/// The first account, and who works with it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What staff call the account
    #[arg(long)]
    name: Line<120>,
    /// What its administrator logs in as: unique in the deployment
    #[arg(long, value_name = "NAME")]
    user_name: UserName,
    /// Where the administrator is written to; the API key is under this address
    #[arg(long)]
    email: Email,
    /// Take the first line of standard input for the password; without one, nobody can log in until `latchkey user set-password`
    #[arg(long)]
    password_stdin: bool,
    /// What staff call the API key
    #[arg(long, value_name = "NAME", default_value = "First key")]
    key_name: Line<120>,
    /// Make another account although the deployment has one
    #[arg(long)]
    another: bool,
}

const MEMBERS: [Member; 5] = [
    ("account", "the account's number"),
    ("user", "the administrator's id"),
    ("api_key", "the API key's number"),
    ("key", "the API key itself, which cannot be shown again"),
    ("client_secret", "a second secret beside it, for programs that want one; cannot be shown again either"),
];

/// What the JSON holds.
pub(crate) fn help() -> String {
    members::help(&MEMBERS)
}

#[derive(Serialize)]
struct View {
    account: AccountId,
    user: UserId,
    api_key: ApiKeyId,
    key: String,
    client_secret: String,
}

impl Args {
    /// Makes the account, its administrator and a key.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { name, user_name, email, password_stdin, key_name, another } = self;
        let core = &session.core;
        // Asked for first: without the secret there is no key, and half of a beginning would stay.
        let credentials = session.credentials()?;
        let password = if password_stdin { Some(user::read_password()?) } else { None };
        if !another && let Some(last) = core.table.last_account().await? {
            return Err(begun(last).into());
        }
        core.table.note_empty(core.now()).await?;
        let account = core.table.create_account(name, core.now()).await?.id;
        let left = |failed: Failed| left(failed, session, account);
        let profile = Profile { email: Some(email.clone()), ..Profile::named(user_name) };
        let administrator = NewUser { profile, roles: Role::Administrator.into(), password };
        let user = create_user(core, account, administrator).await.map_err(|rejected| left(rejected.into()))?.id;
        let permissions = Permissions::ALL;
        let (description, owner) = (Prose::default(), Some(user));
        let new = NewApiKey { name: key_name, description, email, owner, roles: None, permissions, expires: None, secret: None };
        let made = create_api_key(core, &credentials, account, new).await.map_err(|rejected| left(rejected.into()))?;
        let [key, client_secret] = [&made.secret, &made.client_secret].map(|secret| secret.expose().to_owned());
        let view = View { account, user, api_key: made.key.id, key, client_secret };
        Answer::new(&view, view.text())
    }
}

impl View {
    fn text(&self) -> String {
        let rows = fields(&[
            ("account", self.account.to_string()),
            ("administrator", self.user.to_string()),
            ("API key", self.api_key.to_string()),
            ("key", self.key.clone()),
            ("client secret", self.client_secret.clone()),
        ]);
        format!("{rows}\n\nKeep the key: it cannot be shown again. Next: latchkey product create --account {} …", self.account)
    }
}

fn begun(last: AccountId) -> Problem {
    Problem {
        code: "begun",
        message: format!("the deployment has an account already: the last one is {last}"),
        hint: Some("--another makes one more; `latchkey user create` and `latchkey api-key create` add to one that there is".to_owned()),
        exit: Exit::Rejected,
    }
}

/// What is said where only a part was made.
fn left(failed: Failed, session: &Session, account: AccountId) -> Failed {
    let problem = failed.explain(&session.target);
    let message = format!("{}; account {account} was made", problem.message);
    let hint = format!("go on with `latchkey user create --account {account}` and `latchkey api-key create --account {account}`");
    Problem { message, hint: Some(hint), ..problem }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (user, api_key) = ("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e".parse().unwrap(), ApiKeyId::new(1).unwrap());
        let view = View { account: AccountId::new(1).unwrap(), user, api_key, key: String::new(), client_secret: String::new() };
        assert_eq!(members::names_in(&view), members::names_of(&MEMBERS));
    }
}
