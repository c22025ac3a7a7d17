//! Parameters of the log's operations.

use axum::extract::FromRequestParts;
use http::request::Parts;
use latchkey_core::domain::ids::LogEntryId;
use latchkey_core::http::Params;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::query::{Parameters, Period, Query, intervals};

use crate::error::Error;
use crate::path::id;
use crate::wire::{LogEntry, Wire};

/// Into how many parts a period is divided where nothing is said of it.
const INTERVALS: u32 = 12;

/// `startDate` and `endDate`: the period that is meant, both included.
pub(crate) struct Within(pub(crate) Period);

/// `intervals`: into how many parts a period is divided.
pub(crate) struct Intervals(pub(crate) u32);

/// What is to be deleted of the log.
pub(crate) enum Deleting {
    /// The entry of this number.
    One(LogEntryId),
    /// All of it.
    All,
    /// What fits a filter, and lies in a period.
    Some(Box<Query>, Period),
    /// All that lies in a period.
    Within(Period),
}

impl<S: Sync> FromRequestParts<S> for Within {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let params = Params::of_query(&parts.uri).ignoring_case();
        Ok(Self(Period::parse(params.get("startdate"), params.get("enddate"))?))
    }
}

impl<S: Sync> FromRequestParts<S> for Intervals {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self(intervals(Params::of_query(&parts.uri).ignoring_case().get("intervals"), INTERVALS)?))
    }
}

/// One of the ways alone, so that what is deleted is never more than was meant.
impl<S: Sync> FromRequestParts<S> for Deleting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let params = Params::of_query(&parts.uri).ignoring_case();
        let all = match params.get("deleteall").map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Error::parameter("deleteAll", "it is true or false")),
        };
        let (number, filter) = (params.get("id"), params.get("filter"));
        let period = Period::parse(params.get("startdate"), params.get("enddate"))?;
        let chooses = filter.is_some() || period != Period::default();
        match (number, all, chooses) {
            (Some(number), false, false) => {
                let number: i32 = number.parse().map_err(|_| Error::parameter("id", "it is a whole number of 32 bits"))?;
                Ok(Self::One(id(number, LogEntryId::new, Thing::LogEntry)?))
            }
            (None, true, false) => Ok(Self::All),
            (None, false, true) => match filter {
                None => Ok(Self::Within(period)),
                Some(filter) => {
                    let parameters = Parameters { filter: Some(filter.to_owned()), ..Parameters::default() };
                    Ok(Self::Some(Box::new(Query::parse(LogEntry::ENTITY, &parameters)?), period))
                }
            },
            (None, false, false) => Err(Error::parameter("id", "say what is to be deleted: id, filter, startDate, endDate, or deleteAll")),
            (_, true, _) => Err(Error::parameter("deleteAll", "nothing else can be said beside it")),
            (Some(_), ..) => Err(Error::parameter("id", "nothing else can be said beside it")),
        }
    }
}
