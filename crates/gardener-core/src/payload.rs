//! A `jsonPayload`: the members that say what happened, where, and by which stack trace.
//!
//! Loggers put a trace beside the message, into an object for the error, or into a bag of fields.

use crate::entry::Entry;
use crate::json::Value;
use crate::memo::Memo;
use crate::names::{Name, Names};
use crate::place::{self, fill, Parts, Place};
use crate::ranked::Ranked;
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

/// Members of an error that hold its message, the best first.
const REASON_KEYS: Names<usize, 3> = Names::ranked(["message", "msg", "exc_value"]);

/// Of the members that hold a message, the first ones do so in a bag too; they rank behind all of the entry's own.
const BAG_MESSAGES: usize = 2;
const BEHIND: usize = 100;

/// How deep in a payload a trace is looked for: a bag, an error in it, and one more.
const DEPTH: u32 = 3;

/// What several objects say at once is taken from the payload itself, else from the object that comes first in the
/// table. The order of an object has the row of its name as its last digit, behind those of the objects around it.
const ROWS: usize = 32;
const DEEPEST: usize = ROWS.pow(DEPTH - 1);

/// The order of what is in an object of this order, by its row in a table of at most 31.
fn deeper(order: usize, row: usize) -> usize {
    order * ROWS + row + 1
}

/// The rank of a member by its name, then by where it stands.
fn within(rank: Option<usize>, order: usize) -> Option<usize> {
    rank.map(|rank| rank * ROWS.pow(DEPTH + 1) + order)
}

/// Whether a text of this name is read as a message, wherever it stands, and as nothing else.
pub(crate) fn is_message_only(name: Name<'_>) -> bool {
    let is_read_otherwise = STACK_KEYS.find(name).is_some()
        || TYPE_KEYS.find(name).is_some()
        || FLAT_KEYS.find(name).is_some()
        || place::MEMBERS.find(name).is_some();
    MESSAGE_KEYS.find(name).is_some() && !is_read_otherwise
}

/// Whether a number of this name is read as a text.
pub(crate) fn is_read(name: Name<'_>) -> bool {
    let is_said = MESSAGE_KEYS.find(name).is_some() || LEVEL_KEYS.find(name).is_some();
    is_said || place::MEMBERS.find(name).is_some()
}

