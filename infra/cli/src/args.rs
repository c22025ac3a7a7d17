//! The command line as a whole.

use clap::{Parser, Subcommand};

use crate::target::{COMMON, TargetArgs};
use crate::{
    account, api_key, backup, customer, doctor, init, license, mail, members, migrate, notification, order, product, release, reseal,
    shell, stats, table, user, webhook,
};

/// The operator's tool of Latchkey: accounts, API keys, users, products, releases and licences.
#[derive(Parser)]
#[command(name = "latchkey", version, after_long_help = AFTERWORD, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Answer in JSON, one object on one line; each command's --help lists its members
    #[arg(long, global = true, help_heading = COMMON)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be worked on.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Begin: the first account, its administrator and an API key
    #[command(after_long_help = init::help())]
    Init(init::Args),
    /// Vendors: everything else belongs to exactly one
    #[command(subcommand)]
    Account(account::Command),
    /// What vendors' scripts prove themselves with
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// Those who buy licences
    #[command(subcommand)]
    Customer(customer::Command),
    /// Purchases
    #[command(subcommand)]
    Order(order::Command),
    /// Plugins, themes and programs
    #[command(subcommand)]
    Product(product::Command),
    /// Versions of a product
    #[command(subcommand)]
    Release(release::Command),
    /// What sites are told of releases
    #[command(subcommand)]
    Notification(notification::Command),
    /// Licences
    #[command(subcommand)]
    License(license::Command),
    /// Those who work with an account
    #[command(subcommand)]
    User(user::Command),
    /// What waits to be sent to customers, and what became of it
    #[command(subcommand)]
    Mail(mail::Command),
    /// Vendors' own systems that are told what happened
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// Seal everything anew that is sealed under the former sealing secret
    Reseal(reseal::Args),
    /// An account's figures, as its interfaces tell them, and what waits in the queues
    #[command(after_long_help = stats::help())]
    Stats(stats::Args),
    /// The whole table, or an account's items, as a file
    #[command(after_long_help = backup::export::help())]
    Export(backup::export::Args),
    /// An export's items into an empty table, compared one by one afterwards
    #[command(after_long_help = backup::restore::help())]
    Restore(backup::restore::Args),
    /// Whether the deployment is as it should be, and what to do where it is not
    Doctor(doctor::Doctor),
    /// Lead the table to the version that this release writes, item by item; can be stopped and begun again
    Migrate(migrate::Migrate),
    /// The DynamoDB table, for local use and tests
    #[command(subcommand)]
    Table(table::Command),
    /// What a shell reads to complete commands
    #[command(after_long_help = members::help(&shell::SCRIPT))]
    Completions(shell::CompletionsArgs),
    /// The manual: the page of the tool, or one of every command
    #[command(after_long_help = members::help(&shell::PAGES))]
    Man(shell::ManArgs),
}

const AFTERWORD: &str = "\
Moments are RFC 3339 (2026-11-22T04:47:26Z) or a day (2026-11-22), which is its midnight in UTC.

Credentials and region are taken from where the AWS tools take them: AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, ~/.aws and \
so on. With --local, neither they nor the LATCHKEY_ variables are looked at. API keys are made and \
listed with LATCHKEY_CREDENTIAL_SECRET, and during its rotation LATCHKEY_CREDENTIAL_SECRET_PREVIOUS, set as they are for the \
functions; webhooks' secrets are sealed with LATCHKEY_SEALING_SECRET likewise. LATCHKEY_LOG=debug logs to standard error.

Exit codes:
  0  done
  1  a definite no: what was asked for is not there, is not allowed, or was done only in part
  2  wrong usage: the words, a file or the configuration; nothing was done
  3  a fault, such as a store that does not answer or denies access: it may help to run the command again

