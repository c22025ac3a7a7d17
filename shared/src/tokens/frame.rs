//! What all tokens have in common: a version, an end, a content and a tag, in letters and digits.

use super::TokenKeys;
use super::base62;
use super::mac::TAG_BYTES;
use crate::domain::time::Timestamp;

const VERSION: u8 = 1;

/// The version, and the second since 1970 after which a token is too old.
const HEAD: usize = 6;

/// How tokens of one sort are written: in `BYTES` bytes, the tag included.
pub(super) struct Frame<const BYTES: usize> {
    /// Keeps tokens of one sort from passing as another.
    pub(super) purpose: &'static str,
    /// The length of the text, enough for `BYTES` bytes.
    pub(super) chars: usize,
}

impl<const BYTES: usize> Frame<BYTES> {
    /// The text for `parts`, which together are as long as the content. `bound` is authenticated with them and not inside.
    pub(super) fn seal(&self, keys: &TokenKeys, expires: Timestamp, parts: &[&[u8]], bound: &[&[u8]]) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&expires.as_seconds().to_be_bytes()[3..]);
        bytes.extend(parts.iter().copied().flatten());
        debug_assert_eq!(bytes.len() + TAG_BYTES, BYTES, "{}", self.purpose);
        let tag = keys.tag(self.purpose, &[&[bytes.as_slice()], bound].concat());
        bytes.extend(tag);
        base62::encode(&bytes, self.chars)
    }

    /// The end and the content that `text` stands for, where it was sealed with `bound`.
    pub(super) fn open(&self, text: &str, keys: &TokenKeys, bound: &[&[u8]]) -> Option<(Timestamp, Content)> {
        let bytes: [u8; BYTES] = if text.len() == self.chars { base62::decode(text)? } else { return None };
        let (body, tag) = bytes.split_last_chunk::<TAG_BYTES>()?;
        if !keys.verify(self.purpose, &[&[body], bound].concat(), tag) || body[0] != VERSION {
            return None;
        }
        let (head, content) = body.split_at(HEAD);
        let mut seconds = [0; 8];
        seconds[3..].copy_from_slice(&head[1..]);
        Some((Timestamp::from_seconds(i64::from_be_bytes(seconds))?, Content(content.to_vec())))
    }
}

/// A token's content, to be taken in the order in which it was put in.
pub(super) struct Content(Vec<u8>);

impl Content {
    /// The next `N` bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let bytes = *self.0.first_chunk::<N>()?;
        self.0.drain(..N);
        Some(bytes)
    }

    /// The next number that is an id.
    pub(super) fn id<T>(&mut self, id: impl Fn(u32) -> Option<T>) -> Option<T> {
        id(u32::from_be_bytes(self.bytes()?))
    }
}
