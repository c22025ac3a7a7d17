//! Ranges for who goes over all that there is of something.

use super::{Key, Kind, account_partition, counter, log_whole, site_entries, summaries};
use crate::domain::ids::AccountId;
use crate::table::read::Range;

/// All records of a kind in an account.
pub(in crate::table) fn records(account: AccountId, kind: Kind) -> Range {
    Range::prefixed(account_partition(account), &format!("{}#", kind.name()))
}

/// All of the partition that a key is in.
pub(in crate::table) fn whole(key: Key) -> Range {
    Range { pk: key.pk, from: "!".to_owned(), to: "~".to_owned() }
}

/// What lies around an account's own item.
pub(in crate::table) fn around_account(account: AccountId) -> [Range; 2] {
    let Key { pk, sk } = super::account(account);
    let range = |from: String, to: &str| Range { pk: pk.clone(), from, to: to.to_owned() };
    // The last key that comes before `ACCOUNT`, and the first that comes after it.
    [range("!".to_owned(), "ACCOUNS~"), range(format!("{sk}!"), "~")]
}

/// What an account has in partitions of its own: numbers, licences in short, the log, and the entries of one host.
pub(in crate::table) fn beside_account(account: AccountId, host: &str) -> [Range; 4] {
    [whole(counter(Some(account), Kind::License)), summaries(account), log_whole(account), site_entries(account, host)]
}
