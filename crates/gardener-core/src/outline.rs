//! Outlines of records: what one writer writes has the same members in the same order, and differs in
//! its values only.
//!
//! An entry that was read by the walk is taken for what the next ones look like: the bytes between its
//! values, and where among them the texts stand that make the entry. A record that fits is not walked: its
//! bytes between values are compared, and of the values only the ends are looked for. (Li et al.,
//! "Mison: A Fast JSON Parser for Data Analytics", VLDB 2017, speculates in the same way on where fields are.)
//!
//! It changes nothing but speed, because all that the reading of a record depends on is in its outline or is
//! asked of its values here: their kinds, that no text is blank, that none holds an escape but a message, that
//! no module is a logging library's, that no number is spelt with a power where it is read. A record of which that does not hold is walked.

use crate::entry::{Entry, Payload};
use crate::gap::Gap;
use crate::json::unescape;
use crate::lesson::Lesson;
use crate::node::Node;
use crate::place::Place;
use crate::severity::Severity;
use crate::time::Minute;
use std::borrow::Cow;

/// The most gaps of an outline: the number of one fits a byte.
pub(crate) const GAPS: usize = u8::MAX as usize;

/// Parts of outlines that are kept at a time.
const NODES: usize = 1 << 12;

/// How many bytes they may hold.
const BYTES: usize = 4 << 20;

/// Parts that may follow another, one of which is compared after the other.
const SIBLINGS: usize = 16;

/// What a lesson costs, in records that fitted. A stream of which no record is like another is told by
/// this, and walked.
const LESSON_COST: u32 = 16;
const MOST_CREDIT: u32 = 1 << 10;

/// A place in a record: so many bytes behind the end of a gap, the gaps counted from 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spot {
    pub(crate) gap: u8,
    pub(crate) offset: u16,
}

/// Where in a record a text of the entry stands; from one place to the same for one that it has not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Part {
    pub(crate) start: Spot,
    pub(crate) end: Spot,
}

/// The texts that make an entry: those of [`Layout::entry`], in its order.
pub(crate) const PARTS: usize = 16;

/// What kind of body an entry has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    Text,
    Json,
    Http,
    Audit,
    Empty,
}

/// How a record of some outline makes an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) parts: [Part; PARTS],
    pub(crate) body: Body,
}

/// Outlines that are known.
#[derive(Debug)]
pub(crate) struct Outlines {
    nodes: Vec<Node>,
    layouts: Vec<Layout>,
    /// How many bytes stand between the gaps of all of them.
    bytes: usize,
    credit: u32,
    minute: Minute,
    /// Where in the record at hand each gap ends, the first number being the record's start.
    ends: [usize; GAPS + 1],
}

impl Default for Outlines {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            layouts: Vec::new(),
            bytes: 0,
            credit: MOST_CREDIT,
            minute: Minute::default(),
            ends: [0; GAPS + 1],
        }
    }
}

impl Outlines {
    /// The entry of a record that fits a known outline.
    #[inline]
    pub(crate) fn read<'a>(&mut self, record: &'a str) -> Option<Entry<'a>> {
        let layout = self.find(record)?;
        let entry = self.layouts.get(layout)?.entry(record, &self.ends, &mut self.minute)?;
        self.credit = (self.credit + 1).min(MOST_CREDIT);
        Some(entry)
    }

    /// The layout of the outline that a record fits.
    fn find(&mut self, record: &str) -> Option<usize> {
        let (mut at, mut number, mut next) = (0, 0, 0);
        loop {
            let node = self.nodes.get_mut(next)?;
            next = match node.find_end(record, at) {
                Some(_) if node.gap == Gap::End => return node.child.map(usize::from),
                Some(end) => {
                    at = end;
                    number += 1;
                    *self.ends.get_mut(number)? = end;
                    usize::from(node.child?)
                }
                None => usize::from(node.sibling?),
            }
        }
    }

    /// Learns the outline of a record that was walked, unless more than that makes it the entry that it is.
    pub(crate) fn learn(&mut self, record: &str, entry: &Entry<'_>) {
        let Some(credit) = self.credit.checked_sub(LESSON_COST).filter(|_| Lesson::is_worth(record, entry)) else {
            return;
        };
        self.credit = credit;
        let Some(lesson) = Lesson::take(record) else { return };
        let Some(layout) = lesson.layout(entry) else { return };
        if self.keep(record, &lesson, layout).is_none() {
            (self.nodes, self.layouts, self.bytes) = (Vec::new(), Vec::new(), 0);
        }
    }

    /// Adds an outline; `None` if there is no room.
    fn keep(&mut self, record: &str, lesson: &Lesson<'_>, layout: Layout) -> Option<()> {
        let (mut from, mut parent) = (0, None);
        for (range, gap) in &lesson.gaps {
            let bytes = &record.as_bytes()[from..range.start];
            let usual = &record.as_bytes()[from..=range.end];
            parent = Some(self.find_or_add(parent, (bytes, *gap), usual)?);
            from = range.end;
        }
        let last = self.find_or_add(parent, (&record.as_bytes()[from..], Gap::End), &[])?;
        self.nodes[usize::from(last)].child = u16::try_from(self.layouts.len()).ok();
        self.layouts.push(layout);
        Some(())
    }

    fn find_or_add(&mut self, parent: Option<u16>, (bytes, gap): (&[u8], Gap), usual: &[u8]) -> Option<u16> {
        let new = u16::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < NODES && self.bytes < BYTES)?;
        let mut next = match parent {
            Some(parent) => self.nodes[usize::from(parent)].child,
            None => (new > 0).then_some(0),
        };
        let (mut last, mut siblings) = (None, 0);
        while let Some(index) = next {
            let node = &self.nodes[usize::from(index)];
            if *node.bytes == *bytes && node.gap == gap {
                return Some(index);
            }
            (last, next, siblings) = (next, node.sibling, siblings + 1);
        }
        if siblings == SIBLINGS {
            return None;
        }
        self.bytes += bytes.len();
        self.nodes.push(Node::new(bytes, gap, usual));
        match (last, parent) {
            (Some(last), _) => self.nodes[usize::from(last)].sibling = Some(new),
            (None, Some(parent)) => self.nodes[usize::from(parent)].child = Some(new),
            (None, None) => {}
        }
        Some(new)
    }
}

