//! An entry's shape: its masked body with its hard keys, spelt as one text.

use crate::entry::{Entry, Payload};
use crate::mask::{mask_onto, Masked, MARK};
use crate::platform::find_outcome;
use crate::request::Composer;
use crate::severity::Severity;
use crate::trace::conventions::Conventions;
use crate::trace::{is_separator, Trace};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// What kind of body a shape has; two kinds are never one template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BodyKind {
    /// A text.
    Text,
    /// A structured payload's message.
    Json,
    /// A request.
    Http,
    /// An audit record.
    Audit,
    /// A stack trace, or a joint of one.
    Trace,
}

impl BodyKind {
    const ALL: [(Self, char, &'static str); 5] = [
        (Self::Text, 't', "text"),
        (Self::Json, 'j', "json"),
        (Self::Http, 'h', "http"),
        (Self::Audit, 'a', "audit"),
        (Self::Trace, 'x', "trace"),
    ];

    fn code(self) -> char {
        Self::ALL[self as usize].1
    }

    /// The kind's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

/// A shape's key taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys<'a> {
    /// Severity of the entries. It tells facets of a template apart, never templates.
    pub severity: Severity,
    /// Kind of body.
    pub kind: BodyKind,
    /// `resource.type`.
    pub resource: &'a str,
    /// Service, container, function or job.
    pub service: &'a str,
    /// Module of the place in the code.
    pub module: &'a str,
    /// Function of the place in the code.
    pub function: &'a str,
    /// The masked body; for a trace a second line and more name its frames.
    pub body: &'a str,
    /// Of a generic line, the bucket of its instance, see [`crate::generic`]; else empty.
    pub bucket: &'a str,
}

impl<'a> Keys<'a> {
    /// Reads a shape's key.
    #[must_use]
    pub fn of(key: &'a str) -> Option<Self> {
        let mut letters = key.chars();
        let level = letters.next()?.to_digit(10)?;
        let severity = Severity::ALL.get(usize::try_from(level).ok()?).copied()?;
        let code = letters.next()?;
        let kind = BodyKind::ALL.iter().find(|row| row.1 == code)?.0;
        let mut rest = letters.as_str();
        let mut next = || {
            let end = memchr::memchr(SEPARATOR as u8, rest.as_bytes())?;
            let part = &rest[..end];
            rest = &rest[end + 1..];
            Some(part)
        };
        let (resource, service, module, function) = (next()?, next()?, next()?, next()?);
        let (body, bucket) = rest.split_once(SEPARATOR).unwrap_or((rest, ""));
        Some(Self { severity, kind, resource, service, module, function, body, bucket })
    }
}

/// Stands between the parts of a key; hard keys that contain it lose it, and a masked body has none.
pub(crate) const SEPARATOR: char = '\u{0}';

/// How much of a body is masked. What is longer is a dump, not a sentence.
const BODY_BYTES: usize = 4 << 10;

/// Room for one shape, used again from entry to entry.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The key, see [`Keys`], and the variables of the body.
    pub(crate) masked: Masked,
    /// Where the trace says that the entry comes from: file, function, line.
    pub(crate) trace_place: Option<[String; 3]>,
    /// The body, where it is not the entry's text.
    made: String,
    is_made: bool,
    /// Which frames the user calls the application's.
    pub(crate) conventions: Arc<Conventions>,
}

impl Shape {
    /// Room for shapes, under the user's conventions.
    pub(crate) fn new(conventions: &Arc<Conventions>) -> Self {
        Self { conventions: Arc::clone(conventions), ..Self::default() }
    }

    /// Shapes an entry.
    pub(crate) fn take(&mut self, entry: &Entry<'_>) {
        self.masked.key.clear();
        self.masked.values.clear();
        self.made.clear();
        self.trace_place = None;
        let trace = find_trace(entry, &self.conventions);
        self.is_made = trace.is_some() || matches!(entry.payload, Payload::Http(_) | Payload::Audit(_));
        match trace {
            Some(trace) => self.take_trace(entry, &trace),
            None => self.take_payload(entry),
        }
    }

