//! One `LogEntry`, borrowed from its bytes: only the fields that the tally uses.

use crate::json::Value;
use crate::names::Names;
use crate::place::Place;
use crate::severity::Severity;
use crate::time::find_nanos;
use crate::walk::{Fault, Walker};
use std::borrow::Cow;

/// What an entry carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// `textPayload`, or a plain line.
    Text,
    /// `jsonPayload`.
    Json,
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

impl From<Fault> for NotAnEntry {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotJson => Self::NotJson,
            Fault::TooDeep => Self::TooDeep,
        }
    }
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
const SERVICE_LABELS: Names<7> = Names::new([
    "service_name",
    "container_name",
    "function_name",
    "job_name",
    "module_id",
    "database_id",
    "url_map_name",
]);

/// Labels that name the revision of it.
const REVISION_LABELS: Names<2> = Names::new(["revision_name", "version_id"]);

/// Labels that name one running copy of it.
const INSTANCE_LABELS: Names<4> = Names::new(["instanceId", "instance_id", "pod_name", "clone_id"]);

/// Members of a `jsonPayload` that hold its message, the best first.
const MESSAGE_KEYS: Names<10> =
    Names::new(["message", "msg", "event", "textPayload", "log", "error", "err", "exception", "description", "reason"]);

/// Members of a `jsonPayload`, or of its `error`, that hold a stack trace.
const STACK_KEYS: Names<9> = Names::new([
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "stack",
    "traceback",
    "exception",
    "exc_info",
    "exc_text",
    "error_stack",
]);

impl<'a> Entry<'a> {
    /// Reads one JSON record.
    ///
    /// # Errors
    ///
    /// [`NotAnEntry`] says what the record is instead.
    pub fn parse(record: &'a str) -> Result<Self, NotAnEntry> {
        let mut reader = Reader::default();
        let mut walker = Walker::new(record);
        walker.members(|walker, name| reader.take(name, walker))?;
        walker.end()?;
        reader.finish().ok_or(NotAnEntry::NoEntryFields)
    }

    /// A plain line of text.
    #[must_use]
    pub fn of_line(line: &'a str, insert_id: String) -> Self {
        Self { insert_id: Cow::Owned(insert_id), payload: Payload::Text, text: Cow::Borrowed(line), ..Self::default() }
    }
}

/// An entry in the making.
#[derive(Default)]
struct Reader<'a> {
    entry: Entry<'a>,
    /// Whether a member came that makes a record an entry.
    is_entry: bool,
    received: Option<Value<'a>>,
    request: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn finish(self) -> Option<Entry<'a>> {
        let mut entry = self.entry;
        entry.nanos = entry.nanos.or_else(|| self.received.and_then(find_time));
        if entry.payload == Payload::Empty || (entry.text.is_empty() && entry.payload == Payload::Json) {
            entry.payload = self.request.map_or(entry.payload, Payload::Http);
        }
        self.is_entry.then_some(entry)
    }

    fn take(&mut self, name: &str, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let entry = &mut self.entry;
        let mut is_entry = true;
        match name {
            "insertId" => entry.insert_id = walker.value()?.text().unwrap_or_default(),
            "logName" => entry.log_name = walker.value()?.text().unwrap_or_default(),
            "resource" => entry.take_resource(walker)?,
            "sourceLocation" => entry.place.take_all(walker)?,
            "textPayload" => {
                entry.payload = Payload::Text;
                entry.text = walker.value()?.text().unwrap_or_default();
            }
            "jsonPayload" => entry.take_json(walker)?,
            "protoPayload" => entry.payload = Payload::Audit(walker.raw()?),
            "httpRequest" => self.request = Some(walker.raw()?),
            _ => {
                is_entry = false;
                match name {
                    "timestamp" => entry.nanos = find_time(walker.value()?),
                    "receiveTimestamp" => self.received = Some(walker.value()?),
                    "severity" => entry.severity = find_severity(walker.value()?),
                    "labels" => entry.take_labels(walker)?,
                    _ => walker.skip()?,
                }
            }
        }
        self.is_entry |= is_entry;
        Ok(())
    }
}

fn find_time(value: Value<'_>) -> Option<i64> {
    value.text().and_then(|text| find_nanos(&text))
}

fn find_severity(value: Value<'_>) -> Severity {
    value.text().map_or(Severity::Default, |text| Severity::from_wire(&text))
}

impl<'a> Entry<'a> {
    fn take_labels(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let mut instance = Ranked::default();
        walker.members(|walker, name| {
            instance.offer(INSTANCE_LABELS.rank(name), walker.value()?);
            Ok(())
        })?;
        instance.fill(&mut self.instance);
        Ok(())
    }

    fn take_resource(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        walker.members(|walker, name| match name {
            "type" => {
                self.resource = walker.value()?.text().unwrap_or_default();
                Ok(())
            }
            "labels" => self.take_resource_labels(walker),
            _ => walker.skip(),
        })
    }

    fn take_resource_labels(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let (mut service, mut revision, mut instance) = (Ranked::default(), Ranked::default(), Ranked::default());
        walker.members(|walker, name| {
            let value = walker.value()?;
            service.offer(SERVICE_LABELS.rank(name), value);
            revision.offer(REVISION_LABELS.rank(name), value);
            instance.offer(INSTANCE_LABELS.rank(name), value);
            Ok(())
        })?;
        service.fill(&mut self.service);
        revision.fill(&mut self.revision);
        instance.fill(&mut self.instance);
        Ok(())
    }

    fn take_json(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        self.payload = Payload::Json;
        let mut message = Ranked::default();
        let mut stack = Ranked::default();
        walker.members(|walker, name| {
            if walker.is_object() {
                return self.take_nested(name, walker, &mut message, &mut stack);
            }
            let value = walker.value()?;
            message.offer(MESSAGE_KEYS.rank(name), value);
            stack.offer(STACK_KEYS.rank(name), value);
            self.place.take(name, value);
            Ok(())
        })?;
        message.fill(&mut self.text);
        self.stack = stack.take();
        Ok(())
    }

    fn take_nested(
        &mut self,
        name: &str,
        walker: &mut Walker<'a>,
        message: &mut Ranked<'a>,
        stack: &mut Ranked<'a>,
    ) -> Result<(), Fault> {
        match name {
            "error" | "err" | "exception" => walker.members(|walker, inner| {
                let value = walker.value()?;
                if matches!(inner, "message" | "msg") {
                    message.offer(MESSAGE_KEYS.rank(name), value);
                }
                stack.offer(STACK_KEYS.rank(inner), value);
                Ok(())
            }),
            "labels" | "context" | "sourceLocation" | "logging.googleapis.com/sourceLocation" => {
                self.place.take_all(walker)
            }
            _ => walker.skip(),
        }
    }
}

/// The best of several members that could say the same thing.
#[derive(Default)]
struct Ranked<'a> {
    best: Option<(usize, Cow<'a, str>)>,
}

impl<'a> Ranked<'a> {
    #[inline]
    fn offer(&mut self, rank: Option<usize>, value: Value<'a>) {
        let Some(rank) = rank else { return };
        if self.best.as_ref().is_none_or(|(best, _)| rank < *best) {
            if let Some(text) = value.filled() {
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
        assert_eq!(payload(r#"{"jsonPayload":{"message":"x"}}"#), Payload::Json);
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