/// What was found in a payload.
#[derive(Debug, Default)]
pub(crate) struct Findings<'a> {
    message: Ranked<'a>,
    level: Ranked<'a>,
    /// A level that is a number.
    number: Ranked<'a>,
    has_process: bool,
    stack: Ranked<'a>,
    exception: Ranked<'a>,
    reason: Ranked<'a>,
    place: Parts<'a>,
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
        let mut flat_place = Parts::default();
        walker.members(|walker, name| {
            if walker.is_object() {
                return findings.take_object(name, walker, places);
            }
            let (message_rank, stack_rank) = (MESSAGE_KEYS.find(name), STACK_KEYS.find(name));
            let (part, flat) = (place::MEMBERS.find(name), FLAT_KEYS.find_row(name));
            let level_rank = LEVEL_KEYS.find(name);
            let is_named = message_rank.is_some() || stack_rank.is_some() || part.is_some() || flat.is_some();
            if !is_named && level_rank.is_none() {
                findings.has_process |= name.bytes() == PROCESS;
                return walker.skip();
            }
            let value = walker.value()?;
            findings.take_level(level_rank, value);
            findings.message.offer(within(message_rank, 0), value);
            findings.is_blank |= message_rank.is_some() && matches!(value, Value::Text(..));
            findings.stack.offer_trace(within(stack_rank, 0), value);
            if let Some(part) = part {
                flat_place.offer(part, value);
            }
            findings.take_flat(flat, value, 0);
            Ok(())
        })?;
        // An object that is there for the place knows it better.
        findings.place.offer_all(ROWS, flat_place.into_place().outside_libraries().into_parts());
        Ok(findings)
    }

    /// Tells the entry what was found.
    pub(crate) fn tell(self, entry: &mut Entry<'a>) {
        entry.place.fill(self.place.into_place().into_parts());
        let blank = if self.is_blank { BLANK } else { "" };
        fill(&mut entry.text, self.message.take().unwrap_or(Cow::Borrowed(blank)));
        let number = self.number.take().filter(|_| self.has_process);
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
            _ => self.number.offer(rank, value),
        }
    }

    fn take_object(&mut self, name: Name<'_>, walker: &mut Walker<'a>, places: &mut Memo<4>) -> Result<(), Fault> {
        let Some((row, nested)) = NESTED.find_row(name) else { return walker.skip() };
        let order = deeper(0, row);
        match nested {
            Nested::Error => self.take_error(walker, MESSAGE_KEYS.find(name), order),
            Nested::Place => self.take_place(walker, places, row),
            Nested::PlaceOrBag => {
                let mut again = walker.clone();
                self.take_place(walker, places, row)?;
                self.take_bag(&mut again, order)
            }
            Nested::Bag => self.take_bag(walker, order),
        }
    }

    fn take_place(&mut self, walker: &mut Walker<'a>, places: &mut Memo<4>, rank: usize) -> Result<(), Fault> {
        let parts = places.read(walker, |walker| Place::read(walker).map(Place::into_parts))?;
        self.place.offer_all(rank, parts);
        Ok(())
    }

    /// An error: what it says speaks for the entry only where the entry itself says nothing.
    fn take_error(&mut self, walker: &mut Walker<'a>, rank: Option<usize>, order: usize) -> Result<(), Fault> {
        walker.members(|walker, name| {
            if walker.is_object() {
                return self.take_inner(name, walker, order);
            }
            let value = walker.value()?;
            if let Some(row) = REASON_KEYS.find(name) {
                self.message.offer(within(rank, deeper(order, row)), value);
                self.reason.offer(within(Some(0), deeper(order, row)), value);
            }
            self.exception.offer(within(TYPE_KEYS.find(name), deeper(order, 0)), value);
            self.stack.offer_trace(within(STACK_KEYS.find(name), order), value);
            Ok(())
        })
    }

    fn take_bag(&mut self, walker: &mut Walker<'a>, order: usize) -> Result<(), Fault> {
        walker.members(|walker, name| {
            if walker.is_object() {
                return self.take_inner(name, walker, order);
            }
            let (rank, flat) = (STACK_KEYS.find(name), FLAT_KEYS.find_row(name));
            // What a bag says speaks for the entry only where the entry itself says nothing.
            let message = MESSAGE_KEYS.find(name).filter(|rank| *rank < BAG_MESSAGES).map(|rank| rank + BEHIND);
            if rank.is_none() && flat.is_none() && message.is_none() {
                return walker.skip();
            }
            let value = walker.value()?;
            self.message.offer(within(message, order), value);
            self.stack.offer_trace(within(rank, order), value);
            self.take_flat(flat, value, order);
            Ok(())
        })
    }

    fn take_inner(&mut self, name: Name<'_>, walker: &mut Walker<'a>, order: usize) -> Result<(), Fault> {
        let Some((row, nested)) = NESTED.find_row(name).filter(|_| order < DEEPEST) else { return walker.skip() };
        match nested {
            Nested::Error => self.take_error(walker, None, deeper(order, row)),
            Nested::Bag | Nested::PlaceOrBag => self.take_bag(walker, deeper(order, row)),
            Nested::Place => walker.skip(),
        }
    }

    fn take_flat(&mut self, flat: Option<(usize, Flat)>, value: Value<'a>, order: usize) {
        let Some((row, flat)) = flat else { return };
        let target = match flat {
            Flat::Type => &mut self.exception,
            Flat::Reason => &mut self.reason,
        };
        target.offer(within(Some(0), deeper(order, row)), value);
    }
}