    /// What the variables' ranges point into, of the entry that was shaped last.
    pub(crate) fn body<'s>(&'s self, entry: &'s Entry<'_>) -> &'s str {
        if self.is_made {
            &self.made
        } else {
            &entry.text
        }
    }

    fn take_payload(&mut self, entry: &Entry<'_>) {
        let kind = match entry.payload {
            Payload::Http(_) => BodyKind::Http,
            Payload::Audit(_) => BodyKind::Audit,
            Payload::Text if is_separator(&entry.text) => BodyKind::Trace,
            Payload::Text => BodyKind::Text,
            Payload::Json | Payload::Empty => BodyKind::Json,
        };
        self.spell_hard_keys(entry, kind);
        let start = self.masked.key.len();
        let mut composer = Composer { body: &mut self.made, masked: &mut self.masked };
        match entry.payload {
            Payload::Http(raw) => composer.compose_http(raw, &entry.text),
            Payload::Audit(raw) => composer.compose_audit(raw),
            Payload::Text | Payload::Json => match find_outcome(&entry.text) {
                None => mask_onto(head(&entry.text), 0, &mut self.masked),
                Some(outcome) => mask_around(head(&entry.text), outcome, &mut self.masked),
            },
            Payload::Empty => {}
        }
        if self.masked.key.len() == start {
            self.masked.key.push_str(why_empty(entry.payload));
        }
    }

    fn take_trace(&mut self, entry: &Entry<'_>, trace: &Trace) {
        let separator = if trace.message.is_empty() { "" } else { ": " };
        self.made = format!("{}{separator}{}", trace.exception, trace.message);
        self.spell_hard_keys(entry, BodyKind::Trace);
        // A type may look like a path: `App\Errors\NoPot`.
        let start = self.made.floor_char_boundary(trace.exception.len().min(BODY_BYTES));
        push_name(&self.made[..start], &mut self.masked.key);
        mask_onto(&head(&self.made)[start..], start, &mut self.masked);
        let frames = trace.key_frames();
        self.trace_place =
            frames.first().map(|frame| [frame.module.clone(), frame.function.clone(), frame.line.clone()]);
        for frame in frames {
            self.masked.key.push('\n');
            push_name(&frame.name(), &mut self.masked.key);
        }
    }

    fn spell_hard_keys(&mut self, entry: &Entry<'_>, kind: BodyKind) {
        let key = &mut self.masked.key;
        key.push(char::from(b'0' + entry.graded() as u8));
        key.push(kind.code());
        for part in [&entry.resource, &entry.service, &entry.place.module, &entry.place.function] {
            match part {
                // A text of JSON without escapes holds no control characters.
                Cow::Borrowed(text) => key.push_str(text),
                Cow::Owned(text) => key.extend(text.chars().filter(|letter| *letter != SEPARATOR)),
            }
            key.push(SEPARATOR);
        }
    }
}

/// The trace that an entry brings, beside its message or in it.
fn find_trace(entry: &Entry<'_>, conventions: &Conventions) -> Option<Trace> {
    let stack = entry.stack.as_deref();
    let beside = stack.and_then(|stack| Trace::find_beside(stack, &entry.named, &entry.text, conventions));
    beside.or_else(|| Trace::find_by(&entry.text, conventions))
}

/// Adds a name as it is, but for what would be read as another part of the key.
fn push_name(name: &str, key: &mut String) {
    key.extend(name.chars().filter(|letter| !matches!(*letter, MARK | '\n')));
}

/// What of a body is masked.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(BODY_BYTES)]
}

/// Masks a text, but for the outcome in it.
#[cold]
fn mask_around(text: &str, outcome: Range<usize>, masked: &mut Masked) {
    let (before, after) = (&text[..outcome.start.min(text.len())], text.get(outcome.end..).unwrap_or(""));
    mask_onto(before, 0, masked);
    if before.ends_with(' ') {
        masked.key.push(' ');
    }
    masked.key.push_str(text.get(outcome.clone()).unwrap_or(""));
    mask_onto(after, outcome.end, masked);
}

/// The body of an entry that says nothing, with the reason.
fn why_empty(payload: Payload<'_>) -> &'static str {
    match payload {
        Payload::Text => "(empty: blank text)",
        Payload::Json => "(empty: no message in the payload)",
        Payload::Http(_) | Payload::Audit(_) => "(empty: no fields)",
        Payload::Empty => "(empty: no payload)",
    }
}
