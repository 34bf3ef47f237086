//! Lists in pages, and the tokens that name the next one.
//!
//! A token holds the key of the last item that was given, not how many were: what is created or deleted between two pages makes no
//! item come twice or not at all. It also holds a sum over the list and its filter, so that a token is good for nothing else.

use crate::wire::robomaker::Exception;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What orders a list; no two items have the same.
pub(super) type Key = (u64, u64);

/// A question for a page of a list.
pub(super) struct Asked<'a> {
    /// Tells the list, its filter and the server from others.
    pub(super) list: &'a str,
    pub(super) newest_first: bool,
    pub(super) token: Option<&'a str>,
    pub(super) items_max: usize,
}

impl Asked<'_> {
    /// The page of items, which are given in the list's order, with the token of the next page if there is one.
    ///
    /// # Errors
    /// The token is none that this list has given.
    pub(super) fn page<T>(
        &self,
        items: impl IntoIterator<Item = (Key, T)>,
    ) -> Result<(Vec<T>, Option<String>), Exception> {
        let after = self.token.map(|token| self.key(token)).transpose()?;
        let mut page = Vec::new();
        let mut last = None;
        for (key, item) in items {
            let is_past = match (after, self.newest_first) {
                (None, _) => false,
                (Some(after), true) => key >= after,
                (Some(after), false) => key <= after,
            };
            if is_past {
                continue;
            }
            if page.len() == self.items_max {
                return Ok((page, last.map(|last| self.token_after(last))));
            }
            page.push(item);
            last = Some(key);
        }
        Ok((page, None))
    }

    fn token_after(&self, key: Key) -> String {
        let mut bytes = Vec::from(key.0.to_be_bytes());
        bytes.extend(key.1.to_be_bytes());
        bytes.extend(self.sum(key));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn key(&self, token: &str) -> Result<Key, Exception> {
        let refusal = || {
            Exception::invalid(
                "nextToken is none that this list has given with this filter: begin the list anew without it"
                    .to_owned(),
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| refusal())?;
        let bytes: [u8; 24] = bytes.try_into().map_err(|_| refusal())?;
        let word = |at: usize| {
            let word: [u8; 8] = bytes[at..at + 8]
                .try_into()
                .expect("a bug: eight bytes are eight");
            u64::from_be_bytes(word)
        };
        let key = (word(0), word(8));
        match bytes[16..] == self.sum(key) {
            true => Ok(key),
            false => Err(refusal()),
        }
    }

    fn sum(&self, key: Key) -> [u8; 8] {
        let hash = Sha256::digest(format!("{} {} {}", self.list, key.0, key.1));
        hash[..8]
            .try_into()
            .expect("a bug: a hash shorter than eight bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(list: &'a str, token: Option<&'a str>) -> Asked<'a> {
        Asked {
            list,
            newest_first: true,
            token,
            items_max: 2,
        }
    }

    #[test]
    fn pages_are_stable_when_items_come_and_go() {
        let items = |keys: &[u64]| -> Vec<(Key, u64)> {
            keys.iter().rev().map(|key| ((*key, 0), *key)).collect()
        };
        let (page, token) = asked("jobs", None).page(items(&[1, 2, 3, 4])).unwrap();
        assert_eq!(page, [4, 3]);
        // One is created, and the last that was given is deleted.
        let (page, token) = asked("jobs", token.as_deref())
            .page(items(&[1, 2, 4, 5]))
            .unwrap();
        assert_eq!((page, token), (vec![2, 1], None));
    }

    #[test]
    fn a_token_of_another_list_or_of_nobody_is_refused() {
        let items = [((3, 0), 'a'), ((2, 0), 'b'), ((1, 0), 'c')];
        let token = asked("jobs", None).page(items).unwrap().1.unwrap();
        for (list, token) in [
            ("fleets", token.as_str()),
            ("jobs", "garbage"),
            ("jobs", ""),
            ("jobs", &token[1..]),
        ] {
            assert!(asked(list, Some(token)).page(items).is_err());
        }
        assert_eq!(asked("jobs", Some(&token)).page(items).unwrap().0, ['c']);
    }
}
