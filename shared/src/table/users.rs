//! Users: what the account lists, the names that lead to them, and what their passwords are stored as.

use aws_sdk_dynamodb::types::builders::{DeleteBuilder, PutBuilder};
use aws_sdk_dynamodb::types::{Delete, Put, ReturnConsumedCapacity};
use serde::{Deserialize, Serialize};

use super::call::{Loss, Refused, call};
use super::item::{Item, item, number, text, value};
use super::keys::{self, PK};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Page, Table};
use crate::credentials::password::PasswordHash;
use crate::domain::ids::AccountId;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserId, UserName};
use crate::fault::{Fault, FaultKind};

/// Why a user was not written.
#[derive(Debug)]
pub enum UserError {
    /// There is no such account.
    NoAccount,
    /// A user of the deployment has this name.
    NameTaken,
    /// A user of the account has this address.
    EmailTaken,
    /// It was changed or deleted since it was read.
    Changed,
    /// A fault of ours.
    Fault(Fault),
}

/// The conditions of writing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    AccountExists,
    User,
    Name,
    Email,
    Nothing,
}

/// Whose a name is.
#[derive(Serialize, Deserialize)]
struct Holder {
    account: AccountId,
    user: UserId,
}

#[derive(Serialize, Deserialize)]
struct StoredPassword {
    hash: PasswordHash,
}

