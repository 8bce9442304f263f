//! A stream of lines, redacted as it passes: lines of text, of JSON, and of JSON that goes on over lines.

use super::document::{Document, Position};
use super::mark::atom_length;
use super::scan::{find_continued, follow_key};
use super::Redactor;
use crate::error::Error;
use crate::framing::CHUNK;
use crate::reading::{decompress, Meter, Metered};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::ops::Range;

/// Longest line that is looked at as one, in bytes, as the longest record of a tally; a longer one is cut at a blank.
const LONGEST_LINE: usize = 4 << 20;

/// Lines within which a key that has begun must end.
const KEY_LINES: u32 = 400;

/// Shortest last word of a line of a key, where other words stand before it.
const KEY_WORD: usize = 16;

/// Ends of a line whose value comes in the next one, as PHP shows members.
const JOINED: &str = "=>";

/// What was redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Lines read.
    pub lines: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// What was replaced, by kind.
    pub replaced: BTreeMap<String, u64>,
}

impl Redactor {
    /// Writes what a source holds without its secrets, each read of it as soon as it comes, and tells what was replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the source cannot be read or the output not be written.
    pub fn stream(&self, source: impl Read + Send, output: &mut dyn Write, meter: &Meter) -> Result<Account, Error> {
        let mut source = decompress(Metered::new(source, meter))?;
        let mut lines = Lines {
            redactor: self,
            position: Position::default(),
            key: 0,
            before: String::new(),
            account: Account::default(),
            clean: Vec::new(),
        };
        let mut pending: Vec<u8> = Vec::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            let length = match source.read(&mut buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if length == 0 {
                break;
            }
            let seen = pending.len();
            pending.extend_from_slice(&buffer[..length]);
            let whole = memchr::memrchr(b'\n', &pending[seen..]).map(|end| seen + end + 1);
            if let Some(end) = whole.or_else(|| find_cut(&pending)) {
                lines.take(&pending[..end]);
                pending.drain(..end);
                output.write_all(&lines.clean)?;
                lines.clean.clear();
            }
        }
        lines.take(&pending);
        output.write_all(&lines.clean)?;
        Ok(lines.account)
    }
}

/// Where a line that is too long is cut, if it is.
fn find_cut(line: &[u8]) -> Option<usize> {
    (line.len() > LONGEST_LINE).then(|| memchr::memrchr2(b' ', b',', line).map_or(line.len(), |at| at + 1))
}

struct Lines<'r> {
    redactor: &'r Redactor,
    position: Position,
    /// Lines for which a key may still go on.
    key: u32,
    /// The line before, where its value comes in this one.
    before: String,
    account: Account,
    clean: Vec<u8>,
}

impl Lines<'_> {
    fn take(&mut self, bytes: &[u8]) {
        self.account.bytes += bytes.len() as u64;
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => split_lines(bytes).for_each(|line| self.take_line(&text[line.clone()], &bytes[line])),
            Err(_) => split_lines(bytes)
                .map(|line| &bytes[line])
                .for_each(|line| self.take_line(&String::from_utf8_lossy(line), line)),
        }
    }

    fn take_line(&mut self, text: &str, line: &[u8]) {
        self.account.lines += 1;
        match self.redact(text) {
            Some(clean) => {
                self.count(text, &clean);
                self.clean.extend_from_slice(clean.as_bytes());
            }
            None => self.clean.extend_from_slice(line),
        }
    }

    /// A line without its secrets, if it had any.
    fn redact(&mut self, line: &str) -> Option<String> {
        let is_key = self.key > 0;
        let bare = line.trim_start();
        let goes_on = self.position.is_open() && is_json_line(bare);
        if !goes_on {
            self.position.leave();
        }
        let is_document = goes_on || opens_document(bare);
        if !is_document {
            return self.redact_text(line, is_key);
        }
        let is_whole = !goes_on && bare.starts_with('{') && bare.trim_end().trim_end_matches(',').ends_with('}');
        if is_whole && !is_key && self.before.is_empty() && !self.redactor.may_find(line) {
            self.follow_key(line);
            return None;
        }
        self.position.is_in_key = is_key;
        let document = Document::new(self.redactor, line, &mut self.position);
        let clean = if is_whole { document.redact_sound() } else { Some(document.redact()) };
        let Some(clean) = clean else {
            self.position.leave();
            return self.redact_text(line, is_key);
        };
        self.follow_key(line);
        matches!(clean, Cow::Owned(_)).then(|| clean.into_owned())
    }

    fn redact_text(&mut self, line: &str, is_key: bool) -> Option<String> {
        let clean = self.redact_behind(line, is_key);
        let clean = if is_key { self.redact_key_line(clean) } else { clean };
        self.follow_key(line);
        matches!(clean, Cow::Owned(_)).then(|| clean.into_owned())
    }

    /// A line, read behind the one before where that ends with what joins a name and its value.
    fn redact_behind<'t>(&mut self, line: &'t str, is_key: bool) -> Cow<'t, str> {
        let is_joined =
            line.trim_end().ends_with(JOINED) && (is_key || !self.before.is_empty() || self.redactor.may_find(line));
        let before = std::mem::replace(&mut self.before, if is_joined { line.to_owned() } else { String::new() });
        if before.is_empty() {
            return self.redactor.clean(line, super::Context::Text);
        }
        let clean = self.redactor.parts(&[before.as_str(), line]).pop().unwrap_or_default();
        if clean == line {
            Cow::Borrowed(line)
        } else {
            Cow::Owned(clean)
        }
    }

    fn redact_key_line<'t>(&self, line: Cow<'t, str>) -> Cow<'t, str> {
        if follow_key(&line).is_some() {
            return line;
        }
        let found =
            find_continued(&line, 4).filter(|found| found.len() >= KEY_WORD || line[..found.start].trim().is_empty());
        let Some(found) = found else { return line };
        let mark = self.redactor.whole("private-key", &line[found.clone()]);
        Cow::Owned(format!("{}{mark}{}", &line[..found.start], &line[found.end..]))
    }

    /// Keeps in mind that a key has begun, or has ended.
    fn follow_key(&mut self, line: &str) {
        let going = self.key.saturating_sub(1);
        self.key = follow_key(line).map_or(going, |has_begun| if has_begun { KEY_LINES } else { 0 });
    }

    fn count(&mut self, before: &str, after: &str) {
        let known = count_marks(before);
        for (kind, count) in count_marks(after) {
            let known = known.iter().find(|(one, _)| *one == kind).map_or(0, |(_, count)| *count);
            let new = count.saturating_sub(known);
            if new == 0 {
                continue;
            }
            match self.account.replaced.get_mut(kind) {
                Some(replaced) => *replaced += new,
                None => drop(self.account.replaced.insert(kind.to_owned(), new)),
            }
        }
    }
}