impl Part {
    #[inline]
    fn of<'a>(self, record: &'a str, ends: &[usize; GAPS + 1]) -> &'a str {
        let at = |spot: Spot| ends[usize::from(spot.gap)] + usize::from(spot.offset);
        record.get(at(self.start)..at(self.end)).unwrap_or_default()
    }
}

impl Layout {
    /// The entry of a record whose gaps have these ends; `None` if its time cannot be read.
    #[inline]
    fn entry<'a>(&self, record: &'a str, ends: &[usize; GAPS + 1], minute: &mut Minute) -> Option<Entry<'a>> {
        let texts: [&'a str; PARTS] = self.parts.map(|part| part.of(record, ends));
        let [insert_id, log_name, level, resource, service, revision, instance, request, module, function, file, line, ..] =
            texts.map(Cow::Borrowed);
        let [.., text, raw, time, severity] = texts;
        Some(Entry {
            insert_id,
            log_name,
            nanos: if time.is_empty() { None } else { Some(minute.find_nanos(time)?) },
            severity: if severity.is_empty() { Severity::Default } else { Severity::from_wire(severity) },
            level,
            resource,
            service,
            revision,
            instance,
            request,
            place: Place { module, function, file, line },
            payload: self.body.payload(raw),
            // Only a message can hold an escape, and an escape holds a backslash.
            text: if memchr::memchr(b'\\', text.as_bytes()).is_some() {
                Cow::Owned(unescape(text))
            } else {
                Cow::Borrowed(text)
            },
            ..Entry::default()
        })
    }
}

