//! `latchkey product create`.

use clap::ValueEnum;
use latchkey_core::domain::development::{Pattern, Patterns};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::product::{DevelopmentSites, Product, ProductKind, Requirements};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::{Line, ProductCode, Slug, WebUrl};
use latchkey_core::ops::create_product::{NewProduct, create_product};

use crate::problem::{Exit, Failed, Problem};
use crate::seats;
use crate::session::Session;

/// What is said about a new product.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// The folder name of a plugin or theme, unique in the account; never changes
    #[arg(long)]
    slug: Slug,
    /// What people call it
    #[arg(long)]
    name: Line<120>,
    /// Who made it
    #[arg(long)]
    author: Line<120>,
    /// The public code, unique in the deployment; drawn where it is not given; never changes
    #[arg(long)]
    code: Option<ProductCode>,
    /// Its page
    #[arg(long)]
    url: Option<WebUrl>,
    /// Its documentation
    #[arg(long, value_name = "URL")]
    docs_url: Option<WebUrl>,
    /// The least PHP version, where a release does not say
    #[arg(long, value_name = "VERSION")]
    requires_php: Option<Line<20>>,
    /// The least WordPress version, where a release does not say
    #[arg(long, value_name = "VERSION")]
    requires_wordpress: Option<Line<20>>,
    /// What sort of thing it is: the packages of plugins and themes are checked as such
    #[arg(long, value_enum, default_value = "plugin")]
    kind: Kind,
    /// How its licence keys look: groups, guid, addressed (they carry the public address, as Woosa's plugins need it; usual
    /// for plugins and themes) or pattern:{TOKEN:25} and the like; groups is usual for programs
    #[arg(long, value_name = "FORMAT")]
    key_format: Option<KeyFormat>,
    /// How many seats a new licence has: a number or unlimited
    #[arg(long, value_name = "SEATS", value_parser = seats::parse, default_value = "1")]
    seats: SeatLimit,
    /// Let local, development and staging sites take seats as any other
    #[arg(long, conflicts_with = "development_pattern")]
    count_development_sites: bool,
    /// Hosts that take no seat either: a host, *.host or label.*; may be repeated
    #[arg(long, value_name = "PATTERN", value_parser = Pattern::parse)]
    development_pattern: Vec<Pattern>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Plugin,
    Theme,
    Program,
}

impl Args {
    /// Makes the product.
    pub(super) async fn run(self, session: &Session) -> Result<Product, Failed> {
        let account = self.account;
        session.require_account(account).await?;
        Ok(create_product(&session.core, account, self.into_new()?).await?)
    }

    fn into_new(self) -> Result<NewProduct, Problem> {
        let development_sites = if self.count_development_sites {
            DevelopmentSites::Counted
        } else {
            DevelopmentSites::Free(Patterns::parse(self.development_pattern.iter().map(Pattern::as_str)).map_err(|error| too_many(&error))?)
        };
        let kind = ProductKind::from(self.kind);
        Ok(NewProduct {
            slug: self.slug,
            code: self.code,
            name: self.name,
            author: self.author,
            url: self.url,
            docs_url: self.docs_url,
            requirements: Requirements { php: self.requires_php, wordpress: self.requires_wordpress },
            kind,
            key_format: self.key_format.unwrap_or(match kind {
                ProductKind::Plugin | ProductKind::Theme => KeyFormat::Addressed,
                ProductKind::Program => KeyFormat::Groups,
            }),
            seat_limit: self.seats,
            development_sites,
        })
    }
}

fn too_many(error: &impl std::fmt::Display) -> Problem {
    Problem { code: "usage", message: error.to_string(), hint: None, exit: Exit::Usage }
}

impl From<Kind> for ProductKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Plugin => Self::Plugin,
            Kind::Theme => Self::Theme,
            Kind::Program => Self::Program,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        args: Args,
    }

    fn new(words: &str) -> Result<NewProduct, Problem> {
        let words = format!("- --account 1 --slug a --name A --author B {words}");
        Words::try_parse_from(words.split_whitespace()).unwrap().args.into_new()
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let new = new("").unwrap();
        assert_eq!((new.kind, new.key_format, new.seat_limit), (ProductKind::Plugin, KeyFormat::Addressed, SeatLimit::Limited(1)));
        assert_eq!(new.development_sites, DevelopmentSites::default());
    }

    #[test]
    fn what_is_said_about_development_sites_counts() {
        assert_eq!(new("--count-development-sites").unwrap().development_sites, DevelopmentSites::Counted);
        let free = DevelopmentSites::Free(Patterns::parse(["*.dev.example.com", "preview.*"]).unwrap());
        assert_eq!(new("--development-pattern *.Dev.example.com --development-pattern preview.*").unwrap().development_sites, free);
        let problem = new(&"--development-pattern a.example ".repeat(11)).unwrap_err();
        assert_eq!((problem.exit, problem.message.as_str()), (Exit::Usage, "a product has at most 10 patterns for development sites"));
    }
}
