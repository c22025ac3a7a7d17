//! A list's parameters, as the address has them.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use latchkey_core::http::Params;
use latchkey_core::query::{Parameters, Query};

use crate::error::Error;
use crate::wire::Wire;

/// The parameters of an operation that lists. The case of their names says nothing, as in the original; a name's last value counts.
pub(crate) struct List(Params);

impl List {
    /// What is asked for of the rows `W`.
    pub(crate) fn query<W: Wire>(&self) -> Result<Query, Error> {
        self.sorted::<W>(self.get("sort").unwrap_or_default())
    }

    /// The same in another order than what is asked for.
    pub(crate) fn sorted<W: Wire>(&self, sort: &str) -> Result<Query, Error> {
        let said = |name| self.get(name).map(str::to_owned);
        let parameters = Parameters {
            filter: said("filter"),
            sort: Some(sort.to_owned()),
            select: said("select"),
            include: said("include"),
            take: said("take"),
            skip: said("skip"),
            count_only: said("countOnly"),
        };
        Ok(Query::parse(W::ENTITY, &parameters)?)
    }

    /// Another parameter, trimmed, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase())
    }

    /// The same as what it stands for, such as a number; `form` says what that is.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str, form: &str) -> Result<Option<T>, Error> {
        let parsed = self.get(name).map(|text| text.parse().map_err(|_| Error::parameter(name, form)));
        parsed.transpose()
    }
}

impl<S: Sync> FromRequestParts<S> for List {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Params::of_query(&parts.uri).ignoring_case()))
    }
}
