//! What a request changes of something: read once, and done to it as it is then, as often as others are faster.

use std::str::FromStr;

use latchkey_core::domain::text::TextError;

use crate::body::{Given, optional};
use crate::error::Error;

/// Changes of a `T`, in the order in which they were said. A member that a request leaves out changes nothing.
pub(crate) struct Changes<T> {
    /// What the members are a part of, such as `customer`.
    of: &'static str,
    changes: Vec<Change<T>>,
}

type Change<T> = Box<dyn Fn(&mut T) + Send + Sync>;

impl<T: 'static> Changes<T> {
    /// None yet, of what is called `of` in a request.
    pub(crate) fn of(of: &'static str) -> Self {
        Self { of, changes: Vec::new() }
    }

    /// A member's path, as errors have it.
    pub(crate) fn path(&self, member: &str) -> String {
        format!("{}.{member}", self.of)
    }

    /// `place` is to be `value`, where anything is said.
    pub(crate) fn set<V: Clone + Send + Sync + 'static>(&mut self, value: Option<V>, place: fn(&mut T) -> &mut V) {
        if let Some(value) = value {
            self.changes.push(Box::new(move |of| *place(of) = value.clone()));
        }
    }

    /// The same of a text, of which an empty one is nothing.
    pub(crate) fn text<V>(&mut self, member: &str, given: Given<String>, place: fn(&mut T) -> &mut Option<V>) -> Result<(), Error>
    where
        V: FromStr<Err = TextError> + Clone + Send + Sync + 'static,
    {
        let value = given.said().map(|text| optional(&self.path(member), &text)).transpose()?;
        self.set(value, place);
        Ok(())
    }

    /// The same of what `parse` makes of what is said, or says what that must be.
    pub(crate) fn parsed<S: Default, V: Clone + Send + Sync + 'static>(
        &mut self,
        given: Given<S>,
        place: fn(&mut T) -> &mut V,
        parse: impl FnOnce(S) -> Result<V, Error>,
    ) -> Result<(), Error> {
        let value = given.said().map(parse).transpose()?;
        self.set(value, place);
        Ok(())
    }

    /// `change` is done with what is said, where anything is.
    pub(crate) fn by<S: Clone + Send + Sync + 'static>(&mut self, said: Option<S>, change: fn(&mut T, S)) {
        if let Some(said) = said {
            self.changes.push(Box::new(move |of| change(of, said.clone())));
        }
    }

    /// What they make of something.
    pub(crate) fn made_of(&self, mut of: T) -> T {
        self.changes.iter().for_each(|change| change(&mut of));
        of
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::text::Line;

    use super::*;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Thing {
        name: Option<Line<5>>,
        rating: Option<i32>,
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_empty_is_cleared() {
        let before = Thing { name: "old".parse().ok(), rating: Some(1) };
        let changed = |name: Given<String>, rating: Given<i32>| {
            let mut changes = Changes::of("thing");
            changes.text("name", name, |thing: &mut Thing| &mut thing.name)?;
            changes.parsed(rating, |thing| &mut thing.rating, |rating| Ok(Some(rating).filter(|rating| *rating != 0)))?;
            Ok::<_, Error>(changes.made_of(before.clone()))
        };
        assert_eq!(changed(Given::Missing, Given::Missing).unwrap(), before);
        assert_eq!(changed(Given::Null, Given::Null).unwrap(), Thing::default());
        assert_eq!(changed(Given::Value(String::new()), Given::Value(0)).unwrap(), Thing::default());
        assert_eq!(changed(Given::Value("new".into()), Given::Value(2)).unwrap(), Thing { name: "new".parse().ok(), rating: Some(2) });
        let error = format!("{:?}", changed(Given::Value("too long".into()), Given::Missing).unwrap_err());
        assert!(error.contains("thing.name"), "{error}");
    }
}