impl Body {
    fn payload(self, raw: &str) -> Payload<'_> {
        match self {
            Self::Text => Payload::Text,
            Self::Json => Payload::Json,
            Self::Http => Payload::Http(raw),
            Self::Audit => Payload::Audit(raw),
            Self::Empty => Payload::Empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::draft::Reader;
    use proptest::prelude::*;

    /// Values that records differ in, among them all that an outline must ask of a text.
    const VALUES: &[&str] = &[
        r#""rose""#,
        r#""tulip""#,
        r#""""#,
        r#"" ""#,
        "\"\u{3000}\"",
        "\"\u{3000}é\"",
        r#""logging""#,
        r#""logging.handlers""#,
        r#""a \"b\"\nc""#,
        r#""\u0020""#,
        r#""Traceback (most recent call last):\n  File \"/a.py\", line 1, in b""#,
        r#""ERROR""#,
        r#""pot-7d9f6c5b8d-x2x4z""#,
        r#""garden.example/v1.Watered""#,
        r#""a/""#,
        r#""gae_app""#,
        r#""k8s_pod""#,
        r#""2025-09-14T21:00:00Z""#,
        r#""2025-09-14T21:00:01.5+02:00""#,
        "12",
        "12.0",
        "-0.5e3",
        "true",
        "null",
        "[]",
        r#"["a","b"]"#,
        r#"{"message":"m","type":"KeyError","module":"x"}"#,
        r#"{"service_name":"shop","instanceId":"i","function":"f"}"#,
    ];

    /// Members of records, `$` where a value stands.
    const MEMBERS: &[&str] = &[
        r#""insertId":$"#,
        r#""logName":$"#,
        r#""severity":$"#,
        r#""timestamp":$"#,
        r#""receiveTimestamp":$"#,
        r#""trace":$"#,
        r#""textPayload":$"#,
        r#""labels":{"instanceId":$,"k":$}"#,
        r#""resource":{"type":$,"labels":{"service_name":$,"revision_name":$}}"#,
        r#""sourceLocation":{"file":$,"line":$,"function":$}"#,
        r#""httpRequest":{"status":$,"requestUrl":$}"#,
        r#""protoPayload":{"methodName":$}"#,
        r#""protoPayload":{"@type":$,"method":$,"resource":$,"status":$}"#,
        r#""labels":{"k8s-pod/pod-template-hash":$,"node_name":$}"#,
        r#""resource":{"type":$,"labels":{"pod_name":$,"cluster_name":$}}"#,
        r#""resource":{"type":$,"labels":{"container_name":$,"pod_name":$,"cluster_name":$}}"#,
        r#""jsonPayload":{"Message":$,"level":$,"pid":$,"Category":$}"#,
        r#""jsonPayload":{"fields":{"message":$,"n":$},"lvl":$,"source":{"function":$}}"#,
        r#""jsonPayload":{"@type":$,"statusDetails":$,"status":$}"#,
        r#""jsonPayload":{"@type":$,"attemptLog":{"status":$},"debugInfo":$}"#,
        r#""protoPayload":$"#,
        r#""httpRequest":$"#,
        r#""jsonPayload":{"message":$,"labels":{"module":$,"function":$}}"#,
        r#""jsonPayload":{"message":$, "logger":$, "error":$, "context":{"name":$,"n":$}}"#,
        r#""jsonPayload":{"error":{"message":$,"stack":$},"exception":$,"fields":{"error.type":$}}"#,
    ];

    fn record() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
        let members = prop::collection::vec(0..MEMBERS.len(), 1..6);
        // The first values come most, so that records fit outlines.
        let value = prop_oneof![4 => 0..2_usize, 1 => 0..VALUES.len()];
        (members, prop::collection::vec(value, 40))
    }

    fn spell(members: &[usize], values: &[usize]) -> String {
        let mut values = values.iter().cycle();
        let record: Vec<&str> = members.iter().map(|member| MEMBERS[*member]).collect();
        let mut parts = record.join(",");
        while parts.contains('$') {
            parts = parts.replacen('$', VALUES[*values.next().unwrap()], 1);
        }
        format!("{{{parts}}}")
    }

    proptest! {
        #[test]
        fn what_was_read_before_changes_no_entry(
            outlines in prop::collection::vec(record(), 1..4), values in prop::collection::vec(record(), 1..30)
        ) {
            let mut reader = Reader::default();
            for (index, (_, values)) in values.iter().enumerate() {
                let record = spell(&outlines[index % outlines.len()].0, values);
                let (warm, cold) = (reader.read(&record), Reader::default().read(&record));
                prop_assert_eq!(format!("{warm:?}"), format!("{cold:?}"), "{}", record);
                for cut in [record.len() - 1, record.len() / 2] {
                    let Some(cut) = record.get(..cut) else { continue };
                    prop_assert!(reader.read(cut).is_err(), "{}", cut);
                }
            }
        }
    }

    #[test]
    fn outlines_without_end_are_forgotten_and_learnt_again() {
        let mut reader = Reader::default();
        for round in 0..3_000 {
            let record = format!(r#"{{"insertId":"a","k{round}":"v","jsonPayload":{{"message":"m"}}}}"#);
            for _ in 0..40 {
                assert_eq!(reader.read(&record).unwrap().text, "m");
            }
        }
        assert!(reader.outlines.nodes.len() <= super::NODES);
        assert!(reader.outlines.read(r#"{"insertId":"b","k2999":"w","jsonPayload":{"message":"n"}}"#).is_some());
    }

    #[test]
    fn the_second_record_of_an_outline_is_not_walked() {
        let mut reader = Reader::default();
        let record = |id, message| format!(r#"{{"insertId":"{id}","jsonPayload":{{"message":"{message}","n":1}}}}"#);
        for (id, message, fits) in
            [(1, "a", false), (2, "b", true), (3, r"\n\u0020c \\", true), (4, r"\n\u0020", false)]
        {
            assert_eq!(reader.outlines.read(&record(id, message)).is_some(), fits, "{message}");
            assert!(reader.read(&record(id, message)).is_ok());
        }
    }
}
