//! Text to masked text: every value becomes a mark with its kind, every word stays.
//!
//! One pass, no regular expression: at each word's first byte the rows of [`SPANS`] are tried,
//! then the rows of [`WORDS`] on the word as a whole.

use crate::calendar;
use crate::class::{class, is, letters_length, Classes, BLANK, DELIMITER, DIGIT, LANE, SLASH, WORD};
use crate::variable::{is_word, Kind, Row, SPANS};
use crate::word::{dotted_name_length, Word, WORDS};
use std::ops::Range;

/// Stands before a kind's code letter in a masked text. Entries cannot bring it in: control
/// characters of a body count as white space.
pub const MARK: char = '\u{1}';

/// A text with its variables taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The text, white space folded, each variable as [`MARK`] and its code letter.
    pub key: String,
    /// The variables in order: kind, and the bytes of the text that it stands for.
    pub values: Vec<(Kind, Range<usize>)>,
}

/// Masks `text` into a new value.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let mut masked = Masked::default();
    mask_onto(text, 0, &mut masked);
    masked
}

/// Masks `text` onto the end of `masked`. The text begins at `offset` of what the values point into.
pub(crate) fn mask_onto(text: &str, offset: usize, masked: &mut Masked) {
    let start = masked.key.len();
    let mut scanner = Scanner { text, offset, start, masked, run: None, pending: 0..0 };
    let mut at = 0;
    while at < text.len() {
        at = scanner.step(at);
    }
    scanner.flush();
    let kept = masked.key[start..].trim_end().len();
    masked.key.truncate(start + kept);
}

/// Spells a masked text for people: each mark becomes `<name>`.
#[must_use]
pub fn spell(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 16);
    let mut rest = key.chars();
    while let Some(next) = rest.next() {
        match (next, next == MARK) {
            (_, true) => {
                let kind = rest.next().and_then(Kind::from_code).unwrap_or(Kind::Any);
                text.push('<');
                text.push_str(kind.name());
                text.push('>');
            }
            (other, false) => text.push(other),
        }
    }
    text
}

/// The values of what is true or false; in a sentence too they answer a question, and are not its words.
const TRUTHS: [&str; 2] = ["true", "false"];

/// The length of a terminal's colour sequence at the start of the bytes (ECMA-48, CSI).
pub(crate) fn colour_length(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let length = parameters.iter().position(|byte| (0x40..=0x7e).contains(byte))?;
    parameters[..length].iter().all(|byte| (0x20..=0x3f).contains(byte)).then_some(length + 3)
}

struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    masked: &'a mut Masked,
    /// Where in the key the text begins.
    start: usize,
    /// The kind of the last variable and the key's length behind it, while only a list's
    /// separators have followed.
    run: Option<(Kind, usize)>,
    /// The part of the text that belongs into the key next.
    pending: Range<usize>,
}