/// Where the lines of a block stand, each with its end.
fn split_lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let ends = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1);
    let last = (!bytes.is_empty() && !bytes.ends_with(b"\n")).then_some(bytes.len());
    let mut start = 0;
    ends.chain(last).map(move |end| std::mem::replace(&mut start, end)..end)
}

/// Whether a line can be one of a document that has begun.
fn is_json_line(bare: &str) -> bool {
    bare.starts_with(['"', '{', '}', '[', ']', ',', ':', '-', '\n', '\r'])
        || bare.starts_with(|c: char| c.is_ascii_digit())
        || ["true", "false", "null"].iter().any(|word| bare.starts_with(word))
        || bare.is_empty()
}

/// Whether a line begins a document of JSON, and is no tag such as `[INFO]` and no object of a program.
fn opens_document(bare: &str) -> bool {
    let Some(rest) = bare.strip_prefix(['{', '[']) else { return false };
    let next = rest.trim_start();
    next.is_empty() || next.starts_with('"') || bare.starts_with('[') && next.starts_with(['{', '['])
}

fn count_marks(text: &str) -> SmallVec<[(&str, u64); 4]> {
    let mut marks: SmallVec<[(&str, u64); 4]> = SmallVec::new();
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        let Some(length) = atom_length(&text.as_bytes()[at..]) else { continue };
        let Some((kind, _)) = text[at + 1..at + length].split_once(':') else { continue };
        match marks.iter_mut().find(|(one, _)| *one == kind) {
            Some((_, count)) => *count += 1,
            None => marks.push((kind, 1)),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{Account, Redactor};
    use crate::reading::Meter;
    use crate::redact::words::{PERSONAL, PHONES};

    fn stream(text: &str) -> (String, Account) {
        let mut clean = Vec::new();
        let account = Redactor::default().stream(text.as_bytes(), &mut clean, &Meter::default());
        (String::from_utf8(clean).unwrap_or_default(), account.unwrap_or_default())
    }

    #[test]
    fn lines_without_secrets_pass_byte_for_byte() {
        let text = "plain\r\n{\"a\": 1, \"b\": [true]}\n\n[INFO] token bucket is empty\nlast";
        let (clean, account) = stream(text);
        assert_eq!(clean, text);
        assert_eq!((account.lines, account.replaced.len()), (5, 0));
    }

    #[test]
    fn a_line_of_json_is_redacted_as_a_document_is_whatever_its_members_are_called() {
        let redactor = Redactor::default();
        let names = PERSONAL.iter().map(|(name, _)| *name).chain(PHONES.iter().copied());
        for name in names.flat_map(|name| [name.to_owned(), name.to_uppercase()]) {
            for value in ["ann", "5551234", "10.0.0.1"] {
                let line = format!("{{\"{name}\": \"{value}\"}}");
                assert_eq!(stream(&line).0, redactor.document(&line), "{line}");
            }
        }
    }

    #[test]
    fn a_document_over_lines_keeps_the_names_of_its_members() {
        let secret = ["Zx9", "QmT4v", "Lw82Kp"].concat();
        let text = format!(
            "[\n  {{\n    \"authorization\": [\n      \"{secret}\"\n    ],\n    \"n\": 1\n  }}\n]\n{secret} plain\n"
        );
        let (clean, account) = stream(&text);
        assert!(clean.contains("      \"<token:"), "{clean}");
        assert!(clean.ends_with(&format!("{secret} plain\n")), "{clean}");
        assert_eq!(account.replaced.into_iter().collect::<Vec<_>>(), [("token".to_owned(), 1)]);
    }

    #[test]
    fn a_key_of_which_each_line_is_an_entry_is_gone_to_its_end() {
        let body = ["MIIEvQIBADANBgkqhkiG9w0BAQEF", "Xk2fQ9zLw8Tv"].concat();
        let text = format!(
            "-----BEGIN PRIVATE KEY-----\n{body}\n{{\"message\": \"{body}\"}}\n10:00 INFO {body}\nXk2f\n-----END PRIVATE KEY-----\nXk2f\n"
        );
        let (clean, _) = stream(&text);
        assert!(!clean.contains(&body), "{clean}");
        assert!(clean.ends_with("\nXk2f\n") && clean.matches("Xk2f").count() == 1, "{clean}");
    }
}
