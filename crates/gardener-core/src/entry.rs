//! One `LogEntry`, borrowed from its bytes: only the fields that the tally uses.

use crate::payload::Named;
use crate::place::Place;
use crate::severity::Severity;
use crate::walk::Fault;
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
    /// `insertId`, empty where absent; a plain line is told by its number.
    pub insert_id: Cow<'a, str>,
    /// `logName`, empty where absent.
    pub log_name: Cow<'a, str>,
    /// `timestamp`, else `receiveTimestamp`, in UTC nanoseconds.
    pub nanos: Option<i64>,
    /// `severity`; missing or unknown is `Default`.
    pub severity: Severity,
    /// What the payload says of its severity, in the logger's own words.
    pub level: Cow<'a, str>,
    /// `resource.type`.
    pub resource: Cow<'a, str>,
    /// The service, container, function or job that wrote the entry.
    pub service: Cow<'a, str>,
    /// The deployed revision.
    pub revision: Cow<'a, str>,
    /// The instance or pod.
    pub instance: Cow<'a, str>,
    /// The request that the entry was written in: `trace`, as the entry spells it.
    pub request: Cow<'a, str>,
    /// Where in the code, as far as the entry says.
    pub place: Place<'a>,
    /// What kind of body.
    pub payload: Payload<'a>,
    /// The body's text; empty for requests and audit records, whose bodies are composed.
    pub text: Cow<'a, str>,
    /// A stack trace that stands beside the message.
    pub stack: Option<Cow<'a, str>>,
    /// What a member beside that trace says of its exception.
    pub named: Named<'a>,
}

impl Default for Entry<'_> {
    fn default() -> Self {
        let none = Cow::Borrowed("");
        Self {
            insert_id: none.clone(),
            log_name: none.clone(),
            nanos: None,
            severity: Severity::Default,
            level: none.clone(),
            resource: none.clone(),
            service: none.clone(),
            revision: none.clone(),
            instance: none.clone(),
            request: none.clone(),
            place: Place::default(),
            payload: Payload::Empty,
            text: none,
            stack: None,
            named: Named::default(),
        }
    }
}

impl<'a> Entry<'a> {
    /// The severity to judge by: the platform's, or the logger's where the platform knows none. Of a container of
    /// Kubernetes Engine it often knows no more than the stream: INFO for standard output, ERROR for standard error.
    pub(crate) fn graded(&self) -> Severity {
        let is_of_stream =
            matches!(self.severity, Severity::Info | Severity::Error) && self.resource == "k8s_container";
        if self.level.is_empty() || (self.severity != Severity::Default && !is_of_stream) {
            return self.severity;
        }
        Severity::of_level(&self.level).unwrap_or(self.severity)
    }

    /// A plain line of text.
    #[must_use]
    pub fn of_line(line: &'a str) -> Self {
        Self { payload: Payload::Text, text: Cow::Borrowed(line), ..Self::default() }
    }
}
