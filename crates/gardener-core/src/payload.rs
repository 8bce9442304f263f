//! A `jsonPayload`: the members that say what happened, where, and by which stack trace.
//!
//! Loggers put a trace beside the message, into an object for the error, or into a bag of fields.

use crate::entry::Entry;
use crate::json::Value;
use crate::memo::Memo;
use crate::names::{Name, Names};
use crate::place::{self, fill, Place};
use crate::walk::{Fault, Walker};
use std::borrow::Cow;

/// Members that hold the message, the best first.
const MESSAGE_KEYS: Names<usize, 15> = Names::ranked([
    "message",
    "msg",
    "Message",
    "@m",
    "RenderedMessage",
    "MESSAGE",
    "short_message",
    "event",
    "textPayload",
    "log",
    "error",
    "err",
    "exception",
    "description",
    "reason",
]);

/// Members that state a severity, the best first: where the platform knows none, it is the logger's.
const LEVEL_KEYS: Names<usize, 12> = Names::ranked([
    "severity",
    "levelname",
    "level_name",
    "log.level",
    "level",
    "LogLevel",
    "Level",
    "lvl",
    "loglevel",
    "log_level",
    "@l",
    "Severity",
]);

/// Stands beside a level that is a number where a logger for Node wrote it; elsewhere a number is no severity.
const PROCESS: &[u8] = b"pid";

/// Members that hold a stack trace, the best first; the dotted ones are of ECS and OpenTelemetry.
const STACK_KEYS: Names<usize, 28> = Names::ranked([
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "error.stack_trace",
    "error.stack",
    "exception.stacktrace",
    "stack",
    "traceback",
    "backtrace",
    "exception",
    "exc_info",
    "exc_text",
    "error_stack",
    "errorStack",
    "extendedStackTrace",
    "full_message",
    "errorVerbose",
    "Exception",
    "@x",
    "StackTrace",
    "error.stacktrace",
    "error.backtrace",
    "exception.backtrace",
    "trace",
    "error",
    "err",
    "throwable",
    "thrown",
]);

/// Members of an error that name its type.
const TYPE_KEYS: Names<usize, 7> =
    Names::ranked(["type", "class", "name", "exc_type", "className", "class_name", "kind"]);

/// Members that say of an error what its object would, flat.
const FLAT_KEYS: Names<Flat, 4> = Names::new([
    ("error.type", Flat::Type),
    ("error.message", Flat::Reason),
    ("exception.type", Flat::Type),
    ("exception.message", Flat::Reason),
]);

#[derive(Clone, Copy, Debug)]
enum Flat {
    Type,
    Reason,
}

/// Members that are objects in which something is looked for.
const NESTED: Names<Nested, 30> = Names::new([
    ("error", Nested::Error),
    ("err", Nested::Error),
    ("exception", Nested::Error),
    ("exc", Nested::Error),
    ("ex", Nested::Error),
    ("Exception", Nested::Error),
    ("exc_info", Nested::Error),
    ("thrown", Nested::Error),
    ("throwable", Nested::Error),
    ("failure", Nested::Error),
    ("labels", Nested::Place),
    ("context", Nested::PlaceOrBag),
    ("sourceLocation", Nested::Place),
    ("source", Nested::Place),
    ("logging.googleapis.com/sourceLocation", Nested::Place),
    ("extra", Nested::Bag),
    ("attributes", Nested::Bag),
    ("attrs", Nested::Bag),
    ("data", Nested::Bag),
    ("fields", Nested::Bag),
    ("params", Nested::Bag),
    ("meta", Nested::Bag),
    ("metadata", Nested::Bag),
    ("details", Nested::Bag),
    ("properties", Nested::Bag),
    ("Properties", Nested::Bag),
    ("payload", Nested::Bag),
    ("body", Nested::Bag),
    ("record", Nested::Bag),
    ("json_fields", Nested::Bag),
]);

/// What an object in a payload is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nested {
    /// It is an error: its message may be the entry's, its type and trace are.
    Error,
    /// It names a place in the code.
    Place,
    /// It names a place, or holds fields of the application's.
    PlaceOrBag,
    /// It holds fields of the application's, an error among them.
    Bag,
}

/// Of the members that hold a message, the first ones do so in a bag too; they rank behind all of the entry's own.
const BAG_MESSAGES: usize = 2;
const BEHIND: usize = 100;

