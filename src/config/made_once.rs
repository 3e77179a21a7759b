//! What many site files write alike, made once: sites of one make have the same selectors, and people look for the same
//! words at all of them.
//!
//! In: a text, and how its value is made. Out: the value, the same for all who write that text. Never: a wrong text kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Values by the texts they were made of. `T` is cheap to clone.
pub(super) struct MadeOnce<T> {
    known: Mutex<BTreeMap<String, T>>,
    most: usize,
}

impl<T: Clone> MadeOnce<T> {
    /// Remembers at most so many; one more, and all are made anew.
    pub(super) const fn new(most: usize) -> Self {
        Self { known: Mutex::new(BTreeMap::new()), most }
    }

    /// The value of a text; `make` makes it where nobody has written that text before. **Errors**: those of `make`.
    pub(super) fn value(&self, written: &str, make: impl FnOnce(&str) -> Result<T, String>) -> Result<T, String> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known().get(written) {
            return Ok(value.clone());
        }
        let value = make(written)?;
        let mut known = known();
        if known.len() >= self.most {
            known.clear();
        }
        known.insert(written.to_owned(), value.clone());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_many_write_is_made_once_and_a_wrong_text_each_time() {
        let shared = MadeOnce::new(3);
        let one = shared.value("甲", |written| Ok(Arc::new(written.to_owned()))).unwrap();
        assert!(Arc::ptr_eq(&one, &shared.value("甲", |_| Err("made twice".to_owned())).unwrap()));
        assert_eq!(shared.value("乙", |_| Err("wrong".to_owned())).unwrap_err(), "wrong");
        assert_eq!(*shared.value("乙", |_| Ok(Arc::new("right".to_owned()))).unwrap(), "right");
        for n in 0..3 {
            shared.value(&n.to_string(), |written| Ok(Arc::new(written.to_owned()))).unwrap();
        }
        assert_eq!(
            *shared.value("甲", |_| Ok(Arc::new("anew".to_owned()))).unwrap(),
            "anew",
            "forgotten, and made anew"
        );
    }
}
