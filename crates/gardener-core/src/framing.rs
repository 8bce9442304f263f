//! Bytes to records: lines of JSON, JSON arrays and pages, or plain lines, cut at any place.

use crate::error::Error;
use crate::json::{is_balanced_object, is_json};
use crate::structure::Structure;
use crate::totals::Reason;
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

/// How the bytes of a source are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Told by the first bytes.
    #[default]
    Auto,
    /// JSON: one object a line, objects one after another, arrays, or pages `{"entries": [...]}`.
    Json,
    /// JSON, one object a line, whatever it begins with: a stretch of what has been told to be so.
    Lines,
    /// Plain text, one entry a line.
    Text,
}

impl std::str::FromStr for Input {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "auto" => Ok(Self::Auto),
            "json" => Ok(Self::Json),
            "lines" => Ok(Self::Lines),
            "text" => Ok(Self::Text),
            _ => Err(Error::UnknownName { what: "input format", name: name.to_owned() }),
        }
    }
}

/// The longest record that is read. Cloud Logging takes entries of 256 KiB; escapes and pretty
/// printing can make that several times longer, nothing makes it this long.
pub const RECORD_LIMIT: usize = 4 << 20;

/// How much is looked at to tell the layout.
const PREFIX: usize = 64 << 10;

/// What some editors put before text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much of a source tells its layout, with a mark before it or without.
pub const HEAD_BYTES: usize = PREFIX + BYTE_ORDER_MARK.len();

/// About how many bytes of records are handed on at a time.
pub(crate) const BLOCK: usize = 1 << 20;

/// The fewest bytes that are asked of a source at a time.
pub(crate) const CHUNK: usize = 256 << 10;

/// Whole records, ready to be read by any thread.
#[derive(Debug, Default)]
pub struct Block {
    pub(crate) bytes: Vec<u8>,
    /// Where each record ends and on which line it began; empty where every line is a record.
    pub(crate) ends: Vec<(usize, u64)>,
    /// Where the newlines between lines are, if every line is a record.
    pub(crate) newlines: Vec<usize>,
    /// The number of the first line.
    pub(crate) line: u64,
    pub(crate) is_text: bool,
    /// Records that could not even be cut out: why, and on which line they began.
    pub(crate) faults: Vec<(Reason, u64)>,
}

impl Block {
    /// Every record that is not blank, with its line number; what is no UTF-8 is repaired, and what is overlong is
    /// left as long as it is.
    #[must_use]
    #[inline(never)]
    pub fn records(&self) -> Vec<(Cow<'_, str>, u64)> {
        // Nearly always the block is good as a whole, and then no record is looked at for that.
        let text = simdutf8::basic::from_utf8(&self.bytes).ok();
        let read = |(range, line): (Range<usize>, u64)| {
            // Of an overlong line that came in pieces nobody knows whether its rest is blank.
            let is_overlong = range.len() > RECORD_LIMIT;
            let record = if let Some(record) = text.and_then(|text| text.get(range.clone())) {
                Cow::Borrowed(if is_overlong { record } else { record.trim_ascii() })
            } else {
                let bytes = &self.bytes[range];
                String::from_utf8_lossy(if is_overlong { bytes } else { bytes.trim_ascii() })
            };
            (record, line)
        };
        let mut records = Vec::with_capacity(self.newlines.len() + 1 + self.ends.len());
        records.extend(self.ranges().map(read).filter(|(record, _)| !record.is_empty()));
        records
    }

    /// Where each record is, and on which line it began.
    fn ranges(&self) -> impl Iterator<Item = (Range<usize>, u64)> + '_ {
        let mut start = 0;
        let is_lined = self.ends.is_empty();
        let newlines = self.newlines.iter().copied();
        let newlines = newlines.chain(is_lined.then_some(self.bytes.len()));
        let lines = newlines.zip(self.line..).map(|(end, line)| (end, end + 1, line));
        lines.chain(self.ends.iter().map(|(end, line)| (*end, *end, *line))).map(move |(end, next, line)| {
            let range = start..end;
            start = next;
            (range, line)
        })
    }
}

/// Cuts a stream of bytes into blocks of whole records.
#[derive(Debug)]
pub struct Framer {
    layout: Layout,
    /// Room for what cannot be read to where it is wanted.
    chunk: Vec<u8>,
}

#[derive(Debug)]
enum Layout {
    /// Not told yet: what was said of it, how many lines are before its first, and what came so far.
    Unknown(Input, u64, Vec<u8>),
    Lines(Lines),
    Structure(Box<Structure>),
}

