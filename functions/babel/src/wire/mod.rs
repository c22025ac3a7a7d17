//! What is sent and answered: an entity a file.
//!
//! [`entity!`] states an entity once: the object of an answer, what a list's parameters may name of it, and what its rows hold.
//! [`given!`] states what of it a request may say.

#![expect(clippy::struct_field_names, reason = "members are called as the wire has them")]

mod amount;
mod api_key;
mod assembly;
mod contact;
mod customer;
mod delivery;
mod failed_site;
mod license;
mod license_content;
mod license_template;
mod log_entry;
mod moment;
mod order;
mod order_product;
mod product;
mod release;
mod report;
mod resource;
mod role;
mod setting;
mod token;
mod trace;
mod user;
mod user_setting;
mod webhook;

use std::borrow::Cow;

use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::query::{Entity, Kind, Presence, Row, Type, Value};
use serde::Serialize;

pub(crate) use self::amount::Amount;
pub(crate) use self::api_key::{ApiKey, ApiKeyGiven};
pub(crate) use self::assembly::{Assembly, AssemblyGiven};
pub(crate) use self::contact::{CONTACT, Contact, ContactGiven};
pub(crate) use self::customer::{CUSTOMER, Customer, CustomerGiven};
pub(crate) use self::delivery::Delivery;
pub(crate) use self::failed_site::FailedSite;
pub(crate) use self::license::{License, LicenseGiven, UNLIMITED, mode_number};
#[cfg(feature = "openapi")]
pub(crate) use self::license_content::LicenseProduct;
pub(crate) use self::license_content::{LicenseProductGiven, Licensee, Lists, wording};
pub(crate) use self::license_template::{LICENSE_TEMPLATE, LicenseTemplate, LicenseTemplateGiven};
pub(crate) use self::log_entry::LogEntry;
pub(crate) use self::moment::Moment;
pub(crate) use self::order::{ORDER, Order, OrderGiven};
pub(crate) use self::order_product::{OrderProduct, OrderProductGiven, PRODUCT_ORDER, ProductOrder};
pub(crate) use self::product::{PRODUCT, Product, ProductGiven};
pub(crate) use self::release::{Release, ReleaseGiven};
pub(crate) use self::report::Report;
#[cfg(feature = "openapi")]
pub(crate) use self::report::ReportProperty;
pub(crate) use self::resource::{Heavy, RESOURCE, Resource, ResourceGiven};
pub(crate) use self::role::Role;
pub(crate) use self::setting::{Setting, SettingGiven};
pub(crate) use self::token::{LicenseToken, LicenseTokenGiven, LicenseTokens};
pub(crate) use self::trace::{LICENSE_TRACE, LicenseTrace};
pub(crate) use self::user::{User, UserGiven};
pub(crate) use self::user_setting::{UserSetting, UserSettingGiven};
pub(crate) use self::webhook::{Webhook, WebhookGiven};
use crate::list::Named;

/// An object of an answer that is a row of a list.
pub(crate) trait Wire: Row + Named + Serialize + Clone + Send + Sync + 'static {
    /// What a list's parameters may name of it.
    const ENTITY: &'static Entity;
}

/// A member of an object that is no other object.
pub(crate) trait Member {
    /// What it is in conditions.
    const KIND: Kind;

    /// What it holds.
    fn value(&self) -> Value<'_>;
}

