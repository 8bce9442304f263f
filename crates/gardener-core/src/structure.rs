//! JSON that goes on over lines: arrays, pages, and objects one after another.

use crate::framing::{Block, BLOCK, RECORD_LIMIT};
use crate::totals::Reason;

/// Cuts records out of nested JSON by counting braces outside strings.
///
/// Objects at the top level or in a list are records. An object's member `"entries": [` makes
/// the object a page: its elements are the records, its other members are skipped.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// The record so far.
    record: Vec<u8>,
    /// Braces and brackets open inside the record.
    depth: u32,
    state: State,
    is_escaped: bool,
    /// Lists that hold records, outermost first; whether each is the list of a page.
    lists: Vec<bool>,
    is_too_long: bool,
    /// Whether a string of the record ran over its line, so that its braces cannot be trusted.
    is_broken: bool,
    /// Blanks at the start of this line, while nothing else has come.
    indent: Option<usize>,
    /// Blanks at the start of the line on which the record began.
    record_indent: usize,
    /// Blanks at the start of this line.
    line_indent: usize,
    line: u64,
    record_line: u64,
    block: Block,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Between records.
    #[default]
    Between,
    /// In a record, outside strings.
    Record,
    /// In a string of a record.
    Text,
    /// In what is no object where a record should be.
    Junk,
    /// Behind the list of a page, outside strings.
    Tail,
    /// In a string there.
    TailText,
}

impl Structure {
    pub(crate) fn push(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Block)) {
        for byte in bytes {
            let begins_line = self.take_indent(*byte);
            if self.is_broken && *byte == b'{' && begins_line {
                self.abandon_record();
            }
            match self.state {
                State::Between => self.between(*byte),
                State::Record => self.record(*byte),
                State::Text | State::TailText => self.text(*byte),
                State::Junk => self.junk(*byte),
                State::Tail => self.tail(*byte),
            }
            if self.block.bytes.len() >= BLOCK {
                emit(std::mem::take(&mut self.block));
            }
        }
    }

    pub(crate) fn finish(&mut self, emit: &mut dyn FnMut(Block)) {
        match self.state {
            State::Record | State::Text => self.block.faults.push((Reason::Truncated, self.record_line)),
            State::Junk => self.end_record(),
            _ if !self.lists.is_empty() => self.block.faults.push((Reason::Truncated, self.line + 1)),
            _ => {}
        }
        emit(std::mem::take(&mut self.block));
    }

    /// Follows the line; whether the byte is the first of its line, no deeper than the record.
    fn take_indent(&mut self, byte: u8) -> bool {
        match byte {
            b'\n' => {
                self.line += 1;
                self.indent = Some(0);
            }
            b' ' | b'\t' => self.indent = self.indent.map(|blanks| blanks + 1),
            _ => {
                self.line_indent = self.indent.unwrap_or(self.line_indent);
                return self.indent.take().is_some_and(|blanks| blanks <= self.record_indent);
            }
        }
        false
    }

    /// Gives up a record whose end was lost, where the next one begins.
    fn abandon_record(&mut self) {
        self.block.faults.push((Reason::NotJson, self.record_line));
        self.record.clear();
        self.is_broken = false;
        self.is_too_long = false;
        self.state = State::Between;
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'[' => self.lists.push(false),
            b']' => {
                if self.lists.pop() == Some(true) {
                    self.state = State::Tail;
                    self.depth = 1;
                }
            }
            b',' => {}
            _ if byte.is_ascii_whitespace() => {}
            _ => self.begin_record(byte),
        }
    }

    fn begin_record(&mut self, byte: u8) {
        self.record_line = self.line + 1;
        self.record_indent = self.line_indent;
        self.record.push(byte);
        self.depth = u32::from(byte == b'{');
        self.state = if byte == b'{' { State::Record } else { State::Junk };
    }

    fn record(&mut self, byte: u8) {
        match byte {
            b'"' => self.state = State::Text,
            b'[' if self.depth == 1 && self.is_page() => {
                self.record.clear();
                self.lists.push(true);
                self.state = State::Between;
                return;
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        self.keep(byte);
        if self.depth == 0 {
            self.end_record();
        }
    }

    fn text(&mut self, byte: u8) {
        let outside = if self.state == State::Text { State::Record } else { State::Tail };
        if self.state == State::Text {
            self.keep(byte);
        }
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            // JSON has no newline in a string: its quote is lost, and so is only this record.
            b'"' => self.state = outside,
            b'\n' => {
                self.state = outside;
                self.is_broken = true;
            }
            _ => {}
        }
    }

    fn junk(&mut self, byte: u8) {
        if matches!(byte, b'{' | b'[' | b']' | b',' | b'\n') {
            self.end_record();
            self.between(byte);
        } else {
            self.keep(byte);
        }
    }

    fn tail(&mut self, byte: u8) {
        match byte {
            b'"' => self.state = State::TailText,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    self.state = State::Between;
                }
            }
            _ => {}
        }
    }

    /// Whether the member that begins now is the list of a page.
    fn is_page(&self) -> bool {
        let before = self.record.trim_ascii_end();
        let name = before.strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        name.is_some_and(|name| name.ends_with(b"\"entries\""))
    }

    fn keep(&mut self, byte: u8) {
        if self.record.len() < RECORD_LIMIT {
            self.record.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn end_record(&mut self) {
        if self.is_too_long {
            self.block.faults.push((Reason::TooLong, self.record_line));
        } else {
            self.block.bytes.extend_from_slice(&self.record);
            self.block.ends.push((self.block.bytes.len(), self.record_line));
        }
        self.record.clear();
        self.is_too_long = false;
        self.is_broken = false;
        self.state = State::Between;
    }
}
