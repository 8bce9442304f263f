//! The gaps of an [outline]: what may stand in them, and where it ends.
//!
//! [outline]: crate::outline

use crate::json::{escape_length, number_length, spell_plain, Value};
use crate::marks::find_mark;
use crate::place::is_library;
use std::borrow::Cow;

/// What stands in the gap behind some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A string, not blank and without an escape.
    Text,
    /// The same, and no logging library's module.
    Module,
    /// A string that is read as a message and as nothing else, not blank.
    Message,
    /// A number, true or false, that nothing reads.
    Plain,
    /// One that is read as a text; without the fraction of a whole number, which stands behind the gap.
    Read,
    /// The record's end.
    End,
}

/// Where the text that begins at `from` ends, if it is not blank and holds no escape.
#[inline]
pub(crate) fn find_text_end(record: &str, from: usize) -> Option<usize> {
    let bytes = record.as_bytes();
    let end = find_mark(bytes, from).filter(|end| bytes[*end] == b'"')?;
    let first = bytes[from];
    // Most texts begin with a letter or a digit.
    let is_filled = (first > b'"' && first.is_ascii()) || (end > from && is_filled(&record[from..end]));
    is_filled.then_some(end)
}

#[cold]
#[inline(never)]
fn is_filled(text: &str) -> bool {
    !text.trim_start().is_empty()
}

impl Gap {
    /// Where what stands in the gap that begins at `from` ends; `None` if something else stands there.
    pub(crate) fn find_end(self, record: &str, from: usize) -> Option<usize> {
        let bytes = record.as_bytes();
        match self {
            Self::Text => find_text_end(record, from),
            Self::Module => find_text_end(record, from).filter(|end| !is_library(&record[from..*end])),
            Self::Message => find_message_end(record, from),
            Self::Plain => find_plain_end(bytes, from),
            Self::Read => match spell_plain(&record[from..find_plain_end(bytes, from)?]) {
                Cow::Borrowed(text) => Some(from + text.len()),
                Cow::Owned(_) => None,
            },
            Self::End => (from == bytes.len()).then_some(from),
        }
    }
}

fn find_message_end(record: &str, from: usize) -> Option<usize> {
    let bytes = record.as_bytes();
    let mut end = find_mark(bytes, from)?;
    while bytes[end] != b'"' {
        end = find_mark(bytes, end + escape_length(&bytes[end..])?)?;
    }
    // What begins with an escape may be blank without it.
    let is_surely_filled = bytes[from] > b'"' && bytes[from].is_ascii() && bytes[from] != b'\\';
    (is_surely_filled || Value::Text(&record[from..end], true).filled().is_some()).then_some(end)
}

fn find_plain_end(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let word = [b"true".as_slice(), b"false"].into_iter().find(|word| rest.starts_with(word));
    let length = word.map_or_else(|| number_length(rest), <[u8]>::len);
    (length > 0).then_some(from + length)
}
