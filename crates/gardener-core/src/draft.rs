//! A record of JSON to an entry: the members that are read, and what they say.

use crate::entry::{Entry, NotAnEntry, Payload};
use crate::json::Value;
use crate::memo::Memo;
use crate::names::{Name, Names};
use crate::outline::Outlines;
use crate::payload::Findings;
use crate::place::{fill, Place};
use crate::platform::{find_workload, is_request_log, Note};
use crate::ranked::Ranked;
use crate::severity::Severity;
use crate::time::find_nanos;
use crate::walk::{Fault, Walker};
use std::borrow::Cow;

/// Members of an entry that are read.
const MEMBERS: Names<Member, 12> = Names::new([
    ("insertId", Member::InsertId),
    ("logName", Member::LogName),
    ("resource", Member::Resource),
    ("sourceLocation", Member::SourceLocation),
    ("textPayload", Member::TextPayload),
    ("jsonPayload", Member::JsonPayload),
    ("protoPayload", Member::ProtoPayload),
    ("httpRequest", Member::HttpRequest),
    ("timestamp", Member::Timestamp),
    ("receiveTimestamp", Member::ReceiveTimestamp),
    ("severity", Member::Severity),
    ("trace", Member::Trace),
]);

#[derive(Clone, Copy, Debug)]
enum Member {
    InsertId,
    LogName,
    Resource,
    SourceLocation,
    TextPayload,
    JsonPayload,
    ProtoPayload,
    HttpRequest,
    Timestamp,
    ReceiveTimestamp,
    Severity,
    Trace,
}

/// Labels that are read, each with its rank among those that say the same, 0 the best.
const LABELS: Names<(Label, usize), 27> = Names::new([
    ("service_name", (Label::Service, 0)),
    ("container_name", (Label::Service, 1)),
    ("function_name", (Label::Service, 2)),
    ("job_name", (Label::Service, 3)),
    ("module_id", (Label::Service, 4)),
    ("database_id", (Label::Service, 5)),
    ("url_map_name", (Label::Service, 6)),
    ("backend_service_name", (Label::Service, 7)),
    ("forwarding_rule_name", (Label::Service, 8)),
    ("job_id", (Label::Service, 9)),
    ("queue_id", (Label::Service, 10)),
    ("subscription_id", (Label::Service, 11)),
    ("topic_id", (Label::Service, 12)),
    ("workflow_id", (Label::Service, 13)),
    ("component_name", (Label::Service, 14)),
    ("environment_name", (Label::Service, 15)),
    ("gateway_name", (Label::Service, 16)),
    ("pod_name", (Label::Pod, 2)),
    ("cluster_name", (Label::Service, CLUSTER)),
    ("revision_name", (Label::Revision, 0)),
    ("version_id", (Label::Revision, 1)),
    ("k8s-pod/pod-template-hash", (Label::Revision, 2)),
    ("instanceId", (Label::Instance, 0)),
    ("instance_id", (Label::Instance, 1)),
    ("clone_id", (Label::Instance, 3)),
    ("node_name", (Label::Instance, 4)),
    ("build_id", (Label::Instance, 5)),
]);

/// The ranks of what a pod is one of, and of the cluster that it is in, among what names a service.
const WORKLOAD: usize = 17;
const CLUSTER: usize = 18;

/// What a label names.
#[derive(Clone, Copy, Debug)]
enum Label {
    /// What wrote the entry.
    Service,
    /// The revision of it.
    Revision,
    /// One running copy of it.
    Instance,
    /// The same, whose name also spells what it is a copy of.
    Pod,
}

/// Reads entries, and remembers parts that many of them have in common.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) outlines: Outlines,
    resources: Memo<4>,
    labels: Memo<2>,
    places: Memo<4>,
}

impl Reader {
    /// Reads one JSON record.
    ///
    /// # Errors
    ///
    /// [`NotAnEntry`] says what the record is instead.
    #[inline]
    pub(crate) fn read<'a>(&mut self, record: &'a str) -> Result<Entry<'a>, NotAnEntry> {
        if let Some(entry) = self.outlines.read(record) {
            return Ok(entry);
        }
        let entry = self.walk(record)?;
        self.outlines.learn(record, &entry);
        Ok(entry)
    }

    /// Reads a record member by member. What it is depends on names, on the kinds of values and on what
    /// [`crate::outline`] asks of texts, so that a record of the same outline can be read without a walk.
    #[inline(never)]
    fn walk<'a>(&mut self, record: &'a str) -> Result<Entry<'a>, NotAnEntry> {
        let mut entry = Entry::default();
        let mut draft = Draft::new(self, &mut entry);
        let mut walker = Walker::new(record);
        walker.members(|walker, name| draft.take(name, walker))?;
        walker.end()?;
        if draft.finish() {
            Ok(entry)
        } else {
            Err(NotAnEntry::NoEntryFields)
        }
    }
}

