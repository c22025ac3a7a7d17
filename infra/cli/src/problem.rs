//! Why a command did not do what was asked, in words for whoever asked.

use latchkey_core::fault::Fault;
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};

use crate::diagnose;
use crate::target::Target;

/// What the shell is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// A definite no.
    Rejected,
    /// The words make no sense.
    Usage,
    /// A store that does not answer or denies access, or the like.
    Fault,
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A stable name, for programs.
    pub(crate) code: &'static str,
    /// What happened.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// What the shell is told.
    pub(crate) exit: Exit,
}

/// A failure, as it comes out of an operation.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The core's own.
    Rejected(Box<Rejected>),
    /// This tool's.
    Problem(Box<Problem>),
}

impl Exit {
    /// The process's exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Rejected => 1,
            Self::Usage => 2,
            Self::Fault => 3,
        }
    }
}

impl Failed {
    /// The failure in words; `target` says what it happened to.
    pub(crate) fn explain(self, target: &Target) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Rejected(rejected) => of_rejected(&rejected, target),
        }
    }

    /// The failure in words, of a command that works on no target.
    pub(crate) fn plain(self) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Rejected(rejected) => Problem { code: "internal", message: rejected.to_string(), hint: None, exit: Exit::Fault },
        }
    }
}

fn of_rejected(rejected: &Rejected, target: &Target) -> Problem {
    let (code, hint) = match rejected {
        Rejected::NotFound(Thing::Order) => ("no_order", Some("`latchkey order create` records one")),
        Rejected::NotFound(Thing::OrderLine) => ("no_order_line", Some("`latchkey order create --lines` says how many an order has")),
        Rejected::NotFound(thing) => (not_found(*thing), Some("check the numbers, the account's too: everything belongs to one account")),
        Rejected::InUse(Unique::LicenseKey) => ("key_in_use", Some("keys are unique in the whole deployment: choose another")),
        Rejected::InUse(Unique::ApiKey) => {
            ("api_key_in_use", Some("a key opens one account, and a revoked one none for ever: bring another, or let one be made"))
        }
        Rejected::InUse(Unique::Slug) => ("slug_in_use", Some("choose another slug, or work with the product that has it")),
        Rejected::InUse(Unique::Code) => ("code_in_use", Some("codes are unique in the whole deployment: choose another")),
        Rejected::InUse(Unique::OrderLine) => (
            "order_line_in_use",
            Some(
                "the line has a licence of another product or with another key, or its licence was deleted: choose another line, or leave the key out",
            ),
        ),
        Rejected::InUse(Unique::CustomerCode) => {
            ("customer_code_in_use", Some("choose another code, or work with the customer that has it"))
        }
        Rejected::InUse(Unique::OrderReference) => {
            ("order_reference_in_use", Some("choose another number, or work with the order that has it"))
        }
        Rejected::InUse(Unique::OrderProduct) => ("order_product_in_use", Some("an order has a product once: change how much of it")),
        Rejected::Referenced { .. } => ("referenced", Some("delete what refers to it first, or let it refer to something else")),
        Rejected::InUse(Unique::UserEmail) => ("user_email_in_use", Some("e-mail addresses of users are unique in the account")),
        Rejected::InUse(Unique::UserName) => ("user_name_in_use", Some("user names are unique in the whole deployment: choose another")),
        Rejected::InUse(Unique::Version) => ("version_in_use", Some("a published version keeps its package for good: raise the version")),
        Rejected::Changed => ("changed", Some("run the command again")),
        Rejected::State(_) => ("wrong_state", Some("`latchkey license show` tells since when and why")),
        Rejected::ReleaseState(_) => ("wrong_state", Some("`latchkey release list` tells the state of each release")),
        Rejected::SeatsInUse { .. } => ("seats_in_use", Some("`latchkey license show` lists the seats")),
        Rejected::OtherMode(_) => ("other_mode", None),
        Rejected::NoClient => ("no_client", None),
        Rejected::Refused(_) => ("refused", None),
        Rejected::SearchTooBroad => ("search_too_broad", None),
        Rejected::LineCount { .. } => ("line_count", None),
        Rejected::OrderFull { .. } => ("order_full", Some("record another order")),
        Rejected::Quantity { .. } => ("quantity", None),
        Rejected::TooManySites { .. } => ("too_many_sites", Some("list fewer sites, or raise the limit first: `latchkey license seats`")),
        Rejected::TooManyDevelopmentSites { .. } => ("too_many_development_sites", Some("list fewer local and staging sites")),
        Rejected::TooManyChanges { .. } => ("too_many_changes", Some("go there in several steps")),
        Rejected::TooManySeats { .. } => ("too_many_seats", Some("activate and deactivate sites one by one")),
        Rejected::WrongPassword => ("wrong_password", None),
        Rejected::TooManyAttempts { .. } => ("too_many_attempts", None),
        Rejected::ApiKeyRevoked => ("api_key_revoked", Some("`latchkey api-key create` makes another")),
        Rejected::RolesBeyondOwner => ("roles_beyond_owner", Some("`latchkey user show` tells the roles of the owner")),
        Rejected::TooManySettings { .. } => ("too_many_settings", None),
        Rejected::InUse(Unique::TemplateCode) => {
            ("template_code_in_use", Some("choose another code, or work with the template that has it"))
        }
        Rejected::TooManyTemplates { .. } => ("too_many_templates", None),
        Rejected::TemplateWithoutProduct => ("template_without_product", None),
        Rejected::OtherProduct => ("other_product", None),
        Rejected::Terms(_) => ("terms_too_long", None),
        Rejected::SignatureKey { .. } => ("signature_key", None),
        Rejected::SignedTooLong => ("signed_too_long", None),
        Rejected::EndsBeforeItBegins => {
            ("ends_before_it_begins", Some("--until names the first moment after, and has to come after --from"))
        }
        Rejected::AlreadyExpired => ("already_expired", Some("--expires names the first moment after, and has to lie ahead")),
        Rejected::Key(_) => {
            ("key", Some("keys in the addressed format carry --public-url: give a shorter one, or bring a key along with --key"))
        }
        Rejected::PackageTooLarge { .. } => ("package_too_large", Some("a package may not be empty either")),
        Rejected::DigestForm => ("digest_form", None),
        Rejected::NotUploaded => ("not_uploaded", Some("run the command again: it uploads the package anew")),
        Rejected::PackageDiffers => ("package_differs", Some("run the command again: it uploads the package anew")),
        Rejected::Archive(_) => ("package_rejected", Some("correct the package and run the command again: the version is still free")),
        Rejected::VersionDiffers { .. } => {
            ("version_differs", Some("correct `Version:` in the package's header, or give the version that it has"))
        }
        Rejected::KeyFile(_) => ("key_file", None),
        Rejected::NoSignatureKey => ("no_signature_key", None),
        Rejected::KeyHasSigned => ("key_has_signed", None),
        Rejected::ResourceType => ("resource_type", None),
        Rejected::VersionFixed => ("version_fixed", None),
        Rejected::TooMuchData { .. } => ("too_much_data", None),
        Rejected::TooManyProperties { .. } => ("too_many_properties", None),
        Rejected::NoReports => ("no_reports", None),
        Rejected::Recipients { .. } => ("recipients", None),
        Rejected::Undeliverable { .. } => ("undeliverable", None),
        Rejected::TooManyAttachments { .. } => ("too_many_attachments", None),
        Rejected::NoMailText => ("no_mail_text", None),
        Rejected::NoAddress => ("no_address", None),
        Rejected::LogTooLong { .. } => ("log_too_long", None),
        Rejected::Fault(fault) => return diagnose::fault(fault, target),
    };
    Problem { code, message: rejected.to_string(), hint: hint.map(str::to_owned), exit: Exit::Rejected }
}

