//! What is remembered between requests: for a while, and never more than so much.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::time::Timestamp;

/// Values by key, each of a stated weight and for a stated time. Clones share them.
pub(crate) struct Remembered<K, V> {
    entries: Arc<Mutex<Entries<K, V>>>,
    most: usize,
}

struct Entries<K, V> {
    by_key: HashMap<K, Entry<V>>,
    weight: usize,
}

struct Entry<V> {
    value: Arc<V>,
    until: Timestamp,
    weight: usize,
}

/// Whether or not the values can be cloned.
impl<K, V> Clone for Remembered<K, V> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), most: self.most }
    }
}

impl<K: Eq + Hash, V> Remembered<K, V> {
    /// Remembers nothing yet, and values of `most` weight together at most: where one more would be too many, all are forgotten.
    pub(crate) fn at_most(most: usize) -> Self {
        Self { entries: Arc::new(Mutex::new(Entries { by_key: HashMap::new(), weight: 0 })), most }
    }

    /// The value of `key`, where it is remembered and its time is not over.
    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<Arc<V>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.by_key.get(key)?;
        (now < entry.until).then(|| Arc::clone(&entry.value))
    }

    /// Remembers a value, unless it alone is too heavy.
    pub(crate) fn put(&self, key: K, value: Arc<V>, weight: usize, until: Timestamp) {
        if weight > self.most {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = entries.by_key.remove(&key) {
            entries.weight -= before.weight;
        }
        if entries.weight + weight > self.most {
            entries.by_key.clear();
            entries.weight = 0;
        }
        entries.weight += weight;
        entries.by_key.insert(key, Entry { value, until, weight });
    }

    /// Forgets the value of `key`.
    pub(crate) fn forget(&self, key: &K) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = entries.by_key.remove(key) {
            entries.weight -= before.weight;
        }
    }
}

/// How much is remembered, and not what.
impl<K, V> fmt::Debug for Remembered<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = self.entries.lock().unwrap_or_else(PoisonError::into_inner).weight;
        f.debug_struct("Remembered").field("weight", &weight).field("most", &self.most).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn put(remembered: &Remembered<u32, &'static str>, key: u32, value: &'static str, weight: usize) {
        remembered.put(key, Arc::new(value), weight, at(60));
    }

    #[test]
    fn a_value_is_remembered_until_its_time_is_over() {
        let remembered = Remembered::at_most(10);
        put(&remembered, 1, "one", 1);
        assert_eq!(remembered.get(&1, at(59)).as_deref(), Some(&"one"));
        assert_eq!(remembered.get(&1, at(60)), None);
        assert_eq!(remembered.get(&2, at(0)), None);
    }

    #[test]
    fn no_more_is_remembered_than_was_said() {
        let remembered = Remembered::at_most(10);
        put(&remembered, 1, "one", 6);
        put(&remembered, 1, "one again", 6);
        put(&remembered, 2, "two", 4);
        assert!(remembered.get(&1, at(0)).is_some() && remembered.get(&2, at(0)).is_some());
        put(&remembered, 3, "too heavy", 11);
        assert_eq!(remembered.get(&3, at(0)), None);
        put(&remembered, 3, "three", 1);
        assert!(remembered.get(&1, at(0)).is_none() && remembered.get(&2, at(0)).is_none() && remembered.get(&3, at(0)).is_some());
    }
}