/// An entry in the making.
struct Draft<'r, 'a> {
    memory: &'r mut Reader,
    entry: &'r mut Entry<'a>,
    /// Whether a member came that makes a record an entry.
    is_entry: bool,
    received: Option<Value<'a>>,
    request: Option<&'a str>,
    /// The `sourceLocation`: what the payload says of the place goes before.
    source: Place<'a>,
    /// The revision and the instance that the resource names: what the labels say goes before.
    deployed: [Cow<'a, str>; 2],
    /// The `jsonPayload` and what follows it.
    payload: &'a str,
}

impl<'r, 'a> Draft<'r, 'a> {
    fn new(memory: &'r mut Reader, entry: &'r mut Entry<'a>) -> Self {
        let (received, request, payload) = (None, None, "");
        let (source, deployed) = Default::default();
        Self { memory, entry, is_entry: false, received, request, source, deployed, payload }
    }

    /// Settles what depends on several members, in whatever order they came; whether the record is an entry.
    fn finish(self) -> bool {
        let entry = self.entry;
        entry.place.fill(self.source.into_parts());
        let [revision, instance] = self.deployed;
        fill(&mut entry.revision, revision);
        fill(&mut entry.instance, instance);
        entry.nanos = entry.nanos.or_else(|| self.received.and_then(find_time));
        match entry.payload {
            Payload::Empty => entry.payload = self.request.map_or(Payload::Empty, Payload::Http),
            Payload::Json if entry.text.trim_start().is_empty() => settle_note(entry, self.payload, self.request),
            Payload::Audit(raw) if is_request_log(raw) => entry.payload = Payload::Http(raw),
            _ => {}
        }
        self.is_entry
    }

    fn take(&mut self, name: Name<'_>, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let Some(member) = MEMBERS.find(name) else {
            return if name.bytes() == b"labels" { self.take_labels(walker) } else { walker.skip() };
        };
        let entry = &mut *self.entry;
        match member {
            Member::InsertId => entry.insert_id = walker.value()?.text().unwrap_or_default(),
            Member::LogName => entry.log_name = walker.value()?.text().unwrap_or_default(),
            Member::Resource => self.take_resource(walker)?,
            Member::SourceLocation => self.take_place(walker)?,
            Member::TextPayload => {
                entry.payload = Payload::Text;
                entry.text = walker.value()?.text().unwrap_or_default();
            }
            Member::JsonPayload => self.take_json(walker)?,
            Member::ProtoPayload => entry.payload = Payload::Audit(walker.raw()?),
            Member::HttpRequest => self.request = Some(walker.raw()?),
            Member::Timestamp => entry.nanos = find_time(walker.value()?),
            Member::ReceiveTimestamp => self.received = Some(walker.value()?),
            Member::Severity => entry.severity = find_severity(walker.value()?),
            Member::Trace => entry.request = walker.value()?.text().unwrap_or_default(),
        }
        // Many a record bears a time and a severity that is no entry.
        self.is_entry |= !matches!(member, Member::Timestamp | Member::ReceiveTimestamp | Member::Severity);
        Ok(())
    }

    fn take_labels(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let [revision, instance] = self.memory.labels.read(walker, |walker| {
            let mut found: [Ranked<'a>; 2] = Default::default();
            walker.members(|walker, name| {
                let (at, rank) = match LABELS.find(name) {
                    Some((Label::Revision, rank)) => (0, rank),
                    Some((Label::Instance | Label::Pod, rank)) => (1, rank),
                    _ => return walker.skip(),
                };
                found[at].offer(Some(rank), walker.value()?);
                Ok(())
            })?;
            Ok(found.map(|ranked| ranked.take().unwrap_or_default()))
        })?;
        fill(&mut self.entry.revision, revision);
        fill(&mut self.entry.instance, instance);
        Ok(())
    }

    fn take_resource(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let [resource, service, revision, instance] = self.memory.resources.read(walker, read_resource)?;
        self.entry.resource = resource;
        fill(&mut self.entry.service, service);
        self.deployed = [revision, instance];
        Ok(())
    }

    fn take_place(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        let parts = self.memory.places.read(walker, |walker| Place::read(walker).map(Place::into_parts))?;
        self.source.fill(parts);
        Ok(())
    }

    fn take_json(&mut self, walker: &mut Walker<'a>) -> Result<(), Fault> {
        self.entry.payload = Payload::Json;
        self.payload = walker.rest();
        Findings::read(walker, &mut self.memory.places)?.tell(self.entry);
        Ok(())
    }
}

/// A payload without a message: it is a request, for a reason, or what its type says.
#[cold]
fn settle_note<'a>(entry: &mut Entry<'a>, payload: &'a str, request: Option<&'a str>) {
    let note = Note::read(payload);
    match request {
        Some(request) if !note.speaks_for(request) => {
            entry.payload = Payload::Http(request);
            entry.text = note.into_reason();
        }
        _ => entry.text = note.sentence().map_or(std::mem::take(&mut entry.text), Cow::Owned),
    }
}