/// How deep in a payload a trace is looked for: a bag, an error in it, and one more.
const DEPTH: usize = 3;

/// Whether a text of this name is read as a message, wherever it stands, and as nothing else.
pub(crate) fn is_message_only(name: Name<'_>) -> bool {
    let is_read_otherwise = STACK_KEYS.find(name).is_some()
        || TYPE_KEYS.find(name).is_some()
        || FLAT_KEYS.find(name).is_some()
        || place::MEMBERS.find(name).is_some();
    MESSAGE_KEYS.find(name).is_some() && !is_read_otherwise
}

/// What was found in a payload.
#[derive(Debug, Default)]
pub(crate) struct Findings<'a> {
    message: Ranked<'a>,
    level: Ranked<'a>,
    number: Option<Value<'a>>,
    has_process: bool,
    stack: Ranked<'a>,
    exception: Ranked<'a>,
    reason: Ranked<'a>,
    place: Place<'a>,
    /// Whether a message is there and says nothing.
    is_blank: bool,
}

/// What a blank message is taken for: a line of a trace may be blank, an entry without a message is no line.
const BLANK: &str = "\n";

/// The exception that stands beside a stack trace which may not name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its type, empty where unknown.
    pub exception: Cow<'a, str>,
    /// Its message.
    pub message: Cow<'a, str>,
}

impl<'a> Findings<'a> {
    /// Reads the payload that begins here.
    pub(crate) fn read(walker: &mut Walker<'a>, places: &mut Memo<4>) -> Result<Self, Fault> {
        let mut findings = Self::default();
        let mut flat_place = Place::default();
        walker.members(|walker, name| {
            if walker.is_object() {
                return findings.take_object(name, walker, places);
            }
            let (message_rank, stack_rank) = (MESSAGE_KEYS.find(name), STACK_KEYS.find(name));
            let (part, flat) = (place::MEMBERS.find(name), FLAT_KEYS.find(name));
            let level_rank = LEVEL_KEYS.find(name);
            let is_named = message_rank.is_some() || stack_rank.is_some() || part.is_some() || flat.is_some();
            if !is_named && level_rank.is_none() {
                findings.has_process |= name.bytes() == PROCESS;
                return walker.skip();
            }
            let value = walker.value()?;
            findings.take_level(level_rank, value);
            findings.message.offer(message_rank, value);
            findings.is_blank |= message_rank.is_some() && matches!(value, Value::Text(..));
            findings.stack.offer_trace(stack_rank, value);
            if let Some(part) = part {
                flat_place.take(part, value);
            }
            findings.take_flat(flat, value);
            Ok(())
        })?;
        findings.place.fill(flat_place.outside_libraries().into_parts());
        Ok(findings)
    }

    /// Tells the entry what was found.
    pub(crate) fn tell(self, entry: &mut Entry<'a>) {
        entry.place.fill(self.place.into_parts());
        let blank = if self.is_blank { BLANK } else { "" };
        fill(&mut entry.text, self.message.take().unwrap_or(Cow::Borrowed(blank)));
        let number = self.number.filter(|_| self.has_process).and_then(Value::text);
        entry.level = self.level.take().or(number).unwrap_or_default();
        entry.stack = self.stack.take();
        if entry.stack.is_some() {
            entry.named.exception = self.exception.take().unwrap_or_default();
            entry.named.message = self.reason.take().unwrap_or_default();
        }
    }

    fn take_level(&mut self, rank: Option<usize>, value: Value<'a>) {
        match value {
            Value::Text(..) => self.level.offer(rank, value),
            _ if rank.is_some() => self.number = Some(value),
            _ => {}
        }
    }

    fn take_object(&mut self, name: Name<'_>, walker: &mut Walker<'a>, places: &mut Memo<4>) -> Result<(), Fault> {
        match NESTED.find(name) {
            Some(Nested::Error) => self.take_error(walker, MESSAGE_KEYS.find(name), DEPTH - 1),
            Some(Nested::Place) => self.take_place(walker, places),
            Some(Nested::PlaceOrBag) => {
                let mut again = walker.clone();
                self.take_place(walker, places)?;
                self.take_bag(&mut again, DEPTH - 1)
            }
            Some(Nested::Bag) => self.take_bag(walker, DEPTH - 1),
            None => walker.skip(),
        }
    }