impl Framer {
    /// A framer for one source.
    #[must_use]
    pub fn new(input: Input) -> Self {
        Self::behind(0, input)
    }

    /// A framer for a source, or for the rest of one behind so many lines. They count only where every line is a
    /// record.
    #[must_use]
    pub fn behind(lines: u64, input: Input) -> Self {
        Self { layout: Layout::Unknown(input, lines, Vec::new()), chunk: Vec::new() }
    }

    /// Takes the next bytes, and hands on what is whole.
    pub fn push(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Block)) {
        match &mut self.layout {
            Layout::Unknown(_, _, prefix) => {
                prefix.extend_from_slice(bytes);
                if prefix.len() >= HEAD_BYTES {
                    self.settle(emit);
                }
            }
            Layout::Lines(lines) => lines.push(bytes, emit),
            Layout::Structure(structure) => structure.push(bytes, emit),
        }
    }

    /// Reads once from a source, and hands on what is whole. Returns how many bytes came.
    ///
    /// # Errors
    ///
    /// Those of the source.
    #[inline(never)]
    pub fn read(&mut self, source: &mut dyn Read, emit: &mut dyn FnMut(Block)) -> std::io::Result<usize> {
        if let Layout::Lines(lines) = &mut self.layout {
            if !lines.is_skipping {
                return lines.read(source, emit);
            }
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.resize(CHUNK, 0);
        let outcome = source.read(&mut chunk);
        self.push(&chunk[..*outcome.as_ref().unwrap_or(&0)], emit);
        self.chunk = chunk;
        outcome
    }

    /// Takes back a block that is done with, for the sake of its memory.
    pub fn reuse(&mut self, block: Block) {
        if let Layout::Lines(lines) = &mut self.layout {
            lines.spare.push((block.bytes, block.newlines));
        }
    }

    /// Hands on what is left at the end of the source.
    pub fn finish(&mut self, emit: &mut dyn FnMut(Block)) {
        self.settle(emit);
        match &mut self.layout {
            Layout::Unknown(..) => {}
            Layout::Lines(lines) => lines.finish(emit),
            Layout::Structure(structure) => structure.finish(emit),
        }
    }

    /// Hands on what is left of a source that broke off: what it cut is no record.
    pub fn break_off(&mut self, emit: &mut dyn FnMut(Block)) {
        self.settle(emit);
        if let Layout::Lines(lines) = &mut self.layout {
            lines.is_broken = true;
        }
        self.finish(emit);
    }

    fn settle(&mut self, emit: &mut dyn FnMut(Block)) {
        let Layout::Unknown(input, lines, prefix) = &mut self.layout else { return };
        let (input, line, prefix) = (*input, *lines + 1, std::mem::take(prefix));
        let bytes = if line == 1 { strip_mark(&prefix) } else { &prefix };
        self.layout = match find_lines(bytes, input) {
            Some(is_text) => Layout::Lines(Lines { is_text, line, ..Lines::default() }),
            None => Layout::Structure(Box::default()),
        };
        self.push(bytes, emit);
    }
}

pub(crate) fn strip_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// Whether the lines are plain text, if every line is a record; `None` for structure.
pub(crate) fn find_lines(head: &[u8], input: Input) -> Option<bool> {
    match input {
        Input::Text => Some(true),
        Input::Lines => Some(false),
        Input::Auto | Input::Json => match find_shape(head) {
            Found::Structure => None,
            Found::JsonLines => Some(false),
            Found::Text => Some(input == Input::Auto),
        },
    }
}

enum Found {
    Structure,
    JsonLines,
    Text,
}

/// Tells the layout by the first bytes.
///
/// A line that is one whole object means lines of JSON, even if the first line was cut short.
/// An array or an object that goes on over lines is structure; all else is text.
fn find_shape(bytes: &[u8]) -> Found {
    // No more than the prefix, however large the first chunks were.
    let is_all = bytes.len() < PREFIX;
    let head = bytes[..bytes.len().min(PREFIX)].trim_ascii_start();
    let whole = |line: &&[u8]| is_balanced_object(line.trim_ascii());
    let lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let objects = lines.iter().filter(|line| whole(line)).count();
    let next = head.get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first);
    match (head.first(), next) {
        // Nothing that people read holds NUL: every line is refused, and counted.
        _ if memchr::memchr(0, head).is_some() && objects == 0 => Found::JsonLines,
        (Some(b'['), Some(b'{' | b']')) => Found::Structure,
        _ if is_all && is_json(head) && lines.len() != objects => Found::Structure,
        (Some(b'{'), Some(b'"' | b'}') | None) if is_page(head) || (objects == 0 && lines.len() > 1) => {
            Found::Structure
        }
        (Some(b'{'), Some(b'"' | b'}') | None) => Found::JsonLines,
        _ if objects * 2 > lines.len() => Found::JsonLines,
        _ => Found::Text,
    }
}

