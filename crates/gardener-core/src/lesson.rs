//! What one record teaches of those that come after it: its [outline] and how the outline makes an entry.
//!
//! [outline]: crate::outline

use crate::entry::{Entry, Payload};
use crate::gap::Gap;
use crate::memo::find_part;
use crate::names::Name;
use crate::outline::{Body, Layout, Part, Spot, GAPS, PARTS};
use crate::payload::{is_message_only, is_read, Named};
use crate::place::{Part as PlacePart, MEMBERS};
use crate::time::find_nanos;
use std::ops::Range;

/// Longer records are not learnt from: they are of a kind that seldom comes again.
const LONGEST: usize = 16 << 10;

/// Members of the record itself whose texts are read for more than their bytes.
#[derive(Clone, Copy)]
enum Role {
    Time,
    Received,
    Severity,
}

/// A record cut into gaps and what stands between them.
pub(crate) struct Lesson<'r> {
    record: &'r str,
    pub(crate) gaps: Vec<(Range<usize>, Gap)>,
    depth: usize,
    /// The member whose value comes next.
    name: &'r str,
    /// By role: where its text is.
    roles: [Option<Range<usize>>; 3],
}

impl<'r> Lesson<'r> {
    /// Whether a record may be learnt from, at a glance: escapes and stacks are read by their content.
    pub(crate) fn is_worth(record: &str, entry: &Entry<'_>) -> bool {
        let is_plain = entry.stack.is_none() && entry.named == Named::default();
        is_plain && record.len() <= LONGEST && memchr::memchr(b'\\', record.as_bytes()).is_none()
    }

    /// Takes a record apart that is well-formed and holds no escape; `None` if its entry depends on
    /// more than an outline tells.
    pub(crate) fn take(record: &'r str) -> Option<Self> {
        let mut lesson = Self { record, gaps: Vec::new(), depth: 0, name: "", roles: [const { None }; 3] };
        let mut at = 0;
        while let Some(byte) = record.as_bytes().get(at) {
            at = lesson.step(at, *byte)?;
        }
        (record.starts_with('{') && lesson.gaps.len() < GAPS).then_some(lesson)
    }

    fn step(&mut self, at: usize, byte: u8) -> Option<usize> {
        match byte {
            b'"' => return self.quoted(at),
            b'-' | b'0'..=b'9' | b't' | b'f' => return self.plain(at),
            // Of a role, nothing but a text is understood.
            b'{' | b'[' | b'n' if self.role().is_some() => return None,
            b'n' => return Some(at + "null".len()),
            b'{' | b'[' => (self.depth, self.name) = (self.depth + 1, ""),
            b'}' | b']' => self.depth -= 1,
            b',' => self.name = "",
            _ => {}
        }
        Some(at + 1)
    }

    fn plain(&mut self, at: usize) -> Option<usize> {
        let gap = if is_read(Name::new(self.name.as_bytes())) { Gap::Read } else { Gap::Plain };
        let end = gap.find_end(self.record, at)?;
        self.gaps.push((at..end, gap));
        // Behind a gap may stand what is no part of its text.
        let whole = Gap::Plain.find_end(self.record, at)?;
        self.role().is_none().then_some(whole)
    }

    /// Takes a name, or a text.
    fn quoted(&mut self, at: usize) -> Option<usize> {
        let start = at + 1;
        let end = start + memchr::memchr(b'"', self.record.as_bytes().get(start..)?)?;
        if self.record[end + 1..].trim_ascii_start().starts_with(':') {
            self.name = &self.record[start..end];
            return Some(end + 1);
        }
        let role = self.role();
        if start < end {
            let gap = find_gap(Name::new(self.name.as_bytes()));
            gap.find_end(self.record, start).filter(|found| *found == end)?;
            self.gaps.push((start..end, gap));
        } else if role.is_some() {
            return None;
        }
        if let Some(role) = role {
            // Of two members of one name the later one counts.
            self.roles[role as usize].is_none().then_some(())?;
            self.roles[role as usize] = Some(start..end);
        }
        Some(end + 1)
    }

    fn role(&self) -> Option<Role> {
        match self.name {
            "timestamp" if self.depth == 1 => Some(Role::Time),
            "receiveTimestamp" if self.depth == 1 => Some(Role::Received),
            "severity" if self.depth == 1 => Some(Role::Severity),
            _ => None,
        }
    }

    /// How a record of this outline makes an entry, told by the one that this record made; `None` if one
    /// of its texts is not in the record, or its time is not that of its member.
    pub(crate) fn layout(&self, entry: &Entry<'_>) -> Option<Layout> {
        let [sent, received, severity] = &self.roles;
        let time = sent.clone().or_else(|| received.clone()).unwrap_or_default();
        if entry.nanos != find_nanos(&self.record[time.clone()]) || (entry.nanos.is_none() && !time.is_empty()) {
            return None;
        }
        let (body, raw) = match entry.payload {
            Payload::Text => (Body::Text, ""),
            Payload::Json => (Body::Json, ""),
            Payload::Http(raw) => (Body::Http, raw),
            Payload::Audit(raw) => (Body::Audit, raw),
            Payload::Empty => (Body::Empty, ""),
        };
        let place = &entry.place;
        let named = [&entry.insert_id, &entry.log_name, &entry.level, &entry.resource, &entry.service, &entry.revision];
        let placed = [&entry.instance, &entry.request, &place.module, &place.function, &place.file, &place.line];
        let texts = named.into_iter().chain(placed).chain([&entry.text]).map(AsRef::as_ref).chain([raw]);
        let find = |text: &str| find_part(self.record, text).map(|part| part.start as usize..part.end as usize);
        let ranges = texts.map(find).chain([Some(time), Some(severity.clone().unwrap_or_default())]);
        let mut parts = [Part::default(); PARTS];
        for (part, range) in parts.iter_mut().zip(ranges) {
            *part = self.part(range?)?;
        }
        Some(Layout { parts, body })
    }

    fn part(&self, range: Range<usize>) -> Option<Part> {
        if range.is_empty() {
            return Some(Part::default());
        }
        Some(Part { start: self.spot(range.start)?, end: self.spot(range.end)? })
    }

    /// A place of the record by the gap before it; `None` inside a gap.
    fn spot(&self, at: usize) -> Option<Spot> {
        let number = self.gaps.partition_point(|(gap, _)| gap.end <= at);
        // Of what nothing was to read, more could be said than is.
        let is_unread = |(gap, kind): &(Range<usize>, Gap)| *kind == Gap::Plain && gap.end == at;
        if number.checked_sub(1).is_some_and(|before| is_unread(&self.gaps[before])) {
            return None;
        }
        let end = number.checked_sub(1).map_or(0, |before| self.gaps[before].0.end);
        let is_between = self.gaps.get(number).is_none_or(|(next, _)| at <= next.start);
        let (gap, offset) = (u8::try_from(number).ok()?, u16::try_from(at - end).ok()?);
        is_between.then_some(Spot { gap, offset })
    }
}

fn find_gap(name: Name<'_>) -> Gap {
    if matches!(MEMBERS.find(name), Some((PlacePart::Module, _))) {
        Gap::Module
    } else if is_message_only(name) {
        Gap::Message
    } else {
        Gap::Text
    }
}