fn not_found(thing: Thing) -> &'static str {
    match thing {
        Thing::Account => "no_account",
        Thing::ApiKey => "no_api_key",
        Thing::Assembly => "no_assembly",
        Thing::Contact => "no_contact",
        Thing::Customer => "no_customer",
        Thing::License => "no_license",
        Thing::LogEntry => "no_log_entry",
        Thing::Order => "no_order",
        Thing::OrderLine => "no_order_line",
        Thing::OrderProduct => "no_order_product",
        Thing::Package => "no_package",
        Thing::Product => "no_product",
        Thing::Release => "no_release",
        Thing::Report => "no_report",
        Thing::Resource => "no_resource",
        Thing::SeatToken => "no_token",
        Thing::Template => "no_template",
        Thing::Trace => "no_trace",
        Thing::User => "no_user",
        Thing::UserSetting => "no_user_setting",
        Thing::Webhook => "no_webhook",
        Thing::Delivery => "no_delivery",
        Thing::Notification => "no_notification",
    }
}

impl From<Rejected> for Failed {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(Box::new(rejected))
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Rejected::from(fault).into()
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::license::{Standing, WrongState};
    use latchkey_core::fault::FaultKind;

    use super::*;
    use crate::target::TargetArgs;

    fn explain(failed: impl Into<Failed>) -> Problem {
        let args = TargetArgs { table: Some("latchkey".to_owned()), ..TargetArgs::default() };
        failed.into().explain(&Target::read(args).unwrap())
    }

    #[test]
    fn a_definite_no_ends_with_one_and_says_what_to_do() {
        for (rejected, code) in [
            (Rejected::NotFound(Thing::License), "no_license"),
            (Rejected::InUse(Unique::Version), "version_in_use"),
            (Rejected::State(WrongState(Standing::Revoked)), "wrong_state"),
            (Rejected::SeatsInUse { taken: 3 }, "seats_in_use"),
        ] {
            let problem = explain(rejected);
            assert_eq!((problem.code, problem.exit), (code, Exit::Rejected));
            assert!(problem.hint.is_some(), "{code}");
        }
    }

    #[test]
    fn a_fault_ends_with_three() {
        let problem = explain(Fault::new(FaultKind::Contended, "changing a licence"));
        assert_eq!((problem.code, problem.exit), ("contended", Exit::Fault));
    }

    #[test]
    fn the_exit_codes_are_those_that_the_help_tells() {
        assert_eq!([Exit::Rejected, Exit::Usage, Exit::Fault].map(Exit::code), [1, 2, 3]);
    }
}