/// Whether an object on one line is a page: `"entries":` is a member of its own.
fn is_page(head: &[u8]) -> bool {
    const NAME: &[u8] = b"\"entries\"";
    let Some(at) = memchr::memmem::find(head, NAME) else { return false };
    let is_own = memchr::memchr_iter(b'{', &head[..at]).count() == 1;
    is_own && head[at + NAME.len()..].trim_ascii_start().starts_with(b":")
}

/// One record a line.
#[derive(Debug, Default)]
struct Lines {
    is_text: bool,
    /// What was read, and room for more.
    buffer: Vec<u8>,
    filled: usize,
    /// How much of it is known to hold no newline.
    scanned: usize,
    /// The number of the line that it begins with.
    line: u64,
    /// Whether the rest of an overlong line is still to come.
    is_skipping: bool,
    /// Whether the source ended before its end, so that a last line without its newline is a part of one.
    is_broken: bool,
    /// Memory of blocks that are done with.
    spare: Vec<(Vec<u8>, Vec<usize>)>,
}

impl Lines {
    fn read(&mut self, source: &mut dyn Read, emit: &mut dyn FnMut(Block)) -> std::io::Result<usize> {
        self.make_room(CHUNK);
        let length = source.read(&mut self.buffer[self.filled..])?;
        self.filled += length;
        self.cut(emit);
        Ok(length)
    }

    fn push(&mut self, mut bytes: &[u8], emit: &mut dyn FnMut(Block)) {
        if self.is_skipping {
            let Some(end) = memchr::memchr(b'\n', bytes) else { return };
            bytes = &bytes[end + 1..];
            self.is_skipping = false;
            self.line += 1;
        }
        self.make_room(bytes.len());
        self.buffer[self.filled..self.filled + bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
        self.cut(emit);
    }

    fn make_room(&mut self, least: usize) {
        let wanted = self.filled + least;
        if self.buffer.len() < wanted {
            // No more at once than a small source needs.
            self.buffer.resize(wanted.max((2 * self.buffer.len()).min(BLOCK + CHUNK)), 0);
        }
    }

    fn cut(&mut self, emit: &mut dyn FnMut(Block)) {
        if self.filled < BLOCK {
            return;
        }
        match memchr::memrchr(b'\n', &self.buffer[self.scanned..self.filled]) {
            Some(found) => self.emit(self.scanned + found + 1, emit),
            None => self.scanned = self.filled,
        }
        if self.filled > RECORD_LIMIT {
            self.skip(emit);
        }
    }

    /// Hands on the first bytes, which are whole lines.
    fn emit(&mut self, end: usize, emit: &mut dyn FnMut(Block)) {
        let (mut next, mut newlines) = self.spare.pop().unwrap_or_default();
        let rest = &self.buffer[end..self.filled];
        next.resize(next.len().max(rest.len()), 0);
        next[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
        self.scanned = 0;
        let mut bytes = std::mem::replace(&mut self.buffer, next);
        bytes.truncate(end);
        let line = self.line;
        newlines.clear();
        newlines.extend(memchr::memchr_iter(b'\n', &bytes));
        self.line += newlines.len() as u64;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            newlines.pop();
        }
        emit(Block { bytes, line, newlines, is_text: self.is_text, ..Block::default() });
    }

    fn skip(&mut self, emit: &mut dyn FnMut(Block)) {
        self.filled = 0;
        self.scanned = 0;
        self.is_skipping = true;
        emit(Block {
            line: self.line,
            faults: vec![(Reason::TooLong, self.line)],
            is_text: self.is_text,
            ..Block::default()
        });
    }

    fn finish(&mut self, emit: &mut dyn FnMut(Block)) {
        let pending = &self.buffer[..self.filled];
        let last = memchr::memrchr(b'\n', pending).map_or(0, |end| end + 1);
        let tail = pending[last..].trim_ascii();
        let is_cut = match tail {
            [] => false,
            _ if self.is_text => self.is_broken,
            _ => tail.starts_with(b"{") && !is_balanced_object(tail),
        };
        if is_cut {
            self.filled = last;
        }
        self.emit(self.filled, emit);
        if is_cut {
            emit(Block { faults: vec![(Reason::Truncated, self.line)], line: self.line, ..Block::default() });
        }
    }
}
