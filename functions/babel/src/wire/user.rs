//! The user on the wire (seed 004, "GET /v1/users").

use latchkey_core::domain::role::Role;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::user::User as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::api_key::API_KEY;
use super::user_setting::USER_SETTING;
use super::{ApiKey, Moment, UserSetting, entity, given, number};

entity! {
    /// A user.
    User, USER: "User", key "id", list "users";
    members {
        /// Its id.
        "id" id: String,
        /// What it logs in as.
        "userName" user_name: String,
        /// Where it is written to.
        "email" email: String,
        /// The telephone's number.
        "phoneNumber" phone_number: String,
        /// How it is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name.
        "lastName" last_name: String,
        /// Where in the company.
        "department" department: String,
        /// When it was born.
        "birthDate" birth_date: Option<Moment>,
        /// When it was made.
        "createdAt" created_at: Option<Moment>,
        /// When it was changed last.
        "updatedAt" updated_at: Option<Moment>,
        /// Up to when it put messages away.
        "lastDismissMessages" last_dismiss_messages: Option<Moment>,
        /// When it logged in last.
        "lastLogIn" last_log_in: Option<Moment>,
        /// Whatever the vendor counts.
        "rank" rank: i32,
        /// The address of a picture, or a small picture itself.
        "image" image: String,
        /// Street and number.
        "address" address: String,
        /// The postal code.
        "postalCode" postal_code: String,
        /// The region.
        "region" region: String,
        /// The city.
        "city" city: String,
        /// The country's name.
        "country" country: String,
        /// The country's code.
        "countryCode" country_code: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// For staff.
        "notes" notes: String,
        /// The customer that it is, or 0.
        "customerId" customer_id: i32,
        /// The names of its roles.
        "roles" roles: Vec<String>,
    }
    one {}
    many {
        /// Its API keys, masked.
        "apiKeys" api_keys: ApiKey = API_KEY,
        /// Its settings.
        "settings" settings: UserSetting = USER_SETTING,
    }
    indexes [
        Index { path: &["id"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 0 },
        Index { path: &["userName"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 1 },
        Index { path: &["email"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 2 },
    ]
}

given! {
    /// What may be said of a user.
    UserGiven {
        /// Its id: which user is to be changed.
        "id" id: String,
        /// What it logs in as.
        "userName" user_name: String,
        /// Where it is written to.
        "email" email: String,
        /// The telephone's number.
        "phoneNumber" phone_number: String,
        /// How it is addressed.
        "title" title: String,
        /// The given name.
        "firstName" first_name: String,
        /// The family name.
        "lastName" last_name: String,
        /// Where in the company.
        "department" department: String,
        /// When it was born.
        "birthDate" birth_date: Moment,
        /// Up to when it put messages away.
        "lastDismissMessages" last_dismiss_messages: Moment,
        /// Whatever the vendor counts.
        "rank" rank: i32,
        /// The address of a picture, or a small picture itself.
        "image" image: String,
        /// Street and number.
        "address" address: String,
        /// The postal code.
        "postalCode" postal_code: String,
        /// The region.
        "region" region: String,
        /// The city.
        "city" city: String,
        /// The country's name.
        "country" country: String,
        /// The country's code.
        "countryCode" country_code: String,
        /// The mobile telephone's number.
        "mobile" mobile: String,
        /// For staff.
        "notes" notes: String,
        /// The customer that it is, or 0.
        "customerId" customer_id: i32,
        /// The names of its roles.
        "roles" roles: Vec<String>,
    }
}

impl From<&Stored> for User {
    fn from(user: &Stored) -> Self {
        let profile = &user.profile;
        Self {
            id: user.id.to_string(),
            user_name: profile.user_name.as_str().to_owned(),
            email: profile.email.as_ref().map_or("", |email| email.as_str()).to_owned(),
            phone_number: line(profile.phone.as_ref()),
            title: line(profile.title.as_ref()),
            first_name: line(profile.first_name.as_ref()),
            last_name: line(profile.last_name.as_ref()),
            department: line(profile.department.as_ref()),
            birth_date: profile.birth_date.map(Moment),
            created_at: Some(user.created.into()),
            updated_at: user.updated.map(Moment),
            last_dismiss_messages: profile.last_dismissed_messages.map(Moment),
            last_log_in: user.last_log_in.map(Moment),
            rank: profile.rank,
            image: line(profile.image.as_ref()),
            address: line(profile.address.as_ref()),
            postal_code: line(profile.postal_code.as_ref()),
            region: line(profile.region.as_ref()),
            city: line(profile.city.as_ref()),
            country: line(profile.country.as_ref()),
            country_code: line(profile.country_code.as_ref()),
            mobile: line(profile.mobile.as_ref()),
            notes: profile.notes.as_ref().map_or("", |notes| notes.as_str()).to_owned(),
            customer_id: profile.customer.map_or(0, |customer| number(customer.get())),
            roles: user.roles.iter().map(Role::name).map(str::to_owned).collect(),
            api_keys: Vec::new(),
            settings: Vec::new(),
        }
    }
}

fn line<const MAX: usize>(line: Option<&Line<MAX>>) -> String {
    line.map_or("", Line::as_str).to_owned()
}
