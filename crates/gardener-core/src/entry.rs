//! One `LogEntry`, borrowed from its bytes: only the fields that the tally uses.

use crate::json::{self, find_filled, find_text};
use crate::place::Place;
use crate::severity::Severity;
use crate::time::find_nanos;
use std::borrow::Cow;

/// What an entry carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// `textPayload`, or a plain line.
    Text,
    /// `jsonPayload`, with the raw object.
    Json(&'a str),
    /// `httpRequest` without a message, with the raw object.
    Http(&'a str),
    /// `protoPayload`, an audit record, with the raw object.
    Audit(&'a str),
    /// Nothing that the API knows.
    Empty,
}

/// Why a record is not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnEntry {
    /// The record is not well-formed JSON.
    NotJson,
    /// The record nests deeper than any entry can.
    TooDeep,
    /// The record is JSON, but has none of a `LogEntry`'s fields.
    NoEntryFields,
}

/// One entry, its texts borrowed wherever no escape had to be undone.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// `insertId`, empty where absent.
    pub insert_id: Cow<'a, str>,
    /// `logName`, empty where absent.
    pub log_name: Cow<'a, str>,
    /// `timestamp`, else `receiveTimestamp`, in UTC nanoseconds.
    pub nanos: Option<i64>,
    /// `severity`; missing or unknown is `Default`.
    pub severity: Severity,
    /// `resource.type`.
    pub resource: Cow<'a, str>,
    /// The service, container, function or job that wrote the entry.
    pub service: Cow<'a, str>,
    /// The deployed revision.
    pub revision: Cow<'a, str>,
    /// The instance or pod.
    pub instance: Cow<'a, str>,
    /// Where in the code, as far as the entry says.
    pub place: Place<'a>,
    /// What kind of body.
    pub payload: Payload<'a>,
    /// The body's text; empty for requests and audit records, whose bodies are composed.
    pub text: Cow<'a, str>,
    /// A stack trace that stands beside the message.
    pub stack: Option<Cow<'a, str>>,
}

impl Default for Entry<'_> {
    fn default() -> Self {
        let none = Cow::Borrowed("");
        Self {
            insert_id: none.clone(),
            log_name: none.clone(),
            nanos: None,
            severity: Severity::Default,
            resource: none.clone(),
            service: none.clone(),
            revision: none.clone(),
            instance: none.clone(),
            place: Place::default(),
            payload: Payload::Empty,
            text: none,
            stack: None,
        }
    }
}

/// Labels of a resource that name what wrote the entry, the best first.
const SERVICE_LABELS: [&str; 7] =
    ["service_name", "container_name", "function_name", "job_name", "module_id", "database_id", "url_map_name"];

/// Labels that name the revision of it.
const REVISION_LABELS: [&str; 2] = ["revision_name", "version_id"];

/// Labels that name one running copy of it.
const INSTANCE_LABELS: [&str; 4] = ["instanceId", "instance_id", "pod_name", "clone_id"];

/// Members of a `jsonPayload` that hold its message, the best first.
const MESSAGE_KEYS: [&str; 10] =
    ["message", "msg", "event", "textPayload", "log", "error", "err", "exception", "description", "reason"];

/// Members of a `jsonPayload`, or of its `error`, that hold a stack trace.
const STACK_KEYS: [&str; 9] = [
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "stack",
    "traceback",
    "exception",
    "exc_info",
    "exc_text",
    "error_stack",
];

impl<'a> Entry<'a> {
    /// Reads one JSON record.
    ///
    /// # Errors
    ///
    /// [`NotAnEntry`] says what the record is instead.
    pub fn parse(record: &'a str) -> Result<Self, NotAnEntry> {
        if json::is_too_deep(record.as_bytes()) {
            return Err(NotAnEntry::TooDeep);
        }
        let mut entry = Self::default();
        let mut received = None;
        let mut request = None;
        let mut is_entry = false;
        json::members(record, |name, raw| {
            is_entry |= entry.take(name, raw, &mut received, &mut request);
        })
        .map_err(|json::NotJson| {
            if !record.starts_with('{') && json::is_json(record.as_bytes()) {
                NotAnEntry::NoEntryFields
            } else {
                NotAnEntry::NotJson
            }
        })?;
        if !is_entry {
            return Err(NotAnEntry::NoEntryFields);
        }
        entry.nanos = entry.nanos.or(received);
        if entry.payload == Payload::Empty || (entry.text.is_empty() && matches!(entry.payload, Payload::Json(_))) {
            entry.payload = request.map_or(entry.payload, Payload::Http);
        }
        Ok(entry)
    }

    /// A plain line of text.
    #[must_use]
    pub fn of_line(line: &'a str, insert_id: String) -> Self {
        Self { insert_id: Cow::Owned(insert_id), payload: Payload::Text, text: Cow::Borrowed(line), ..Self::default() }
    }

    /// Takes one member; whether it is one that makes a record an entry.
    fn take(&mut self, name: &str, raw: &'a str, received: &mut Option<i64>, request: &mut Option<&'a str>) -> bool {
        match name {
            "timestamp" => {
                self.nanos = find_text(raw).and_then(|text| find_nanos(&text));
                return false;
            }
            "receiveTimestamp" => {
                *received = find_text(raw).and_then(|text| find_nanos(&text));
                return false;
            }
            "severity" => {
                self.severity = find_text(raw).map_or(Severity::Default, |text| Severity::from_wire(&text));
                return false;
            }
            "labels" => {
                self.take_labels(raw);
                return false;
            }
            "sourceLocation" => self.place.take_all(raw),
            "insertId" => self.insert_id = find_text(raw).unwrap_or_default(),
            "logName" => self.log_name = find_text(raw).unwrap_or_default(),
            "resource" => self.take_resource(raw),
            "textPayload" => {
                self.payload = Payload::Text;
                self.text = find_text(raw).unwrap_or_default();
            }
            "jsonPayload" => self.take_json(raw),
            "protoPayload" => self.payload = Payload::Audit(raw),
            "httpRequest" => *request = Some(raw),
            _ => return false,
        }
        true
    }

