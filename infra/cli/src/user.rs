//! `latchkey user`: those who work with an account, and log in to do so.

mod view;

use std::io::BufRead;

use clap::Subcommand;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::password::Password;
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::user::{Profile, UserId, UserName};
use latchkey_core::ops::set_password::set_password;
use latchkey_core::ops::users::{NewUser, add_to_roles, create_user, delete_user, find_user, remove_from_roles};

use self::view::{GONE, Gone, List, MEMBERS, OTHERS, View};
use crate::members;
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;
use crate::text;

/// More than any password: one has at most 128 characters.
const MOST_BYTES: u64 = 4_096;

/// What can be done with users.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a user; the first administrator of an account is made so
    #[command(after_long_help = members::help(&MEMBERS))]
    Create {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// What the user logs in as: unique in the deployment
        #[arg(long, value_name = "NAME")]
        user_name: UserName,
        /// Where the user is written to: unique in the account
        #[arg(long)]
        email: Option<Email>,
        /// One or more of Administrator, `LicenseManager`, Sales, Customer and Application, with commas between them
        #[arg(long, value_name = "LIST")]
        roles: Option<Roles>,
        /// The given name
        #[arg(long, value_name = "NAME")]
        first_name: Option<Line<120>>,
        /// The family name
        #[arg(long, value_name = "NAME")]
        last_name: Option<Line<120>>,
        /// The customer that the user is
        #[arg(long)]
        customer: Option<CustomerId>,
        /// Take the first line of standard input for the password; without one, nobody can log in as the user
        #[arg(long)]
        password_stdin: bool,
    },
    /// List an account's users in the order in which they were made
    #[command(after_long_help = members::list_help("users", &MEMBERS, &OTHERS))]
    List {
        /// The vendor's number
        #[arg(long)]
        account: AccountId,
        /// Begin after this user
        #[arg(long, value_name = "USER")]
        after: Option<UserId>,
        /// The most users to list, up to 1000
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
        limit: u16,
    },
    /// Show a user
    #[command(after_long_help = members::help(&MEMBERS))]
    Show(UserArgs),
    /// Set a user's password to the first line of standard input; ends the user's logins
    #[command(after_long_help = members::help(&MEMBERS))]
    SetPassword(UserArgs),
    /// Put a user into these roles and no others; ends the user's logins where that changes anything
    #[command(after_long_help = members::help(&MEMBERS))]
    Roles {
        #[command(flatten)]
        user: UserArgs,
        /// One or more of Administrator, `LicenseManager`, Sales, Customer and Application, with commas between them
        #[arg(long, value_name = "LIST")]
        roles: Roles,
    },
    /// Delete a user: ends its logins, revokes its API keys, and frees its names
    #[command(after_long_help = members::help(&GONE))]
    Delete(UserArgs),
}

/// Which user is meant.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct UserArgs {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The user's id, as it is listed
    #[arg(long, value_name = "ID")]
    user: UserId,
}

/// Runs a command.
pub(crate) async fn run(command: Command, session: &Session) -> Result<Answer, Failed> {
    let core = &session.core;
    let user = match command {
        Command::Create { account, user_name, email, roles, first_name, last_name, customer, password_stdin } => {
            let password = if password_stdin { Some(read_from(std::io::stdin().lock())?) } else { None };
            let profile = Profile { email, first_name, last_name, customer, ..Profile::named(user_name) };
            create_user(core, account, NewUser { profile, roles: roles.unwrap_or_default(), password }).await?
        }
        Command::List { account, after, limit } => {
            session.require_account(account).await?;
            let list = List::of(&core.table.users(account, after, limit).await?);
            return Answer::new(&list, list.text());
        }
        Command::Show(UserArgs { account, user }) => find_user(core, account, user).await?,
        Command::SetPassword(UserArgs { account, user }) => set_password(core, account, user, &read_from(std::io::stdin().lock())?).await?,
        Command::Roles { user: UserArgs { account, user }, roles } => {
            add_to_roles(core, account, user, roles).await?;
            remove_from_roles(core, account, user, Roles::ALL.without(roles)).await?
        }
        Command::Delete(UserArgs { account, user }) => {
            delete_user(core, account, user).await?;
            return Answer::new(&Gone { user, account, deleted: true }, "The user is deleted.".to_owned());
        }
    };
    let view = View::of(&user);
    Answer::new(&view, text::fields(&view.rows()))
}

/// The password that is the first line of standard input.
pub(crate) fn read_password() -> Result<Password, Problem> {
    read_from(std::io::stdin().lock())
}

fn read_from(input: impl BufRead) -> Result<Password, Problem> {
    let mut line = String::new();
    let read = input.take(MOST_BYTES).read_line(&mut line);
    read.map_err(|error| wrong(format!("no password can be read from standard input: {error}")))?;
    Password::parse(line.trim_end_matches(['\r', '\n'])).map_err(|error| wrong(error.to_string()))
}

fn wrong(message: String) -> Problem {
    Problem { code: "usage", message, hint: Some("the password is the first line of standard input".to_owned()), exit: Exit::Usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_standard_input_is_the_password_and_nothing_is_repeated() {
        assert!(read_from(&b"correct horse\r\nmore\n"[..]).is_ok());
        for text in ["", "\n", "short7!", &"x".repeat(300)] {
            let problem = read_from(text.as_bytes()).err().unwrap();
            assert_eq!(problem.exit, Exit::Usage);
            assert!(!problem.message.contains("short7") && !problem.message.contains("xxx"), "{}", problem.message);
        }
    }
}
