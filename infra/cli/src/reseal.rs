//! `latchkey reseal`.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::ops::reseal::{Resealed, reseal};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

/// Which part of the deployment is wanted.
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(crate) struct Args {
    /// Begin after this account
    #[arg(long, value_name = "ACCOUNT")]
    after: Option<AccountId>,
    /// The most accounts to go through
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    limit: u32,
}

const MEMBERS: [Member; 5] = [
    ("accounts", "how many accounts were gone through"),
    ("looked_at", "how many sealed secrets they have: private signature keys, and webhooks' secrets"),
    ("resealed", "how many of them were under the former sealing secret, and were sealed anew"),
    ("lost", "how many neither sealing secret opens; LATCHKEY_LOG=error says which"),
    ("next", "what to give as --after to go on; null where all accounts are through"),
];

fn help() -> String {
    members::help(&MEMBERS)
        + "\nRun it after a rotation of the sealing secret was deployed, with LATCHKEY_SEALING_SECRET and LATCHKEY_SEALING_SECRET_PREVIOUS as \
           the functions have them. The former secret may be left out once it says that nothing was resealed and nothing is lost. It may be \
           stopped and repeated at any time."
}

#[derive(Serialize)]
struct View {
    accounts: u32,
    looked_at: usize,
    resealed: usize,
    lost: usize,
    next: Option<AccountId>,
}

impl Args {
    /// Goes through the accounts.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { after, limit } = self;
        let (sealing, keys) = (session.sealing()?, session.signature_sealing()?);
        let last = session.core.table.last_account().await?.map_or(0, AccountId::get);
        let first = after.map_or(0, AccountId::get).saturating_add(1);
        let end = last.min(first.saturating_add(limit - 1));
        let (mut done, mut accounts) = (Resealed::default(), 0);
        for account in (first..=end).filter_map(AccountId::new) {
            done.add(reseal(&session.core, &sealing, &keys, account).await?);
            accounts += 1;
        }
        let next = AccountId::new(end).filter(|_| end < last);
        let Resealed { looked_at, resealed, lost } = done;
        let view = View { accounts, looked_at, resealed, lost, next };
        Answer::new(&view, view.text())
    }
}

impl View {
    fn text(&self) -> String {
        let Self { accounts, looked_at, resealed, lost, next } = self;
        let done = format!("{accounts} accounts, {looked_at} secrets looked at, {resealed} sealed anew");
        let lost = (*lost > 0).then(|| format!("\n{lost} cannot be opened any more: make other keys, and rotate the webhooks"));
        let next = next.map(|next| format!("\nThere are more: --after {next}"));
        [Some(done), lost, next].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_left_and_what_is_lost() {
        let view = |lost, next| View { accounts: 2, looked_at: 5, resealed: 3, lost, next };
        assert_eq!(view(0, None).text(), "2 accounts, 5 secrets looked at, 3 sealed anew");
        assert!(view(0, AccountId::new(9)).text().ends_with("\nThere are more: --after 9"));
        assert!(view(1, None).text().contains("1 cannot be opened"));
        assert_eq!(members::names_in(&view(0, None)), members::names_of(&MEMBERS));
    }
}