    fn take_labels(&mut self, raw: &'a str) {
        let mut found = Ranked::default();
        json::inner_members(raw, |name, raw| found.offer(&INSTANCE_LABELS, name, raw));
        found.fill(&mut self.instance);
    }

    fn take_resource(&mut self, raw: &'a str) {
        json::inner_members(raw, |name, raw| match name {
            "type" => self.resource = find_text(raw).unwrap_or_default(),
            "labels" => {
                let (mut service, mut revision, mut instance) =
                    (Ranked::default(), Ranked::default(), Ranked::default());
                json::inner_members(raw, |name, raw| {
                    service.offer(&SERVICE_LABELS, name, raw);
                    revision.offer(&REVISION_LABELS, name, raw);
                    instance.offer(&INSTANCE_LABELS, name, raw);
                });
                service.fill(&mut self.service);
                revision.fill(&mut self.revision);
                instance.fill(&mut self.instance);
            }
            _ => {}
        });
    }

    fn take_json(&mut self, raw: &'a str) {
        self.payload = Payload::Json(raw);
        let mut message = Ranked::default();
        let mut stack = Ranked::default();
        json::inner_members(raw, |name, raw| {
            if raw.starts_with('{') {
                self.take_nested(name, raw, &mut message, &mut stack);
            } else {
                message.offer(&MESSAGE_KEYS, name, raw);
                stack.offer(&STACK_KEYS, name, raw);
                self.place.take(name, raw);
            }
        });
        message.fill(&mut self.text);
        self.stack = stack.take();
    }

    fn take_nested(&mut self, name: &str, raw: &'a str, message: &mut Ranked<'a>, stack: &mut Ranked<'a>) {
        match name {
            "error" | "err" | "exception" => json::inner_members(raw, |inner, raw| {
                if matches!(inner, "message" | "msg") {
                    message.offer(&MESSAGE_KEYS, name, raw);
                }
                stack.offer(&STACK_KEYS, inner, raw);
            }),
            "labels" | "context" | "sourceLocation" | "logging.googleapis.com/sourceLocation" => {
                self.place.take_all(raw);
            }
            _ => {}
        }
    }
}

/// The best of several members that could say the same thing.
#[derive(Default)]
struct Ranked<'a> {
    best: Option<(usize, Cow<'a, str>)>,
}

impl<'a> Ranked<'a> {
    fn offer(&mut self, ranking: &[&str], name: &str, raw: &'a str) {
        let Some(rank) = ranking.iter().position(|known| *known == name) else { return };
        if self.best.as_ref().is_none_or(|(best, _)| rank < *best) {
            if let Some(text) = find_filled(raw) {
                self.best = Some((rank, text));
            }
        }
    }

    fn take(self) -> Option<Cow<'a, str>> {
        self.best.map(|(_, text)| text)
    }

    fn fill(self, target: &mut Cow<'a, str>) {
        if target.is_empty() {
            *target = self.take().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, NotAnEntry, Payload};
    use crate::severity::Severity;

    #[test]
    fn a_phantom_error_object_does_not_speak_for_the_entry() {
        let record = r#"{"insertId":"1","severity":"INFO","jsonPayload":{"error":{"message":"Missing field","severity":"ERROR","traceback":""},"message":"all well"}}"#;
        let entry = Entry::parse(record).unwrap();
        assert_eq!((entry.text.as_ref(), entry.severity, entry.stack), ("all well", Severity::Info, None));
    }

    #[test]
    fn every_payload_kind_is_told_apart() {
        let payload = |record| Entry::parse(record).unwrap().payload;
        assert_eq!(payload(r#"{"textPayload":"x"}"#), Payload::Text);
        assert!(matches!(payload(r#"{"jsonPayload":{"message":"x"}}"#), Payload::Json(_)));
        assert!(matches!(payload(r#"{"httpRequest":{"status":200},"jsonPayload":{}}"#), Payload::Http(_)));
        assert!(matches!(payload(r#"{"protoPayload":{}}"#), Payload::Audit(_)));
        assert_eq!(payload(r#"{"logName":"x"}"#), Payload::Empty);
    }

    #[test]
    fn what_is_no_entry_says_so() {
        assert_eq!(Entry::parse(r#"{"a":1}"#).unwrap_err(), NotAnEntry::NoEntryFields);
        assert_eq!(Entry::parse("[1]").unwrap_err(), NotAnEntry::NoEntryFields);
        assert_eq!(Entry::parse("[1").unwrap_err(), NotAnEntry::NotJson);
    }

    #[test]
    fn a_logging_librarys_own_line_is_no_place() {
        let record =
            r#"{"jsonPayload":{"message":"x","labels":{"function":"callHandlers","line":"1706","module":"logging"}}}"#;
        let place = Entry::parse(record).unwrap().place.outside_libraries();
        assert_eq!((place.module.as_ref(), place.function.as_ref(), place.line.as_ref()), ("", "", ""));
    }
}