/// The type of a resource, and the service, revision and instance that its labels name.
fn read_resource<'a>(walker: &mut Walker<'a>) -> Result<[Cow<'a, str>; 4], Fault> {
    let mut kind = Cow::default();
    let mut found: [Ranked<'a>; 3] = Default::default();
    walker.members(|walker, name| match name.bytes() {
        b"type" => {
            kind = walker.value()?.text().unwrap_or_default();
            Ok(())
        }
        b"labels" => walker.members(|walker, name| match LABELS.find(name) {
            Some((Label::Pod, rank)) => {
                let pod = walker.value()?;
                found[Label::Service as usize].offer(Some(WORKLOAD), pod);
                found[Label::Instance as usize].offer(Some(rank), pod);
                Ok(())
            }
            Some((label, rank)) => {
                found[label as usize].offer(Some(rank), walker.value()?);
                Ok(())
            }
            None => walker.skip(),
        }),
        _ => walker.skip(),
    })?;
    let [service, revision, instance] = found.map(Ranked::take_ranked);
    let service = match service {
        // Owned, because it depends on the letters of the name: no outline may be learnt from it.
        (WORKLOAD, pod) => Cow::Owned(find_workload(&pod).to_owned()),
        (_, service) => service,
    };
    Ok([kind, service, revision.1, instance.1])
}

fn find_time(value: Value<'_>) -> Option<i64> {
    value.text().and_then(|text| find_nanos(&text))
}

fn find_severity(value: Value<'_>) -> Severity {
    value.text().map_or(Severity::Default, |text| Severity::from_wire(&text))
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::entry::{NotAnEntry, Payload};
    use crate::severity::Severity;

    #[test]
    fn a_phantom_error_object_does_not_speak_for_the_entry() {
        let record = r#"{"insertId":"1","severity":"INFO","jsonPayload":{"error":{"message":"Missing field","severity":"ERROR","traceback":""},"message":"all well"}}"#;
        let entry = Reader::default().read(record).unwrap();
        assert_eq!((entry.text.as_ref(), entry.severity, entry.stack), ("all well", Severity::Info, None));
    }

    #[test]
    fn every_payload_kind_is_told_apart() {
        let payload = |record| Reader::default().read(record).unwrap().payload;
        assert_eq!(payload(r#"{"textPayload":"x"}"#), Payload::Text);
        assert_eq!(payload(r#"{"jsonPayload":{"message":"x"}}"#), Payload::Json);
        assert!(matches!(payload(r#"{"httpRequest":{"status":200},"jsonPayload":{}}"#), Payload::Http(_)));
        assert!(matches!(payload(r#"{"protoPayload":{}}"#), Payload::Audit(_)));
        assert_eq!(payload(r#"{"logName":"x"}"#), Payload::Empty);
    }

    #[test]
    fn what_is_no_entry_says_so() {
        assert_eq!(Reader::default().read(r#"{"a":1}"#).unwrap_err(), NotAnEntry::NoEntryFields);
        assert_eq!(Reader::default().read("[1]").unwrap_err(), NotAnEntry::NoEntryFields);
        assert_eq!(Reader::default().read("[1").unwrap_err(), NotAnEntry::NotJson);
    }

    #[test]
    fn a_logging_librarys_own_line_is_no_place() {
        let record =
            r#"{"jsonPayload":{"message":"x","labels":{"function":"callHandlers","line":"1706","module":"logging"}}}"#;
        let place = Reader::default().read(record).unwrap().place;
        assert_eq!((place.module.as_ref(), place.function.as_ref(), place.line.as_ref()), ("", "", ""));
    }
}