impl Scanner<'_> {
    /// Takes what begins at `at` and returns where the next begins.
    #[inline]
    fn step(&mut self, at: usize) -> usize {
        let byte = self.text.as_bytes()[at];
        match class(byte) {
            BLANK => self.blank(at, byte),
            DELIMITER => self.delimiter(at, byte),
            _ => self.word(at),
        }
    }

    #[inline]
    fn blank(&mut self, at: usize, byte: u8) -> usize {
        if byte == b'\x1b' {
            if let Some(length) = colour_length(&self.text.as_bytes()[at..]) {
                return at + length;
            }
        }
        let follows_text = self.pending.end == at && !self.pending.is_empty();
        if byte == b' ' && follows_text && self.text.as_bytes()[at - 1] != b' ' {
            self.pending.end += 1;
            return at + 1;
        }
        self.flush();
        if self.masked.key.len() > self.start && !self.masked.key.ends_with(' ') {
            self.masked.key.push(' ');
        }
        at + 1
    }

    fn delimiter(&mut self, at: usize, byte: u8) -> usize {
        let quoted = if matches!(byte, b'"' | b'\'') { self.quoted_value(at) } else { None };
        if let Some(end) = quoted {
            self.push_variable(Kind::Text, at + 1, end);
            return end;
        }
        if byte == b':' && self.begins_address(at) {
            return self.word(at);
        }
        self.push_text(at, at + 1);
        at + 1
    }

    /// `::1` begins with a delimiter; `std::vector` is no address.
    fn begins_address(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let is_inside = at > 0 && (is_word(bytes[at - 1]) || bytes[at - 1] == b':');
        bytes[at..].starts_with(b"::") && !is_inside && find_span(&bytes[at..]).is_some()
    }

    /// Takes words of letters alone that are no values, each with the blank behind it: most of most texts
    /// is such. Returns where the first other word begins.
    #[inline]
    fn plain_words(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = at;
        loop {
            let length = letters_length(bytes, end);
            if length == 0 || length == LANE || bytes.get(end + length) != Some(&b' ') {
                break;
            }
            let word = &bytes[end..];
            let may_be_date = word[0].is_ascii_uppercase() && calendar::begins_name(word);
            if may_be_date || (matches!(length, 4 | 5) && is_truth(&word[..length])) {
                break;
            }
            end += length + 1;
        }
        if end > at {
            self.push_text(at, end - 1);
            self.pending.end = end;
        }
        end
    }

    #[inline]
    fn word(&mut self, at: usize) -> usize {
        let end = self.plain_words(at);
        if end > at {
            return end;
        }
        let rest = &self.text.as_bytes()[at..];
        let word = Word::at(rest);
        if word.may_begin_span(rest) {
            if let Some((kind, length)) = find_span(rest) {
                self.push_variable(kind, at, at + length);
                return at + length;
            }
        }
        let whole = word.length;
        if matches!(whole, 4 | 5) && is_truth(&rest[..whole]) {
            self.push_variable(Kind::Bool, at, at + whole);
        } else if word.is_plain() {
            self.push_text(at, at + whole);
        } else if word.classes == DIGIT {
            self.push_variable(Kind::Int, at, at + whole);
        } else {
            return self.mixed_word(at, whole, word.classes);
        }
        at + whole
    }

    /// Takes a word that may hold a value, punctuation at its edges aside.
    fn mixed_word(&mut self, at: usize, whole: usize, classes: Classes) -> usize {
        let rest = &self.text.as_bytes()[at..];
        let lead = rest[..whole].iter().take_while(|byte| is_edge(**byte)).count();
        let core = rest[lead..whole].iter().rposition(|byte| !is_edge(*byte)).map_or(lead, |last| lead + last + 1);
        let lead = if lead > 0 && is_sign(rest, lead) { lead - 1 } else { lead };
        if lead > 0 && lead < core && find_span(&rest[lead..]).is_some() {
            self.push_text(at, at + lead);
            return at + lead;
        }
        let percent = usize::from(rest.get(core) == Some(&b'%') && core < whole);
        match find_word(&rest[lead..core + percent], classes) {
            Some((Kind::Id | Kind::Base64, _)) if is_named(&rest[whole..]) => self.push_text(at, at + whole),
            Some((kind, length)) => {
                let name = if kind == Kind::Id { dotted_name_length(&rest[lead..core]) } else { 0 };
                let kind = if name > 0 { Kind::Int } else { kind };
                self.push_text(at, at + lead + name);
                self.push_variable(kind, at + lead + name, at + lead + length);
                self.push_text(at + lead + length, at + whole);
            }
            None => self.push_text(at, at + whole),
        }
        at + whole
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // nearly every word comes by
    fn push_text(&mut self, from: usize, to: usize) {
        if from < to {
            if self.run.is_some() && self.text.as_bytes()[from..to] != *b"," {
                self.run = None;
            }
            if self.pending.end == from && !self.pending.is_empty() {
                self.pending.end = to;
            } else {
                self.flush();
                self.pending = from..to;
            }
        }
    }

    #[inline]
    fn flush(&mut self) {
        self.masked.key.push_str(&self.text[self.pending.clone()]);
        self.pending = 0..0;
    }

    fn push_variable(&mut self, kind: Kind, from: usize, to: usize) {
        self.flush();
        if let (Some((last, end)), Some(value)) = (self.run, self.masked.values.last_mut()) {
            let between = &self.masked.key[end..];
            if last == kind && matches!(between, " " | "," | ", ") {
                value.1.end = self.offset + to;
                self.masked.key.truncate(end);
                return;
            }
        }
        self.masked.key.push(MARK);
        self.masked.key.push(kind.code());
        self.masked.values.push((kind, self.offset + from..self.offset + to));
        self.run = Some((kind, self.masked.key.len()));
    }

    /// Finds the end of a quoted value that directly follows `=`; its quotes stay in the key.
    fn quoted_value(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let quote = bytes[at];
        if at == 0 || bytes[at - 1] != b'=' {
            return None;
        }
        let length = bytes[at + 1..].iter().position(|byte| *byte == quote)?;
        let inside = &bytes[at + 1..at + 1 + length];
        if length == 0 || inside.iter().any(|byte| is(*byte, BLANK)) {
            return None;
        }
        self.push_text(at, at + 1);
        Some(at + 1 + length)
    }
}

