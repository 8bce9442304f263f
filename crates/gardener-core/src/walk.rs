//! One pass over a record of JSON: members are handed on as they come, everything is checked.
//!
//! Most bytes of a record stand inside strings. So 64 bytes at a time are compared with those that
//! can end, bend or break a string, and the walker steps from one to the next; what stands between
//! strings is looked at byte by byte (after Langdale and Lemire, "Parsing Gigabytes of JSON per
//! Second", VLDB Journal 2019, whose first stage this is; a record needs no second).

use crate::json::Value;
use wide::u8x16;

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

const CHUNK: usize = 64;
const LANE: usize = 16;

/// A place in a record.
#[derive(Debug)]
pub struct Walker<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Where the chunk of `marks` begins.
    chunk: usize,
    /// A bit for every quote, backslash and control character of the chunk.
    marks: u64,
}

impl<'a> Walker<'a> {
    /// A walker at the start of a record.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let marks = find_marks(text.as_bytes(), 0);
        Self { text, at: 0, depth: 0, chunk: 0, marks }
    }

    /// Calls `each` with the name of every member of the object that begins here, in the order of
    /// the text; `each` must take the member's value. A value of another kind is skipped.
    ///
    /// # Errors
    ///
    /// [`Fault`], also one that `each` returned.
    pub fn members(&mut self, mut each: impl FnMut(&mut Self, &str) -> Result<(), Fault>) -> Result<(), Fault> {
        if self.peek() != Some(b'{') {
            return self.skip();
        }
        self.enter()?;
        if self.take(b'}') {
            return self.leave();
        }
        loop {
            let (name, is_escaped) = self.string()?;
            self.expect(b':')?;
            if is_escaped {
                each(self, &Value::Text(name, true).text().unwrap_or_default())?;
            } else {
                each(self, name)?;
            }
            if !self.take(b',') {
                self.expect(b'}')?;
                return self.leave();
            }
        }
    }

    /// Takes the value that begins here.
    ///
    /// # Errors
    ///
    /// [`Fault`].
    pub fn value(&mut self) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(|(inner, is_escaped)| Value::Text(inner, is_escaped)),
            Some(b'{' | b'[') => self.raw().map(Value::Nested),
            _ => self.literal(),
        }
    }

    /// Whether an object begins here.
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
    pub fn skip(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'{') => self.members(|walker, _| walker.skip()),
            Some(b'[') => self.skip_list(),
            _ => self.literal().map(|_| ()),
        }
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    ///
    /// [`Fault::NotJson`] if something does.
    pub fn end(&mut self) -> Result<(), Fault> {
        self.peek().map_or(Ok(()), |_| Err(Fault::NotJson))
    }

    fn skip_list(&mut self) -> Result<(), Fault> {
        self.enter()?;
        if self.take(b']') {
            return self.leave();
        }
        loop {
            self.skip()?;
            if !self.take(b',') {
                self.expect(b']')?;
                return self.leave();
            }
        }
    }

    fn enter(&mut self) -> Result<(), Fault> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(Fault::TooDeep);
        }
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps)] // so that it ends a function
    fn leave(&mut self) -> Result<(), Fault> {
        self.depth -= 1;
        Ok(())
    }

    /// The next byte that is not blank.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(Fault::NotJson)
        }
    }

    /// Takes a string: what is between its quotes, and whether it holds an escape.
    #[inline]
    fn string(&mut self) -> Result<(&'a str, bool), Fault> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_escaped = false;
        loop {
            let mark = self.next_mark().ok_or(Fault::NotJson)?;
            if self.text.as_bytes()[mark] == b'"' {
                self.at = mark + 1;
                return Ok((&self.text[start..mark], is_escaped));
            }
            is_escaped = true;
            self.at = mark + escape_length(&self.text.as_bytes()[mark..]).ok_or(Fault::NotJson)?;
        }
    }

    /// Finds the next quote, backslash or control character.
    #[inline]
    fn next_mark(&mut self) -> Option<usize> {
        let chunk = self.at / CHUNK * CHUNK;
        if chunk != self.chunk {
            self.load(chunk);
        }
        let mut marks = self.marks & (u64::MAX << (self.at % CHUNK));
        while marks == 0 {
            if self.chunk + CHUNK >= self.text.len() {
                return None;
            }
            self.load(self.chunk + CHUNK);
            marks = self.marks;
        }
        Some(self.chunk + marks.trailing_zeros() as usize)
    }

    #[inline]
    fn load(&mut self, chunk: usize) {
        self.chunk = chunk;
        self.marks = find_marks(self.text.as_bytes(), chunk);
    }

    fn literal(&mut self) -> Result<Value<'a>, Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r');
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let text = self.text.get(self.at..self.at + length).ok_or(Fault::NotJson)?;
        self.at += length;
        match text {
            "null" => Ok(Value::Null),
            "true" | "false" => Ok(Value::Plain(text)),
            _ if is_number(text.as_bytes()) => Ok(Value::Plain(text)),
            _ => Err(Fault::NotJson),
        }
    }
}

/// A bit for every quote, backslash and control character of the chunk at `from`, or of what is left of it.
#[inline]
fn find_marks(bytes: &[u8], from: usize) -> u64 {
    let rest = bytes.get(from..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk::<CHUNK>() {
        return find_marks_in(chunk);
    }
    // Behind the record's end are no marks.
    let mut chunk = [b' '; CHUNK];
    chunk[..rest.len()].copy_from_slice(rest);
    find_marks_in(&chunk)
}

#[inline]
fn find_marks_in(chunk: &[u8; CHUNK]) -> u64 {
    let (quote, backslash, control) = (u8x16::splat(b'"'), u8x16::splat(b'\\'), u8x16::splat(0x1f));
    let (lanes, _) = chunk.as_chunks::<LANE>();
    lanes.iter().enumerate().fold(0, |marks, (index, lane)| {
        let lane = u8x16::from(*lane);
        let found = lane.simd_eq(quote) | lane.simd_eq(backslash) | lane.min(control).simd_eq(lane);
        marks | (u64::from(found.to_bitmask()) << (LANE * index))
    })
}

/// The length of the escape that begins here, if it is one.
fn escape_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [b'\\', b'u', digits @ ..] => digits.get(..4)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// Whether the bytes are a number as RFC 8259 has it.
fn is_number(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(bytes);
    if whole == 0 || (whole > 1 && bytes[0] == b'0') {
        return false;
    }
    let mut rest = &bytes[whole..];
    if let [b'.', fraction @ ..] = rest {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..] => {
            !power.is_empty() && digits(power) == power.len()
        }
        _ => false,
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
                seen.push(format!("{name}={:?}", walker.value()?));
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