/// States an entity: its type and its static, what it is called in errors, its key, and its name in a list; its members with their
/// names on the wire; what leads to one other object, or to none; what leads to others; and what it can be found by.
///
/// Each name is said to serde and to utoipa: out of a macro's hands, utoipa does not see serde's `rename`.
///
/// ```text
/// entity! {
///     /// A customer's order.
///     Order, ORDER: "Order", key "id", list "orders";
///     members {
///         /// Its number.
///         "id" id: i32,
///         /// When it was placed.
///         "createdAt" created_at: Option<Moment>,
///     }
///     one { "customer" customer: Customer = CUSTOMER, }
///     many { "orderProducts" order_products: OrderProduct = ORDER_PRODUCT, }
///     indexes [Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
/// }
/// ```
macro_rules! entity {
    (
        $(#[$doc:meta])*
        $name:ident, $entity:ident: $shown:literal, key $key:literal, list $list:literal;
        members { $($(#[$member_doc:meta])* $wire:literal $member:ident: $type:ty,)* }
        one { $($(#[$one_doc:meta])* $one_wire:literal $one:ident: $one_type:ident = $one_entity:ident,)* }
        many { $($(#[$many_doc:meta])* $many_wire:literal $many:ident: $many_type:ident = $many_entity:ident,)* }
        indexes [$($index:expr),* $(,)?]
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub(crate) struct $name {
            $($(#[$member_doc])* #[serde(rename = $wire)] #[cfg_attr(feature = "openapi", schema(rename = $wire))]
            pub(crate) $member: $type,)*
            $($(#[$one_doc])* #[serde(rename = $one_wire)] #[cfg_attr(feature = "openapi", schema(rename = $one_wire, no_recursion))]
            pub(crate) $one: Option<Box<$one_type>>,)*
            $($(#[$many_doc])* #[serde(rename = $many_wire)] #[cfg_attr(feature = "openapi", schema(rename = $many_wire, no_recursion))]
            pub(crate) $many: Vec<$many_type>,)*
        }

        /// What a list's parameters may name of it.
        pub(crate) static $entity: latchkey_core::query::Entity = latchkey_core::query::Entity {
            name: $shown,
            key: $key,
            fields: &[
                $(latchkey_core::query::Field { name: $wire, kind: <$type as $crate::wire::Member>::KIND },)*
                $(latchkey_core::query::Field { name: $one_wire, kind: latchkey_core::query::Kind::One(&$one_entity) },)*
                $(latchkey_core::query::Field { name: $many_wire, kind: latchkey_core::query::Kind::Many(&$many_entity) },)*
            ],
            indexes: &[$($index),*],
        };

        impl $crate::wire::Wire for $name {
            const ENTITY: &'static latchkey_core::query::Entity = &$entity;
        }

        impl $crate::list::Named for $name {
            const NAME: &'static str = $list;
        }

        impl latchkey_core::query::Row for $name {
            fn field(&self, path: &[&str]) -> latchkey_core::query::Value<'_> {
                match path {
                    $([$wire] => $crate::wire::Member::value(&self.$member),)*
                    $([$one_wire, rest @ ..] => $crate::wire::behind(self.$one.as_deref(), rest),)*
                    _ => latchkey_core::query::Value::Null,
                }
            }
        }
    };
}

/// States what a request may say of an entity: members that may all be left out ([`Given`](crate::body::Given)).
macro_rules! given {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$member_doc:meta])* $wire:literal $member:ident: $type:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Default, serde::Deserialize)]
        #[serde(remote = "Self")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub(crate) struct $name {
            $($(#[$member_doc])* #[serde(default, rename = $wire)]
            #[cfg_attr(feature = "openapi", schema(rename = $wire, value_type = Option<$type>))]
            pub(crate) $member: $crate::body::Given<$type>,)*
        }

        $crate::wire::from_object! { $name }
    };
}

/// Reads a type that derives `Deserialize` with `#[serde(remote = "Self")]` from an object alone: of a list, serde would take one value
/// after the other. Every object that is inside another one is read so; a body is looked at as a whole ([`Body`](crate::body::Body)).
macro_rules! from_object {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }
    };
}

pub(crate) use {entity, from_object, given};

/// What lies behind a navigation.
pub(crate) fn behind<'r, R: Row>(row: Option<&'r R>, rest: &[&str]) -> Value<'r> {
    match (row, rest) {
        (None, _) => Value::Null,
        (Some(_), []) => Value::Object,
        (Some(row), rest) => row.field(rest),
    }
}

/// A value that is always there.
const fn plain(kind: Type) -> Kind {
    Kind::Plain(kind, Presence::Required)
}

impl Member for i32 {
    const KIND: Kind = plain(Type::Int32);

    fn value(&self) -> Value<'_> {
        (*self).into()
    }
}

impl Member for i64 {
    const KIND: Kind = plain(Type::Int64);

    fn value(&self) -> Value<'_> {
        (*self).into()
    }
}

impl Member for bool {
    const KIND: Kind = plain(Type::Bool);

    fn value(&self) -> Value<'_> {
        (*self).into()
    }
}

impl Member for String {
    const KIND: Kind = plain(Type::Text);

    fn value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

/// A list that is part of the object: it cannot be compared.
impl<T> Member for Vec<T> {
    const KIND: Kind = Kind::List;

    fn value(&self) -> Value<'_> {
        Value::Null
    }
}

/// A text of the core's.
pub(crate) trait Text {
    /// The text.
    fn text(&self) -> &str;
}

impl<const MAX: usize> Text for Line<MAX> {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl<const MAX: usize> Text for Prose<MAX> {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl Text for Email {
    fn text(&self) -> &str {
        self.as_str()
    }
}

/// A text on the wire: nothing is an empty one.
pub(crate) fn shown(text: Option<impl Text>) -> String {
    text.map(|text| text.text().to_owned()).unwrap_or_default()
}

/// A number of ours on the wire: 32 bits with a sign.
pub(crate) fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