    fn take_place(&mut self, walker: &mut Walker<'a>, places: &mut Memo<4>) -> Result<(), Fault> {
        let parts = places.read(walker, |walker| Place::read(walker).map(Place::into_parts))?;
        self.place.fill(parts);
        Ok(())
    }

    /// An error: what it says speaks for the entry only where the entry itself says nothing.
    fn take_error(&mut self, walker: &mut Walker<'a>, rank: Option<usize>, depth: usize) -> Result<(), Fault> {
        walker.members(|walker, name| {
            if walker.is_object() {
                return self.take_inner(name, walker, depth);
            }
            let value = walker.value()?;
            if matches!(name.bytes(), b"message" | b"msg" | b"exc_value") {
                self.message.offer(rank, value);
                self.reason.offer(Some(0), value);
            }
            self.exception.offer(TYPE_KEYS.find(name), value);
            self.stack.offer_trace(STACK_KEYS.find(name), value);
            Ok(())
        })
    }

    fn take_bag(&mut self, walker: &mut Walker<'a>, depth: usize) -> Result<(), Fault> {
        walker.members(|walker, name| {
            if walker.is_object() {
                return self.take_inner(name, walker, depth);
            }
            let (rank, flat) = (STACK_KEYS.find(name), FLAT_KEYS.find(name));
            // What a bag says speaks for the entry only where the entry itself says nothing.
            let message = MESSAGE_KEYS.find(name).filter(|rank| *rank < BAG_MESSAGES).map(|rank| rank + BEHIND);
            if rank.is_none() && flat.is_none() && message.is_none() {
                return walker.skip();
            }
            let value = walker.value()?;
            self.message.offer(message, value);
            self.stack.offer_trace(rank, value);
            self.take_flat(flat, value);
            Ok(())
        })
    }

    fn take_inner(&mut self, name: Name<'_>, walker: &mut Walker<'a>, depth: usize) -> Result<(), Fault> {
        match NESTED.find(name).filter(|_| depth > 0) {
            Some(Nested::Error) => self.take_error(walker, None, depth - 1),
            Some(Nested::Bag | Nested::PlaceOrBag) => self.take_bag(walker, depth - 1),
            Some(Nested::Place) | None => walker.skip(),
        }
    }

    fn take_flat(&mut self, flat: Option<Flat>, value: Value<'a>) {
        match flat {
            Some(Flat::Type) => self.exception.offer(Some(0), value),
            Some(Flat::Reason) => self.reason.offer(Some(0), value),
            None => {}
        }
    }
}

/// The best of several members that could say the same thing.
#[derive(Debug, Default)]
pub(crate) struct Ranked<'a> {
    best: Option<(usize, Cow<'a, str>)>,
}

impl<'a> Ranked<'a> {
    #[inline]
    pub(crate) fn offer(&mut self, rank: Option<usize>, value: Value<'a>) {
        let Some(rank) = rank.filter(|rank| self.would_take(*rank)) else { return };
        if let Some(text) = value.filled() {
            self.best = Some((rank, text));
        }
    }

    /// Offers what may be a trace: several lines in one text, or a list of them.
    #[inline]
    fn offer_trace(&mut self, rank: Option<usize>, value: Value<'a>) {
        let Some(rank) = rank.filter(|rank| self.would_take(*rank)) else { return };
        match value {
            // The end of a line has an escape, be it real or spelt.
            Value::Text(_, true) => self.offer(Some(rank), value),
            Value::Nested(raw) => self.best = join_lines(raw).map(|text| (rank, text.into())).or(self.best.take()),
            _ => {}
        }
    }

    #[inline]
    fn would_take(&self, rank: usize) -> bool {
        self.best.as_ref().is_none_or(|(best, _)| rank < *best)
    }

    pub(crate) fn take(self) -> Option<Cow<'a, str>> {
        self.best.map(|(_, text)| text)
    }

    /// The text with its rank, or no text.
    pub(crate) fn take_ranked(self) -> (usize, Cow<'a, str>) {
        self.best.unwrap_or_default()
    }
}

/// A list of lines, each in a text of its own, as one text; `None` if it is anything else.
fn join_lines(raw: &str) -> Option<String> {
    let lines: Vec<String> = serde_json::from_str(raw).ok()?;
    let text = lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n");
    text.contains(['\n', '\\']).then_some(text)
}