Errors go to standard error, with --json as {\"error\":{\"code\":…,\"message\":…,\"hint\":…}}.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;

    fn kind_of(words: &str) -> Option<ErrorKind> {
        Cli::try_parse_from(std::iter::once("latchkey").chain(words.split(' '))).err().map(|error| error.kind())
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_its_json_holds() {
        fn leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
            let path = format!("{path} {}", command.get_name());
            if command.has_subcommands() {
                command.get_subcommands().for_each(|command| leaves(command, &path, found));
            } else {
                let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Members of the JSON answer:"), "{path} does not document its JSON");
                found.push(path);
            }
        }
        let mut found = Vec::new();
        leaves(&Cli::command(), "", &mut found);
        assert!(found.len() >= 65, "{found:?}");
    }

    #[test]
    fn whole_commands_are_understood() {
        for words in [
            "account create --name Demo",
            "--local account show 1",
            "account show 1 --local=http://127.0.0.1:9000 --json",
            "api-key create --account 1 --email a@example.com --name Shop",
            "api-key create --account 1 --email a@example.com --name Shop --permissions read,write --expires 2027-01-01 --key-stdin",
            "api-key revoke --account 1 --api-key 12 --why lost",
            "user create --account 1 --user-name erika --email erika@example.com --roles Administrator,Sales --password-stdin",
            "user list --account 1 --after 0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e --limit 10",
            "user roles --account 1 --user 0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e --roles sales",
            "customer create --account 1 --name Someone --email a@example.com",
            "customer show --account 1 --customer 2",
            "customer list --account 1 --email a@example.com --after 5 --limit 10",
            "customer change --account 1 --customer 2 --name Someone --code A-1",
            "customer delete --account 1 --customer 2",
            "mail list --account 1 --after 5 --limit 10",
            "mail show --account 1 --mail 2",
            "mail again --account 1 --mail 2",
            "order create --account 1 --customer 2 --reference 1001",
            "order show --account 1 --order 2",
            "order list --account 1 --customer 2 --after 5 --limit 10",
            "product create --account 1 --slug a --name A --author B --kind program --key-format pattern:{HEX:32} --seats unlimited",
            "product create --account 1 --slug a --name A --author B --development-pattern *.a.example --development-pattern preview.*",
            "product show --account 1 --slug a",
            "release publish --account 1 --product 1 --version 1.0.0 --file a.zip --changelog @changes.txt",
            "release publish --account 1 --slug a --version 1.0.0 --file a.zip --notify",
            "release notify --account 1 --slug a --version 1.0.0 --watch",
            "notification show --account 1 --product 1 --version 1.0.0",
            "notification show --account 1 --product 1 --version 1.0.0 --watch",
            "notification cancel --account 1 --slug a --version 1.0.0",
            "notification list --account 1 --slug a",
            "notification failed --account 1 --slug a --version 1.0.0 --after tynplEAYvpf8vIGe --limit 5",
            "reseal --after 7 --limit 100",
            "webhook create --account 1 --url https://hooks.example/x --events license.issued,license.revoked --label Shop",
            "webhook list --account 1",
            "webhook change --account 1 --webhook 2 --events all",
            "webhook rotate --account 1 --webhook 2",
            "webhook log --account 1 --webhook 2 --before evt_0123456789abcdef0123456789abcdef --limit 5",
            "webhook redeliver --account 1 --webhook 2 --event evt_0123456789abcdef0123456789abcdef",
            "webhook resume --account 1",
            "release yank --account 1 --product 1 --version 1.0.0 --why broken",
            "license issue --account 1 --slug a --order 1 --line 0 --from 2026-01-01 --until never --seats 3",
            "license issue --account 1 --slug a --order 1",
            "license show --account 1 --license 2",
            "license show --key -",
            "license list --account 1 --after 5 --limit 10",
            "license import a.csv --account 1 --from edd --map key=Serial --without until,limit --product Tools=a --status pending=suspended --dry-run",
            "license move --account 1 --license 2 --order 3",
            "init --name A --user-name erika --email a@example.com --password-stdin",
            "stats --account 1",
            "export a.gz --account 1 --parts 8 --force",
            "restore a.gz --table other --resume",
            "completions zsh",
            "man pages",
            "license reindex --account 1 --after 5 --limit 10",
            "license seats --account 1 --license 2 --limit unlimited",
            "license validity --account 1 --license 2 --until never",
            "license verify a.lic --public-key key.pem",
            "license verify a.lic --json",
            "table create",
            "doctor --read-only --given-up https://sqs.eu-west-1.amazonaws.com/123456789012/given-up",
            "migrate --dry-run --json",
        ] {
            assert_eq!(kind_of(words), None, "{words}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_wrong_usage() {
        use ErrorKind::{ArgumentConflict, InvalidValue, MissingRequiredArgument, ValueValidation};
        for (words, kind) in [
            ("account show 0", ValueValidation),
            ("account show 1 --local=nowhere", ValueValidation),
            ("product show --account 1", MissingRequiredArgument),
            ("product show --account 1 --product 1 --slug a", ArgumentConflict),
            ("product create --account 1 --slug a --name A --author B --key-format short", ValueValidation),
            ("product create --account 1 --slug a --name A --author B --seats 0", ValueValidation),
            (
                "product create --account 1 --slug a --name A --author B --count-development-sites --development-pattern x.*",
                ArgumentConflict,
            ),
            ("api-key create --account 1 --name Shop", MissingRequiredArgument),
            ("api-key create --account 1 --email a@example.com --name Shop --permissions all", ValueValidation),
            ("api-key create --account 1 --email nobody --name Shop", ValueValidation),
            ("api-key show --account 1 --api-key 0", ValueValidation),
            ("user create --account 1 --user-name erika --roles Root", ValueValidation),
            ("user show --account 1 --user erika", ValueValidation),
            ("user set-password --account 1", MissingRequiredArgument),
            ("license issue --account 1 --product 1 --line 0", MissingRequiredArgument),
            ("license issue --account 1 --product 1 --email a@example.com", MissingRequiredArgument),
            ("license show --account 1", MissingRequiredArgument),
            ("license show", MissingRequiredArgument),
            ("license import a.csv --account 1", MissingRequiredArgument),
            ("license import a.csv --account 1 --from excel", InvalidValue),
            ("license import a.csv --account 1 --from edd --map serial=Key", ValueValidation),
            ("license move --account 1 --license 2", MissingRequiredArgument),
            ("export a.gz --parts 0", ValueValidation),
            ("restore a.gz --resume --verify-only", ArgumentConflict),
            ("completions tcsh", InvalidValue),
            ("license show --key x --account 1 --license 2", ArgumentConflict),
            ("license verify", MissingRequiredArgument),
            ("webhook create --account 1 --url https://a.example/ --events license.sold", ValueValidation),
            ("webhook redeliver --account 1 --webhook 2 --event 7", ValueValidation),
            ("license list --account 1 --limit 0", ValueValidation),
            ("license validity --account 1 --license 2", MissingRequiredArgument),
            ("license validity --account 1 --license 2 --until soon", ValueValidation),
            ("release publish --account 1 --product 1 --version 1..0/ --file a.zip", ValueValidation),
        ] {
            assert_eq!(kind_of(words), Some(kind), "{words}");
        }
    }
}
