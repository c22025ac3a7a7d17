//! A user as it is shown.

use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::user::{User, UserId};
use latchkey_core::table::Page;
use serde::Serialize;

use crate::members::Member;
use crate::text::{self, or_dash};

/// The members of a user.
pub(super) const MEMBERS: [Member; 11] = [
    ("user", "its id"),
    ("account", "the vendor's number"),
    ("user_name", "what it logs in as"),
    ("email", "the e-mail address, or null"),
    ("roles", "a list of Administrator, LicenseManager, Sales, Customer, Application"),
    ("first_name", "the given name, or null"),
    ("last_name", "the family name, or null"),
    ("customer", "the number of the customer that it is, or null"),
    ("created", "when it was made"),
    ("updated", "when it was changed last, or null"),
    ("last_log_in", "when it logged in last, or null"),
];

/// What stands beside a list.
pub(super) const OTHERS: [Member; 1] = [("next", "what to give as --after for the next page; null where this was the last")];

/// The members of what is told of a deleted user.
pub(super) const GONE: [Member; 3] = [("user", "its id"), ("account", "the vendor's number"), ("deleted", "always true: the user is gone")];

/// A user.
#[derive(Serialize)]
pub(super) struct View {
    user: UserId,
    account: AccountId,
    user_name: String,
    email: Option<String>,
    roles: Vec<&'static str>,
    first_name: Option<String>,
    last_name: Option<String>,
    customer: Option<CustomerId>,
    created: Timestamp,
    updated: Option<Timestamp>,
    last_log_in: Option<Timestamp>,
}

/// A page of users.
#[derive(Serialize)]
pub(super) struct List {
    next: Option<UserId>,
    users: Vec<View>,
}

/// That a user is gone.
#[derive(Serialize)]
pub(super) struct Gone {
    pub(super) user: UserId,
    pub(super) account: AccountId,
    pub(super) deleted: bool,
}

impl View {
    pub(super) fn of(user: &User) -> Self {
        let line = |line: &Option<Line<120>>| line.as_ref().map(|line| line.as_str().to_owned());
        Self {
            user: user.id,
            account: user.account,
            user_name: user.profile.user_name.as_str().to_owned(),
            email: user.profile.email.as_ref().map(Email::as_str).map(str::to_owned),
            roles: user.roles.iter().map(Role::name).collect(),
            first_name: line(&user.profile.first_name),
            last_name: line(&user.profile.last_name),
            customer: user.profile.customer,
            created: user.created,
            updated: user.updated,
            last_log_in: user.last_log_in,
        }
    }

    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("id", self.user.to_string()),
            ("account", self.account.to_string()),
            ("user name", self.user_name.clone()),
            ("e-mail", or_dash(self.email.as_ref())),
            ("roles", self.roles.join(",")),
            ("first name", or_dash(self.first_name.as_ref())),
            ("last name", or_dash(self.last_name.as_ref())),
            ("customer", or_dash(self.customer)),
            ("created", self.created.to_string()),
            ("updated", or_dash(self.updated)),
            ("last login", or_dash(self.last_log_in)),
        ]
    }

    fn row(&self) -> [String; 4] {
        [self.user.to_string(), self.user_name.clone(), self.roles.join(","), or_dash(self.last_log_in)]
    }
}

impl List {
    pub(super) fn of(page: &Page<User, UserId>) -> Self {
        Self { next: page.next, users: page.items.iter().map(View::of).collect() }
    }

    pub(super) fn text(&self) -> String {
        let rows: Vec<_> = self.users.iter().map(View::row).collect();
        let text = text::columns(["user", "name", "roles", "last login"], &rows);
        match self.next {
            Some(next) => format!("{text}\nThere are more: --after {next}"),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::user::Profile;

    use super::*;
    use crate::members::{names_in, names_of};

    fn example() -> User {
        User {
            id: "0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e".parse().unwrap(),
            account: AccountId::new(1).unwrap(),
            revision: 1,
            era: 1,
            roles: Role::Administrator.into(),
            created: Timestamp::parse("2026-01-02").unwrap(),
            updated: None,
            last_log_in: None,
            profile: Profile::named("erika".parse().unwrap()),
        }
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&example())), names_of(&MEMBERS));
        let deleted = Gone { user: example().id, account: example().account, deleted: true };
        assert_eq!(names_in(&deleted), names_of(&GONE));
    }

    #[test]
    fn a_page_says_where_the_next_one_begins() {
        let list = List::of(&Page { items: vec![example()], next: Some(example().id) });
        let text = list.text();
        assert!(text.contains("0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e  erika  Administrator  -\nThere are more: --after 0193a1b2"), "{text}");
    }
}
