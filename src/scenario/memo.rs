//! Values kept by what they were made of.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by what they were made of, made when they are first asked for.
pub(super) struct Memo<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Memo<K, V> {
        Memo(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The value for `key`.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.known(&key) {
            return value;
        }
        let value = make();
        self.put(key, value.clone());
        value
    }

    /// The value for `key` if it was made before.
    pub(super) fn known(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key).cloned()
    }

    /// All that were made, in no order.
    pub(super) fn all(&self) -> Vec<(K, V)>
    where
        K: Clone,
    {
        let all = self.0.borrow();
        all.iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    pub(super) fn put(&self, key: K, value: V) {
        self.0.borrow_mut().insert(key, value);
    }
}
