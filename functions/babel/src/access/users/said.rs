//! What a request says of a user.

#![expect(clippy::option_option, reason = "nothing is said, or it is said to be nothing: both are meant")]

use latchkey_core::domain::ids::CustomerId;
use latchkey_core::domain::role::Roles;
use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::user::{Profile, UserName};
use latchkey_core::ops::rejected::Thing;

use crate::body::{Given, optional, text};
use crate::error::Error;
use crate::path;
use crate::wire::UserGiven;

/// What is said, and known to be right; nothing is what stays as it is.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) user_name: Option<UserName>,
    pub(super) roles: Option<Roles>,
    pub(super) customer: Option<Option<CustomerId>>,
    email: Option<Option<Email>>,
    title: Option<Option<Line<50>>>,
    first_name: Option<Option<Line<120>>>,
    last_name: Option<Option<Line<120>>>,
    department: Option<Option<Line<120>>>,
    phone: Option<Option<Line<50>>>,
    mobile: Option<Option<Line<50>>>,
    birth_date: Option<Option<Timestamp>>,
    last_dismissed_messages: Option<Option<Timestamp>>,
    rank: Option<i32>,
    image: Option<Option<Line<8_192>>>,
    address: Option<Option<Line<250>>>,
    postal_code: Option<Option<Line<20>>>,
    region: Option<Option<Line<120>>>,
    city: Option<Option<Line<120>>>,
    country: Option<Option<Line<120>>>,
    country_code: Option<Option<Line<10>>>,
    notes: Option<Option<Prose<2_000>>>,
}

impl Said {
    pub(super) fn parse(given: UserGiven) -> Result<Self, Error> {
        let moment = |given: Given<crate::wire::Moment>| given.nullable().map(|moment| moment.map(|moment| moment.0));
        let customer = |number| if number == 0 { Ok(None) } else { path::id(number, CustomerId::new, Thing::Customer).map(Some) };
        Ok(Self {
            user_name: given.user_name.said().map(|name| text("user.userName", &name)).transpose()?,
            roles: given.roles.said().map(|names| super::roles(&names)).transpose()?,
            customer: given.customer_id.said().map(customer).transpose()?,
            email: line("user.email", given.email)?,
            title: line("user.title", given.title)?,
            first_name: line("user.firstName", given.first_name)?,
            last_name: line("user.lastName", given.last_name)?,
            department: line("user.department", given.department)?,
            phone: line("user.phoneNumber", given.phone_number)?,
            mobile: line("user.mobile", given.mobile)?,
            birth_date: moment(given.birth_date),
            last_dismissed_messages: moment(given.last_dismiss_messages),
            rank: given.rank.said(),
            image: line("user.image", given.image)?,
            address: line("user.address", given.address)?,
            postal_code: line("user.postalCode", given.postal_code)?,
            region: line("user.region", given.region)?,
            city: line("user.city", given.city)?,
            country: line("user.country", given.country)?,
            country_code: line("user.countryCode", given.country_code)?,
            notes: line("user.notes", given.notes)?,
        })
    }

    /// A user's profile with what is said in the place of what was.
    pub(super) fn over(&self, profile: &Profile) -> Profile {
        let Profile {
            user_name,
            email,
            customer,
            title,
            first_name,
            last_name,
            department,
            phone,
            mobile,
            birth_date,
            last_dismissed_messages,
            rank,
            image,
            address,
            postal_code,
            region,
            city,
            country,
            country_code,
            notes,
        } = profile.clone();
        let said = self.clone();
        Profile {
            user_name: said.user_name.unwrap_or(user_name),
            email: said.email.unwrap_or(email),
            customer: said.customer.unwrap_or(customer),
            title: said.title.unwrap_or(title),
            first_name: said.first_name.unwrap_or(first_name),
            last_name: said.last_name.unwrap_or(last_name),
            department: said.department.unwrap_or(department),
            phone: said.phone.unwrap_or(phone),
            mobile: said.mobile.unwrap_or(mobile),
            birth_date: said.birth_date.unwrap_or(birth_date),
            last_dismissed_messages: said.last_dismissed_messages.unwrap_or(last_dismissed_messages),
            rank: said.rank.unwrap_or(rank),
            image: said.image.unwrap_or(image),
            address: said.address.unwrap_or(address),
            postal_code: said.postal_code.unwrap_or(postal_code),
            region: said.region.unwrap_or(region),
            city: said.city.unwrap_or(city),
            country: said.country.unwrap_or(country),
            country_code: said.country_code.unwrap_or(country_code),
            notes: said.notes.unwrap_or(notes),
        }
    }
}

/// A text that may be nothing, where anything is said.
fn line<T: std::str::FromStr<Err = latchkey_core::domain::text::TextError>>(
    member: &str,
    given: Given<String>,
) -> Result<Option<Option<T>>, Error> {
    given.said().map(|said| optional(member, &said)).transpose()
}