impl Table {
    /// Writes a new user, whose id is fresh, and its password where it has one.
    pub async fn create_user(&self, user: &User, password: Option<&PasswordHash>) -> Result<(), UserError> {
        let mut transaction = Transaction::new("creating a user");
        transaction.require(self, Condition::AccountExists, keys::account(user.account))?;
        transaction.create(self, Condition::User, item(keys::user(user.account, user.id), user)?)?;
        transaction.create(self, Condition::Name, name_item(user)?)?;
        if let Some(email) = &user.profile.email {
            transaction.create(self, Condition::Email, email_item(user, email)?)?;
        }
        if let Some(password) = password {
            transaction.put(Condition::Nothing, self.password_put(user, password)?)?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                let has_failed = |condition| failed.iter().any(|failed| failed.condition == condition);
                // The id was drawn for this call alone: an attempt whose answer was lost has written all of this.
                match (has_failed(Condition::User), loss) {
                    (true, Loss::Before) => Ok(()),
                    (true, Loss::None) => Err(Fault::new(FaultKind::Corrupt, "creating a user: the id is in use").into()),
                    (false, _) if has_failed(Condition::AccountExists) => Err(UserError::NoAccount),
                    (false, _) if has_failed(Condition::Name) => Err(UserError::NameTaken),
                    (false, _) => Err(UserError::EmailTaken),
                }
            }
        }
    }

    /// The account's user with this id.
    pub async fn user(&self, account: AccountId, id: UserId, freshness: Freshness) -> Result<Option<User>, Fault> {
        self.get(keys::user(account, id), freshness).await?.map(value).transpose()
    }

    /// At most `limit` users of an account after one of them, in the order in which they were made. May lag a moment behind.
    pub async fn users(&self, account: AccountId, after: Option<UserId>, limit: u16) -> Result<Page<User, UserId>, Fault> {
        let (items, next) = self.query(&keys::users(account, after), None, i32::from(limit), Freshness::Eventual).await?;
        let items = items.into_iter().map(value).collect::<Result<Vec<User>, _>>()?;
        let next = if next.is_some() { items.last().map(|user| user.id) } else { None };
        Ok(Page { items, next })
    }

    /// Whose name of the deployment it is.
    pub async fn user_with_name(&self, name: &UserName) -> Result<Option<(AccountId, UserId)>, Fault> {
        self.holder(keys::user_name(name)).await
    }

    /// Whose address of the account it is.
    pub async fn user_with_email(&self, account: AccountId, email: &Email) -> Result<Option<(AccountId, UserId)>, Fault> {
        self.holder(keys::user_email(account, email)).await
    }

    async fn holder(&self, key: keys::Key) -> Result<Option<(AccountId, UserId)>, Fault> {
        let holder: Option<Holder> = self.get(key, Freshness::Strong).await?.map(value).transpose()?;
        Ok(holder.map(|Holder { account, user }| (account, user)))
    }

    /// What a user's password is stored as.
    pub async fn password(&self, account: AccountId, user: UserId) -> Result<Option<PasswordHash>, Fault> {
        let stored = self.get(keys::password(account, user), Freshness::Strong).await?;
        Ok(stored.map(value::<StoredPassword>).transpose()?.map(|stored| stored.hash))
    }

    /// Writes `after` where `before` was read, and a password where one is given.
    pub async fn replace_user(&self, before: &User, after: &User, password: Option<&PasswordHash>) -> Result<(), UserError> {
        let mut transaction = Transaction::new("changing a user");
        let stored = |user: &User| item(keys::user(after.account, after.id), user);
        transaction.revise(self, Condition::User, &stored(before)?, stored(after)?, before.revision)?;
        let (old, new) = (&before.profile, &after.profile);
        if old.user_name.folded() != new.user_name.folded() {
            transaction.create(self, Condition::Name, name_item(after)?)?;
            transaction.delete_if(Condition::Nothing, self.removal(keys::user_name(&old.user_name)))?;
        }
        if old.email != new.email {
            if let Some(email) = &new.email {
                transaction.create(self, Condition::Email, email_item(after, email)?)?;
            }
            if let Some(email) = &old.email {
                transaction.delete_if(Condition::Nothing, self.removal(keys::user_email(before.account, email)))?;
            }
        }
        if let Some(password) = password {
            transaction.put(Condition::Nothing, self.password_put(after, password)?)?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, _)) => {
                let (user, names): (Vec<_>, Vec<_>) = failed.into_iter().partition(|failed| failed.condition == Condition::User);
                if let Some(user) = user.into_iter().next() {
                    // An attempt of ours whose answer was lost left the user just so.
                    let stands = user.item.map(value::<User>).transpose()?;
                    return if stands.as_ref() == Some(after) { Ok(()) } else { Err(UserError::Changed) };
                }
                let is_name = names.iter().any(|failed| failed.condition == Condition::Name);
                Err(if is_name { UserError::NameTaken } else { UserError::EmailTaken })
            }
        }
    }

    /// Deletes the user that was read: its names are free again, and it cannot log in.
    pub async fn delete_user(&self, user: &User) -> Result<(), UserError> {
        let mut transaction = Transaction::new("deleting a user");
        let delete = self.removal(keys::user(user.account, user.id));
        let delete = delete
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(user.revision));
        transaction.delete_where(Condition::User, delete)?;
        transaction.delete_if(Condition::Nothing, self.removal(keys::user_name(&user.profile.user_name)))?;
        if let Some(email) = &user.profile.email {
            transaction.delete_if(Condition::Nothing, self.removal(keys::user_email(user.account, email)))?;
        }
        transaction.delete_if(Condition::Nothing, self.removal(keys::password(user.account, user.id)))?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Gone after an attempt whose answer was lost: it was that attempt, or somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(UserError::Changed),
        }
    }

    /// Notes that a user that is there logged in. An attempt whose answer was lost may count as two changes, which tells whoever
    /// is changing the user to read it again, and nothing else.
    pub async fn note_log_in(&self, account: AccountId, user: UserId, now: Timestamp) -> Result<(), Fault> {
        let key = keys::user(account, user);
        let sent = call(self.patience, &self.random, "noting a login", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #at = :now ADD #revision :one")
                .condition_expression("attribute_exists(#pk)")
                .expression_attribute_names("#at", "last_log_in")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_values(":now", text(now))
                .expression_attribute_values(":one", number(1))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            // Whoever was deleted meanwhile has nothing to be noted at.
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    fn password_put(&self, user: &User, password: &PasswordHash) -> Result<PutBuilder, Fault> {
        let stored = item(keys::password(user.account, user.id), &StoredPassword { hash: password.clone() })?;
        Ok(Put::builder().table_name(self.name()).set_item(Some(stored)))
    }

    fn removal(&self, key: keys::Key) -> DeleteBuilder {
        Delete::builder().table_name(self.name()).set_key(Some(key.attributes()))
    }
}

fn name_item(user: &User) -> Result<Item, Fault> {
    item(keys::user_name(&user.profile.user_name), &Holder { account: user.account, user: user.id })
}

fn email_item(user: &User, email: &Email) -> Result<Item, Fault> {
    item(keys::user_email(user.account, email), &Holder { account: user.account, user: user.id })
}

impl From<Fault> for UserError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