/// Punctuation that belongs to the sentence when it stands at a word's edge.
fn is_edge(byte: u8) -> bool {
    !is(byte, WORD | SLASH)
}

#[inline]
fn is_truth(word: &[u8]) -> bool {
    matches!(word[0], b't' | b'f' | b'T' | b'F')
        && TRUTHS.iter().any(|truth| word.eq_ignore_ascii_case(truth.as_bytes()))
}

/// Whether what follows a word says that it is a name in the code: of a key, a function or a scope.
fn is_named(behind: &[u8]) -> bool {
    [b"=".as_slice(), b"()", b"::"].iter().any(|mark| behind.starts_with(mark))
}

fn is_sign(rest: &[u8], lead: usize) -> bool {
    matches!(rest[lead - 1], b'-' | b'+') && rest.get(lead).is_some_and(u8::is_ascii_digit) && lead == 1
}

/// The first span at the start of the bytes.
#[inline]
fn find_span(bytes: &[u8]) -> Option<(Kind, usize)> {
    let first = class(*bytes.first()?);
    first_match(SPANS, bytes, |row| row.classes & first != 0)
}

/// What a word is, whose bytes are of no other than these classes.
#[inline]
fn find_word(bytes: &[u8], classes: Classes) -> Option<(Kind, usize)> {
    first_match(WORDS, bytes, |row| row.classes & !classes == 0)
}

#[inline]
fn first_match(rows: &[Row], bytes: &[u8], may_match: impl Fn(&Row) -> bool) -> Option<(Kind, usize)> {
    rows.iter().filter(|row| may_match(row)).find_map(|row| match (row.length)(bytes) {
        0 => None,
        length => Some((row.kind, length)),
    })
}

#[cfg(test)]
mod tests {
    use super::{mask, spell};

    fn spelt(text: &str) -> String {
        spell(&mask(text).key)
    }

    #[test]
    fn values_are_named_and_words_stay() {
        for (text, want) in [
            ("request 3f2c91aa07be in checkout took 1203 ms", "request <hex> in checkout took <int> ms"),
            ("from 10.0.0.1:8080 to [::1]:54143", "from <ip>:<int> to [<ip>]:<int>"),
            (
                "[2025-09-16 00:42:53 +0000] [12] [ERROR] Worker (pid:12) exited with code 3",
                "[<timestamp>] [<int>] [ERROR] Worker (pid:<int>) exited with code <int>",
            ),
            ("Jul 09, 2015 3:23:29 PM com.my.MakeLog: hello", "<timestamp> com.my.MakeLog: hello"),
            ("session opened Sat Jun 11 03:28:22 2005", "session opened <timestamp>"),
            ("GET https://a.example/b?c=d, took 12.5ms (53%)", "GET <url>, took <duration> (<percent>)"),
            ("id 123e4567-e89b-12d3-a456-426614174000 by ann@example.com.", "id <uuid> by <email>."),
            ("No module named 'auth_service'", "No module named 'auth_service'"),
            ("user='ann' size=126MB v1.2.3 at -5 -0.5", "user='<text>' size=<size> <version> at <int> <number>"),
            ("wrote /var/log/app.log to C:\\temp\\x and and/or", "wrote <path> to <path> and and/or"),
            ("failed to resolve an14 an15, an16 now", "failed to resolve <id> now"),
            ("Container called exit(3).", "Container called exit(<int>)."),
            ("mac 00:1A:2b:3c:4d:5e host db.example.com", "mac <mac> host <host>"),
            ("  tabs\tand \n lines  ", "tabs and lines"),
        ] {
            assert_eq!(spelt(text), want);
        }
    }

    #[test]
    fn values_point_into_the_text() {
        let text = "took 12 ms at an14 an15";
        let values: Vec<&str> = mask(text).values.iter().map(|(_, range)| &text[range.clone()]).collect();
        assert_eq!(values, ["12", "an14 an15"]);
    }
}
