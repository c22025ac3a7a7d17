//! Why an operation did not do what a vendor asked.

use crate::domain::assignment::NoRoom;
use crate::domain::key::KeyError;
use crate::domain::license::{LicenseMode, WrongState};
use crate::domain::refusal::Refusal;
use crate::domain::release::WrongReleaseState;
use crate::domain::seat::DEVELOPMENT_LIMIT;
use crate::domain::terms::TooLong;
use crate::fault::Fault;
use crate::packages::archive::ArchiveProblem;

/// A definite no to a vendor's script or staff, or a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// The account has nothing of that kind under that number.
    #[error("there is no such {0}")]
    NotFound(Thing),
    /// Another one has it, and it must be unique.
    #[error("the {0} is in use already")]
    InUse(Unique),
    /// Somebody else changed it since it was read.
    #[error("it was changed by somebody else in the meantime: read it again")]
    Changed,
    /// Something else refers to it.
    #[error("it cannot be deleted: there is at least one {by} that refers to it")]
    Referenced {
        /// What refers to it.
        by: Thing,
    },
    /// The licence's state does not allow it.
    #[error(transparent)]
    State(#[from] WrongState),
    /// The release's state does not allow it.
    #[error(transparent)]
    ReleaseState(#[from] WrongReleaseState),
    /// More seats are taken than the limit would allow.
    #[error("{taken} seats are taken: deactivate some first, or choose a limit of at least {taken}")]
    SeatsInUse {
        /// How many are taken.
        taken: u32,
    },
    /// The licence's seats are taken otherwise.
    #[error("the licence's mode is {}: its seats cannot be taken this way", .0.name())]
    OtherMode(LicenseMode),
    /// A floating seat belongs to a program on a machine, and this says no such program.
    #[error("a floating seat needs a machine and a client, of at most 480 bytes together")]
    NoClient,
    /// The licence refuses the staff as it would the client.
    #[error("the licence refuses: {}", .0.name())]
    Refused(Refusal),
    /// As many licences were issued for the order as can be.
    #[error("an order has at most {most} licences")]
    OrderFull {
        /// The most allowed.
        most: u32,
    },
    /// More of a product than an order can have.
    #[error("an order has at most {most} of a product")]
    Quantity {
        /// The most allowed.
        most: u32,
    },
    /// The order's number of lines is out of bounds.
    #[error("an order has from 1 to {most} lines")]
    LineCount {
        /// The most allowed.
        most: u16,
    },
    /// More sites than there are seats for.
    #[error("{sites} sites, {machines} machines: the licence has {limit} seats")]
    TooManySites {
        /// The sites that would take a seat.
        sites: usize,
        /// The machines that hold one.
        machines: usize,
        /// How many seats there are.
        limit: u32,
    },
    /// More development sites than a licence may have.
    #[error("{sites} development sites: a licence may have {most}")]
    TooManyDevelopmentSites {
        /// How many they would be.
        sites: usize,
        /// The most allowed.
        most: usize,
    },
    /// More seats would change hands than can at once.
    #[error("{changes} sites would be added or removed: at most {most} can be at once")]
    TooManyChanges {
        /// How many would.
        changes: usize,
        /// The most that can.
        most: usize,
    },
    /// More seats are taken than can be looked through.
    #[error("{taken} seats are taken: the sites of a licence are assigned together up to {most}")]
    TooManySeats {
        /// How many are taken.
        taken: u32,
        /// The most that can be.
        most: u32,
    },
    /// A product has as many templates as it can have.
    #[error("a product has at most {most} templates, those included that it had within the last hour")]
    TooManyTemplates {
        /// The most allowed.
        most: usize,
    },
    /// Nothing can be made from a template that is for nothing.
    #[error("the template names no product: no licence can be made from it")]
    TemplateWithoutProduct,
    /// A licence would have to be of another product.
    #[error("the template is for another product than the licence")]
    OtherProduct,
    /// What a licence says is longer than it may be.
    #[error(transparent)]
    Terms(#[from] TooLong),
    /// The key cannot sign in the licence's form.
    #[error("the licence's format needs {wanted}")]
    SignatureKey {
        /// Which key it needs.
        wanted: &'static str,
    },
    /// The signed licence would be longer than it may be.
    #[error("the signed licence would be too long")]
    SignedTooLong,
    /// The licence would end before it begins.
    #[error("the licence would end before it begins")]
    EndsBeforeItBegins,
    /// What is being made would be too old from the beginning.
    #[error("it would expire before it can be used")]
    AlreadyExpired,
    /// A key cannot be made for this deployment.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The package is longer than allowed.
    #[error("the package has {size} bytes, and at most {most} are allowed")]
    PackageTooLarge {
        /// Its length.
        size: u64,
        /// The most allowed.
        most: u64,
    },
    /// The announced SHA-256 is not 64 hexadecimal digits.
    #[error("the SHA-256 of a package is 64 hexadecimal digits")]
    DigestForm,
    /// The package was not uploaded yet.
    #[error("the package was not uploaded: send it to the upload address first")]
    NotUploaded,
    /// The stored bytes are not the announced ones.
    #[error("the uploaded file is not the one that was announced: its length or its SHA-256 differs")]
    PackageDiffers,
    /// The zip is not what a plugin's or theme's zip must be.
    #[error(transparent)]
    Archive(ArchiveProblem),
    /// The zip's header names another version than the release.
    #[error("the package says that it is version {package}, and the release is {release}")]
    VersionDiffers {
        /// The version in the zip.
        package: String,
        /// The release's.
        release: String,
    },
    /// A page of a search would take too much reading.
    #[error("too many licences would have to be read for this page: say more about those that are wanted")]
    SearchTooBroad,
    /// The present password is not the one that was given.
    #[error("the current password is not right")]
    WrongPassword,
    /// Too many wrong passwords were given.
    #[error("too many failed attempts: wait {retry_after} seconds")]
    TooManyAttempts {
        /// For how many seconds to wait.
        retry_after: u32,
    },
    /// A key that was revoked would have to open something again.
    #[error("a revoked API key stays revoked: make another")]
    ApiKeyRevoked,
    /// A key would have a role that its owner has not.
    #[error("an API key has no more roles than its owner, but for that of an application")]
    RolesBeyondOwner,
    /// A user has as many settings as a user may have.
    #[error("a user has at most {most} settings")]
    TooManySettings {
        /// The most allowed.
        most: u32,
    },
    /// More properties than a report can have.
    #[error("a report has at most {most} properties")]
    TooManyProperties {
        /// The most allowed.
        most: usize,
    },
    /// The account takes no reports.
    #[error("reports are not accepted")]
    NoReports,
    /// Nobody to send a mail to, or too many.
    #[error("a mail has from 1 to {most} recipients")]
    Recipients {
        /// The most allowed.
        most: usize,
    },
    /// Somebody to whom mail cannot be sent.
    #[error("mail cannot be sent to the address of recipient {place}, counted from 0")]
    Undeliverable {
        /// Which recipient, from 0.
        place: usize,
    },
    /// More files than a mail can have.
    #[error("a mail has at most {most} attachments")]
    TooManyAttachments {
        /// The most allowed.
        most: usize,
    },
    /// A mail would be made of something else.
    #[error("the resource is no text of a mail: its type has to be email")]
    NoMailText,
    /// A licence would be sent to nobody.
    #[error("the licence is made out to nobody with an e-mail address")]
    NoAddress,
    /// More log entries would have to be looked through.
    #[error("more than {most} log entries would have to be looked through: narrow the dates")]
    LogTooLong {
        /// The most that are.
        most: u32,
    },
    /// A signature key was to be read from something else.
    #[error("the signature key was not taken: {0}")]
    KeyFile(String),
    /// Something was to be signed with what is no signature key.
    #[error("the resource is no signature key")]
    NoSignatureKey,
    /// A key would go that something was signed with.
    #[error("licences were signed with this key: it stays, so that they can be verified; make another")]
    KeyHasSigned,
    /// A signature key would become something else, or something else a signature key.
    #[error("a resource does not become a signature key, nor stop being one: make another")]
    ResourceType,
    /// Another version would be given to a release that has a package.
    #[error("a release keeps its version once its package was published: make another release")]
    VersionFixed,
    /// A resource's data is longer than allowed.
    #[error("the data has {bytes} bytes, and at most {most} are allowed")]
    TooMuchData {
        /// Its length.
        bytes: usize,
        /// The most allowed.
        most: usize,
    },
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<NoRoom> for Rejected {
    fn from(no_room: NoRoom) -> Self {
        match no_room {
            NoRoom::Seats { sites, machines, limit } => Self::TooManySites { sites, machines, limit },
            NoRoom::Development { sites } => Self::TooManyDevelopmentSites { sites, most: DEVELOPMENT_LIMIT },
        }
    }
}

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An account.
    Account,
    /// An API key.
    ApiKey,
    /// An assembly of a release.
    Assembly,
    /// A contact of a customer.
    Contact,
    /// A customer.
    Customer,
    /// An event that was sent to a webhook.
    Delivery,
    /// A licence.
    License,
    /// An entry of the log.
    LogEntry,
    /// A notification of a release.
    Notification,
    /// An order.
    Order,
    /// A line of an order.
    OrderLine,
    /// A product of an order.
    OrderProduct,
    /// A package that was announced.
    Package,
    /// A product.
    Product,
    /// A release.
    Release,
    /// A report of a program.
    Report,
    /// A resource.
    Resource,
    /// A seat as a token.
    SeatToken,
    /// A licence template.
    Template,
    /// A trace.
    Trace,
    /// A user.
    User,
    /// A user's setting.
    UserSetting,
    /// A webhook.
    Webhook,
}

/// What must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// An API key, in the deployment.
    ApiKey,
    /// A customer's code, in the account.
    CustomerCode,
    /// A licence key, in the deployment.
    LicenseKey,
    /// An order's line, in the account.
    OrderLine,
    /// A product, in an order.
    OrderProduct,
    /// An order's number, in the account.
    OrderReference,
    /// A product's slug, in the account.
    Slug,
    /// A product's code, in the deployment.
    Code,
    /// A template's code, in the account.
    TemplateCode,
    /// A user's e-mail address, in the account.
    UserEmail,
    /// A user's name, in the deployment.
    UserName,
    /// A release's version, in the product.
    Version,
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::ApiKey => "API key",
            Self::Assembly => "assembly",
            Self::Contact => "contact",
            Self::Customer => "customer",
            Self::Delivery => "delivery",
            Self::License => "licence",
            Self::LogEntry => "log entry",
            Self::Notification => "notification",
            Self::Order => "order",
            Self::OrderLine => "line in the order",
            Self::OrderProduct => "product in the order",
            Self::Package => "package",
            Self::Product => "product",
            Self::Release => "release",
            Self::Report => "report",
            Self::Resource => "resource",
            Self::SeatToken => "token",
            Self::Template => "licence template",
            Self::Trace => "trace",
            Self::User => "user",
            Self::UserSetting => "setting of the user",
            Self::Webhook => "webhook",
        })
    }
}

impl std::fmt::Display for Unique {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ApiKey => "API key",
            Self::CustomerCode => "customer's code",
            Self::LicenseKey => "licence key",
            Self::OrderLine => "order's line",
            Self::OrderProduct => "product of the order",
            Self::OrderReference => "order's number",
            Self::Slug => "slug",
            Self::Code => "product code",
            Self::TemplateCode => "template's code",
            Self::UserEmail => "user's e-mail address",
            Self::UserName => "user name",
            Self::Version => "version",
        })
    }
}
