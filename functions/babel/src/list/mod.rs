//! Lists: a request's parameters, the rows that fit, and the answer with the members that were asked for.
//!
//! An area says where rows come from ([`Rows`]) and how their navigations are filled; everything else is done here and in
//! [`latchkey_core::query`].

mod both_ways;
mod memory;
mod parameters;
mod records;
mod rows;

pub(crate) use self::both_ways::{BothWays, Forward};
pub(crate) use self::memory::Memory;
pub(crate) use self::parameters::List;
pub(crate) use self::records::{Fill, Leads, Records};
pub(crate) use self::rows::{Rows, Wanted};

use std::marker::PhantomData;

use axum::body::HttpBody as _;
use axum::response::{IntoResponse, Response};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::query::{Entity, Kind, Query};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::code::Code;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::Wire;

/// The longest answer, in bytes: a little less than what a function may answer.
const MOST_BYTES: u64 = 5 * 1024 * 1024;

/// What a list is called in its answer.
pub(crate) trait Named {
    /// The member with the rows, such as `apiKeys`: the count is then `totalApiKeysCount`.
    const NAME: &'static str;
    /// The member with the number of rows in this answer, where the contract has one.
    const SHOWN: Option<&'static str> = None;
}

/// A page of a list of `W`, called as `N` is.
pub(crate) struct Listing<W, N = W> {
    account: AccountId,
    rows: Vec<Map<String, Value>>,
    total: u64,
    of: PhantomData<fn() -> (W, N)>,
}

impl<W: Wire, N: Named> Listing<W, N> {
    /// The page that `query` asks for, of these rows.
    pub(crate) async fn of(caller: &Caller, query: &Query, rows: &impl Rows<Row = W>) -> Result<Self, Error> {
        let answer = query.run(&rows::Filled::new(rows, query)).await?;
        let mut found = answer.rows;
        let included = Wanted::included(query);
        if !included.is_empty() {
            rows.fill(&mut found, &included).await?;
        }
        rows.complete(&mut found, query).await?;
        let object = |row: &W| match serde_json::to_value(row) {
            Ok(Value::Object(mut object)) => {
                prune(&mut object, W::ENTITY, &included);
                query.select.keep(&mut object);
                Ok(object)
            }
            Ok(_) => Err(Fault::new(FaultKind::Corrupt, "a row is no object").into()),
            Err(error) => Err(Error::from(Fault::caused(FaultKind::Corrupt, "a row cannot be written", error))),
        };
        let rows = found.iter().map(object).collect::<Result<_, Error>>()?;
        Ok(Self { account: caller.account(), rows, total: answer.total, of: PhantomData })
    }
}

/// Takes out what was looked at for the condition alone and is not to be shown.
fn prune(object: &mut Map<String, Value>, entity: &'static Entity, included: &Wanted) {
    for field in entity.fields {
        let Some(value) = object.get_mut(field.name) else { continue };
        match field.kind {
            Kind::One(_) if !included.has(field.name) => *value = Value::Null,
            Kind::Many(_) if !included.has(field.name) => *value = Value::Array(Vec::new()),
            Kind::One(entity) | Kind::Many(entity) | Kind::Embedded(entity) => {
                let below = included.below(field.name);
                let objects = match value {
                    Value::Array(values) => values.as_mut_slice(),
                    single @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                        std::slice::from_mut(single)
                    }
                };
                objects.iter_mut().filter_map(Value::as_object_mut).for_each(|object| prune(object, entity, &below));
            }
            Kind::Plain(..) | Kind::List => {}
        }
    }
}

/// `apiKeys` is counted in `totalApiKeysCount`.
pub(crate) fn total_name(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    format!("total{}{}Count", first.into_iter().collect::<String>(), letters.as_str())
}

impl<W, N: Named> IntoResponse for Listing<W, N> {
    fn into_response(self) -> Response {
        let Self { account, rows, total, of: _ } = self;
        let count = |count: u64| Value::from(i32::try_from(count).unwrap_or(i32::MAX));
        let mut body = Map::new();
        if let Some(name) = N::SHOWN {
            body.insert(name.to_owned(), count(rows.len() as u64));
        }
        body.insert(total_name(N::NAME), count(total));
        body.insert(N::NAME.to_owned(), rows.into_iter().map(Value::Object).collect());
        let response = Answer::of(Some(account), Body(body)).into_response();
        if response.body().size_hint().lower() > MOST_BYTES {
            return Error::new(Code::TooBroad, "They are more than an answer holds: please take fewer, or select fewer members.")
                .into_response();
        }
        response
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Body(Map<String, Value>);
