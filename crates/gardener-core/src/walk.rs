//! One pass over a record of JSON: members are handed on as they come, everything is checked.
//!
//! Most bytes of a record stand inside strings, so the walker steps from one of its [`marks`] to the
//! next; what stands between strings is looked at byte by byte.
//!
//! [`marks`]: crate::marks

use crate::json::{escape_length, number_length, unescape, Value};
use crate::marks::{find_marks, CHUNK};
use crate::names::Name;

/// Why a record cannot be walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not well-formed JSON.
    NotJson,
    /// It nests deeper than [`DEPTH_LIMIT`].
    TooDeep,
}

/// How deep a record may nest. Protocol buffers stop at 100; at some ten thousand a reader's stack ends.
const DEPTH_LIMIT: usize = 512;

/// A place in a record.
#[derive(Clone, Debug)]
pub struct Walker<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Where the chunk of `marks` begins.
    chunk: usize,
    /// A bit for every quote, backslash and control character of the chunk.
    marks: u64,
    /// Whether the last string that was taken holds an escape.
    is_escaped: bool,
}

impl<'a> Walker<'a> {
    /// A walker at the start of a record.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let marks = find_marks(text.as_bytes(), 0);
        Self { text, at: 0, depth: 0, chunk: 0, marks, is_escaped: false }
    }

    /// Calls `each` with the name of every member of the object that begins here, in the order of
    /// the text; `each` must take the member's value. A value of another kind is skipped.
    ///
    /// # Errors
    ///
    /// [`Fault`], also one that `each` returned.
    #[inline]
    pub fn members(&mut self, mut each: impl FnMut(&mut Self, Name<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        if !self.is_object() {
            return self.skip();
        }
        if self.begins_empty(b'}')? {
            return Ok(());
        }
        loop {
            self.expect(b'"')?;
            let start = self.at + 1;
            let end = self.quoted()?;
            let name = &self.text.as_bytes()[start..end];
            let is_escaped = self.is_escaped;
            self.expect(b':')?;
            self.at += 1;
            if is_escaped {
                each(self, Name::new(unescape(&String::from_utf8_lossy(name)).as_bytes()))?;
            } else {
                each(self, Name::new(name))?;
            }
            if self.has_ended(b'}')? {
                return Ok(());
            }
        }
    }

    /// Takes the value that begins here.
    ///
    /// # Errors
    ///
    /// [`Fault`].
    #[inline]
    pub fn value(&mut self) -> Result<Value<'a>, Fault> {
        if self.peek() == Some(b'"') {
            let start = self.at + 1;
            let end = self.quoted()?;
            Ok(Value::Text(&self.text[start..end], self.is_escaped))
        } else {
            self.unquoted()
        }
    }

    #[inline(never)]
    fn unquoted(&mut self) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'{' | b'[') => self.raw().map(Value::Nested),
            _ => self.literal(),
        }
    }

    /// Whether an object begins here.
    #[inline]
    pub fn is_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Takes the value that begins here as its text stands in the record.
    ///
    /// # Errors
    ///
    /// [`Fault`].
    pub fn raw(&mut self) -> Result<&'a str, Fault> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Steps over the value that begins here.
    ///
    /// # Errors
    ///
    /// [`Fault`].
    #[inline]
    pub fn skip(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'"') {
            self.quoted().map(drop)
        } else {
            self.skip_unquoted()
        }
    }

    #[inline(never)]
    fn skip_unquoted(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => self.skip_object(),
            Some(b'[') => self.skip_list(),
            _ => self.literal().map(|_| ()),
        }
    }

    /// What is left of the record.
    #[inline]
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Steps over a value that is known to begin here, and how long it is.
    #[inline]
    pub(crate) fn step_over(&mut self, length: usize) {
        self.at += length;
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    ///
    /// [`Fault::NotJson`] if something does.
    pub fn end(&mut self) -> Result<(), Fault> {
        self.peek().map_or(Ok(()), |_| Err(Fault::NotJson))
    }

    /// What [`Walker::members`] does, without a look at the names.
    fn skip_object(&mut self) -> Result<(), Fault> {
        let mut is_over = self.begins_empty(b'}')?;
        while !is_over {
            self.expect(b'"')?;
            self.quoted()?;
            self.expect(b':')?;
            self.at += 1;
            self.skip()?;
            is_over = self.has_ended(b'}')?;
        }
        Ok(())
    }

    fn skip_list(&mut self) -> Result<(), Fault> {
        let mut is_over = self.begins_empty(b']')?;
        while !is_over {
            self.skip()?;
            is_over = self.has_ended(b']')?;
        }
        Ok(())
    }

    /// Enters an object or a list; whether it is over at once.
    #[inline]
    fn begins_empty(&mut self, end: u8) -> Result<bool, Fault> {
        self.at += 1;
        if self.depth == DEPTH_LIMIT {
            return Err(Fault::TooDeep);
        }
        let is_over = self.peek() == Some(end);
        self.at += usize::from(is_over);
        self.depth += usize::from(!is_over);
        Ok(is_over)
    }

    /// Behind a part of an object or a list: whether it ends there, and not another part begins.
    #[inline]
    fn has_ended(&mut self, end: u8) -> Result<bool, Fault> {
        let byte = self.peek();
        self.at += 1;
        if byte == Some(b',') {
            Ok(false)
        } else if byte == Some(end) {
            self.depth -= 1;
            Ok(true)
        } else {
            Err(Fault::NotJson)
        }
    }

    /// Makes sure of the next byte that is not blank.
    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() == Some(byte) {
            Ok(())
        } else {
            Err(Fault::NotJson)
        }
    }

    /// The next byte that is not blank.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let byte = self.text.as_bytes().get(self.at).copied();
        // What machines write has no blanks between its parts.
        if byte.is_some_and(|byte| byte <= b' ') {
            return self.peek_behind_blanks();
        }
        byte
    }

    #[cold]
    #[inline(never)]
    fn peek_behind_blanks(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Takes the string whose quote is here, and returns where its other quote is.
    #[inline(always)]
    #[allow(clippy::inline_always)] // most of an entry is strings, and a call costs as much as one
    fn quoted(&mut self) -> Result<usize, Fault> {
        let from = self.at + 1;
        let marks = if from / CHUNK * CHUNK == self.chunk { self.marks & (u64::MAX << (from % CHUNK)) } else { 0 };
        let mark = if marks == 0 { self.far_mark(from) } else { self.chunk + marks.trailing_zeros() as usize };
        if self.text.as_bytes().get(mark) == Some(&b'"') {
            self.at = mark + 1;
            self.is_escaped = false;
            return Ok(mark);
        }
        self.escaped(mark)
    }

    /// Takes a string from its first escape on.
    #[inline(never)]
    fn escaped(&mut self, mut mark: usize) -> Result<usize, Fault> {
        let bytes = self.text.as_bytes();
        while bytes.get(mark) != Some(&b'"') {
            let escape = bytes.get(mark..).and_then(escape_length).ok_or(Fault::NotJson)?;
            mark = self.far_mark(mark + escape);
        }
        self.at = mark + 1;
        self.is_escaped = true;
        Ok(mark)
    }

    /// Where the next quote, backslash or control character is, or some place behind the end.
    #[inline(never)]
    fn far_mark(&mut self, from: usize) -> usize {
        let (mut chunk, mut hidden) = (from / CHUNK * CHUNK, u64::MAX << (from % CHUNK));
        loop {
            if chunk != self.chunk {
                self.chunk = chunk;
                self.marks = find_marks(self.text.as_bytes(), chunk);
            }
            let marks = self.marks & hidden;
            if marks != 0 || chunk >= self.text.len() {
                return chunk + marks.trailing_zeros() as usize;
            }
            hidden = u64::MAX;
            chunk += CHUNK;
        }
    }

    fn literal(&mut self) -> Result<Value<'a>, Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let word = [b"null".as_slice(), b"true", b"false"].into_iter().find(|word| rest.starts_with(word));
        let length = word.map_or_else(|| number_length(rest), <[u8]>::len);
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        match text {
            "" => Err(Fault::NotJson),
            "null" => Ok(Value::Null),
            _ => Ok(Value::Plain(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Walker};
    use proptest::prelude::*;

    fn walk(text: &str) -> Result<(), Fault> {
        let mut walker = Walker::new(text);
        walker.skip()?;
        walker.end()
    }

    #[test]
    fn members_come_in_order_with_their_values() {
        let mut seen = Vec::new();
        let text = r#" { "b" : 1 , "a":{"c":[true,{}]}, "\u0064":"x\"y" } "#;
        let mut walker = Walker::new(text);
        walker
            .members(|walker, name| {
                let value = walker.value()?;
                seen.push(format!("{}={value:?}", name.bytes().escape_ascii()));
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [r#"b=Plain("1")"#, r#"a=Nested("{\"c\":[true,{}]}")"#, r#"d=Text("x\\\"y", true)"#]);
        assert_eq!(walker.end(), Ok(()));
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(walk(&nest(512)), Ok(()));
        assert_eq!(walk(&nest(513)), Err(Fault::TooDeep));
    }

    const PARTS: &[&str] = &[
        "{", "}", "[", "]", ":", ",", "{\"a\":", "\"a\"", "\"\\\\\"", "\"\\\"\"", "1", "-0.5e3", "01", "1.", "null",
        "true", " ",
    ];

    proptest! {
        #[test]
        fn well_formed_is_what_a_library_takes_for_it(
            parts in prop::collection::vec(prop::sample::select(PARTS), 0..14)
        ) {
            let text = parts.concat();
            let known = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(walk(&text).is_ok(), known, "{}", text);
        }

        #[test]
        fn what_a_library_writes_is_walked_whatever_its_length(text in "\\PC{0,200}", other in "[\"\\\\]{0,130}") {
            let json = serde_json::json!({ "a": [text.clone(), other.clone()], text.clone(): { "b": other } }).to_string();
            prop_assert_eq!(walk(&json), Ok(()));
            prop_assert!(walk(&json[..json.len() - 1]).is_err());
        }
    }
}
