//! An entry's shape: its masked body with its hard keys, spelt as one text.

use crate::entry::{Entry, Payload};
use crate::mask::{mask_into, Masked, MARK};
use crate::request::Composed;
use crate::severity::Severity;
use crate::trace::{is_separator, Trace};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

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
        let mut parts = letters.as_str().splitn(5, SEPARATOR);
        Some(Self {
            severity,
            kind,
            resource: parts.next()?,
            service: parts.next()?,
            module: parts.next()?,
            function: parts.next()?,
            body: parts.next()?,
        })
    }
}

/// Stands between the parts of a key; hard keys that contain it lose it.
const SEPARATOR: char = '\u{0}';

/// How much of a body is masked. What is longer is a dump, not a sentence.
const BODY_BYTES: usize = 4 << 10;

/// Room for one shape, used again from entry to entry.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The key, see [`Keys`].
    pub(crate) key: String,
    /// The body and its variables.
    pub(crate) masked: Masked,
    /// Where the trace says that the entry comes from: file, function, line.
    pub(crate) trace_place: Option<[String; 3]>,
}

impl Shape {
    /// Shapes an entry, and returns the text that the variables' ranges point into.
    pub(crate) fn take<'a>(&mut self, entry: &'a Entry<'_>) -> Cow<'a, str> {
        self.trace_place = None;
        let trace = entry.stack.as_deref().and_then(Trace::find).or_else(|| Trace::find(&entry.text));
        if let Some(trace) = trace {
            return Cow::Owned(self.take_trace(entry, &trace));
        }
        let (kind, text) = match entry.payload {
            Payload::Http(raw) => (BodyKind::Http, self.take_composed(Composed::from_http(raw))),
            Payload::Audit(raw) => (BodyKind::Audit, self.take_composed(Composed::from_audit(raw))),
            Payload::Text if is_separator(&entry.text) => (BodyKind::Trace, self.take_text(&entry.text)),
            Payload::Text => (BodyKind::Text, self.take_text(&entry.text)),
            Payload::Json => (BodyKind::Json, self.take_text(&entry.text)),
            Payload::Empty => (BodyKind::Json, self.take_text("")),
        };
        if self.masked.key.is_empty() {
            self.masked.key.push_str(why_empty(entry.payload));
        }
        self.spell_key(entry, kind, &[]);
        text
    }

    fn take_text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        mask_into(&text[..text.floor_char_boundary(BODY_BYTES)], &mut self.masked);
        Cow::Borrowed(text)
    }

    fn take_composed<'a>(&mut self, composed: Composed) -> Cow<'a, str> {
        self.masked = composed.masked;
        Cow::Owned(composed.body)
    }

    fn take_trace(&mut self, entry: &Entry<'_>, trace: &Trace) -> String {
        let separator = if trace.message.is_empty() { "" } else { ": " };
        let head = format!("{}{separator}{}", trace.exception, trace.message);
        self.take_text(&head);
        let frames = trace.key_frames();
        self.trace_place =
            frames.first().map(|frame| [frame.module.clone(), frame.function.clone(), frame.line.clone()]);
        let names: Vec<String> = frames.iter().map(|frame| format!("{} in {}", frame.function, frame.module)).collect();
        self.spell_key(entry, BodyKind::Trace, &names);
        head
    }

    fn spell_key(&mut self, entry: &Entry<'_>, kind: BodyKind, frames: &[String]) {
        self.key.clear();
        self.key.push(char::from(b'0' + entry.severity as u8));
        self.key.push(kind.code());
        for part in [&entry.resource, &entry.service, &entry.place.module, &entry.place.function] {
            match memchr::memchr(SEPARATOR as u8, part.as_bytes()) {
                None => self.key.push_str(part),
                Some(_) => self.key.extend(part.chars().filter(|letter| *letter != SEPARATOR)),
            }
            self.key.push(SEPARATOR);
        }
        self.key.push_str(&self.masked.key);
        for frame in frames {
            self.key.push('\n');
            self.key.extend(frame.chars().filter(|letter| *letter != MARK));
        }
    }
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
